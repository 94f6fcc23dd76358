"""What stands on the disk when a modality hears 0x0000: the system calls of a node, in their order.

For one image: its bytes are flushed, then or with it its name, then the catalogue's commit, and only then the answer is
written. For many: how many flushes each of these took, and that none was left out.
"""

import argparse
import collections
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from support import disk
from support.images import KINDS, make_study
from support.modality import Storescu
from support.network import Network

CALLS = "fsync,fdatasync,sync_file_range,syncfs,link,linkat,rename,renameat,renameat2,write,writev,sendto,sendmsg"
FLUSHES = ("fsync", "fdatasync", "syncfs")
LINE = re.compile(r"^(?P<thread>\d+)\s+(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<name>\w+)\()(?P<rest>.*)$")


class Step:
    """A finished system call: its name, its file if it has one, what it was given."""

    def __init__(self, name, rest):
        self.name, self.rest = name, rest
        path = re.match(r"\d+<((?:->|[^>])*)>", rest)
        self.path = path[1] if path else ""

    @property
    def is_flush(self):
        return self.name in FLUSHES

    @property
    def is_file_flush(self):
        return self.is_flush and (self.path.endswith(".dcm") or "/archive/incoming/" in self.path)

    @property
    def is_naming(self):
        return self.name.startswith(("link", "rename")) and "/archive/studies/" in self.rest

    @property
    def is_name_flush(self):
        """Of the folder; or of the file under its name, which commits the journal with the name in it. fdatasync may
        leave the name out."""
        return self.name in ("fsync", "syncfs") and "/archive/studies/" in self.path

    @property
    def is_commit(self):
        return self.is_flush and "jieli.sqlite" in self.path

    def is_answer(self, port):
        """A P-DATA-TF PDU (PS3.8 9.3.5) to the modality."""
        return self.name in ("write", "writev", "sendto", "sendmsg") and f":{port}->" in self.path \
            and re.search(r'"\\4\\0', self.rest) is not None


class Traced:
    def __init__(self, options, directory):
        self.directory, self.options = directory, options
        self.network = Network(options.jieli, directory, options.disk, with_clocks=False)
        self.edge = self.network.edge
        self.number = 0

    def is_traced(self):
        tasks = f"/proc/{self.edge.process.pid}/task"
        try:
            for each in os.listdir(tasks):
                with open(f"{tasks}/{each}/status") as file:
                    if "TracerPid:\t0\n" in file.read():
                        return False
            return True
        except OSError:
            # A thread that has just ended: the others are asked again.
            return False

    def steps(self, images):
        """The system calls of the node while `images` are sent on one association each."""
        trace = os.path.join(self.directory, f"calls{self.number}.trace")
        self.number += 1
        self.edge.start()
        if not self.edge.wait_ready(self.network.authority, 60):
            raise RuntimeError(f"the node does not start: {self.edge.last_words()}")
        time.sleep(1)
        tracer = subprocess.Popen(
            ["strace", "-f", "-yy", "-qq", "-s", "12", "-e", f"trace={CALLS}", "-o", trace, "-p", str(self.edge.process.pid)],
            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not self.is_traced() and time.monotonic() < end:
            time.sleep(0.1)
        tool = Storescu(self.options.jieli, "CT01", self.edge.dicom_port, self.edge.title)
        done = [
            subprocess.run(tool.command([each.path for each in part]), capture_output=True, text=True, check=False)
            for part in images]
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        self.edge.end(signal.SIGTERM)
        taken = sum(
            len(list(tool.accepted([], each.stdout + each.stderr, each.returncode))) for each in done)
        if taken != sum(map(len, images)):
            raise RuntimeError(f"{taken} images were accepted: {done[0].stdout}")
        return list(self.read(trace))

    @staticmethod
    def read(trace):
        """Calls in the order in which they returned, answers in the order in which they began."""
        begun = {}
        with open(trace, errors="replace") as file:
            for line in file:
                match = LINE.match(line)
                if not match:
                    continue
                if match["resumed"]:
                    if step := begun.pop((match["thread"], match["resumed"]), None):
                        yield step
                elif "<unfinished ...>" in line:
                    step = Step(match["name"], match["rest"])
                    if step.is_flush or step.is_naming:
                        begun[match["thread"], match["name"]] = step
                    else:
                        yield step
                else:
                    yield Step(match["name"], match["rest"])


def check_order(steps, port):
    """The one image's way, as pairs of a name and whether it holds."""
    def first(test, after=-1):
        return next((index for index, step in enumerate(steps) if index > after and test(step)), None)

    answer = first(lambda step: step.is_answer(port))
    naming = first(lambda step: step.is_naming)
    flush = first(lambda step: step.is_file_flush)
    name_flush = None if naming is None else first(lambda step: step.is_name_flush, naming)
    # The catalogue may speak of the file only when the file is there to stay.
    commit = None if name_flush is None else first(lambda step: step.is_commit, name_flush)
    found = {"the file's bytes": flush, "the file's name": name_flush, "the catalogue": commit}
    print("order of system calls for one image:")
    for index, step in enumerate(steps):
        mark = [name for name, at in found.items() if at == index] + (["the answer 0x0000"] if index == answer else [])
        if mark or step.is_naming or step.is_flush:
            print(f"  {index:4} {step.name:10} {(step.path or step.rest)[-90:]}  {', '.join(mark)}")
    if answer is None:
        return ["no answer to the modality was seen in the trace"]
    return [f"{name} is not flushed before the answer" for name, at in found.items() if at is None or at > answer]


def check_counts(steps, count, port):
    kinds = {
        "flushes of files": lambda step: step.is_file_flush,
        "flushes of names": lambda step: step.is_name_flush,
        "flushes of the catalogue": lambda step: step.is_commit,
        "answers": lambda step: step.is_answer(port),
    }
    counts = {name: sum(map(test, steps)) for name, test in kinds.items()}
    total = collections.Counter(step.name for step in steps if step.is_flush)
    print(f"{count} images on 1 association: {counts}; {dict(total)}, {sum(total.values()) / count:.2f} flushes an image")
    # On one association nothing waits for anything else: each image has flushes of its own.
    return [f"only {counts[name]} {name} for {count} images" for name in counts if counts[name] < count]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100, help="on one association (default: %(default)s)")
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--disk", type=int, default=512, help="megabytes of the node's disk (default: %(default)s)")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one")
    options = parser.parse_args()
    options.jieli = os.path.abspath(options.jieli)
    if shutil.which("strace") is None:
        raise SystemExit("Tests/chaos/flushes: no strace; run deploy/install --test")
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-flushes-"))
    os.makedirs(directory, exist_ok=True)
    traced = None
    try:
        traced = Traced(options, directory)
        port = traced.edge.dicom_port
        one = make_study(os.path.join(directory, "images", "one"), 8, 1, KINDS["CT"], 1)
        many = make_study(os.path.join(directory, "images", "many"), 8, 2, KINDS["CT"], options.images)
        faults = check_order(traced.steps([one]), port) + check_counts(traced.steps([many]), len(many), port)
        for fault in faults:
            print("NOT WELL:", fault)
        return 1 if faults else 0
    finally:
        if traced:
            traced.network.kill()
            traced.network.unmount()
        if not options.directory:
            shutil.rmtree(directory)


if __name__ == "__main__":
    sys.exit(main())
