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
        with open(self.client) as file:
            return hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"openssl {arguments[0]} failed: {done.stderr.strip()}")


def make(folder):
    os.makedirs(folder, mode=0o700)

    def key(name):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.sec1", cwd=folder)
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.sec1", "-out", f"{name}.key", cwd=folder)
        os.chmod(os.path.join(folder, f"{name}.key"), 0o600)

    def issue(name, common_name, extensions):
        key(name)
        openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={common_name}", "-out", f"{name}.csr", cwd=folder)
        with open(os.path.join(folder, f"{name}.ext"), "w") as file:
            file.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n" + extensions)
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "7",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem", cwd=folder)

    key("ca")
    openssl("req", "-x509", "-key", "ca.key", "-days", "7", "-subj", "/CN=Benchmark", "-out", "ca.pem", cwd=folder)
    uri = f"URI:urn:jieli:node:{NODE}"
    issue(
        "server", NODE,
        f"extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName={uri},DNS:localhost,IP:127.0.0.1\n")
    issue("receipt", f"{NODE} receipts", f"extendedKeyUsage=1.3.6.1.5.5.7.3.36\nsubjectAltName={uri}\n")
    issue("client", "sender", "extendedKeyUsage=clientAuth\n")

    def path(name):
        return os.path.join(folder, name)

    return Certificates(
        folder, path("ca.pem"), path("server.pem"), path("server.key"), path("receipt.pem"), path("receipt.key"),
        path("client.pem"), path("client.key"))
