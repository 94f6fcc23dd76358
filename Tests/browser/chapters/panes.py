"""A radiologist arranges, turns, plays and checks: panes, keys, films, marks, and the screen itself."""

import re

from playwright.sync_api import expect

from pages.display import Display
from pages.login import Login
from pages.reading import Viewer
from pages.studies import Studies
from pages.viewer import Panes
from support.person import Person
from support.pixels import difference, is_blank, seen

CT = "胸部CT平扫"
ULTRASOUND = "测试丙"


def chapter(story):
    someone = Person(story.browser, story.network.nodes["jieyang"], "radiologist", story.problems)
    page = someone.page
    Login(page).open()
    Login(page).log_in(someone.user)
    see(page, CT)
    arrange(story, page)
    turn(story, page)
    keys(story, page)
    play(story, page)
    windows(story, someone)
    screen(story, page)
    someone.close()
    fingers(story)


def see(page, name):
    page.goto("/studies?stage=all")
    Studies(page).study(name).details.click()
    page.get_by_role("link", name="看图").click()
    Viewer(page).wait()
    # Panes are filled with the series that are known.
    expect(page.locator("[data-hung]")).to_have_count(1, timeout=90000)


def arrange(story, page):
    panes, viewer = Panes(page), Viewer(page)
    with story.checks.check("a click on a layout shows four panes, filled with the series that wait", page):
        page.locator("[data-role=layouts] summary").click()
        page.locator("[data-command=layout-2x2]").click()
        panes.wait(4)
        expect(page.locator("[data-role=pane][data-state=shown]")).to_have_count(2)
        expect(page.locator("[data-role=pane][data-state=empty] .pane-empty").first).to_be_visible()
    with story.checks.check("a series dragged to an empty pane shows there", page):
        panes.drag_series(1, 3)
        expect(panes.all.nth(3)).to_have_attribute("data-state", "shown")
        expect(panes.all.nth(3).locator("[data-overlay=image]")).to_contain_text("/24")
        expect(panes.all.nth(3)).to_have_class(re.compile("is-active"))
    with story.checks.check("every pane names the patient and the date", page):
        for number in (0, 1, 3):
            expect(panes.all.nth(number).locator("[data-overlay=patient]")).to_contain_text("测试甲")
            expect(panes.all.nth(number).locator("[data-overlay=patient]")).to_contain_text("2026-01-05")
        assert "测试甲" in page.title() and "CT" in page.title(), page.title()
    story.gallery.shoot(page, "panes")
    with story.checks.check("the wheel scrolls the pane under it and no other", page):
        box = panes.all.nth(1).bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 90)
        for _ in range(3):
            page.mouse.wheel(0, 100)
        expect(panes.all.nth(1).locator("[data-overlay=image]")).to_contain_text("4/24")
        expect(panes.all.nth(0).locator("[data-overlay=image]")).to_contain_text("1/40")
    with story.checks.check("a double click enlarges a pane and brings all back", page):
        panes.all.nth(0).dblclick(position={"x": 120, "y": 120})
        panes.wait(1)
        expect(viewer.position).to_contain_text("1/40")
        panes.all.first.dblclick(position={"x": 120, "y": 120})
        panes.wait(4)
        expect(panes.all.nth(1).locator("[data-overlay=image]")).to_contain_text("4/24")
    with story.checks.check("the bar at the edge goes to the place that is pressed, and is full when all is here", page):
        page.keyboard.press("Alt+1")
        panes.wait(1)
        bar = page.locator("[data-role=scrubber]")
        expect(bar).to_have_attribute("data-loaded", "40", timeout=90000)
        bar.click(position={"x": 9, "y": bar.bounding_box()["height"] - 2})
        expect(viewer.position).to_contain_text("40/40")


