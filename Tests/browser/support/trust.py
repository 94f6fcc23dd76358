"""A browser that trusts a node's certificate, as PCs do where the operator has installed the authority's.

Over a certificate that it does not trust Chromium keeps nothing in its store, whatever a person has clicked away.
"""

import base64
import hashlib
import ssl
import subprocess
from urllib.parse import urlsplit


def key_digest(certificate):
    """Of a PEM certificate's public key, as Chromium names it."""
    key = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=certificate, capture_output=True, text=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key.encode(), capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def trusting(*certificates):
    """The argument with which Chromium takes these certificates for good ones."""
    return f"--ignore-certificate-errors-spki-list={','.join(key_digest(each) for each in certificates)}"


def certificate_of(url):
    place = urlsplit(url)
    return ssl.get_server_certificate((place.hostname, place.port))
