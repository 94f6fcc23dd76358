"""A small authority, one certificate that serves as each peer's own, one for the senders."""

import hashlib
import os
import ssl
import subprocess
from dataclasses import dataclass

NODE = "bench"


@dataclass
class Certificates:
    folder: str
    authority: str
    server: str
    server_key: str
    receipt: str
    receipt_key: str
    client: str
    client_key: str

    @property
    def client_fingerprint(self):
        return fingerprint(self.client)


def fingerprint(path):
    with open(path) as file:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"openssl {arguments[0]} failed: {done.stderr.strip()}")


class Authority:
    """Issues into one folder; keys have no passphrase."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700)
        self.key("ca")
        openssl(
            "req", "-x509", "-key", "ca.key", "-days", "7", "-subj", "/CN=Benchmark", "-out", "ca.pem", cwd=folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def fingerprint(self, name):
        return fingerprint(self.path(f"{name}.pem"))

    def key(self, name):
        openssl(
            "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.sec1", cwd=self.folder)
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.sec1", "-out", f"{name}.key", cwd=self.folder)
        os.chmod(self.path(f"{name}.key"), 0o600)

    def issue(self, name, common_name, extensions):
        self.key(name)
        openssl(
            "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={common_name}", "-out", f"{name}.csr",
            cwd=self.folder)
        with open(self.path(f"{name}.ext"), "w") as file:
            file.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n" + extensions)
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "7",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem", cwd=self.folder)

    def issue_node(self, node, names, files, receipt_files):
        """What a node needs: one certificate for its ports, one for its receipts. `names`: SANs beside the node's own."""
        uri = f"URI:urn:jieli:node:{node}"
        self.issue(
            files, node,
            f"extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName={','.join([uri, *names])}\n")
        self.issue(receipt_files, f"{node} receipts", f"extendedKeyUsage=1.3.6.1.5.5.7.3.36\nsubjectAltName={uri}\n")


def make(folder):
    authority = Authority(folder)
    authority.issue_node(NODE, ["DNS:localhost", "IP:127.0.0.1"], "server", "receipt")
    authority.issue("client", "sender", "extendedKeyUsage=clientAuth\n")
    path = authority.path
    return Certificates(
        folder, path("ca.pem"), path("server.pem"), path("server.key"), path("receipt.pem"), path("receipt.key"),
        path("client.pem"), path("client.key"))
