import io
import re

import numpy as np
from PIL import Image
from playwright.sync_api import expect


class Panes:
    """Several panes of the viewer, read as a person reads them: by the pointer's value and by what stands in the corners."""

    def __init__(self, page):
        self.page = page
        self.all = page.locator("[data-role=pane]")
        self.series = page.locator("[data-role=series] button")

    def __getitem__(self, index):
        return Pane(self.page, self.all.nth(index))

    def open(self, node, study):
        self.page.goto(f"{node.url}/studies/{study}/view")
        expect(self.all.first).to_have_attribute("data-state", "shown")

    def choose(self, index, series):
        """A click that does not move anything: on the pane's edge, then on the series."""
        self[index].activate()
        self.series.filter(has_text=series).click()
        self[index].rest()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def rest(self, count):
        for index in range(count):
            self[index].rest()


class Pane:
    def __init__(self, page, element):
        self.page, self.element = page, element

    def words(self, corner):
        return self.element.locator(f"[data-overlay={corner}]").inner_text()

    def rest(self):
        """Until what is shown is fine enough for a diagnosis, and all of it is here."""
        expect(self.element).to_have_attribute("data-state", "shown")
        expect(self.element).to_have_attribute("data-quality", "diagnostic", timeout=90000)
        expect(self.element.locator("[data-overlay=marks]")).not_to_contain_text("已载入", timeout=90000)

    def activate(self):
        box = self.element.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 8)

    @property
    def number(self):
        """Which image of how many."""
        return tuple(int(each) for each in re.search(r"(\d+)/(\d+)", self.words("image")).groups())

    def scale(self):
        """Screen pixels per image column, as the corner says in percent."""
        return int(re.search(r"(\d+)%", self.words("view")).group(1)) / 100

    def centre(self):
        box = self.element.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def hover(self, dx=0.0, dy=0.0):
        """The pointer, as many screen pixels from the middle of the fitted image."""
        x, y = self.centre()
        self.page.mouse.move(x + dx, y + dy)

    def probe(self, dx=0.0, dy=0.0):
        """The pixel under the pointer and its value; None outside the volume."""
        self.hover(dx, dy)
        self.page.wait_for_timeout(60)
        found = re.search(r"\((\d+), (\d+)\)(?: (-?\d+) HU)?", self.words("view"))
        assert found, f"no probe in {self.words('view')!r}"
        column, row, value = found.groups()
        return int(column), int(row), None if value is None else int(value)

    def go_to(self, number):
        self.activate()
        now = self.number[0]
        for _ in range(abs(number - now)):
            self.page.keyboard.press("ArrowDown" if number > now else "ArrowUp")
        expect(self.element.locator("[data-overlay=image]")).to_contain_text(f"图 {number}/")
        self.rest()

    def click_at(self, dx, dy):
        self.hover(dx, dy)
        self.page.mouse.down()
        self.page.mouse.up()

    def colours(self):
        """How many pixels in the middle of the pane have each line's colour; grey ones have none."""
        self.page.mouse.move(2, 2)
        self.page.wait_for_timeout(200)
        red, green, blue = (channel.astype(int) for channel in np.moveaxis(shot(self.element), 2, 0))
        bright = np.maximum(np.maximum(red, green), blue) > 110
        return {
            "red": int((bright & (red > 1.5 * green) & (red > 1.5 * blue)).sum()),
            "yellow": int((bright & (red > 1.5 * blue) & (green > 1.4 * blue) & (green > 0.7 * red)).sum()),
            "green": int((bright & (green > 1.4 * red) & (green > 1.2 * blue)).sum()),
            "blue": int((bright & (blue > 1.5 * red) & (green > 1.2 * red)).sum()),
        }


def shot(element):
    """The middle of the element as it is on the screen: rows, columns, red green blue. Words and borders lie outside."""
    picture = np.asarray(Image.open(io.BytesIO(element.screenshot())).convert("RGB"))
    rows, columns = picture.shape[0] // 5, picture.shape[1] // 10
    return picture[rows:-rows, columns:-columns]
