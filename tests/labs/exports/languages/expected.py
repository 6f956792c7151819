"""What the drivers have to report, read from the exported database and vectors: nothing is shared with the modules.

    python expected.py database.json vectors.json > expected

The first line is the one that a driver ends with. The others are the verdicts on close codes, for each draft and end.
"""

import json
import sys
from pathlib import Path

FREE = ("Later", "Registered", "Private")


def verdict(draft, code, sender):
    closing = draft["closing"]
    if closing is None or closing["value"]["body"] != "Status":
        return "no-codes"
    known = draft["close_codes"].get(str(code))
    if known:
        by = known["value"].get("by")
        if not known["value"]["on_wire"]:
            return "never-sent"
        return "other-end" if by and sender and by != sender else "allowed"
    ranges = draft["close_ranges"]
    judged = any(rule["value"]["require"] == "CodeAllowed" for rule in draft["rules"].values())
    if not judged or ranges is None:
        return "allowed"
    found = [one for one in ranges["value"]["ranges"] if one["from"] <= code <= one["to"]]
    return "allowed" if found and found[0]["usage"] in FREE else "undefined"


def place(pair):
    """The order of the drafts: those without a place in the history come last."""
    serial = pair[1]["serial"]
    return serial is None, serial or 0


def main(database, vectors):
    drafts = {draft["short"]: draft for draft in database["drafts"] if draft["coverage"] == "Complete"}
    counts = {True: 0, False: 0}
    for draft in vectors["drafts"]:
        for rule in draft["rules"]:
            require = drafts[draft["draft"]]["rules"][rule["rule"]]["value"]["require"]
            if rule["scope"] in ("frame", "message", "close"):
                counts[rule["scope"] == "frame" or require == "CodeAllowed"] += 2 * len(rule["vectors"])
    print(f"{counts[True]} cases; {counts[False]} of rules that nothing here shows")
    for short, draft in sorted(drafts.items(), key=place):
        for sender in (None, "Client", "Server"):
            first, last = 0, verdict(draft, 0, sender)
            for code in range(1, 5002):
                found = verdict(draft, code, sender)
                if code == 5001 or found != last:
                    print("codes", short, (sender or "any").lower(), f"{first}-{code - 1}", last)
                    first, last = code, found


main(*(json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:]))
