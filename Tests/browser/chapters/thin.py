"""A thin line: what comes first, what a pane says of it, and what a signature waits for."""

import os
import re
import shutil
import subprocess
import tempfile

from playwright.sync_api import expect

from pages.login import Login, log_out
from pages.reading import Editor, Viewer
from pages.studies import Studies
from pages.worklist import Worklist
from support.network import send_as_modality
from support.person import Person
from support.pixels import difference, is_blank
from support.trust import certificate_of, trusting

RADIOGRAPH = "THIN LINE"
CT = "胸部CT平扫"
REST = re.compile(r"/frames/\d+\?accept=.*part%3D(rest|whole)")
SERIES = re.compile(r"/series/[\d.]+/metadata")
# All but those that stand in the page's head: one keeps what is pressed meanwhile, one asks for the first image.
SCRIPTS = re.compile(r"/js/(?!core/early)")
# What the viewer takes a line for that carries 20 kB a second.
THIN = "sessionStorage.setItem('jieli.line', '20000');"

# Every frame that the node keeps: as it is stored, and put together from what goes over a thin line, whole and in two parts.
COMPARE = """async () => {
  const base = `${document.documentElement.dataset.assets}/js/dicomweb`;
  const { fetchFrame } = await import(`${base}/client.js`);
  const { Preview, decodeWire, parseWire } = await import(`${base}/wire.js`);
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const value = (data, tag) => data[tag]?.Value?.[0];
  const seen = { compared: 0, different: [], without: [], native: 0, wire: 0 };
  const instances = await (await fetch('/dicom-web/instances?limit=500', { headers: { Accept: 'application/dicom+json' } })).json();
  for (const data of instances) {
    const place = [value(data, '0020000D'), value(data, '0020000E'), value(data, '00080018')];
    const rows = value(data, '00280010');
    if (!rows) continue;
    for (let frame = 1; frame <= Math.min(3, value(data, '00280008') ?? 1); frame += 1) {
      const native = (await fetchFrame(...place, frame, 'native').catch(() => null))?.body;
      if (!native) continue;
      try {
        const [whole, preview, rest] = await Promise.all(['whole', 'preview', 'rest'].map((form) => fetchFrame(...place, frame, form)));
        const parts = await (await Preview.of(parseWire(preview.body))).completed(parseWire(rest.body).rest);
        if (!same(await decodeWire(whole.body), native) || !same(parts, native)) seen.different.push(place[2]);
        seen.compared += 1;
        seen.native += native.length;
        seen.wire += whole.body.length;
      } catch (error) {
        seen.without.push(`${place[2]} ${error.message}`);
      }
    }
  }
  return seen;
}"""

# How often the first image was asked for, and whether that was before the page's modules were at work.
ASKED = """() => {
  const all = performance.getEntriesByType('resource');
  const { path } = window.jieliEarlyImage ?? {};
  const own = all.filter((each) => path && new URL(each.name).pathname === `/dicom-web${path}`);
  const metadata = all.filter((each) => each.name.endsWith('/metadata'));
  return { first: own.length, early: own.length > 0 && metadata.every((each) => each.startTime >= own[0].startTime) };
}"""

IMPORTED = """async () => {
  const named = [...document.querySelectorAll('link[rel=modulepreload], script[src]')].map((each) => each.href || each.src);
  const loaded = performance.getEntriesByType('resource').filter((each) => each.name.endsWith('.js'));
  return {
    named: named.length, late: loaded.map((each) => each.name).filter((each) => !named.includes(each)),
    plain: loaded.filter((each) => each.encodedBodySize >= each.decodedBodySize && each.decodedBodySize > 2000).map((each) => each.name),
  };
}"""


def chapter(story):
    checks = story.checks
    send_radiograph(story)
    reader = Person(story.browser, story.network.nodes["jieyang"], "radiologist", story.problems)
    page, viewer = reader.page, Viewer(reader.page)
    with checks.check("the page names every script that it needs, and each comes compressed", page, vital=True):
        Login(page).open()
        Login(page).log_in(reader.user)
        Worklist(page).open()
        expect(Worklist(page).row(RADIOGRAPH)).to_be_visible(timeout=90000)
        Worklist(page).press(RADIOGRAPH, "认领阅片")
        viewer.wait()
        scripts = page.evaluate(IMPORTED)
        assert scripts["named"] > 20, scripts
        assert not scripts["late"] and not scripts["plain"], scripts
    first_look(checks, page)
    with checks.check("every frame is the same bit for bit, however it came", page):
        seen = page.evaluate(COMPARE)
        print(f"    {seen['compared']} frames, {seen['wire'] / seen['native']:.2f} of their bytes; without the form: {len(seen['without'])}")
        assert not seen["different"], seen["different"]
        assert seen["compared"] > 60 and len(seen["without"]) < 5, seen
    preview(story, reader)
    reader.close()
    first_of_many(story)
    store(story)


