"""Bytes of the upper layer (PS3.8 9.3) and of DIMSE commands (PS3.7 E), right and wrong."""

import struct

VERIFICATION = "1.2.840.10008.1.1"
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"


def pdu(kind, body, length=None):
    return struct.pack(">BBI", kind, 0, len(body) if length is None else length) + body


def item(kind, value):
    return struct.pack(">BBH", kind, 0, len(value)) + value


def context(number, abstract=VERIFICATION, transfer=(IMPLICIT_LITTLE_ENDIAN,)):
    syntaxes = b"".join(item(0x40, each.encode()) for each in transfer)
    return item(0x20, bytes([number, 0, 0, 0]) + item(0x30, abstract.encode()) + syntaxes)


CONTEXTS = context(1) + context(3, CT_IMAGE_STORAGE)
USER = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.826.0.1.3680043.10.543.92")


def request(called, calling, contexts=CONTEXTS, user=USER):
    head = b"\0\1\0\0" + called.encode().ljust(16) + calling.encode().ljust(16) + bytes(32)
    return pdu(1, head + item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + item(0x50, user))


def data(value, number=1, control=3, length=None):
    """One presentation data value in its PDU; `control`: 1 command, 2 last."""
    return pdu(4, struct.pack(">IBB", len(value) + 2 if length is None else length, number, control) + value)


def element(number, value):
    return struct.pack("<HHI", 0, number, len(value)) + value


def command(field, message=1, data_set=0x0101, uid=None, instance=None):
    parts = []
    if uid:
        parts.append(element(0x0002, uid.encode() + b"\0" * (len(uid) % 2)))
    parts += [element(0x0100, struct.pack("<H", field)), element(0x0110, struct.pack("<H", message))]
    if field == 0x0001:
        parts.append(element(0x0700, struct.pack("<H", 0)))
    parts.append(element(0x0800, struct.pack("<H", data_set)))
    if instance:
        parts.append(element(0x1000, instance.encode() + b"\0" * (len(instance) % 2)))
    body = b"".join(parts)
    return element(0x0000, struct.pack("<I", len(body))) + body


ECHO = data(command(0x0030))
STORE = data(
    command(0x0001, data_set=1, uid=CT_IMAGE_STORAGE, instance="1.2.826.0.1.3680043.10.543.92.1"), number=3)
RELEASE = pdu(5, bytes(4))
