"""Writes the inputs that a target's fuzzer starts from: seeds.py TARGET FOLDER. From TestImages, and from ../shared/dicom
where that is there; files too large for a fuzzer's steps are left out."""

import pathlib
import struct
import sys

LARGEST = 65536
ROOT = pathlib.Path(__file__).resolve().parents[2]
TERMS = [
    b"", b"ISO_IR 100", b"ISO_IR 192", b"GB18030", b"GBK", b"\\ISO 2022 IR 58", b"\\ISO 2022 IR 87", b"ISO 2022 IR 13\\ISO 2022 IR 87",
    b"\\ISO 2022 IR 149", b"ISO_IR 144", b"iso_ir 100", b"ISO-IR 6\\nonsense",
]
TEXTS = [
    "测试^患者".encode("gb18030"), "测试^患者=测试^患者=ce4 shi4".encode("gb18030"), "测试".encode(), "Wang^XiaoDong=\x1b$)A王^小东".encode(),
    b"Wang^XiaoDong=\x1b$)A\xcd\xf5^\x1b$)A\xd0\xa1\xb6\xab=", b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "김^희중".encode("euc_kr"), b"\xb2\xe2\xca",
    b"\x81\x5c\x81\x5e\\A", b"\xff\xfe\x00",
]


def files():
    for folder in (ROOT / "TestImages", ROOT.parent / "shared" / "dicom"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file() and path.suffix not in (".tsv", ".md", ".txt", ".py") and path.stat().st_size <= LARGEST:
                yield path.read_bytes()


def command(elements):
    """A command set, implicit little endian (PS3.7 6.3)."""
    body = b""
    for tag, value in elements:
        value += b"\0" * (len(value) % 2)
        body += struct.pack("<HHI", 0, tag, len(value)) + value
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def associations():
    short = lambda number: struct.pack("<H", number)
    echo = command([(0x0002, b"1.2.840.10008.1.1"), (0x0100, short(0x30)), (0x0110, short(1)), (0x0800, short(0x101))])
    store = command([
        (0x0002, b"1.2.840.10008.5.1.4.1.1.2"), (0x0100, short(1)), (0x0110, short(2)), (0x0700, short(2)), (0x0800, short(1)),
        (0x1000, b"1.2.3.4.5")])
    get = command([
        (0x0002, b"1.2.840.10008.5.1.4.1.2.2.3"), (0x0100, short(0x10)), (0x0110, short(3)), (0x0700, short(0)), (0x0800, short(1))])
    value = lambda context, flags, body: struct.pack(">BBIIBB", 4, 0, len(body) + 6, len(body) + 2, context, flags) + body
    data = struct.pack("<HH2sHHH2sH", 8, 0x18, b"UI", 0, 8, 0x60, b"CS", 2) + b"CT"
    release, abort = b"\5\0\0\0\0\4\0\0\0\0", b"\7\0\0\0\0\4\0\0\0\0"
    yield b"\1" + value(1, 3, echo) + release
    yield b"\1" + value(3, 3, store) + value(3, 0, data) + value(3, 2, data) + release
    yield b"\1" + value(5, 3, get) + value(5, 2, data) + release
    yield b"\1" + value(1, 3, echo) + abort
    yield from (b"\2\3" + echo, b"\2\7" + store, b"\2\x0b" + get, b"\0\1\0\0\0\0\4\0\1\0\0")


def seeds(target):
    if target in ("file", "frames"):
        yield from files()
    elif target == "report":
        # Structured reports and key objects; the program adds those that the node makes.
        yield from (file for file in files() if b"1.2.840.10008.5.1.4.1.1.88." in file[:1024])
    elif target == "text":
        for term in TERMS:
            for number, text in enumerate(TEXTS):
                yield term + b"\n" + bytes([number % 5]) + text
    else:
        yield from associations()


def main(target, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (folder / f"{number:04d}").write_bytes(seed)


main(*sys.argv[1:])