def first_look(checks, page):
    """Scripts that are long on their way: a picture stands there all the same, and says that it is none to read from."""
    held, is_holding = [], True
    page.route(SCRIPTS, lambda route: held.append(route) if is_holding else route.continue_())
    figure = page.locator("[data-role=first-look]")
    with checks.check("a small picture stands in the page before any script has come, marked as such", page):
        page.goto(page.url, wait_until="commit")
        expect(figure.locator("img")).to_have_js_property("complete", True)
        assert figure.locator("img").evaluate("img => img.naturalWidth") > 100
        expect(figure).to_contain_text("不可用于诊断")
        assert page.locator("[data-role=pane]").count() == 0
    with checks.check("and makes way for the image", page):
        is_holding = False
        while held:
            held.pop().continue_()
        Viewer(page).wait()
        page.unroute(SCRIPTS)
        expect(figure).to_have_count(0)


def first_of_many(story):
    """The metadata of forty images is long on its way: the first stands there, and says that it is one of forty."""
    reader = Person(story.browser, story.network.nodes["jieyang"], "reviewer", story.problems)
    page, viewer = reader.page, Viewer(reader.page)
    held, is_holding = [], True
    with story.checks.check("the first image of a series stands there before it is known what else the series holds", page, vital=True):
        Login(page).open()
        Login(page).log_in(reader.user)
        page.route(SERIES, lambda route: held.append(route) if is_holding else route.continue_())
        page.goto("/studies?stage=all")
        Studies(page).study(CT).details.click()
        page.get_by_role("link", name="看图").click()
        expect(page.locator("[data-role=pane][data-quality=diagnostic]")).to_have_count(1)
        expect(viewer.position).to_contain_text("1/40")
        expect(page.locator("[data-overlay=marks]").first).to_contain_text("1/40")
        # The page's other parts listen by now.
        expect(page.locator("[data-measurements]")).to_have_count(1)
        page.keyboard.press("2")
        first = viewer.picture()
        window = page.locator("[data-overlay=view]").first.inner_text()
    with story.checks.check("and stays as it is when the others are known", page):
        is_holding = False
        while held:
            held.pop().continue_()
        expect(page.locator("[data-role=scrubber]").first).to_have_attribute("data-loaded", "40", timeout=90000)
        assert difference(first, viewer.picture()) == 0, "the image changed"
        assert page.locator("[data-overlay=view]").first.inner_text() == window
        page.keyboard.press("ArrowDown")
        expect(viewer.position).to_contain_text("2/40")
    with story.checks.check("a series that is chosen before it is known what it holds is shown as soon as it is", page):
        is_holding = True
        page.goto(page.url)
        expect(page.locator("[data-role=pane][data-quality=diagnostic]")).to_have_count(1)
        second = page.locator("[data-role=series] button").nth(1)
        second.click()
        is_holding = False
        while held:
            held.pop().continue_()
        expect(page.locator("[data-role=pane]")).to_have_attribute("data-series", second.get_attribute("data-series"))
    with story.checks.check("when it is opened again, its first image is asked for once, before any module ran", page):
        page.goto(page.url)
        viewer.wait()
        page.wait_for_function(
            "() => performance.getEntriesByType('resource').filter((each) => each.name.includes('/frames/')).length > 30", polling=300)
        times = page.evaluate(ASKED)
        assert times["first"] == 1 and times["early"], times
    reader.close()


def send_radiograph(story):
    """A study of its own: the radiograph of the township may have been read."""
    folder = tempfile.mkdtemp(prefix="jieli-thin-")
    path = shutil.copy(os.path.join(story.images, "dx-chest", "0001.dcm"), folder)
    changes = ["-m", f"PatientName={RADIOGRAPH}", "-m", "PatientID=THIN-1", "-m", "AccessionNumber=THIN1"]
    subprocess.run(["dcmodify", "-nb", "-gst", "-gse", "-gin", *changes, path], check=True)
    send_as_modality(story.network.nodes["paotai"], path)
    shutil.rmtree(folder)


