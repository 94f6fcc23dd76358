"""Modalities: real senders that try again until each image was answered 0x0000, and then never send that one again, as a
scanner does that deletes what it has delivered."""

import os
import re
import subprocess
import sys
import threading
import time

PAUSE = 0.3
PYNETDICOM = os.path.join(os.path.dirname(__file__), "pynetdicom_sender.py")


class Tool:
    """How one program is called, and which files it says were taken."""

    def __init__(self, program, title, port, called):
        self.program, self.title, self.port, self.called = program, title, str(port), called

    def command(self, paths):
        raise NotImplementedError

    def accepted(self, paths, output, code):
        raise NotImplementedError


class Storescu(Tool):
    name = "storescu"

    def command(self, paths):
        return ["storescu", "-v", "-aet", self.title, "-aec", self.called, "127.0.0.1", self.port, *paths]

    def accepted(self, paths, output, code):
        current = None
        for line in output.splitlines():
            if match := re.search(r"Sending file: (\S+)", line):
                current = match[1]
            elif "Received Store Response (Success)" in line and current:
                yield current
                current = None


class Pynetdicom(Tool):
    name = "pynetdicom"

    def command(self, paths):
        return [sys.executable, PYNETDICOM, self.port, self.title, self.called, *paths]

    def accepted(self, paths, output, code):
        return re.findall(r"^accepted (\S+)$", output, re.MULTILINE)


class JieliSend(Tool):
    """Says which were not taken; so only a run without fault counts."""

    name = "jieli send"

    def command(self, paths):
        return [
            self.program, "send", "--to", f"127.0.0.1:{self.port}", "--calling", self.title, "--called", self.called,
            "--associations", "2", *paths]

    def accepted(self, paths, output, code):
        return paths if code == 0 else []


TOOLS = (Storescu, Pynetdicom, JieliSend)


class Progress:
    """What the modalities were promised. Everything else in the test is timed by it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.accepted = {}
        self.allowed = 0
        self.is_over = False

    def add(self, images):
        with self.changed:
            for image in images:
                self.accepted[image.uid] = image
            self.changed.notify_all()

    def allow(self, count):
        """Nobody begins a study before so many of the instances may be on their way."""
        with self.changed:
            self.allowed = max(self.allowed, count)
            self.changed.notify_all()

    def wait_allowed(self, count):
        with self.changed:
            self.changed.wait_for(lambda: self.is_over or self.allowed >= count)
            return not self.is_over

    def wait_accepted(self, count, seconds):
        with self.changed:
            self.changed.wait_for(lambda: self.is_over or len(self.accepted) >= count, seconds)
            return len(self.accepted)

    def end(self):
        with self.changed:
            self.is_over = True
            self.changed.notify_all()


class Modality(threading.Thread):
    """Works through its studies. `studies`: how many instances must be allowed before, the images, whether they are sent
    a second time although they were accepted."""

    def __init__(self, tool, studies, progress, log):
        super().__init__(daemon=True)
        self.tool, self.studies, self.progress, self.log = tool, studies, progress, log
        self.process = None
        self.attempts = 0

    def run(self):
        for allowance, images, is_repeated in self.studies:
            if not self.progress.wait_allowed(allowance) or not self.deliver(images):
                return
            if is_repeated:
                self.send(images)

    def deliver(self, images):
        missing = {image.path: image for image in images}
        while missing and not self.progress.is_over:
            taken = self.send(list(missing.values()))
            self.progress.add([missing.pop(path) for path in taken if path in missing])
            if missing:
                time.sleep(PAUSE)
        return not missing

    def send(self, images):
        paths = [image.path for image in images]
        self.attempts += 1
        with open(self.log, "a+", encoding="utf-8", errors="replace") as output:
            start = output.tell()
            self.process = subprocess.Popen(
                self.tool.command(paths), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=dict(os.environ, TCP_NODELAY="1"))
            code = self.process.wait()
            output.seek(start)
            return list(self.tool.accepted(paths, output.read(), code))

    def kill_sender(self):
        """Whatever it is sending just now ends in the middle."""
        process = self.process
        if process is not None and process.poll() is None:
            process.kill()
