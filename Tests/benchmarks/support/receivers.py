"""Receivers of the memory benchmark: the peers of `peers.py`, running inside a `with`, over mutual TLS."""

import os

from . import peers
from .certificates import Certificates
from .process import Receiver, free_ports


class Running:
    """`associations`: as many as the peer must hold at once."""

    peer = None
    tool = None
    label = None

    def __init__(self, folder, authority, binary, associations):
        os.makedirs(folder)
        path = authority.path
        files = Certificates(
            authority.folder, path("ca.pem"), path("server.pem"), path("server.key"), path("receipt.pem"),
            path("receipt.key"), path("client.pem"), path("client.key"))
        self.ports, self.folder = free_ports(2), folder
        self.made = self.make(folder, files, binary, associations)

    def make(self, folder, files, binary, associations):
        return self.peer(folder, self.ports, "tls", files)

    @property
    def port(self):
        return self.ports[0]

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        self.process = Receiver(
            self.made.command(), self.ports if self.made.label != "storescp --fork" else self.ports[:1],
            os.path.join(self.folder, "peer.log"), os.environ | {"TCP_NODELAY": "1"})
        return self

    def __exit__(self, *_):
        self.process.stop()

    def count(self):
        """Stops it where only its files can tell."""
        arrived = self.made.count_running()
        if arrived is None:
            self.process.stop()
            arrived = self.made.count_stopped()
        return arrived


class Jieli(Running):
    peer, label = peers.Jieli, peers.Jieli.label

    def make(self, folder, files, binary, associations):
        made = super().make(folder, files, binary, associations)
        made.binary = binary
        return made


class Orthanc(Running):
    peer, tool, label = peers.Orthanc, peers.Orthanc.tool, peers.Orthanc.label

    def make(self, folder, files, binary, associations):
        made = super().make(folder, files, binary, associations)
        # Its default of 4 would let no more than that in.
        made.more = {"DicomThreadsCount": max(4, associations)}
        return made


class Storescp(Running):
    peer, tool, label = peers.Storescp, peers.Storescp.tool, peers.Storescp.label


RECEIVERS = {"jieli": Jieli, "orthanc": Orthanc, "storescp": Storescp}
