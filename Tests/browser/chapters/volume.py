"""At the township: panes follow each other by place, and planes through a phantom hold what the phantom is made of."""

import os
import shutil
import tempfile

from playwright.sync_api import expect

from pages.login import Login
from pages.volume import Panes
from support.network import send_as_modality
from support.person import DESKTOP, Person
from support.phantom import SPHERE, value_at, write_volume_study

# Edges of the phantom's parts are half-covered pixels; further in, a value is exact but for rounding.
EDGE = 5.0


def chapter(story):
    node = story.network.nodes["paotai"]
    folder = tempfile.mkdtemp(prefix="jieli-volume-")
    try:
        with story.checks.check("a CT of known content comes in", vital=True):
            phantom = write_volume_study(os.path.join(folder, "phantom"))
            send_as_modality(node, phantom.folder)
    finally:
        shutil.rmtree(folder)
    reader = Person(story.browser, node, "radiologist", story.problems, DESKTOP)
    page, panes = reader.page, Panes(reader.page)
    Login(page).open()
    Login(page).log_in(reader.user)
    panes.open(node, phantom.study)
    straight_planes(story, page, panes)
    crosshair(story, page, panes)
    slabs(story, page, panes)
    tilted_planes(story, page, panes)
    together(story, page, panes)
    vertebrae(story, page, panes)
    reader.close()


def is_clear(point):
    """Whether the phantom has one value all around a place."""
    x, y, z = point
    around = {float(value_at(x + dx, y + dy, z + dz)) for dx in (-EDGE, 0, EDGE) for dy in (-EDGE, 0, EDGE) for dz in (-EDGE, 0, EDGE)}
    return len(around) == 1


def expect_phantom(pane, place, what):
    """Probes a net of points; `place` says where a pixel lies in the patient."""
    seen = set()
    for dx in range(-220, 221, 55):
        for dy in range(-150, 151, 50):
            column, row, value = pane.probe(dx, dy)
            point = place(column, row)
            if value is None or not is_clear(point):
                continue
            wanted = int(value_at(*point))
            assert value == wanted, f"{what} ({column}, {row}) at {point} is {value} HU, not {wanted}"
            seen.add(value)
    assert len(seen) >= 2, f"{what}: only {seen} seen"


def straight_planes(story, page, panes):
    check = story.checks.check
    with check("MPR shows axial, sagittal and coronal planes beside the slices", page, vital=True):
        panes.choose(0, "Straight")
        panes.press("m")
        expect(panes.all).to_have_count(4)
        panes.rest(4)
        assert [panes[index].words("marks") for index in range(3)] == ["轴位重建", "矢状重建", "冠状重建"]
    with check("a coronal plane holds the phantom's values where they belong", page):
        # Planes are counted from the front: y = -95 + 2 (n - 1). Rows are 2 mm, the topmost at z = 90.
        panes[2].go_to(44)
        expect_phantom(panes[2], lambda column, row: (-95 + 2 * column, -9, 90 - 2 * row), "coronal")
    with check("a sagittal plane as well", page):
        panes[1].go_to(60)
        expect_phantom(panes[1], lambda column, row: (23, -95 + 2 * column, 90 - 2 * row), "sagittal")
    with check("and an axial one", page):
        panes[0].go_to(26)
        expect_phantom(panes[0], lambda column, row: (-95 + 2 * column, -95 + 2 * row, 15), "axial")
    with check("the letters at the edges say how each plane lies", page):
        letters = [
            [panes[index].element.locator(f"[data-edge={edge}]").inner_text() for edge in ("left", "right", "top", "bottom")]
            for index in range(3)]
        assert letters == [["R", "L", "A", "P"], ["A", "P", "H", "F"], ["R", "L", "H", "F"]], letters
    with check("each plane's place is a line of its colour in the others", page):
        axial, sagittal, coronal = (panes[index].colours() for index in range(3))
        assert axial["yellow"] > 100 < axial["green"] and axial["red"] < 20, axial
        assert sagittal["red"] > 100 < sagittal["green"] and sagittal["yellow"] < 20, sagittal
        assert coronal["red"] > 100 < coronal["yellow"] and coronal["green"] < 20, coronal
    with check("a window set in one plane is seen in all", page):
        panes[0].activate()
        panes.press("5")
        for index in range(4):
            expect(panes[index].element.locator("[data-overlay=view]")).to_contain_text("窗宽 2000 窗位 400")
    story.gallery.shoot(page, "mpr")


