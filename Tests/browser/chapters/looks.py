"""At the township: images that say how they are to be seen are seen so, and what limits them is said."""

import base64
import os
import shutil
import tempfile

import numpy
from playwright.sync_api import expect

from pages.login import Login
from pages.reading import Viewer
from pages.viewer import Panes, drawn
from support import oddities
from support.network import send_as_modality
from support.person import Person
from support.rendering import rendering


def chapter(story):
    folder = tempfile.mkdtemp(prefix="jieli-looks-")
    images = oddities.write(folder)
    node = story.network.nodes["paotai"]
    send_as_modality(node, *(os.path.join(folder, name) for name in sorted(os.listdir(folder))))
    shutil.rmtree(folder)
    someone = Person(story.browser, node, "radiographer", story.problems)
    page = someone.page
    Login(page).open()
    Login(page).log_in(someone.user)
    study = next(iter(images.values())).StudyInstanceUID
    page.wait_for_function(
        """async ([study, count]) => {
            const answer = await fetch(`/dicom-web/studies/${study}/instances`, { headers: { Accept: 'application/dicom+json' } });
            return answer.status === 200 && (await answer.json()).length >= count;
        }""", arg=[study, len(images)], polling=300, timeout=90000)
    page.goto(f"/studies/{study}/view")
    viewer = Viewer(page)
    viewer.wait()
    for name, data in images.items():
        with story.checks.check(f"{name}: every pixel is what the standard's formulas give", page):
            show(page, data)
            off = numpy.abs(pixels(page) - rendering(data).astype(int))
            assert off.max() <= 1 and (off > 0).mean() < 0.001, f"up to {off.max()} off, {100 * (off > 0).mean():.2f} %"
    with story.checks.check("the name of a look-up table is shown, and dragging leaves it for a window", page):
        show(page, images["VOI LUT"])
        expect(viewer.view).to_contain_text("查找表 骨")
        viewer.drag(20, 0)
        expect(viewer.view).to_contain_text("窗宽")
    for name, place in (("overlay", (10, 10)), ("overlay in pixels", (45, 55))):
        with story.checks.check(f"{name}: it lies where it should, follows a turn, and goes away", page):
            show(page, images[name])
            assert marked_at(page, *place), "nothing is drawn there"
            assert not marked_at(page, 32, 20), "something is drawn elsewhere"
            page.keyboard.press("h")
            assert marked_at(page, place[0], 80 - place[1]), "it is not mirrored"
            page.keyboard.press("u")
            drawn(page)
            assert not marked_at(page, place[0], 80 - place[1]), "it stays"
            page.keyboard.press("u")
            page.keyboard.press("r")
    with story.checks.check("the key for the image's own windows goes through all of them", page):
        show(page, images["overlay"])
        expect(viewer.view).to_contain_text("窗宽 4096")
        page.keyboard.press("1")
        expect(viewer.view).to_contain_text("窗宽 900")
        expect(viewer.view).to_contain_text("窄")
    with story.checks.check("the shutter opens and closes", page):
        show(page, images["shutter"])
        closed = pixels(page)
        page.keyboard.press("u")
        drawn(page)
        assert numpy.abs(pixels(page) - closed)[0].max() > 10, "it stays closed"
        page.keyboard.press("u")
    with story.checks.check("lossy, derived and identifying images say so, with the ratio", page):
        show(page, images["marks"])
        for words in ("有损压缩 JPEG 12.4:1", "后处理图像", "图中含患者信息"):
            expect(page.locator("[data-overlay=marks]")).to_contain_text(words)
        story.gallery.shoot(page, "marks")
    with story.checks.check("pixels that are not square are drawn so, and the sides come from the image's own words", page):
        box = page.locator("[data-role=pane] canvas.picture").bounding_box()
        assert abs(box["height"] / box["width"] - 128 / 80) < 0.02, box
        Panes(page).has_edges("R", "H", "L", "F")
    someone.close()


def show(page, data):
    page.locator(f"[data-role=series] button[data-series='{data.SeriesInstanceUID}']").click()
    pane = page.locator("[data-role=pane]")
    expect(pane).to_have_attribute("data-instance", data.SOPInstanceUID)
    expect(pane).to_have_attribute("data-state", "shown")
    page.wait_for_timeout(100)


def pixels(page):
    grabbed = Panes(page).grab()
    data = numpy.frombuffer(base64.b64decode(grabbed["data"]), numpy.uint8)
    return data.reshape(grabbed["height"], grabbed["width"], 4)[..., :3].astype(int)


def marked_at(page, row, column):
    """Whether the canvas above the picture has something over this place of the upright image."""
    drawn(page)
    return page.evaluate(
        """([row, column]) => {
            const pane = document.querySelector('[data-role=pane]');
            const above = pane.querySelector('canvas.layers');
            if (above.hidden) return false;
            const box = pane.querySelector('canvas.picture').getBoundingClientRect();
            const own = pane.getBoundingClientRect();
            const x = box.left - own.left + ((column + 0.5) * box.width) / 80;
            const y = box.top - own.top + ((row + 0.5) * box.height) / 64;
            const ratio = above.width / own.width;
            const copy = new OffscreenCanvas(above.width, above.height).getContext('2d', { willReadFrequently: true });
            copy.drawImage(above, 0, 0);
            return copy.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data[3] > 60;
        }""", [row, column])
