"""At the city: a phantom of known size is measured, kept, stored, and read by other programs."""

import importlib.util
import io
import math
import re
import subprocess
import tempfile

import pydicom
from playwright.sync_api import expect

from pages.login import enter
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support import disc as phantom
from support.network import send_as_modality

NAME = "TEST PHANTOM"
KEPT = re.compile(r"/api/v1/studies/[0-9.]+/measurements$")
HALF_PIXEL = max(phantom.SPACING) / 2


def chapter(story):
    checks, gallery = story.checks, story.gallery
    reader = story.person("radiologist", "jieyang")
    page = enter(reader, "/worklist")
    with tempfile.TemporaryDirectory() as folder:
        path, study = phantom.write(folder, NAME)
        with checks.check("a phantom arrives and is claimed", page, vital=True):
            send_as_modality(story.network.nodes["paotai"], path)
            expect(Worklist(page).row(NAME)).to_be_visible(timeout=180000)
            Worklist(page).press(NAME, "认领阅片")
            Viewer(page).wait()
        measure(checks, gallery, reader)
        reload(checks, page)
        early(checks, page)
        stored(checks, page, study, folder)
        into_report(checks, gallery, reader)
        signed(story, page, study)


class Measurements:
    """The list beside the report, and the mouse on the image."""

    def __init__(self, page):
        self.page = page
        self.rows = page.locator("[data-role=measurements] li")
        self.state = page.locator("[data-role=measure-state]")

    def row(self, kind):
        return self.page.locator(f"[data-role=measurements] li[data-kind={kind}]")

    def values(self, kind):
        """Numbers by what they are called, as they stand in the list."""
        return self.row(kind).locator(".measure-values").inner_text()

    def at(self, millimetres_right, millimetres_down):
        """Where on the screen a place lies, from the phantom's middle."""
        box = self.page.locator("[data-role=pane] canvas.picture").bounding_box()
        column = phantom.CENTRE[0] + millimetres_right / phantom.SPACING[1]
        row = phantom.CENTRE[1] + millimetres_down / phantom.SPACING[0]
        return box["x"] + column / phantom.COLUMNS * box["width"], box["y"] + row / phantom.ROWS * box["height"]

    def drag(self, *places):
        mouse = self.page.mouse
        mouse.move(*self.at(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.at(*place), steps=4)
        mouse.up()

    def click(self, place):
        self.page.mouse.click(*self.at(*place))

    def saved(self):
        expect(self.state).to_have_attribute("data-state", "clean", timeout=90000)

    def close_to(self, kind, wanted, tolerance):
        found = float(re.search(r"-?\d+(\.\d+)?", self.values(kind)).group())
        assert abs(found - wanted) <= tolerance, f"{kind}: {found}, not {wanted}"


def measure(checks, gallery, reader):
    page = reader.page
    measurements, viewer = Measurements(page), Viewer(page)
    radius = phantom.RADIUS
    with checks.check("a length across the disc is right along both axes, whose pixels differ", page, vital=True):
        # Measuring listens when its list is there: the image may be earlier.
        expect(page.locator("[data-measurements]")).to_have_count(1)
        page.keyboard.press("l")
        for dx, dy in ((1, 0), (0, 1)):
            measurements.drag((-radius * dx, -radius * dy), (radius * dx, radius * dy))
        expect(measurements.row("length")).to_have_count(2)
        for index in range(2):
            text = measurements.row("length").nth(index).locator(".measure-values").inner_text()
            assert abs(float(text.split()[0]) - 2 * radius) <= HALF_PIXEL, text
            assert text.endswith("mm")
    with checks.check("an ellipse in the disc says its mean, deviation and area", page, vital=True):
        page.keyboard.press("q")
        measurements.drag((-20, -20), (20, 20))
        text = measurements.values("ellipse")
        mean, area = (float(re.search(rf"{name} (-?[\d.]+)", text).group(1)) for name in ("平均", "面积"))
        assert abs(mean - phantom.MEAN) < 1, text
        assert abs(area - math.pi * 400) <= math.pi * 40 * HALF_PIXEL, text
        assert "最小 90 HU" in text and "最大 110 HU" in text, text
    with checks.check("an angle takes a drag and a click", page):
        viewer.tool("角度")
        measurements.drag((15, 5), (5, 5))
        page.mouse.move(*measurements.at(8, -5))
        measurements.click((5, -8))
        measurements.close_to("angle", 90, 1)
    with checks.check("a Cobb angle takes two lines, a bidirectional measurement one", page):
        viewer.tool("Cobb 角")
        measurements.drag((-25, -22), (-5, -20))
        measurements.drag((-25, 24), (-5, 20))
        measurements.close_to("cobb", math.degrees(math.atan2(2, 20) + math.atan2(4, 20)), 1.5)
        page.keyboard.press("j")
        measurements.drag((-12, 36), (12, 36))
        assert re.search(r"长径 24\.\d mm · 短径 12\.\d mm", measurements.values("bidirectional")), measurements.values("bidirectional")
    with checks.check("an arrow has words", page):
        viewer.tool("箭头")
        measurements.drag((22, 18), (45, 40))
        dialog = page.locator("dialog.ask[open]")
        dialog.locator("input").fill("测试结节")
        dialog.locator("input").press("Enter")
        expect(measurements.row("arrow")).to_contain_text("测试结节")
    with checks.check("a handle changes a length, and undo brings it back", page):
        row = measurements.row("length").first
        before = row.locator(".measure-values").inner_text()
        row.locator(".measure-go").click()
        measurements.drag((radius, 0), (10, 0))
        expect(row.locator(".measure-values")).not_to_have_text(before)
        page.keyboard.press("Control+z")
        expect(row.locator(".measure-values")).to_have_text(before)
    with checks.check("a measurement is deleted by a key, and brought back", page):
        measurements.row("angle").locator(".measure-go").click()
        page.keyboard.press("Delete")
        expect(measurements.row("angle")).to_have_count(0)
        page.keyboard.press("Alt+z")
        expect(measurements.row("angle")).to_have_count(1)
    viewer.tool("窗宽窗位")
    gallery.shoot_both(reader, "measuring")


def reload(checks, page):
    measurements = Measurements(page)
    with checks.check("all of it is there again after a reload", page, vital=True):
        measurements.saved()
        before = measurements.rows.all_inner_texts()
        page.reload()
        Viewer(page).wait()
        expect(measurements.rows).to_have_count(len(before))
        assert measurements.rows.all_inner_texts() == before, measurements.rows.all_inner_texts()


def early(checks, page):
    measurements = Measurements(page)
    held, is_holding = [], True
    count = measurements.rows.count()
    with checks.check("what is drawn before the kept ones have come is kept as well", page, vital=True):
        page.route(KEPT, lambda route: held.append(route) if is_holding else route.continue_())
        page.reload()
        Viewer(page).wait()
        expect(page.locator("[data-measurements]")).to_have_count(1)
        page.keyboard.press("Alt+p")
        measurements.click((10, 10))
        expect(measurements.row("probe")).to_have_count(1)
        assert measurements.rows.count() == 1, "the kept ones came before"
        Editor(page).press("放回列表")
        expect(page.locator("#notices")).to_contain_text("测量还未保存")
        page.locator(".notice-close").first.click()
        is_holding = False
        while held:
            held.pop().continue_()
        expect(measurements.rows).to_have_count(count + 1)
        measurements.saved()
        page.unroute(KEPT)
        page.reload()
        expect(measurements.rows).to_have_count(count + 1)
        measurements.row("probe").locator(".measure-go").click()
        page.keyboard.press("Delete")
        expect(measurements.rows).to_have_count(count)
        measurements.saved()


def retrieve(page, study, modality):
    """The instances of a modality, over DICOMweb, as files."""
    accept = {"Accept": "application/dicom+json"}
    base, files = f"/dicom-web/studies/{study}/series", []
    places = []
    for series in page.request.get(base, headers=accept).json():
        if series["00080060"]["Value"][0] == modality:
            uid = series["0020000E"]["Value"][0]
            found = page.request.get(f"{base}/{uid}/instances", headers=accept).json()
            places += [f"{base}/{uid}/instances/{each['00080018']['Value'][0]}" for each in found]
    for place in places:
        answer = page.request.get(place, headers={"Accept": 'multipart/related; type="application/dicom"'})
        body = answer.body()
        boundary = re.search(r'boundary="?([^";]+)', answer.headers["content-type"]).group(1).encode()
        part = body.split(b"--" + boundary)[1]
        files.append(part.split(b"\r\n\r\n", 1)[1][:-2])
    return files


def stored(checks, page, study, folder):
    with checks.check("they are stored as DICOM objects", page, vital=True):
        page.locator("[data-role=measurements] [data-role=store]").click()
        expect(page.locator("#notices")).to_contain_text("已存为 2 个 DICOM 对象")
        page.locator(".notice-close").first.click()
    with checks.check("pydicom finds the lengths where they were drawn", page):
        report = next(
            each for each in (pydicom.dcmread(io.BytesIO(file)) for file in retrieve(page, study, "SR"))
            if each.ConceptNameCodeSequence[0].CodeValue == "126000")
        assert report.SOPClassUID == pydicom.uid.ComprehensiveSRStorage
        groups = [item for item in report.ContentSequence if item.ConceptNameCodeSequence[0].CodeValue == "126010"][0].ContentSequence
        lengths = [
            item for group in groups for item in group.ContentSequence
            if item.ValueType == "NUM" and item.ConceptNameCodeSequence[0].CodeValue == "410668003"]
        assert len(lengths) == 2, f"{len(lengths)} lengths"
        for number in lengths:
            measured = number.MeasuredValueSequence[0]
            assert abs(float(measured.NumericValue) - 2 * phantom.RADIUS) <= HALF_PIXEL, measured.NumericValue
            assert measured.MeasurementUnitsCodeSequence[0].CodeValue == "mm"
            graphic = [float(each) for each in number.ContentSequence[0].GraphicData]
            drawn = math.hypot((graphic[2] - graphic[0]) * phantom.SPACING[1], (graphic[3] - graphic[1]) * phantom.SPACING[0])
            assert abs(drawn - float(measured.NumericValue)) < 1e-3, f"{drawn} mm between {graphic}"
    if importlib.util.find_spec("highdicom"):
        with checks.check("highdicom reads the report as what it says it is", page):
            from highdicom.sr import ComprehensiveSR

            content = ComprehensiveSR.from_dataset(report).content
            regions = content.get_planar_roi_measurement_groups()
            assert len(regions) == 1 and regions[0].roi.graphic_type.name == "ELLIPSE", regions
            assert len(content.get_image_measurement_groups()) == len(groups) - 1
    for modality, program in (("SR", "dsrdump"), ("PR", "dcmpschk")):
        with checks.check(f"{program} finds nothing wrong with them", page):
            for index, file in enumerate(retrieve(page, study, modality)):
                path = f"{folder}/{modality}{index}.dcm"
                with open(path, "wb") as out:
                    out.write(file)
                done = subprocess.run([program, path], capture_output=True, text=True, timeout=60, check=False)
                said = done.stdout + done.stderr
                # Its patterns take no text but ASCII and no time with a zone; the value stands on the line after the attribute.
                lines = said.splitlines()
                wrong = [
                    line for line, value in zip(lines, lines[1:])
                    if "Affected attribute" in line and "Type DT" not in line and value.isascii()]
                assert not wrong and (modality == "PR" or done.returncode == 0), said
                assert modality == "PR" or not re.search("^[EW]: (?!The VR checker does not support)", said, re.MULTILINE), said


def into_report(checks, gallery, reader):
    page = reader.page
    measurements, editor = Measurements(page), Editor(page)
    with checks.check("a measurement and a picture of it go into the report", page, vital=True):
        editor.write(editor.findings, "模体中央见圆形高密度影")
        measurements.row("bidirectional").get_by_role("button", name="写入报告").click()
        expect(editor.findings).to_have_value(re.compile(r"长短径 长径 24\.\d mm，短径 12\.\d mm"))
        measurements.row("length").first.get_by_role("button", name="把这幅图和测量放进报告").click()
        expect(editor.findings).to_have_value(re.compile(r"长度 \d+\.\d mm（见图 1）"))
        expect(page.locator("[data-role=key-images] li")).to_have_count(1)
    with checks.check("a template's field takes a measured value", page):
        page.keyboard.press("Escape")
        page.keyboard.press("F2")
        dialog = page.locator("dialog.template-dialog[open]")
        dialog.locator("input[type=search]").fill("结节")
        dialog.locator("input[type=search]").press("Enter")
        field = page.locator("dialog.template-dialog[open] input[name=结节长径]")
        page.locator("dialog.template-dialog[open] .measured-values button", has_text="长径").first.click()
        expect(field).to_have_value(re.compile(r"24\.\d"))
        gallery.shoot(page, "template-measured")
        page.locator("dialog.template-dialog[open]").get_by_role("button", name="取消").click()
    editor.write(editor.impression, "测试模体。")
    editor.wait_saved()
    gallery.shoot_both(reader, "measured-report")


def signed(story, page, study):
    checks = story.checks
    with checks.check("the first doctor signs, the second sees the measurements and signs too", page, vital=True):
        Editor(page).sign("提交报告")
        reviewer = story.person("reviewer", "jieyang")
        second = enter(reviewer, "/worklist")
        Worklist(second).press(NAME, "认领审核")
        Viewer(second).wait()
        expect(Measurements(second).rows).to_have_count(7)
        Editor(second).sign("审核签发")
    with checks.check("at home the township sees the measurements that came with the report", page):
        edge = enter(story.person("radiographer", "paotai"), "/studies")
        answer = {"measurements": []}
        for _ in range(180):
            answer = edge.request.get(f"/api/v1/studies/{study}/measurements").json()
            if len(answer.get("measurements", [])) == 7:
                break
            edge.wait_for_timeout(500)
        assert len(answer["measurements"]) == 7 and answer["source"] == "report", answer
        here = page.request.get(f"/api/v1/studies/{study}/measurements").json()["measurements"]
        for one, other in zip(here, answer["measurements"]):
            assert one["points"] == other["points"] and one["kind"] == other["kind"], f"{one} became {other}"
            assert one["results"] == other["results"], f"{one} became {other}"
    with checks.check("and the report's page shows the picture", page):
        pdf = page.request.get(f"/api/v1/studies/{study}/report/pdf").body()
        assert b"/Image" in pdf, "no picture in the PDF"
