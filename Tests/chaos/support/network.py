"""Three real nodes as `jieli demo` configures them, under our own thumb: each process, each line, each disk, each clock."""

import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

from . import clocks, disk
from .link import Line
from .web import Person

PORTS = 40
SUPERVISOR_PAUSE = 0.5


def free_base_port():
    """The first of a run of ports nobody listens on, below those the kernel hands out by itself."""
    for _ in range(200):
        base, held = random.randrange(10000, 30000, PORTS), []
        try:
            for port in range(base, base + PORTS):
                held.append(socket.create_server(("127.0.0.1", port)))
            return base
        except OSError:
            continue
        finally:
            for each in held:
                each.close()
    raise RuntimeError("no free run of ports")


class Node:
    """One daemon with a supervisor, as systemd is one: whoever ends by itself is started again, and it is noted."""

    def __init__(self, program, facts, log, clock, store):
        self.program, self.log, self.clock, self.disk = program, log, clock, store
        self.name, self.tier, self.title = facts["name"], facts["tier"], facts["aeTitle"]
        self.directory, self.configuration = facts["directory"], facts["configuration"]
        self.dicom_port, self.tls_port = facts["dicomPort"], facts["dicomTLSPort"]
        self.url = facts["httpURL"]
        self.users = {user["role"]: user for user in facts["users"]}
        self.process = None
        self.is_wanted = False
        # Held by whoever does something to the process.
        self.lock = threading.RLock()
        self.ended_by_itself = []
        # More of the environment.
        self.settings = {}

    @property
    def database(self):
        return os.path.join(self.directory, "jieli.sqlite")

    @property
    def archive(self):
        return os.path.join(self.directory, "archive")

    def start(self):
        with self.lock:
            self.is_wanted = True
            environment = {key: value for key, value in os.environ.items() if not key.startswith("JIELI_")}
            environment.update(self.clock.environment if self.clock else {}, **self.settings)
            with open(self.log, "ab") as output:
                self.process = subprocess.Popen(
                    [self.program, "run", "--config", self.configuration, "--until-input-closes"],
                    stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment)

    def end(self, number=signal.SIGKILL, patience=45):
        """Returns the exit code; `None` when it had to be killed in the end."""
        with self.lock:
            self.is_wanted = False
            if self.process is None or self.process.poll() is not None:
                return self.process and self.process.returncode
            self.process.send_signal(number)
            try:
                return self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.keep_stacks()
                self.process.kill()
                self.process.wait()
                return None

    def keep_stacks(self):
        """What each thread of a node that does not end is doing, where there is a debugger to ask."""
        if debugger := shutil.which("gdb"):
            with open(self.log + ".stacks", "ab") as output:
                subprocess.run(
                    [debugger, "--batch", "-ex", "thread apply all backtrace", "-p", str(self.process.pid)],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, timeout=120, check=False)

    def supervise(self, note):
        """To be called often: starts again what ended by itself."""
        with self.lock:
            if not self.is_wanted or self.process.poll() is None:
                return
            self.ended_by_itself.append(self.process.returncode)
            note(f"{self.name} ended by itself with {self.process.returncode}: {self.last_words()}")
            time.sleep(SUPERVISOR_PAUSE)
            self.start()

    def last_words(self):
        with open(self.log, errors="replace") as file:
            return "".join(file.readlines()[-1:]).strip()[-400:]

    def person(self, role, authority):
        return Person(self.url, authority, self.users[role]["token"])

    def wait_ready(self, authority, seconds):
        """Whether it takes work by then."""
        person, end = self.person("operator", authority), time.monotonic() + seconds
        while time.monotonic() < end:
            if person.is_ready():
                return True
            time.sleep(0.1)
        return False


class Network:
    def __init__(self, program, directory, disk_megabytes=512, with_clocks=True, with_disks=True, note=print):
        self.directory, self.note = directory, note
        self.disks, self.nodes, self.lines = {}, {}, {}
        base = free_base_port()
        library = clocks.build(directory) if with_clocks else None
        if not with_disks:
            pass
        elif disk.available():
            for name in ("paotai", "puning", "jieyang"):
                self.disks[name] = disk.Disk(
                    os.path.join(directory, name + ".ext4"), os.path.join(directory, name), disk_megabytes)
        else:
            note("NOT ROOT: no disk of its own for each node, so no disk fills up and no power is cut")
        self.demo(program, "--no-studies", "--detach", "--base-port", str(base))
        self.demo(program, "--stop")
        with open(os.path.join(directory, "network.json"), encoding="utf-8") as file:
            facts = json.load(file)
        self.authority = ssl.create_default_context(cafile=facts["certificateAuthority"])
        for each in facts["nodes"]:
            clock = clocks.NodeClock(library, os.path.join(directory, each["name"] + ".clock")) if library else None
            self.nodes[each["name"]] = Node(
                program, each, os.path.join(directory, each["name"] + ".log"), clock, self.disks.get(each["name"]))
        self.edge, self.county, self.city = self.nodes.values()
        self.lay_line(self.edge, self.county, base + 30)
        self.lay_line(self.county, self.city, base + 32)
        for each in self.disks.values():
            disk.sync(each.mount)

    def demo(self, program, *arguments):
        done = subprocess.run(
            [program, "demo", "--directory", self.directory, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"jieli demo ended with {done.returncode}: {done.stdout}{done.stderr}")

    def lay_line(self, child, parent, first):
        """Makes `child` dial ours instead of the parent's ports."""
        https = int(parent.url.rsplit(":", 1)[1])
        self.lines[child.name] = Line(
            f"{child.name}-{parent.name}", {first: parent.tls_port, first + 1: https},
            lambda: time.monotonic() + (child.clock.steady if child.clock else 0))
        path = os.path.join(child.directory, "peers.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for theirs, ours in ((parent.tls_port, first), (https, first + 1)):
            if str(theirs) not in text:
                raise RuntimeError(f"{path} does not name port {theirs} of {parent.name}")
            text = text.replace(str(theirs), str(ours))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        for node in reversed(self.nodes.values()):
            node.start()
        for node in self.nodes.values():
            if not node.wait_ready(self.authority, 60):
                raise RuntimeError(f"{node.name} is not ready: {node.last_words()}")

    def stop(self):
        """Orderly. Returns each node's exit code."""
        return {node.name: node.end(signal.SIGTERM) for node in self.nodes.values()}

    def kill(self):
        for node in self.nodes.values():
            node.end(signal.SIGKILL)

    def unmount(self, keep=None):
        """`keep`: what to copy from the disks before they are gone."""
        for each in self.disks.values():
            if keep and os.path.ismount(each.mount):
                target = os.path.join(keep, os.path.basename(each.mount))
                shutil.copytree(each.mount, target, ignore=shutil.ignore_patterns("ballast"), dirs_exist_ok=True)
            each.destroy()
