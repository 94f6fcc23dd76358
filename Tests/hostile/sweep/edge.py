"""One township node on loopback, with an operator and a radiographer, and what is asked of it over HTTP."""

import hashlib
import http.client
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "benchmarks"))

from support.certificates import Authority  # noqa: E402
from support.process import MemoryWatch, Receiver, free_ports, tree  # noqa: E402

NAME = "paotai"


class FamilyMemory(MemoryWatch):
    """The node and the processes it decodes in. What they share, the program itself, counts once."""

    def __init__(self, process):
        super().__init__(process)
        self.peak = 0

    def proportional(self):
        total = 0
        for each in tree(self.process):
            try:
                with open(f"/proc/{each}/smaps_rollup") as file:
                    total += next((int(line.split()[1]) for line in file if line.startswith("Pss:")), 0)
            except OSError:
                pass  # It ended while we looked.
        return total / 1024

    def watch(self):
        while not self.ends.wait(0.01):
            self.peak = max(self.peak, self.proportional())


class Answer:
    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """What is wrong, in the node's own words."""
        try:
            return self.json["error"]["message"]
        except (ValueError, KeyError, TypeError):
            return f"HTTP {self.status}"


class Edge:
    """Runs inside a `with`."""

    def __init__(self, folder, binary, limit):
        self.folder, self.binary, self.limit = folder, binary, limit
        self.data, self.log = os.path.join(folder, "data"), os.path.join(folder, "log")
        self.configuration = os.path.join(folder, "node.yaml")
        self.port, self.http_port = free_ports(2)
        os.makedirs(folder)
        authority = Authority(os.path.join(folder, "certificates"))
        authority.issue_node(NAME, ["DNS:localhost", "IP:127.0.0.1"], NAME, f"{NAME}-receipts")
        path = authority.path
        with open(self.configuration, "w") as file:
            file.write(f"""\
node: {{name: {NAME}, tier: edge}}
directory: {json.dumps(self.data)}
dicom: {{aeTitle: PAOTAI, host: 127.0.0.1, port: {self.port}, tlsPort: 0, minimumFreeMegabytes: 64}}
http: {{host: 127.0.0.1, port: {self.http_port}}}
tls:
  certificate: {json.dumps(path(f"{NAME}.pem"))}
  key: {json.dumps(path(f"{NAME}.key"))}
  authority: {json.dumps(path("ca.pem"))}
  receiptCertificate: {json.dumps(path(f"{NAME}-receipts.pem"))}
  receiptKey: {json.dumps(path(f"{NAME}-receipts.key"))}
""")
        self.context = ssl.create_default_context(cafile=path("ca.pem"))

    def __enter__(self):
        self.receiver = Receiver(
            [self.binary, "run", "--config", self.configuration], [self.port, self.http_port], self.log,
            dict(os.environ))
        self.memory = FamilyMemory(self.receiver.pid)
        self.memory.__enter__()
        self.tokens = {role: self.account(role) for role in ("radiographer", "radiologist", "operator")}
        return self

    def __exit__(self, *_):
        self.peak = self.memory.highest() if self.is_alive() else self.memory.peak
        self.memory.__exit__()
        self.receiver.stop()

    def command(self, *arguments):
        done = subprocess.run(
            [self.binary, *arguments, "--config", self.configuration], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"jieli {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def account(self, role):
        self.command("user", "add", role, "--role", role, "--display-name", role, "--generate-password")
        return self.command("user", "token", role).strip().splitlines()[-1]

    def is_alive(self):
        return self.receiver.process.poll() is None

    def log_lines(self):
        with open(self.log, "rb") as file:
            return file.read().count(b"\n")

    # What it says

    def call(self, method, path, role, body=None, accept="application/json"):
        began = time.monotonic()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.http_port, timeout=self.limit, context=self.context)
        try:
            headers = {"Authorization": f"Bearer {self.tokens[role]}", "Accept": accept, "Accept-Language": "en"}
            if isinstance(body, dict):
                body, headers["Content-Type"] = json.dumps(body), "application/json"
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read(), time.monotonic() - began)
        finally:
            connection.close()

    def instance(self, data_set, uid):
        """Study, series, instance, frames and rows of what has these bytes, else this UID; `None` where nothing has."""
        reader = sqlite3.connect(f"file:{self.data}/jieli.sqlite?mode=ro", uri=True, timeout=10)
        try:
            return reader.execute(
                "SELECT study_instance_uid, series_instance_uid, sop_instance_uid, number_of_frames, pixel_rows "
                "FROM sop_instance WHERE digest = ? OR sop_instance_uid = ? ORDER BY digest = ? DESC",
                [hashlib.sha256(data_set).hexdigest(), uid, hashlib.sha256(data_set).hexdigest()]).fetchone()
        finally:
            reader.close()

    def quarantined(self):
        return self.call("GET", "/api/v1/quarantine?limit=1", "operator").json

    def upload(self, name, data):
        """Through the import page's own calls. The outcome, and the reason of a refusal."""
        opened = self.call("POST", "/api/v1/imports", "radiographer", {}).json["id"]
        sent = self.call("POST", f"/api/v1/imports/{opened}/files?name={name}", "radiographer", data)
        if sent.status != 200:
            return "refused", sent.problem
        job = self.call("GET", f"/api/v1/imports/{opened}", "radiographer").json
        outcome = sent.json["outcome"]
        if outcome == "image":
            self.call(
                "POST", f"/api/v1/imports/{opened}/start", "radiographer",
                {"studies": [study["studyInstanceUID"] for study in job["studies"]], "isForeign": False})
            end = time.monotonic() + self.limit
            while job["phase"] != "finished" and time.monotonic() < end:
                time.sleep(0.02)
                job = self.call("GET", f"/api/v1/imports/{opened}", "radiographer").json
            refused = job.get("refused") or []
            if refused:
                return "refused", refused[0]["reason"]
            return ("accepted" if job["phase"] == "finished" else "hangs"), ""
        self.call("DELETE", f"/api/v1/imports/{opened}", "radiographer")
        skipped = job.get("skipped") or []
        if skipped:
            return "refused", skipped[0]["reason"]
        return "refused", "a DICOMDIR: the table of contents of a disc, no object of its own"
