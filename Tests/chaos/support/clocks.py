"""Clocks of nodes that a test moves while they run; see clock.c."""

import mmap
import os
import shutil
import struct
import subprocess

FOLDER = os.path.dirname(__file__)


def build(folder, name="clock"):
    """A library to preload: the one that shifts a process's clocks, or another that lies beside it."""
    library = os.path.join(folder, name + ".so")
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise SystemExit("no C compiler; run deploy/install --test")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", library, os.path.join(FOLDER, name + ".c"), "-ldl"],
        check=True)
    return library


class NodeClock:
    """Seconds by which one node's clocks are ahead: the one on the wall, and the one that only counts."""

    def __init__(self, library, path):
        self.environment = {"LD_PRELOAD": library, "CHAOS_CLOCK": path}
        with open(path, "wb") as file:
            file.write(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self.pages = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.wall = self.steady = 0.0

    def jump(self, seconds):
        """The wall clock alone, as a hand or NTP does it."""
        self.wall += seconds
        self.pages[0:8] = struct.pack("<q", int(self.wall * 1e9))

    def pass_time(self, seconds):
        """Both: time goes by."""
        self.steady += seconds
        self.jump(seconds)
        self.pages[8:16] = struct.pack("<q", int(self.steady * 1e9))
