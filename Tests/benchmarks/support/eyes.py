"""A browser that notes when the first picture stands there, and how much memory it takes."""

import os
import stat
import sys
import time

from playwright.sync_api import sync_playwright

from .line import Line

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "browser", "support"))
from trust import trusting

LIMIT = 240
# Of our viewer: the small picture that the page brings along, and what each pane says of itself, set in the same turn in which
# the picture is drawn.
OURS = """
window.first = {};
document.addEventListener('load', (event) => {
  // Nothing is painted, and no frame begins, before the styles are here.
  if (event.target.closest?.('[data-role=first-look]')) requestAnimationFrame(() => { window.first.preview ??= performance.now(); });
}, true);
new MutationObserver(() => {
  for (const quality of ['preview', 'diagnostic']) {
    if (!window.first[quality] && document.querySelector(`[data-role=pane][data-quality=${quality}]`)) window.first[quality] = performance.now();
  }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-quality'] });
"""
# Of OHIF: the canvas that it shows is no longer all of one grey. A picture that it draws at all is a whole one.
OHIF = """
window.first = {};
const small = new OffscreenCanvas(24, 24).getContext('2d', { willReadFrequently: true });
const look = () => {
  const canvas = document.querySelector('.cornerstone-canvas');
  if (canvas && canvas.width > 100) {
    small.drawImage(canvas, 0, 0, 24, 24);
    const { data } = small.getImageData(0, 0, 24, 24);
    let [low, high] = [255, 0];
    for (let at = 0; at < data.length; at += 4) { low = Math.min(low, data[at]); high = Math.max(high, data[at]); }
    if (high - low > 30) { window.first.diagnostic = performance.now(); return; }
  }
  setTimeout(look, 15);
};
look();
"""


class Eyes:
    """Chromium, in a network namespace where one is named."""

    def __init__(self, folder, certificates, namespace=None):
        """`certificates`: files that the browser trusts, for over others it keeps nothing in its store."""
        self.playwright = sync_playwright().start()
        certificates = [open(each, encoding="ascii").read() for each in certificates]
        program = "/usr/bin/chromium"
        if namespace:
            program = os.path.join(folder, "chromium")
            with open(program, "w") as file:
                file.write(f"#!/bin/sh\nexec {' '.join(Line.inside(namespace, '/usr/bin/chromium'))} \"$@\"\n")
            os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
        self.browser = self.playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--lang=zh-CN", trusting(*certificates)])

    def close(self):
        self.browser.close()
        self.playwright.stop()

    def person(self, cookie=None, script=OURS):
        context = self.browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(240_000)
        if cookie:
            context.add_cookies([cookie])
        context.add_init_script(script)
        return context

    @staticmethod
    def first(page, address):
        """Milliseconds from the start of the navigation: of a preview, if there was one, and of a whole picture."""
        page.goto(address, wait_until="commit")
        found, end = {}, time.monotonic() + LIMIT
        # Asked from outside: a page whose policy forbids `eval` lets nobody wait inside it.
        while "diagnostic" not in found:
            if time.monotonic() > end:
                raise SystemExit(f"no picture after {LIMIT} s: {address}")
            page.wait_for_timeout(50)
            found = page.evaluate("window.first ?? {}")
        # A picture that was whole at once was the first look, too.
        return min(found.get("preview", found["diagnostic"]), found["diagnostic"]), found["diagnostic"]

    @staticmethod
    def collect(page):
        """What nothing refers to any more goes: a browser does so when it finds the time, and until then it looks like growth."""
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        session.detach()
        page.wait_for_timeout(200)

    def memory(self):
        """MiB of all processes that hold pages: what they share with others is shared out."""
        return sum(share for kind, share in processes() if kind == "renderer")


def processes():
    own = descendants(os.getpid())
    for process in own:
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                arguments = file.read().decode(errors="replace").replace("\0", " ")
            kind = arguments.partition("--type=")[2].split(" ")[0]
            with open(f"/proc/{process}/smaps_rollup") as file:
                share = next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
        except (OSError, StopIteration):
            continue
        yield kind, share


def descendants(root):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found
