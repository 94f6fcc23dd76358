"""A township, a county and a city under load while everything goes wrong, and a ledger of what was promised and what is
there. Exit code 1 unless nothing was lost, doubled, changed or left to a person.

The order of events follows from the seed: fault N strikes when the modalities have been promised the Nth part of the
instances, and they begin no study before the faults have come as far.
"""

import argparse
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from support import ledger
from support.faults import KINDS as KINDS_OF_FAULT
from support.faults import Saboteur, schedule
from support.images import KINDS, make_study
from support.modality import TOOLS, Modality, Progress
from support.network import Network
from support.ownership import Ownership
from support.people import People

TITLES = ("CT01", "MR01", "US01")
# Faults at once, each in another place.
AT_ONCE = 3
# A fault's turn comes although no instance was promised for so long: the edge may be the one that suffers.
STANDSTILL = 8


class Timeline:
    def __init__(self, path):
        self.start, self.lock = time.monotonic(), threading.Lock()
        self.file = open(path, "w", encoding="utf-8", buffering=1)

    def note(self, text):
        line = f"{time.monotonic() - self.start:7.2f}  {text}"
        with self.lock:
            print(line, file=self.file)
            print(line, flush=True)


def plan_studies(folder, seed, count):
    """Studies of all kinds until there are so many instances: what must be allowed before each, its images, whether it is
    sent again."""
    dice, plan, done = random.Random(f"studies {seed}"), [], 0
    while done < count:
        name = dice.choice(["CT", "CT", "CT", "MR", "MR", "DX", "US"])
        size = dice.randint(16, 40) if name in ("CT", "MR") else dice.randint(1, 4)
        size = min(size, count - done)
        images = make_study(os.path.join(folder, f"{len(plan):04d}"), seed, len(plan), KINDS[name], size)
        plan.append((done, images, dice.random() < 0.1))
        done += size
    return plan