# How many of these addresses the browser answers out of its own store.
KEPT = """async (all) => {
  const accept = (each) => (each.includes('accept=') ? 'application/vnd.jieli.frame'
    : 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1');
  const found = await Promise.all(all.map((each) => fetch(each, { cache: 'only-if-cached', mode: 'same-origin', headers: { Accept: accept(each) } })
    .then((got) => got.ok, () => false)));
  return found.filter(Boolean).length;
}"""


def store(story):
    """As somebody else, for a browser that is being routed keeps nothing."""
    checks, problems, node = story.checks, [], story.network.nodes["jieyang"]
    browser = story.browser.browser_type.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN", trusting(certificate_of(node.url))])
    reader = Person(browser, node, "reviewer", problems)
    page, viewer = reader.page, Viewer(reader.page)
    with checks.check("images stay in the browser's store, and are gone from it after logging out", page):
        Login(page).open()
        Login(page).log_in(reader.user)
        page.goto("/studies?stage=all")
        page.locator("article.study").filter(has_text=RADIOGRAPH).get_by_role("link").first.click()
        page.get_by_role("link", name="看图").click()
        viewer.wait()
        frames = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name).filter((each) => /\\/frames\\/\\d+($|\\?)/.test(each))")
        lost = [each for each in frames if not page.evaluate(KEPT, [each])]
        assert frames and not lost, f"of {len(frames)} frames these are not kept: {lost}"
        page.goto("/studies")
        log_out(page)
        left = page.evaluate(KEPT, frames)
        assert left == 0, f"{left} of {len(frames)} are still there"
    others = [each for each in problems if "ERR_CACHE_MISS" not in each]
    story.problems.extend(others)
    reader.close()
    browser.close()


def preview(story, reader):
    checks, page, viewer = story.checks, reader.page, Viewer(reader.page)
    held, is_holding = [], True
    pane = page.locator("[data-role=pane].is-active")
    with checks.check("on a thin line a preview comes first, and says that it is one", page, vital=True):
        reader.context.add_init_script(THIN)
        page.route(REST, lambda route: held.append(route) if is_holding else route.continue_())
        page.reload()
        expect(pane).to_have_attribute("data-quality", "preview")
        expect(page.locator("[data-overlay=marks]").first).to_contain_text("预览")
        small = viewer.picture()
        assert not is_blank(small), "the preview is blank"
    story.gallery.shoot(page, "preview")
    with checks.check("a report is not signed on it", page):
        editor = Editor(page)
        editor.write(editor.findings, "心影不大。")
        editor.write(editor.impression, "未见异常。")
        editor.press("提交报告")
        dialog = page.locator("dialog.ask[open]")
        expect(dialog).to_contain_text("只以预览质量显示过")
        dialog.get_by_role("button", name="去看这些影像").click()
        expect(dialog).to_have_count(0)
        expect(pane).to_have_attribute("data-quality", "preview")
    with checks.check("the whole image takes its place as soon as it is there, and the mark goes", page):
        is_holding = False
        while held:
            held.pop().continue_()
        expect(pane).to_have_attribute("data-quality", "diagnostic")
        expect(page.locator("[data-overlay=marks]").first).not_to_contain_text("预览")
        whole = viewer.picture()
        assert difference(small, whole) < 12, "the preview was another picture"
    with checks.check("then it may be signed", page):
        Editor(page).press("提交报告")
        dialog = page.locator("dialog.ask[open]")
        expect(dialog).to_be_visible()
        expect(dialog).not_to_contain_text("预览")
        page.keyboard.press("Escape")
    with checks.check("an image that cannot be had is signed over only by saying so", page):
        page.route(re.compile(r"/frames/\d+"), lambda route: route.abort())
        page.reload()
        expect(page.locator("[data-role=pane][data-state=failed]")).to_have_count(1, timeout=90000)
        Editor(page).press("提交报告")
        dialog = page.locator("dialog.ask[open]")
        expect(dialog).to_contain_text("1 幅影像未能显示")
        expect(dialog.get_by_role("checkbox")).to_have_count(1)
        page.keyboard.press("Escape")
        page.unroute(re.compile(r"/frames/\d+"))
        page.reload()
        viewer.wait()
        reader.problems[:] = [each for each in reader.problems if "/frames/" not in each]
