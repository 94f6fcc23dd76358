"""The line between a township and its county is dead for twelve hours while the township goes on taking images. Then it is
back, and nobody lifts a finger. The nodes are real; the hours pass in minutes because all their clocks are moved (see
support/clock.c): at its own pace while images are taken, fast between.

It holds when every image and report gets where it belongs, nothing was given up, and the edge kept dialling at intervals
that stay below the cap.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time

from support import ledger
from support.images import KINDS, make_study
from support.link import Weather
from support.modality import Modality, Progress, Storescu
from support.network import Network
from support.people import People

# Seconds of the nodes' time that pass at once, and the time they get to act on it.
STEP, PAUSE = 20.0, 0.05
# While the line refuses: a minute is the longest pause; beginning and end of an attempt may each come some steps too late.
LONGEST_GAP = 60 + 5 * STEP
# What is dead is not hammered at: deliveries rest half of a minute to a minute; two loops look for the line, each after half
# of five seconds to five.
SHORTEST_MEAN_GAPS = {"DICOM": 30, "events": 1.25}


class Outage:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.network = Network(options.jieli, directory)
        self.line = self.network.lines[self.network.edge.name]
        self.progress = Progress()
        self.taken = 0
        self.complaints = []

    def take_study(self, images):
        """At the clocks' own pace: a modality waits for its answer in real seconds."""
        folder = os.path.join(self.directory, "images", str(self.taken))
        study = make_study(folder, 12, self.taken, KINDS["CT"], images)
        self.taken += 1
        edge = self.network.edge
        modality = Modality(
            Storescu(self.options.jieli, "CT01", edge.dicom_port, edge.title), [(0, study, False)], self.progress,
            os.path.join(self.directory, "CT01.log"))
        modality.start()
        modality.join(120)
        if modality.is_alive():
            raise RuntimeError("the edge took no image within two minutes although only its line is dead")

    def pass_hours(self, hours):
        for _ in range(int(hours * 3600 / STEP)):
            for node in self.network.nodes.values():
                node.clock.pass_time(STEP)
            time.sleep(PAUSE)

    def run(self):
        self.network.start()
        self.progress.allow(1)
        with People(self.network):
            self.take_study(self.options.images)
            self.wait_finished(120)
            # One study is on its way up, announced and half sent, when the line dies.
            self.line.set(Weather(rate=3e3))
            self.take_study(4 * self.options.images)
            time.sleep(6)
            # First nothing comes through and nobody says so; then whoever dials is refused.
            self.line.set(Weather(is_silent=True), forgets=True)
            for number in range(self.options.studies):
                self.take_study(self.options.images)
                self.pass_hours(self.options.hours / self.options.studies)
                if number == 0:
                    begin = len(self.line.attempts)
                    self.line.set(Weather(is_cut=True), resets=True)
            self.judge_attempts(self.line.attempts[begin:])
            waiting = ledger.under_way(self.network)[f"deliveries from {self.network.edge.name}"]
            if waiting < self.options.studies * self.options.images:
                self.complaints.append(f"only {waiting} deliveries wait at the edge: the line was not dead")
            self.line.clear()
            back = time.monotonic()
            self.wait_finished(self.options.patience)
            print(f"{waiting} deliveries waited; {time.monotonic() - back:.1f} s after the line was back everything was home")
        for name, code in self.network.stop().items():
            if code != 0:
                self.complaints.append(f"{name} ended with {code} when asked to stop")
        return ledger.Ledger(self.network, self.progress.accepted)

    def wait_finished(self, seconds):
        end = time.monotonic() + seconds
        while not ledger.Ledger(self.network, self.progress.accepted).holds:
            if time.monotonic() > end:
                self.complaints.append(f"not everything was home {seconds} s later")
                return
            time.sleep(0.5)

    def judge_attempts(self, attempts):
        for port, name in ((self.network.county.tls_port, "DICOM"), (None, "events")):
            times = [at for at, dialled in attempts if (dialled == port) == (port is not None)]
            gaps = [later - earlier for earlier, later in zip(times, times[1:])]
            if not gaps:
                self.complaints.append(f"{name}: the edge stopped dialling")
                continue
            mean = (times[-1] - times[0]) / len(gaps)
            print(f"{name}: {len(times)} attempts in {(times[-1] - times[0]) / 3600:.1f} h, one every {mean:.0f} s, "
                  f"longest pause {max(gaps):.0f} s")
            if max(gaps) > LONGEST_GAP:
                self.complaints.append(f"{name}: {max(gaps):.0f} s without an attempt")
            if mean < SHORTEST_MEAN_GAPS[name]:
                self.complaints.append(f"{name}: an attempt every {mean:.1f} s hammers at a dead line")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=12, help="of outage (default: %(default)s)")
    parser.add_argument("--studies", type=int, default=24, help="taken meanwhile (default: %(default)s)")
    parser.add_argument("--images", type=int, default=10, help="of each study (default: %(default)s)")
    parser.add_argument("--patience", type=int, default=240, help="seconds until all must be home (default: %(default)s)")
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one, kept after a failure")
    options = parser.parse_args()
    options.jieli = os.path.abspath(options.jieli)
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-outage-"))
    os.makedirs(directory, exist_ok=True)
    outage, holds, begin = None, False, time.monotonic()
    try:
        outage = Outage(options, directory)
        found = outage.run()
        holds = found.holds and not outage.complaints
        with open(os.path.join(directory, "ledger.json"), "w", encoding="utf-8") as file:
            json.dump(dict(found.facts(), hours=options.hours, complaints=outage.complaints, holds=holds), file, indent=1)
        print(f"\n{options.hours:g} hours without a line in {time.monotonic() - begin:.0f} s\n\n{found}")
        for complaint in outage.complaints:
            print("NOT WELL:", complaint)
    finally:
        if outage:
            outage.progress.end()
            outage.network.kill()
            outage.network.unmount(keep=None if holds else os.path.join(directory, "kept"))
        if holds and not options.directory:
            shutil.rmtree(directory)
        elif not holds:
            print(f"NOT WELL. Logs and the nodes' files are in {directory}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
