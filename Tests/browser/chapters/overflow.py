"""A county with too much to do passes a study on; the city reads it with two doctors; what is critical is at the township at
once. Five people, three nodes; with `is_cut` the line between county and city breaks while the first doctor writes."""

import glob
import os

from playwright.sync_api import expect

from pages.login import Login
from pages.reading import Editor, Viewer
from pages.studies import Studies
from pages.worklist import Worklist
from support.network import send_as_modality

CT = "胸部CT平扫"
RADIOGRAPH = "测试乙"
QUESTION = "突发胸痛两小时，向背部放射。请排除主动脉夹层。"
FINDINGS = "胸主动脉管腔内见线样低密度影，分真假两腔。"
IMPRESSION = "考虑主动脉夹层。"
REASON = "请补充分型。"
ADDED = "DeBakey III 型。"
ADDENDUM = "会诊后补充：左肾动脉由假腔供血。"


def chapter(story, is_cut=False):
    checks = story.checks
    radiographer, county = story.person("radiographer", "paotai"), story.person("radiologist", "puning")
    operator = story.person("operator", "puning")
    doctor, reviewer = story.person("radiologist", "jieyang"), story.person("reviewer", "jieyang")
    with checks.check("five people log in at three nodes", vital=True):
        for each in (radiographer, county, operator, doctor, reviewer):
            Login(each.page).open()
            Login(each.page).log_in(each.user)
    register_and_send(story, radiographer)
    passed_on(story, county, doctor)
    draft(checks, doctor)
    if is_cut:
        with checks.check("the line between county and city breaks, and the doctor at the city just goes on", doctor.page):
            story.network.set_line("puning", True)
            Editor(doctor.page).write(Editor(doctor.page).findings, "心包未见积液。")
            Editor(doctor.page).wait_saved()
    mark_critical(checks, story, doctor)
    return_and_verify(story, doctor, reviewer)
    if is_cut:
        with checks.check("meanwhile the city says that the critical result has not arrived, and the township shows none", doctor.page):
            doctor.page.goto("/critical-results")
            expect(doctor.page.locator("tr[data-critical]")).to_contain_text("主动脉夹层")
            expect(doctor.page.locator("tr[data-critical]")).not_to_contain_text("已到达")
            expect(radiographer.page.locator("[data-critical]")).to_have_count(0)
        with checks.check("the line comes back", vital=True):
            story.network.set_line("puning", False)
    answer_critical(story, radiographer, operator, doctor)
    home(story, radiographer)
    addendum(story, reviewer, radiographer)


def register_and_send(story, radiographer):
    checks, page = story.checks, radiographer.page
    studies = Studies(page)
    with checks.check("the radiographer registers the patient before the images are there", page, vital=True):
        studies.open()
        studies.new_order()
        studies.fill_order(QUESTION, "常规", patient_id="测试0002", accession="CT0001", patient_name="测试甲")
        studies.consent()
        studies.submit_order()
        expect(studies.orders).to_contain_text("突发胸痛")
    with checks.check("the scanner sends a radiograph, which the county keeps", page, vital=True):
        send_as_modality(story.network.nodes["paotai"], *images(story, "dx-chest"))
        expect(studies.study(RADIOGRAPH).waits).to_contain_text("puning", timeout=90000)
    with checks.check("then the CT, which finds its order", page, vital=True):
        send_as_modality(story.network.nodes["paotai"], *images(story, "ct-chest"))
        expect(studies.study(CT).card).to_contain_text("诊断申请", timeout=90000)


def passed_on(story, county, doctor):
    with story.checks.check("the CT is one too many for the county and comes to the doctor at the city", doctor.page, vital=True):
        worklist = Worklist(doctor.page)
        worklist.open()
        expect(worklist.row(CT)).to_be_visible(timeout=90000)
        expect(worklist.row(RADIOGRAPH)).to_have_count(0)
    with story.checks.check("the county's doctor keeps the radiograph and can't claim the CT any more", county.page, vital=True):
        worklist = Worklist(county.page)
        worklist.open()
        expect(worklist.row(RADIOGRAPH)).to_be_visible()
        expect(worklist.row(CT)).to_have_count(0)
    with story.checks.check("the doctor at the city claims it", doctor.page, vital=True):
        Worklist(doctor.page).press(CT, "认领阅片")
        expect(doctor.page.locator(".side")).to_contain_text("突发胸痛")
    story.gallery.shoot_both(doctor, "overflow-reading")


def draft(checks, doctor):
    editor = Editor(doctor.page)
    with checks.check("who looks at the images and writes", doctor.page, vital=True):
        Viewer(doctor.page).wait()
        editor.write(editor.findings, FINDINGS)
        editor.write(editor.impression, IMPRESSION)
        editor.wait_saved()


