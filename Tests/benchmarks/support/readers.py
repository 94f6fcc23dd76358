"""Radiologists before their lists: they open what is on it, read for a while, sign, and go on."""

import asyncio
import json
import random
import re
import ssl

from .web import Connection

GATHER = 0.4  # seconds, as in assets/js/core/live.js


def name(number):
    return f"reader{number:03d}"


def trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Reader:
    """`reading`: mean seconds from claim to signature. `note`: takes (what, seconds)."""

    def __init__(self, number, token, http, reading, note):
        headers = (("Authorization", f"Bearer {token}"), ("Accept", "text/html, application/json"))
        self.name, self.note, self.reading = name(number), note, reading
        self.random = random.Random(number)
        self.web, self.stream = (Connection(http, trusting(), headers, f"127.0.2.{number}") for _ in range(2))
        self.changed, self.gathering = asyncio.Event(), GATHER

    async def ask(self, what, method, path, body=None):
        answer = await self.web.ask(method, path, json.dumps(body).encode() if body is not None else b"")
        if answer.status == 200:
            self.note(what, answer.seconds)
        return answer

    async def listen(self):
        """An open page hears of every change."""
        async for event in self.stream.events("/api/v1/events"):
            if b"worklist" in event:
                spread = re.search(rb'"spread":(\d+)', event)
                spread = int(spread[1]) / 1000 if spread else 0
                self.gathering = max(GATHER, spread * (0.5 + self.random.random() / 2))
                self.changed.set()

    async def work(self):
        await asyncio.sleep(self.random.random() * 4)
        html = (await self.ask("page", "GET", "/worklist")).body
        while True:
            task = self.mine(html)
            if task and await self.read(task):
                html = (await self.ask("page", "GET", "/worklist")).body
                continue
            await self.changed.wait()
            await asyncio.sleep(self.gathering)
            self.changed.clear()
            html = (await self.ask("list", "GET", "/worklist?fragment=worklist-table")).body

    def mine(self, html):
        found = re.search(rb'data-task="([0-9a-f-]{36})"[^>]*data-claim="true"', html)
        return found[1].decode() if found else None

    async def read(self, task):
        claimed = await self.ask("claim", "POST", f"/api/v1/tasks/{task}/claim")
        if claimed.status != 200:
            self.note("lost", claimed.seconds)
            return False
        await asyncio.sleep(self.reading * (0.5 + self.random.random()))
        text = {"findings": "Lungs clear. Heart of normal size.", "impression": "Normal.", "version": 0}
        saved = await self.ask("draft", "PUT", f"/api/v1/tasks/{task}/draft", text)
        if saved.status != 200:
            raise SystemExit(f"the draft was answered {saved.status}: {saved.body[:300]}")
        signed = await self.ask("sign", "POST", f"/api/v1/tasks/{task}/final", {"version": json.loads(saved.body)["version"]})
        if signed.status != 200:
            raise SystemExit(f"the signature was answered {signed.status}: {signed.body[:300]}")
        return True
