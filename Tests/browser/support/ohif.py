"""OHIF, as it comes built in a PyPI wheel, served beside a node's DICOMweb under one address: what an operator's reverse proxy
does. The proxy logs in at the node and adds the session to what it passes on."""

import gzip
import http.client
import http.server
import json
import mimetypes
import os
import ssl
import subprocess
import sys
import threading
from types import SimpleNamespace
from urllib.parse import urlsplit

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FILES = os.path.join(ROOT, ".build-ohif", "ohif")
BASE = "/ohif/"
PASSED = ("accept", "accept-encoding", "if-none-match", "range")
RETURNED = ("content-type", "content-encoding", "cache-control", "etag", "vary", "content-length")
CONFIGURATION = """
window.config = {
  routerBasename: '/ohif/', showStudyList: true, extensions: [], modes: [], showLoadingIndicator: true,
  showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false, strictZSpacingForVolumeViewport: true,
  investigationalUseDialog: { option: 'never' }, defaultDataSourceName: 'dicomweb', useSharedArrayBuffer: 'FALSE',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb',
    configuration: {
      friendlyName: 'Jieli', name: 'jieli', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web', wadoUriRoot: '/dicom-web',
      qidoSupportsIncludeField: true, supportsReject: false, imageRendering: 'wadors', thumbnailRendering: 'wadors',
      enableStudyLazyLoad: true, supportsFuzzyMatching: true, supportsWildcard: true, bulkDataURI: { enabled: true },
      omitQuotationForMultipartRequest: true,
    },
  }],
};
"""


def is_installed():
    return os.path.exists(os.path.join(FILES, "index.html"))


class OHIF:
    """Listens on a port of its own, with a certificate of its own, while inside a `with`."""

    def __init__(self, node_url, user, directory, host="127.0.0.1", port=0):
        self.node, self.host = urlsplit(node_url), host
        self.context = ssl._create_unverified_context()
        self.cookie = self.log_in(user)
        self.packed = {}
        self.server = http.server.ThreadingHTTPServer((host, port), self.handler())
        self.server.daemon_threads = True
        # A browser that asks whether it may trust the certificate breaks its first connection off.
        self.server.handle_error = lambda *_: None
        self.server.socket = self.tls(directory).wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://{host}:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def tls(self, directory):
        key, certificate = os.path.join(directory, "ohif.key"), os.path.join(directory, "ohif.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=ohif", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def connection(self):
        return http.client.HTTPSConnection(self.node.hostname, self.node.port, context=self.context, timeout=60)

    def log_in(self, user):
        connection = self.connection()
        connection.request(
            "POST", "/api/v1/login", json.dumps({"name": user.name, "password": user.password}),
            {"Content-Type": "application/json", "X-Requested-With": "jieli"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"the proxy cannot log in: HTTP {answer.status}"
        return answer.headers["Set-Cookie"].split(";")[0]

    def file(self, path):
        """Bytes and type of a static file; the page of the application for every other path below it."""
        if path == BASE + "app-config.js":
            return CONFIGURATION.encode(), "text/javascript"
        name = os.path.normpath(os.path.join(FILES, path[len(BASE):]))
        if not name.startswith(FILES) or not os.path.isfile(name):
            name = os.path.join(FILES, "index.html")
        with open(name, "rb") as file:
            return file.read(), mimetypes.guess_type(name)[0] or "application/octet-stream"

    def handler(self):
        ohif = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                path = urlsplit(self.path).path
                try:
                    if path.startswith("/dicom-web/"):
                        self.pass_on()
                    elif path.startswith(BASE):
                        self.give(path)
                    else:
                        self.answer(404, b"", {})
                except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    self.close_connection = True

            def give(self, path):
                body, kind = ohif.file(path)
                headers = {"Content-Type": kind}
                # As a careful operator would: files named after their contents are kept, and text goes out as gzip.
                headers["Cache-Control"] = "public, max-age=31536000, immutable" if "bundle" in path or path.endswith(".wasm") else "no-cache"
                if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 1000:
                    if path not in ohif.packed:
                        ohif.packed[path] = gzip.compress(body, 6)
                    body = ohif.packed[path]
                    headers["Content-Encoding"] = "gzip"
                self.answer(200, body, headers)

            def pass_on(self):
                local = threading.current_thread().__dict__
                if "upstream" not in local:
                    local["upstream"] = ohif.connection()
                headers = {name: self.headers[name] for name in PASSED if name in self.headers}
                headers |= {"Cookie": ohif.cookie, "Host": self.headers["Host"]}
                try:
                    local["upstream"].request("GET", self.path, headers=headers)
                    reply = local["upstream"].getresponse()
                except (http.client.HTTPException, OSError):
                    local["upstream"] = ohif.connection()
                    local["upstream"].request("GET", self.path, headers=headers)
                    reply = local["upstream"].getresponse()
                body = reply.read()
                kept = {name: reply.headers[name] for name in RETURNED if name in reply.headers and name != "content-length"}
                self.answer(reply.status, body, kept)

            def answer(self, status, body, headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(body)

        return Handler


if __name__ == "__main__":
    # In a place of its own: NODE USER PASSWORD DIRECTORY HOST PORT
    node_url, name, password, directory, host, port = sys.argv[1:]
    OHIF(node_url, SimpleNamespace(name=name, password=password), directory, host, int(port)).server.serve_forever()
