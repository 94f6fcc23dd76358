"""The receivers. Each is made for one run in an empty folder, says how it is started, and counts what it holds."""

import json
import os
import sqlite3
import urllib.request

from .certificates import NODE

SENDER = "BENCHSENDER"


def files_below(folder):
    return sum(len(names) for _, _, names in os.walk(folder))


class Peer:
    tool = None
    label = None

    def __init__(self, folder, ports, link, certificates):
        """`ports`: one for DICOM, one for whatever else the peer listens on."""
        self.folder, self.link, self.certificates = folder, link, certificates
        self.port, self.second_port = ports
        self.store = os.path.join(folder, "store")
        os.makedirs(self.store)

    def count_running(self):
        """How many instances there are, asked while it runs; `None` where only its files can tell."""
        return None

    def count_stopped(self):
        return files_below(self.store)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path


class Jieli(Peer):
    """A node without parents that reads what it gets: flushed, hashed, checked, catalogued, audited, planned."""

    label = "jieli"
    binary = None

    def command(self):
        files = self.certificates
        tls = self.link == "tls"
        self.write("peers.yaml", f"""\
clients:
  - aeTitle: {SENDER}
    fingerprint: {files.client_fingerprint}
""")
        configuration = self.write("node.yaml", f"""\
node:
  name: {NODE}
  tier: county
directory: {json.dumps(self.store)}
peers: peers.yaml
dicom:
  aeTitle: BENCH
  host: 127.0.0.1
  port: {0 if tls else self.port}
  tlsPort: {self.port if tls else 0}
  minimumFreeMegabytes: 64
http:
  host: 127.0.0.1
  port: {self.second_port}
tls:
  certificate: {json.dumps(files.server)}
  key: {json.dumps(files.server_key)}
  authority: {json.dumps(files.authority)}
  receiptCertificate: {json.dumps(files.receipt)}
  receiptKey: {json.dumps(files.receipt_key)}
reading:
  enabled: true
""")
        return [self.binary, "run", "--config", configuration]

    def count_stopped(self):
        """Only what is both a file of its name and a row of the catalogue."""
        database = sqlite3.connect(f"file:{self.store}/jieli.sqlite?mode=ro", uri=True)
        try:
            rows = database.execute("SELECT path, data_set_offset + data_set_size FROM sop_instance").fetchall()
        finally:
            database.close()
        archive = os.path.join(self.store, "archive")
        return sum(
            os.path.isfile(os.path.join(archive, path)) and os.path.getsize(os.path.join(archive, path)) == size
            for path, size in rows)


class Orthanc(Peer):
    """As its users run it, on SQLite, told to flush its files before it answers."""

    tool = "Orthanc"
    label = "Orthanc"
    more = {}

    def command(self):
        settings = {
            "Name": "BENCH", "StorageDirectory": self.store, "IndexDirectory": self.store, "StorageCompression": False,
            "DicomAet": "BENCH", "DicomPort": self.port, "HttpPort": self.second_port, "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False, "DicomCheckCalledAet": False, "DicomAlwaysAllowStore": True,
            "SyncStorageArea": True, "Plugins": [],
        } | self.more
        if self.link == "tls":
            settings |= {
                "DicomTlsEnabled": True, "DicomTlsCertificate": self.certificates.server,
                "DicomTlsPrivateKey": self.certificates.server_key,
                "DicomTlsTrustedCertificates": self.certificates.authority,
            }
        return ["Orthanc", self.write("orthanc.json", json.dumps(settings))]

    def count_running(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.second_port}/statistics", timeout=10) as answer:
            return json.load(answer)["CountInstances"]


class Storescp(Peer):
    """DCMTK's receiver, a process for each association: no flush, no index, no hash."""

    tool = "storescp"
    label = "storescp --fork"

    def command(self):
        files, tls = self.certificates, []
        if self.link == "tls":
            tls = ["+tls", files.server_key, files.server, "+cf", files.authority]
        return ["storescp", "--fork", *tls, "--bit-preserving", "-od", self.store, str(self.port)]


PEERS = {"jieli": Jieli, "orthanc": Orthanc, "storescp": Storescp}
