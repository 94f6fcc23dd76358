from playwright.sync_api import expect


class Display:
    """The test of the screen itself."""

    def __init__(self, page):
        self.page = page

    def open(self):
        self.page.goto("/display")
        expect(self.page.get_by_role("heading", name="显示器检测")).to_be_visible()
        # Set where the pattern is drawn.
        expect(self.page.locator("[data-role=stage]")).to_have_attribute("data-level", "-1")

    def missing_greys(self):
        """Of the greys that the pattern is made of, those that no pixel has."""
        return self.page.evaluate(
            """() => {
                const canvas = document.querySelector('[data-role=stage] canvas');
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                const found = new Set();
                for (let at = 0; at < data.length; at += 4) {
                    if (data[at] === data[at + 1] && data[at] === data[at + 2]) found.add(data[at]);
                }
                return [0, 13, 17, 34, 119, 238, 242, 251, 255].filter((level) => !found.has(level));
            }""")
