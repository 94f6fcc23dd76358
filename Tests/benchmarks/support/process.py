"""What a process and its children use, from /proc."""

import os
import signal
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def tree(process):
    found = [process]
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as file:
                for child in file.read().split():
                    found += tree(int(child))
    except OSError:
        pass  # It ended while we looked.
    return found


def cpu_seconds(process):
    """User and system time, children's included once they were waited for."""
    ticks = 0
    for each in tree(process):
        try:
            with open(f"/proc/{each}/stat") as file:
                ticks += sum(int(value) for value in file.read().rsplit(")", 1)[1].split()[11:15])
        except OSError:
            pass
    return ticks / TICKS


def resident_mebibytes(process):
    total = 0
    for each in tree(process):
        try:
            with open(f"/proc/{each}/status") as file:
                total += next((int(line.split()[1]) for line in file if line.startswith("VmRSS")), 0)
        except OSError:
            pass
    return total / 1024


def high_water_mebibytes(process):
    """The kernel's own peak of one process, its start included."""
    with open(f"/proc/{process}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


class MemoryWatch:
    """The largest sum of resident memory seen, looked at fifty times a second."""

    def __init__(self, process):
        self.peak, self.process = resident_mebibytes(process), process
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.ends.wait(0.02):
            self.peak = max(self.peak, resident_mebibytes(self.process))

    def highest(self):
        """Also what was too short for the looks; only while the process runs."""
        return max(self.peak, high_water_mebibytes(self.process))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()


class Receiver:
    """A peer's process: up when its port answers, gone with its children at the end."""

    def __init__(self, command, ports, log, environment):
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment,
                start_new_session=True)
        try:
            for port in ports:
                self.wait_for(port)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    def wait_for(self, port, limit=60):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.process.args[0]} ended with {self.process.returncode}:\n{self.tail()}")
            try:
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.process.args[0]} did not listen on port {port}:\n{self.tail()}")

    def tail(self):
        with open(self.log, errors="replace") as file:
            return file.read()[-2000:]

    def stop(self, limit=40):
        """Asks once, waits, then makes sure of the whole group."""
        try:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