def crosshair(story, page, panes):
    with story.checks.check("a click with the crosshair takes the other panes to that place", page):
        panes.press("/")
        # Into the sphere in the axial plane; an image pixel is 2 mm, its middle at (0, 0).
        x, y, z = 23, -9, SPHERE["centre"][2]
        panes[0].go_to(26)
        scale = panes[0].scale() / 2
        panes[0].click_at(x * scale, y * scale)
        expect(panes[1].element.locator("[data-overlay=image]")).to_contain_text("图 60/96")
        expect(panes[2].element.locator("[data-overlay=image]")).to_contain_text("图 44/96")
        panes.rest(3)
        scale = panes[2].scale() / 2
        assert panes[2].probe(x * scale, -z * scale)[2] == SPHERE["value"]
    with story.checks.check("dragging goes on, and the slices follow too", page):
        panes[2].hover(0, 0)
        page.mouse.down()
        panes[2].hover(0, 40)
        panes[2].hover(0, 60)
        page.mouse.up()
        moved = panes[0].number[0]
        assert moved > 31, moved
        assert panes[3].number[0] == moved, (panes[3].number, moved)
    panes.press("w")


def slabs(story, page, panes):
    check = story.checks.check
    with check("a maximum slab shows what lies before and behind the plane, with its thickness on the pane", page):
        # y = 1: the rod begins 13 mm further back; a slab of 30 mm reaches 15 mm.
        panes[2].go_to(49)
        at = column_offset(panes[2], -40)
        assert panes[2].probe(at, 100)[2] == 40
        panes[2].activate()
        for _ in range(4):
            panes.press("Alt+m")
        expect(panes[2].element.locator("[data-overlay=marks]")).to_have_text("冠状重建")
        panes.press("Alt+m", "}", "}", "}")
        expect(panes[2].element.locator("[data-overlay=marks]")).to_contain_text("MIP 30 mm")
        panes[2].rest()
        assert panes[2].probe(at, 100)[2] == 900
    with check("a minimum slab the least, a mean slab the mean", page):
        panes[2].activate()
        panes.press("Alt+m")
        expect(panes[2].element.locator("[data-overlay=marks]")).to_contain_text("MinIP 30 mm")
        panes[2].rest()
        assert panes[2].probe(at, 100)[2] == 40
        panes[2].activate()
        panes.press("Alt+m")
        expect(panes[2].element.locator("[data-overlay=marks]")).to_contain_text("平均 30 mm")
        panes[2].rest()
        column, row, value = panes[2].probe(at, 100)
        x, z = -95 + 2 * column, 90 - 2 * row
        wanted = sum(float(value_at(x, 1 + 2 * step, z)) for step in range(-7, 8)) / 15
        assert abs(value - wanted) <= 1, (value, wanted)
        assert 40 < value < 900
    with check("leaving MPR puts everything back", page):
        panes.press("m")
        expect(panes.all).to_have_count(1)
        expect(panes[0].element.locator("[data-overlay=series]")).to_have_text("CT #1 Straight")


def column_offset(pane, x):
    """Screen pixels from a coronal plane's middle to a place."""
    return x * pane.scale() / 2


