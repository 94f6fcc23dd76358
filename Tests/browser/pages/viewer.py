from playwright.sync_api import expect


def drawn(page):
    """A picture is drawn with the next frame of the screen."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


class Panes:
    """Several panes, and what they say of themselves."""

    def __init__(self, page):
        self.page = page
        self.all = page.locator("[data-role=pane]")

    def active(self, selector=""):
        return self.page.locator(f"[data-role=pane].is-active {selector}".strip())

    def wait(self, count):
        expect(self.all).to_have_count(count)
        expect(self.page.locator("[data-role=pane][data-state=loading]")).to_have_count(0)

    def has_edges(self, *sides):
        """The patient's sides are, or are soon: left, top, right, bottom."""
        for edge, side in zip(("left", "top", "right", "bottom"), sides):
            expect(self.active(f"[data-edge={edge}]")).to_have_text(side)

    def grab(self, number=0):
        """The picture's own pixels, before the browser scales them, as RGBA bytes by rows."""
        # While a window is dragged a coarser picture stands in its place.
        expect(self.page.locator("[data-role=pane][data-draft]")).to_have_count(0)
        return self.page.evaluate(
            """(number) => {
                const canvas = document.querySelectorAll('[data-role=pane] canvas.picture')[number];
                const { width, height } = canvas;
                const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
                copy.drawImage(canvas, 0, 0);
                const { data } = copy.getImageData(0, 0, width, height);
                let text = '';
                for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
                return { width, height, data: btoa(text) };
            }""", number)

    def drag_series(self, index, pane):
        self.page.locator("[data-role=series] button").nth(index).drag_to(self.all.nth(pane))
