"""What was promised, held against what is there: read from the nodes' files and databases, not from what they say."""

import collections
import hashlib
import os
import sqlite3

WAITING = "SELECT count(*) FROM delivery WHERE state NOT IN ('done', 'cancelled')"
UPSHOTS = {
    "parked deliveries": "SELECT count(*) FROM delivery WHERE state IN ('parked', 'held')",
    "parked events": "SELECT count(*) FROM parked_event WHERE resolved_at IS NULL",
    "conflicts": "SELECT count(*) FROM conflict WHERE resolved_at IS NULL",
    "deliveries under way": WAITING,
    "cancelled deliveries": "SELECT count(*) FROM delivery WHERE state = 'cancelled'",
    "doubled tasks": "SELECT count(*) - count(DISTINCT study_instance_uid) FROM reading_task",
}


def ask(database, query, *values):
    # Not immutable: what a killed node left in its log belongs to it.
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def number(database, query, *values):
    return ask(database, query, *values)[0][0]


def digest_of(path, offset):
    with open(path, "rb") as file:
        file.seek(offset)
        return hashlib.file_digest(file, "sha256").hexdigest()


class NodeLedger:
    """One node's side. `accepted`: images by SOP Instance UID."""

    def __init__(self, node, accepted):
        self.name, self.tier = node.name, node.tier
        rows = ask(
            node.database, "SELECT sop_instance_uid, digest, path, data_set_offset, network_made FROM sop_instance")
        known = {row[0]: row for row in rows}
        self.catalogued = sum(uid in known for uid in accepted)
        self.safe, self.missing, self.differing = 0, [], []
        for uid, image in accepted.items():
            self.judge(node, image, known.get(uid))
        self.strangers = sum(1 for row in rows if row[0] not in accepted and not row[4])
        files = self.files(node)
        paths = {row[2] for row in rows}
        self.stray_files = sorted(set(files) - paths)
        copies = collections.Counter(os.path.basename(path).rsplit(".", 2)[0] for path in files)
        self.doubled = sorted(uid for uid, count in copies.items() if count > 1)
        # An SR and a PDF for each study that was read.
        made = ask(
            node.database,
            "SELECT study_instance_uid, count(*) FROM sop_instance WHERE network_made = 1 GROUP BY 1 HAVING count(*) <> 2")
        self.odd_reports = [study for study, _ in made]
        self.upshots = {name: number(node.database, query) for name, query in UPSHOTS.items()}

    def judge(self, node, image, row):
        path = row and os.path.join(node.archive, row[2])
        if row is None or not os.path.exists(path):
            self.missing.append(image.uid)
        elif row[1] != image.digest or digest_of(path, row[3]) != image.digest:
            self.differing.append(image.uid)
        else:
            self.safe += 1

    @staticmethod
    def files(node):
        found = []
        for folder, _, names in os.walk(os.path.join(node.archive, "studies")):
            found += [os.path.relpath(os.path.join(folder, name), node.archive) for name in names]
        return found


def reports(network):
    """How many studies' reports were released where they were read, are home, and were acknowledged there."""
    released = number(
        network.city.database, "SELECT count(DISTINCT study_instance_uid) FROM reading_task WHERE released_at IS NOT NULL")
    home = number(
        network.edge.database,
        "SELECT count(DISTINCT study_instance_uid) FROM report_homecoming WHERE arrived_at IS NOT NULL")
    acknowledged = number(
        network.edge.database,
        "SELECT count(DISTINCT study_instance_uid) FROM reading_task WHERE acknowledged_at IS NOT NULL")
    told = number(
        network.city.database,
        "SELECT count(DISTINCT study_instance_uid) FROM reading_task WHERE acknowledged_at IS NOT NULL")
    return {"released": released, "home": home, "acknowledged": acknowledged, "acknowledged, the city knows": told}


def under_way(network):
    """What is not finished yet, as numbers that fall to nothing."""
    found = {}
    for node in network.nodes.values():
        found[f"deliveries from {node.name}"] = number(node.database, WAITING)
        found[f"images at {node.name}"] = -number(
            node.database, "SELECT count(*) FROM sop_instance WHERE network_made = 0")
    for name, count in reports(network).items():
        found[f"reports {name}"] = -count
    return found


class Ledger:
    def __init__(self, network, accepted):
        self.sent = len(accepted)
        self.studies = len({image.study for image in accepted.values()})
        self.nodes = [NodeLedger(node, accepted) for node in network.nodes.values()]
        self.reports = reports(network)

    @property
    def lost(self):
        return len({uid for node in self.nodes for uid in node.missing})

    @property
    def differing(self):
        return len({uid for node in self.nodes for uid in node.differing})

    @property
    def doubled(self):
        return sum(
            len(node.doubled) + node.strangers + len(node.odd_reports) + node.upshots["doubled tasks"]
            for node in self.nodes)

    @property
    def needing_a_hand(self):
        return sum(
            node.upshots[name] for node in self.nodes
            for name in ("parked deliveries", "parked events", "conflicts", "cancelled deliveries"))

    @property
    def unfinished(self):
        return sum(node.upshots["deliveries under way"] for node in self.nodes) + sum(
            self.studies - count for count in self.reports.values())

    @property
    def holds(self):
        return not (self.lost or self.differing or self.doubled or self.needing_a_hand or self.unfinished)

    def facts(self):
        return {
            "instances": {
                "sent": self.sent, "lost": self.lost, "differing": self.differing, "doubled": self.doubled,
                "needing a hand": self.needing_a_hand, "unfinished": self.unfinished},
            "studies": self.studies, "reports": self.reports,
            "nodes": {node.name: vars(node) for node in self.nodes}}

    def __str__(self):
        rows = [("", *(f"{node.name} ({node.tier})" for node in self.nodes))]
        rows += [
            ("sent, acknowledged with 0x0000", *[self.sent] * len(self.nodes)),
            ("in the catalogue", *(node.catalogued for node in self.nodes)),
            ("safe: in the catalogue, file bit-identical", *(node.safe for node in self.nodes)),
            ("lost", *(len(node.missing) for node in self.nodes)),
            ("differing", *(len(node.differing) for node in self.nodes)),
            ("doubled", *(len(node.doubled) for node in self.nodes)),
            ("instances nobody sent", *(node.strangers for node in self.nodes)),
            ("studies with other than one report", *(len(node.odd_reports) for node in self.nodes)),
            ("files the catalogue does not know", *(len(node.stray_files) for node in self.nodes))]
        rows += [(name, *(node.upshots[name] for node in self.nodes)) for name in UPSHOTS]
        widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join([str(row[0]).ljust(widths[0]), *(str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:]))])
            for row in rows]
        lines.append(f"\nreports of {self.studies} studies: " + ", ".join(
            f"{name} {count}" for name, count in self.reports.items()))
        lines.append(
            f"{self.lost} lost, {self.doubled} doubled, {self.differing} differing, {self.needing_a_hand} needing a hand, "
            f"{self.unfinished} unfinished")
        return "\n".join(lines)
