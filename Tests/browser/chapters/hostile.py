"""A modality, an orderer, a reader and a disc whose every text is a script: it is read on all pages, and never runs."""

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections import Counter
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import expect

from pages.login import Login
from support import hostile
from support.person import Person

LISTEN = "window.h = () => console.error('A SCRIPT RAN');"
PAGES_OF_A_KIND = 2
# What tells pages of one kind apart.
IDENTIFIER = re.compile(r"[0-9.]{8,}|[0-9a-f-]{20,}|[0-9]+|(?<==)[^&]*")
CALLERS = [("paotai", "radiographer"), ("paotai", "operator"), ("puning", "operator"), ("jieyang", "radiologist"),
           ("jieyang", "reviewer"), ("jieyang", "operator")]
# As the pages' own scripts call: with the session, from this origin.
CALL = """async ([method, path, body]) => {
  const answer = await fetch('/api/v1' + path, {
    method, headers: {'Content-Type': 'application/json', 'X-Requested-With': 'jieli'},
    body: body === null ? undefined : JSON.stringify(body)});
  const text = await answer.text();
  return [answer.status, text ? JSON.parse(text) : null];
}"""


class Visitor(Person):
    def __init__(self, story, node, role):
        super().__init__(story.browser, story.network.nodes[node], role, story.problems)
        self.context.add_init_script(LISTEN)
        self.page.on("dialog", lambda dialog: (self.note(f"a dialog: {dialog.message}"), dialog.dismiss()))
        Login(self.page).open()
        Login(self.page).log_in(self.user)

    def call(self, method, path, body=None):
        status, answer = self.page.evaluate(CALL, [method, path, body])
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def walk(self, *first):
        """Opens `first` and every page that a link leads to, two of each kind. Returns how many."""
        waiting, seen, kinds = ["/", *first], set(), Counter()
        while waiting:
            path = waiting.pop(0)
            kind = IDENTIFIER.sub("#", path)
            if path in seen or path not in first and kinds[kind] >= PAGES_OF_A_KIND:
                continue
            seen.add(path)
            kinds[kind] += 1
            self.page.goto(path)
            expect(self.page.locator("main")).to_be_visible()
            # Scripts have filled the page in; an event stream keeps the network from ever being idle.
            self.page.wait_for_timeout(700)
            assert self.page.locator("img[onerror], svg[onload], iframe").count() == 0, f"{path} holds foreign HTML"
            for href in self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
                target = urlsplit(urljoin(self.page.url, href))
                assert target.scheme in ("https", "mailto"), f"{path} links to {href}"
                inside = f"{target.scheme}://{target.netloc}" == self.node.url
                if inside and not target.path.startswith(("/api/", "/dicom-web/")) and not target.path.endswith(("/csv", "/pdf")):
                    waiting.append(target.path + ("?" + target.query if target.query else ""))
        return len(seen)


def chapter(story):
    checks, folder = story.checks, tempfile.mkdtemp(prefix="jieli-hostile-")
    paths, studies = zip(*(hostile.make(story.images, folder, with_numbers) for with_numbers in (False, True)))
    with checks.check("a modality sends images whose every text is a script", vital=True):
        send(story.network.nodes["paotai"], paths)
    radiographer = Visitor(story, "paotai", "radiographer")
    page = radiographer.page
    with checks.check("the study is listed, and its texts are just texts", page, vital=True):
        page.goto("/studies")
        expect(page.locator("article.study", has_text="onload=h()").first).to_be_visible(timeout=90000)
        expect(page.locator("main")).to_contain_text("<img src=x onerror=h()>")
        story.gallery.shoot(page, "hostile-studies")
    with checks.check("so are an order's", page):
        radiographer.call("POST", "/orders", {
            "studyInstanceUID": studies[0], "clinicalQuestion": hostile.TEXT, "priority": "stat", "consent": True})
    with checks.check("and a disc's file names", page):
        import_disc(page, folder)
    with checks.check("and a report's, written at the city", vital=True):
        read(story, studies[0])
    radiographer.close()
    for node, role in CALLERS:
        visitor = Visitor(story, node, role)
        with checks.check(f"no text runs on any page of the {role} at {node}", visitor.page):
            count = visitor.walk(*(f"/studies/{study}" for study in studies))
            assert count >= 4, f"only {count} pages"
            before = [each for each in story.problems if "SCRIPT RAN" in each or "CSP" in each or "a dialog" in each]
            assert not before, "\n".join(before)
        visitor.close()
    shutil.rmtree(folder)


def send(node, paths):
    done = subprocess.run(
        ["storescu", "-v", "-aet", hostile.SHORT, "-aec", node.title, "127.0.0.1", str(node.dicom_port), *paths],
        capture_output=True, text=True, timeout=60, check=False)
    answered = (done.stdout + done.stderr).count("Received Store Response")
    assert answered == len(paths), f"storescu: {done.stdout}{done.stderr}"


def import_disc(page, folder):
    path = os.path.join(folder, "disc.zip")
    with zipfile.ZipFile(path, "w") as disc:
        disc.writestr(hostile.LONG.replace("/", ":") + ".dcm", "no image")
        disc.writestr(hostile.SHORT, "no image either")
    page.goto("/imports")
    # The page listens.
    expect(page.locator("#alerts [data-role=alert-state]")).to_have_count(1)
    page.locator("input[name=zip]").set_input_files(path)
    expect(page.locator("[data-role=files]")).to_contain_text("onload=h()", timeout=90000)


def read(story, study):
    radiologist, reviewer = Visitor(story, "jieyang", "radiologist"), Visitor(story, "jieyang", "reviewer")
    page = radiologist.page
    page.goto("/worklist")
    row = page.locator(f'#worklist tr[data-study="{study}"]')
    expect(row).to_be_visible(timeout=90000)
    task = next(
        each["id"] for each in radiologist.call("GET", "/worklist")["tasks"] if each["studyInstanceUID"] == study)
    radiologist.call("POST", f"/tasks/{task}/claim")
    radiologist.call("PUT", f"/tasks/{task}/draft", {"findings": hostile.TEXT, "impression": hostile.TEXT, "version": 0})
    page.goto(f"/tasks/{task}")
    expect(page.locator("form#report")).to_be_visible()
    expect(page.locator("[data-role=pane][data-state=shown]")).to_be_visible()
    story.gallery.shoot(page, "hostile-reading")
    radiologist.call("POST", f"/tasks/{task}/preliminary", {})
    reviewer.call("POST", f"/tasks/{task}/claim")
    reviewer.call("POST", f"/tasks/{task}/final", {})
    for each in (radiologist, reviewer):
        each.close()
