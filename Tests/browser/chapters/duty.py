"""At the county: who is on duty, what happens to a mistake in the roster, and to the work of a doctor who has to leave."""

from playwright.sync_api import expect

from chapters.overflow import RADIOGRAPH, images
from pages.login import enter
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support.network import send_as_modality

FINDINGS = "两肺纹理增多。"
MORNINGS = """readers:
  - name: radiologist
  - name: reviewer
shifts:
  - name: 上午
    from: "00:00"
    to: "12:00"
    readers: [radiologist, reviewer]
mustCover: [emergency-head]
"""


def chapter(story):
    operator, doctor = story.person("operator", "puning"), story.person("radiologist", "puning")
    other = story.person("reviewer", "puning")
    roster(story, operator)
    leave(story, operator, doctor, other)


def roster(story, operator):
    checks, page = story.checks, enter(operator, "/roster")
    field, part = page.locator("#roster-file textarea"), page.locator("#roster")
    with checks.check("the operator sees who is on duty and the coming week", page, vital=True):
        expect(part.locator("tbody").first.locator("tr")).to_have_count(2)
        expect(part.locator(".roster-week tbody tr")).to_have_count(1)
        expect(part.locator("tr.uncovered")).to_have_count(0)
        before = field.input_value()
    story.gallery.shoot_both(operator, "roster")
    with checks.check("a reader who does not exist is named, and the shift marked that has them; nothing is saved", page):
        operator.allow(400, "/api/v1/roster/check")
        operator.allow(400, "/api/v1/roster")
        field.fill(before.replace("readers: [", "readers: [nobody, "))
        for button in ("检查", "保存并生效"):
            page.locator("#roster-file").get_by_role("button", name=button).click()
            expect(page.locator("[data-role=mistake]")).to_contain_text("nobody")
            expect(page.locator("[data-role=mistake]")).to_contain_text("roster.yaml:")
        chosen = field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
        assert "全天" in chosen, chosen
    story.gallery.shoot(page, "roster-mistake")
    with checks.check("hours that nobody covers are seen before they come", page):
        field.fill(MORNINGS)
        page.locator("#roster-file").get_by_role("button", name="检查").click()
        expect(page.locator("[data-role=fine]")).to_contain_text("2")
        page.locator("#roster-file").get_by_role("button", name="保存并生效").click()
        expect(part.locator("tr.uncovered").first).to_be_visible()
    story.gallery.shoot(page, "roster-uncovered")
    with checks.check("and are covered again", page, vital=True):
        field.fill(before)
        page.locator("#roster-file").get_by_role("button", name="保存并生效").click()
        expect(part.locator("tr.uncovered")).to_have_count(0)
        expect(part.locator("tbody").first.locator("tr")).to_have_count(2)


def leave(story, operator, doctor, other):
    checks, page = story.checks, enter(doctor, "/worklist")
    with checks.check("a doctor claims a radiograph and begins to write", page, vital=True):
        send_as_modality(story.network.nodes["paotai"], *images(story, "dx-chest"))
        expect(Worklist(page).row(RADIOGRAPH)).to_be_visible(timeout=120000)
        Worklist(page).press(RADIOGRAPH, "认领阅片")
        Viewer(page).wait()
        Editor(page).write(Editor(page).findings, FINDINGS)
        Editor(page).wait_saved()
    with checks.check("who has to leave says so, and the work is free at once", page, vital=True):
        page.goto("/worklist")
        page.locator("select[name=minutes]").select_option("60")
        expect(page.locator("#notices")).to_contain_text("释放了 1 个任务")
        expect(page.locator(".away-line")).to_contain_text("您已标记离开")
        expect(page.locator("select[name=minutes]")).to_be_hidden()
    story.gallery.shoot(page, "away")
    with checks.check("the operator sees who is away", operator.page):
        expect(operator.page.locator("#roster")).to_contain_text("离开")
        expect(operator.page.locator("#roster button[data-call='POST /roster/back']")).to_have_count(1)
    with checks.check("another doctor takes it over, with what was written", other.page, vital=True):
        seen = enter(other, "/worklist?scope=all")
        expect(Worklist(seen).row(RADIOGRAPH).get_by_role("button", name="认领阅片")).to_be_visible(timeout=90000)
        Worklist(seen).press(RADIOGRAPH, "认领阅片")
        expect(Editor(seen).findings).to_have_value(FINDINGS)
    with checks.check("and the first is back with one click", page):
        page.locator(".away-line").get_by_role("button", name="我回来了").click()
        expect(page.locator(".away-line")).to_have_count(0)
        expect(page.locator("select[name=minutes] option:checked")).to_have_text("在岗")
        expect(page.locator("select[name=minutes]")).to_be_visible()
        expect(operator.page.locator("#roster button[data-call='POST /roster/back']")).to_have_count(0)
