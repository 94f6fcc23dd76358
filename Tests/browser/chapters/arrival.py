"""At the edge: studies appear, orders are written, and everybody sees where a study is."""

import glob
import os

from playwright.sync_api import expect

from pages.login import Login
from pages.studies import Studies
from support.network import send_as_modality

CT = "胸部CT平扫"
RADIOGRAPH = "测试乙"
QUESTION = "咳嗽三周，伴低热，右下肺呼吸音低。请排除肺炎或占位。"


def chapter(story):
    checks, gallery = story.checks, story.gallery
    radiographer = story.person("radiographer", "paotai")
    page = radiographer.page
    studies = Studies(page)
    with checks.check("the radiographer is led to the login page, in Chinese", page, vital=True):
        Login(page).open()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.get_by_label("密码")).to_be_visible()
    gallery.shoot(page, "login")
    with checks.check("logs in and sees the studies of the township", page, vital=True):
        Login(page).log_in(radiographer.user)
        studies.open()
        expect(studies.study(CT).card).to_be_visible(timeout=90000)
    with checks.check("sees names as they were written on the scanner", page):
        for name in ("测试甲", "测试丁", "测试丙"):
            expect(page.locator("article.study h2", has_text=name)).to_have_count(1, timeout=90000)
    with checks.check("sees each hop of a study's way, without reloading", page):
        studies.mark()
        for hop in ("puning", "jieyang"):
            step = studies.study(CT).steps.filter(has_text=hop)
            expect(step).to_have_class("step step-done", timeout=120000)
        assert studies.is_marked(), "the page was reloaded"
    gallery.shoot_both(radiographer, "studies")
    write_order_for_ct(checks, gallery, radiographer, studies)
    order_before_images(story, page, studies)
    study_page(checks, gallery, radiographer, studies)


def write_order_for_ct(checks, gallery, radiographer, studies):
    page = radiographer.page
    with checks.check("opens the order form beside a study", page, vital=True):
        studies.study(CT).order_button.click()
        expect(studies.dialog).to_be_visible()
        expect(studies.dialog.get_by_label("患者 ID")).to_have_value("测试0002")
    with checks.check("cannot place an order without the patient's consent", page):
        studies.fill_order(QUESTION, "急诊")
        gallery.shoot(page, "order-form")
        studies.submit_order()
        expect(studies.dialog).to_be_visible()
    with checks.check("places a STAT order and is told that it is matched", page, vital=True):
        studies.consent()
        studies.submit_order()
        expect(studies.dialog).to_be_hidden()
        expect(studies.notice).to_contain_text("已对应到影像")
    with checks.check("sees the study marked STAT, with its order", page):
        expect(studies.study(CT).priority).to_have_text("急诊")
        expect(studies.study(CT).card).to_contain_text("诊断申请")
        expect(studies.study(CT).order_button).to_have_count(0)


def order_before_images(story, page, studies):
    checks = story.checks
    with checks.check("writes an order before its images are there, and sees it wait", page):
        studies.new_order()
        studies.fill_order("术前检查。", "加急", patient_id="T0003", accession="DX0001", patient_name="测试乙")
        studies.consent()
        studies.submit_order()
        expect(studies.orders).to_contain_text("术前检查")
    with checks.check("sees that study appear with its order when the scanner sends it", page):
        send_as_modality(
            story.network.nodes["paotai"], *sorted(glob.glob(os.path.join(story.images, "dx-chest", "*.dcm"))))
        expect(studies.study(RADIOGRAPH).card).to_contain_text("诊断申请", timeout=90000)
        expect(studies.study(RADIOGRAPH).priority).to_have_text("加急")
        expect(studies.orders).to_have_count(0)
        assert studies.is_marked(), "the page was reloaded"


def study_page(checks, gallery, radiographer, studies):
    page = radiographer.page
    with checks.check("opens a study and sees its hops, its route, its order and its history", page, vital=True):
        studies.study(CT).details.click()
        expect(page.locator(".hops tbody tr").filter(has_text="jieyang")).to_contain_text("已签收", timeout=90000)
        expect(page.locator("main")).to_contain_text("咳嗽三周")
        expect(page.locator("main")).to_contain_text("全部上送")
        expect(page.locator("main")).to_contain_text("64")
    gallery.shoot_both(radiographer, "study")
    with checks.check("goes back to the list", page, vital=True):
        studies.open()
        expect(studies.study(CT).card).to_be_visible()
        studies.mark()
