"""Many associations that are open at the same time. storescu starts too slowly for that: its first ones are done before its
last ones have begun. DICOM PS3.8, and as much of PS3.7 as C-STORE needs."""

import os
import socket
import ssl
import struct
import threading

from .slices import CT_IMAGE_STORAGE, EXPLICIT_LITTLE_ENDIAN

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
OWN_MAXIMUM = 16384


def item(kind, content):
    return struct.pack(">BBH", kind, 0, len(content)) + content


def padded(text):
    value = text.encode()
    return value + b"\0" * (len(value) % 2)


def implicit(tag, value):
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def without_meta(path):
    """The data set and its SOP Instance UID, of a file that `slices` made."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack_from("<I", data, 140)[0]
    meta = data[144:144 + length]
    at = meta.index(struct.pack("<HH", 2, 3) + b"UI")
    size = struct.unpack_from("<H", meta, at + 6)[0]
    return meta[at + 8:at + 8 + size].rstrip(b"\0").decode(), data[144 + length:]


class Association:
    def __init__(self, host, port, context, calling, called):
        raw = socket.create_connection((host, port), 60)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw)
        self.socket.settimeout(120)
        presentation = item(0x30, CT_IMAGE_STORAGE.encode()) + item(0x40, EXPLICIT_LITTLE_ENDIAN.encode())
        user = item(0x51, struct.pack(">I", OWN_MAXIMUM)) + item(0x52, b"1.2.826.0.1.3680043.10.543.90.9")
        body = (
            struct.pack(">HH", 1, 0) + called.encode().ljust(16) + calling.encode().ljust(16) + bytes(32)
            + item(0x10, APPLICATION_CONTEXT.encode()) + item(0x20, bytes([1, 0, 0, 0]) + presentation)
            + item(0x50, user))
        self.socket.sendall(struct.pack(">BBI", 1, 0, len(body)) + body)
        kind, answer = self.receive()
        if kind != 2:
            raise OSError(f"association not accepted: PDU type {kind}")
        self.maximum = self.peer_maximum(answer)
        self.number = 0

    @staticmethod
    def peer_maximum(answer):
        at = 68
        while at < len(answer):
            kind, _, length = struct.unpack_from(">BBH", answer, at)
            if kind == 0x21 and answer[at + 6] != 0:
                raise OSError(f"presentation context refused: {answer[at + 6]}")
            # Into the user information; over everything else.
            if kind == 0x51:
                return struct.unpack_from(">I", answer, at + 4)[0] or 131072
            at += 4 if kind == 0x50 else 4 + length
        return OWN_MAXIMUM

    def exactly(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise OSError("the connection ended")
            data += piece
        return bytes(data)

    def receive(self):
        kind, _, length = struct.unpack(">BBI", self.exactly(6))
        return kind, self.exactly(length)

    def send(self, data, is_command):
        view, room = memoryview(data), min(self.maximum, 131072) - 6
        for at in range(0, len(view), room):
            piece = view[at:at + room]
            control = is_command | (2 if at + room >= len(view) else 0)
            self.socket.sendall(
                struct.pack(">BBIIBB", 4, 0, len(piece) + 6, len(piece) + 2, 1, control) + bytes(piece))

    def store(self, path):
        """Whether the peer said 0x0000."""
        instance, data_set = without_meta(path)
        self.number += 1
        command = (
            implicit(0x00000002, padded(CT_IMAGE_STORAGE)) + implicit(0x00000100, struct.pack("<H", 1))
            + implicit(0x00000110, struct.pack("<H", self.number)) + implicit(0x00000700, struct.pack("<H", 0))
            + implicit(0x00000800, struct.pack("<H", 1)) + implicit(0x00001000, padded(instance)))
        self.send(implicit(0x00000000, struct.pack("<I", len(command))) + command, 1)
        self.send(data_set, 0)
        kind, answer = self.receive()
        if kind != 4:
            raise OSError(f"PDU type {kind} instead of an answer")
        status = answer.index(struct.pack("<HHI", 0, 0x0900, 2))
        return answer[status + 8:status + 10] == b"\0\0"

    def release(self):
        self.socket.sendall(struct.pack(">BBII", 5, 0, 4, 0))
        self.receive()
        self.socket.close()


class Crowd:
    """`count` associations: all are open before the first of them sends an image. `wait` says how many failed."""

    def __init__(self, count, port, authority, called, calling, folder):
        self.context = ssl.create_default_context(cafile=authority.path("ca.pem"))
        self.context.check_hostname = False
        self.context.load_cert_chain(authority.path("client.pem"), authority.path("client.key"))
        self.barrier, self.opened, self.failed = threading.Barrier(count), 0, 0
        self.lock = threading.Lock()
        paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
        self.threads = [
            threading.Thread(target=self.run, args=(port, calling, called, paths[index::count]))
            for index in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, port, calling, called, paths):
        try:
            association = Association("127.0.0.1", port, self.context, calling, called)
            with self.lock:
                self.opened += 1
            try:
                self.barrier.wait(60)
            except threading.BrokenBarrierError:
                pass  # Fewer than wanted were let in; `opened` tells.
            refused = sum(not association.store(path) for path in paths)
            association.release()
        except (OSError, ValueError):
            refused = 1
            self.barrier.abort()
        with self.lock:
            self.failed += refused > 0

    def wait(self):
        for thread in self.threads:
            thread.join()
        return self.failed
