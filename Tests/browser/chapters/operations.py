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
    admin = story.person("administrator", "jieyang")
    with checks.check("the administrator sees their account", admin.page):
        Login(admin.page).open()
        Login(admin.page).log_in(admin.user)
        admin.page.locator("header a[href='/account']").click()
        expect(admin.page.locator("main")).to_contain_text("演示管理员")
    story.gallery.shoot_both(admin, "account")
