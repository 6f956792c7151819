"""Parses streams with compiled Kaitai Struct files in Python.

python parse.py COMPILED CASES OUT
"""

import importlib
import json
import sys
from pathlib import Path

from kaitaistruct import KaitaiStream, BytesIO

sys.path.insert(0, str(Path(__file__).parent.parent))

from notation import decoded


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def named(value, frame=None):
    """The name of an opcode, in capitals as JavaScript has it; none if the frame is not what it is the name of."""
    name = getattr(value, "name", None)
    return name.upper() if name and getattr(frame, f"is_{name}", True) else None


def body(payload):
    close = getattr(payload, "close_body", None)
    if close is None:
        return None
    if hasattr(close, "code"):
        return {"code": int(close.code), "reason": close.reason_bytes.hex()}
    return {"sender": int(close.sender)} if hasattr(close, "sender") else {}


def prefixed(outer, bits):
    frame = outer.frame if hasattr(outer, "masking_key") else outer
    header, payload = frame.header, frame.payload
    return {
        "fin": header.fin,
        "rsv": [bit for bit in bits if getattr(header, bit.lower())],
        "opcode": int(header.opcode),
        "name": named(header.opcode),
        "masked": getattr(header, "masked", frame is not outer),
        "length": header.len_payload,
        "payload": payload.data.hex(),
        "close": body(payload),
    }


def delimited(frame):
    return {
        "fin": True,
        "rsv": [],
        "opcode": int(frame.opcode),
        "name": named(frame.opcode, frame),
        "masked": False,
        "length": len(frame.payload),
        "payload": frame.payload.hex(),
        "close": None,
    }


def parse(case):
    kind = getattr(importlib.import_module(case["file"]), camel(case["file"]))
    stream = KaitaiStream(BytesIO(decoded(case["bytes"])))
    keys = [] if case["key"] is None else [bytes.fromhex(case["key"])]
    try:
        parsed = kind(*keys, stream)
    except EOFError:
        return {"cut": True}
    except Exception as error:
        # The runtime has no type of its own for a terminator that is missing.
        if "end of stream reached" in str(error):
            return {"cut": True}
        raise
    show = (lambda frame: prefixed(frame, case["bits"])) if hasattr(kind, "Header") else delimited
    return {"frames": [show(frame) for frame in parsed.frames]}


def refuses(cases):
    """A count of any length is not read to its end."""
    for file in {case["file"] for case in cases}:
        kind = getattr(importlib.import_module(file), camel(file))
        if hasattr(kind, "Header"):
            continue
        for length in (8, 200_000):
            try:
                kind(KaitaiStream(BytesIO(b"\x80" + b"\xff" * length + b"\x00")))
            except Exception as error:
                if isinstance(error, EOFError) != (length == 8):
                    raise SystemExit(f"{file}: {length} bytes of a count: {error}") from error
            else:
                raise SystemExit(f"{file}: {length} bytes of a count are read")


def main(compiled, cases, out):
    sys.path.insert(0, compiled)
    cases = json.loads(Path(cases).read_text())
    results = [parse(case) for case in cases]
    refuses(cases)
    Path(out).write_text(json.dumps(results))


main(*sys.argv[1:])
