"""So many hostile connections of one kind, kept up until standard input closes. Half of them come from one address, the
others each from its own: a broken device, and strangers everywhere.

    python -m attack.crowd KIND COUNT DICOM_PORT TLS_PORT HTTPS_PORT CALLED_AE_TITLE CERTIFICATE KEY
"""

import asyncio
import collections
import json
import sys

from . import kinds, tls

AGAIN = 1
RAMP = 1
# A process for each: starting them is work for this machine, not for the victim.
AGAIN_OPENSSL = 10
DEVICE = "127.0.0.2"


def address(number, count):
    return DEVICE if number < count // 2 else f"127.0.{1 + number // 200}.{1 + number % 200}"


class Crowd:
    def __init__(self, kind, count, ports, called, credentials):
        self.place, self.act = kinds.KINDS[kind]
        self.count, self.called, self.credentials = count, called, credentials
        self.port = ports[self.place]
        self.ends = collections.Counter()
        self.open = self.most = 0

    async def call(self, number):
        context = tls.anything() if self.act in kinds.INSIDE_TLS else None
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(address(number, self.count), 0), ssl=context, limit=1 << 18)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            line = kinds.Line(reader, writer, self.called, "HOSTILE", number)
            await self.act(line)
        finally:
            self.open -= 1
            writer.transport.abort()

    async def renegotiate(self, number):
        """OpenSSL's own client asks for a new handshake all the time, as fast as it gets one."""
        certificate, key = self.credentials
        process = await asyncio.create_subprocess_exec(
            "openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-bind", f"{address(number, self.count)}:0",
            "-tls1_2", "-cert", certificate, "-key", key, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while process.returncode is None:
                process.stdin.write(b"R\n")
                await process.stdin.drain()
                await asyncio.sleep(AGAIN)
        finally:
            self.open -= 1
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def keep_calling(self, number):
        # Not all in the same instant.
        await asyncio.sleep(number / self.count * RAMP)
        while True:
            try:
                await (self.call(number) if self.act else self.renegotiate(number))
                self.ends["ended"] += 1
            except ConnectionRefusedError:
                self.ends["rejected"] += 1
            except (OSError, EOFError, asyncio.TimeoutError) as error:
                self.ends[type(error).__name__] += 1
            await asyncio.sleep(AGAIN if self.act else AGAIN_OPENSSL)

    async def run(self):
        tasks = [asyncio.create_task(self.keep_calling(number)) for number in range(self.count)]
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(json.dumps({"most": self.most, "connections": self.count, "ends": self.ends}))


def main():
    kind, count, dicom, dicom_tls, https, called, certificate, key = sys.argv[1:]
    ports = {kinds.DICOM: int(dicom), kinds.DICOM_TLS: int(dicom_tls), kinds.HTTPS: int(https)}
    asyncio.run(Crowd(kind, int(count), ports, called, (certificate, key)).run())


if __name__ == "__main__":
    main()
