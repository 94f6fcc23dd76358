"""A Chromium of before January 2023, which the last one for Windows 7 is: that of Qt 6.5, which PyPI still has.

It is Chromium 108 as an application embeds it: one page, one profile that is kept nowhere. Addresses have to be whole ones.
"""

import os
import re
import socket
import subprocess
import sys
import time

from support.person import Person

STARTED = re.compile(r"DevTools listening on (ws://\S+)")
# Parts of Chromium that Qt leaves out, and a policy names all the same.
LEFT_OUT = "Error with Permissions-Policy header: Unrecognized feature"


class OldChromium:
    def __init__(self, folder):
        self.log = os.path.join(folder, "chromium.log")
        # It takes no port but a named one.
        with socket.create_server(("127.0.0.1", 0)) as held:
            place = f"127.0.0.1:{held.getsockname()[1]}"
        environment = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_REMOTE_DEBUGGING": place, "TZ": "Asia/Shanghai",
            "QTWEBENGINE_DISABLE_SANDBOX": "1", "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --lang=zh-CN",
            "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "support.old_chromium"], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def connect(self, browser_type):
        """As soon as it listens."""
        end = time.monotonic() + 90
        while not (started := STARTED.search(self.said())):
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said()[-2000:]}"
            assert time.monotonic() < end, f"it does not listen: {self.said()[-2000:]}"
            time.sleep(0.1)
        # It has no contexts of its own to be set up.
        return browser_type.connect_over_cdp(started[1], no_defaults=True, timeout=90000)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class OldChromiumPerson(Person):
    """The one who sits before it."""

    def new_context(self, browser, size, has_touch):
        browser.contexts[0].pages[0].set_viewport_size(size)
        return browser.contexts[0]

    def first_page(self):
        return self.context.pages[0]

    def on_console(self, message):
        if not message.text.startswith(LEFT_OUT):
            super().on_console(message)


def main():
    from PyQt6.QtCore import QUrl
    from PyQt6.QtWebEngineWidgets import QWebEngineView
    from PyQt6.QtWidgets import QApplication

    application = QApplication(sys.argv)
    view = QWebEngineView()
    view.page().certificateError.connect(lambda error: error.acceptCertificate())
    view.resize(1366, 768)
    view.setUrl(QUrl("about:blank"))
    view.show()
    application.exec()


if __name__ == "__main__":
    main()
