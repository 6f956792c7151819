"""Writes the page on the peers from the reports that are kept.

No verdict against a peer is published that nobody has looked into: explained.toml has the reason for each, and those
without one are told on the standard error, and left out.
"""

import json
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERDICTS = ["strict", "stricter", "lenient", "wrong", "unknown", "not-applicable"]
AGAINST = ["wrong", "unknown"]

INTRODUCTION = """# Conformance of peers

What `wsdraft test` says of WebSocket servers and clients that others wrote: echo programs at default settings (a limit
is raised only where 1 MiB would not fit). Written by `tests/labs/conformance/run`. The time of a run depends on the
machine and on what else it did; it is no measure of a peer.

- **strict**: it does what the specification says.
- **stricter**: it refuses what the specification allows, for reasons of its own, such as a limit. This is no fault.
- **lenient**: it tolerates what it may tolerate, or refuses it in another way than the specification says.
- **wrong**: it does what the specification forbids.
- **unknown**: nothing shows what it does. **n/a**: the case does not apply to it.

Each verdict "wrong" and "unknown" below was looked into by hand: what was sent and what came, the text of the
specification, and where it was in doubt the source of the peer. Verdicts are about a version and about the small
echo program in `tests/labs/conformance`; an application may do better, for instance by checking a request
before it hands it to the library. Many peers leave HTTP to another library or to the application: what is said of
opening requests then is about both together. Verdicts where the tester itself is in doubt are left out, of the counts
too.
"""


class Notes:
    """The reasons for verdicts."""

    def __init__(self):
        notes = tomllib.loads((HERE / "explained.toml").read_text())
        self.reasons, self.unfair, self.remarks = notes["reason"], notes.get("unfair", []), notes.get("remark", {})

    def of(self, notes, name, draft, case):
        for note in notes:
            fits = any(fnmatchcase(name, peer) for peer in note.get("peers", ["*"]))
            drafts = note.get("drafts", ["*"])
            fits = fits and note.get("verdict", case["verdict"]) == case["verdict"]
            if fits and fnmatchcase(case["id"], note["case"]) and any(fnmatchcase(draft, one) for one in drafts):
                return note["why"]
        return None


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def counts(name, version, draft, cases, took):
    each = [sum(case["verdict"] == verdict for case in cases) for verdict in VERDICTS]
    return row([name, version, draft, *(count or "·" for count in each), f"{took:.0f} s"])


def judged(notes, name, run, left):
    """The cases of a run that may be published, and what is wrong in them: reason to cases."""
    report, published, wrong = run["report"], [], {}
    for case in report["cases"]:
        if case["verdict"] in AGAINST:
            if notes.of(notes.unfair, name, report["draft"], case):
                left["unfair"] += 1
                continue
            why = notes.of(notes.reasons, name, report["draft"], case)
            if not why:
                left["unexplained"].append((name, report["draft"], case["id"], case["verdict"], case["why"]))
                continue
            wrong.setdefault((case["verdict"], why), []).append(case)
        published.append(case)
    return published, wrong


def stricter(run):
    found = [case for case in run["report"]["cases"] if case["verdict"] == "stricter"]
    sections = {}
    for case in found:
        sections.setdefault(case["id"].split("/")[0], []).append(case["id"].split("/", 1)[1])
    return sections


def listed(ids, most=6):
    shown = ", ".join(f"`{one}`" for one in ids[:most])
    return shown + (f" and {len(ids) - most} more" if len(ids) > most else "")


def section(name, runs, notes):
    lines = [f"### {name}", ""]
    if name in notes.remarks:
        lines += [notes.remarks[name], ""]
    for draft, wrong, more in runs:
        if len(runs) > 1:
            lines += [f"In {draft}:", ""]
        for (verdict, why), cases in wrong.items():
            cited = sorted({case["citation"] for case in cases if case["citation"]})
            lines.append(f"- {verdict}, {'; '.join(cited)}: {why} ({listed([case['id'] for case in cases])})")
        if not wrong:
            lines.append("- Nothing is wrong.")
        for part, ids in more.items():
            lines.append(f"- stricter, in `{part}`: {listed(ids)}")
        lines.append("")
    return lines


def tested(kind, peers, home, notes, left, missing):
    """The table and the sections for servers or clients."""
    table, parts = [], []
    for peer in peers:
        kept = home / "reports" / (("client-" if kind == "client" else "") + peer["name"] + ".json")
        result = json.loads(kept.read_text()) if kept.exists() else {"missing": "not run", "runs": []}
        if "missing" in result:
            missing.append(f"- {kind} {peer['name']} ({peer['from']}): {result['missing']}")
        runs = []
        for run in result["runs"]:
            if "failed" in run:
                missing.append(f"- {peer['name']} in {run['draft']}: {run['failed'].split(': ', 2)[-1]}")
                continue
            published, wrong = judged(notes, peer["name"], run, left)
            draft = run["report"]["draft"]
            table.append(counts(peer["name"], result["version"], draft, published, run["took"]))
            runs.append((draft, wrong, stricter(run)))
        if runs:
            parts += section(f"{peer['name']} {result['version']}".strip(), runs, notes)
    heads = [kind, "version", "draft", *("n/a" if one == "not-applicable" else one for one in VERDICTS), "time"]
    return [row(heads), "|---|---|---|" + "---:|" * 7, *table, "", *parts]


def write(all_peers, home, path):
    notes, left, missing = Notes(), {"unfair": 0, "unexplained": []}, []
    page = [INTRODUCTION]
    for kind, title in (("server", "## Servers"), ("client", "## Clients")):
        page += [title, "", *tested(kind, all_peers[kind], home, notes, left, missing)]
    if missing:
        page += ["## Not tested", "", *missing, ""]
    compared = HERE / "autobahn.md"
    if compared.exists():
        page.append(compared.read_text())
    Path(path).write_text("\n".join(page).rstrip() + "\n")
    for name, draft, case, verdict, why in left["unexplained"]:
        print(f"not looked into, so left out: {name} {draft} {case} {verdict}: {why}", file=sys.stderr)
    print(f"left out: {left['unfair']} where the tester is at fault, {len(left['unexplained'])} not looked into", file=sys.stderr)
    return 1 if left["unexplained"] else 0
