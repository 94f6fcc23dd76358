"""What a person may not do gets a sentence; and everything is there in English."""

from playwright.sync_api import expect

from pages.login import Login, log_out
from support.person import Person


def chapter(story):
    someone = Person(story.browser, story.network.nodes["paotai"], "radiographer", story.problems)
    page = someone.page
    checks = story.checks
    wrong_password(checks, story.gallery, someone)
    with checks.check("the right password is taken then, and leads to the page that was asked for", page):
        Login(page).open("/studies")
        Login(page).log_in(someone.user)
        assert page.url == someone.node.url + "/studies", page.url
    with checks.check("a radiographer has no worklist, and gets a 403 with a sentence for the address", page):
        expect(page.locator("nav.nav")).not_to_contain_text("运维")
        someone.allow(403, "/operator")
        answer = page.goto("/operator")
        assert answer.status == 403, f"HTTP {answer.status}"
        expect(page.get_by_role("heading", name="没有权限")).to_be_visible()
    story.gallery.shoot(page, "forbidden")
    with checks.check("an address that is none gets a 404 with a sentence", page):
        someone.allow(404, "/nowhere")
        answer = page.goto("/nowhere")
        assert answer.status == 404, f"HTTP {answer.status}"
        expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
        story.gallery.shoot(page, "not-found")
        page.get_by_role("link", name="回到首页").click()
        expect(page.get_by_role("heading", name="检查", exact=True)).to_be_visible()
    english(checks, story.gallery, page)
    with checks.check("logging out ends the session", page):
        log_out(page)
        page.goto("/studies")
        expect(page.locator("#login")).to_be_visible()
    someone.close()


def wrong_password(checks, gallery, someone):
    page = someone.page
    with checks.check("a wrong password gets a sentence, in Chinese", page):
        someone.allow(401, "/api/v1/login")
        Login(page).open()
        Login(page).submit(someone.user.name, "not-the-password")
        expect(Login(page).problem).to_contain_text("用户名或密码不正确")
    gallery.shoot(page, "login-refused")
    with checks.check("the login page turns into English too", page):
        page.get_by_role("button", name="English").click()
        expect(page.get_by_label("Password")).to_be_visible()
        gallery.shoot(page, "login", "en")
        page.get_by_role("button", name="中文").click()
        expect(page.get_by_label("密码")).to_be_visible()


def english(checks, gallery, page):
    with checks.check("one click turns everything into English, and one back", page):
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", name="Studies", exact=True)).to_be_visible()
        # Names of people and places stay as they are.
        words = page.locator("main").inner_text().replace("演示报告医生", "")
        for chinese in ("检查", "报告", "等待", "急诊", "采集"):
            assert chinese not in words, f"{chinese} is left on the English page"
        page.get_by_role("button", name="New order").click()
        expect(page.get_by_label("Clinical question and history")).to_be_visible()
        gallery.shoot(page, "order-form", "en")
        page.get_by_role("button", name="Cancel").click()
        for path, name in (("/operator", "forbidden"), ("/nowhere", "not-found")):
            page.goto(path)
            gallery.shoot(page, name, "en")
        page.get_by_role("link", name="Go to the start page").click()
        page.get_by_role("button", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.get_by_role("heading", name="检查", exact=True)).to_be_visible()
