"""Just enough HTTP/1.1 over TLS for many people at once: one kept connection each, one request after the other."""

import asyncio
import time


class Answer:
    def __init__(self, status, body, seconds):
        self.status, self.body, self.seconds = status, body, seconds


class Connection:
    """To one node. A connection that the node closed while it was idle is opened again."""

    def __init__(self, port, context, headers=(), source="127.0.0.1"):
        """`source`: the address it comes from. A node takes no more than half of its connections from one."""
        self.port, self.context, self.source = port, context, source
        self.head = "".join(f"{name}: {value}\r\n" for name, value in (("Host", f"localhost:{port}"), *headers))
        self.reader = self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.context, server_hostname="localhost", limit=1 << 22,
            local_addr=(self.source, 0))

    def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def ask(self, method, path, body=b"", kind="application/json"):
        for attempt in (1, 2):
            fresh = self.writer is None
            try:
                if fresh:
                    await self.open()
                begin = time.monotonic()
                await self.send(method, path, body, kind)
                status, text = await self.receive()
                return Answer(status, text, time.monotonic() - begin)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if fresh or attempt == 2:
                    raise

    async def send(self, method, path, body, kind):
        length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body or method != "GET" else ""
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{self.head}{length}\r\n".encode() + body)
        await self.writer.drain()

    async def headers(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        return int(head[0].split()[1]), {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}

    async def receive(self):
        status, headers = await self.headers()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            async for part in self.chunks():
                parts.append(part)
            return status, b"".join(parts)
        return status, await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def chunks(self):
        while True:
            length = int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16)
            part = await self.reader.readexactly(length + 2)
            if not length:
                return
            yield part[:-2]

    async def events(self, path):
        """The node's events, as long as it tells any."""
        await self.open()
        await self.send("GET", path, b"", "")
        await self.headers()
        async for part in self.chunks():
            if b"event: change" in part or b"event:change" in part:
                yield part
