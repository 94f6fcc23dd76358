"""The same pages in other browsers: a study is read in each, and its pixels are those that today's Chromium shows."""

import os
import re
import tempfile

from playwright.sync_api import expect

from pages import volume
from pages.display import Display
from pages.login import Login
from pages.operator import Operator
from pages.reading import Editor, Viewer
from pages.studies import Studies
from pages.viewer import Panes, drawn
from pages.worklist import Worklist
from support.firefox import FirefoxPerson, launch
from support.network import send_as_modality
from support.old_chromium import OldChromium, OldChromiumPerson
from support.person import Person
from support.pixels import difference, is_blank
from support.studies import study

FINDINGS, IMPRESSION = "双肺未见实质性病变。", "胸部CT平扫未见异常。"
SLICES = 24
VERSION = "navigator.userAgent.match(/Chrome.([^ ]*)/)[1]"
# Places in the series, and the keys of windows: the image's own, lung, bone.
LOOKED_AT = [(1, "1"), (9, "2"), (SLICES, "5")]
# What the viewer takes a line for that carries 20 kB a second.
THIN = "if (location.protocol === 'https:') sessionStorage.setItem('jieli.line', '20000');"

# What holds more than it is wide, and lets a person scroll there: the page itself, or a part of it.
WIDER = """() => [document.documentElement, ...document.querySelectorAll('.side, .thumbnails, dialog[open], dialog[open] *')]
  .filter((each, index) => each.scrollWidth > each.clientWidth
    && (index === 0 || ['auto', 'scroll'].includes(getComputedStyle(each).overflowX)))
  .map((each) => `${each.tagName} ${each.className}`)"""


def firefox(story):
    with tempfile.TemporaryDirectory() as folder:
        uid = send(story, folder, "火狐", "P0153")
        with story.checks.check("Firefox starts, as Debian ships it", vital=True):
            browser = launch(story.playwright.firefox)
            print(f"          Firefox {browser.version}", flush=True)
        try:
            reader = FirefoxPerson(browser, story.network.nodes["jieyang"], "radiologist", story.problems)
            seen = Seen(story, reader, "火狐", "firefox")
            read(seen, uid)
            others(seen, folder)
            operate(seen, FirefoxPerson(browser, story.network.nodes["jieyang"], "operator", story.problems))
            same_pixels(seen, uid, " over a thin line", THIN)
        finally:
            browser.close()


def old_chromium(story):
    with tempfile.TemporaryDirectory() as folder:
        uid = send(story, folder, "旧版", "P0108")
        browser = OldChromium(folder)
        try:
            with story.checks.check("a Chromium of 2022 starts", vital=True):
                connection = browser.connect(story.playwright.chromium)
                print(f"          Chromium {connection.contexts[0].pages[0].evaluate(VERSION)}", flush=True)
            reader = OldChromiumPerson(connection, story.network.nodes["jieyang"], "radiologist", story.problems)
            seen = Seen(story, reader, "旧版", "chromium-108")
            read(seen, uid)
            same_pixels(seen, uid, " over a thin line", THIN)
        finally:
            browser.end()


def send(story, folder, name, patient):
    """A study of the chapter's own; returns its UID."""
    files, uid = study(os.path.join(story.images, "ct-chest"), os.path.join(folder, "ct"), "20260311", slices=SLICES,
        patient=patient, name=f"TEST^{patient}=测试^{name}")
    send_as_modality(story.network.nodes["paotai"], *files)
    return uid


class Seen:
    """Somebody with another browser, and the study that they are to read."""

    def __init__(self, story, reader, patient, browser):
        self.story, self.checks, self.reader, self.page = story, story.checks, reader, reader.page
        self.patient, self.browser = patient, browser

    def shoot(self, name, page=None):
        page = page or self.page
        self.story.gallery.shoot(page, f"{self.browser}-{name}")
        wide = page.evaluate(WIDER)
        assert not wide, f"{name} has a bar at its foot, to scroll sideways: {wide}"


def read(seen, uid):
    look(seen)
    same_pixels(seen, uid)
    arrange(seen, uid)


