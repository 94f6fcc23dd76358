"""Counts what holds and what does not."""

import os
import time
from contextlib import contextmanager


class Broken(Exception):
    """The rest of a chapter makes no sense."""


class Checks:
    def __init__(self, screenshots):
        self.folder = os.path.join(screenshots, "failed")
        self.passed = 0
        self.failures = []

    @contextmanager
    def check(self, sentence, page=None, vital=False):
        """One thing that must hold. After a vital one failed, the chapter ends."""
        start = time.monotonic()
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
            self.failed(sentence, error, page)
            if vital:
                raise Broken(sentence) from error
        else:
            self.passed += 1
            print(f"  ok      {sentence} ({time.monotonic() - start:.1f} s)", flush=True)

    def failed(self, sentence, error, page=None):
        reason = str(error).split("\nCall log:")[0].strip() or type(error).__name__
        self.failures.append(sentence)
        print(f"  FAILED  {sentence}\n          " + reason.replace("\n", "\n          "), flush=True)
        self.picture(page)

    def not_reached(self, sentence):
        self.failures.append(sentence)
        print(f"  FAILED  {sentence}: not reached", flush=True)

    def picture(self, page):
        if page is None or page.is_closed():
            return
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, f"{len(self.failures)}.png")
        try:
            page.screenshot(path=path, timeout=5000)
            print(f"          picture: {path}", flush=True)
        except Exception as error:  # noqa: BLE001 - a page that does not answer has no picture
            print(f"          no picture: {type(error).__name__}", flush=True)
