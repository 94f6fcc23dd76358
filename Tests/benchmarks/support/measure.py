"""One run of one peer: fresh storage, senders, a count of what arrived."""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from .peers import PEERS, SENDER
from .process import MemoryWatch, Receiver, cpu_seconds, free_ports


@dataclass(frozen=True)
class Setting:
    peer: str
    link: str
    associations: int
    nodelay: bool

    @property
    def label(self):
        return PEERS[self.peer].label + ("" if self.nodelay else ", Debian's default")


@dataclass
class Run:
    setting: Setting
    images: int
    megabytes: float
    seconds: float
    cpu: float
    memory: float
    arrived: int
    failed_senders: int
    flushes: dict = field(default_factory=dict)

    @property
    def complete(self):
        return self.arrived == self.images and not self.failed_senders

    @property
    def rate(self):
        return self.images / self.seconds

    @property
    def throughput(self):
        return self.megabytes / self.seconds

    def __str__(self):
        text = (
            f"{self.setting.label}, {self.setting.link}, {self.setting.associations} association(s): "
            f"{self.rate:.0f} images/s, {self.throughput:.0f} MB/s, {self.cpu:.2f} s CPU, {self.memory:.0f} MiB")
        if not self.complete:
            text += f"; INCOMPLETE: {self.arrived} of {self.images} arrived, {self.failed_senders} senders failed"
        return text


class Bench:
    def __init__(self, work, study, certificates):
        self.work, self.study, self.certificates = work, study, certificates
        self.stores = os.path.join(work, "stores")
        self.count = 0

    def clear(self):
        """What the runs so far received. Never just before a run: ext4 gives out no inode that was freed less than five
        seconds ago, and searches past each of them for every new file."""
        shutil.rmtree(self.stores, ignore_errors=True)
        os.sync()
        time.sleep(6)

    def run(self, setting, trace=None):
        self.count += 1
        folder = os.path.join(self.stores, str(self.count))
        os.makedirs(folder)
        ports = free_ports(2)
        peer = PEERS[setting.peer](folder, ports, setting.link, self.certificates)
        environment = {name: value for name, value in os.environ.items() if name != "TCP_NODELAY"}
        if setting.nodelay:
            environment["TCP_NODELAY"] = "1"
        parts = self.parts(setting.associations)
        os.sync()
        command = peer.command()
        if trace:
            command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o", trace, *command]
        log = os.path.join(folder, "peer.log")
        waited = ports if setting.peer != "storescp" else ports[:1]
        receiver = Receiver(command, waited, log, environment)
        try:
            time.sleep(0.5)  # What it does after it began to listen is not intake.
            cpu = cpu_seconds(receiver.pid)
            with MemoryWatch(receiver.pid) as memory:
                begin = time.monotonic()
                senders = [self.send(setting, part, ports[0], environment) for part in parts]
                failed = sum(sender.wait() != 0 for sender in senders)
                seconds = time.monotonic() - begin
            time.sleep(0.3)  # Forked children are waited for.
            cpu = cpu_seconds(receiver.pid) - cpu
            arrived = peer.count_running()
        finally:
            receiver.stop()
        if arrived is None:
            arrived = peer.count_stopped()
        return Run(
            setting, self.study.count, self.study.size / 1e6, seconds, cpu, memory.peak, arrived, failed)

    def count_flushes(self, setting, runs):
        """Under strace, so its times count for nothing; what it counts goes to the setting's other runs."""
        trace = os.path.join(self.work, "flushes.trace")
        self.clear()
        self.run(setting, trace)
        calls = {}
        with open(trace, errors="replace") as file:
            for line in file:
                call = re.match(r"\d+ +(\w+)\(", line)
                if call:
                    calls[call[1]] = calls.get(call[1], 0) + 1
        for run in runs:
            if run.setting == setting:
                run.flushes = calls

    def send(self, setting, folder, port, environment):
        tls = []
        if setting.link == "tls":
            files = self.certificates
            tls = ["+tls", files.client_key, files.client, "+cf", files.authority]
        # The sender is the same for all, and never waits for delayed acknowledgements unless Debian's default is measured.
        return subprocess.Popen(
            ["storescu", *tls, "-aet", SENDER, "-aec", "BENCH", "+sd", "127.0.0.1", str(port), folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment)

    def parts(self, associations):
        """A folder of links for each sender."""
        folders = []
        for index in range(associations):
            folder = os.path.join(self.work, f"part-{index + 1}-of-{associations}")
            if not os.path.isdir(folder):
                os.makedirs(folder)
                for path in self.study.paths()[index::associations]:
                    os.symlink(path, os.path.join(folder, os.path.basename(path)))
            folders.append(folder)
        return folders
