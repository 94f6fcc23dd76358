"""A report's life by hand: a template by keyboard, what the reviewer changed, and an addendum that comes home."""

import re

from playwright.sync_api import expect

from pages.reading import Editor, Viewer, type_early
from pages.worklist import Worklist

SCRIPT = re.compile(r"/js/report/editor\.js$")
ADDED = "建议随访。"
ADDENDUM = "补充：与外院片对比，未见明显变化。"


def chapter(story):
    checks = story.checks
    radiologist, reviewer = story.person("radiologist", "jieyang"), story.person("reviewer", "jieyang")
    study = write(story, radiologist)
    review(story, reviewer)
    with checks.check("the author sees what the reviewer changed", radiologist.page):
        radiologist.page.goto(story.report_address)
        expect(radiologist.page.locator("[data-role=difference] ins, .difference ins").first).to_contain_text(ADDED)
    amend(story, reviewer)
    home(story, study)


def write(story, radiologist):
    checks, gallery, page = story.checks, story.gallery, radiologist.page
    worklist, editor = Worklist(page), Editor(page)
    with checks.check("a routine study is claimed", page, vital=True):
        page.goto("/worklist")
        row = worklist.rows.filter(has=page.get_by_role("button", name="认领阅片")).first
        expect(row).to_be_visible()
        row.get_by_role("button", name="认领阅片").click()
        page.wait_for_url("**/tasks/*")
        story.report_address = page.url
        Viewer(page).wait()
    study = page.locator("#viewer").get_attribute("data-study")
    with checks.check("F2, a word, Enter: a template without the mouse", page, vital=True):
        page.keyboard.press("e")
        page.keyboard.press("F2")
        expect(page.locator("dialog.template-dialog[open]")).to_be_visible()
        gallery.shoot(page, "templates")
        page.keyboard.type("正常")
        page.keyboard.press("Enter")
        fill(page)
        expect(editor.impression).not_to_have_value("")
        expect(editor.findings).not_to_have_value("")
    before = editor.findings.input_value()
    with checks.check("a second template asks before it touches what is written", page):
        page.keyboard.press("F2")
        page.keyboard.press("Enter")
        fill(page)
        dialog = page.locator("dialog.template-dialog[open]")
        expect(dialog).to_contain_text("已有文字")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert editor.findings.input_value() == before, "the text was touched"
    with checks.check("a phrase and a space become a sentence", page):
        editor.impression.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(".fc ")
        expect(editor.impression).to_have_value(re.compile("建议定期复查。$"))
    with checks.check("K marks the image on the screen", page):
        page.keyboard.press("Escape")
        page.keyboard.press("k")
        expect(page.locator("[data-role=key-images] li")).to_have_count(1)
    gallery.shoot(page, "reading-template")
    with checks.check("the signature names patient, study and signer", page, vital=True):
        editor.wait_saved()
        editor.press("提交报告")
        dialog = page.locator("dialog.ask[open]")
        for words in ["患者", "检查", "签名医生"]:
            expect(dialog).to_contain_text(words)
        gallery.shoot(page, "signature")
        dialog.get_by_role("button", name="提交报告").click()
        page.wait_for_url("**/worklist**")
    return study


def fill(page):
    """The values a template asks for, by keyboard: every choice has a first one, numbers stay open."""
    dialog = page.locator("dialog.template-dialog[open]")
    if dialog.get_by_role("button", name="插入").count():
        dialog.get_by_role("button", name="插入").press("Enter")


def review(story, reviewer):
    checks, page = story.checks, reviewer.page
    editor = Editor(page)
    with checks.check("the reviewer adds a sentence and sees it marked as theirs", page, vital=True):
        page.goto(story.report_address)
        editor.press("认领审核")
        page.wait_for_load_state()
        expect(editor.form.get_by_role("button", name="审核签发")).to_be_visible()
        type_early(page, SCRIPT, editor.impression, ADDED)
        editor.wait_saved()
        expect(page.locator(".versions ins")).to_contain_text(ADDED)
    story.gallery.shoot(page, "reading-difference")
    with checks.check("and verifies", page, vital=True):
        editor.sign("审核签发")


def amend(story, reviewer):
    checks, page = story.checks, reviewer.page
    with checks.check("an addendum is written, read once more and signed", page, vital=True):
        page.goto(story.report_address)
        button = page.locator("form#report").get_by_role("button", name="补充报告")
        for _ in range(60):
            if button.count():
                break
            page.wait_for_timeout(500)
            page.reload()
        button.click()
        dialog = page.locator("dialog.ask[open]")
        dialog.get_by_label("补充内容").fill(ADDENDUM)
        dialog.get_by_role("button", name="补充报告").click()
        second = page.locator("dialog.ask-signature[open]")
        expect(second).to_contain_text(ADDENDUM)
        second.get_by_role("button", name="补充报告").click()
        expect(page.locator("form#report .addendum")).to_contain_text(ADDENDUM)


def home(story, study):
    checks, gallery = story.checks, story.gallery
    radiographer = story.person("radiographer", "paotai")
    page = radiographer.page
    with checks.check("at the township the addendum stands under the report, signed, and the old release beside it", page):
        page.goto(f"/studies/{study}")
        expect(page.locator("[data-role=addendum]").first).to_contain_text(ADDENDUM, timeout=90000)
        expect(page.locator("[data-role=seal]").first).to_contain_text("签名有效", timeout=90000)
        page.locator("details.earlier summary").click()
        expect(page.locator("[data-role=edition]")).to_contain_text("后有补充")
    gallery.shoot(page, "study-addendum")
