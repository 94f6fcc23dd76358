from playwright.sync_api import expect


class Operator:
    def __init__(self, page):
        self.page = page
        self.tiles = page.locator(".tile")
        self.queues = self.section("各段队列").locator("tbody tr")
        self.links = self.section("链路").locator("tbody tr")

    def section(self, heading):
        return self.page.locator("section.card", has=self.page.get_by_role("heading", name=heading))

    def open(self):
        self.page.get_by_role("link", name="运维", exact=True).click()
        expect(self.page.get_by_role("heading", name="运维", exact=True)).to_be_visible()

    def tile(self, name):
        return self.tiles.filter(has_text=name)
