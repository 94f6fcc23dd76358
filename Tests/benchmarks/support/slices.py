"""A synthetic CT study: one smooth phantom, fresh noise on every slice. The standard library alone, and the same bytes
each time."""

import os
import random
import struct
from array import array
from dataclasses import dataclass

SIDE = 512
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
# An arc for examples.
ROOT = "1.2.826.0.1.3680043.10.543.90"
LONG_LENGTH = {"OB", "OW", "SQ", "UN", "UT"}


@dataclass
class Study:
    folder: str
    count: int
    size: int

    def paths(self):
        return [os.path.join(self.folder, name) for name in sorted(os.listdir(self.folder))]


def element(tag, vr, value):
    if isinstance(value, str):
        value = value.encode("utf-8")
        if len(value) % 2:
            value += b"\0" if vr == "UI" else b" "
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in LONG_LENGTH:
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def phantom():
    """Table, body and two lungs, as stored values from 0 to 2047 with room for the noise above."""
    values = array("H", bytes(SIDE * SIDE * 2))
    for row in range(SIDE):
        y = (row - SIDE / 2) / (SIDE / 2)
        for column in range(SIDE):
            x = (column - SIDE / 2) / (SIDE / 2)
            value = 24
            if (x / 0.85) ** 2 + (y / 0.62) ** 2 < 1:
                value = 1064 + int(60 * x * x + 40 * y)
                if ((abs(x) - 0.36) / 0.24) ** 2 + (y / 0.38) ** 2 < 1:
                    value = 204 + int(30 * abs(x))
            elif 0.7 < y < 0.75:
                value = 900
            values[row * SIDE + column] = value
    return int.from_bytes(values.tobytes(), "little")


def noise(randomness):
    """The sum of three uniform values from 0 to 15 at each pixel. One big number: no pixel overflows into the next."""
    mask = int.from_bytes(b"\x0f\x00" * (SIDE * SIDE), "little")
    total = 0
    for _ in range(3):
        total += int.from_bytes(randomness.randbytes(SIDE * SIDE * 2), "little") & mask
    return total


def header(number, count, study):
    uid = f"{ROOT}.{study}"
    instance = f"{uid}.1.{number}"
    meta = b"".join([
        element(0x00020001, "OB", b"\0\1"),
        element(0x00020002, "UI", CT_IMAGE_STORAGE),
        element(0x00020003, "UI", instance),
        element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN),
        element(0x00020012, "UI", f"{ROOT}.9"),
    ])
    text = [
        (0x00080005, "CS", "ISO_IR 192"), (0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        (0x00080016, "UI", CT_IMAGE_STORAGE), (0x00080018, "UI", instance),
        (0x00080020, "DA", "20260101"), (0x00080021, "DA", "20260101"), (0x00080023, "DA", "20260101"),
        (0x00080030, "TM", "080000"), (0x00080031, "TM", "080000"), (0x00080033, "TM", "080000"),
        (0x00080050, "SH", f"BENCH{study:04d}"), (0x00080060, "CS", "CT"), (0x00080070, "LO", "SYNTHETIC"),
        (0x00080080, "LO", "Township Hospital 1"), (0x00080090, "PN", ""), (0x00081030, "LO", "SYNTHETIC CHEST"),
        (0x0008103E, "LO", "AXIAL 1.0"), (0x00100010, "PN", "Synthetic^Bench"), (0x00100020, "LO", f"BENCH-{study}"),
        (0x00100030, "DA", "19700101"), (0x00100040, "CS", "O"), (0x00180015, "CS", "CHEST"),
        (0x00180050, "DS", "1"), (0x00180060, "DS", "120"), (0x00185100, "CS", "HFS"),
        (0x0020000D, "UI", uid), (0x0020000E, "UI", f"{uid}.1"), (0x00200010, "SH", "1"),
        (0x00200011, "IS", "1"), (0x00200013, "IS", str(number)),
        (0x00200032, "DS", f"-180\\-180\\{number - count // 2}"), (0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
        (0x00200052, "UI", f"{uid}.8"),
    ]
    image = [
        element(0x00280002, "US", struct.pack("<H", 1)), element(0x00280004, "CS", "MONOCHROME2"),
        element(0x00280010, "US", struct.pack("<H", SIDE)), element(0x00280011, "US", struct.pack("<H", SIDE)),
        element(0x00280030, "DS", "0.703125\\0.703125"), element(0x00280100, "US", struct.pack("<H", 16)),
        element(0x00280101, "US", struct.pack("<H", 12)), element(0x00280102, "US", struct.pack("<H", 11)),
        element(0x00280103, "US", struct.pack("<H", 0)), element(0x00281050, "DS", "40"),
        element(0x00281051, "DS", "400"), element(0x00281052, "DS", "-1024"), element(0x00281053, "DS", "1"),
    ]
    data_set = b"".join(element(*item) for item in text) + b"".join(image)
    length = element(0x00020000, "UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + length + meta + data_set


def make(folder, count, study=1):
    """`study` changes its UIDs, patient ID and accession number, and nothing else."""
    os.makedirs(folder)
    base, randomness, size = phantom(), random.Random(1), 0
    for number in range(1, count + 1):
        pixels = (base + noise(randomness)).to_bytes(SIDE * SIDE * 2, "little")
        path = os.path.join(folder, f"slice{number:05d}.dcm")
        with open(path, "wb") as file:
            size += file.write(header(number, count, study) + element(0x7FE00010, "OW", pixels))
    return Study(folder, count, size)
