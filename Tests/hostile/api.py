"""/api/v1 held against its own description by schemathesis: requests that fit openapi.json and requests that do not, with
real studies, tasks and orders in their paths. No answer may be a 5xx, of an undocumented status, type or shape.

The same requests each time: nothing is drawn by chance that the seed does not fix.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from attack.demo import Demo
from support.web import Refused

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Whose work is where: the person decides how far a request gets.
CALLERS = [("edge", "radiographer"), ("edge", "operator"), ("city", "radiologist"), ("city", "operator")]


def known(demo, tier, role):
    """Identifiers that lead somewhere, by the first part of the path."""
    person = demo.person(tier, role)

    def members(path, name, member):
        try:
            return [each[member] for each in person.get(path).get(name, [])][:3]
        except (Refused, KeyError):
            return []

    return {
        "studies": members("/studies?stage=all", "studies", "studyInstanceUID"),
        "tasks": members("/worklist", "tasks", "id"),
        "orders": members("/orders", "orders", "id"),
        "deliveries": members("/deliveries", "deliveries", "id"),
        "imports": members("/imports", "imports", "id"),
    }


def with_known(document, found):
    """The description, whose identifiers in paths are also real ones."""
    document = json.loads(json.dumps(document))
    for path, item in document["paths"].items():
        values = found.get(path.split("/")[1], [])
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "path" and parameter["name"] in ("id", "study") and values:
                    parameter["schema"] = {"anyOf": [{"enum": values, "type": "string"}, parameter["schema"]]}
    return document


def run(demo, tier, role, options, directory):
    document = demo.person(tier, role).get("/openapi.json")
    name = os.path.join(directory, f"{tier}-{role}.json")
    with open(name, "w", encoding="utf-8") as file:
        json.dump(with_known(document, known(demo, tier, role)), file)
    command = [
        sys.executable, "-m", "schemathesis.cli", "--no-color", "run", name, "--url", demo.nodes[tier]["httpURL"] + "/api/v1",
        "--header", f"Authorization: Bearer {demo.token(tier, role)}", "--tls-verify", demo.authority_file,
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--exclude-path", "/events",
        "--max-examples", str(options.examples), "--seed", str(options.seed), "--generation-deterministic",
        "--request-timeout", "20", "--continue-on-failure", "--warnings", "off"]
    if options.include:
        command += ["--include-path-regex", options.include]
    begin = time.monotonic()
    # It reads a configuration from where it stands.
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=directory, timeout=options.seconds)
    output = done.stdout.replace(demo.token(tier, role), "TOKEN")
    with open(os.path.join(directory, f"{tier}-{role}.txt"), "w", encoding="utf-8") as file:
        file.write(output + done.stderr)
    summary = [line.strip() for line in output.splitlines() if "generated" in line or "passed" in line or "failed" in line]
    print(f"{tier} {role}: {time.monotonic() - begin:.0f} s; {' '.join(summary[-3:])}", flush=True)
    if done.returncode != 0:
        print(output[-options.show:], done.stderr[-2000:])
    return done.returncode == 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jieli", default=".build/debug/jieli", help="the program (default: %(default)s)")
    parser.add_argument("--examples", type=int, default=30, help="for each operation (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--quick", action="store_true", help="8 examples for each operation")
    parser.add_argument("--include", help="only paths that match")
    parser.add_argument("--seconds", type=int, default=540, help="for each caller, before it counts as failed")
    parser.add_argument("--show", type=int, default=6000, help="characters of a failed run's output")
    parser.add_argument("--directory", help="kept afterwards; default: a temporary one, kept after a failure")
    options = parser.parse_args()
    if options.quick:
        options.examples = 8
    return options


def main():
    options = parse()
    directory = os.path.abspath(options.directory or tempfile.mkdtemp(prefix="jieli-api-"))
    os.makedirs(directory, exist_ok=True)
    demo, good = Demo(os.path.abspath(options.jieli), directory), True
    try:
        demo.wait_for_tasks("city", 1)
        for tier, role in CALLERS:
            good = run(demo, tier, role, options, directory) and good
            if demo.process.poll() is not None:
                print(f"NOT WELL: the network ended with {demo.process.returncode}")
                good = False
                break
    finally:
        code = demo.stop()
    if code != 0:
        print(f"NOT WELL: asked to stop, the network ended with {code}")
        good = False
    if not good:
        print(f"NOT WELL: reports and logs are in {directory}")
    elif not options.directory:
        shutil.rmtree(directory)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
