"""Medians and ratios as a Markdown table."""

from statistics import median


def of(runs, settings):
    flushes = any(run.flushes for run in runs)
    head = ["link", "associations", "peer", "images/s", "MB/s", "range", "CPU s", "peak MiB", "jieli / peer", "CPU"]
    head += ["flushes"] * flushes
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for setting in settings:
        mine = [run for run in runs if run.setting == setting]
        jieli = [
            run for run in runs
            if run.setting.peer == "jieli" and run.setting.link == setting.link
            and run.setting.associations == setting.associations
        ]

        def middle(of_runs, name):
            return median(getattr(run, name) for run in of_runs)

        cells = [
            {"tls": "mutual TLS", "plain": "plain"}[setting.link], str(setting.associations), setting.label,
            f"{middle(mine, 'rate'):.0f}", f"{middle(mine, 'throughput'):.0f}",
            f"{min(run.throughput for run in mine):.0f} to {max(run.throughput for run in mine):.0f}",
            f"{middle(mine, 'cpu'):.2f}", f"{middle(mine, 'memory'):.0f}",
        ]
        if setting.peer == "jieli" or not jieli:
            cells += ["", ""]
        else:
            cells.append(f"**{middle(jieli, 'rate') / middle(mine, 'rate'):.2f}**")
            cells.append(f"{middle(jieli, 'cpu') / max(middle(mine, 'cpu'), 0.01):.2f}")
        if flushes:
            cells.append(", ".join(f"{count} {call}" for call, count in sorted(mine[0].flushes.items())))
        if not all(run.complete for run in mine):
            cells[2] += " (INCOMPLETE)"
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "", "Range: slowest and fastest run, MB/s. CPU s and peak MiB are the receiver's, its children included. "
        "The last ratios are of medians: images/s (more is better for jieli) and CPU seconds (less is).",
    ]
    return "\n".join(lines)
