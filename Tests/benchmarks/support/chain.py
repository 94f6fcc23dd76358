"""jieli nodes on loopback, one above the other, mutual TLS on every port that takes images."""

import json
import os
import sqlite3
import subprocess
import time

from .certificates import Authority
from .process import Receiver, free_ports

SENDER = "BENCHSENDER"


class Node:
    """One node of a chain. `parent`: the node above it, or `None` for the top, which reads."""

    def __init__(self, chain, name, tier, parent, link):
        self.chain, self.name, self.parent = chain, name, parent
        self.folder = os.path.join(chain.folder, name)
        self.data = os.path.join(self.folder, "data")
        self.database = os.path.join(self.data, "jieli.sqlite")
        self.configuration = os.path.join(self.folder, "node.yaml")
        self.port, self.http = free_ports(2)
        self.tier, self.link, self.child, self.receiver, self.reader = tier, link, None, None, None
        os.makedirs(self.folder)
        chain.authority.issue_node(name, ["DNS:localhost", "IP:127.0.0.1"], name, f"{name}-receipts")
        if parent:
            parent.child = self

    def write(self):
        peers = f"clients:\n  - aeTitle: {SENDER}\n    fingerprint: {self.chain.sender_fingerprint}\n"
        if self.parent:
            peers += f"""\
parents:
  - name: {self.parent.name}
    aeTitle: {self.parent.name.upper()}
    host: 127.0.0.1
    dicomTLSPort: {self.parent.port}
    url: https://127.0.0.1:{self.parent.http}
    link: {json.dumps(self.link)}
"""
        if self.child:
            peers += f"children:\n  - name: {self.child.name}\n    aeTitle: {self.child.name.upper()}\n"
        with open(os.path.join(self.folder, "peers.yaml"), "w") as file:
            file.write(peers)
        path = self.chain.authority.path
        with open(self.configuration, "w") as file:
            file.write(f"""\
node:
  name: {self.name}
  tier: {self.tier}
directory: {json.dumps(self.data)}
peers: peers.yaml
dicom:
  aeTitle: {self.name.upper()}
  host: 127.0.0.1
  port: 0
  tlsPort: {self.port}
  minimumFreeMegabytes: 64
http:
  host: 127.0.0.1
  port: {self.http}
tls:
  certificate: {json.dumps(path(f"{self.name}.pem"))}
  key: {json.dumps(path(f"{self.name}.key"))}
  authority: {json.dumps(path("ca.pem"))}
  receiptCertificate: {json.dumps(path(f"{self.name}-receipts.pem"))}
  receiptKey: {json.dumps(path(f"{self.name}-receipts.key"))}
reading:
  enabled: {"false" if self.parent else "true"}
study:
  settleSeconds: 5
{self.chain.more}""")

    def start(self, before=()):
        """`before`: a command that runs it, such as strace."""
        self.write()
        self.receiver = Receiver(
            [*before, self.chain.binary, "run", "--config", self.configuration], [self.port, self.http],
            os.path.join(self.folder, "log"), dict(os.environ))

    def stop(self):
        if self.reader:
            self.reader.close()
            self.reader = None
        if self.receiver:
            self.receiver.stop()
            self.receiver = None

    def query(self, text, *values):
        """Reads beside the node, which keeps its database in WAL mode: neither waits for the other."""
        if not self.reader:
            self.reader = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        return self.reader.execute(text, values).fetchall()

    def count(self):
        return self.query("SELECT count(*) FROM sop_instance")[0][0]

    def whole(self):
        """Instances that are both a row of the catalogue and a file of its length."""
        archive = os.path.join(self.data, "archive")
        rows = self.query("SELECT path, data_set_offset + data_set_size FROM sop_instance")
        return sum(
            os.path.isfile(os.path.join(archive, path)) and os.path.getsize(os.path.join(archive, path)) == size
            for path, size in rows)

    def hears(self):
        done = subprocess.run(
            [self.chain.binary, "status", "--json", "--config", self.configuration], capture_output=True, text=True)
        return not done.returncode and any(link.get("lastHeardAt") for link in json.loads(done.stdout)["links"])


class Chain:
    """`names`: from the bottom up. All run inside a `with`, the links between them open. `more`: further lines of every
    node's configuration."""

    TIERS = {"city": "city", "county": "county"}

    def __init__(self, folder, binary, names, link, more=""):
        self.folder, self.binary, self.more = folder, binary, more
        os.makedirs(folder)
        self.authority = Authority(os.path.join(folder, "certificates"))
        self.authority.issue("client", "sender", "extendedKeyUsage=clientAuth\n")
        self.sender_fingerprint = self.authority.fingerprint("client")
        self.nodes, above = [], None
        for name in reversed(names):
            above = Node(self, name, self.TIERS.get(name, "edge"), above, link)
            self.nodes.insert(0, above)

    def __enter__(self):
        try:
            for node in reversed(self.nodes):
                node.start()
            end = time.monotonic() + 60
            for node in self.nodes[:-1]:
                while not node.hears():
                    if time.monotonic() > end:
                        raise SystemExit(f"{node.name} did not find {node.parent.name}:\n{node.receiver.tail()}")
                    time.sleep(0.3)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.stop()

    def send(self, node, folder):
        """storescu over mutual TLS; the caller waits for it."""
        return send(self.authority, node.name.upper(), node.port, folder)


def send(authority, called, port, folder):
    path = authority.path
    return subprocess.Popen(
        ["storescu", "+tls", path("client.key"), path("client.pem"), "+cf", path("ca.pem"), "-aet", SENDER,
         "-aec", called, "+sd", "127.0.0.1", str(port), folder],
        env=os.environ | {"TCP_NODELAY": "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
