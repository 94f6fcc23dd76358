"""A whole demo network with studies, tasks and orders, for whoever attacks its HTTPS ports."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "chaos"))
from support.network import free_base_port
from support.web import TROUBLE, Person, Refused

IMAGES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "TestImages")
STUDIES = ["ct-chest", "us-heart", "gbk-undeclared"]


class Demo:
    def __init__(self, program, directory):
        self.log = os.path.join(directory, "demo.log")
        command = [program, "demo", "--directory", directory, "--base-port", str(free_base_port())]
        for name in STUDIES:
            command += ["--study", os.path.join(IMAGES, name)]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        path, end = os.path.join(directory, "network.json"), time.monotonic() + 120
        while not os.path.exists(path):
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the demo network does not start:\n{self.tail()}")
            time.sleep(0.2)
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        self.authority_file = facts["certificateAuthority"]
        self.authority = ssl.create_default_context(cafile=self.authority_file)
        self.nodes = {each["tier"]: each for each in facts["nodes"]}

    def token(self, tier, role):
        return next(each["token"] for each in self.nodes[tier]["users"] if each["role"] == role)

    def account(self, tier, role):
        return next(each for each in self.nodes[tier]["users"] if each["role"] == role)

    def person(self, tier, role):
        return Person(self.nodes[tier]["httpURL"], self.authority, self.token(tier, role))

    def wait_for_tasks(self, tier, count, seconds=120):
        """Until so many studies are there to be read."""
        reader, end = self.person(tier, "radiologist"), time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if len(tasks := reader.get("/worklist").get("tasks", [])) >= count:
                    return tasks
            except (Refused, *TROUBLE):
                pass
            time.sleep(0.5)
        raise SystemExit(f"the studies do not arrive at the {tier} node:\n{self.tail()}")

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-15:])

    def stop(self):
        """The exit code; `None` when it had to be killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