def turn(story, page):
    panes, viewer = Panes(page), Viewer(page)
    page.keyboard.press("Home")
    page.keyboard.press("r")
    upright = viewer.picture()
    with story.checks.check("an axial image has the patient's right on the left", page):
        panes.has_edges("R", "A", "L", "P")
    with story.checks.check("mirroring exchanges left and right, in the picture and in the letters", page):
        page.keyboard.press("h")
        assert difference(upright[:, ::-1], viewer.picture()) < 4, "the picture is not the mirrored one"
        panes.has_edges("L", "A", "R", "P")
        page.keyboard.press("h")
    with story.checks.check("upside down and half a turn are left and right", page):
        page.keyboard.press("v")
        page.keyboard.press(".")
        page.keyboard.press(".")
        panes.has_edges("L", "A", "R", "P")
        assert difference(upright[:, ::-1], viewer.picture()) < 4
        page.keyboard.press("r")
        assert difference(upright, viewer.picture()) < 1, "reset is not upright"
    with story.checks.check("a quarter turn brings the front to the right", page):
        page.keyboard.press(".")
        panes.has_edges("P", "R", "A", "L")
        page.keyboard.press(",")
    with story.checks.check("the glass enlarges what is under it while the button is held", page):
        page.keyboard.press("g")
        x, y = viewer.centre()
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 4, y)
        page.wait_for_timeout(200)
        held = seen(page, viewer.pane)
        page.mouse.up()
        page.keyboard.press("w")
        assert difference(upright, held) > 1, "nothing was enlarged"
        assert difference(upright, viewer.picture()) < 1, "the glass stays"


def keys(story, page):
    viewer = Viewer(page)
    dialog = page.locator("dialog#keys")
    with story.checks.check("the sheet names every key of the viewer", page):
        page.keyboard.press("?")
        for words in ("左右翻转", "电影播放", "布局 2×2", "窗宽窗位", "第二窗口"):
            expect(dialog.locator("[data-role=key-sheet]")).to_contain_text(words)
    story.gallery.shoot(page, "keys")
    with story.checks.check("a key that is taken is refused and says by what", page):
        dialog.get_by_role("button", name="修改按键与鼠标").click()
        dialog.locator("[data-key-of=invert]").click()
        page.keyboard.press("f")
        expect(dialog.locator("[data-role=key-message]")).to_contain_text("适合窗口")
    with story.checks.check("a free key is taken, works, and is still there after the page is loaded again", page):
        page.keyboard.press("Alt+u")
        expect(dialog.locator("[data-key-of=invert]")).to_contain_text("Alt+U")
        story.gallery.shoot(page, "keys-changed")
        dialog.get_by_role("button", name="关闭").click()
        expect(page.locator("button[data-command=invert] kbd")).to_have_text("Alt+U")
        page.reload()
        viewer.wait()
        before = viewer.picture()
        page.keyboard.press("i")
        assert difference(before, viewer.picture()) < 1, "the old key still acts"
        page.keyboard.press("Alt+u")
        after = viewer.picture()
        assert abs((255 - before.mean()) - after.mean()) < 12, "the new key does nothing"
        page.keyboard.press("Alt+u")
    with story.checks.check("they are the account's: another computer knows them too", page):
        other = Person(story.browser, story.network.nodes["jieyang"], "radiologist", story.problems)
        Login(other.page).open()
        Login(other.page).log_in(other.user)
        see(other.page, CT)
        expect(other.page.locator("button[data-command=invert] kbd")).to_have_text("Alt+U")
        other.close()
    with story.checks.check("the right button does what the user chose", page):
        page.keyboard.press("?")
        dialog.get_by_role("button", name="修改按键与鼠标").click()
        dialog.locator("select[data-mouse=right]").select_option("window")
        dialog.get_by_role("button", name="关闭").click()
        before = viewer.view.inner_text()
        viewer.drag(40, 30, button="right")
        after = viewer.view.inner_text()
        assert before.split("\n")[0] != after.split("\n")[0], f"the window is still {after}"
        assert before.split("\n")[1] == after.split("\n")[1], "it zoomed"
    with story.checks.check("everything can be put back", page):
        page.keyboard.press("?")
        dialog.get_by_role("button", name="修改按键与鼠标").click()
        dialog.get_by_role("button", name="全部恢复默认").click()
        expect(dialog.locator("[data-key-of=invert]")).to_contain_text("I")
        expect(dialog.locator("select[data-mouse=right]")).to_have_value("zoom")
        dialog.get_by_role("button", name="关闭").click()


