"""A C-STORE sender that sends a file's bytes as they are: of a Part 10 file it reads the head only.

storescu, pynetdicom and everybody else parse what they send, and refuse to send most of what is broken. Hostile senders don't.
Standard library only.
"""

import socket
import struct
import time

VERIFICATION = "1.2.840.10008.1.1"
PDV = 16384


class Unsendable(Exception):
    """Why a file can't go by C-STORE at all."""


class Head:
    """File meta information (PS3.10 7.1), read leniently: only what the command needs."""

    def __init__(self, data):
        if data[128:132] != b"DICM":
            raise Unsendable("no preamble and DICM: not a Part 10 file")
        self.values, offset = {}, 132
        while offset + 8 <= len(data):
            group, element = struct.unpack_from("<HH", data, offset)
            if group != 2:
                break
            vr = data[offset + 4:offset + 6]
            if vr in (b"OB", b"UN", b"OW", b"SQ", b"UT"):
                length, start = struct.unpack_from("<I", data, offset + 8)[0], offset + 12
            else:
                length, start = struct.unpack_from("<H", data, offset + 6)[0], offset + 8
            if start + length > len(data):
                raise Unsendable("the file meta information reaches beyond the file")
            self.values[element] = data[start:start + length].decode("latin-1").rstrip("\0 ")
            offset = start + length
        self.offset = offset
        self.sop_class, self.instance, self.syntax = (self.values.get(tag, "") for tag in (0x0002, 0x0003, 0x0010))
        # As other senders do, from the data set.
        self.sop_class = self.sop_class or self.of_data_set(data, 0x0016)
        self.instance = self.instance or self.of_data_set(data, 0x0018)
        for name, value in (("SOP class", self.sop_class), ("transfer syntax", self.syntax)):
            if not value:
                raise Unsendable(f"the file meta information names no {name}")
            if len(value) > 64:
                raise Unsendable(f"the {name} of the file meta information is longer than a UID may be")

    def of_data_set(self, data, tag):
        """A UID of group 0008, little endian, near the beginning; empty where there is none."""
        start = data.find(struct.pack("<HH", 8, tag), self.offset, self.offset + 4096)
        if start < 0:
            return ""
        explicit = data[start + 4:start + 6] == b"UI"
        length = struct.unpack_from("<H" if explicit else "<I", data, start + (6 if explicit else 4))[0]
        return data[start + 8:start + 8 + length].decode("latin-1").rstrip("\0 ") if length <= 64 else ""


def item(kind, content):
    return struct.pack(">BBH", kind, 0, len(content)) + content


def element(tag, value):
    return struct.pack("<HHI", 0, tag, len(value)) + value


def text(value):
    raw = value.encode("latin-1")
    return raw + b"\0" * (len(raw) % 2)


class Refused(Exception):
    pass


class Association:
    """One association with one presentation context."""

    def __init__(self, host, port, calling, called, sop_class, syntax, limit):
        self.socket = socket.create_connection((host, port), limit)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.end = time.monotonic() + limit
        content = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16).encode(), calling.ljust(16).encode())
        content += item(0x10, b"1.2.840.10008.3.1.1.1")
        content += item(
            0x20, b"\x01\0\0\0" + item(0x30, sop_class.encode("latin-1")) + item(0x40, syntax.encode("latin-1")))
        content += item(0x50, item(0x51, struct.pack(">I", PDV)) + item(0x52, b"2.25.7"))
        self.send(1, content)
        kind, answer = self.receive()
        if kind != 2:
            raise Refused("the association was rejected")
        offset = 68
        while offset + 4 <= len(answer):
            sort, length = answer[offset], struct.unpack_from(">H", answer, offset + 2)[0]
            if sort == 0x21 and answer[offset + 6] != 0:
                reason = {3: "SOP class", 4: "transfer syntax"}.get(answer[offset + 6], "presentation context")
                raise Refused(f"{reason} not supported (association negotiation)")
            offset += 4 + length

    def left(self):
        return max(0.01, self.end - time.monotonic())

    def send(self, kind, content):
        self.socket.settimeout(self.left())
        self.socket.sendall(struct.pack(">BBI", kind, 0, len(content)) + content)

    def exactly(self, count):
        got = b""
        while len(got) < count:
            self.socket.settimeout(self.left())
            piece = self.socket.recv(count - len(got))
            if not piece:
                raise ConnectionError("the association was closed")
            got += piece
        return got

    def receive(self):
        kind, _, length = struct.unpack(">BBI", self.exactly(6))
        return kind, self.exactly(length)

    def message(self, content, is_command):
        for start in range(0, max(1, len(content)), PDV - 6):
            piece = content[start:start + PDV - 6]
            flags = is_command | (2 if start + PDV - 6 >= len(content) else 0)
            self.send(4, struct.pack(">IBB", len(piece) + 2, 1, flags) + piece)

    def store(self, sop_class, instance, data_set):
        """The status and the comment that were answered."""
        command = element(0x0002, text(sop_class)) + element(0x0100, b"\x01\0") + element(0x0110, b"\x01\0")
        command += element(0x0700, b"\0\0") + element(0x0800, b"\x01\0") + element(0x1000, text(instance))
        self.message(element(0x0000, struct.pack("<I", len(command))) + command, 1)
        self.message(data_set, 0)
        answer = b""
        while True:
            kind, content = self.receive()
            if kind != 4:
                raise ConnectionError(f"the association was aborted (PDU {kind})")
            length, _, flags = struct.unpack_from(">IBB", content)
            answer += content[6:4 + length]
            if flags & 2:
                break
        status, comment, offset = None, "", 0
        while offset + 8 <= len(answer):
            tag, length = struct.unpack_from("<2xHI", answer, offset)
            value = answer[offset + 8:offset + 8 + length]
            if tag == 0x0900:
                status = struct.unpack("<H", value)[0]
            if tag == 0x0902:
                comment = value.decode("latin-1").strip()
            offset += 8 + length
        return status, comment

    def release(self):
        try:
            self.send(5, b"\0\0\0\0")
            self.receive()
        finally:
            self.socket.close()


def store(port, called, data, limit, calling="SWEEP"):
    """Sends the bytes of one file. Raises `Unsendable`, `Refused`, `OSError`."""
    head = Head(data)
    association = Association("127.0.0.1", port, calling, called, head.sop_class, head.syntax, limit)
    answer = association.store(head.sop_class, head.instance, data[head.offset:])
    association.release()
    return answer
