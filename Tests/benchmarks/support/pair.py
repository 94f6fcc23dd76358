"""A township and its county, as jieli nodes at the two ends of a line."""

import json
import os
import sqlite3
import subprocess
import time

from .certificates import Authority
from .line import COUNTY, EDGE, is_listening
from .process import Receiver

DICOM, TLS, HTTP = 11112, 2762, 8443


class Node:
    def __init__(self, name, tier, address, folder, authority, binary, peers, dicom, reads):
        self.name, self.folder, self.binary = name, folder, binary
        os.makedirs(folder)
        authority.issue_node(name, [f"IP:{address}"], name, f"{name}-receipts")
        with open(os.path.join(folder, "peers.yaml"), "w") as file:
            file.write(peers)
        self.configuration = os.path.join(folder, "node.yaml")
        with open(self.configuration, "w") as file:
            file.write(f"""\
node:
  name: {name}
  tier: {tier}
directory: {json.dumps(os.path.join(folder, "data"))}
peers: peers.yaml
dicom:
  aeTitle: {name.upper()}
{dicom}
  minimumFreeMegabytes: 64
http:
  port: {HTTP}
tls:
  certificate: {json.dumps(authority.path(f"{name}.pem"))}
  key: {json.dumps(authority.path(f"{name}.key"))}
  authority: {json.dumps(authority.path("ca.pem"))}
  receiptCertificate: {json.dumps(authority.path(f"{name}-receipts.pem"))}
  receiptKey: {json.dumps(authority.path(f"{name}-receipts.key"))}
reading:
  enabled: {"true" if reads else "false"}
study:
  settleSeconds: 5
""")

    def start(self, inside):
        self.receiver = Receiver(
            inside(self.binary, "run", "--config", self.configuration), [], os.path.join(self.folder, "log"),
            dict(os.environ))
        end = time.monotonic() + 60
        while not is_listening(self.receiver.pid, HTTP):
            if self.receiver.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{self.name} did not start:\n{self.receiver.tail()}")
            time.sleep(0.1)

    def status(self):
        done = subprocess.run(
            [self.binary, "status", "--json", "--config", self.configuration], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"jieli status of {self.name}: {done.stderr}")
        return json.loads(done.stdout)

    def holds(self):
        """Instances and bytes of its catalogue."""
        database = sqlite3.connect(f"file:{self.folder}/data/jieli.sqlite?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*), coalesce(sum(data_set_size), 0) FROM sop_instance").fetchone()
        finally:
            database.close()


class Pair:
    """Both nodes running inside a `with`, the link between them open. `link`: what the township says of its link."""

    def __init__(self, folder, line, binary, link):
        self.line = line
        os.makedirs(folder)
        authority = Authority(os.path.join(folder, "certificates"))
        parents = f"""\
parents:
  - name: county
    aeTitle: COUNTY
    host: {COUNTY}
    dicomTLSPort: {TLS}
    url: https://{COUNTY}:{HTTP}
    link: {json.dumps(link)}
"""
        children = "children:\n  - name: township\n    aeTitle: TOWNSHIP\n"
        self.township = Node(
            "township", "edge", EDGE, os.path.join(folder, "township"), authority, binary, parents,
            f"  port: {DICOM}\n  tlsPort: 0", reads=False)
        self.county = Node(
            "county", "county", COUNTY, os.path.join(folder, "county"), authority, binary, children,
            f"  port: 0\n  tlsPort: {TLS}", reads=True)

    def __enter__(self):
        self.started = []
        try:
            for node, namespace in ((self.county, self.line.county), (self.township, self.line.edge)):
                node.start(lambda *command: self.line.inside(namespace, *command))
                self.started.append(node)
            end = time.monotonic() + 60
            while not any(link.get("lastHeardAt") for link in self.township.status()["links"]):
                if time.monotonic() > end:
                    raise SystemExit("the nodes did not find each other")
                time.sleep(0.3)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in reversed(self.started):
            node.receiver.stop()
