"""What goes wrong: a schedule that follows from the seed alone, and how each fault is done and undone."""

import random
import signal
import time
from dataclasses import dataclass

from . import disk
from .link import Weather

NODES = ("paotai", "puning", "jieyang")
# A line bears the name of the node that dials.
LINES = ("paotai", "puning")
READY_WITHIN = 60


@dataclass(frozen=True)
class Fault:
    number: int
    kind: str
    target: str
    # How long it lasts.
    seconds: float
    # What differs from one to the next: an amount whose meaning is the kind's.
    amount: float
    # After its turn has come, so that it does not always hit the same moment.
    delay: float

    @property
    def place(self):
        """What has one fault at a time. A node and its line up are two places."""
        return ("line " if self.kind.startswith("line") else "") + self.target

    def __str__(self):
        return f"#{self.number} {self.kind} {self.target} for {self.seconds:.1f} s ({self.amount:.3g})"


# kind: targets, shortest and longest duration, smallest and largest amount, needs disks of the nodes' own
KINDS = {
    "kill": (NODES, 0.0, 1.5, 0, 0, False),
    "kill again": (NODES, 0.0, 0.3, 0.05, 1.5, False),
    "restart": (NODES, 0.0, 0.5, 0, 0, False),
    "freeze": (NODES, 0.3, 4.0, 0, 0, False),
    "power cut": (NODES, 0.0, 1.0, 0, 0, True),
    "disk full": (NODES, 0.5, 3.0, 0, 2, True),
    "clock jump": (NODES, 0.5, 5.0, -7200, 7200, False),
    "line cut": (LINES, 0.2, 5.0, 0, 0, False),
    "line silent": (LINES, 0.5, 6.0, 0, 0, False),
    "line forgets": (LINES, 0.2, 3.0, 0, 0, False),
    "line slow": (LINES, 1.0, 5.0, 0.03, 0.3, False),
    "line narrow": (LINES, 1.0, 5.0, 30e3, 300e3, False),
    "line snips": (LINES, 1.0, 5.0, 2e3, 300e3, False),
    "sender dies": (("0", "1", "2"), 0.0, 0.0, 0, 0, False),
}


def schedule(seed, count, only=None):
    """Round after round, each kind once a round and in an order of its own. `only`: some kinds."""
    dice, faults = random.Random(f"faults {seed}"), []
    kinds = [kind for kind, facts in KINDS.items() if kind in (only or KINDS) and (not facts[5] or disk.available())]
    while len(faults) < count:
        for kind in dice.sample(kinds, len(kinds)):
            targets, shortest, longest, smallest, largest, _ = KINDS[kind]
            faults.append(Fault(
                len(faults) + 1, kind, dice.choice(targets), dice.uniform(shortest, longest),
                dice.uniform(smallest, largest), dice.uniform(0, 0.3)))
    return faults[:count]


class Saboteur:
    """Does faults to a network. Each call returns when the fault is over and undone."""

    def __init__(self, network, modalities, note):
        self.network, self.modalities, self.note = network, modalities, note
        # What an orderly stop ended with, when not with 0.
        self.bad_stops = []
        # Nodes that did not take work again within a minute of a fault's end.
        self.not_ready = []

    def do(self, fault):
        getattr(self, fault.kind.replace(" ", "_"))(fault)

    def node(self, fault):
        return self.network.nodes[fault.target]

    def up_again(self, node):
        node.start()
        if not node.wait_ready(self.network.authority, READY_WITHIN):
            self.not_ready.append(node.name)
            self.note(f"{node.name} is not ready after {READY_WITHIN} s: {node.last_words()}")

    # Nodes

    def kill(self, fault):
        node = self.node(fault)
        node.end(signal.SIGKILL)
        time.sleep(fault.seconds)
        self.up_again(node)

    def kill_again(self, fault):
        """While it starts, which is when it mends what the first blow did."""
        node = self.node(fault)
        node.end(signal.SIGKILL)
        node.start()
        time.sleep(fault.amount)
        node.end(signal.SIGKILL)
        time.sleep(fault.seconds)
        self.up_again(node)

    def restart(self, fault):
        node = self.node(fault)
        code = node.end(signal.SIGTERM)
        if code != 0:
            self.bad_stops.append(f"{node.name}: {code}")
            self.note(f"{node.name} ended with {code} when asked to stop: {node.last_words()}")
        time.sleep(fault.seconds)
        self.up_again(node)

    def freeze(self, fault):
        process = self.node(fault).process
        process.send_signal(signal.SIGSTOP)
        time.sleep(fault.seconds)
        process.send_signal(signal.SIGCONT)

    def power_cut(self, fault):
        node = self.node(fault)
        with node.lock:
            node.disk.cut_power()
            node.end(signal.SIGKILL)
        time.sleep(fault.seconds)
        node.disk.restore_power()
        self.up_again(node)

    def disk_full(self, fault):
        """To the last byte, or only so far that the node refuses of its own accord."""
        node = self.node(fault)
        node.disk.fill(0 if fault.amount < 1 else 40 << 20)
        time.sleep(fault.seconds)
        node.disk.empty()

    def clock_jump(self, fault):
        """And back, as when somebody sets the time by hand and NTP mends it."""
        clock = self.node(fault).clock
        clock.jump(fault.amount)
        time.sleep(fault.seconds)
        clock.jump(-fault.amount)

    # Lines

    def weather(self, fault, weather, **how):
        line = self.network.lines[fault.target]
        line.set(weather, **how)
        time.sleep(fault.seconds)
        line.clear()

    def line_cut(self, fault):
        self.weather(fault, Weather(is_cut=True), resets=True)

    def line_silent(self, fault):
        self.weather(fault, Weather(is_silent=True))

    def line_forgets(self, fault):
        self.weather(fault, Weather(is_silent=True), forgets=True)

    def line_slow(self, fault):
        self.weather(fault, Weather(delay=fault.amount))

    def line_narrow(self, fault):
        self.weather(fault, Weather(rate=fault.amount))

    def line_snips(self, fault):
        self.weather(fault, Weather(snip_after=int(fault.amount)))

    # Modalities

    def sender_dies(self, fault):
        self.modalities[int(fault.target)].kill_sender()
