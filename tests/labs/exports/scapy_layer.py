"""The module that `wsdraft export scapy` writes, in Scapy: it dissects the streams that were decoded with Kaitai Struct to
the same frames, and builds the same bytes from them.

    python scapy_layer.py FOLDER COMPILED
"""

import sys

from notation import decoded
from schema import fail, read


def shown(frame, bits):
    """A frame as the parsers of Kaitai Struct's classes show it."""
    prefixed = hasattr(frame, "LENGTH")
    fin = frame.fin if "fin" in frame.fields else not frame.more if prefixed else True
    close = None
    if prefixed and frame.close_code is not None:
        close = {"code": frame.close_code, "reason": frame.close_reason.hex()}
    return {
        "fin": bool(fin),
        "rsv": [bit for bit in bits if getattr(frame, bit.lower())],
        "opcode": frame.opcode,
        "name": frame.kind and frame.kind.upper(),
        "masked": frame.is_masked,
        "length": len(frame.data),
        "payload": frame.data.hex(),
        "close": close,
    }


def rebuilt(frame):
    """The bytes that Scapy builds from the fields."""
    copy = frame.copy()
    copy.raw_packet_cache = None
    return copy.do_build()


def builds(module):
    """What is built from few fields has the shortest length, and is dissected to the same."""
    hello = module.WebSocketRfc6455(opcode="text", masked=1, masking_key=bytes.fromhex("37fa213d"), data=b"Hello")
    if bytes(hello).hex() != "818537fa213d7f9f4d5158":
        fail("scapy builds", bytes(hello).hex())
    count = 0
    for draft, by in module.DRAFTS:
        key = b"\x07" * 20
        kind = module.frames_of(draft, by, key)
        for length in (0, 125, 126, 65535, 65536):
            built = bytes(kind(opcode=0, data=b"a" * length)) * 2
            frames, rest = module.dissect(built, draft, by, key)
            if rest or [frame.data for frame in frames] != [b"a" * length] * 2:
                fail("scapy builds a frame of", draft, by, length, "that it does not dissect:", built[:20].hex())
            count += 1
    return count


def refuses(module):
    """What is not there is an error that says so, and no wrong frames."""
    keyed = [ends for ends, kind in module.DRAFTS.items() if "frame_key" in vars(kind)]
    if not keyed:
        fail("no draft needs a key")
    for draft, by in [("no-such-draft", "client"), (module.NEWEST, "nobody"), *keyed]:
        try:
            found = module.dissect(bytes(8), draft, by)
        except ValueError:
            continue
        fail("scapy dissects", draft, by, found)
    # A count of any length is not read to its end.
    for count in (b"\xff", b"\x80"):
        if module.dissect(b"\x80" + count * 200_000, "hixie-75")[0]:
            fail("scapy reads a count that is too long")


def main(folder, compiled):
    sys.path.insert(0, folder)
    import wsdraft_websocket as module

    count, streams = 0, list(zip(read(f"{compiled}/cases.json"), read(f"{compiled}/python.json"), strict=True))
    for case, parsed in streams:
        data = decoded(case["bytes"])
        key = bytes.fromhex(case["key"] or "")
        frames, rest = module.dissect(data, case["draft"], case["by"], key)
        if bool(rest) != ("cut" in parsed):
            fail(case, "is cut:", parsed, "and scapy leaves", rest)
        wanted = parsed.get("frames", [shown(frame, case["bits"]) for frame in frames])
        for frame in wanted:
            # A letter, and a body without one, are in the payload.
            frame["close"] = frame["close"] if frame["close"] and "code" in frame["close"] else None
        if [shown(frame, case["bits"]) for frame in frames] != wanted:
            fail(case, "is", wanted, "and in scapy", frames)
        whole = data[: len(data) - len(rest)]
        if b"".join(map(bytes, frames)) != whole:
            fail(case, "is not what scapy sends again")
        # Counts may have zeros before them, which nothing keeps.
        if hasattr(module.DRAFTS[case["draft"], case["by"]], "LENGTH") and b"".join(map(rebuilt, frames)) != whole:
            fail(case, "is not what scapy builds")
        count += len(frames)
    refuses(module)
    built = builds(module)
    print(f"scapy: {count} frames in {len(streams)} streams as in Kaitai Struct, and built again; {built} built anew")


main(*sys.argv[1:])