def look(seen):
    checks, page, reader = seen.checks, seen.page, seen.reader
    viewer, worklist = Viewer(page), Worklist(page)
    with checks.check("a radiologist logs in and finds the study in the worklist", page, vital=True):
        Login(page).open(f"{reader.node.url}/")
        seen.shoot("login")
        Login(page).log_in(reader.user)
        worklist.open()
        expect(worklist.row(seen.patient)).to_be_visible(timeout=180000)
        expect(page.locator("[data-role=live] .live-on")).to_be_visible()
        seen.shoot("worklist")
    with checks.check("claims it; the first image becomes fit for a diagnosis", page, vital=True):
        worklist.press(seen.patient, "认领阅片")
        viewer.wait()
        volume.Panes(page).rest(1)
        expect(viewer.position).to_contain_text(f"图 1/{SLICES}")
        assert not is_blank(viewer.picture()), "the pane is blank"
    with checks.check("the wheel and the arrow keys scroll", page):
        first = viewer.picture()
        viewer.wheel(5)
        expect(viewer.position).to_contain_text(f"图 6/{SLICES}")
        assert difference(first, viewer.picture()) > 1, "the image is the same"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(viewer.position).to_contain_text(f"图 7/{SLICES}")
        page.keyboard.press("End")
        expect(viewer.position).to_contain_text(f"图 {SLICES}/{SLICES}")
    with checks.check("a drag and the number keys set the window", page):
        page.keyboard.press("w")
        before, picture = viewer.view.inner_text(), viewer.picture()
        viewer.drag(60, 40)
        expect(viewer.view).not_to_have_text(before, use_inner_text=True)
        assert difference(picture, viewer.picture()) > 1, "the pixels are the same"
        page.keyboard.press("5")
        expect(viewer.view).to_contain_text("窗宽 2000 窗位 400")
    with checks.check("a length is drawn, listed and kept", page):
        # Measuring listens when its list is there: the image may be earlier.
        expect(page.locator("[data-measurements]")).to_have_count(1)
        page.keyboard.press("l")
        viewer.drag(90, 0)
        row = page.locator("[data-role=measurements] li[data-kind=length]")
        expect(row).to_contain_text(re.compile(r"\d+(\.\d+)? mm"))
        expect(page.locator("[data-role=measure-state]")).to_have_attribute("data-state", "clean", timeout=90000)
        page.keyboard.press("w")
    with checks.check("the sheet of keys opens, and closes again", page):
        page.keyboard.press("?")
        sheet = page.locator("dialog#keys [data-role=key-sheet]")
        expect(sheet).to_contain_text("窗宽窗位")
        seen.shoot("keys")
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
    with checks.check("a report is typed and saves itself", page):
        editor = Editor(page)
        editor.write(editor.findings, FINDINGS)
        editor.write(editor.impression, IMPRESSION)
        editor.wait_saved()
        page.reload()
        expect(editor.findings).to_have_value(FINDINGS)
        expect(editor.impression).to_have_value(IMPRESSION)
        viewer.wait()
        seen.shoot("reading")


def same_pixels(seen, uid, line="", script=None):
    """Over a wide line and over a thin one, where pixels come packed and the browser itself unpacks them."""
    other = Person(seen.story.browser, seen.reader.node, "reviewer", seen.story.problems)
    people = [seen.reader, other]
    with seen.checks.check(f"the same image with the same window has the same pixels as in today's Chromium{line}", seen.page):
        Login(other.page).open()
        Login(other.page).log_in(other.user)
        for each in people:
            if script:
                each.context.add_init_script(script)
            volume.Panes(each.page).open(each.node, uid)
        kinds = set()
        for number, key in LOOKED_AT:
            grabbed = [grab(each.page, number, key) for each in people]
            assert grabbed[0] == grabbed[1], f"image {number} with window {key} differs"
            kinds.add(grabbed[0]["data"])
        assert len(kinds) == len(LOOKED_AT), "images and windows that differ show the same"
    other.close()


def grab(page, number, key):
    pane = volume.Panes(page)[0]
    pane.go_to(number)
    page.keyboard.press(key)
    pane.hover(0, 0)
    pane.rest()
    drawn(page)
    words = pane.words("view").split("\n")[0]
    return {"instance": pane.element.get_attribute("data-instance"), "window": words, **Panes(page).grab()}


def arrange(seen, uid):
    page = seen.page
    panes = volume.Panes(page)
    panes.open(seen.reader.node, uid)
    # Panes are filled with the series that are known.
    expect(page.locator("[data-hung]")).to_have_count(1, timeout=90000)
    with seen.checks.check("four panes show both series", page):
        page.locator("[data-role=layouts] summary").click()
        page.locator("[data-command=layout-2x2]").click()
        expect(panes.all).to_have_count(4)
        expect(page.locator("[data-role=pane][data-state=shown]")).to_have_count(2)
        panes.rest(2)
        seen.shoot("panes")
    with seen.checks.check("planes through the volume are drawn, fit for a diagnosis", page):
        page.keyboard.press("Alt+1")
        expect(panes.all).to_have_count(1)
        page.keyboard.press("m")
        expect(panes.all).to_have_count(4)
        panes.rest(4)
        assert [panes[index].words("marks") for index in range(3)] == ["轴位重建", "矢状重建", "冠状重建"]
        for index in range(3):
            assert not is_blank(volume.shot(panes[index].element)), f"plane {index} is blank"
        seen.shoot("mpr")


def others(seen, folder):
    checks, page, story = seen.checks, seen.page, seen.story
    with checks.check("the list of studies takes in a new one by itself", page):
        page.goto("/studies?stage=all")
        studies = Studies(page)
        expect(studies.study(seen.patient).card.first).to_be_visible()
        studies.mark()
        files, _ = study(os.path.join(story.images, "ct-chest"), os.path.join(folder, "later"), "20260312", series=1, slices=2,
            patient="P0154", name="TEST^WAN=测试^晚到")
        send_as_modality(story.network.nodes["paotai"], *files)
        expect(studies.study("晚到").card).to_be_visible(timeout=180000)
        assert studies.is_marked(), "the page was reloaded"
        seen.shoot("studies")
    with checks.check("the display test draws its greys exactly", page):
        display = Display(page)
        display.open()
        missing = display.missing_greys()
        assert missing == [], f"these greys are missing: {missing}"
        seen.shoot("display")


def operate(seen, person):
    with seen.checks.check("an operator sees queues, links and free disk", person.page):
        Login(person.page).open()
        Login(person.page).log_in(person.user)
        operator = Operator(person.page)
        operator.open()
        expect(operator.tile("可用空间")).to_contain_text("B")
        expect(operator.links.filter(has_text="puning")).to_contain_text("连通")
        seen.shoot("operator", person.page)
    person.close()
