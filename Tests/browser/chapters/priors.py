"""A patient who was here before: the old images stand beside the new ones, marked so that nobody mistakes them."""

import os
import shutil
import tempfile

from playwright.sync_api import expect

from pages.login import enter
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support.network import send_as_modality
from support.studies import study

PATIENT = "测试旧"
FINDINGS = "右肺上叶见结节，约 6 mm。"
IMPRESSION = "右肺上叶小结节，建议随访。"


def chapter(story):
    checks, gallery = story.checks, story.gallery
    source = os.path.join(story.images, "ct-chest")
    folder = tempfile.mkdtemp(prefix="jieli-priors-")
    old_files, old = study(source, os.path.join(folder, "old"), "20240110")
    new_files, _ = study(source, os.path.join(folder, "new"), "20261120")
    # Another person with the same name, whose study must never stand beside this one's.
    other_files, other = study(source, os.path.join(folder, "other"), "20250505", patient="P0043")
    send_as_modality(story.network.nodes["paotai"], *old_files, *other_files)
    reader = story.person("radiologist", "jieyang")
    page = enter(reader, "/worklist")
    report(story, page, old)
    page.goto("/worklist")
    send_as_modality(story.network.nodes["paotai"], *new_files)
    row = page.locator("tr, article").filter(has_text=PATIENT).filter(has_text="2026-11-20")
    with checks.check("the new study and the old one reach the city", page, vital=True):
        expect(row.first).to_be_visible(timeout=120000)
    with checks.check("opening the new study opens the old one beside it by itself", page, vital=True):
        row.get_by_role("button", name="认领阅片").first.click()
        expect(page.locator("[data-role=pane][data-prior]")).to_have_count(1, timeout=90000)
        expect(page.locator("[data-role=pane]")).to_have_count(2)
        expect(page.locator("[data-role=pane][data-state=shown]")).to_have_count(2)
    pane, prior = page.locator("[data-role=pane]:not([data-prior])"), page.locator("[data-role=pane][data-prior]")
    with checks.check("the old pane says 旧片, its date and how long ago; the new one does not", page):
        assert prior.get_attribute("data-prior") == old
        expect(prior.locator(".prior-badge")).to_contain_text("旧片")
        expect(prior.locator(".prior-badge")).to_contain_text("2024-01-10")
        expect(prior.locator(".prior-badge")).to_contain_text("2 年前")
        expect(prior.locator("[data-overlay=patient]")).to_contain_text("2024-01-10")
        expect(prior.locator("[data-overlay=patient]")).to_contain_text("P0042")
        expect(pane.locator(".prior-badge")).to_have_count(0)
        expect(pane.locator("[data-overlay=patient]")).to_contain_text("2026-11-20")
    with checks.check("both show the same series of the two studies", page):
        words = [each.locator("[data-overlay=series]").inner_text() for each in (pane, prior)]
        assert words[0] == words[1], words
    gallery.shoot(page, "reading-prior")
    with checks.check("the list names the old study with date, site and state, and not the other person's", page):
        entry = page.locator("[data-role=priors] li.prior")
        expect(entry).to_have_count(1)
        expect(entry).to_contain_text("2024-01-10")
        expect(entry).to_contain_text("示例卫生院")
        expect(entry).to_contain_text("在本节点")
        expect(page.locator(f"[data-prior='{other}']")).to_have_count(0)
    with checks.check("its report is unfolded beside the new images, headed by whose it is and of which date", page):
        part = page.locator(f"details[data-prior-report='{old}']")
        expect(part).to_have_attribute("open", "")
        expect(part.locator("summary")).to_contain_text("旧片报告")
        expect(part.locator(".prior-report-mark")).to_contain_text("旧片 2024-01-10")
        expect(part.locator(".prior-report-mark")).to_contain_text("不是本次检查的报告")
        expect(part).to_contain_text(FINDINGS)
        expect(part).to_contain_text(IMPRESSION)
        expect(Editor(page).findings).not_to_have_value(FINDINGS)
    with checks.check("it folds and unfolds by a click", page):
        part.locator("summary").click()
        expect(part.locator(".prior-report-mark")).to_be_hidden()
        part.locator("summary").click()
        expect(part.locator(".prior-report-mark")).to_be_visible()
    gallery.shoot(page, "reading-prior-report")
    with checks.check("it says that the whole network has answered", page):
        expect(page.locator("[data-role=priors]")).to_contain_text("已查询全网 2 个节点", timeout=90000)
    with checks.check("a key takes the old images away, and brings them back", page):
        page.locator("body").press("0")
        expect(page.locator("[data-role=pane]")).to_have_count(1)
        expect(page.locator(".prior-badge")).to_have_count(0)
        expect(page.locator("[data-overlay=patient]")).to_contain_text("2026-11-20")
        page.locator("body").press("0")
        expect(page.locator("[data-role=pane][data-prior]")).to_have_count(1)
    with checks.check("a pane that showed old images shows new ones under the new date", page):
        prior.click()
        page.locator("[data-role=series] button.thumbnail:not(.is-prior)").first.click()
        expect(page.locator("[data-role=pane][data-prior]")).to_have_count(0)
        for each in page.locator("[data-overlay=patient]").all():
            expect(each).to_contain_text("2026-11-20")
    with checks.check("looking at the old study stands on its trail", page):
        page.goto(f"/studies/{old}")
        expect(page.locator("body")).to_contain_text("作为旧片并排查看")
        expect(page.locator("body")).to_contain_text("查看旧片报告")
    shutil.rmtree(folder)


def report(story, page, old):
    """The old study is read by two doctors before the new one is taken."""
    checks, editor = story.checks, Editor(page)
    with checks.check("the old study is read and signed", page, vital=True):
        row = page.locator("#worklist tr[data-task]").filter(has_text=PATIENT).filter(has_text="2024-01-10")
        expect(row).to_be_visible(timeout=120000)
        row.get_by_role("button", name="认领阅片").click()
        page.wait_for_url("**/tasks/*")
        Viewer(page).wait()
        editor.write(editor.findings, FINDINGS)
        editor.write(editor.impression, IMPRESSION)
        editor.wait_saved()
        editor.sign("提交报告")
    reviewer = enter(story.person("reviewer", "jieyang"), "/worklist")
    with checks.check("a second doctor verifies it, and it is released", reviewer, vital=True):
        Worklist(reviewer).tab("待审核")
        row = reviewer.locator("#worklist tr[data-task]").filter(has_text=PATIENT).filter(has_text="2024-01-10")
        expect(row).to_be_visible(timeout=60000)
        row.get_by_role("button", name="认领审核").click()
        reviewer.wait_for_url("**/tasks/*")
        Viewer(reviewer).wait()
        Editor(reviewer).sign("审核签发")
        reviewer.goto(f"/studies/{old}")
        expect(reviewer.locator(".report-text").first).to_contain_text(IMPRESSION, timeout=60000)
