"""A node's own small disk: ext4 in a file, mounted by a loop device. It can fill up and lose its power."""

import ctypes
import errno
import fcntl
import os
import struct
import subprocess
import time

EXT4_IOC_SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING = 2


def available():
    return os.geteuid() == 0 and os.path.exists("/dev/loop-control")


class Disk:
    def __init__(self, image, mount, megabytes):
        self.image, self.mount = image, mount
        self.ballast = os.path.join(mount, "ballast")
        os.makedirs(mount, exist_ok=True)
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        self.run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        self.attach()
        os.rmdir(os.path.join(mount, "lost+found"))

    def attach(self):
        # The kernel's own flush comes every ten minutes, so that it does not save what was forgotten.
        self.run("mount", "-o", "loop,commit=600", self.image, self.mount)

    def detach(self):
        """Whoever had files open here must have ended; its last file may be closed a moment later."""
        for _ in range(100):
            if subprocess.run(["umount", self.mount], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        self.run("umount", self.mount)

    def destroy(self):
        subprocess.run(["umount", "-l", self.mount], capture_output=True, check=False)

    # Power

    def cut_power(self):
        """From now on nothing reaches the disk, and what was not flushed is gone."""
        folder = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(folder)

    def restore_power(self):
        """Mounts it again: ext4 replays its journal, as after any power cut."""
        self.detach()
        self.attach()

    # Space

    def free(self):
        facts = os.statvfs(self.mount)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leaving):
        """Leaves about so many bytes."""
        with open(self.ballast, "wb") as file:
            size = max(1, self.free() - leaving)
            while size > 0:
                try:
                    os.posix_fallocate(file.fileno(), 0, size)
                    return
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size -= 1 << 20

    def empty(self):
        if os.path.exists(self.ballast):
            os.unlink(self.ballast)

    @staticmethod
    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def sync(path):
    """Everything so far is on that disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(folder) != 0:
            raise OSError(ctypes.get_errno(), "syncfs", path)
    finally:
        os.close(folder)
