"""Hospitals that send films to a node above them: each with a certificate, a link that is polled and images by storescu,
as a township's own node does it."""

import asyncio
import hashlib
import json
import os
import random
import ssl
import struct
import time
import uuid

from .slices import EXPLICIT_LITTLE_ENDIAN, ROOT, element
from .web import Connection

DX = "1.2.840.10008.5.1.4.1.1.1.1"
SIDE = 128
POLL = 6  # seconds that the node may hold a poll: a link that is idle carries a heartbeat every six


def name(number):
    return f"site-{number:03d}"


def film(path, study, patient, modality):
    """One image of a study. Returns the digest and the length of its data set."""
    instance = f"{study}.1.1"
    meta = b"".join([
        element(0x00020001, "OB", b"\0\1"), element(0x00020002, "UI", DX), element(0x00020003, "UI", instance),
        element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN), element(0x00020012, "UI", f"{ROOT}.9"),
    ])
    text = [
        (0x00080005, "CS", "ISO_IR 192"), (0x00080016, "UI", DX), (0x00080018, "UI", instance),
        (0x00080020, "DA", time.strftime("%Y%m%d")), (0x00080030, "TM", time.strftime("%H%M%S")),
        (0x00080060, "CS", modality), (0x00081030, "LO", "SYNTHETIC"), (0x00100010, "PN", f"Synthetic^{patient}"),
        (0x00100020, "LO", patient), (0x00100030, "DA", "19700101"), (0x00100040, "CS", "O"),
        (0x00180015, "CS", "CHEST"), (0x0020000D, "UI", study), (0x0020000E, "UI", f"{study}.1"),
        (0x00200011, "IS", "1"), (0x00200013, "IS", "1"),
    ]
    image = [
        element(0x00280002, "US", struct.pack("<H", 1)), element(0x00280004, "CS", "MONOCHROME2"),
        element(0x00280010, "US", struct.pack("<H", SIDE)), element(0x00280011, "US", struct.pack("<H", SIDE)),
        element(0x00280100, "US", struct.pack("<H", 16)), element(0x00280101, "US", struct.pack("<H", 12)),
        element(0x00280102, "US", struct.pack("<H", 11)), element(0x00280103, "US", struct.pack("<H", 0)),
        element(0x7FE00010, "OW", random.randbytes(SIDE * SIDE) + bytes(SIDE * SIDE)),
    ]
    data = b"".join(element(*item) for item in text) + b"".join(image)
    with open(path, "wb") as file:
        file.write(bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(meta))) + meta + data)
    return hashlib.sha256(data).hexdigest(), len(data)


class Site:
    def __init__(self, number, authority, port, http, folder):
        self.name, self.port, self.folder = name(number), port, folder
        self.files = [authority.path(f"{self.name}.{end}") for end in ("pem", "key")]
        self.authority = authority.path("ca.pem")
        context = ssl.create_default_context(cafile=self.authority)
        context.load_cert_chain(*self.files)
        self.link, self.poll = (Connection(http, context, source=f"127.0.1.{number}") for _ in range(2))
        self.epoch, self.run, self.sequence = str(uuid.uuid4()).upper(), str(uuid.uuid4()).upper(), 0
        self.applied, self.turn = None, asyncio.Lock()

    def message(self, events):
        return json.dumps({
            "node": self.name, "run": self.run, "events": events, **({"applied": self.applied} if self.applied else {}),
            "heartbeat": {
                "at": int(time.time() * 1000), "version": "0.1.0", "tier": "edge", "queueDepth": 0,
                "freeBytes": 1 << 40, "totalBytes": 1 << 41},
        }).encode()

    def event(self, kind, payload):
        self.sequence += 1
        return {
            "epoch": self.epoch, "lane": "normal", "sequence": self.sequence, "id": str(uuid.uuid4()).upper(),
            "origin": self.name, "destination": "centre", "type": kind, "version": 1,
            "payload": json.dumps(payload), "createdAt": int(time.time() * 1000)}

    async def exchange(self, connection, events, wait=0):
        answer = await connection.ask("POST", f"/link/v1/exchange?wait={wait}", self.message(events))
        if answer.status != 200:
            raise SystemExit(f"the link answered {answer.status}: {answer.body[:300]}")
        return self.take(json.loads(answer.body)["events"])

    def take(self, events):
        """Notes how far the node was heard. Returns what a hospital answers: reports arrive and are seen."""
        replies = []
        for event in events:
            if self.applied is None or self.applied["epoch"] != event["epoch"]:
                self.applied = {"epoch": event["epoch"], "urgent": {"sequence": 0}, "normal": {"sequence": 0}}
            at = self.applied[event["lane"]]
            if event["sequence"] <= at["sequence"]:
                continue
            self.applied[event["lane"]] = {"sequence": event["sequence"], "id": event["id"]}
            if event["type"] == "report-available":
                told = json.loads(event["payload"])
                about = {"task": told["task"], "version": told["report"]["version"]}
                replies.append(("report-delivered", about))
                replies.append(("report-acknowledged", {**about, "byName": "Synthetic Radiographer"}))
        return replies

    async def tell(self, events):
        async with self.turn:
            replies = await self.exchange(self.link, [self.event(*each) for each in events])
            while replies:
                replies = await self.exchange(self.link, [self.event(*each) for each in replies])

    async def listen(self):
        """The poll that the node holds until it has something to say."""
        await asyncio.sleep(random.random() * POLL)
        while True:
            replies = await self.exchange(self.poll, [], POLL)
            if replies:
                await self.tell(replies)

    async def send(self, study, patient, modality="DX", priority="routine"):
        """Announces a study, sends its film, says that it is whole and asks for it to be read. Returns the task."""
        path = os.path.join(self.folder, f"{study}.dcm")
        digest, size = film(path, study, patient, modality)
        await self.tell([("study-announced", {
            "study": study, "issuer": self.name, "origin": self.name, "priority": priority, "modality": modality,
            "studyDescription": "SYNTHETIC", "instanceCount": 1})])
        sender = await asyncio.create_subprocess_exec(
            "storescu", "+tls", self.files[1], self.files[0], "+cf", self.authority, "-aet", self.name.upper(),
            "-aec", "CENTRE", "+sd", "127.0.0.1", str(self.port), path, env=os.environ | {"TCP_NODELAY": "1"},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        if await sender.wait():
            raise SystemExit(f"{self.name}: storescu failed")
        os.unlink(path)
        task = str(uuid.uuid4())
        await self.tell([
            ("study-settled", {"study": study, "origin": self.name, "manifest": {
                "studyInstanceUID": study, "revision": 1,
                "items": [{"sopInstanceUID": f"{study}.1.1", "digest": digest, "size": size}]}}),
            ("task-offered", {"offer": {
                "task": task, "study": study, "origin": self.name, "priority": priority,
                "createdAt": int(time.time() * 1000), "revision": 2}}),
        ])
        return task
