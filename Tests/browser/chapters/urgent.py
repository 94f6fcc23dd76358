"""What cannot wait: a critical result, images that must be taken again, and why a study is not read yet."""

from playwright.sync_api import expect

from pages.login import enter
from pages.worklist import Worklist

PATIENT = "测试丁"
FINDING = "其他危急值"
NOTE = "大量心包积液"


def chapter(story):
    checks, gallery = story.checks, story.gallery
    reader, radiographer = story.person("radiologist", "jieyang"), story.person("radiographer", "paotai")
    operator = story.person("operator", "jieyang")
    edge = enter(radiographer, "/studies")
    with checks.check("at the township a study says why it is not read yet, and asks for it", edge, vital=True):
        card = edge.locator("article.study").filter(has_text=PATIENT)
        expect(card.locator("p.waits")).to_contain_text("等待 jieyang 阅片", timeout=120000)
        expect(card.locator("p.waits .button")).to_have_count(1)
        card.get_by_role("button", name="催阅片").click()
        expect(card.locator("p.waits")).to_contain_text("已催 1 次")
    page = enter(reader, "/worklist")
    with checks.check("the reader marks a critical result", page, vital=True):
        Worklist(page).press(PATIENT, "认领阅片")
        form = page.locator("form[data-role=mark-critical]")
        form.locator("select").select_option(label=FINDING)
        form.get_by_label("补充说明").fill(NOTE)
        form.get_by_role("button", name="发出危急值").click()
        page.locator("dialog.ask[open]").get_by_role("button", name="发出危急值").click()
        expect(page.locator("#marks [data-critical-state]")).to_contain_text(NOTE)
    with checks.check("it stands above the township's page without reloading, and sounds after the first click", edge, vital=True):
        banner = edge.locator(".alert-critical")
        expect(banner).to_contain_text(NOTE, timeout=90000)
        edge.locator("h1").first.click()
        expect(edge.locator("html[data-sounded]")).to_have_count(1, timeout=90000)
    gallery.shoot(edge, "critical-banner")
    gallery.shoot(page, "reading-marks")
    with checks.check("the reader sees that it has arrived", page):
        expect(page.locator("#marks [data-critical-state]")).to_contain_text("已到达", timeout=90000)
    with checks.check("the radiographer acknowledges it by name, and the reader sees who", edge):
        banner.get_by_role("button", name="确认").click()
        dialog = edge.locator("dialog[data-role=acknowledgement]")
        dialog.get_by_label("通知了谁").fill("急诊 王医生")
        dialog.get_by_label("对方已复述确认").check()
        gallery.shoot(edge, "critical-acknowledge")
        dialog.get_by_role("button", name="确认").click()
        expect(banner).to_have_count(0)
        expect(page.locator("#marks [data-critical-state]")).to_contain_text("急诊 王医生", timeout=90000)
    with checks.check("one key grades the images, and a reason says why", page):
        page.locator("body").press("b")
        expect(page.locator("#marks [data-action=grade][data-grade=B]")).to_have_attribute("aria-pressed", "true")
        page.locator("#marks [data-reason=motion]").click()
        expect(page.locator("#marks [data-role=grade-state]")).to_contain_text("运动")
    with checks.check("asks for new images, which the township hears of", page):
        page.locator("body").press("x")
        dialog = page.locator("dialog[data-role=retake]")
        dialog.get_by_label("体位").check()
        dialog.get_by_label("补充说明").fill("心尖切面缺失")
        gallery.shoot(page, "retake-request")
        dialog.get_by_role("button", name="退回重拍").click()
        page.wait_for_url("**/worklist")
        expect(edge.locator(".alert-retake")).to_contain_text("心尖切面缺失", timeout=90000)
    with checks.check("the township cannot take them again, and the study is ready to be read as it is", edge):
        edge.locator(".alert-retake").get_by_role("link", name="处理重拍").click()
        gallery.shoot(edge, "quality")
        edge.get_by_role("button", name="无法重拍").click()
        edge.locator("dialog.ask[open] textarea").fill("患者已离院")
        edge.locator("dialog.ask[open]").get_by_role("button", name="无法重拍").click()
        expect(edge.locator("#retakes")).to_contain_text("没有等待重拍的检查")
        expect(Worklist(page).row(PATIENT)).to_be_visible(timeout=90000)
    with checks.check("an operator sees the list and the figures, and takes them as a spreadsheet", operator.page):
        other = enter(operator, "/critical-results")
        expect(other.locator("#critical-list")).to_contain_text("已确认")
        gallery.shoot(other, "critical-results")
        other.goto("/supervision")
        expect(other.get_by_role("heading", name="监管统计")).to_be_visible()
        gallery.shoot_both(operator, "supervision")
        with other.expect_download() as download:
            other.locator("[data-table=institutions] a", has_text="CSV").click()
        with open(download.value.path(), "rb") as file:
            assert file.read(3) == b"\xef\xbb\xbf", "no byte order mark"
