"""A demo network of our own: started in a folder of its own, ended by its own process id."""

import json
import os
import random
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

PORTS = 40


@dataclass(frozen=True)
class User:
    name: str
    password: str
    role: str


class Node:
    def __init__(self, facts):
        self.name = facts["name"]
        self.url = facts["httpURL"]
        self.title = facts["aeTitle"]
        self.dicom_port = facts["dicomPort"]
        self.users = {each["role"]: User(each["name"], each["password"], each["role"]) for each in facts["users"]}


def free_base_port():
    """The first of a run of ports nobody listens on, below those the kernel hands out by itself."""
    for _ in range(200):
        base = random.randrange(20000, 32000, PORTS)
        held = []
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


class Network:
    def __init__(self, program, directory, studies):
        self.log_path = os.path.join(directory, "demo.log")
        self.directory = directory
        command = [program, "demo", "--directory", directory, "--base-port", str(free_base_port())]
        for study in studies:
            command += ["--study", study]
        os.makedirs(directory, exist_ok=True)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait(self, seconds):
        """Until network.json says that every node is up."""
        path = os.path.join(self.directory, "network.json")
        end = time.monotonic() + seconds
        while not os.path.exists(path):
            if self.process.poll() is not None:
                raise RuntimeError(f"jieli demo ended with {self.process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > end:
                raise RuntimeError(f"the network is not up after {seconds} s:\n{self.log_tail()}")
            time.sleep(0.1)
        with open(path, encoding="utf-8") as file:
            nodes = [Node(facts) for facts in json.load(file)["nodes"]]
        self.nodes = {node.name: node for node in nodes}

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-25:])

    def stop(self):
        """Ends the network as a person would; returns whether it ended by itself in time."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
            return self.process.returncode == 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False


def send_as_modality(node, *paths):
    """What a scanner does: C-STORE to the node's plain port."""
    command = ["storescu", "-aet", "CT01", "-aec", node.title, "+sd", "+r", "-xs", "-R", "127.0.0.1", str(node.dicom_port), *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, f"storescu: {done.stdout}{done.stderr}"
