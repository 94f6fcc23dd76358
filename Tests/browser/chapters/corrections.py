"""What was wrong is put right: images rejected and shown again, a patient corrected, two studies merged and split, a hold."""

import os
import shutil
import tempfile

from playwright.sync_api import expect

from pages.login import enter
from support.network import send_as_modality
from support.studies import study as made

PATIENT, OTHER = "更正庚", "更正辛"


def send_two(story):
    """Two patients' studies that nobody has read."""
    folder = tempfile.mkdtemp(prefix="jieli-corrections-")
    for name, patient in ((PATIENT, "C0001"), (OTHER, "C0002")):
        files, _ = made(
            os.path.join(story.images, "ct-chest"), os.path.join(folder, patient), "20260105", slices=3, patient=patient,
            name=f"GENGZHENG={name[:2]}^{name[2:]}")
        send_as_modality(story.network.nodes["paotai"], *files)
    shutil.rmtree(folder)


def uid_of(page, words):
    """The study whose card shows these words."""
    page.goto("/studies?stage=all")
    link = page.locator("article.study", has_text=words).get_by_role("link", name="详情")
    return link.get_attribute("href").rsplit("/", 1)[-1]


def opened(page, button, dialog):
    page.locator("[data-role=corrections]").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(dialog)).to_be_visible()
    return page.locator(dialog)


def with_reason(page, button, reason):
    """One of the buttons that ask why."""
    page.locator("[data-role=corrections]").get_by_role("button", name=button, exact=True).click()
    page.locator("dialog.ask textarea").fill(reason)
    page.locator("dialog.ask").get_by_role("button", name=button, exact=True).click()


def chapter(story):
    checks, gallery = story.checks, story.gallery
    radiographer = story.person("radiographer", "paotai")
    page = radiographer.page
    card = page.locator("[data-role=corrections]")
    send_two(story)
    with checks.check("the radiographer opens a study and finds what can be put right", page, vital=True):
        enter(radiographer, "/studies")
        study = uid_of(page, PATIENT)
        page.goto(f"/studies/{study}")
        expect(card).to_contain_text("没有更正")
        expect(page.locator(".hops tbody tr").filter(has_text="jieyang")).to_contain_text("已签收", timeout=120000)
    gallery.shoot_both(radiographer, "corrections-none", lambda each: gallery.bring(each.locator("[data-role=corrections]")))
    with checks.check("no image is rejected without words; what was typed stays while the server says no", page, vital=True):
        dialog = opened(page, "作废影像", "dialog#reject")
        dialog.get_by_label("影像质量不合格").check()
        dialog.get_by_role("button", name="作废影像").click()
        expect(dialog).to_be_visible()
        dialog.get_by_label("具体说明").fill("运动伪影，已重拍")
    gallery.shoot(page, "corrections-reject")
    with checks.check("rejects the study: the page says so and by whom", page, vital=True):
        dialog.get_by_role("button", name="作废影像").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("main")).to_contain_text("这次检查的影像已全部作废")
        expect(card).to_contain_text("运动伪影，已重拍")
    gallery.shoot_both(radiographer, "corrections-rejected")
    city = story.person("radiologist", "jieyang")
    with checks.check("it is gone from the city's worklist, and its page there says why", city.page):
        enter(city, f"/studies/{study}")
        expect(city.page.locator("main")).to_contain_text("这次检查的影像已全部作废", timeout=90000)
        expect(city.page.locator("[data-role=corrections]")).to_contain_text("运动伪影，已重拍")
        city.page.goto("/worklist")
        expect(city.page.locator(f"a[href*='{study}']")).to_have_count(0)
    with checks.check("shows it again, with a reason", page, vital=True):
        with_reason(page, "恢复显示", "误操作")
        expect(page.locator("main")).not_to_contain_text("这次检查的影像已全部作废")
        expect(card).to_contain_text("已恢复")
    correct(story, radiographer, study)
    merge(story, radiographer, study)
    retention(story)


