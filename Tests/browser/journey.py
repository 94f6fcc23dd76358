"""The whole journey, by hand, in a real Chromium, and reading in other browsers: from the township to the city and home again.

A person does here only what a person can do: reads the page, types, clicks, scrolls. The one thing done otherwise is the
scanner's part: it sends images by C-STORE.
"""

import argparse
import functools
import os
import shutil
import signal
import sys
import tempfile
import traceback
from types import SimpleNamespace

from playwright.sync_api import expect, sync_playwright

from chapters import (
    arrival, browsers, collection, corrections, documents, duty, fidelity, home, hostile, images, imports, looks, measuring, ohif, operations,
    overflow, panes, priors, reading, refusals, reports, review, second, thin, together, urgent, volume)
from support.checks import Broken, Checks
from support.gallery import Gallery
from support.lines import LinedNetwork, busy_county, second_readings
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
    ("Documents and waveforms", documents.chapter),
    ("Panes, keys and films", panes.chapter), ("Real images, pixel by pixel", fidelity.chapter),
    ("Images as they ask to be seen", looks.chapter),
    ("Every kind of image", images.chapter), ("A disc is imported", imports.chapter), ("What is refused, and English", refusals.chapter),
    ("Every text is a script", hostile.chapter),
    ("Another viewer: OHIF", ohif.chapter), ("A thin line", thin.chapter),
    ("What cannot wait", urgent.chapter), ("What was wrong is put right", corrections.chapter),
    ("Planes through a volume", volume.chapter), ("Two doctors before one list", together.chapter),
    ("A phantom is measured", measuring.chapter), ("Another browser: Firefox", browsers.firefox),
    ("An old browser: Chromium 108", browsers.old_chromium),
    ("The patient was here before", priors.chapter),
    # Last: its studies fill the first page of every list.
    ("Real files of many makers", collection.chapter)]


# Each of these has a network of its own, made ready for it.
OWN_NETWORK = [
    ("The county passes on what is too much", overflow.chapter, busy_county),
    ("And the line to the city breaks", functools.partial(overflow.chapter, is_cut=True), busy_county),
    ("A doctor leaves, and the roster has a mistake", duty.chapter, busy_county),
    ("A report is read a second time", second.chapter, second_readings),
]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jieli", default=os.environ.get("JIELI", os.path.join(ROOT, ".build", "debug", "jieli")))
    parser.add_argument("--keep", action="store_true", help="keep the networks' folders")
    parser.add_argument("--only", metavar="WORDS", help="of the chapters that stand alone, those whose title holds this, and no others")
    return parser.parse_args()


class Theatre:
    """A browser, and what was seen in it."""

    def __init__(self, given, playwright, browser, checks, screenshots):
        self.given, self.playwright, self.browser, self.checks, self.screenshots = given, playwright, browser, checks, screenshots

    def play(self, network, chapters, dependent=()):
        """`dependent`: the titles that make no sense once one of them broke."""
        checks, problems, people = self.checks, [], {}

        def person(role, node):
            if (role, node) not in people:
                people[role, node] = Person(self.browser, network.nodes[node], role, problems)
            return people[role, node]

        story = SimpleNamespace(
            checks=checks, network=network, playwright=self.playwright, browser=self.browser, program=self.given.jieli, person=person,
            images=IMAGES, problems=problems, gallery=Gallery(self.screenshots, self.browser, problems))
        broken = False
        for title, chapter in chapters:
            print(title, flush=True)
            if broken and title in dependent:
                checks.not_reached(title)
                continue
            try:
                chapter(story)
            except Broken:
                broken = True
            except Exception as error:  # noqa: BLE001 - one chapter that stumbles between its checks must not hide those after it
                broken = True
                pages = [page for context in self.browser.contexts for page in context.pages]
                checks.failed(f"{title}: line {line_of(error)}", error, pages[-1] if pages else None)
        with checks.check("no browser saw a script error, a CSP violation, a failed request or an unexpected refusal"):
            assert not problems, "\n".join(dict.fromkeys(problems))
        story.gallery.close()
        for each in people.values():
            each.close()

    def on_demo_network(self, chapters):
        folder, before = tempfile.mkdtemp(prefix="jieli-browser-"), len(self.checks.failures)
        network = Network(self.given.jieli, folder, [os.path.join(IMAGES, name) for name in SENT_AT_START])
        try:
            with self.checks.check("a demo network starts", vital=True):
                network.wait(seconds=120)
            self.play(network, chapters, [title for title, _ in CHAPTERS])
        except Broken:
            pass
        finally:
            with self.checks.check("the network ends when it is told to"):
                assert network.stop(), network.log_tail()
        self.tidy(folder, before)

    def on_own_network(self, title, chapter, make_ready):
        folder, before = tempfile.mkdtemp(prefix="jieli-browser-"), len(self.checks.failures)
        network = None
        try:
            with self.checks.check("three nodes start, with lines between them that can be cut", vital=True):
                network = LinedNetwork(self.given.jieli, folder)
                make_ready(network)
                network.start()
            self.play(network, [(title, chapter)])
        except Broken:
            pass
        finally:
            if network is not None:
                with self.checks.check("they end when they are told to"):
                    assert network.stop()
        self.tidy(folder, before)

    def tidy(self, folder, failures_before):
        if self.given.keep or len(self.checks.failures) > failures_before:
            print(f"the network's folder: {folder}")
        else:
            shutil.rmtree(folder)


def line_of(error):
    """Where in a chapter, and not in Playwright, it stumbled."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if os.path.basename(os.path.dirname(each.filename)) == "chapters"]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown"


def main():
    given = options()
    if not os.access(given.jieli, os.X_OK):
        print(f"Tests/browser/run: no program {given.jieli}; build it, or name one with --jieli", file=sys.stderr)
        return 2
    wanted = [
        [each for each in chapters if given.only is None or given.only.lower() in each[0].lower()]
        for chapters in (FURTHER, OWN_NETWORK)]
    if given.only is not None and not any(wanted):
        print(f"Tests/browser/run: no chapter that stands alone is called {given.only}", file=sys.stderr)
        return 2
    on_demo = (CHAPTERS if given.only is None else []) + wanted[0]
    # A terminated test ends its network on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    expect.set_options(timeout=45000)  # a machine busy with other work is no fault of the pages
    screenshots = os.path.abspath(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="jieli-screenshots-"))
    checks = Checks(screenshots)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"})
        theatre = Theatre(given, playwright, browser, checks, screenshots)
        if on_demo:
            theatre.on_demo_network(on_demo)
        for each in wanted[1]:
            theatre.on_own_network(*each)
        browser.close()
    print(f"screenshots: {screenshots}\n{checks.passed} passed, {len(checks.failures)} failed")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
