"""At the city: a released report is read once more by a doctor who does not see it, compared, graded, and learned from."""

import re

from playwright.sync_api import expect

from chapters.overflow import CT, images
from pages.login import enter
from pages.reading import Editor, Viewer, type_early
from pages.viewer import Panes
from pages.volume import Panes as Planes, shot
from pages.worklist import Worklist
from support.network import send_as_modality
from support.pixels import is_blank

FINDINGS = "双肺纹理清晰，未见实变。"
IMPRESSION = "胸部CT未见明显异常。"
SECOND_FINDINGS = "双肺纹理清晰。右肺下叶见小结节，约 5 mm。"
SECOND_IMPRESSION = "右肺下叶小结节，建议随访。"
COMMENT = "肺窗薄层请逐层看。"
TEACHING = "小结节在肋膈角附近容易漏看。"
SCRIPT = re.compile(r"/js/pages/review\.js$")


def chapter(story):
    author, verifier = story.person("radiologist", "jieyang"), story.person("reviewer", "jieyang")
    second, radiographer = story.person("second", "jieyang"), story.person("radiographer", "paotai")
    report(story, author, verifier)
    read(story, second)
    judge(story, second)
    learn(story, author, radiographer)


def report(story, author, verifier):
    checks = story.checks
    with checks.check("a study is sent, read and verified", vital=True):
        send_as_modality(story.network.nodes["paotai"], *images(story, "ct-chest"))
        page = enter(author, "/worklist")
        expect(Worklist(page).row(CT)).to_be_visible(timeout=120000)
        Worklist(page).press(CT, "认领阅片")
        Viewer(page).wait()
        editor = Editor(page)
        editor.write(editor.findings, FINDINGS)
        editor.write(editor.impression, IMPRESSION)
        editor.sign("提交报告")
        page = enter(verifier, "/worklist?scope=all")
        expect(Worklist(page).row(CT)).to_be_visible(timeout=90000)
        Worklist(page).press(CT, "认领审核")
        Viewer(page).wait()
        Editor(page).sign("审核签发")


def read(story, second):
    """Images with all their tools, and nothing of what the first doctor wrote."""
    checks, page = story.checks, enter(second, "/reviews")
    with checks.check("the rules choose it, and a third doctor takes it to read it again", page, vital=True):
        row = page.locator("tr[data-review]").filter(has_text=CT)
        for _ in range(90):
            if row.count():
                break
            page.wait_for_timeout(1000)
            page.reload()
        row.get_by_role("button", name="独立复核").click()
        page.wait_for_url("**/reviews/*")
        expect(page.locator("[data-role=pane]")).to_have_attribute("data-quality", "diagnostic", timeout=90000)
        assert not is_blank(Viewer(page).picture()), "the pane is blank"
        assert FINDINGS not in page.content() and IMPRESSION not in page.content(), "the report is to be read"
    with checks.check("the sheet has every key of the viewer, and that of the signature", page):
        page.keyboard.press("?")
        sheet = page.locator("dialog#keys[open] [data-role=key-sheet]")
        expect(sheet).to_contain_text("MPR")
        expect(sheet).to_contain_text("签名并对照")
        page.keyboard.press("Escape")
        expect(page.locator("dialog#keys[open]")).to_have_count(0)
    with checks.check("planes are drawn, and the image comes back", page):
        page.keyboard.press("m")
        planes = Planes(page)
        expect(planes.all).to_have_count(4)
        planes.rest(4)
        for index in range(3):
            assert not is_blank(shot(planes[index].element)), f"plane {index} is blank"
        page.keyboard.press("m")
        expect(planes.all).to_have_count(1)
        Panes(page).wait(1)
    with checks.check("a length is measured, listed, and nobody else's", page):
        page.keyboard.press("l")
        Viewer(page).drag(80, 0)
        expect(page.locator("[data-role=measurements] li[data-kind=length]")).to_have_count(1)
        page.keyboard.press("Delete")
        expect(page.locator("[data-role=measurements] li")).to_have_count(0)
        page.keyboard.press("w")
    with checks.check("what is written saves itself, even before the page's script has come", page, vital=True):
        form = page.locator("form#review")
        type_early(page, SCRIPT, form.get_by_label("影像所见"), SECOND_FINDINGS)
        expect(form.locator("[data-role=save-state]")).to_contain_text("已保存")
        form.get_by_label("诊断意见").fill(SECOND_IMPRESSION)
        expect(form.locator("[data-role=save-state]")).to_have_attribute("data-state", "dirty")
        expect(form.locator("[data-role=save-state]")).to_have_attribute("data-state", "clean")
        page.reload()
        expect(form.get_by_label("影像所见")).to_have_value(SECOND_FINDINGS)
        expect(form.get_by_label("诊断意见")).to_have_value(SECOND_IMPRESSION)
        Panes(page).wait(1)
    story.gallery.shoot_both(second, "second-reading")


def judge(story, second):
    checks, page = story.checks, second.page
    with checks.check("after the signature both readings stand side by side, with what differs", page, vital=True):
        page.get_by_role("button", name="签名并对照").click()
        page.locator("dialog.ask[open]").get_by_role("button", name="签名并对照").click()
        compared = page.locator("[data-role=comparison]")
        expect(compared.locator("del").first).to_be_visible()
        expect(compared.locator("del").filter(has_text="未见明显异常").first).to_be_visible()
        expect(compared.locator("ins").filter(has_text="小结节").first).to_be_visible()
    story.gallery.shoot_both(second, "second-comparison")
    with checks.check("it is graded, with words for the author and a point for the township", page, vital=True):
        form = page.locator("form#grade")
        form.locator("input[name=grade][value='2a']").check()
        form.get_by_label("给报告医生的意见").fill(COMMENT)
        form.locator("textarea[name=teaching]").fill(TEACHING)
        form.get_by_role("button", name="提交评级").click()
        page.wait_for_url("**/reviews")


def learn(story, author, radiographer):
    checks, page = story.checks, author.page
    with checks.check("the author finds the grade and the words, new until they are read", page):
        page.goto("/reviews")
        row = page.locator("tr[data-review]").filter(has_text=COMMENT)
        expect(row).to_contain_text("新")
        with page.expect_response(lambda answer: answer.url.endswith("/seen")):
            row.get_by_role("link", name="查看对照").click()
        expect(page.locator("[data-role=comparison]")).to_contain_text(COMMENT)
        page.goto("/reviews")
        expect(page.locator("tr[data-review]").filter(has_text=COMMENT)).not_to_contain_text("新")
    with checks.check("the township reads what is to be learned, and not of whom", radiographer.page):
        page = enter(radiographer, "/quality")
        page.get_by_role("link", name="教学要点").click()
        for _ in range(90):
            if page.get_by_text(TEACHING).count():
                break
            page.wait_for_timeout(1000)
            page.reload()
        expect(page.locator("main")).to_contain_text(TEACHING)
        expect(page.locator("main")).not_to_contain_text(author.user.name)
    story.gallery.shoot(radiographer.page, "teaching")
