"""A synthetic DX: 3000 x 3000, 16 bits, smooth with fresh noise. Each call makes another study of the same bytes otherwise."""

import os
import random
import struct

from .slices import EXPLICIT_LITTLE_ENDIAN, ROOT, element

SIDE = 3000
DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"


def study(number):
    return f"{ROOT}.7.{number}"


def make(path, number):
    """Writes the film of study `number`; returns its size."""
    instance = f"{study(number)}.1.1"
    meta = b"".join([
        element(0x00020001, "OB", b"\0\1"), element(0x00020002, "UI", DX_FOR_PRESENTATION),
        element(0x00020003, "UI", instance), element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN),
        element(0x00020012, "UI", f"{ROOT}.9"),
    ])
    text = [
        (0x00080005, "CS", "ISO_IR 192"), (0x00080016, "UI", DX_FOR_PRESENTATION), (0x00080018, "UI", instance),
        (0x00080020, "DA", "20260101"), (0x00080030, "TM", "090000"), (0x00080050, "SH", f"FILM{number:04d}"),
        (0x00080060, "CS", "DX"), (0x00080068, "CS", "FOR PRESENTATION"), (0x00080070, "LO", "SYNTHETIC"),
        (0x00080090, "PN", ""), (0x00081030, "LO", "SYNTHETIC CHEST PA"), (0x00100010, "PN", "Synthetic^Film"),
        (0x00100020, "LO", f"FILM-{number}"), (0x00100030, "DA", "19700101"), (0x00100040, "CS", "O"),
        (0x00180015, "CS", "CHEST"), (0x0020000D, "UI", study(number)), (0x0020000E, "UI", f"{study(number)}.1"),
        (0x00200010, "SH", "1"), (0x00200011, "IS", "1"), (0x00200013, "IS", "1"),
    ]
    image = [
        element(0x00280002, "US", struct.pack("<H", 1)), element(0x00280004, "CS", "MONOCHROME2"),
        element(0x00280010, "US", struct.pack("<H", SIDE)), element(0x00280011, "US", struct.pack("<H", SIDE)),
        element(0x00280100, "US", struct.pack("<H", 16)), element(0x00280101, "US", struct.pack("<H", 14)),
        element(0x00280102, "US", struct.pack("<H", 13)), element(0x00280103, "US", struct.pack("<H", 0)),
    ]
    row = bytes(byte for column in range(SIDE) for byte in struct.pack("<H", 2000 + column))
    mask = int.from_bytes(b"\x3f\x00" * SIDE, "little")
    base, randomness = int.from_bytes(row, "little"), random.Random(number)
    head = b"".join(element(*item) for item in text) + b"".join(image)
    with open(path, "wb") as file:
        file.write(bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(meta))) + meta + head)
        file.write(struct.pack("<HH", 0x7FE0, 0x0010) + b"OW\0\0" + struct.pack("<I", SIDE * SIDE * 2))
        for _ in range(SIDE):
            noise = int.from_bytes(randomness.randbytes(SIDE * 2), "little") & mask
            file.write((base + noise).to_bytes(SIDE * 2, "little"))
    return os.path.getsize(path)
