"""Counts the outcomes of an Autobahn report, and names the cases that are not as they should be."""

import collections
import json
import sys

GOOD = {"OK", "INFORMATIONAL", "UNIMPLEMENTED"}


def main(path):
    with open(path) as file:
        agents = json.load(file)
    bad = []
    for agent, cases in agents.items():
        outcomes = collections.Counter()
        for case, result in sorted(cases.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
            for kind in ("behavior", "behaviorClose"):
                outcomes[kind, result[kind]] += 1
                if result[kind] not in GOOD:
                    bad.append("%s %s: %s" % (case, kind, result[kind]))
            if result["behavior"] == "UNIMPLEMENTED":
                bad.append("%s: not negotiated" % case)
        total = len(cases)
        print("%s: %d cases; %s" % (agent, total, ", ".join("%s %s %d" % (*key, count) for key, count in sorted(outcomes.items()))))
        if not total:
            bad.append("no case ran")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
