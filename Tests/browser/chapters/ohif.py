"""Another viewer at the city: OHIF lists, opens and scrolls what this network keeps, through DICOMweb alone."""

import glob
import os
import re
import tempfile

import pydicom
from playwright.sync_api import expect

from support.ohif import OHIF, is_installed
from support.pixels import is_blank, seen

# Patient's ID, modality, images, folder: each opens, and shows something. The same patient may have brought other studies on a disc.
STUDIES = [("T0005", "MR", 8, "mr-head"), ("T0004", "US", 12, "us-heart")]


def chapter(story):
    checks = story.checks
    node = story.network.nodes["jieyang"]
    assert is_installed(), "OHIF is missing; run deploy/install --test"
    with tempfile.TemporaryDirectory() as directory, OHIF(node.url, node.users["radiologist"], directory) as ohif:
        context = story.browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 768}, base_url=ohif.url)
        context.set_default_timeout(60000)
        refused = []
        context.on("response", lambda answer: refused.append(f"{answer.status} {answer.url}")
                   if answer.status >= 400 and "/dicom-web/" in answer.url else None)
        page = context.new_page()
        with checks.check("OHIF lists the studies of this node", page):
            page.goto("/ohif/")
            for patient, _, _, _ in STUDIES:
                expect(page.get_by_text(patient, exact=True).first).to_be_visible()
        story.gallery.shoot(page, "ohif-list")
        for patient, modality, count, folder in STUDIES:
            with checks.check(f"OHIF opens and scrolls {patient}'s {modality}", page):
                page.goto(f"/ohif/viewer?StudyInstanceUIDs={uid_of(os.path.join(story.images, folder))}")
                viewport = page.locator(".cornerstone-canvas").first
                expect(viewport).to_be_visible()
                position = page.get_by_text(re.compile(rf"\(1/{count}\)|\b1/{count}\b")).first
                expect(position).to_be_visible()
                wait_for_picture(page, viewport)
                before = seen(page, viewport)
                viewport.hover()
                for _ in range(2):
                    page.mouse.wheel(0, 100)
                    page.wait_for_timeout(300)
                expect(page.get_by_text(re.compile(rf"\(3/{count}\)|\b3/{count}\b")).first).to_be_visible()
                for _ in range(100):
                    if (seen(page, viewport) != before).any():
                        break
                    page.wait_for_timeout(200)
                else:
                    raise AssertionError("the picture stays as it was")
            story.gallery.shoot(page, f"ohif-{modality.lower()}")
        with checks.check("nothing that OHIF asked for was refused", page):
            assert not refused, refused[:5]
        context.close()


def uid_of(folder):
    name = min(glob.glob(os.path.join(folder, "**", "*.dcm"), recursive=True))
    return pydicom.dcmread(name, stop_before_pixels=True).StudyInstanceUID


def wait_for_picture(page, viewport):
    for _ in range(300):
        if not is_blank(seen(page, viewport)):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the viewport stays blank")
