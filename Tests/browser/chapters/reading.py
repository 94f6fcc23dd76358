"""At the city: the worklist, the images, the report, the first signature."""

from playwright.sync_api import expect

from chapters.arrival import CT, QUESTION
from pages.login import Login
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support.pixels import difference, is_blank

FINDINGS = "右肺下叶见斑片状高密度影，边界模糊，内见支气管充气征。纵隔未见肿大淋巴结。"
IMPRESSION = "右肺下叶炎症，建议抗感染治疗后复查。"


def chapter(story):
    checks, gallery = story.checks, story.gallery
    radiologist = story.person("radiologist", "jieyang")
    page = radiologist.page
    worklist = Worklist(page)
    with checks.check("the radiologist logs in and opens the worklist", page, vital=True):
        Login(page).open()
        Login(page).log_in(radiologist.user)
        worklist.open()
        expect(worklist.row(CT)).to_be_visible(timeout=90000)
    with checks.check("finds the STAT study first, with its clinical question", page):
        expect(worklist.rows.first).to_contain_text("急诊", timeout=90000)
        expect(worklist.rows.first).to_contain_text(CT)
        expect(worklist.rows.first).to_contain_text("咳嗽三周")
    with checks.check("finds the urgent one second, then the routine ones", page):
        expect(worklist.rows.nth(1)).to_contain_text("加急", timeout=90000)
        expect(worklist.rows.nth(2)).to_contain_text("常规")
    gallery.shoot_both(radiologist, "worklist")
    with checks.check("claims it with one click and sees images and report side by side", page, vital=True):
        worklist.press(CT, "认领阅片")
        expect(page.locator("form#report")).to_be_visible()
        expect(page.locator(".side")).to_contain_text(QUESTION)
    look(checks, page)
    write(checks, gallery, radiologist)
    with checks.check("signs, is asked once more, and is back at the worklist", page, vital=True):
        Editor(page).sign("提交报告")
        expect(worklist.notice).to_contain_text("等待审核")
        expect(worklist.row(CT)).to_contain_text("待审核")
    with checks.check("cannot review what they wrote", page):
        expect(worklist.row(CT).get_by_role("button", name="认领审核")).to_have_count(0)


def look(checks, page):
    viewer = Viewer(page)
    with checks.check("the images load and show", page, vital=True):
        viewer.wait()
        assert not is_blank(viewer.picture()), "the pane is blank"
        expect(viewer.series).to_have_count(2)
        expect(viewer.position).to_contain_text("图 1/40")
    with checks.check("the wheel scrolls through them", page):
        first = viewer.picture()
        viewer.wheel(10)
        expect(viewer.position).to_contain_text("图 11/40")
        assert difference(first, viewer.picture()) > 1, "the image is the same"
    with checks.check("window presets change the picture", page):
        before = viewer.picture()
        viewer.preset("肺窗")
        expect(viewer.view).to_contain_text("窗宽 1500")
        lung = viewer.picture()
        page.keyboard.press("5")
        expect(viewer.view).to_contain_text("窗宽 2000")
        bone = viewer.picture()
        assert difference(lung, bone) > 3 and difference(before, bone) > 1, "the pixels are the same"
    with checks.check("dragging sets window and level", page):
        before = viewer.view.inner_text()
        viewer.drag(60, 40)
        assert viewer.view.inner_text() != before, "the overlay shows the same window"
    with checks.check("inverting turns the picture round", page):
        before = viewer.picture()
        viewer.tool("反相")
        after = viewer.picture()
        assert abs((255 - before.mean()) - after.mean()) < 12, f"{before.mean():.0f} became {after.mean():.0f}"
        page.keyboard.press("i")
    with checks.check("zooming enlarges and panning moves the picture", page):
        fitted = viewer.view.inner_text()
        before = viewer.picture()
        viewer.drag(0, -120, button="right")
        zoomed = viewer.picture()
        assert viewer.view.inner_text() != fitted and difference(before, zoomed) > 1, "nothing was enlarged"
        viewer.tool("移动")
        viewer.drag(90, 50)
        assert difference(zoomed, viewer.picture()) > 1, "nothing moved"
    with checks.check("reset brings the first view back", page):
        page.keyboard.press("r")
        viewer.tool("窗宽窗位")
        expect(viewer.view).to_contain_text("窗宽")
        page.keyboard.press("Home")
        expect(viewer.position).to_contain_text("图 1/40")
    with checks.check("the second series shows its own images", page):
        viewer.series.nth(1).click()
        expect(viewer.position).to_contain_text("/24")
        viewer.wait()
        assert not is_blank(viewer.picture()), "the pane is blank"
        page.keyboard.press("ArrowLeft")
        expect(viewer.position).to_contain_text("/40")
        viewer.wheel(18)
    with checks.check("the sheet of keys opens and closes", page):
        page.keyboard.press("?")
        expect(page.locator("dialog#keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog#keys")).to_be_hidden()


def write(checks, gallery, radiologist):
    page = radiologist.page
    editor, viewer = Editor(page), Viewer(page)
    with checks.check("an empty report cannot be signed", page):
        editor.press("提交报告")
        expect(page.locator("#notices")).to_contain_text("都要填写")
        page.locator(".notice-close").click()
    with checks.check("what is written saves itself and says so", page, vital=True):
        editor.write(editor.findings, FINDINGS)
        editor.write(editor.impression, IMPRESSION)
        editor.wait_saved()
    with checks.check("letters typed into the report are not hotkeys", page):
        before = viewer.view.inner_text()
        editor.write(editor.impression, "ri")
        for _ in "ri":
            editor.impression.press("Backspace")
        assert viewer.view.inner_text() == before, "the view changed"
        editor.wait_saved()
    gallery.shoot_both(radiologist, "reading")
    with checks.check("the draft is there after the browser was closed and opened", page, vital=True):
        page.reload()
        expect(editor.findings).to_have_value(FINDINGS)
        expect(editor.impression).to_have_value(IMPRESSION)
        viewer.wait()