def mark_critical(checks, story, doctor):
    page = doctor.page
    with checks.check("marks a critical result with two clicks", page, vital=True):
        form = page.locator("form[data-role=mark-critical]")
        form.locator("select[name=code]").select_option(label="主动脉夹层")
        form.get_by_role("button", name="发出危急值").click()
        page.locator("dialog.ask[open]").get_by_role("button", name="发出危急值").click()
        expect(page.locator("[data-critical-state]")).to_contain_text("主动脉夹层")
    story.gallery.shoot(page, "overflow-critical-marked")
    with checks.check("and signs the preliminary report", page, vital=True):
        Editor(page).sign("提交报告")
        expect(Worklist(page).row(CT)).to_contain_text("待审核")


def return_and_verify(story, doctor, reviewer):
    checks, page = story.checks, reviewer.page
    worklist, editor = Worklist(page), Editor(page)
    with checks.check("the reviewer sends it back with a reason", page, vital=True):
        worklist.open()
        worklist.press(CT, "认领审核")
        editor.press("退回修改")
        dialog = page.locator("dialog.ask[open]")
        dialog.get_by_role("textbox").fill(REASON)
        dialog.get_by_role("button", name="退回修改").click()
        page.wait_for_url("**/worklist**")
    with checks.check("the first doctor sees why, mends it and signs again", doctor.page, vital=True):
        first = Worklist(doctor.page)
        expect(first.row(CT)).to_be_visible()
        first.press(CT, "认领阅片")
        expect(doctor.page.locator("form#report")).to_contain_text(REASON)
        mended = Editor(doctor.page)
        mended.write(mended.impression, ADDED)
        mended.wait_saved()
        mended.sign("提交报告")
    with checks.check("the reviewer verifies and releases it", page, vital=True):
        worklist.open()
        worklist.press(CT, "认领审核")
        expect(editor.impression).to_have_value(IMPRESSION + ADDED)
        Viewer(page).wait()
        editor.sign("审核签发")


def answer_critical(story, radiographer, operator, doctor):
    checks, page = story.checks, radiographer.page
    with checks.check("the critical result stands above everything at the township and the county, without reloading", page, vital=True):
        expect(page.locator("#alerts [data-critical]")).to_contain_text("主动脉夹层", timeout=90000)
        operator.page.goto("/")
        expect(operator.page.locator("[data-critical]").first).to_contain_text("主动脉夹层", timeout=90000)
    story.gallery.shoot_both(radiographer, "overflow-critical-home")
    with checks.check("the radiographer answers for it, and names who was told", page, vital=True):
        page.locator("#alerts [data-critical]").get_by_role("button", name="确认").click()
        dialog = page.locator("dialog[data-role=acknowledgement]")
        dialog.locator("[name=told]").fill("急诊值班医生")
        dialog.locator("[name=readBack]").check()
        dialog.get_by_role("button", name="确认", exact=True).click()
        expect(page.locator("#alerts [data-critical]")).to_have_count(0)
    with checks.check("the doctor at the city sees who answered", doctor.page):
        doctor.page.goto("/critical-results")
        row = doctor.page.locator("tr[data-critical]")
        expect(row).to_contain_text("已确认", timeout=90000)
        expect(row).to_contain_text("演示技师")
        expect(row).to_contain_text("急诊值班医生")


def home(story, radiographer):
    page = radiographer.page
    with story.checks.check("the report comes home and says what both doctors wrote", page, vital=True):
        studies = Studies(page)
        studies.open()
        expect(studies.study(CT).acknowledge).to_be_visible(timeout=90000)
        studies.study(CT).details.click()
        expect(page.locator(".report-text")).to_contain_text(IMPRESSION + ADDED)
        expect(page.locator(".report-text [data-role=seal]").first).to_be_visible()
        page.get_by_role("button", name="确认收到").click()
        expect(page.locator("main")).to_contain_text("已确认")


def addendum(story, reviewer, radiographer):
    checks, page = story.checks, reviewer.page
    with checks.check("the reviewer adds what was found out later", page, vital=True):
        worklist = Worklist(page)
        worklist.open()
        worklist.tab("已完成")
        worklist.press(CT, "查看")
        Editor(page).press("补充报告")
        dialog = page.locator("dialog.ask[open]")
        dialog.get_by_role("textbox").fill(ADDENDUM)
        dialog.get_by_role("button", name="补充报告").click()
        signature = page.locator("dialog.ask-signature[open]")
        signature.get_by_role("button", name="补充报告").click()
        expect(page.locator(".addendum").first).to_contain_text(ADDENDUM)
    with checks.check("and the township has it under the old report, which is unchanged", radiographer.page, vital=True):
        expect(radiographer.page.locator(".report-text [data-role=addendum]").first).to_contain_text(ADDENDUM, timeout=90000)
        expect(radiographer.page.locator(".report-text")).to_contain_text(IMPRESSION + ADDED)
    story.gallery.shoot_both(radiographer, "overflow-addendum-home")


def images(story, name):
    return sorted(glob.glob(os.path.join(story.images, name, "**", "*.dcm"), recursive=True))
