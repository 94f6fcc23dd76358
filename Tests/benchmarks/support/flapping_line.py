"""A line of limited rate that drops: all its connections at once, and none can be made for a while."""

import socket
import struct
import threading
import time


class FlappingLine:
    """Carries TCP from local ports to others. `rate` is in bytes a second each way, `every` and `outage` in seconds."""

    PIECE = 16 << 10

    def __init__(self, rate, every, outage):
        self.rate, self.every, self.outage = rate, every, outage
        self.carried = self.drops = 0
        self.lock = threading.Lock()
        self.open, self.listeners, self.is_down = set(), [], False
        self.free_at = {"up": 0.0, "down": 0.0}
        self.ends = threading.Event()
        threading.Thread(target=self.flap, daemon=True).start()

    def forward(self, target):
        listener = socket.socket()
        # A small window: what a sender believes to be sent should be on the line, not in our buffers.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 << 10)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self.listeners.append(listener)
        threading.Thread(target=self.accept, args=(listener, target), daemon=True).start()
        return listener.getsockname()[1]

    def accept(self, listener, target):
        while not self.ends.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.is_down:
                self.reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", target), 5)
            except OSError:
                self.reset(client)
                continue
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.open |= {client, server}
            for source, sink, way in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self.carry, args=(source, sink, way), daemon=True).start()

    def carry(self, source, sink, way):
        try:
            while True:
                data = source.recv(self.PIECE)
                if not data:
                    break
                with self.lock:
                    # The line is one: whoever comes later waits for the bytes before.
                    start = max(self.free_at[way], time.monotonic())
                    self.free_at[way] = start + len(data) / self.rate
                    wait = self.free_at[way] - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                if self.is_down:
                    break
                sink.sendall(data)
                with self.lock:
                    self.carried += len(data)
        except OSError:
            pass
        with self.lock:
            self.open -= {source, sink}
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def flap(self):
        while not self.ends.wait(self.every):
            self.is_down = True
            with self.lock:
                self.drops += 1
                dead, self.open = self.open, set()
            for each in dead:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            if self.ends.wait(self.outage):
                return
            self.is_down = False

    def close(self):
        self.ends.set()
        for each in self.listeners:
            each.close()

    @staticmethod
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
