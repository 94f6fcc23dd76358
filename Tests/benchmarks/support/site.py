"""A node that people read at, and OHIF beside it: on loopback, or at the far end of an emulated line."""

import json
import os
import subprocess
import sys
import time

from . import certificates, slices
from .certificates import NODE
from .line import COUNTY, Line, is_listening

DICOM, HTTPS, OHIF = 11190, 11191, 11192
BROWSER = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "browser"))
PASSWORD = "bench-Passwort-1"


class Site:
    """`namespace`: where its processes run; none: here."""

    def __init__(self, binary, folder, namespace=None):
        self.binary, self.folder, self.namespace = binary, folder, namespace
        self.host = COUNTY if namespace else "127.0.0.1"
        self.url, self.ohif_url = f"https://{self.host}:{HTTPS}", f"https://{self.host}:{OHIF}"
        self.processes = []

    @property
    def configuration(self):
        return os.path.join(self.folder, "node.yaml")

    @property
    def certificates(self):
        """Of the node, and of OHIF's proxy where there is one."""
        known = [os.path.join(self.folder, "certificates", "server.pem"), os.path.join(self.folder, "ohif.pem")]
        return [each for each in known if os.path.exists(each)]

    def inside(self, *command):
        return Line.inside(self.namespace, *command) if self.namespace else list(command)

    def set_up(self):
        """Certificates, configuration, an account: once in a folder."""
        if os.path.exists(self.configuration):
            return
        files = certificates.make(os.path.join(self.folder, "certificates"))
        with open(os.path.join(self.folder, "peers.yaml"), "w") as file:
            file.write(f"clients:\n  - aeTitle: BENCHSENDER\n    fingerprint: {files.client_fingerprint}\n")
        with open(self.configuration, "w") as file:
            file.write(f"""\
node: {{name: {NODE}, tier: county}}
directory: {json.dumps(os.path.join(self.folder, 'store'))}
peers: peers.yaml
dicom: {{aeTitle: BENCH, host: 127.0.0.1, port: {DICOM}, tlsPort: 0, minimumFreeMegabytes: 64}}
http: {{host: 0.0.0.0, port: {HTTPS}}}
tls:
  certificate: {json.dumps(files.server)}
  key: {json.dumps(files.server_key)}
  authority: {json.dumps(files.authority)}
  receiptCertificate: {json.dumps(files.receipt)}
  receiptKey: {json.dumps(files.receipt_key)}
reading: {{enabled: true}}
""")
        os.makedirs(os.path.join(self.folder, "store"), exist_ok=True)
        subprocess.run(
            [self.binary, "user", "add", "--config", self.configuration, "--role", "radiologist", "reader"],
            input=PASSWORD + "\n", text=True, check=True, capture_output=True)

    def __enter__(self):
        self.set_up()
        self.start("jieli", [self.binary, "run", "--config", self.configuration], HTTPS)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, name, command, port):
        with open(os.path.join(self.folder, f"{name}.log"), "ab") as log:
            process = subprocess.Popen(self.inside(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        end = time.monotonic() + 60
        while not is_listening(process.pid, port):
            if process.poll() is not None or time.monotonic() > end:
                with open(os.path.join(self.folder, f"{name}.log"), errors="replace") as log:
                    raise SystemExit(f"{name} does not listen on {port}:\n{log.read()[-2000:]}")
            time.sleep(0.05)

    def start_ohif(self):
        self.start("ohif", [sys.executable, os.path.join(BROWSER, "support", "ohif.py"), self.url, "reader", PASSWORD,
                            self.folder, self.host, str(OHIF)], OHIF)

    def cookie(self):
        """Of a session, by name and value."""
        done = subprocess.run(
            self.inside("curl", "-sk", "-D", "-", "-o", "/dev/null", f"{self.url}/api/v1/login", "-H", "X-Requested-With: jieli",
                        "-H", "Content-Type: application/json", "-d", json.dumps({"name": "reader", "password": PASSWORD})),
            capture_output=True, text=True, check=True)
        line = next(each for each in done.stdout.splitlines() if each.lower().startswith("set-cookie:"))
        name, value = line.split(":", 1)[1].split(";")[0].strip().split("=", 1)
        return {"name": name, "value": value, "url": self.url, "secure": True, "httpOnly": True, "sameSite": "Strict"}

    def send(self, studies):
        """`studies`: images by number of the study. Made and sent once in a folder."""
        for number, count in studies.items():
            made = os.path.join(self.folder, f"sent-{number}-{count}")
            if os.path.exists(made):
                continue
            source = os.path.join(self.folder, f"study-{number}")
            study = slices.make(source, count, study=number)
            subprocess.run(
                self.inside("storescu", "-aet", "BENCHSENDER", "-aec", "BENCH", "+sd", "127.0.0.1", str(DICOM), source),
                check=True, capture_output=True, env={**os.environ, "TCP_NODELAY": "1"})
            for path in study.paths():
                os.remove(path)
            os.rmdir(source)
            open(made, "w").close()


def uid(study):
    return f"{slices.ROOT}.{study}"
