"""Runs Autobahn's fuzzing client against peers, and compares its verdicts with the kept reports of ours.

    compare.py HOME/autobahn WSDRAFT [NAME...]   `client-NAME` is a client, and `NAME+PART` compares another part

What each of the two says is kept: the page is written anew without another run.
"""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from peers import HERE, LONGEST, Server, filled, free_port, listens, run, run_client

INTRODUCTION = """The same peers under the Autobahn testsuite 25.10.1 (its fuzzing client for servers, its fuzzing server for clients),
compared case by case. Where several cases of ours cover one of Autobahn's, the one with the same input counts, or else
a conversation that is like it, or else the worst verdict. "The same" is strict for `OK`, strict or lenient for
`NON-STRICT`, wrong for `FAILED`, and not applicable for `UNIMPLEMENTED`. A case in which the peer's own frames break a
rule is wrong here, though ours counts that in the section `sends`. Autobahn judges no peer in 7.1.6, 7.13.1 and 7.13.2,
which it calls informational. Each kind of disagreement was looked into by hand: of the most frequent one in samples, and
otherwise on the wire or in the source of the peer."""
# What else there is to say of a peer.
REMARKS = {
    "client-websocket-client": "The library raises an error and leaves the closing to the application: the driver of this lab closes with 1000.",
}
# The parts that are compared: the title, what it is about, and the cases. The suite is too slow for all lengths of
# the last two; these are the shortest and the longest message of each kind, and each parameter of compression.
PARTS = {
    "": ("Sections 1 to 7 and 10", "All of their cases.", ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]),
    "limits": (
        "Section 9: limits and performance", "Some lengths of each kind of message; how fast a peer is counts for nothing.",
        [f"9.{kind}.{length}" for kind, lengths in
            [(1, "136"), (2, "136"), (3, "159"), (4, "159"), (5, "16"), (6, "16"), (7, "146"), (8, "146")] for length in lengths],
    ),
    "compression": (
        "Sections 12 and 13: compression", "Some lengths of each kind of data, and of all parameters that Autobahn negotiates.",
        [f"12.{data}.{length}" for data in range(1, 6) for length in (1, 4, 11)] + ["12.1.10", "12.1.18"]
        + [f"13.{parameters}.{length}" for parameters in range(1, 8) for length in (1, 4, 11)] + ["13.1.8", "13.3.8", "13.5.8"],
    ),
}
ORDER = ["strict", "stricter", "lenient", "wrong", "unknown"]
# What of ours says the same. A peer that Autobahn calls informational is not judged.
SAME = {"OK": {"strict"}, "NON-STRICT": {"strict", "lenient"}, "FAILED": {"wrong"}, "UNIMPLEMENTED": {"not-applicable"}}


def prefixed(kind, peer):
    return ("client-" if kind == "client" else "") + peer["name"]


def kept(kind, peer, part):
    """The name of what is kept of a peer in a part."""
    return prefixed(kind, peer) + (f"+{part}" if part else "")


def suite(home, mode, name, part, spec):
    """The command for a mode of the suite."""
    options = {"outdir": str(home / "reports" / name), "cases": PARTS[part][2], "exclude-cases": [], "exclude-agent-cases": {}}
    written = home / (name + ".json")
    written.write_text(json.dumps(options | spec))
    return [home / "env/bin/wstest", "-m", mode, "-s", written, "-u", "0"]


def suite_with_server(peer, part, home):
    """Runs the suite's client against a server."""
    server = Server(peer, home.parent)
    try:
        agents = [{"agent": peer["name"], "url": f"ws://127.0.0.1:{server.port}{peer.get('path', '/')}"}]
        command = suite(home, "fuzzingclient", kept("server", peer, part), part, {"options": {"failByDrop": False}, "servers": agents})
        subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST)
    finally:
        server.stop()


