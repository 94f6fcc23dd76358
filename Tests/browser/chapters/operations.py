"""Queues, links and disk, as the operators of all three nodes see them."""

from playwright.sync_api import expect

from pages.login import Login
from pages.operator import Operator

LINKED = {"paotai": ["puning"], "puning": ["paotai", "jieyang"], "jieyang": ["puning"]}


def chapter(story):
    checks = story.checks
    for node, peers in LINKED.items():
        someone = story.person("operator", node)
        page = someone.page
        operator = Operator(page)
        with checks.check(f"the operator of {node} sees queues, links and free disk", page):
            Login(page).open()
            Login(page).log_in(someone.user)
            operator.open()
            expect(operator.tile("可用空间")).to_contain_text("B")
            expect(operator.tile("检查").first).to_contain_text("6")
            for peer in peers:
                expect(operator.links.filter(has_text=peer)).to_contain_text("连通")
            if node != "jieyang":
                expect(operator.queues.filter(has_text=peers[-1])).to_contain_text("已发完")
        story.gallery.shoot_both(someone, f"operator-{node}")
        obligations(story, someone, node)
    admin = story.person("administrator", "jieyang")
    with checks.check("the administrator sees their account", admin.page):
        Login(admin.page).open()
        Login(admin.page).log_in(admin.user)
        admin.page.locator("header a[href='/account']").click()
        expect(admin.page.locator("main")).to_contain_text("演示管理员")
    story.gallery.shoot_both(admin, "account")


def obligations(story, someone, node):
    """The list of what is owed: reached from the navigation, counted there, with a hop, a reason and an advice each."""
    checks, page = story.checks, someone.page
    with checks.check(f"the operator of {node} opens what is still owed", page):
        page.locator("nav.nav a[href='/obligations']").click()
        expect(page.get_by_role("heading", name="未完成事项")).to_be_visible()
        groups = page.locator("article.obligation")
        expect(groups.or_(page.get_by_text("没有未完成的事项")).first).to_be_visible()
        count = groups.count()
        badge = page.locator("nav.nav .badge")
        if count:
            expect(badge).to_be_visible()
            line = groups.first.locator("li").first
            expect(line.locator(".obligation-hop strong")).not_to_be_empty()
            expect(line.locator(".obligation-advice")).not_to_be_empty()
            # An operator runs the machine; whose images these are is not for them.
            expect(page.locator("main")).not_to_contain_text("测试甲")
        else:
            expect(badge).to_be_hidden()
    story.gallery.shoot_both(someone, f"obligations-{node}")
