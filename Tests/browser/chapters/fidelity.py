"""Real images: what a pane holds is, pixel by pixel, what the standard's formulas give (computed apart, with numpy)."""

import base64
import csv
import os
import shutil
import tempfile

import numpy
import pydicom
from playwright.sync_api import expect

from pages.login import Login
from pages.viewer import Panes
from support.network import Network
from support.person import Person
from support.rendering import rendering

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
REAL = os.path.join(os.path.dirname(ROOT), "shared", "dicom")
WANTED = 60
# Of a long series a few are enough, and of everything that says how pixels are to be seen, all.
OF_A_FOLDER = {"ct_series_philips_phantom": 4, "mr_series_ge_brain": 2, "mr_series_uih_dti": 6, "dicomdir": 14, "charset": 2}
LOSSY = {
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.203"}


def chapter(story):
    if not os.path.isdir(REAL):
        print("  skipped: needs ../shared/dicom", flush=True)
        return
    folder = tempfile.mkdtemp(prefix="jieli-browser-")
    images = chosen(os.path.join(folder, "images"))
    os.makedirs(os.path.join(folder, "network"))
    network = Network(story.program, os.path.join(folder, "network"), [os.path.join(folder, "images")])
    try:
        network.wait(seconds=120)
        compare(story, network, images)
    finally:
        network.stop()
        shutil.rmtree(folder)


def chosen(folder):
    """Copies of images that have one right rendering, by SOP instance; the file's name, the data set."""
    os.makedirs(folder)
    images, taken = {}, {}
    with open(os.path.join(REAL, "MANIFEST.tsv"), encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["expect"] == "ok"]
    for row in rows:
        name = row["file"]
        place = name.split("/")[0]
        if taken.get(place, 0) >= OF_A_FOLDER.get(place, 999):
            continue
        try:
            data = pydicom.dcmread(os.path.join(REAL, name))
            is_new = "Rows" in data and data.get("SOPInstanceUID") not in images
            # Of a slide in tiles the viewer shows the whole, which is no frame of it.
            reference = rendering(data) if is_new and "TotalPixelMatrixRows" not in data else None
        except Exception:  # noqa: BLE001 - what this reference cannot decode is not compared
            continue
        if reference is None or not all(data.get(each) for each in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")):
            continue
        taken[place] = taken.get(place, 0) + 1
        images[data.SOPInstanceUID] = (name, data, reference)
        shutil.copy(os.path.join(REAL, name), os.path.join(folder, f"{len(images):03}.dcm"))
    return images


def compare(story, network, images):
    someone = Person(story.browser, network.nodes["paotai"], "radiographer", story.problems)
    page = someone.page
    Login(page).open()
    Login(page).log_in(someone.user)
    studies = {}
    for uid, (name, data, _) in images.items():
        studies.setdefault(data.StudyInstanceUID, {}).setdefault(data.SeriesInstanceUID, []).append(uid)
    compared, wrong = 0, []
    for study, series in studies.items():
        try:
            wait_for(page, study, sum(len(each) for each in series.values()))
            page.goto(f"/studies/{study}/view")
            expect(page.locator("[data-role=pane]")).to_have_attribute("data-state", "shown", timeout=90000)
            expect(page.locator("[data-hung]")).to_have_count(1, timeout=90000)
        except Exception as error:  # noqa: BLE001 - the others are looked at all the same
            wrong += [f"{images[uid][0]}: its study does not show: {error}" for uids in series.values() for uid in uids]
            continue
        for each, uids in series.items():
            page.locator(f"[data-role=series] button[data-series='{each}']").click()
            expect(page.locator("[data-role=pane]")).to_have_attribute("data-series", each)
            page.keyboard.press("Home")
            for uid in uids:
                compared += 1
                problem = look_at(page, uid, *images[uid])
                if problem:
                    wrong.append(f"{images[uid][0]}: {problem}")
    with story.checks.check(f"{compared} real images have the greys and colours that the standard's formulas give"):
        assert compared >= WANTED, f"only {compared} could be compared"
        assert not wrong, "\n".join(wrong)
    someone.close()


def wait_for(page, study, count):
    """Until so many of the study's images are here."""
    page.wait_for_function(
        """async ([study, count]) => {
            const answer = await fetch(`/dicom-web/studies/${study}/instances`, { headers: { Accept: 'application/dicom+json' } });
            return answer.status === 200 && (await answer.json()).length >= count;
        }""", arg=[study, count], polling=500, timeout=90000)


def look_at(page, uid, name, data, reference):
    """Scrolls to an image; what is wrong with its first frame, or None."""
    pane = page.locator("[data-role=pane]")
    for _ in range(600):
        expect(pane).not_to_have_attribute("data-state", "loading", timeout=90000)
        # A UID that is too long to be one is not what the server knows the image by.
        if (len(uid) > 64 or pane.get_attribute("data-instance") == str(uid)) and pane.get_attribute("data-frame") == "1":
            break
        before = pane.get_attribute("data-instance"), pane.get_attribute("data-frame")
        page.keyboard.press("ArrowDown")
        for _ in range(25):
            page.wait_for_timeout(40)
            if (pane.get_attribute("data-instance"), pane.get_attribute("data-frame")) != before:
                break
        else:
            page.keyboard.press("Home")
    else:
        return "it is not in its series"
    if pane.get_attribute("data-state") != "shown":
        return f"it does not show: {pane.inner_text()}"
    # On a busy machine the line may seem thin, and a preview come first.
    expect(pane).to_have_attribute("data-quality", "diagnostic", timeout=90000)
    grabbed = Panes(page).grab()
    seen = numpy.frombuffer(base64.b64decode(grabbed["data"]), numpy.uint8)
    seen = seen.reshape(grabbed["height"], grabbed["width"], 4)[..., :3].astype(int)
    if seen.shape != reference.shape:
        return f"{seen.shape} instead of {reference.shape}"
    off = numpy.abs(seen - reference.astype(int))
    # Two decoders of a lossy code, and two conversions from YBR, may round apart; nothing else may.
    is_rounded = data.file_meta.TransferSyntaxUID in LOSSY or data.PhotometricInterpretation.startswith("YBR")
    allowed = 3 if is_rounded else 1
    if off.max() > allowed or (not is_rounded and (off > 0).mean() > 0.001):
        return f"up to {off.max()} off, {100 * (off > allowed).mean():.2f} % of the values too far"
    return None
