"""Two network namespaces and the line between them. Needs root and /dev/net/tun."""

import os
import shutil
import subprocess
from dataclasses import dataclass

EDGE, COUNTY, NETWORK = "10.213.7.1", "10.213.7.2", "10.213.7.0/24"


def missing():
    lacking = [tool for tool in ("cc", "ip") if not shutil.which(tool)]
    if os.geteuid():
        lacking.append("root (for network namespaces)")
    if not os.path.exists("/dev/net/tun"):
        lacking.append("/dev/net/tun")
    return lacking


def build(folder):
    program = os.path.join(folder, "line")
    source = os.path.join(os.path.dirname(__file__), "line.c")
    subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    return program


@dataclass(frozen=True)
class Quality:
    """Mbit/s and milliseconds one way; per cent of packets, lost in runs of `burst` on average."""

    loss: float
    burst: int = 1
    rate: float = 20
    delay: float = 30
    queue: int = 150  # kB: what the line holds in 60 ms

    def __str__(self):
        return f"{self.loss:g} %" + (f", in bursts of {self.burst}" if self.burst > 1 else "")


class Line:
    """Up inside a `with`; both namespaces are new, and nothing of them is left."""

    def __init__(self, program, quality, seed=1):
        self.program, self.quality, self.seed = program, quality, seed
        self.edge, self.county = f"jieli-{os.getpid()}-edge", f"jieli-{os.getpid()}-county"

    def __enter__(self):
        self.process = None
        try:
            for name in (self.edge, self.county):
                subprocess.run(["ip", "netns", "add", name], check=True)
            quality = self.quality
            self.process = subprocess.Popen(
                [self.program, self.edge, f"{EDGE}/24", self.county, f"{COUNTY}/24", str(quality.rate),
                 str(quality.delay), str(quality.loss), str(quality.burst), str(quality.queue), str(self.seed)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
            if self.process.stdout.readline() != "ready\n":
                raise SystemExit("the line could not be made")
            # It must forward each packet on time whatever else the machine does.
            os.setpriority(os.PRIO_PROCESS, self.process.pid, -15)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.stdin.close()
            self.process.wait(10)
        for name in (self.edge, self.county):
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)

    def tell(self, command):
        """`cut`, `mend`, `loss PERCENT`, `rate MBIT/S`."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def counts(self):
        """For each way: packets and bytes carried, packets lost, packets that found the queue full."""
        self.tell("count")
        numbers = list(map(int, self.process.stdout.readline().split()))
        return numbers[:4], numbers[4:]

    def use(self, congestion_control):
        """For both ends, by their routes: a namespace may not set a default that the kernel restricts. What TCP has learnt
        of the other end is forgotten."""
        for name in (self.edge, self.county):
            subprocess.run(
                self.inside(name, "ip", "route", "replace", NETWORK, "dev", "line", "congctl", congestion_control),
                check=True)
            subprocess.run(self.inside(name, "ip", "tcp_metrics", "flush"), stderr=subprocess.DEVNULL)

    @staticmethod
    def inside(namespace, *command):
        return ["ip", "netns", "exec", namespace, *command]


def is_listening(process, port):
    """Asked of the process's own network, so that nobody has to connect."""
    for family in ("tcp", "tcp6"):
        with open(f"/proc/{process}/net/{family}") as file:
            for row in file.readlines()[1:]:
                fields = row.split()
                if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    return True
    return False
