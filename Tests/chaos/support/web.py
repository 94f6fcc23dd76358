"""A node's public interface, as any program uses it."""

import http.client
import json
import ssl
import urllib.error
import urllib.request

# What a request can meet while nodes are killed and lines cut.
TROUBLE = (OSError, http.client.HTTPException, ssl.SSLError, ValueError)


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text[:300]}")
        self.status = status


class Person:
    """Somebody with an account, by its token."""

    def __init__(self, url, authority, token, patience=15):
        self.url, self.authority, self.token, self.patience = url, authority, token, patience

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=self.patience, context=self.authority) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, error.read().decode(errors="replace")) from None

    def get(self, path):
        return self.call("GET", "/api/v1" + path)

    def post(self, path, body=None):
        return self.call("POST", "/api/v1" + path, body)

    def put(self, path, body):
        return self.call("PUT", "/api/v1" + path, body)

    def is_ready(self):
        try:
            self.call("GET", "/readyz")
            return True
        except (Refused, *TROUBLE):
            return False

    def studies(self):
        found = []
        while True:
            page = self.get(f"/studies?stage=all&limit=500&offset={len(found)}")
            found += page["studies"]
            if not page["studies"] or len(found) >= page["total"]:
                return found