def correct(story, radiographer, study):
    checks, gallery, page = story.checks, story.gallery, radiographer.page
    card = page.locator("[data-role=corrections]")
    city = story.person("radiologist", "jieyang").page
    with checks.check("the city has the images open", city):
        city.goto(f"/studies/{study}/view")
        expect(city.locator(".pane [data-overlay=patient]").first).to_contain_text(PATIENT)
    with checks.check("corrects the patient; every page names the new one, and what the modality wrote stays", page, vital=True):
        dialog = opened(page, "更正患者", "dialog#correct-patient")
        name = dialog.get_by_label("姓名")
        name.fill("CESHI^XIN=测试^新")
        dialog.get_by_label("原因").fill("设备上选错")
        gallery.shoot(page, "corrections-patient")
        dialog.get_by_role("button", name="更正患者").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("main")).to_contain_text("测试新")
        expect(card).to_contain_text(PATIENT)
    gallery.shoot_both(radiographer, "corrections-patient-done")
    with checks.check("the city's open page names the new patient by itself, in its head and over the images", city):
        expect(city.locator(".reading-who")).to_contain_text("测试新", timeout=90000)
        expect(city.locator(".pane [data-overlay=patient]").first).to_contain_text("测试新")
    with checks.check("takes the correction back", page, vital=True):
        with_reason(page, "撤销更正", "原来是对的")
        expect(page.locator("main")).not_to_contain_text("测试新")


def merge(story, radiographer, study):
    checks, gallery, page = story.checks, story.gallery, radiographer.page
    with checks.check("cannot merge two patients' studies, reads why in the dialog, and has lost nothing", page, vital=True):
        other = uid_of(page, OTHER)
        page.goto(f"/studies/{study}")
        radiographer.allow(409, f"/api/v1/studies/{study}/merge")
        dialog = opened(page, "合并到另一检查", "dialog#merge")
        dialog.get_by_label("目标检查").fill(other)
        dialog.get_by_label("原因").fill("同一次检查")
        dialog.get_by_role("button", name="合并到另一检查").click()
        expect(dialog.get_by_role("alert")).to_contain_text("不是同一患者")
        expect(dialog.get_by_label("原因")).to_have_value("同一次检查")
        gallery.shoot(page, "corrections-merge-refused")
        dialog.get_by_role("button", name="取消").click()
    with checks.check("moves a series to where it belongs, and back", page):
        dialog = opened(page, "移动序列", "dialog#move-series")
        dialog.get_by_label("目标检查").fill(other)
        dialog.get_by_label("原因").fill("忘记换患者")
        gallery.shoot(page, "corrections-move")
        dialog.get_by_role("button", name="移动序列").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("[data-role=corrections]")).to_contain_text("一个序列已移至")
        gallery.shoot(page, "corrections-moved")
        page.goto(f"/studies/{other}")
        expect(page.locator("[data-role=corrections]")).to_contain_text("这里也显示")
        page.goto(f"/studies/{study}")
        with_reason(page, "移回", "试一下")
        expect(page.locator("[data-role=corrections]")).not_to_contain_text("一个序列已移至")


def retention(story):
    checks, gallery = story.checks, story.gallery
    someone = story.person("operator", "jieyang")
    page = someone.page
    with checks.check("the operator reads by which rules studies are kept, and that none is due", page):
        enter(someone, "/operator")
        page.get_by_role("link", name="保存期限").click()
        expect(page.locator("main")).to_contain_text("没有保存期满的检查")
        expect(page.locator("main")).to_contain_text("医疗机构病历管理规定")
    gallery.shoot_both(someone, "retention")
    with checks.check("the operator holds a study against destruction, and lifts the hold", page):
        study = uid_of(page, PATIENT)
        page.goto(f"/studies/{study}")
        with_reason(page, "保全", "医疗纠纷")
        expect(page.locator("[data-role=corrections]")).to_contain_text("已保全")
        gallery.shoot(page, "corrections-hold")
        with_reason(page, "解除保全", "结案")
        expect(page.locator("[data-role=corrections]")).not_to_contain_text("已保全")
