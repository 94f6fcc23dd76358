"""At the edge again: the report arrives by itself, is opened, printed and acknowledged; the city sees that."""

import os
import subprocess
import tempfile

from playwright.sync_api import expect

from chapters.arrival import CT
from chapters.reading import IMPRESSION
from chapters.review import ADDED
from pages.studies import Studies
from pages.worklist import Worklist


def chapter(story):
    checks, gallery = story.checks, story.gallery
    radiographer = story.person("radiographer", "paotai")
    page = radiographer.page
    study = Studies(page).study(CT)
    with checks.check("the radiographer sees the report arrive without reloading", page, vital=True):
        expect(study.acknowledge).to_be_visible(timeout=90000)
        expect(study.pdf).to_be_visible()
        assert Studies(page).is_marked(), "the page was reloaded"
    gallery.shoot_both(radiographer, "studies-report")
    open_pdf(checks, radiographer, study)
    with checks.check("reads the report on the study's page", page):
        study.details.click()
        expect(page.locator(".report-text")).to_contain_text(IMPRESSION + ADDED)
        expect(page.locator(".report-text")).to_contain_text("演示审核医生")
    with checks.check("sees in one line that every image is safe above, that it was read and that the report is here", page):
        line = page.locator("p.custody")
        for words in ("已安全到达县级", "已安全到达市级", "已阅片", "报告已返回", "待确认"):
            expect(line).to_contain_text(words)
        expect(page.locator(".custody-missing")).to_have_count(0)
    gallery.shoot_both(radiographer, "study-report")
    with checks.check("acknowledges it", page, vital=True):
        page.get_by_role("button", name="确认收到").click()
        expect(page.locator("main")).to_contain_text("已确认")
        expect(page.get_by_role("button", name="确认收到")).to_have_count(0)
        expect(page.locator("p.custody .tone-done").last).to_have_text("已确认")
    with checks.check("finds the study among those that are done", page):
        Studies(page).open()
        expect(study.card).to_have_count(0)
        Studies(page).show("已完成")
        expect(study.waits).to_contain_text("全部完成")
        expect(study.card).to_have_class("study card tone-done")
    with checks.check("the radiologist at the city sees that it was acknowledged", page):
        doctor = story.person("radiologist", "jieyang").page
        worklist = Worklist(doctor)
        worklist.tab("已完成")
        expect(worklist.row(CT)).to_contain_text("已确认", timeout=90000)
    gallery.shoot_both(story.person("radiologist", "jieyang"), "worklist-done")


def open_pdf(checks, radiographer, study):
    page = radiographer.page
    with checks.check("opens the PDF, which says what the doctors wrote", page):
        answers = []
        radiographer.context.on("response", lambda answer: answers.append(answer))
        address = study.pdf.get_attribute("href")
        with radiographer.context.expect_page() as opened:
            study.pdf.click()
        tab = opened.value
        for _ in range(450):
            found = [each for each in answers if each.url.endswith(address)]
            if found:
                break
            page.wait_for_timeout(100)
        assert found, "the link fetched nothing"
        assert found[0].status == 200, f"HTTP {found[0].status}"
        assert found[0].headers.get("content-type") == "application/pdf", found[0].headers.get("content-type")
        # The browser's own PDF view keeps the bytes to itself: the same address is asked for once more.
        body = radiographer.context.request.get(radiographer.node.url + address).body()
        assert body.startswith(b"%PDF"), body[:20]
        words = "".join(text_of(body).split())
        for expected in (IMPRESSION, ADDED, "测试甲", "演示审核医生"):
            assert expected in words, f"{expected} is not in the PDF: {words[:400]}"
        tab.close()


def text_of(pdf):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        keep = os.environ.get("SCREENSHOTS")
        if keep:
            with open(os.path.join(keep, "report.pdf"), "wb") as copy:
                copy.write(pdf)
        done = subprocess.run(["pdftotext", file.name, "-"], capture_output=True, text=True, timeout=30, check=True)
        return done.stdout
