"""A synthetic ultrasound loop: RGB, 8 bits, 1024 x 768, uncompressed, as many frames as asked for. Every frame is noise of its
own, so that nothing on the way can make it small."""

import os
import random
import struct

from .slices import EXPLICIT_LITTLE_ENDIAN, ROOT, element

ROWS, COLUMNS = 768, 1024
FRAME = ROWS * COLUMNS * 3
ULTRASOUND_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"


def make(folder, megabytes):
    """One instance of about `megabytes` (of a million bytes); returns its size on disk."""
    os.makedirs(folder)
    frames = max(1, round(megabytes * 1e6 / FRAME))
    study = f"{ROOT}.8.{frames}"
    instance = f"{study}.1.1"
    meta = b"".join([
        element(0x00020001, "OB", b"\0\1"), element(0x00020002, "UI", ULTRASOUND_MULTIFRAME),
        element(0x00020003, "UI", instance), element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN),
        element(0x00020012, "UI", f"{ROOT}.9"),
    ])
    text = [
        (0x00080005, "CS", "ISO_IR 192"), (0x00080008, "CS", "ORIGINAL\\PRIMARY"),
        (0x00080016, "UI", ULTRASOUND_MULTIFRAME), (0x00080018, "UI", instance), (0x00080020, "DA", "20260101"),
        (0x00080030, "TM", "100000"), (0x00080050, "SH", f"LOOP{frames:04d}"), (0x00080060, "CS", "US"),
        (0x00080070, "LO", "SYNTHETIC"), (0x00080090, "PN", ""), (0x00100010, "PN", "Synthetic^Loop"),
        (0x00100020, "LO", f"LOOP-{frames}"), (0x00100030, "DA", "19700101"), (0x00100040, "CS", "O"),
        (0x00181063, "DS", "33"), (0x0020000D, "UI", study), (0x0020000E, "UI", f"{study}.1"),
        (0x00200010, "SH", "1"), (0x00200011, "IS", "1"), (0x00200013, "IS", "1"),
    ]
    image = [
        element(0x00280002, "US", struct.pack("<H", 3)), element(0x00280004, "CS", "RGB"),
        element(0x00280006, "US", struct.pack("<H", 0)), element(0x00280008, "IS", str(frames)),
        element(0x00280009, "AT", struct.pack("<HH", 0x0018, 0x1063)),
        element(0x00280010, "US", struct.pack("<H", ROWS)), element(0x00280011, "US", struct.pack("<H", COLUMNS)),
        element(0x00280100, "US", struct.pack("<H", 8)), element(0x00280101, "US", struct.pack("<H", 8)),
        element(0x00280102, "US", struct.pack("<H", 7)), element(0x00280103, "US", struct.pack("<H", 0)),
    ]
    randomness, path = random.Random(frames), os.path.join(folder, "loop.dcm")
    with open(path, "wb") as file:
        file.write(bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(meta))) + meta)
        file.write(b"".join(element(*item) for item in text) + b"".join(image))
        file.write(struct.pack("<HH", 0x7FE0, 0x0010) + b"OB\0\0" + struct.pack("<I", FRAME * frames))
        for _ in range(frames):
            file.write(randomness.randbytes(FRAME))
    return os.path.getsize(path)