def play(story, page):
    viewer = Viewer(page)
    see(page, ULTRASOUND)
    with story.checks.check("the space bar plays the film, and says how fast", page):
        expect(page.locator("[data-role=scrubber]")).to_have_attribute("data-loaded", "12", timeout=90000)
        page.keyboard.press(" ")
        expect(viewer.view).to_contain_text("▶")
        shown = set()
        for _ in range(14):
            shown.add(viewer.position.inner_text().split("\n")[0])
            page.wait_for_timeout(90)
        assert len(shown) > 3, f"the film stands still: {shown}"
    with story.checks.check("it goes faster, and stops where it is", page):
        rate = float(re.search(r"▶ ([\d.]+)", viewer.view.inner_text())[1])
        page.keyboard.press("'")
        expect(viewer.view).not_to_contain_text(f"▶ {rate:g} ")
        faster = float(re.search(r"▶ ([\d.]+)", viewer.view.inner_text())[1])
        assert abs(faster - 1.25 * rate) < 0.2, f"{rate} became {faster}"
        page.keyboard.press(" ")
        expect(viewer.view).not_to_contain_text("▶")
        held = viewer.position.inner_text()
        page.wait_for_timeout(300)
        assert viewer.position.inner_text() == held, "it goes on"


def windows(story, someone):
    page = someone.page
    see(page, CT)
    with story.checks.check("a second window shows the same study, images alone", page):
        with page.expect_popup() as opened:
            page.keyboard.press("n")
        second = opened.value
        Viewer(second).wait()
        expect(second.locator(".side")).to_be_hidden()
        assert not is_blank(Viewer(second).picture()), "the second window is blank"
    with story.checks.check("two windows with one patient are nothing to warn of", page):
        page.wait_for_timeout(500)
        expect(page.locator("[data-role=patients-warning]")).to_be_hidden()
    with story.checks.check("another patient in the other window is warned of in both, until it is closed", page):
        see(second, ULTRASOUND)
        expect(page.locator("[data-role=patients-warning]")).to_contain_text("测试丙")
        expect(second.locator("[data-role=patients-warning]")).to_contain_text("测试甲")
        story.gallery.shoot(page, "two-patients")
        second.goto("/studies")
        expect(page.locator("[data-role=patients-warning]")).to_be_hidden()
    second.close()


def screen(story, page):
    display = Display(page)
    with story.checks.check("the display test draws its greys exactly", page):
        display.open()
        missing = display.missing_greys()
        assert missing == [], f"these greys are missing: {missing}"
    story.gallery.shoot(page, "display")
    with story.checks.check("measured luminances are judged by the standard's grey scale", page):
        fields = page.locator("[data-role=levels] input")
        expect(fields).to_have_count(18)
        for index in range(18):
            fields.nth(index).fill(str(round(0.3 + 250 * (index / 17) ** 2.2, 3)))
        expect(page.locator("[data-role=verdict]")).to_have_attribute("data-grade", "poor")
        expect(page.locator("[data-role=stage]")).to_have_attribute("data-level", "255")


PHONE = {"width": 412, "height": 860}


def fingers(story):
    """A consult on a phone: one finger does what the tool does, two zoom and move."""
    someone = Person(story.browser, story.network.nodes["jieyang"], "radiologist", story.problems, size=PHONE, has_touch=True)
    page = someone.page
    viewer = Viewer(page)
    Login(page).open()
    Login(page).log_in(someone.user)
    see(page, CT)
    touch = page.context.new_cdp_session(page)

    def put(kind, *points):
        at = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    with story.checks.check("on a phone the images have the screen, and nothing runs out of it", page):
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"the page is {wide} wide"
        assert viewer.pane.bounding_box()["height"] > 250, viewer.pane.bounding_box()
        page.screenshot(path=f"{story.gallery.folder}/phone-zh.png")
    x, y = viewer.centre()
    with story.checks.check("a finger scrolls", page):
        page.locator("[data-command=tool-scroll]").tap()
        put("touchStart", (x, y - 60))
        for step in range(1, 9):
            put("touchMove", (x, y - 60 + 6 * step))
        put("touchEnd")
        expect(viewer.position).to_contain_text(re.compile("图 [4-9]/40"))
    with story.checks.check("two fingers zoom, and the image stays where it was", page):
        before = viewer.position.inner_text()
        fitted = int(re.search(r"(\d+)%", viewer.view.inner_text())[1])
        put("touchStart", (x - 30, y))
        put("touchStart", (x - 30, y), (x + 30, y))
        for step in range(1, 7):
            put("touchMove", (x - 30 - 5 * step, y), (x + 30 + 5 * step, y))
        put("touchEnd")
        zoomed = int(re.search(r"(\d+)%", viewer.view.inner_text())[1])
        assert 1.8 < zoomed / fitted < 2.2, f"{fitted} % became {zoomed} %"
        assert viewer.position.inner_text().split("\n")[0] == before.split("\n")[0], "it scrolled too"
    someone.close()