def suite_with_client(peer, part, home):
    """Runs a client against the suite's server."""
    name, port = kept("client", peer, part), free_port()
    command = suite(home, "fuzzingserver", name, part, {"url": f"ws://127.0.0.1:{port}"})
    with open(home / (name + ".log"), "w") as log:
        server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
        try:
            while not listens(port):
                if server.poll() is not None:
                    raise OSError("the suite does not start")
                time.sleep(0.1)
            driver = [*filled(peer["start"], home.parent, 0, ""), f"ws://127.0.0.1:{port}"]
            environment = os.environ | {"PEERS_HOME": str(home.parent)}
            subprocess.run(driver, check=True, stdout=log, stderr=log, timeout=LONGEST, env=environment)
        finally:
            server.kill()
            server.wait()


def played(kind, peer, part, home):
    """What Autobahn says of a peer: case to verdict."""
    index = home / "reports" / kept(kind, peer, part) / "index.json"
    if not index.exists():
        (suite_with_client if kind == "client" else suite_with_server)(peer, part, home)
    return json.loads(index.read_text())[peer["name"]]


def run_server(peer, wsdraft, home):
    """Tests a server in the newest draft."""
    server = Server(peer, home)
    try:
        return {"version": server.version, "runs": [run(peer, None, server.port, wsdraft)]}
    finally:
        server.stop()


def ours(kind, peer, part, home, wsdraft):
    """The version of a peer, and our cases for each number of Autobahn's."""
    path = home / "ours" / (kept(kind, peer, part) + ".json")
    if not path.exists():
        only = [word for pattern in PARTS[part][2] for word in ("--only", f"autobahn:{pattern}")] + ["--only", "sends/*"]
        test = run_client if kind == "client" else run_server
        result = test(peer | {"options": only}, wsdraft, home.parent)
        if "report" not in result["runs"][0]:
            raise SystemExit(f"{peer['name']}: {result}")
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(result))
    said = json.loads(path.read_text())
    covered, cases = {}, said["runs"][0]["report"]["cases"]
    faults = {case["rules"][0] for case in cases if case["section"] == "sends" and case["verdict"] == "wrong"}
    for case in cases:
        named = case["why"].partition(" What it sends breaks ")[2].rstrip(".").split(" and ")
        if case["section"] != "sends" and faults & set(named):
            case["verdict"] = "wrong"
        for number in case["autobahn"]:
            covered.setdefault(number, []).append(case)
    # The numbers that inputs of rules cover stand in the data, in one place.
    listed = HERE.parents[2] / "spec/scenarios/autobahn.ron"
    for number, rules in re.findall(r'"([0-9.*]+)": \[([^\]]*)\]', listed.read_text()):
        named = re.findall(r'"([^"]+)"', rules)
        breaking = [case for case in cases if case["id"].endswith("/breaks") and set(case["rules"]) & set(named)]
        covered.setdefault(number, []).extend(breaking)
    return said["version"], covered


# How Autobahn's descriptions name an input; ours end their ids with it.
INPUT = re.compile(r"Payload: 0x([0-9a-f]+)$|close code ([0-9]+)$|payload of length ([0-9]+)(?! \*)|payload size ([0-9]+)")
# A length that it writes as (64k) or (4M).
LENGTH = re.compile(r"\(([0-9]+)([kM])\)")

# Inputs that Autobahn describes in words.
NAMED = {"2.1": "empty", "2.2": "text", "2.3": "bytes", "2.4": "longest", "2.7": "empty", "2.8": "text"}


def described(kind, peer, part, home, verdict):
    """Autobahn's description of a case."""
    report = home / "reports" / kept(kind, peer, part) / verdict["reportfile"]
    return json.loads(report.with_suffix(".json").read_text())["description"]


def covering(covered, number, description):
    """The cases that name a number, or its section with an asterisk: the one with the same input, or scenarios, or inputs of rules."""
    found = list(covered.get(number, []))
    for pattern, cases in covered.items():
        if pattern.endswith("*") and number.startswith(pattern[:-1]):
            found += cases
    found = [case for case in found if not case["id"].endswith("/keeps")]
    in_digits = INPUT.search(description)
    inputs = in_digits.groups() if in_digits else (NAMED.get(number),)
    if length := LENGTH.search(description):
        inputs = (length[1] + {"k": "-kib", "M": "-mib"}[length[2]],)
    exact = [case for case in found if case["id"].split("/")[-1] in inputs]
    scenarios = [case for case in found if not case["id"].endswith("/breaks")]
    return exact or scenarios or found


