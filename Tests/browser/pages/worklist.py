from playwright.sync_api import expect


class Worklist:
    def __init__(self, page):
        self.page = page
        self.rows = page.locator("#worklist tr[data-task]")
        self.notice = page.locator("#notices")

    def open(self):
        self.page.get_by_role("link", name="阅片列表").click()
        expect(self.page.get_by_role("heading", name="阅片列表")).to_be_visible()

    def tab(self, name):
        self.page.locator("nav.tabs a", has_text=name).click()
        expect(self.page.locator("nav.tabs a[aria-current]")).to_contain_text(name)

    def row(self, words):
        return self.rows.filter(has_text=words)

    def press(self, words, button):
        self.row(words).get_by_role("button", name=button).click()
        self.page.wait_for_url("**/tasks/*")
