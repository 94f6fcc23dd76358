"""Small synthetic studies, the same for the same seed. The standard library alone."""

import hashlib
import os
import random
import struct
from dataclasses import dataclass

# An arc for examples.
ROOT = "1.2.826.0.1.3680043.10.543.91"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
LONG_LENGTH = {"OB", "OW", "SQ", "UN", "UT"}


@dataclass(frozen=True)
class Kind:
    modality: str
    sop_class: str
    side: int
    frames: int = 1


KINDS = {
    "CT": Kind("CT", "1.2.840.10008.5.1.4.1.1.2", 64),
    "MR": Kind("MR", "1.2.840.10008.5.1.4.1.1.4", 48),
    "DX": Kind("DX", "1.2.840.10008.5.1.4.1.1.1.1", 256),
    # A loop: long enough on the wire to be cut in the middle.
    "US": Kind("US", "1.2.840.10008.5.1.4.1.1.3.1", 128, 40),
}


@dataclass(frozen=True)
class Image:
    path: str
    uid: str
    study: str
    # SHA-256 of the bytes after the meta information, and how many they are.
    digest: str
    size: int


def element(tag, vr, value):
    if isinstance(value, str):
        value = value.encode()
        if len(value) % 2:
            value += b"\0" if vr == "UI" else b" "
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in LONG_LENGTH:
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def short(tag, number):
    return element(tag, "US", struct.pack("<H", number))


def data_set(kind, study, instance, patient, number, randomness):
    is_ultrasound = kind.frames > 1
    parts = [
        element(0x00080005, "CS", "ISO_IR 192"), element(0x00080008, "CS", "ORIGINAL\\PRIMARY"),
        element(0x00080016, "UI", kind.sop_class), element(0x00080018, "UI", instance),
        element(0x00080020, "DA", "20260101"), element(0x00080030, "TM", "080000"),
        element(0x00080050, "SH", f"A{patient}"), element(0x00080060, "CS", kind.modality),
        element(0x00080070, "LO", "SYNTHETIC"), element(0x00080090, "PN", ""),
        element(0x00100010, "PN", f"Synthetic^{patient}"), element(0x00100020, "LO", f"P{patient}"),
        element(0x00100030, "DA", "19700101"), element(0x00100040, "CS", "O"),
        element(0x0020000D, "UI", study), element(0x0020000E, "UI", f"{study}.1"),
        element(0x00200010, "SH", "1"), element(0x00200011, "IS", "1"), element(0x00200013, "IS", str(number)),
        short(0x00280002, 1), element(0x00280004, "CS", "MONOCHROME2"),
        element(0x00280008, "IS", str(kind.frames)) if is_ultrasound else b"",
        short(0x00280010, kind.side), short(0x00280011, kind.side),
    ]
    bits = 8 if is_ultrasound else 16
    parts += [
        short(0x00280100, bits), short(0x00280101, bits if is_ultrasound else 12),
        short(0x00280102, 7 if is_ultrasound else 11), short(0x00280103, 0)]
    pixels = randomness.randbytes(kind.side * kind.side * kind.frames * bits // 8)
    if not is_ultrasound:
        # Twelve of sixteen bits are stored.
        mask = int.from_bytes(b"\xff\x0f" * (len(pixels) // 2), "little")
        pixels = (int.from_bytes(pixels, "little") & mask).to_bytes(len(pixels), "little")
    parts.append(element(0x7FE00010, "OB" if is_ultrasound else "OW", pixels))
    return b"".join(parts)


def meta(kind, instance):
    group = b"".join([
        element(0x00020001, "OB", b"\0\1"), element(0x00020002, "UI", kind.sop_class),
        element(0x00020003, "UI", instance), element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN),
        element(0x00020012, "UI", f"{ROOT}.9"),
    ])
    return bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(group))) + group


def make_study(folder, seed, number, kind, count):
    """A study of its own patient."""
    os.makedirs(folder)
    randomness, images = random.Random(f"{seed}/{number}"), []
    study = f"{ROOT}.{seed}.{number}"
    for index in range(1, count + 1):
        uid = f"{study}.1.{index}"
        content = data_set(kind, study, uid, f"{seed}-{number}", index, randomness)
        path = os.path.join(folder, f"{index:04d}.dcm")
        with open(path, "wb") as file:
            file.write(meta(kind, uid) + content)
        images.append(Image(path, uid, study, hashlib.sha256(content).hexdigest(), len(content)))
    return images
