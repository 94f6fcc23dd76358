"""Every image of the collection of real files shows in the viewer."""

import re

from playwright.sync_api import expect

from pages.login import Login
from support import collection
from support.person import Person

# Of a longer series so many are looked at: the first, the last, and some between.
MOST = 12

# Those of the demo network are looked at too.
STUDIES = """async () => {
  const answer = await fetch('/dicom-web/studies?limit=1000', {headers: {Accept: 'application/dicom+json'}});
  return (await answer.json()).map((study) => study['0020000D'].Value[0]);
}"""


def chapter(story):
    paths = collection.good_files()
    if paths is None:
        print("  left out: there is no ../shared/dicom", flush=True)
        return
    node = story.network.nodes["paotai"]
    with story.checks.check(f"a modality sends {len(paths)} files of many makers", vital=True):
        refused, studies, bare = collection.send(node, paths)
        assert not refused, "\n".join(refused)
    noticed = []
    someone = Person(story.browser, node, "radiographer", noticed)
    page = someone.page
    Login(page).open()
    Login(page).log_in(someone.user)
    problems, shown = [], 0
    with story.checks.check("every image of them shows", page):
        known = page.evaluate(STUDIES)
        assert set(studies) - {""} <= set(known), "studies are missing"
        for study in known:
            files = studies.get(study, ["a file that names no study"])
            page.goto(f"/studies/{study}/view")
            try:
                shown += look_at(page, problems, files)
            except Exception as error:  # noqa: BLE001 - the next study may be another matter
                problems.append(f"{study} ({files[0]}, …): {str(error).splitlines()[0]}")
        print(f"          {shown} images looked at", flush=True)
        assert not problems, "\n".join(problems)
    # The viewer asks for the pixels of an image that has none, is told so, and says so.
    story.problems += [each for each in noticed if not any(f"/instances/{uid}/frames/" in each for uid in bare)]
    someone.close()


def look_at(page, problems, files):
    """Opens every series with images and scrolls through it. Returns how many images were seen."""
    series = page.locator("[data-role=series] button")
    expect(series.first).to_be_visible()
    seen = 0
    settled = "() => document.querySelectorAll('[data-role=series] button.is-failed').length >= 0 && " \
        "document.querySelector('[data-role=pane]')?.dataset.state !== 'empty'"
    page.wait_for_function(settled)
    # The page's other parts listen by now, and what is hung by rule hangs.
    expect(page.locator("[data-hung]")).to_have_count(1, timeout=90000)
    for index in range(series.count()):
        button = series.nth(index)
        if "is-document" in (button.get_attribute("class") or ""):
            continue
        button.click()
        # A prior may hang beside it.
        words = page.locator("[data-role=pane].is-active [data-overlay=image]")
        pane = page.locator("[data-role=pane].is-active")
        expect(pane).to_have_attribute("data-series", button.get_attribute("data-series"))
        count = int(words.inner_text().split("\n")[0].split("/")[1])
        steps = sorted({round(step * (count - 1) / max(1, min(MOST, count) - 1)) for step in range(min(MOST, count))})
        page.keyboard.press("Home")
        at = 0
        for step in steps:
            for _ in range(step - at):
                page.keyboard.press("ArrowDown")
            at = step
            expect(words).to_contain_text(f"{step + 1}/{count}")
            expect(pane).to_have_attribute("data-state", re.compile("^(shown|failed)$"), timeout=90000)
            if pane.get_attribute("data-state") == "failed":
                problems.append(f"{files[0]} …, series {index + 1}, image {step + 1}: {page.locator('[data-role=message]').inner_text()}")
            else:
                seen += 1
    return seen
