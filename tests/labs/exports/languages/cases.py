"""Writes the vectors of frames, messages and close frames as lines that a program in any language can read.

    python cases.py vectors.json > cases

A line has, between tabs: a name, the draft, who sends, the rule, the session's key in hex or `-`, the claimed bits as
a number, `broken` or `kept`, and the bytes in hex.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from notation import decoded


def main(document):
    for draft in document["drafts"]:
        names = draft["reserved_bits"]
        for rule in draft["rules"]:
            if rule["scope"] not in ("frame", "message", "close"):
                continue
            for vector in rule["vectors"]:
                for what in ("broken", "kept"):
                    sent = vector[what]
                    claimed = sum(1 << names.index(name) for name in sent["claimed"])
                    key = draft["masking_key"] or "-"
                    fields = (vector["id"], draft["draft"], vector["by"], rule["rule"], key, claimed, what)
                    print(*fields, decoded(sent["bytes"]).hex(), sep="\t")


main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
