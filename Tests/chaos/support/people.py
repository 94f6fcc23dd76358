"""Two doctors where it is read and a radiographer at home, by the public interface. They never tire and never give up."""

import threading
import time

from .web import TROUBLE, Refused

FINDINGS = "演示：图像已完整送达阅片中心。本段文字由测试程序写入，不是医学诊断。"
IMPRESSION = "测试报告，无诊断意义。For tests only, no diagnosis."
ROUND = 0.3


class People:
    def __init__(self, network):
        self.radiologist = network.city.person("radiologist", network.authority)
        self.reviewer = network.city.person("reviewer", network.authority)
        self.radiographer = network.edge.person("radiographer", network.authority)
        self.ends = threading.Event()
        self.threads = [
            threading.Thread(target=self.work, args=(each,), daemon=True)
            for each in (self.write_reports, self.sign_reports, self.acknowledge_reports)]
        # What still puzzles them, the last of each kind.
        self.complaints = {}

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def work(self, once):
        while not self.ends.wait(ROUND):
            try:
                once()
            except (Refused, *TROUBLE) as error:
                self.complaints[once.__name__] = f"{time.strftime('%T')} {error}"

    def each(self, items, act):
        """One item that somebody moved meanwhile keeps nobody from the others."""
        for item in items:
            if self.ends.is_set():
                return
            try:
                act(item)
            except Refused as refusal:
                self.complaints[act.__name__] = f"{time.strftime('%T')} {refusal}"

    # At the city

    def write_reports(self):
        ready = self.radiologist.get("/worklist?state=ready&limit=500")["tasks"]
        # Claimed in a request whose answer was lost.
        mine = [task for task in self.radiologist.get("/worklist?state=mine&limit=500")["tasks"]
                if task["state"] == "claimed"]
        self.each(ready + mine, self.write)

    def write(self, task):
        claimed = self.radiologist.post(f"/tasks/{task['id']}/claim")
        draft = {"findings": FINDINGS, "impression": IMPRESSION, "version": claimed["draft"]["version"]}
        saved = self.radiologist.put(f"/tasks/{task['id']}/draft", draft)
        self.radiologist.post(f"/tasks/{task['id']}/preliminary", {"version": saved["version"]})

    def sign_reports(self):
        self.each(self.reviewer.get("/worklist?state=review&limit=500")["tasks"], self.sign)

    def sign(self, task):
        claimed = self.reviewer.post(f"/tasks/{task['id']}/claim")
        self.reviewer.post(f"/tasks/{task['id']}/final", {"version": claimed["draft"]["version"]})

    # At home

    def acknowledge_reports(self):
        self.each(
            [study for study in self.radiographer.studies()
             if study.get("report", {}).get("isHome") and not study["report"].get("acknowledgedAt")], self.acknowledge)

    def acknowledge(self, study):
        self.radiographer.post(f"/studies/{study['studyInstanceUID']}/report/acknowledge")
