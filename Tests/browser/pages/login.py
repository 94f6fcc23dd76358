from playwright.sync_api import expect


class Login:
    def __init__(self, page):
        self.page = page
        self.problem = page.get_by_role("alert")

    def open(self, path="/"):
        """Whoever is not logged in is led here."""
        self.page.goto(path)
        expect(self.page.locator("#login")).to_be_visible()

    def submit(self, name, password):
        self.page.locator("#login input[name=name]").fill(name)
        self.page.locator("#login input[name=password]").fill(password)
        self.page.locator("#login button[type=submit]").click()

    def log_in(self, user):
        self.submit(user.name, user.password)
        expect(self.page.locator("#login")).to_have_count(0)
        expect(self.page.locator("main")).to_be_visible()


def enter(person, path):
    """Logs in where that is still to be done, and opens a page."""
    page = person.page
    page.goto("/account")
    if "/login" in page.url:
        Login(page).log_in(person.user)
    page.goto(path)
    return page


def log_out(page):
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("#login")).to_be_visible()
