"""Pictures of pages at two sizes and in two languages, to be looked at."""

import os

from pages.login import Login
from support.person import DESKTOP, LAPTOP, Person


class Gallery:
    def __init__(self, folder, browser, problems):
        self.folder = folder
        self.browser = browser
        self.problems = problems
        self.twins = {}
        os.makedirs(folder, exist_ok=True)

    def shoot(self, page, name, language="zh"):
        """The page as it is now, at both sizes."""
        before = page.viewport_size
        for size in (LAPTOP, DESKTOP):
            page.set_viewport_size(size)
            page.wait_for_timeout(350)  # the panes draw again at the new size
            page.screenshot(path=os.path.join(self.folder, f"{name}-{language}-{size['width']}.png"))
        page.set_viewport_size(before)

    def shoot_both(self, person, name, before=None):
        """The page of a person in Chinese, and in English in a second browser of theirs.

        `before` brings a page to the state that is to be seen, for instance opens a dialog.
        """
        if before:
            before(person.page)
        self.shoot(person.page, name)
        page = self.twin(person).page
        path = person.page.url[len(person.node.url):]
        page.goto(path)
        page.wait_for_load_state()
        if before:
            before(page)
        page.wait_for_timeout(1200)
        self.shoot(page, name, "en")
        # A page that is not left keeps its claim alive.
        page.goto("about:blank")

    def bring(self, locator):
        """Scrolls to an element. A page may put a new one in its place meanwhile; that is no reason to stop."""
        locator.evaluate("each => each.scrollIntoView({ block: 'center' })")

    def twin(self, person):
        """The same person in a browser set to English."""
        if person.label not in self.twins:
            twin = Person(self.browser, person.node, person.user.role, self.problems)
            login = Login(twin.page)
            login.open()
            login.log_in(twin.user)
            twin.page.get_by_role("button", name="English").click()
            twin.page.get_by_role("button", name="中文").wait_for()
            self.twins[person.label] = twin
        return self.twins[person.label]

    def close(self):
        for twin in self.twins.values():
            twin.close()
