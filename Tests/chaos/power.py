"""500 images are acknowledged, then the power fails at that moment; again and again on one disk. After each cut every
image ever acknowledged must be on the disk, unchanged, and in the catalogue, and the node must start. Needs root.

The disk is ext4 in a file; EXT4_IOC_SHUTDOWN drops whatever was not flushed, its journal is replayed as after a power cut.
"""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading

from support import clocks, disk, ledger
from support.images import KINDS, make_study
from support.modality import Modality, Progress, Storescu
from support.network import Network

STUDIES = 4


class PowerCuts:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.network = Network(options.jieli, directory, options.disk, with_clocks=False)
        self.edge = self.network.edge
        self.accepted = {}
        self.rounds = []
        self.complaints = []

    def run(self):
        for number in range(1, self.options.rounds + 1):
            is_midway = self.options.midway and number % 2 == 0
            self.edge.start()
            self.ready()
            images = self.send(number, is_midway)
            self.edge.disk.cut_power()
            self.edge.end(signal.SIGKILL)
            self.edge.disk.restore_power()
            self.rounds.append(self.judge(number, images, is_midway))
        self.edge.start()
        self.ready()
        code = self.edge.end(signal.SIGTERM)
        self.verify(code)
        self.control()
        return not self.complaints

    def verify(self, code):
        """Everything is still there at the end, and nothing beside it."""
        command = [self.options.jieli, "verify", "--config", self.edge.configuration]
        verified = subprocess.run(command, capture_output=True, text=True, check=False)
        if code != 0 or verified.returncode != 0:
            self.complaints.append(f"stopped with {code}, jieli verify: {verified.stdout}{verified.stderr}")
        for each in self.rounds:
            if each["missing from disk or catalogue"] or each["of all so far"]:
                self.complaints.append(f"round {each['round']}: acknowledged images are missing")

    def control(self):
        """Once more with flushes that do nothing: images must be missing now, or this test sees nothing."""
        self.edge.settings = {"LD_PRELOAD": clocks.build(self.directory, "noflush")}
        self.edge.start()
        self.ready()
        images = self.send(self.options.rounds + 1, False)
        self.edge.disk.cut_power()
        self.edge.end(signal.SIGKILL)
        self.edge.disk.restore_power()
        try:
            missing = len(self.missing(images))
        except sqlite3.DatabaseError as error:
            missing = f"the database, '{error}', and all"
        print(f"with flushes that do nothing: {missing} of {len(images)} missing")
        if not missing:
            self.complaints.append("nothing is missing without flushes either: this disk keeps everything")

    def ready(self):
        if not self.edge.wait_ready(self.network.authority, 60):
            raise RuntimeError(f"the node does not start after the cut: {self.edge.last_words()}")

    def send(self, number, is_midway):
        """What was acknowledged when the last acknowledgement had come; midway: when about half of them had."""
        progress, each = Progress(), self.options.images // STUDIES
        senders = []
        for index in range(STUDIES):
            name = f"{number}-{index}"
            images = make_study(
                os.path.join(self.directory, "images", name), self.options.seed, number * STUDIES + index, KINDS["CT"],
                self.options.images - each * (STUDIES - 1) if index == 0 else each)
            tool = Storescu(self.options.jieli, f"CT{index}", self.edge.dicom_port, self.edge.title)
            senders.append(Modality(tool, [(0, images, False)], progress, os.path.join(self.directory, f"CT{index}.log")))
        if is_midway:
            killer = threading.Timer(0.25 + 0.05 * number, self.edge.disk.cut_power)
            killer.start()
        for sender in senders:
            sender.start()
        if is_midway:
            killer.join()
            progress.end()
            self.edge.end(signal.SIGKILL)
        for sender in senders:
            sender.join()
        return progress.accepted

    def judge(self, number, images, is_midway):
        missing = self.missing(images)
        facts = {
            "round": number, "cut": "midway" if is_midway else "after the last acknowledgement",
            "acknowledged": len(images), "missing from disk or catalogue": len(missing),
            # Earlier rounds' too: a later cut must not take them either.
            "of all so far": len(self.missing(self.accepted)) if self.accepted else 0}
        self.accepted.update(images)
        print(json.dumps(facts), flush=True)
        return facts

    def missing(self, images):
        """Looked for before the node starts: nothing may depend on what it would mend."""
        rows = dict((row[0], row) for row in ledger.ask(
            self.edge.database, "SELECT sop_instance_uid, digest, path, data_set_offset FROM sop_instance"))
        found = []
        for uid, image in images.items():
            row = rows.get(uid)
            path = row and os.path.join(self.edge.archive, row[2])
            if not row or row[1] != image.digest or not os.path.exists(path) \
                    or ledger.digest_of(path, row[3]) != image.digest:
                found.append(uid)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--images", type=int, default=500, help="acknowledged before each cut (default: %(default)s)")
    parser.add_argument("--midway", action="store_true", help="every other cut strikes while images are on their way")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--disk", type=int, default=1024, help="megabytes of the node's disk (default: %(default)s)")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one, kept after a failure")
    options = parser.parse_args()
    options.jieli = os.path.abspath(options.jieli)
    if not disk.available():
        print("POWER CUTS LEFT OUT: only root can mount a disk whose power can be cut")
        return 0
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-powercut-"))
    os.makedirs(directory, exist_ok=True)
    cuts, holds = None, False
    try:
        cuts = PowerCuts(options, directory)
        holds = cuts.run()
        whole = [each for each in cuts.rounds if each["cut"] != "midway"]
        good = sum(not each["missing from disk or catalogue"] and not each["of all so far"] for each in whole)
        print(f"{options.images} acknowledged, then a power cut: nothing missing {good} times of {len(whole)}; "
              f"{len(cuts.accepted)} images acknowledged in all")
        for complaint in cuts.complaints:
            print("NOT WELL:", complaint)
    finally:
        if cuts:
            cuts.network.kill()
            cuts.network.unmount(keep=None if holds else os.path.join(directory, "kept"))
        if holds and not options.directory:
            shutil.rmtree(directory)
        elif not holds:
            print(f"NOT WELL. Logs and the node's files are in {directory}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
