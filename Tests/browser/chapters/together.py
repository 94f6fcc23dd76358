"""Two doctors before one list, one doctor before two windows, and a study read without touching the mouse."""

import time

from playwright.sync_api import expect

from pages.login import Login
from pages.reading import Editor, Viewer
from pages.worklist import Worklist
from support.person import Person

WANTED = "#worklist tr[data-claim=true]"
FINDINGS, IMPRESSION = "双肺纹理清晰，心影不大。", "未见明显异常。"
# Both at the same moment of the machine's clock, whatever each browser was doing before.
CLICK_AT = """([row, at]) => new Promise((done) => setTimeout(() => {
  document.querySelector(`#worklist tr[data-task="${row}"] [data-action=open]`).click();
  done();
}, at - Date.now()))"""


def enter(story, role):
    person = Person(story.browser, story.network.nodes["jieyang"], role, story.problems)
    Login(person.page).open()
    Login(person.page).log_in(person.user)
    person.page.goto("/worklist?scope=all")
    return person


def chapter(story):
    checks = story.checks
    people = [enter(story, role) for role in ("radiologist", "reviewer")]
    with checks.check("two doctors see the same studies, free to be claimed", vital=True):
        for each in people:
            expect(each.page.locator(WANTED).nth(1)).to_be_visible(timeout=120000)
        task = people[0].page.locator(WANTED).last.get_attribute("data-task")
        expect(people[1].page.locator(f'tr[data-task="{task}"][data-claim=true]')).to_be_visible()
    winner, loser = at_once(story, people, task)
    two_windows(story, winner, task)
    by_keyboard(story, people[0])
    for each in people:
        each.close()


def at_once(story, people, task):
    checks = story.checks
    for each in people:
        each.allow(409, f"/api/v1/tasks/{task}/claim")
    with checks.check("both click at once: one reads", vital=True):
        at = time.time() * 1000 + 1500
        # Neither waits for the other: the click itself comes by a timer in the page.
        for each in people:
            each.page.evaluate(f"(given) => {{ ({CLICK_AT})(given); }}", [task, at])
        begin = at / 1000
        end = time.monotonic() + 60
        while not (won := [each for each in people if f"/tasks/{task}" in each.page.url]) and time.monotonic() < end:
            people[0].page.wait_for_timeout(50)
        assert len(won) == 1, [each.page.url for each in people]
        winner, loser = won[0], next(each for each in people if each not in won)
    with checks.check("and the other is told so at once", loser.page, vital=True):
        expect(Worklist(loser.page).notice).to_contain_text("另一位医生正在处理这个任务")
        print(f"          told within {time.time() - begin:.1f} s of the click", flush=True)
        assert "/worklist" in loser.page.url, loser.page.url
    with checks.check("and sees in the list who has it, with nothing left to claim", loser.page):
        row = loser.page.locator(f'tr[data-task="{task}"]')
        expect(row).to_have_attribute("data-claim", "false")
        expect(row).to_contain_text(name_of(winner))
    return winner, loser


def name_of(person):
    """As the head of every page shows it."""
    return person.page.evaluate("fetch('/api/v1/me').then((answer) => answer.json()).then((user) => user.displayName)")


def two_windows(story, person, task):
    checks, first = story.checks, person.page
    for path in ("draft", "preliminary", "final"):
        person.allow(409, f"/api/v1/tasks/{task}/{path}")
    second = person.context.new_page()
    with checks.check("the same doctor has the report open in two windows and writes in the first", first, vital=True):
        expect(first.locator("form#report")).to_be_visible()
        second.goto(f"/tasks/{task}")
        expect(second.locator("form#report")).to_be_visible()
        for window in (first, second):
            expect(window.locator("[data-measurements]")).to_have_count(1)
        write(first)
        Editor(first).wait_saved()
    with checks.check("what is typed in the second does not overwrite it: that window says so and is closed to writing", second):
        Editor(second).findings.fill("旧窗口里的文字")
        banner = second.locator("form#report [data-role=lost]")
        expect(banner).to_be_visible()
        expect(Editor(second).findings).not_to_be_editable()
        expect(second.locator("form#report [data-role=save-state]")).to_have_attribute("data-state", "conflict")
    with checks.check("the first signs; the report holds what was written there", first, vital=True):
        Editor(first).sign("提交报告")
        saved = first.evaluate(f"fetch('/api/v1/tasks/{task}').then((answer) => answer.json())")
        assert FINDINGS in str(saved) and "旧窗口" not in str(saved), "the report is another"
    with checks.check("the second window can't sign it again", second):
        # It did not notice, and its doctor presses the key all the same.
        second.reload()
        expect(second.locator("form#report")).to_be_visible()
        expect(second.locator("form#report").get_by_role("button", name="提交报告")).to_have_count(0)
    second.close()


def write(page):
    editor = Editor(page)
    editor.findings.fill(FINDINGS)
    editor.impression.fill(IMPRESSION)


def by_keyboard(story, person):
    """Open, read, sign, next: what it takes beside the reading itself."""
    checks, page = story.checks, person.page
    times = {}

    def lap(name, since):
        times[name] = time.monotonic() - since
        return time.monotonic()

    with checks.check("a study is opened, read, signed and left for the next without the mouse", page, vital=True):
        page.goto("/worklist?scope=all")
        expect(page.locator(WANTED).first).to_be_visible()
        for _ in range(100):
            page.keyboard.press("ArrowDown")
            # Until the page listens, a key waits.
            expect(page.locator("#worklist tr.is-chosen")).to_have_count(1)
            if page.locator("#worklist tr.is-chosen[data-claim=true]").count():
                break
        at = time.monotonic()
        page.keyboard.press("Enter")
        page.wait_for_url("**/tasks/*")
        expect(page.locator("form#report")).to_be_visible()
        at = lap("open", at)
        Viewer(page).wait()
        at = lap("images", at)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("e")
        expect(Editor(page).findings).to_be_focused()
        page.keyboard.insert_text(FINDINGS)
        page.keyboard.press("Tab")
        while not Editor(page).impression.evaluate("(field) => field === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.insert_text(IMPRESSION)
        at = lap("write", at)
        page.keyboard.press("Control+Enter")
        expect(page.locator("dialog.ask[open]")).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**/worklist**")
        at = lap("sign", at)
        expect(page.locator(WANTED).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#worklist tr.is-chosen")).to_have_count(1)
        lap("next", at)
    total = sum(times.values())
    print("          keyboard only: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in times.items())
          + f"; {total:.1f} s in all", flush=True)
