"""Three Orthancs, each forwarding to the next as its users script it."""

import json
import os
import urllib.request

from .process import Receiver, free_ports

LINE = ["township", "county", "city"]


class OrthancChain:
    """`mode`: `instance` forwards each instance when it was stored, `study` a study when it has been stable for
    `stable_age` seconds, `alone` is the top only."""

    def __init__(self, folder, authority, certificate, mode, stable_age=2):
        self.folder, self.authority, self.certificate = folder, authority, certificate
        self.mode, self.stable_age = mode, stable_age
        self.names = LINE[-1:] if mode == "alone" else LINE
        ports = free_ports(2 * len(self.names))
        self.ports = dict(zip(self.names, zip(ports[::2], ports[1::2])))
        self.receivers = {}

    def settings(self, name):
        path, store = self.authority.path, os.path.join(self.folder, name)
        os.makedirs(store)
        settings = {
            "Name": name, "StorageDirectory": store, "IndexDirectory": store, "StorageCompression": False,
            "DicomAet": name.upper(), "DicomPort": self.ports[name][0], "HttpPort": self.ports[name][1],
            "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "DicomCheckCalledAet": False,
            "DicomAlwaysAllowStore": True, "SyncStorageArea": True, "ConcurrentJobs": 2, "JobsHistorySize": 10,
            "Plugins": [], "DicomTlsEnabled": True, "DicomTlsCertificate": path(f"{self.certificate}.pem"),
            "DicomTlsPrivateKey": path(f"{self.certificate}.key"), "DicomTlsTrustedCertificates": path("ca.pem"),
            "DicomModalities": {
                each: {"AET": each.upper(), "Host": "127.0.0.1", "Port": ports[0], "UseDicomTls": True}
                for each, ports in self.ports.items()
            },
        }
        above = self.names.index(name) + 1
        if above < len(self.names):
            script = os.path.join(self.folder, f"{name}.lua")
            with open(script, "w") as file:
                file.write(self.script(self.names[above]))
            settings |= {"LuaScripts": [script], "StableAge": self.stable_age}
        configuration = os.path.join(self.folder, f"{name}.json")
        with open(configuration, "w") as file:
            json.dump(settings, file)
        return configuration

    def script(self, above):
        if self.mode == "instance":
            return f"function OnStoredInstance(id, tags, metadata) SendToModality(id, '{above}') end\n"
        return (
            "function OnStableStudy(id, tags, metadata)\n"
            f"  RestApiPost('/modalities/{above}/store', "
            "'{\"Resources\":[\"' .. id .. '\"],\"Synchronous\":false}')\nend\n")

    def __enter__(self):
        os.makedirs(self.folder)
        try:
            for name in reversed(self.names):
                self.receivers[name] = Receiver(
                    ["Orthanc", self.settings(name)], self.ports[name], os.path.join(self.folder, f"{name}.log"),
                    os.environ | {"TCP_NODELAY": "1"})
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for receiver in self.receivers.values():
            receiver.stop()

    def count(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name][1]}/statistics", timeout=30) as answer:
            return json.load(answer)["CountInstances"]