class Storm:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.timeline = Timeline(os.path.join(directory, "timeline.txt"))
        self.note = self.timeline.note
        plan = plan_studies(os.path.join(directory, "images"), options.seed, options.instances)
        self.faults = schedule(options.seed, options.faults, options.kinds)
        self.network = Network(options.jieli, directory, options.disk, note=self.note)
        self.progress = Progress()
        self.modalities = [
            Modality(
                tool(options.jieli, title, self.network.edge.dicom_port, self.network.edge.title), plan[number::len(TOOLS)],
                self.progress, os.path.join(directory, title + ".log"))
            for number, (tool, title) in enumerate(zip(TOOLS, TITLES))]
        self.saboteur = Saboteur(self.network, self.modalities, self.note)
        self.locks = {fault.place: threading.Lock() for fault in self.faults}
        self.is_over = threading.Event()
        self.bad_ends = {}
        self.ownership = Ownership(self.network)

    def run(self):
        """The ledger."""
        # None of the nodes has the right time.
        for node, seconds in zip(self.network.nodes.values(), (-95, 40, 3)):
            node.clock.jump(seconds)
        self.network.start()
        supervisor = threading.Thread(target=self.supervise, daemon=True)
        supervisor.start()
        watcher = threading.Thread(target=self.watch_owners, daemon=True)
        watcher.start()
        self.note(f"seed {self.options.seed}: {len(self.faults)} faults over {self.options.instances} instances")
        with People(self.network) as people:
            for modality in self.modalities:
                modality.start()
            self.strike()
            self.calm_down(people)
        self.is_over.set()
        supervisor.join()
        watcher.join()
        self.ownership.look()
        self.bad_ends = {name: code for name, code in self.network.stop().items() if code != 0}
        return ledger.Ledger(self.network, self.progress.accepted)

    def supervise(self):
        while not self.is_over.wait(0.2):
            for node in self.network.nodes.values():
                node.supervise(self.note)

    def watch_owners(self):
        while not self.is_over.wait(0.3):
            self.ownership.look()

    # Faults

    def strike(self):
        part = self.options.instances / (len(self.faults) + 1)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as hands:
            under_way = []
            for fault in self.faults:
                self.progress.allow(int((fault.number + 1) * part))
                self.wait_turn(int(fault.number * part))
                time.sleep(fault.delay)
                # No more at once than there are hands, so that the order stays.
                while sum(not each.done() for each in under_way) >= AT_ONCE:
                    time.sleep(0.01)
                under_way.append(hands.submit(self.do, fault))
            self.progress.allow(self.options.instances)
        for each in under_way:
            each.result()

    def wait_turn(self, count):
        before = len(self.progress.accepted)
        while (now := self.progress.wait_accepted(count, STANDSTILL)) < count:
            if now == before:
                return
            before = now

    def do(self, fault):
        with self.locks[fault.place]:
            self.note(f"{fault} at {len(self.progress.accepted)} instances")
            self.saboteur.do(fault)
            self.note(f"#{fault.number} is over")

    # Afterwards

    def calm_down(self, people):
        """Until everything is where it belongs, or nothing has changed for a while."""
        self.note(f"no more faults; {len(self.progress.accepted)} of {self.options.instances} are accepted")
        last, changed = None, time.monotonic()
        while time.monotonic() - changed < self.options.patience:
            time.sleep(1)
            state = (len(self.progress.accepted), ledger.under_way(self.network))
            if state != last:
                last, changed = state, time.monotonic()
            if self.is_finished(state[1]):
                self.note("everything is home")
                break
        else:
            self.note(f"nothing changed for {self.options.patience} s: {last}; people say {people.complaints}")
            for node in self.network.nodes.values():
                node.keep_stacks()
        self.progress.end()
        for modality in self.modalities:
            modality.kill_sender()
            modality.join(30)

    def is_finished(self, state):
        if any(modality.is_alive() for modality in self.modalities):
            return False
        studies = len({image.study for image in self.progress.accepted.values()})
        return all(
            count == 0 if name.startswith("deliveries") else -count == (studies if name.startswith("reports") else
                len(self.progress.accepted))
            for name, count in state.items())

    def verdicts(self):
        """What a ledger does not show, and must not be either."""
        found = [f"{node.name} ended by itself with {node.ended_by_itself}" for node in self.network.nodes.values()
                 if node.ended_by_itself]
        found += self.ownership.faults
        if not self.ownership.tasks:
            found.append("nobody was ever seen to own a task")
        found += [f"not ready a minute after a fault: {name}" for name in self.saboteur.not_ready]
        found += [f"asked to stop, ended otherwise: {name}" for name in self.saboteur.bad_stops]
        found += [f"asked to stop at the end, {name} ended with {code}" for name, code in self.bad_ends.items()]
        if len(self.progress.accepted) != self.options.instances:
            found.append(f"only {len(self.progress.accepted)} of {self.options.instances} instances were ever accepted")
        for node in self.network.nodes.values():
            command = [self.options.jieli, "verify", "--config", node.configuration]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                found.append(f"jieli verify at {node.name}: {done.stdout[-500:]}{done.stderr[-500:]}")
        return found


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--instances", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="30 faults over 600 instances")
    parser.add_argument(
        "--kinds", type=lambda text: text.split(","), help="only these, with commas: " + ", ".join(KINDS_OF_FAULT))
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--disk", type=int, default=768, help="megabytes of each node's disk (default: %(default)s)")
    parser.add_argument("--patience", type=int, default=90, help="seconds without any change (default: %(default)s)")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one, kept after a failure")
    parser.add_argument("--json", help="where the ledger goes; default: ledger.json in the directory")
    options = parser.parse_args()
    if options.quick:
        options.faults, options.instances = 30, 600
    options.jieli = os.path.abspath(options.jieli)
    return options


def main():
    options = parse()
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-chaos-"))
    os.makedirs(directory, exist_ok=True)
    storm, holds, begin = None, False, time.monotonic()
    try:
        storm = Storm(options, directory)
        found = storm.run()
        verdicts = storm.verdicts()
        holds = found.holds and not verdicts
        facts = dict(
            found.facts(), seed=options.seed, faults=len(storm.faults), ownership=str(storm.ownership), seconds=round(time.monotonic() - begin),
            verdicts=verdicts, holds=holds)
        with open(options.json or os.path.join(directory, "ledger.json"), "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1, ensure_ascii=False)
        print(f"\n{len(storm.faults)} faults, seed {options.seed}, {facts['seconds']} s\n\n{found}\n{storm.ownership}")
        for verdict in verdicts:
            print("NOT WELL:", verdict)
    finally:
        if storm:
            storm.progress.end()
            storm.is_over.set()
            storm.network.kill()
            storm.network.unmount(keep=None if holds else os.path.join(directory, "kept"))
        if holds and not options.directory:
            shutil.rmtree(directory)
        elif not holds:
            print(f"\nNOT WELL. Seed {options.seed}; timeline, logs and the nodes' files are in {directory}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
