from playwright.sync_api import expect


class Studies:
    """The radiographer's page: every study and where it is."""

    def __init__(self, page):
        self.page = page
        self.orders = page.locator(".pending-orders")
        self.dialog = page.locator("dialog#order")
        self.notice = page.locator("#notices")

    def open(self):
        self.page.get_by_role("link", name="检查", exact=True).click()
        expect(self.page.get_by_role("heading", name="检查", exact=True)).to_be_visible()

    def show(self, stage):
        self.page.locator("form[data-role=filter] select").select_option(label=stage)
        self.page.wait_for_url("**stage=*")

    def study(self, words):
        return Study(self.page.locator("article.study", has_text=words))

    def new_order(self):
        self.page.get_by_role("button", name="新建诊断申请").click()
        expect(self.dialog).to_be_visible()

    def fill_order(self, question, priority, patient_id=None, accession=None, patient_name=None):
        self.dialog.get_by_label("临床问题与病史").fill(question)
        for label, value in (("患者 ID", patient_id), ("检查号", accession), ("患者姓名", patient_name)):
            if value is not None:
                self.dialog.get_by_label(label).fill(value)
        self.dialog.get_by_role("group", name="优先级").get_by_label(priority, exact=True).check()

    def consent(self):
        self.dialog.get_by_label("患者同意由外院阅片").check()

    def submit_order(self):
        self.dialog.get_by_role("button", name="提交申请").click()

    def mark(self):
        """Leaves a trace in the page that no reload survives."""
        self.page.evaluate("window.journeyMark = 1")

    def is_marked(self):
        return self.page.evaluate("window.journeyMark") == 1


class Study:
    """One study's card on the list."""

    def __init__(self, card):
        self.card = card
        self.waits = card.locator(".waits")
        self.priority = card.locator(".priority")
        self.steps = card.locator(".journey .step")
        self.details = card.get_by_role("link", name="详情")
        self.order_button = card.get_by_role("button", name="填写申请")
        self.pdf = card.get_by_role("link", name="打开 PDF")
        self.acknowledge = card.get_by_role("button", name="确认收到")
