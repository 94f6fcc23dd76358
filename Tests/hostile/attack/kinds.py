"""What a hostile peer does on one connection, as a coroutine; the connection is made again when it ends.

`DICOM`, `DICOM_TLS` and `HTTPS` say where it calls.
"""

import asyncio
import random

from . import pdus, tls

DICOM, DICOM_TLS, HTTPS = "DICOM", "DICOM over TLS", "HTTPS"
FOREVER = 3600
SECOND = 1


class Line:
    """One connection, and what a peer may know of its victim."""

    def __init__(self, reader, writer, called, calling, number):
        self.reader, self.writer, self.called, self.calling, self.number = reader, writer, called, calling, number

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data, size=1, pause=SECOND):
        for start in range(0, len(data), size):
            await self.send(data[start:start + size])
            await asyncio.sleep(pause)

    async def until_closed(self):
        while await self.reader.read(65536):
            pass

    async def associate(self):
        await self.send(pdus.request(self.called, self.calling))
        head = await self.reader.readexactly(6)
        await self.reader.readexactly(int.from_bytes(head[2:], "big"))
        if head[0] != 2:
            raise ConnectionRefusedError("rejected")


# Before there is an association


async def silent(line):
    await line.until_closed()


async def slow_request(line):
    await line.drip(pdus.request(line.called, line.calling))


async def oversized(line):
    await line.send(pdus.pdu(1, b"", length=0xFFFFFFFF) + bytes(60000))
    await line.until_closed()


async def contexts(line):
    offered = b"".join(pdus.context(number % 128 * 2 + 1) for number in range(1400))
    await line.send(pdus.request(line.called, line.calling, contexts=offered))
    await line.until_closed()


async def garbage(line):
    await line.send(random.Random(line.number).randbytes(20000))
    await line.until_closed()


async def flood(line):
    pass


async def wrong_protocol(line):
    await line.send(tls.client_hello() if line.number % 2 else b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await line.until_closed()


# On an association


async def held(line):
    await line.associate()
    await line.until_closed()


async def held_after_echo(line):
    await line.associate()
    await line.send(pdus.ECHO)
    await line.until_closed()


async def no_release(line):
    await line.associate()
    await line.send(pdus.ECHO)
    await line.reader.read(65536)


async def slow_command(line):
    await line.associate()
    await line.drip(pdus.ECHO)


async def slow_data_set(line):
    await line.associate()
    await line.send(pdus.STORE)
    while True:
        await line.send(pdus.data(b"\x08\0", number=3, control=0))
        await asyncio.sleep(SECOND)


async def oversized_data(line):
    await line.associate()
    await line.send(pdus.STORE + pdus.pdu(4, b"", length=0xFFFFFFF0) + bytes(60000))
    await line.until_closed()


async def garbage_command(line):
    await line.associate()
    await line.send(pdus.data(random.Random(line.number).randbytes(3000)))
    await line.until_closed()


async def never_reads(line):
    """Asks and asks, and takes no answer."""
    await line.associate()
    line.writer.transport.pause_reading()
    while True:
        await line.send(pdus.ECHO * 200)
        await asyncio.sleep(SECOND)


# TLS, on either port


async def half_hello(line):
    await line.send(tls.client_hello()[:40])
    await line.until_closed()


async def hello_and_silence(line):
    """Lets the other side do its half of the handshake."""
    await line.send(tls.client_hello())
    line.writer.transport.pause_reading()
    await asyncio.sleep(FOREVER)


# HTTP, over finished TLS

LOGIN = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def slow_headers(line):
    await line.drip(LOGIN + b"X-Long: " + b"a" * 4000)


async def slow_body(line):
    await line.send(LOGIN + b"Content-Length: 8000\r\n\r\n")
    await line.drip(b" " * 8000)


async def endless_headers(line):
    await line.send(LOGIN)
    for number in range(2000):
        await line.send(b"X-%d: " % number + b"a" * 1000 + b"\r\n")
    await line.until_closed()


async def http_never_reads(line):
    line.writer.transport.pause_reading()
    while True:
        await line.send(b"GET /assets/js/core/api.js HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        await asyncio.sleep(SECOND)


KINDS = {
    "silent": (DICOM, silent),
    "slow request": (DICOM, slow_request),
    "4 GB request": (DICOM, oversized),
    "1400 contexts": (DICOM, contexts),
    "garbage": (DICOM, garbage),
    "connect and close": (DICOM, flood),
    "TLS and HTTP on the DICOM port": (DICOM, wrong_protocol),
    "association held": (DICOM, held),
    "association held after an echo": (DICOM, held_after_echo),
    "no release": (DICOM, no_release),
    "slow command": (DICOM, slow_command),
    "slow data set": (DICOM, slow_data_set),
    "4 GB data PDU": (DICOM, oversized_data),
    "garbage command": (DICOM, garbage_command),
    "answers never read": (DICOM, never_reads),
    "TLS: silent": (DICOM_TLS, silent),
    "TLS: half a hello": (DICOM_TLS, half_hello),
    "TLS: hello and nothing": (DICOM_TLS, hello_and_silence),
    "TLS: plain DICOM": (DICOM_TLS, slow_request),
    "TLS: renegotiation": (DICOM_TLS, None),
    "HTTPS: silent": (HTTPS, silent),
    "HTTPS: half a hello": (HTTPS, half_hello),
    "HTTPS: slow headers": (HTTPS, slow_headers),
    "HTTPS: endless headers": (HTTPS, endless_headers),
    "HTTPS: slow body": (HTTPS, slow_body),
    "HTTPS: answers never read": (HTTPS, http_never_reads),
}
# These speak HTTP inside TLS; the others on that port stay before it.
INSIDE_TLS = {slow_headers, endless_headers, slow_body, http_never_reads}
QUICK = ["slow request", "4 GB request", "association held after an echo", "slow data set", "TLS: half a hello", "HTTPS: slow body"]
