"""Compares traced heads with what `wsdraft inspect` says of the same bytes.

    python inspected.py wsdraft cases trace

For each draft and end: the first and the last stream of a rule that breaks nothing.
"""

import json
import subprocess
import sys


def hash_of(data):
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"


def streams(cases):
    """A few streams of each draft and end, by the line that starts their trace."""
    found = {}
    for line in cases:
        name, draft, by, _, key, claimed, what, data = line.rstrip("\n").split("\t")
        if what == "kept" and claimed == "0":
            found.setdefault((draft, by), []).append((f"{name} {what}", key, data))
    return {(name, *end): (key, data) for end, all in found.items() for name, key, data in (all[0], all[-1])}


def inspected(program, draft, by, key, data):
    options = [] if key == "-" else ["--masking-key", key]
    command = [program, "inspect", "--json", "--draft", draft, "--from", by, "-"]
    done = subprocess.run([*command, *options], input=bytes.fromhex(data), capture_output=True, check=True)
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    frames = [event for event in events if event["event"] == "frame"]
    offsets = [frame["offset"] for frame in frames[1:]] + [len(data) // 2]
    for frame, end in zip(frames, offsets):
        payload = bytes.fromhex(frame["payload"])
        fields = (frame["opcode"], frame["opcode_value"], int(frame["fin"]), int(frame["masked"]), len(frame["rsv"]))
        yield *map(str, fields), str(end - frame["offset"]), hash_of(payload)


def traced(line, payload_of):
    kind, opcode, fin, rsv, masked, _, length, until, size, payload = line.split(" ")
    whole = int(size) + (payload_of if length == "-" else int(length)) + (until != "-")
    return kind, opcode, fin, masked, str(int(rsv).bit_count()), str(whole), payload


def main(program, cases, trace):
    with open(cases, encoding="ascii") as lines:
        wanted = streams(lines)
    heads, name = {}, None
    with open(trace, encoding="ascii") as lines:
        for line in lines:
            fields = line.rstrip("\n").split(" ")
            if len(fields) == 2:
                name = " ".join(fields)
            elif len(fields) == 10:
                heads.setdefault(name, []).append(line.rstrip("\n"))
    for (name, draft, by), (key, data) in wanted.items():
        seen = list(inspected(program, draft, by, key, data))
        told = heads.get(name, [])
        # The trace has no length where a delimiter ends the payload.
        sizes = [int(frame[5]) - int(line.split(" ")[8]) - 1 for frame, line in zip(seen, told)]
        if seen != [traced(line, size) for line, size in zip(told, sizes)] or len(seen) != len(told):
            sys.exit(f"{name}: inspect says {seen}, the module {told}")
    print(f"languages: {len(wanted)} streams as `wsdraft inspect` reads them")


main(*sys.argv[1:])
