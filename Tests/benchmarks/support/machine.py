"""Where it ran, without names of the machine or its folders."""

import datetime
import os
import platform
import re
import subprocess


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")


def memory():
    with open("/proc/meminfo") as file:
        return round(int(file.readline().split()[1]) / 2**20)


def version(name):
    if name == "jieli":
        return f"jieli at {output('git', '-C', os.path.dirname(__file__), 'rev-parse', '--short', 'HEAD')}"
    if name == "orthanc":
        return output("Orthanc", "--version").splitlines()[0]
    found = re.search(r"storescp v(\S+)", output("storescp", "--version"))
    return f"DCMTK {found[1] if found else 'of unknown version'}"


def description(peers):
    load = os.getloadavg()[0]
    return (
        f"{datetime.date.today():%Y-%m-%d}; {os.cpu_count()} cores ({processor()}), {memory()} GB, "
        f"Linux {platform.release()}; load at the end {load:.1f}; "
        + ", ".join(version(name) for name in peers) + ".")
