"""A node's HTTPS port attacked with what no browser and no library would send: paths that climb, bodies and headers without
end, JSON and multipart made to break parsers, other types than are said, sessions put into browsers, other sites' requests,
guessed passwords. Each must be refused with a 4xx, or the connection closed; never a 5xx, never a file that is none of
its business, and the node goes on. The same for /api/v1, /dicom-web, /link and the pages.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile

from attack.demo import Demo
from attack.wire import Wire

DICOMWEB = "/dicom-web/studies"


class Trial:
    def __init__(self, demo):
        self.demo = demo
        self.wire = Wire(demo.nodes["edge"], demo.authority)
        self.token = "Bearer " + demo.token("edge", "operator")
        self.orderer = "Bearer " + demo.token("edge", "radiographer")
        self.checks = self.faults = 0

    def check(self, what, holds, seen=""):
        self.checks += 1
        if not holds:
            self.faults += 1
            print(f"NOT WELL: {what}: {seen}", flush=True)

    def refused(self, what, answer, *statuses):
        """A 4xx (one of these), or a closed connection where none is named."""
        if statuses:
            self.check(what, answer.status in statuses, answer)
        else:
            held = 400 <= answer.status < 500 if answer.status else answer.is_closed
            self.check(what, held, answer)

    # Paths

    def paths(self):
        climbs = ["../" * 8 + "etc/passwd", "..%2f" * 8 + "etc%2fpasswd", "%2e%2e/" * 8 + "etc/passwd",
                  "..%5c" * 8 + "etc", "....//" * 8 + "etc/passwd", "%c0%ae%c0%ae/" * 8 + "etc/passwd",
                  "/etc/passwd", "%00", "x%00.js", "%2e%2e%2fnode.key", "a" * 9000, "%", "%zz", "%F0%9F"]
        for root in ("/", "/assets/", "/assets/1/", "/assets/1/js/", "/api/v1/", "/api/v1/studies/", "/api/v1/tasks/",
                     DICOMWEB + "/", DICOMWEB + "/1.2/series/1.2/instances/1.2/frames/", "/link/v1/", "/study/"):
            for climb in climbs:
                answer = self.wire.ask("GET", root + climb, Authorization=self.token)
                self.check(f"GET {root}{climb[:40]}", answer.status is None or answer.status < 500, answer)
                secrets = b"root:x:" in answer.data or b"PRIVATE KEY" in answer.data or b"SQLite format" in answer.data
                self.check(f"GET {root}{climb[:40]} shows a file", not secrets, answer.data[:200])
        for target in ("//evil.example/", "https://evil.example/", "*", "", " /healthz", "/\x01"):
            answer = self.wire.exchange(
                f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode("latin-1"))
            self.check(f"target {target!r}", answer.status is None or answer.status < 500, answer)
            self.check(f"target {target!r} leads away", "evil" not in answer.headers.get("location", "").split("?")[0],
                       answer.headers)

    # Sizes

    def sizes(self):
        for path, most in (("/api/v1/login", 1 << 20), ("/api/v1/orders", 1 << 20), ("/link/v1/events", 16 << 20)):
            self.refused(f"{path} with a length of a terabyte", self.wire.exchange(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {self.token}\r\nContent-Length: {1 << 40}\r\n\r\n"
                .encode()), 401, 403, 404, 413)
            chunks = [b"10000\r\n" + b" " * 65536 + b"\r\n"] * (most // 65536 + 2)
            self.refused(f"{path} in endless chunks", self.wire.exchange(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {self.token}\r\nTransfer-Encoding: chunked\r\n\r\n"
                .encode(), *chunks), 400, 401, 403, 404, 413)
        self.refused("a header of a megabyte", self.wire.exchange(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * (1 << 20) + b"\r\n\r\n"))
        self.refused("a hundred thousand headers", self.wire.exchange(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"))
        self.refused("a request line of a megabyte", self.wire.exchange(
            b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n"))
        self.refused("a chunk of four exabytes", self.wire.exchange(
            b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3fffffffffffffff\r\nx"),
            None, 400, 413)
        many = "&".join(f"{number:08x}=x" for number in range(5000))
        answer = self.wire.ask("GET", f"{DICOMWEB}?{many}", Authorization=self.token)
        self.check("five thousand search keys", answer.status is None or 400 <= answer.status < 500, answer)
        answer = self.wire.ask("GET", DICOMWEB + "?PatientName=" + "*?" * 3000, Authorization=self.token)
        self.check("a pattern of six thousand wildcards", (answer.status or 400) < 500 and answer.seconds < 3, answer)
        answer = self.wire.ask("GET", "/api/v1/studies?text=" + "%25_" * 1500, Authorization=self.token)
        self.check("a search for 1500 wildcards", (answer.status or 400) < 500 and answer.seconds < 3, answer)
        answer = self.wire.ask("GET", DICOMWEB, Authorization=self.token, Accept="multipart/related," * 2000)
        self.check("two thousand media types", answer.status is None or answer.status < 500, answer)

    # Framing

    def framing(self):
        head = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\n"
        for what, raw in {
            "two lengths": head + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
            "a length and chunks": head + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "a negative length": head + b"Content-Length: -1\r\n\r\n",
            "a length that is no number": head + b"Content-Length: 0x10\r\n\r\n",
            "an unknown coding": head + b"Transfer-Encoding: gzip, x\r\n\r\n",
            "a header without a colon": head + b"nonsense\r\n\r\n",
            "a folded header": head + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
            "a NUL in a header": head + b"X: a\0b\r\nContent-Length: 0\r\n\r\n",
            "a chunk that is no number": head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/9.9": b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
            "an invented method": b"HACK /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
            "HTTP/2 without being asked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(64),
            "no HTTP at all": bytes(range(256)) * 8,
        }.items():
            self.refused(what, self.wire.exchange(raw, patience=25))
        for _ in range(20):
            with self.wire.connect() as line:
                line.sendall(head + b"Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{")

    # Bodies

    def bodies(self):
        bombs = [b"[" * 500_000, b'{"a":' * 150_000, b'{"name":' + b"9" * 900_000 + b"}", b'"' + b"\\u0000" * 100_000,
                 b"\xff\xfe{\x00}\x00", b"", b"null", b"[]", b'{"name":"\\ud800","password":1}', b"1e400", b"-" * 1000]
        studies = self.demo.person("edge", "operator").get("/studies?stage=all")["studies"]
        study = studies[0]["studyInstanceUID"]
        for method, path in (("POST", "/api/v1/login"), ("POST", "/api/v1/orders"),
                             ("PUT", f"/api/v1/studies/{study}/priority")):
            token = {"login": None, "orders": self.orderer}.get(path.rsplit("/", 1)[1], self.token)
            for bomb in bombs:
                answer = self.wire.ask(
                    method, path, bomb, Authorization=token,
                    Content_Type="application/json")
                self.refused(f"{path} with {bomb[:20]!r} ({len(bomb)} bytes)", answer)
                self.check(f"{path} with {bomb[:20]!r} takes long", answer.seconds < 3, answer)
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"):
                answer = self.wire.ask(
                    method, path, b'{"priority":"stat"}', Authorization=token, Content_Type=kind)
                self.refused(f"{path} as {kind}", answer, 415)
        broken = [b"", b"--x", b"--x\r\n", b"--x\r\n\r\n", b"--x--", b"--x\r\nContent-Type: application/dicom\r\n\r\n" + b"A" * 9000,
                  b"--x\r\n" * 20_000, b"--x\r\n" + b"H: v\r\n" * 50_000 + b"\r\n", b"\r\n--" * 50_000]
        for boundary in ("x", "", '"', "x" * 5000, "\\"):
            for body in broken:
                for path in (DICOMWEB, f"{DICOMWEB}/{study}"):
                    answer = self.wire.ask(
                        "POST", path, body, Authorization=self.token,
                        Content_Type=f"multipart/related; type=application/dicom; boundary={boundary}")
                    self.refused(f"multipart {body[:20]!r}, boundary {boundary[:5]!r}, at {path}", answer)

    # Sessions

    def sessions(self):
        account = self.demo.account("edge", "radiographer")
        good = json.dumps({"name": account["name"], "password": account["password"]}).encode()

        def login(body=good, **headers):
            return self.wire.ask("POST", "/api/v1/login", body, Content_Type="application/json", **headers)

        first = login()
        cookie = first.headers.get("set-cookie", "")
        name, value = cookie.split(";")[0].partition("=")[::2]
        for word in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
            self.check(f"the session cookie says {word}", word.lower() in cookie.lower(), cookie)
        planted = f"{name}={'A' * len(value)}"
        self.refused("a session that nobody opened", self.wire.ask("GET", "/api/v1/me", Cookie=planted), 401)
        answer = login(Cookie=planted, X_Requested_With="jieli")
        self.check("a planted session is taken on", planted not in answer.headers.get("set-cookie", planted), answer)
        answer = login(Cookie=f"{name}={value}", X_Requested_With="jieli")
        self.check("logging in again", answer.status == 200, answer)
        self.refused(
            "the session before the login lives on", self.wire.ask("GET", "/api/v1/me", Cookie=f"{name}={value}"), 401)
        current = answer.headers["set-cookie"].split(";")[0]
        for what, headers in {
            "no origin": {}, "another origin": {"Origin": "https://evil.example", "X_Requested_With": "jieli"},
            "origin null": {"Origin": "null", "X_Requested_With": "jieli"},
            "our name elsewhere": {"Origin": f"https://{self.wire.host}:{self.wire.port}.evil.example"},
            "without TLS": {"Origin": f"http://{self.wire.host}:{self.wire.port}"},
        }.items():
            self.refused(f"a change with the cookie and {what}", self.wire.ask(
                "POST", "/api/v1/orders", b"{}", Cookie=current, Content_Type="application/json", **headers), 403)
        for what, path in {"HTML": "/login", "JSON": "/api/v1/me", "an asset": "/favicon.ico"}.items():
            headers = self.wire.ask("GET", path).headers
            policy = headers.get("content-security-policy", "")
            self.check(f"{what} forbids inline script", "script-src 'self'" in policy and "unsafe" not in policy, headers)
            self.check(f"{what} is not to be guessed at", headers.get("x-content-type-options") == "nosniff", headers)
        statuses = [login(json.dumps({"name": account["name"], "password": f"{guess}"}).encode()).status
                    for guess in range(30)]
        # What was used up comes back with time, and thirty handshakes take some.
        self.check("guessing goes on",
                   statuses[:5] == [401] * 5 and set(statuses[5:]) <= {401, 429} and statuses[5:].count(429) >= 20, statuses)

    def run(self):
        for part in (self.paths, self.sizes, self.framing, self.bodies, self.sessions):
            before = self.faults, self.checks
            part()
            print(f"{part.__name__}: {self.checks - before[1]} checks, {self.faults - before[0]} not well", flush=True)
            self.check("the network lives", self.demo.process.poll() is None)
            self.check("the node answers", self.wire.ask("GET", "/healthz").status == 200)
        # What a stranger sends is no error of the node's.
        with open(os.path.join(self.demo.nodes["edge"]["directory"], "node.log"), encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if "request failed" in line]
        self.check("failures in the log", not lines, "".join(lines[:5]))
        return self.faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="jieli-web-")
    demo = Demo(os.path.abspath(options.jieli), directory)
    try:
        demo.wait_for_tasks("city", 1)
        faults = Trial(demo).run()
    finally:
        code = demo.stop()
    if code != 0:
        faults += 1
        print(f"NOT WELL: asked to stop, the network ended with {code}")
    if faults:
        print(f"NOT WELL: {faults} findings; the log is in {directory}")
    else:
        shutil.rmtree(directory)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
