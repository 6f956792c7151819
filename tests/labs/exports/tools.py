"""Finds the wrong entries in the tables of real tools by replaying the vectors against them.

The tables are typed anew from the released packages; only the facts are taken, no code:

- npm `websocket` 1.0.35, `lib/WebSocketConnection.js`, `validateCloseReason`: the close codes that it takes.
- npm `faye-websocket` 0.1.2, `lib/faye/websocket/protocol8_parser.js`, `ERROR_CODES`: the close codes that it takes.
- Wireshark, `epan/dissectors/packet-websocket.c` at commit 029dce389bbc, `ws_close_status_code_vals`: the codes that it
  names.
- PyPI `websocket-client` 0.12.0, `websocket.py`, `LENGTH_7` and `LENGTH_16`: up to which length it writes which form.
- Debian `ruby-websocket` 1.2.9-3, `lib/websocket/frame/base.rb` and `frame/handler/handler{75,03,07}.rb`: which opcodes
  it has in which version.

    python tools.py vectors.json
"""

import sys

from notation import decoded
from schema import fail, read


def websocket_takes(code):
    return code in (1000, 1001, 1002, 1003, *range(1007, 1016)) or 3000 <= code <= 4999


def faye_takes(code):
    return code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010)


WIRESHARK_NAMES = (*range(1000, 1012), 1015)


def websocket_client_form(length):
    """Bits of the form in which a length is written: `LENGTH_7` is 0x7d, where 0x7e was meant."""
    return 7 if length < 0x7D else 16 if length < 1 << 16 else 63


def right_form(length):
    return 7 if length < 0x7E else 16 if length < 1 << 16 else 63


# Versions 0 to 2 are framed as 75 and 76 are: text from 00 to FF, and FF 00.
RUBY_HIXIE = {0x00, 0xFF}
RUBY_03 = {0, 1, 2, 3, 4, 5}
RUBY_07 = {0, 1, 2, 8, 9, 10}


def codes(draft):
    """The codes of close frames: who sends, the code, and whether it may be sent."""
    for rule in draft["rules"]:
        if rule["rule"] == "close-code-allowed":
            for vector in rule["vectors"]:
                for sent, allowed in ((vector["broken"], False), (vector["kept"], True)):
                    data = decoded(sent["bytes"])
                    key = data[2:6] if data[1] & 0x80 else bytes(4)
                    body = data[6:8] if data[1] & 0x80 else data[2:4]
                    yield vector["by"], (body[0] ^ key[0]) << 8 | body[1] ^ key[1], allowed


def lengths(draft):
    """The first frames' lengths: in how many bits they stand, and whether they may."""
    for rule in draft["rules"]:
        if rule["rule"] in ("length-minimal", "control-frame-length"):
            for vector in rule["vectors"]:
                for sent, allowed in ((vector["broken"], rule["rule"] != "length-minimal"), (vector["kept"], True)):
                    data = decoded(sent["bytes"])
                    length = data[1] & 0x7F
                    bits = {126: 16, 127: 63}.get(length, 7)
                    if bits != 7:
                        length = int.from_bytes(data[2 : 4 if bits == 16 else 10], "big")
                    yield length, bits, allowed


def frames(data):
    """The opcodes of frames in the layout of drafts 01 to 03 and 07 on."""
    at = 0
    while at < len(data):
        yield data[at] & 0x0F
        length, size = data[at + 1] & 0x7F, 2
        if length > 125:
            size = 4 if length == 126 else 10
            length = int.from_bytes(data[at + 2 : at + size], "big")
        at += size + length + (4 if data[at + 1] & 0x80 else 0)


def opcodes(draft):
    """The opcodes of all frames that keep the rules, and of those that break the one about opcodes."""
    for rule in draft["rules"]:
        for vector in rule["vectors"] if rule["scope"] in ("frame", "message", "close") else ():
            for opcode in frames(decoded(vector["kept"]["bytes"])):
                yield opcode, True
            if rule["rule"] == "opcode-known":
                yield decoded(vector["broken"]["bytes"])[0] & 0x0F, False


def wrong_codes(draft, takes):
    return {(by, code) for by, code, allowed in codes(draft) if takes(code) != allowed}


def wrong_lengths(draft, form):
    """Lengths that the tool writes in a form that breaks a rule."""
    forbidden = {(length, bits) for length, bits, allowed in lengths(draft) if not allowed}
    return {length for length, bits in forbidden if form(length) == bits}


def wrong_opcodes(draft, table):
    return {opcode for opcode, known in opcodes(draft) if (opcode in table) != known}


def both(*codes):
    return {(by, code) for by in ("client", "server") for code in codes}


def main(document):
    drafts = {draft["draft"]: draft for draft in document["drafts"]}
    rfc, last = drafts["rfc6455"], drafts["hybi-17"]
    unnamed = {code for _, code, allowed in codes(rfc) if allowed and code < 3000 and code not in WIRESHARK_NAMES}
    found = [
        ("npm websocket, RFC 6455", wrong_codes(rfc, websocket_takes), both(1015)),
        ("npm faye-websocket, RFC 6455", wrong_codes(rfc, faye_takes), both(1011, 1012, 1013, 1014, 3000, 4999)),
        ("npm faye-websocket, draft 17", wrong_codes(last, faye_takes), both(3000, 4999)),
        ("Wireshark, RFC 6455", unnamed, {1012, 1013, 1014}),
        ("PyPI websocket-client, RFC 6455", wrong_lengths(rfc, websocket_client_form), {125}),
        ("the same with the right limit", wrong_lengths(rfc, right_form), set()),
        ("Debian ruby-websocket, draft 01", wrong_opcodes(drafts["hybi-01"], RUBY_HIXIE), {1, 2, 3, 4, 5}),
        ("Debian ruby-websocket, draft 02", wrong_opcodes(drafts["hybi-02"], RUBY_HIXIE), {1, 2, 3, 4, 5}),
        ("Debian ruby-websocket, draft 03", wrong_opcodes(drafts["hybi-03"], RUBY_03), set()),
        ("Debian ruby-websocket, draft 07", wrong_opcodes(drafts["hybi-07"], RUBY_07), set()),
        ("Debian ruby-websocket, RFC 6455", wrong_opcodes(rfc, RUBY_07), set()),
    ]
    for tool, seen, known in found:
        if seen != known:
            fail(tool, "found", sorted(seen), "expected", sorted(known))
    count = sum(len(known) for _, _, known in found)
    print(f"tools: {count} wrong entries in the tables of five tools, exactly those that are known")


main(read(sys.argv[1]))
