"""An edge node of its own, and what it uses, from /proc."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "chaos"))
from support.network import Node, free_base_port


def start(program, directory):
    """The demo network's township, alone: its parent does not answer."""
    demo = [program, "demo", "--directory", directory]
    for arguments in (["--no-studies", "--detach", "--base-port", str(free_base_port())], ["--stop"]):
        done = subprocess.run([*demo, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"jieli demo ended with {done.returncode}: {done.stdout}{done.stderr}")
    with open(os.path.join(directory, "network.json"), encoding="utf-8") as file:
        facts = json.load(file)
    edge = next(each for each in facts["nodes"] if each["tier"] == "edge")
    node = Node(program, edge, os.path.join(directory, "edge.log"), None, None)
    node.authority = ssl.create_default_context(cafile=facts["certificateAuthority"])
    node.start()
    if not node.wait_ready(node.authority, 60):
        raise SystemExit(f"{node.name} is not ready: {node.last_words()}")
    return node


def status(process):
    with open(f"/proc/{process}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


class Watch:
    """The most threads, descriptors and resident mebibytes seen, and the slowest answer of the page that says it lives."""

    def __init__(self, node):
        self.node, self.process = node, node.process.pid
        self.threads = self.descriptors = 0
        self.memory = self.slowest = 0.0
        self.unanswered = 0
        self.ends = threading.Event()
        self.hands = [threading.Thread(target=self.look), threading.Thread(target=self.ask)]

    def now(self):
        facts = status(self.process)
        return int(facts["Threads"]), len(os.listdir(f"/proc/{self.process}/fd")), int(facts["VmRSS"].split()[0]) / 1024

    def look(self):
        while not self.ends.wait(0.1):
            threads, descriptors, memory = self.now()
            self.threads, self.descriptors = max(self.threads, threads), max(self.descriptors, descriptors)
            self.memory = max(self.memory, memory)

    def ask(self):
        while not self.ends.wait(0.5):
            begin = time.monotonic()
            try:
                with urllib.request.urlopen(self.node.url + "/healthz", timeout=10, context=self.node.authority):
                    self.slowest = max(self.slowest, time.monotonic() - begin)
            except OSError:
                self.unanswered += 1

    def settle(self, threads, descriptors, seconds):
        """Waits until no more is used than before; returns what is used then."""
        end = time.monotonic() + seconds
        while (now := self.now()) and (now[0] > threads or now[1] > descriptors) and time.monotonic() < end:
            time.sleep(0.2)
        return now

    def __enter__(self):
        for each in self.hands:
            each.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for each in self.hands:
            each.join()
