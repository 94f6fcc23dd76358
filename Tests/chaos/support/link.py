"""The line between a node and its parent: every connection goes through here, and the weather with it."""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass

CHUNK = 64 << 10


@dataclass(frozen=True)
class Weather:
    """What happens to bytes on their way."""

    # Seconds by which each chunk comes later.
    delay: float = 0.0
    # Bytes per second of each connection and direction; 0: as fast as it goes.
    rate: float = 0.0
    # Connections are reset as soon as they are made.
    is_cut: bool = False
    # Nothing comes through and nobody is told.
    is_silent: bool = False
    # Each connection is reset after so many bytes; 0: never.
    snip_after: int = 0


CLEAR = Weather()


class Connection:
    def __init__(self):
        self.writers = []
        self.carried = 0
        # Set for what a firewall forgot: its ends wait for ever.
        self.is_forgotten = False

    def reset(self):
        for writer in self.writers:
            with contextlib.suppress(OSError, AttributeError):
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class Line:
    """All connections from one node to one parent, on as many ports as the parent has. Runs on a thread of its own."""

    def __init__(self, name, ports, now=time.monotonic):
        """`ports`: ours to the parent's. `now`: the dialling node's steady clock."""
        self.name, self.now = name, now
        self.weather = CLEAR
        # When which of the parent's ports was dialled.
        self.attempts = []
        self.carried = 0
        self.connections = set()
        self.loop = asyncio.new_event_loop()
        self.clears = asyncio.Event()
        started = threading.Event()
        self.thread = threading.Thread(target=self.serve, args=(ports, started), daemon=True)
        self.thread.start()
        started.wait()

    def serve(self, ports, started):
        asyncio.set_event_loop(self.loop)
        for ours, theirs in ports.items():
            self.loop.run_until_complete(asyncio.start_server(
                lambda reader, writer, theirs=theirs: self.connected(reader, writer, theirs), "127.0.0.1", ours))
        started.set()
        self.loop.run_forever()

    # What a test does

    def set(self, weather, resets=False, forgets=False):
        """`resets`: what is connected is reset. `forgets`: what is connected stays silent for ever."""
        self.loop.call_soon_threadsafe(self.change, weather, resets, forgets)

    def clear(self):
        self.set(CLEAR)

    def change(self, weather, resets, forgets):
        self.weather = weather
        for connection in list(self.connections):
            if resets:
                connection.reset()
            elif forgets:
                connection.is_forgotten = True
        if not weather.is_silent:
            self.clears.set()
            self.clears = asyncio.Event()

    # What connections do

    async def connected(self, reader, writer, port):
        connection = Connection()
        connection.writers.append(writer)
        self.connections.add(connection)
        self.attempts.append((self.now(), port))
        try:
            await self.passes(connection)
            if self.weather.is_cut:
                return connection.reset()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            connection.writers.append(far_writer)
            await asyncio.gather(
                self.carry(connection, reader, far_writer), self.carry(connection, far_reader, writer))
        except OSError:
            connection.reset()
        finally:
            self.connections.discard(connection)
            for each in connection.writers:
                each.close()

    async def carry(self, connection, reader, writer):
        """In one direction, until that end has said all. Any error ends both."""
        while True:
            data = await reader.read(CHUNK)
            weather = self.weather
            if weather.delay:
                await asyncio.sleep(weather.delay)
            if weather.rate and data:
                await asyncio.sleep(len(data) / weather.rate)
            await self.passes(connection)
            connection.carried += len(data)
            self.carried += len(data)
            if self.weather.snip_after and connection.carried > self.weather.snip_after:
                raise ConnectionResetError
            if not data:
                if writer.can_write_eof():
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    async def passes(self, connection):
        while True:
            if connection.is_forgotten:
                await self.abandoned(connection)
            if not self.weather.is_silent:
                return
            await self.clears.wait()

    async def abandoned(self, connection):
        # Until one of its ends gives up. The other hears nothing of it.
        for _ in range(3000):
            await asyncio.sleep(0.1)
            if any(writer.transport.is_closing() for writer in connection.writers):
                break
        raise ConnectionResetError
