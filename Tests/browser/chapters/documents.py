"""A study that is mostly paper: an ECG drawn to scale, a report, PDFs, a CDA. All of it is read, none of it runs."""

import base64
import glob
import io
import os
import tempfile

import numpy
from PIL import Image
from playwright.sync_api import expect

from pages.login import Login
from support.network import send_as_modality
from support.papers import HIGH, LEADS, LONG_FINDING, MISSING, PATIENT, Papers
from support.person import Person

LISTEN = "window.h = () => console.error('A SCRIPT RAN');"
# So many CSS pixels are a millimetre, as if somebody had held a ruler to the screen.
SCALE = 4
LEFT = 10
KEPT = f"""try {{
  localStorage.setItem('jieli.screen.pixelsPerMillimetre', '{SCALE}');
  localStorage.setItem('jieli.ecg', JSON.stringify({{layout: '12x1', speed: 25, gain: 10, isFitted: false}}));
}} catch (_) {{ /* the reader of a PDF keeps nothing */ }}"""


class Reader(Person):
    def __init__(self, story, kept=""):
        super().__init__(story.browser, story.network.nodes["paotai"], "radiographer", story.problems)
        self.context.add_init_script(LISTEN + kept)
        self.page.on("dialog", lambda dialog: (self.note(f"a dialog: {dialog.message}"), dialog.dismiss()))
        Login(self.page).open()
        Login(self.page).log_in(self.user)

    def open(self, papers):
        self.page.goto(f"/studies/{papers.study}/view")
        expect(self.page.locator("[data-role=pane][data-state=shown]")).to_be_visible()

    def choose(self, words):
        thumbnail = self.page.locator("[data-role=series] button", has_text=words)
        expect(thumbnail).to_have_class("thumbnail is-document can-open")
        thumbnail.click()
        paper = self.page.locator(".paper")
        expect(paper).to_have_attribute("data-state", "shown")
        return paper


def darkness(canvas):
    """How much darker than the paper's lines each pixel of the sheet is."""
    encoded = canvas.evaluate("canvas => canvas.toDataURL().split(',')[1]")
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    return numpy.clip(500 - numpy.asarray(picture, dtype=numpy.int32).sum(axis=2), 0, None)


def middles(line):
    """Of each dark run along a line its centre, in pixels: a line of one pixel may lie between two."""
    runs = []
    for place in numpy.nonzero(line)[0]:
        if runs and place - runs[-1][-1] <= 2:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [float(numpy.average(numpy.array(run) + 0.5, weights=line[run])) for run in runs]


def chapter(story):
    checks, folder = story.checks, tempfile.mkdtemp(prefix="jieli-papers-")
    papers = Papers(folder, sorted(glob.glob(os.path.join(story.images, "dx-chest", "*.dcm")))[0])
    with checks.check("a modality sends an image, an ECG, reports and documents", vital=True):
        send_as_modality(story.network.nodes["paotai"], *papers.paths)
    reader = Reader(story, KEPT)
    page = reader.page
    with checks.check("the study opens at its image", page, vital=True):
        reader.open(papers)
    with checks.check("the ECG opens by a click and says what and whose it is", page, vital=True):
        paper = reader.choose("12 导联")
        expect(paper.locator(".document-head")).to_contain_text("12 导联心电图")
        expect(paper.locator(".document-head")).to_contain_text(PATIENT.replace("^", ""))
        expect(paper.locator(".ecg-notes")).to_contain_text("窦性心律")
        expect(paper.locator(".ecg-notes")).to_contain_text("<img src=x onerror=h()>")
        expect(paper.locator(".ecg-notes")).to_contain_text("心率 60 次/分")
        expect(paper.locator(".ecg-foot")).to_contain_text("25 mm/s · 10 mm/mV")
        expect(paper.locator(".ecg-foot")).to_contain_text("纸面原大")
        story.gallery.shoot(page, "ecg-12x1")
    with checks.check("a second is 25 mm and a millivolt 10 mm, within half a pixel", page):
        measure(paper.locator(".ecg-sheet"))
    with checks.check("samples that are missing leave a gap, and it is said", page):
        canvas = paper.locator(".ecg-sheet")
        cell = cell_of(canvas, "V6")
        x, y = (LEFT + MISSING[0] * 25) * SCALE, int(cell["y"] * SCALE)
        row = darkness(canvas)[y - 12 * SCALE:y + 2 * SCALE]
        assert row[:, x - 20:x - 3].any(), "there is no trace before the gap"
        # The word in the middle of the gap is no trace.
        assert not row[:, x + 3:x + 20].any(), "there is a trace where there are no samples"
        expect(paper.locator(".ecg-foot")).to_contain_text("缺失")
    with checks.check("calipers read a second, 60 a minute and a millivolt", page):
        calipers(page, paper)
    with checks.check("a filter is marked below the sheet and on it", page):
        paper.get_by_label("工频").select_option(label="工频 50 Hz")
        expect(paper.locator(".ecg-foot")).to_contain_text("已滤波：工频陷波 50 Hz")
        assert printed(paper.locator(".ecg-sheet")), "the sheet itself does not say that it is filtered"
        paper.get_by_label("工频").select_option(label="工频 关")
        expect(paper.locator(".ecg-foot")).to_contain_text("未另加滤波")
        assert not printed(paper.locator(".ecg-sheet")), "the sheet says that it is filtered, and is not"
    with checks.check("the standard layout fits the pane, and says that it is scaled", page):
        paper.get_by_role("button", name="3×4+节律").click()
        paper.get_by_role("button", name="适合窗口").click()
        expect(paper.locator(".ecg-foot")).to_contain_text("缩放显示")
        assert len(cells(paper.locator(".ecg-sheet"))) == 13
        story.gallery.shoot(page, "ecg-3x4")
    with checks.check("the report is read as text, long findings whole, with units", page):
        paper = reader.choose("SR 报告")
        expect(paper).to_contain_text("Length23.5 mm")
        expect(paper).to_contain_text("<iframe src=javascript:h()></iframe>")
        assert LONG_FINDING in paper.inner_text()
        story.gallery.shoot(page, "structured-report")
    with checks.check("and its reference leads to the image", page):
        paper.locator(".report-link").click()
        expect(page.locator("[data-role=pane][data-state=shown]")).to_be_visible()
        expect(page.locator(".paper")).to_have_count(0)
    with checks.check("keys and drag open documents too", page):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".paper")).to_have_attribute("data-state", "shown")
        page.keyboard.press("Alt+2")
        page.locator("[data-role=series] button", has_text="关键图像").drag_to(page.locator("[data-pane='2']"))
        expect(page.locator("[data-pane='2'] .paper")).to_contain_text("Of Interest")
        expect(page.locator("[data-pane='2'] .report-picture")).to_be_visible()
        story.gallery.shoot(page, "documents-two-panes")
        page.keyboard.press("Alt+1")
        page.locator("[data-pane='1'] .document-head").click()
    with checks.check("a PDF stands in the pane, framed by this node only", page):
        with page.expect_response(lambda response: "/rendered" in response.url and "accept=application/pdf" in response.url) as found:
            paper = reader.choose("设备报告")
        answer = found.value
        assert answer.status == 200 and answer.headers["content-type"] == "application/pdf", answer.headers
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"] and answer.headers["x-content-type-options"] == "nosniff"
        expect(paper.locator("iframe.document-frame")).to_be_visible()
        with_red(page, paper.locator("iframe"))
        story.gallery.shoot(page, "pdf")
    with checks.check("one that carries a script does not, and says why", page):
        paper = reader.choose("带脚本")
        expect(paper.locator(".document-warning")).to_contain_text("脚本")
        expect(paper.locator("iframe")).to_have_count(0)
    with checks.check("a CDA is its words", page):
        paper = reader.choose("CDA")
        expect(paper).to_contain_text("出院小结")
        expect(paper).to_contain_text("肺炎 <img src=x onerror=h()>")
    reader.close()


