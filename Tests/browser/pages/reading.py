from playwright.sync_api import expect

from support.pixels import seen


class Viewer:
    """The images half of the reading page."""

    def __init__(self, page):
        self.page = page
        self.pane = page.locator("[data-role=pane]")
        self.position = page.locator("[data-overlay=image]")
        self.view = page.locator("[data-overlay=view]")
        self.series = page.locator("[data-role=series] button")

    def wait(self):
        expect(self.page.locator("[data-role=pane][data-state=shown]")).to_be_visible()
        expect(self.page.locator("[data-overlay=marks]")).not_to_contain_text("已载入")

    def picture(self):
        """The middle of the pane, after the next drawing."""
        self.page.mouse.move(2, 2)
        self.page.wait_for_timeout(150)
        return seen(self.page, self.pane)

    def centre(self):
        box = self.pane.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def wheel(self, notches):
        self.page.mouse.move(*self.centre())
        for _ in range(abs(notches)):
            self.page.mouse.wheel(0, 100 if notches > 0 else -100)
            self.page.wait_for_timeout(40)

    def drag(self, dx, dy, button="left"):
        x, y = self.centre()
        self.page.mouse.move(x, y)
        self.page.mouse.down(button=button)
        self.page.mouse.move(x + dx / 2, y + dy / 2)
        self.page.mouse.move(x + dx, y + dy)
        self.page.mouse.up(button=button)

    def tool(self, name):
        """Some lie in a menu."""
        button = self.page.locator("[role=toolbar] button", has_text=name).first
        if not button.is_visible():
            self.page.locator("details.tool-menu", has_text=name).locator("summary").first.click()
        button.click()

    def preset(self, name):
        self.page.locator("[data-role=presets] button", has_text=name).click()


class Editor:
    """The report half of the reading page."""

    def __init__(self, page):
        self.page = page
        self.form = page.locator("form#report")
        self.findings = self.form.get_by_label("影像所见")
        self.impression = self.form.get_by_label("诊断意见")
        self.save_state = self.form.locator("[data-role=save-state]")

    def write(self, field, text):
        # The page's other parts listen by now.
        expect(self.page.locator("[data-measurements]")).to_have_count(1)
        field.click()
        field.press("Control+End")
        field.press_sequentially(text)

    def wait_saved(self):
        expect(self.save_state).to_have_attribute("data-state", "clean")
        expect(self.save_state).to_contain_text("已保存")

    def press(self, name):
        self.form.get_by_role("button", name=name).click()

    def sign(self, name):
        """A signature is asked about once more."""
        self.press(name)
        dialog = self.page.locator("dialog.ask[open]")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name=name).click()
        self.page.wait_for_url("**/worklist**")


def type_early(page, script, field, text):
    """Loads the page anew and types before `script` has come."""
    held, is_holding = [], True
    page.route(script, lambda route: held.append(route) if is_holding else route.continue_())
    page.reload(wait_until="commit")
    field.click()
    field.press("Control+End")
    field.press_sequentially(text)
    is_holding = False
    while held:
        held.pop().continue_()
    expect(page.locator("[data-measurements]")).to_have_count(1)
    page.unroute(script)