def worst(cases):
    known = [case["verdict"] for case in cases if case["verdict"] in ORDER]
    return max(known, key=ORDER.index, default="not-applicable" if cases else None)


# Why the two differ: what Autobahn says of a case and of its closing, what ours says, and the numbers and our reason as patterns.
CLASSES = [
    ("OK OK", "lenient", ".* (ends|resets) the connection", "Autobahn is content if the peer ends the connection. Ours asks for the close frame, too, which an endpoint SHOULD send (RFC 6455 §7.1.7), and calls its lack lenient. Both are right; ours looks closer."),
    ("OK WRONG CODE", "lenient", ".* closes with", "The peer fails the connection, with a close frame of another code than §7.4.1 gives to the fault; the right one is a SHOULD (RFC 6455 §7.1.7). Autobahn says so only in its second verdict, on the closing (`WRONG CODE`); ours has one verdict. Both see the same."),
    ("OK (OK|FAILED BY CLIENT)", "lenient", ".* closes without", "Autobahn is content with a close frame without a code here. Ours names the code that an endpoint SHOULD send (RFC 6455 §7.1.7), and calls its lack lenient. Both are right; ours looks closer."),
    ("OK .*", "lenient", ".* An answer typically", "Autobahn is content with any close frame, or says only in its second verdict that the closing is not clean. Ours expects the code that was sent, \"typically\" the answer (RFC 6455 §5.5.1), and calls its lack lenient. Both are right; ours looks closer."),
    ("OK .*", "wrong", "7.3.6 .* What it sends breaks control-frame-length.", "The peer takes a close frame with 126 bytes and sends it back, though a control frame has at most 125 (RFC 6455 §5.5: MUST). Autobahn does not look at the answer. Ours does, and is right with wrong."),
    ("FAILED .*", "lenient", "7.9.[0-9] .* closes with", "Autobahn demands 1002, or no code, in the answer to a code that is not allowed. RFC 6455 §7.4 says which codes an endpoint does not send, but not with which one a receiver answers; it \"typically\" sends the same code back (§5.5.1). Ours is right with lenient."),
    ("FAILED .*", "lenient", "7.(3.2|3.6|5.1) .* closes with", "The peer answers this close frame with another code than Autobahn demands; the right code is a SHOULD (RFC 6455 §7.1.7). Ours is right with lenient."),
    ("OK UNCLEAN", "wrong", "7.3.[45] .* What it sends breaks close-code-allowed", "The peer puts the reason in the place of the code, which makes it a code that no endpoint may send (RFC 6455 §7.4). Autobahn says only in its second verdict that the closing is not clean. Ours is right with wrong."),
    ("FAILED .*", "stricter", "9[.].* closes with (1008|1009)", "The peer has a limit, on the length of a message or on its frames, and says so in its close frame. Autobahn demands the echo. An endpoint may limit what it takes (RFC 6455 §10.4), so that ours is right with stricter."),
    ("OK OK", "lenient", "13[.].* answers the offer with .* What it sends breaks answer-owed", "The answer of the peer lacks the parameter with which a server accepts a limit for its window (RFC 7692 §7.1.2.1). Autobahn does not look at that: it can read whatever comes. No text says that a client must refuse such an answer, so that ours is right with lenient."),
    ("FAILED FAILED", "stricter", "13[.].* refuses a valid request with 400", "The peer supports no limit for its window, and refuses the request in place of the offer alone. Autobahn demands a connection. A server may refuse a request for reasons of its own, so that ours is right with stricter."),
    ("FAILED .*", "lenient", "2.5 .* goes on", "The peer answers a ping of 126 bytes. The text bounds the payload, but does not say that a receiver must refuse a longer one (RFC 6455 §5.5), so that ours is right with lenient. The pong of the peer is too long, too: `sends/control-frame-length` judges that."),
    ("FAILED .*", "strict", "7.1.5 ", "The peer answers a close frame between two fragments with 1002, and Autobahn demands 1000. An endpoint MUST answer, but sends the same code only \"typically\" (RFC 6455 §5.5.1). Ours is right with strict."),
]


