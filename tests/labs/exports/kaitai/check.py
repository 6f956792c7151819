"""Every frame of the vectors, as the exported Kaitai Struct files decode it in Python and in JavaScript, is what
`wsdraft inspect` says and what the vectors say.

    python check.py wsdraft FOLDER vectors.json core.json COMPILED
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from notation import decoded
from schema import fail, read

# Beside the vectors: lengths in each form with the highest bit set, frames with nothing in them, cut frames.
EXTRA = ("", "00", "80", "8100", "817e0001aa", "817f0000000000000001aa", "817fffffffffffffffffaa", "00ff", "8000", "8080808001aa", "ff00", "8203aabb")


def files(folder):
    """The file for each draft and end."""
    found = {}
    for one in read(f"{folder}/formats.json")["formats"]:
        for sender in one["senders"]:
            for by in sender["by"]:
                if (sender["draft"], by) in found:
                    fail(sender, "has two files")
                found[sender["draft"], by] = one["file"].removesuffix(".ksy")
    return found


def of_draft(draft):
    """What is common to the streams of a draft."""
    return {"draft": draft["draft"], "key": draft["masking_key"], "bits": draft["reserved_bits"]}


def cases(vectors, core, files):
    """Streams, each once for a file: what is in it, and what the vectors say of its frames."""
    for draft in vectors["drafts"]:
        common = of_draft(draft)
        for by in ("client", "server"):
            for extra in EXTRA:
                yield {**common, "by": by, "bytes": extra, "expect": None}
        for rule in draft["rules"]:
            if rule["scope"] in ("frame", "message", "close"):
                for vector in rule["vectors"]:
                    for sent in (vector["broken"], vector["kept"]):
                        yield {**common, "by": vector["by"], "bytes": sent["bytes"], "expect": None}
    known = {draft["draft"]: draft for draft in vectors["drafts"]}
    for vector in core["vectors"]:
        if vector["kind"] not in ("frames", "invalid"):
            continue
        segments = vector.get("bytes_segments") or [{"hex": vector["bytes_hex"], "repeat": 1}]
        data = " ".join(f"{one['hex']}*{one.get('times', 1)}" for one in segments)
        ends = {"c2s": ["client"], "s2c": ["server"], "any": ["client", "server"]}[vector["direction"]]
        for draft in vector["drafts"]:
            if (draft, "client") not in files:
                fail("no file for", draft)
            for by in ends:
                yield {
                    **of_draft(known[draft]),
                    "key": vector.get("connection_masking_key_hex"),
                    "by": by,
                    "bytes": data,
                    "expect": vector["expect"].get("frames"),
                }


def inspected(wsdraft, case):
    """What `wsdraft inspect` says: frames, where a frame begins that is cut, and close codes."""
    arguments = [wsdraft, "inspect", "--json", "--draft", case["draft"], "--from", case["by"], "-"]
    if case["key"]:
        arguments += ["--masking-key", case["key"]]
    ran = subprocess.run(arguments, input=decoded(case["bytes"]), capture_output=True, check=False)
    if ran.returncode > 1:
        fail(case, ran.stderr.decode())
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    frames = [event for event in events if event["event"] == "frame"]
    # At the end of the bytes, a message is cut and no frame.
    cut = (event["offset"] for event in events if event["event"] == "incomplete")
    codes = [event["code"] for event in events if event["event"] == "close" and event.get("code")]
    return frames, next((offset for offset in cut if offset < len(decoded(case["bytes"]))), None), codes


def closes(case, frames, codes):
    """Close frames hold the codes that `wsdraft inspect` reports."""
    bodies = [frame["close"] for frame in frames if frame["close"]]
    held = [body.get("code") for body in bodies]
    if not set(codes) <= set(held):
        fail(case, "has the close codes", codes, "and not", bodies)


def agrees(frame, said):
    same = ("fin", "rsv", "masked", "length", "payload")
    return (
        said["opcode"] == (frame["name"] or "reserved").lower()
        and frame["opcode"] == said["opcode_value"]
        and all(frame[key] == said[key] for key in same)
    )


def main(wsdraft, folder, vectors, core, compiled):
    vectors, core, by_end = read(vectors), read(core), files(folder)
    streams = {}
    for case in cases(vectors, core, by_end):
        file = by_end[case["draft"], case["by"]]
        key = case["key"] if (Path(folder) / f"{file}_mask.py").exists() else None
        at = (file, decoded(case["bytes"]), key)
        if at not in streams or case["expect"]:
            streams[at] = {**case, "file": file, "key": key, "session": case["key"]}
    streams = list(streams.values())
    with ThreadPoolExecutor(4) as pool:
        expected = list(pool.map(lambda case: inspected(wsdraft, {**case, "key": case["session"]}), streams))
    # A stream with a cut frame is parsed whole, which has to fail, and without that frame.
    asked, wanted = [], []
    for case, (frames, cut, codes) in zip(streams, expected):
        asked.append(case)
        wanted.append((frames, cut is not None, codes))
        if cut is not None:
            whole = decoded(case["bytes"])[:cut].hex()
            asked.append({**case, "bytes": whole})
            wanted.append((frames, False, codes))
    (Path(compiled) / "cases.json").write_text(json.dumps(asked))
    results = []
    for language, command in (("python", [sys.executable, HERE / "parse.py"]), ("javascript", ["node", HERE / "parse.cjs"])):
        out = Path(compiled) / f"{language}.json"
        subprocess.run([*command, f"{compiled}/{language}", Path(compiled) / "cases.json", out], check=True)
        results.append(read(str(out)))
    count = 0
    for case, (frames, cut, codes), python, javascript in zip(asked, wanted, *results, strict=True):
        if python != javascript:
            fail(case, "is", python, "in Python and", javascript, "in JavaScript")
        if cut != ("cut" in python):
            fail(case, "is cut:", cut, python)
        if cut:
            continue
        if len(frames) != len(python["frames"]) or not all(map(agrees, python["frames"], frames)):
            fail(case, "is", frames, "and not", python)
        closes(case, python["frames"], codes)
        for frame, said in zip(python["frames"], case["expect"] or []):
            if (frame["fin"], frame["opcode"], frame["masked"]) != (said["fin"], said["opcode"], said["masked"]):
                fail(case, "is", said, "and not", frame)
        count += len(frames)
    formats, drafts = len(set(by_end.values())), len({draft for draft, _ in by_end})
    alike = "alike in Python, in JavaScript and in `wsdraft inspect`"
    print(f"kaitai: {formats} formats of {drafts} drafts; {count} frames in {len(asked)} streams, {alike}")


main(*sys.argv[1:])
