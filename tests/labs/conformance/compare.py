"""Runs Autobahn's fuzzing client against peers, and compares its verdicts with the kept reports of ours.

    compare.py HOME/autobahn NAME...
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from peers import HERE, Server

INTRODUCTION = """The same servers under the fuzzing client of the Autobahn testsuite (sections 1 to 7 and 10), compared by the numbers
that our cases name. Where several of ours cover one of its cases, the worst verdict counts."""
CASES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
ORDER = ["strict", "stricter", "lenient", "wrong", "unknown"]
# What of ours says the same. A peer that Autobahn calls informational is not judged.
SAME = {"OK": {"strict"}, "NON-STRICT": {"strict", "lenient"}, "FAILED": {"wrong"}}


def played(peer, home):
    """What Autobahn says of a peer: case to verdict."""
    name = peer["name"]
    reports = home / "reports" / name
    server = Server(peer, home.parent)
    try:
        spec = {
            "options": {"failByDrop": False}, "outdir": str(reports),
            "servers": [{"agent": name, "url": f"ws://127.0.0.1:{server.port}"}],
            "cases": CASES, "exclude-cases": [], "exclude-agent-cases": {},
        }
        written = home / (name + ".json")
        written.write_text(json.dumps(spec))
        command = [home / "env/bin/wstest", "-m", "fuzzingclient", "-s", written, "-u", "0"]
        subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=1200)
    finally:
        server.stop()
    return json.loads((reports / "index.json").read_text())[name]


def ours(name, home):
    """Our cases for each number of Autobahn's."""
    kept = json.loads((home.parent / "reports" / (name + ".json")).read_text())
    covered, cases = {}, kept["runs"][0]["report"]["cases"]
    for case in cases:
        for number in case["autobahn"]:
            covered.setdefault(number, []).append(case)
    # The numbers that inputs of rules cover stand in the data, in one place.
    listed = HERE.parents[2] / "spec/scenarios/autobahn.ron"
    for number, rules in re.findall(r'"([0-9.*]+)": \[([^\]]*)\]', listed.read_text() if listed.exists() else ""):
        named = re.findall(r'"([^"]+)"', rules)
        breaking = [case for case in cases if case["id"].endswith("/breaks") and set(case["rules"]) & set(named)]
        covered.setdefault(number, []).extend(breaking)
    return covered


def covering(covered, number):
    """The cases that name a number, or its section with an asterisk."""
    found = list(covered.get(number, []))
    for pattern, cases in covered.items():
        if pattern.endswith("*") and number.startswith(pattern[:-1]):
            found += cases
    return found


def worst(cases):
    known = [case["verdict"] for case in cases if case["verdict"] in ORDER]
    return max(known, key=ORDER.index, default=None)


# Why the two differ, by what Autobahn says and by what ours says and why.
CLASSES = [
    ("OK", "lenient", "connection", "Autobahn is content if the peer ends the connection; ours asks for the close frame with its code (RFC 6455 §10.7: SHOULD), and calls its lack lenient, not wrong."),
    ("OK", "lenient", "closes with", "One case of ours with several payloads covers these; for one of the payloads the peer closes with another code than §7.4.1 gives to the fault, which ours calls lenient."),
    ("OK", "lenient", "closes without", "Autobahn is content with any close frame here; ours names the code that §7.4.1 gives to the fault."),
    ("OK", "lenient", "", "Autobahn looks at whether the connection ends; ours at how, too."),
    ("FAILED", "lenient", "closes with", "Autobahn calls an answer with another code than 1002 a failure; no text says with which code a receiver answers a forbidden one, so that ours calls it lenient."),
    ("OK", "stricter", "", "A limit of the peer that ours goes beyond and Autobahn does not reach."),
]


def explained(behavior, of_ours, why):
    for says, verdict, part, because in CLASSES:
        if (says, verdict) == (behavior, of_ours) and part in why:
            return because
    return f"not explained: Autobahn says {behavior}, ours {of_ours}: {why}"


def compare(name, says, covered):
    """Counts and classes of a peer's differences."""
    counts, classes, without = {"same": 0, "informational": 0}, {}, []
    for number, verdict in sorted(says.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
        cases = covering(covered, number)
        of_ours = worst(cases)
        if of_ours is None:
            without.append(number)
        elif verdict["behavior"] not in SAME:
            counts["informational"] += 1
        elif of_ours in SAME[verdict["behavior"]]:
            counts["same"] += 1
        else:
            why = next(case["why"] for case in cases if case["verdict"] == of_ours)
            classes.setdefault(explained(verdict["behavior"], of_ours, why), []).append(number)
    return counts, classes, without


def main(home, names):
    peers = {peer["name"]: peer for peer in tomllib.loads((HERE / "peers.toml").read_text())["server"]}
    lines = ["## Beside Autobahn", "", INTRODUCTION, "", "| server | cases | the same | informational | another | without a case of ours |", "|---|---:|---:|---:|---:|---:|"]
    parts = []
    for name in names:
        index = home / "reports" / name / "index.json"
        says = json.loads(index.read_text())[name] if index.exists() else played(peers[name], home)
        counts, classes, without = compare(name, says, ours(name, home))
        another = sum(len(numbers) for numbers in classes.values())
        lines.append(f"| {name} | {len(says)} | {counts['same']} | {counts['informational']} | {another} | {len(without)} |")
        parts += ["", f"{name}:", ""]
        parts += [f"- {', '.join(numbers)}: {why}" for why, numbers in classes.items()]
        parts += [f"- Without a case of ours: {', '.join(without)}."] if without else []
    (HERE / "autobahn.md").write_text("\n".join([*lines, *parts]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
