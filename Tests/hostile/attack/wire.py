"""HTTP as raw bytes inside TLS: no library keeps us from sending what no library would."""

import socket
import ssl
import time


class Answer:
    def __init__(self, data, is_closed, seconds):
        self.data, self.is_closed, self.seconds = data, is_closed, seconds
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        # None: closed without an answer.
        self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())

    def __str__(self):
        return f"{self.status or 'nothing'}{', closed' if self.is_closed else ''} after {self.seconds:.1f} s"


class Wire:
    def __init__(self, node, authority):
        self.host, port = node["httpURL"].removeprefix("https://").rsplit(":", 1)
        self.port, self.authority = int(port), authority

    def connect(self):
        raw = socket.create_connection((self.host, self.port), 10)
        return self.authority.wrap_socket(raw, server_hostname=self.host)

    def exchange(self, *pieces, patience=15, pause=0):
        """Sends the pieces, then reads one answer, or until the other side closes."""
        begin, data, is_closed = time.monotonic(), b"", False
        with self.connect() as line:
            line.settimeout(patience)
            try:
                for piece in pieces:
                    line.sendall(piece)
                    time.sleep(pause)
            except OSError:
                is_closed = True
            try:
                while not self.is_whole(data):
                    if not (part := line.recv(65536)):
                        is_closed = True
                        break
                    data += part
            except (TimeoutError, ssl.SSLWantReadError):
                pass
            except OSError:
                is_closed = True
        return Answer(data, is_closed, time.monotonic() - begin)

    @staticmethod
    def is_whole(data):
        head, found, body = data.partition(b"\r\n\r\n")
        if not found:
            return False
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return len(body) >= int(line.split(b":")[1])
            if line.startswith(b"transfer-encoding:"):
                return body.endswith(b"0\r\n\r\n")
        return True

    def ask(self, method, path, body=b"", **headers):
        fields = {"Host": f"{self.host}:{self.port}", "Content-Length": str(len(body)), "Accept": "application/json"}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
        return self.exchange(head.encode("latin-1") + b"\r\n" + body)
