"""At no moment may a reading task be claimable at two nodes: looked at all the while, in the nodes' databases."""

import sqlite3

from .ledger import ask

# What ReadingTaskStateMachine does not refuse a claim in.
CLAIMABLE = "SELECT id, change_number FROM reading_task WHERE state IN ('ready', 'claimed', 'preliminary', 'recalled')"


class Ownership:
    """Two looks at every node, one after the other. A row that is the same in both was so at the moment between them, so
    that two nodes are found at fault only when both held the task claimable at that one moment."""

    def __init__(self, network):
        self.network = network
        self.samples, self.tasks, self.faults = 0, set(), []

    def look(self):
        try:
            first, second = [self.rows() for _ in range(2)]
        except sqlite3.Error:
            # A node's disk is away just now.
            return
        self.samples += 1
        held = {}
        for node, rows in first.items():
            for task in rows & second[node]:
                held.setdefault(task[0], []).append(node)
        self.tasks.update(held)
        self.faults += [f"task {task} could be claimed at {' and '.join(nodes)}" for task, nodes in held.items()
                        if len(nodes) > 1]

    def rows(self):
        return {node.name: set(ask(node.database, CLAIMABLE)) for node in self.network.nodes.values()}

    def __str__(self):
        return (f"{self.samples} looks at who may claim, {len(self.tasks)} tasks seen claimable: "
                f"{len(self.faults)} at two nodes")
