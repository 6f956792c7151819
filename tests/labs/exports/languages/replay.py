"""Replays cases in the Python module that `wsdraft export python` writes.

    PYTHONPATH=folder-of-the-module python replay.py cases > trace

A rule that a head, a stream of heads or a close code shows has to be found, and nothing else; a rule that the module
says is shown elsewhere must not be found. Each part of a head has to be incomplete. The trace has each head, and the
verdict on each close code, to be compared with those of other languages.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from wsdraft import (
    DRAFTS,
    FIRST,
    FORMATS,
    Context,
    Draft,
    Head,
    Incomplete,
    Kind,
    Role,
    Shown,
    Violation,
    check_close_code,
    following,
    format_of,
    frame_size,
    parse_head,
    payload_of,
    rule_of,
    unmasked,
)


def hash_of(data: bytes) -> int:
    """FNV-1a with 32 bits."""
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def traced(head: Head, payload: bytes) -> str:
    length = "-" if head.length is None else str(head.length)
    until = "-" if head.until is None else str(head.until)
    flags = f"{int(head.fin)} {head.rsv} {int(head.masked)} {head.key.hex() or '-'}"
    return f"{head.kind.value} {head.opcode} {flags} {length} {until} {head.size} {hash_of(payload):08x}"


def replay(draft: Draft, by: Role, data: bytes, context: Context) -> list[str]:
    """Prints the heads, and returns the rules that are broken."""
    broken: list[str] = []
    while data:
        parsed = parse_head(draft, by, data, context)
        if isinstance(parsed, Violation):
            broken += parsed.rules
            parsed = parsed.head
        if not isinstance(parsed, Head):
            raise SystemExit(f"{draft.value}: {parsed}")
        for end in range(parsed.size):
            part = parse_head(draft, by, data[:end], context)
            if not isinstance(part, Incomplete) or not end < part.needed <= parsed.size:
                raise SystemExit(f"{draft.value}: {end} of {parsed.size} bytes: {part}")
        size, whole = frame_size(parsed, data), data
        data = data[parsed.size :]
        length = parsed.length
        if length is None:
            assert parsed.until is not None
            length = data.index(parsed.until)
            payload, data = data[:length], data[length + 1 :]
        else:
            payload, data = data[:length], data[length:]
        payload = unmasked(parsed, payload)
        if size is None:
            assert len(payload) < length
        else:
            assert payload_of(parsed, whole[:size]) == payload
            assert whole[size:] == data
            assert frame_size(parsed, whole[: size - 1]) is None
        print(traced(parsed, payload))
        if len(payload) < length and not broken:
            raise SystemExit(f"{draft.value}: {length - len(payload)} bytes are missing")
        if parsed.kind is Kind.CLOSE and len(payload) >= 2 and format_of(draft).closing.has_codes:
            verdict = check_close_code(draft, payload[0] << 8 | payload[1])
            print(verdict.reason.value)
            if verdict.allowed is not (verdict.rule is None):
                raise SystemExit(f"{draft.value}: {verdict}")
            broken += [verdict.rule] if verdict.rule is not None else []
        context = following(context, parsed)
    return broken


def codes(draft: Draft, sender: Role | None) -> None:
    """Prints the verdicts on close codes, those together that are equal."""
    last, first = "", 0
    for code in range(5002):
        reason = check_close_code(draft, code, sender).reason.value if code < 5001 else ""
        if reason != last:
            if last:
                print("codes", draft.value, sender.value if sender else "any", f"{first}-{code - 1}", last)
            last, first = reason, code


def refused(call: Callable[[], object]) -> None:
    try:
        found = call()
    except ValueError:
        return
    raise SystemExit(f"{found} instead of an error")


def names() -> None:
    """Names do as well as what they name, and those that do not exist are refused."""
    draft, data = FORMATS[-1].draft, b"\x81\x82abcd"
    rule = next(iter(FORMATS[-1].checks)).rule
    for sender in Role:
        parsed = parse_head(draft.value, sender.value, memoryview(data))
        assert parsed == parse_head(draft, sender, data)
        assert check_close_code(draft.value, 1000, sender.value) == check_close_code(draft, 1000, sender)
    assert rule_of(draft.value, rule) is not None
    assert rule_of(draft, "no-such-rule") is None
    whole = {entry.draft for entry in FORMATS}
    single = next(entry.draft for entry in DRAFTS if entry.draft not in whole)
    for other in (single, single.value, "no-such-draft"):
        refused(partial(format_of, other))
        refused(partial(rule_of, other, rule))
        refused(partial(check_close_code, other, 1000))
        refused(partial(parse_head, other, Role.CLIENT, data))
    refused(partial(parse_head, draft, "nobody", data))
    refused(partial(check_close_code, draft, 1000, "nobody"))
    refused(partial(check_close_code, draft, 65536))


def main(file: str) -> None:
    names()
    found, skipped = 0, 0
    with open(file, encoding="ascii") as lines:
        for line in lines:
            name, short, sender, id, key, claimed, what, data = line.rstrip("\n").split("\t")
            draft, by = Draft(short), Role(sender)
            rule = rule_of(draft, id)
            if rule is None:
                raise SystemExit(f"{name}: no such rule")
            context = FIRST._replace(
                session_key=None if key == "-" else bytes.fromhex(key),
                claimed=int(claimed),
            )
            print(name, what)
            broken = replay(draft, by, bytes.fromhex(data), context)
            hidden = rule.shown is Shown.ELSEWHERE
            if broken != ([] if what == "kept" or hidden else [id]):
                raise SystemExit(f"{name}, {what}: found {broken}")
            found, skipped = found + (not hidden), skipped + hidden
    for entry in FORMATS:
        for end in (None, Role.CLIENT, Role.SERVER):
            codes(entry.draft, end)
    print(f"{found} cases; {skipped} of rules that nothing here shows", file=sys.stderr)


main(sys.argv[1])
