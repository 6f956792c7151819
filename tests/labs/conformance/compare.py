"""Runs Autobahn's fuzzing client against peers, and compares its verdicts with the kept reports of ours.

    compare.py HOME/autobahn NAME...
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from peers import HERE, Server

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
    covered = {}
    for case in kept["runs"][0]["report"]["cases"]:
        for number in case["autobahn"]:
            covered.setdefault(number, []).append(case)
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


def main(home, names):
    peers = {peer["name"]: peer for peer in tomllib.loads((HERE / "peers.toml").read_text())["server"]}
    compared = {}
    for name in names:
        index = home / "reports" / name / "index.json"
        says = json.loads(index.read_text())[name] if index.exists() else played(peers[name], home)
        covered, differ, same, other, without = ours(name, home), [], 0, 0, []
        for number, verdict in sorted(says.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
            cases = covering(covered, number)
            of_ours = worst(cases)
            if of_ours is None:
                without.append(number)
            elif verdict["behavior"] not in SAME:
                other += 1
            elif of_ours in SAME[verdict["behavior"]]:
                same += 1
            else:
                against = [(case["id"], case["verdict"], case["why"]) for case in cases if case["verdict"] == of_ours]
                differ.append((number, verdict["behavior"], verdict["behaviorClose"], against))
        compared[name] = {"cases": len(says), "same": same, "informational": other, "without": without, "differ": differ}
        print(name, len(says), "cases,", same, "the same,", other, "informational,", len(without), "without a case")
        for one in differ:
            print("  ", *one)
    (home / "compared.json").write_text(json.dumps(compared))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