def tilted_planes(story, page, panes):
    check = story.checks.check
    with check("a missing slice is said on the pane", page):
        panes.choose(0, "Tilted")
        expect(panes[0].element.locator("[data-overlay=marks]")).to_contain_text("缺 1 层（第 20 与 21 幅之间）")
    with check("a tilted gantry is put straight: the rod stands upright, the sphere where it is", page):
        panes.press("m")
        panes.rest(3)
        expect(panes[1].element.locator("[data-overlay=marks]")).to_contain_text("机架倾斜 20°，已校正")
        assert panes[1].number[1] == 96
        panes[1].go_to(60)
        # The uppermost corner of the sheared stack lies at y = -70, z = 100; pixels are 2 mm.
        values = set()
        for dx in range(-120, 121, 24):
            for dy in range(-140, 141, 28):
                column, row, value = panes[1].probe(dx, dy)
                point = (23, -70 + 2 * column, 100 - 2 * row)
                if value is None or not is_clear(point):
                    continue
                assert value == int(value_at(*point)), f"({column}, {row}) at {point} is {value} HU"
                values.add(value)
        assert {40, 300} <= values, values
    with check("where the slice is missing there is nothing, and nothing is made up", page):
        panes[2].go_to(46)
        empty = [row for row in range(-40, 41, 2) if panes[2].probe(0, row)[2] is None]
        assert empty, "the gap is filled"
    story.gallery.shoot(page, "mpr-tilted")
    panes.press("m")


def together(story, page, panes):
    check = story.checks.check
    with check("panes of one frame of reference scroll together by place, not by number", page):
        panes.press("Alt+2")
        expect(panes.all).to_have_count(2)
        panes.choose(0, "Straight")
        panes.choose(1, "Tilted")
        panes[0].activate()
        panes.press("Home", "`", *["ArrowDown"] * 30)
        expect(panes[0].element.locator("[data-overlay=image]")).to_contain_text("图 31/61")
        page.wait_for_timeout(300)
        here = panes[1].number[0]
        panes.press(*["ArrowUp"] * 8)  # 24 mm up are 6 of its slices
        expect(panes[0].element.locator("[data-overlay=image]")).to_contain_text("图 23/61")
        expect(panes[1].element.locator("[data-overlay=image]")).not_to_contain_text(f"图 {here}/")
        page.wait_for_timeout(300)
        assert abs(panes[1].number[0] - here - 6) <= 1, (here, panes[1].number)
        panes.press("`")
    with check("panes of different frames of reference follow from where they stand", page):
        panes.choose(1, "Elsewhere")
        panes[1].go_to(4)
        panes[0].go_to(6)
        panes.press("`", *["ArrowDown"] * 20)
        # 60 mm are 12 slices of 5 mm.
        expect(panes[1].element.locator("[data-overlay=image]")).to_contain_text("图 16/37")
        panes.press(*["ArrowDown"] * 35)
        expect(panes[1].element.locator("[data-overlay=image]")).to_contain_text("图 37/37")
        panes.press("`")
    with check("the active pane's image is a line in the other", page):
        panes.choose(1, "Sagittal")
        panes[0].go_to(31)
        assert (seen := panes[1].colours())["blue"] > 100, seen
        panes.press("Alt+r")
        assert (seen := panes[1].colours())["blue"] < 20, seen
        panes.press("Alt+r")
    story.gallery.shoot(page, "reference-lines")


def vertebrae(story, page, panes):
    with story.checks.check("vertebrae are counted up and down, and found in the axial series", page):
        panes[1].activate()
        panes.press("Alt+v")
        # Rows of 2 mm: 20 rows are 40 mm. The first click asks, the others count.
        step = 20 * panes[1].scale()
        panes[1].click_at(0, step)
        page.locator("[data-role=spine-menu] button", has_text="L4").click()
        panes[1].click_at(0, 0)
        panes[1].click_at(0, 2 * step)
        page.wait_for_timeout(300)
        story.gallery.shoot(page, "vertebrae")
        kept = page.evaluate("() => JSON.parse(Object.entries(sessionStorage).find(([key]) => key.startsWith('spine'))[1])")
        assert sorted(each["name"] for each in kept) == ["L3", "L4", "L5"], kept
        assert max(kept, key=lambda each: each["point"][2])["name"] == "L3"
    with story.checks.check("another name for one renames the others", page):
        panes[1].click_at(0, step)
        page.locator("[data-role=spine-menu] button", has_text="L3").click()
        kept = page.evaluate("() => JSON.parse(Object.entries(sessionStorage).find(([key]) => key.startsWith('spine'))[1])")
        assert sorted(each["name"] for each in kept) == ["L2", "L3", "L4"], kept
        panes.press("Alt+v")
