"""At the city: every kind of image that the township sent shows, whatever it is compressed with."""

import re

from playwright.sync_api import expect

from pages.login import Login
from pages.reading import Viewer
from pages.studies import Studies
from support.person import Person
from support.pixels import is_blank

# Of whom, how many images.
KINDS = [
    ("测试乙", "a radiograph in MONOCHROME1 and one in MONOCHROME2", 2),
    ("测试丙", "a colour ultrasound of several frames", 12),
    ("测试丁", "a magnetic resonance series", 8),
    ("测试戊", "a radiograph with undeclared GBK text", 1),
    ("TEST CHEST CT", "every transfer syntax", 16),
]


def chapter(story):
    someone = Person(story.browser, story.network.nodes["jieyang"], "radiologist", story.problems)
    page = someone.page
    studies, viewer = Studies(page), Viewer(page)
    Login(page).open()
    Login(page).log_in(someone.user)
    for name, kind, count in KINDS:
        with story.checks.check(f"every image shows of {kind}", page):
            studies.open()
            studies.study(name).details.click()
            page.get_by_role("link", name="看图").click()
            viewer.wait()
            shown = 0
            # A report that was released meanwhile lies beside the images.
            pictures = viewer.series.filter(has_not_text=re.compile(r"^\s*(SR|DOC|KO)\b"))
            for index in range(pictures.count()):
                pictures.nth(index).click()
                shown += look_through(viewer)
            assert shown == count, f"{shown} images instead of {count}"
        story.gallery.shoot(page, f"images-{count}")
        page.goto("/studies")
    story.gallery.shoot(page, "studies-city")
    someone.close()


def look_through(viewer):
    """Scrolls through the series that is shown; returns how many images it has."""
    viewer.wait()
    count = int(viewer.position.inner_text().split("\n")[0].split("/")[1])
    for number in range(1, count + 1):
        expect(viewer.position).to_contain_text(f"图 {number}/{count}")
        expect(viewer.page.locator("[data-role=pane][data-state=shown]")).to_be_visible()
        assert not is_blank(viewer.picture()), f"image {number} of {count} is blank"
        viewer.page.keyboard.press("ArrowDown")
    return count