def explained(number, verdict, of_ours, why):
    says = f"{verdict['behavior']} {verdict['behaviorClose']}"
    for autobahns, of_ours_too, pattern, because in CLASSES:
        if re.fullmatch(autobahns, says) and of_ours == of_ours_too and re.match(pattern, f"{number} {why}"):
            return because
    return f"not explained: Autobahn says {says}, ours {of_ours}: {why}"


def ranges(numbers, every):
    """Names numbers, three or more in a row of the suite by the first and the last."""
    rows = []
    for number in numbers:
        if rows and every.index(number) == every.index(rows[-1][-1]) + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    return ", ".join(f"{row[0]} to {row[-1]}" if len(row) > 2 else ", ".join(row) for row in rows)


def in_order(says):
    return sorted(says, key=lambda number: [int(part) for part in number.split(".")])


def compare(kind, peer, part, home, says, covered):
    """Counts and classes of a peer's differences."""
    counts, classes, without = {"same": 0, "informational": 0, "code": 0}, {}, []
    for number in in_order(says):
        verdict = says[number]
        cases = covering(covered, number, described(kind, peer, part, home, verdict))
        of_ours = worst(cases)
        if of_ours is None:
            without.append(number)
        elif verdict["behavior"] not in SAME:
            counts["informational"] += 1
        elif of_ours in SAME[verdict["behavior"]]:
            counts["same"] += 1
        else:
            judged = next(case for case in cases if case["verdict"] == of_ours)
            counts["code"] += verdict["remoteCloseCode"] == judged["close_code"]
            classes.setdefault(explained(number, verdict, of_ours, judged["why"]), []).append(number)
    return counts, classes, without


class Page:
    """What is written, and the counts for its introduction."""

    def __init__(self, home, wsdraft):
        self.home, self.wsdraft, self.lines, self.differ, self.same_code = home, wsdraft, [], 0, 0

    def table(self, kind, peers, part):
        """A row for each peer, and then why the two differ about it."""
        self.lines += ["", f"| {kind} | version | cases | the same | informational | another | without a case of ours |", "|---|---|" + "---:|" * 5]
        parts = []
        for peer in peers:
            name = peer["name"]
            version, covered = ours(kind, peer, part, self.home, self.wsdraft)
            says = played(kind, peer, part, self.home)
            counts, classes, without = compare(kind, peer, part, self.home, says, covered)
            another = sum(len(numbers) for numbers in classes.values())
            self.differ, self.same_code = self.differ + another, self.same_code + counts["code"]
            print(part, kind, name, version, counts, another, file=sys.stderr)
            self.lines.append(f"| {name} | {version} | {len(says)} | {counts['same']} | {counts['informational']} | {another} | {len(without)} |")
            remark = REMARKS.get(prefixed(kind, peer))
            parts += ["", f"{kind.capitalize()} {name}:", ""] if classes or without else []
            parts += [remark, ""] if remark and classes else []
            parts += [f"- {ranges(numbers, in_order(says))}: {why}" for why, numbers in classes.items()]
            parts += [f"- Without a case of ours: {', '.join(without)}."] if without else []
        self.lines += parts


def main(home, wsdraft, names):
    all_peers = tomllib.loads((HERE / "peers.toml").read_text())
    known = {kept(kind, peer, part) for kind, peers in all_peers.items() for peer in peers for part in PARTS}
    if unknown := set(names) - known:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    page = Page(home, wsdraft)
    for part, (title, about, _) in PARTS.items():
        page.lines += ["", f"### {title}", "", about]
        for kind, peers in all_peers.items():
            page.table(kind, [peer for peer in peers if kept(kind, peer, part) in names], part)
    if unexplained := [line for line in page.lines if "not explained" in line]:
        raise SystemExit("\n".join(unexplained))
    same = f"In {page.same_code} of the {page.differ} disagreements both got the same close code, or none, and judge it differently."
    (HERE / "autobahn.md").write_text("\n".join(["## Beside Autobahn", "", INTRODUCTION, same, *page.lines]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
