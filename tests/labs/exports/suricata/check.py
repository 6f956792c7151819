"""Suricata's alerts for the captures are what `wsdraft lint` finds, and those for the vectors are what the vectors say.

    python check.py wsdraft suricata RULES vectors.json LOG captures…
"""

import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pcap import Capture

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from notation import decoded
from schema import fail, read

# A payload from here on is not held whole, and all that follows it is passed over.
LIMIT = 65535
# Suricata takes no connection for WebSocket whose first frame looks strange.
FIRST = {"client": bytes.fromhex("818111223344") + b"p", "server": bytes.fromhex("810161")}
BIG = b"\x82\xff" + (70000).to_bytes(8, "big") + bytes(4) + b"\x83\x00" * 35000

# What the rules pass over: flows of other versions, and reserved bits where an extension is agreed on.
UNSEEN = {
    "ruby-3-rsv": {("reserved-bits-clear", "client")},
    "ruby-3-split-ping": {("control-frame-final", "client")},
    "ws-deflate-continuation": {("reserved-bits-clear", "client")},
    "ws-deflate-ping": {("reserved-bits-clear", "client")},
}


def alerts(suricata, rules, capture, log):
    """The rules that alert, by the client's port: pairs of the rule and of who breaks it."""
    log = Path(log) / capture.stem
    log.mkdir(parents=True, exist_ok=True)
    (log / "eve.json").unlink(missing_ok=True)
    subprocess.run([suricata, "-S", rules, "-r", str(capture), "-l", str(log)], check=True, capture_output=True)
    found = {}
    for line in (log / "eve.json").read_text().splitlines():
        event = json.loads(line)
        if event["event_type"] == "alert":
            by = {"to_server": "client", "to_client": "server"}[event["direction"]]
            port = event["src_port"] if by == "client" else event["dest_port"]
            found.setdefault(port, set()).add((event["alert"]["metadata"]["rule"][0], by))
    return found


def linted(wsdraft, capture, expressed):
    ran = subprocess.run([wsdraft, "lint", "--json", str(capture)], capture_output=True, check=False)
    if ran.returncode > 1 and b"TLS" not in ran.stderr:
        fail(capture, ran.stderr.decode())
    events = map(json.loads, ran.stdout.splitlines())
    return {(event["rule"], event["by"]) for event in events if event.get("rule") in expressed}


def main(wsdraft, suricata, rules, vectors, log, *captures):
    lines = re.findall(r"(.*)metadata:rule ([a-z0-9-]+), level \w+, draft ([a-z0-9-]+)", Path(rules).read_text())
    expressed = {rule: draft for _, rule, draft in lines}
    # An extension could allow what breaks them.
    extensible = {rule for options, rule, _ in lines if "isnotset,wsdraft.extended" in options}
    captures = [Path(capture) for capture in captures]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda capture: alerts(suricata, rules, capture, log), captures))
    agreed = Counter()
    for capture, seen in zip(captures, found):
        seen = set().union(*seen.values())
        said = linted(wsdraft, capture, expressed)
        if seen != said - UNSEEN.get(capture.stem, set()):
            fail(capture, "alerts", seen, "and lint finds", said)
        agreed.update(rule for rule, _ in seen)

    drafts = {draft["draft"]: draft for draft in read(vectors)["drafts"]}
    [draft] = {drafts[short]["draft"] for short in expressed.values()}
    capture, wanted = Capture(Path(log) / "vectors.pcap"), {}
    for rule in drafts[draft]["rules"]:
        if rule["scope"] not in ("frame", "message", "close"):
            continue
        for vector in rule["vectors"]:
            for kind, breaks in (("broken", rule["rule"] in expressed), ("kept", False)):
                sent = vector[kind]
                seen = breaks and not (sent["claimed"] and rule["rule"] in extensible)
                port = 10000 + len(wanted)
                wanted[port] = ({(rule["rule"], vector["by"])} if seen else set(), vector["id"], kind)
                capture.connection(port, vector["by"], FIRST[vector["by"]] + decoded(sent["bytes"]), bool(sent["claimed"]))
    # What looks like frames after a payload that is not held whole is none.
    wanted[9999] = (set(), "a long payload", "kept")
    capture.connection(9999, "client", BIG, False)
    capture.close()
    seen = alerts(suricata, rules, Path(log) / "vectors.pcap", log)
    for port, (expected, name, kind) in wanted.items():
        if seen.get(port, set()) != expected:
            fail(name, kind, "alerts", seen.get(port, set()), "and not", expected)
    broken = sum(bool(expected) for expected, _, _ in wanted.values())
    print(
        f"suricata: {len(expressed)} rules; {sum(agreed.values())} alerts in {len(captures)} captures, as lint finds them; "
        f"{len(wanted)} streams of vectors, of which {broken} alert"
    )


main(*sys.argv[1:])
