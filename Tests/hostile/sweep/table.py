"""What came of it, as a table for the repository."""


def summary(rows, peak, rounds, seconds, limit, memory):
    def count(test):
        return sum(1 for row in rows if test(row))

    good = [row for row in rows if row.expected == "ok"]
    directories = sum(1 for row in good if row.outcome == "refused" and "DICOMDIR" in row.reason)
    return [
        ("files", len(rows)),
        ("by C-STORE", count(lambda row: row.way == "C-STORE")),
        ("by upload", count(lambda row: row.way == "upload")),
        ("crashes", count(lambda row: row.outcome == "crash")),
        (f"over {limit} s", count(lambda row: row.outcome == "hangs" or row.seconds > limit)),
        ("slowest answer", f"{max((row.seconds for row in rows), default=0):.2f} s"),
        ("peak memory", f"{peak:.0f} MiB (limit {memory})"),
        ("most log lines for one file", max((row.lines for row in rows), default=0)),
        ("good files", len(good)),
        ("of them accepted", sum(1 for row in good if row.outcome == "accepted")),
        ("of them with a picture", sum(1 for row in good if row.has_picture)),
        ("of these shown", sum(
            1 for row in good if row.has_picture and {"frame", "picture"} <= set(row.shown.split(", ")))),
        ("of them directories of discs", directories),
        ("other files", len(rows) - len(good)),
        ("of them accepted", count(lambda row: row.expected != "ok" and row.outcome == "accepted")),
        ("of them refused with a reason", count(
            lambda row: row.expected != "ok" and row.outcome == "refused" and row.reason)),
        ("not as it should be", count(lambda row: row.faults)),
        ("nodes used, one after the other", rounds),
        ("in all", f"{seconds:.0f} s"),
    ]


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def write(path, rows, figures):
    lines = [
        "# Every file of ../shared/dicom, sent to a township node", "",
        "Written by `Tests/hostile/files --write`; what the columns mean stands there. Files under one SOP Instance UID with",
        "other bytes contradict one another, so each of them met a node that had none of the others.", "",
        "| | |", "|---|---:|", *(f"| {name} | {cell(value)} |" for name, value in figures), "",
        "| file | expected | way | outcome | status | reason, or what was shown | s | |", "|---|---|---|---|---|---|---:|---|"]
    for row in rows:
        lines.append("| " + " | ".join(cell(value) for value in (
            row.file, row.expected, row.way, row.outcome, row.status, row.reason or row.shown, f"{row.seconds:.2f}",
            "; ".join(row.faults))) + " |")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
