"""For each kind of hostile peer: two hundred of them at once, while a modality's study goes through. Exit code 1 unless
each image was taken at the first attempt, within 1.5 times the time it took just before, with bounded threads, descriptors and memory,
and everything was given back afterwards.

Half of the peers call from one address, the other half each from another, so that neither a broken device nor strangers
everywhere may take all places. The modality has an address of its own.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from attack import kinds, victim
from support.images import Kind, make_study

CT = Kind("CT", "1.2.840.10008.5.1.4.1.1.2", 512)
HERE = os.path.dirname(os.path.abspath(__file__))
# Of a quiet node, and two hundred connections: 64 places, 32 to wait in, 64 to leave by, on each of two ports.
MOST_THREADS, MOST_DESCRIPTORS, MOST_MEMORY = 260, 1400, 256
RAMP = 6
SETTLE = 90


class Modality:
    """storescu, as a CT scanner would send; the next study each time."""

    def __init__(self, node, directory, slices):
        self.node, self.directory, self.slices, self.sent = node, directory, slices, 0

    def send(self):
        """Seconds, and how many images were answered 0x0000."""
        self.sent += 1
        images = make_study(os.path.join(self.directory, f"study{self.sent}"), 7, self.sent, CT, self.slices)
        command = ["storescu", "-v", "-aet", "CT01", "-aec", self.node.title, "127.0.0.1", str(self.node.dicom_port)]
        begin = time.monotonic()
        done = subprocess.run(
            command + [each.path for each in images], capture_output=True, text=True, timeout=300, check=False)
        seconds = time.monotonic() - begin
        shutil.rmtree(os.path.dirname(images[0].path))
        if done.returncode != 0:
            print(done.stdout[-500:], done.stderr[-500:])
        return seconds, (done.stdout + done.stderr).count("Received Store Response (Success)")


class Crowd:
    def __init__(self, node, kind, count):
        https = node.url.rsplit(":", 1)[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "attack.crowd", kind, str(count), str(node.dicom_port), str(node.tls_port), https,
             node.title, os.path.join(node.directory, "node.pem"), os.path.join(node.directory, "node.key")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE,
            # Attackers have machines of their own; what their work takes from this one is no harm of theirs.
            preexec_fn=lambda: os.nice(19))

    def disperse(self):
        output, _ = self.process.communicate("", timeout=60)
        return json.loads(output)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Trial:
    def __init__(self, options, node, directory):
        self.options, self.node = options, node
        self.modality = Modality(node, directory, options.slices)

    def calm(self):
        """The normal time, and what the node uses when nobody troubles it."""
        with victim.Watch(self.node) as watch:
            self.modality.send()
            times = [self.modality.send() for _ in range(self.options.rounds)]
            time.sleep(1)
        assert all(taken == self.options.slices for _, taken in times), "the modality is refused without any attack"
        normal = statistics.median(seconds for seconds, _ in times)
        self.rest = (watch.threads, watch.descriptors)
        return self.row("nobody", normal, normal, self.options.slices, watch, watch.now(), None)

    def under(self, kind):
        # What is normal changes with what else the machine does: it is asked again before each kind.
        normal = statistics.median(self.modality.send()[0] for _ in range(self.options.rounds))
        crowd = Crowd(self.node, kind, self.options.connections)
        try:
            with victim.Watch(self.node) as watch:
                time.sleep(RAMP)
                rounds = [self.modality.send() for _ in range(self.options.rounds)]
                facts = crowd.disperse()
                after = watch.settle(*self.rest, SETTLE)
        finally:
            crowd.kill()
        seconds = statistics.median(each for each, _ in rounds)
        return self.row(kind, seconds, normal, min(taken for _, taken in rounds), watch, after, facts)

    def row(self, kind, seconds, normal, taken, watch, after, facts):
        return {
            "kind": kind, "seconds": round(seconds, 2), "normal": round(normal, 2), "times": round(seconds / normal, 2), "taken": taken,
            "threads": watch.threads, "descriptors": watch.descriptors, "memory": round(watch.memory),
            "slowest": round(watch.slowest, 2), "unanswered": watch.unanswered, "after": [round(each) for each in after],
            "crowd": facts,
        }

    def faults(self, row):
        found = []
        if row["taken"] != self.options.slices:
            found.append(f"{row['taken']} of {self.options.slices} images were taken")
        if not self.options.quick and row["times"] > 1.5:
            found.append(f"the study took {row['times']} times as long")
        if row["threads"] > MOST_THREADS or row["descriptors"] > MOST_DESCRIPTORS or row["memory"] > MOST_MEMORY:
            found.append("more threads, descriptors or memory than there may be")
        # Another pool's thread or a kept database connection may have come to stay.
        if row["after"][0] > self.rest[0] + 8 or row["after"][1] > self.rest[1] + 16:
            found.append(f"threads or descriptors were not given back: {row['after'][:2]} after {list(self.rest)}")
        if row["unanswered"]:
            found.append(f"{row['unanswered']} requests of other people were not answered")
        if row["crowd"] and row["crowd"]["most"] + sum(row["crowd"]["ends"].values()) < self.options.connections * 0.9:
            found.append(f"only {row['crowd']} of the hostile connections were made: the test sees nothing")
        if self.node.process.poll() is not None:
            found.append(f"the node ended with {self.node.process.returncode}")
        return found


HEAD = """| peers | time s | × before | images | threads | descriptors | peak MiB | slowest page s |
|---|---|---|---|---|---|---|---|"""


def line(row, slices):
    return (f"| {row['kind']} | {row['seconds']:.2f} | {row['times']:.2f} | {row['taken']}/{slices} | {row['threads']} | "
            f"{row['descriptors']} | {row['memory']} | {row['slowest']:.2f} |")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--slices", type=int, default=60, help="512×512 each (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="studies before and under each attack; the medians count")
    parser.add_argument("--kinds", type=lambda text: text.split(","), help="with commas: " + ", ".join(kinds.KINDS))
    parser.add_argument("--quick", action="store_true", help="few kinds, 60 connections, 10 slices, and no times")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one, kept after a failure")
    parser.add_argument("--json", help="where the rows go")
    options = parser.parse_args()
    if options.quick:
        options.connections, options.slices, options.rounds = 60, 10, 1
    options.kinds = options.kinds or (kinds.QUICK if options.quick else list(kinds.KINDS))
    options.jieli = os.path.abspath(options.jieli)
    if unknown := set(options.kinds) - set(kinds.KINDS):
        parser.error(f"no such kind: {', '.join(unknown)}")
    return options


def main():
    options = parse()
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-hostile-"))
    node, bad, rows = victim.start(options.jieli, directory), [], []
    try:
        trial = Trial(options, node, directory)
        rows.append(trial.calm())
        print(HEAD, line(rows[0], options.slices), sep="\n", flush=True)
        for kind in options.kinds:
            row = trial.under(kind)
            row["faults"] = trial.faults(row)
            rows.append(row)
            print(line(row, options.slices), *(f"\n  NOT WELL: {each}" for each in row["faults"]), sep="", flush=True)
            bad += row["faults"]
    finally:
        code = node.end(15)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(rows, file, indent=1)
    if code != 0:
        bad.append(f"asked to stop, the node ended with {code}")
        print("NOT WELL:", bad[-1])
    if bad:
        print(f"NOT WELL: {len(bad)} findings; the node's log is in {directory}")
    elif not options.directory:
        shutil.rmtree(directory)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