def with_red(page, frame):
    """Waits until the reader has drawn the page, whose upper half is red."""
    for _ in range(160):
        picture = Image.open(io.BytesIO(frame.screenshot())).convert("RGB")
        red = (numpy.abs(numpy.asarray(picture, dtype=int) - [255, 0, 0]).sum(axis=2) < 30).mean()
        if red > 0.2:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{red:.0%} of the frame is red: the document is not drawn")


def printed(canvas):
    """Whether the amber field of the filters stands below the traces."""
    encoded = canvas.evaluate("canvas => canvas.toDataURL().split(',')[1]")
    picture = numpy.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"), dtype=int)
    return (numpy.abs(picture[-7 * SCALE:] - [255, 210, 122]).sum(axis=2) < 12).mean() > 0.02


def cells(canvas):
    return canvas.evaluate("canvas => JSON.parse(canvas.dataset.cells)")


def cell_of(canvas, lead):
    return next(cell for cell in cells(canvas) if cell["label"] == lead)


def measure(canvas):
    assert [cell["label"] for cell in cells(canvas)] == LEADS
    cell = cell_of(canvas, "I")
    dark = darkness(canvas)
    # Half way up only the edges of the squares cross the line; before them stands the pulse.
    edges = [x for x in middles(dark[int((cell["y"] - 5) * SCALE) + 1]) if x > (LEFT + 1) * SCALE]
    wanted = sorted([(LEFT + (second + HIGH) * 25) * SCALE for second in range(10)] + [(LEFT + second * 25) * SCALE for second in range(1, 10)])
    assert len(edges) == len(wanted), f"{len(edges)} edges instead of {len(wanted)}: {edges}"
    off = max(abs(found - should) for found, should in zip(edges, wanted))
    assert off <= 0.5, f"an edge is {off} pixels away from its place"
    periods = [later - sooner for sooner, later in zip(edges, edges[2:])]
    assert all(abs(period - 25 * SCALE) <= 0.5 for period in periods), f"periods of {periods} pixels"
    # No neighbour's trace reaches into the last row.
    top = int((cell_of(canvas, "V6")["y"] - 13) * SCALE)

    def height_at(seconds):
        return middles(dark[top:top + 16 * SCALE, int((LEFT + seconds * 25) * SCALE)])[-1]

    tall = height_at(2.7) - height_at(2.2)
    assert abs(tall - 10 * SCALE) <= 0.5, f"a millivolt is {tall} pixels high"


def calipers(page, paper):
    canvas = paper.locator(".ecg-calipers")
    cell = cell_of(paper.locator(".ecg-sheet"), "I")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + (LEFT + 2 * 25) * SCALE, box["y"] + cell["y"] * SCALE
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 10)
    page.mouse.move(x + 25 * SCALE, y - 10 * SCALE)
    page.mouse.up()
    expect(paper.locator("[data-role=ecg-reading]")).to_have_text("1000 ms · 60 次/分 · 1.00 mV")
