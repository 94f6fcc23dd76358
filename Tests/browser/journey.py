"""The whole journey, by hand, in a real Chromium: from the township to the city and home again.

A person does here only what a person can do: reads the page, types, clicks, scrolls. The one thing done otherwise is the
scanner's part: it sends images by C-STORE.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from types import SimpleNamespace

from playwright.sync_api import expect, sync_playwright

from chapters import arrival, home, hostile, images, imports, operations, reading, refusals, reports, review
from support.checks import Broken, Checks
from support.gallery import Gallery
from support.network import Network
from support.person import Person

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
IMAGES = os.path.join(ROOT, "TestImages")
# The digital radiograph comes later: its order is written before its images are there.
SENT_AT_START = ["ct-chest", "mr-head", "us-heart", "gbk-undeclared", "transfer-syntaxes"]

# Each stands on the one before.
CHAPTERS = [
    ("The township sends, and asks for help", arrival.chapter),
    ("The city reads", reading.chapter),
    ("A second doctor verifies", review.chapter),
    ("The report comes home", home.chapter),
    ("A report lives on", reports.chapter),
    ("The operators look after it", operations.chapter),
]
# These stand alone.
FURTHER = [
    ("Every kind of image", images.chapter), ("A disc is imported", imports.chapter), ("What is refused, and English", refusals.chapter),
    ("Every text is a script", hostile.chapter)]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jieli", default=os.environ.get("JIELI", os.path.join(ROOT, ".build", "debug", "jieli")))
    parser.add_argument("--keep", action="store_true", help="keep the network's folder")
    parser.add_argument("--only", metavar="WORDS", help="of the chapters that stand alone, those whose title holds this, and no others")
    return parser.parse_args()


def play(checks, network, browser, screenshots, only=None):
    problems = []
    people = {}

    def person(role, node):
        if (role, node) not in people:
            people[role, node] = Person(browser, network.nodes[node], role, problems)
        return people[role, node]

    story = SimpleNamespace(
        checks=checks, network=network, browser=browser, person=person, images=IMAGES, problems=problems,
        gallery=Gallery(screenshots, browser, problems))
    broken = False
    chapters = CHAPTERS + FURTHER if only is None else [each for each in FURTHER if only.lower() in each[0].lower()]
    if not chapters:
        raise SystemExit(f"Tests/browser/run: no chapter that stands alone is called {only}")
    for title, chapter in chapters:
        print(title, flush=True)
        if broken and (title, chapter) in CHAPTERS:
            checks.not_reached(title)
            continue
        try:
            chapter(story)
        except Broken:
            broken = True
    with checks.check("no browser saw a script error, a CSP violation, a failed request or an unexpected refusal"):
        assert not problems, "\n".join(dict.fromkeys(problems))
    story.gallery.close()
    for each in people.values():
        each.close()


def main():
    given = options()
    if not os.access(given.jieli, os.X_OK):
        print(f"Tests/browser/run: no program {given.jieli}; build it, or name one with --jieli", file=sys.stderr)
        return 2
    # A terminated test ends its network on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    expect.set_options(timeout=15000)
    screenshots = os.path.abspath(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="jieli-screenshots-"))
    folder = tempfile.mkdtemp(prefix="jieli-browser-")
    checks = Checks(screenshots)
    network = Network(given.jieli, folder, [os.path.join(IMAGES, name) for name in SENT_AT_START])
    try:
        with checks.check("a demo network starts", vital=True):
            network.wait(seconds=120)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"],
                env={**os.environ, "LANGUAGE": "zh_CN"})
            play(checks, network, browser, screenshots, given.only)
            browser.close()
    except Broken:
        pass
    finally:
        with checks.check("the network ends when it is told to"):
            assert network.stop(), network.log_tail()
    if given.keep or checks.failures:
        print(f"the network's folder: {folder}")
    else:
        shutil.rmtree(folder)
    print(f"screenshots: {screenshots}\n{checks.passed} passed, {len(checks.failures)} failed")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
