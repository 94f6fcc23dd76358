"""Three nodes whose lines can be cut, made ready for a chapter of their own."""

import importlib.util
import os
import subprocess
import sys

from support.network import User

CHAOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "chaos", "support")
# Two people read at the county. A radiograph keeps them busy for less than `above` minutes each, a CT beside it does not;
# what would be read last goes on.
COUNTY_RULES = """rules:
  - name: 忙时转市医院
    when:
      backlog: {above: 3, below: 1}
    then:
      forward: jieyang
  - name: 其余本院阅片
    then:
      read: here
"""


DOUBLE_READING = """rules:
  - name: 全部复核
"""
COUNTY_ROSTER = """readers:
  - name: {radiologist}
  - name: {reviewer}
shifts:
  - name: 全天
    from: "00:00"
    to: "24:00"
    readers: [{radiologist}, {reviewer}]
"""


def chaos(name):
    """A module of the chaos test's `support`, which has the name of ours."""
    if "chaos_support" not in sys.modules:
        package = importlib.util.spec_from_loader("chaos_support", loader=None, is_package=True)
        package.submodule_search_locations = [CHAOS]
        sys.modules["chaos_support"] = importlib.util.module_from_spec(package)
    return importlib.import_module(f"chaos_support.{name}")


class LinedNetwork:
    """As `support.network.Network`, without the two doctors of `jieli demo`."""

    def __init__(self, program, directory):
        network = chaos("network")
        self.program = program
        self.inner = network.Network(program, directory, with_clocks=False, with_disks=False)
        self.nodes = {node.name: Reached(node) for node in self.inner.nodes.values()}

    def start(self):
        self.inner.start()

    def set_line(self, child, is_cut):
        weather = chaos("link").Weather(is_cut=is_cut)
        self.inner.lines[child].set(weather, resets=True)

    def stop(self):
        return all(code == 0 for code in self.inner.stop().values())


def write(node, name, text):
    with open(os.path.join(node.directory, name), "w", encoding="utf-8") as file:
        file.write(text)


def busy_county(network):
    """The county passes on what it has no time for."""
    county = network.inner.county
    write(county, "rules.yaml", COUNTY_RULES)
    write(county, "roster.yaml", COUNTY_ROSTER.format(**{role: each["name"] for role, each in county.users.items()}))


def second_readings(network):
    """Whatever is released at the city is read once more, by a doctor whom the demo does not have."""
    city = network.inner.city
    write(city, "double-reading.yaml", DOUBLE_READING)
    with open(city.configuration, encoding="utf-8") as file:
        text = file.read()
    wanted = "reading:\n  enabled: true\n"
    if text.count(wanted) != 1:
        raise RuntimeError(f"{city.configuration} does not say that the city reads")
    write(city, os.path.basename(city.configuration), text.replace(wanted, wanted + "  doubleReading: double-reading.yaml\n"))
    done = subprocess.run(
        [network.program, "user", "add", "second", "--config", city.configuration, "--role", "radiologist", "--display-name", "复核医生（示例）",
         "--generate-password"], capture_output=True, text=True, check=True)
    network.nodes[city.name].users["second"] = User("second", done.stdout.split()[-1], "second")


class Reached:
    """A node as people and modalities reach it."""

    def __init__(self, node):
        self.name, self.url, self.title, self.dicom_port = node.name, node.url, node.title, node.dicom_port
        self.users = {role: User(each["name"], each["password"], role) for role, each in node.users.items()}
