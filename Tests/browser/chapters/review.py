"""At the city: a second doctor reads, mends and verifies."""

from playwright.sync_api import expect

from chapters.arrival import CT
from chapters.reading import FINDINGS, IMPRESSION
from pages.login import Login
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support.pixels import is_blank

ADDED = "请结合临床。"


def chapter(story):
    checks, gallery = story.checks, story.gallery
    reviewer = story.person("reviewer", "jieyang")
    page = reviewer.page
    worklist, editor = Worklist(page), Editor(page)
    with checks.check("the reviewer logs in and finds what waits for review", page, vital=True):
        Login(page).open()
        Login(page).log_in(reviewer.user)
        worklist.open()
        worklist.tab("待审核")
        expect(worklist.row(CT)).to_be_visible()
    gallery.shoot_both(reviewer, "worklist-review")
    with checks.check("claims it and sees the images and the first doctor's text", page, vital=True):
        worklist.press(CT, "认领审核")
        expect(editor.findings).to_have_value(FINDINGS)
        expect(editor.impression).to_have_value(IMPRESSION)
        Viewer(page).wait()
        assert not is_blank(Viewer(page).picture()), "the pane is blank"
    with checks.check("adds a sentence, which saves itself", page):
        editor.write(editor.impression, ADDED)
        editor.wait_saved()
    gallery.shoot_both(reviewer, "reading-review")
    with checks.check("Escape takes a signature back before it is given", page):
        editor.press("审核签发")
        expect(page.locator("dialog.ask[open]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog.ask")).to_have_count(0)
        expect(editor.form).to_be_visible()
    with checks.check("verifies and releases the report", page, vital=True):
        editor.sign("审核签发")
        expect(worklist.notice).to_contain_text("正在送回")
