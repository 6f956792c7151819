_BY_DRAFT: Final = {entry.draft: entry for entry in FORMATS}
_PLACES: Final = {entry.draft: place for place, entry in enumerate(DRAFTS)}


def format_of(draft: Draft | str) -> Format:
    """The wire format of a draft.

    Raises `ValueError` if there is no such draft, or if the database does not have the whole draft.
    """
    draft = Draft(draft)
    found = _BY_DRAFT.get(draft)
    if found is None:
        raise ValueError(f"the database has only single facts about {draft}, and not its wire format and rules")
    return found


def holds(span: Rule | HeaderField, draft: Draft | str) -> bool:
    """Whether a row of a table holds in a draft. Raises `ValueError` if there is no such draft."""
    return _PLACES[span.since] <= _PLACES[Draft(draft)] <= _PLACES[span.until]


def rule_of(draft: Draft | str, rule_id: str) -> Rule | None:
    """A rule as a draft says it; `None` if the draft does not have it.

    Raises `ValueError` if there is no such draft, or if the database does not have the whole draft.
    """
    draft = format_of(draft).draft
    return next((rule for rule in RULES if rule.id == rule_id and holds(rule, draft)), None)


def check_close_code(draft: Draft | str, code: int, sender: Role | str | None = None) -> CloseVerdict:
    """Whether a close frame of a draft may contain a code.

    Without a sender, the verdict is the receiver's: no receiver checks which end may send a code.
    Raises `ValueError` if the code has more than 16 bits, there is no such draft or sender, or the database does not
    have the whole draft.
    """
    if not 0 <= code <= 0xFFFF:
        raise ValueError(f"{code} is no close code")
    sender = None if sender is None else Role(sender)
    closing = format_of(draft).closing
    if not closing.has_codes:
        return CloseVerdict(False, CloseReason.NO_CODES, None)
    known = next((entry for entry in closing.codes if entry.code == code), None)
    if known is not None:
        if not known.on_wire:
            return CloseVerdict(False, CloseReason.NEVER_SENT, closing.rule)
        if sender is not None and known.by not in (None, sender):
            return CloseVerdict(False, CloseReason.OTHER_END, None)
        return CloseVerdict(True, CloseReason.ALLOWED, None)
    free = next((entry.free for entry in closing.ranges if entry.first <= code <= entry.last), closing.otherwise)
    if free or closing.rule is None:
        return CloseVerdict(True, CloseReason.ALLOWED, None)
    return CloseVerdict(False, CloseReason.UNDEFINED, closing.rule)


def parse_head(draft: Draft | str, sender: Role | str, data: _Bytes, context: Context = FIRST) -> Parsed:
    """Reads and judges the head at the start of `data`, which an end of a connection of a draft sent.

    Raises `ValueError` if there is no such draft or sender, if the database does not have the whole draft, or if the
    draft masks with a session key that `context` does not have.
    """
    known, sender, data = format_of(draft), Role(sender), bytes(memoryview(data)[:_LONGEST_MASKED])
    mask = known.layout.mask
    if mask is None or mask.by is not sender:
        read = _read(known, data)
    elif len(data) < 4:
        read = Incomplete(6)
    else:
        read = _read_masked(known, mask, data, context)
    if not isinstance(read, Head):
        return read
    broken = tuple(check.rule for check in known.checks if _breaks(check, sender, read, context))
    return Violation(broken, read) if broken else read


def following(context: Context, head: Head) -> Context:
    """The context of the frame after a frame with this head."""
    if head.kind is Kind.CLOSE:
        return context._replace(close_sent=True)
    if head.kind in _DATA:
        return context._replace(message_open=not head.fin)
    return context


def frame_size(head: Head, data: _Bytes) -> int | None:
    """The size of the frame with this head at the start of `data`; `None` if `data` ends before the frame does."""
    if head.length is None:
        end = bytes(data).find(bytes((head.until or 0,)), head.size)
        return end + 1 if end >= 0 else None
    size = head.size + head.length
    return size if size <= len(data) else None


def payload_of(head: Head, frame: _Bytes) -> bytes:
    """The payload of a whole frame, without its mask and without the byte that ends it."""
    return unmasked(head, frame[head.size : len(frame) - (head.length is None)])


def unmasked(head: Head, payload: _Bytes, offset: int = 0) -> bytes:
    """A part of a payload without its mask. `offset` is its place in the payload."""
    payload = bytes(payload)
    return _xored(payload, head.key, offset) if head.key else payload


_STARTS: Final = (Kind.TEXT, Kind.BINARY)
_DATA: Final = (*_STARTS, Kind.CONTINUATION)
_CONTROL: Final = (Kind.CLOSE, Kind.PING, Kind.PONG)
_LONGEST: Final = 16
_LONGEST_MASKED: Final = _LONGEST + 4


def _xored(data: bytes, key: bytes, offset: int) -> bytes:
    size, phase = len(data), offset % len(key)
    mask = ((key[phase:] + key[:phase]) * (size // len(key) + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")


def _read_masked(known: Format, mask: FrameMask, data: bytes, context: Context) -> Incomplete | Head | Overlong:
    parts = []
    for part in mask.parts:
        if part.source is KeySource.NONCE:
            parts.append(data[:4])
        elif part.source is KeySource.TEXT:
            parts.append(part.text.encode())
        elif context.session_key is None:
            raise ValueError(f"{known.draft} masks with the key of the session, and the context has none")
        else:
            parts.append(context.session_key)
    key = b"".join(parts)
    if mask.hashed:
        key = hashlib.sha1(key, usedforsecurity=False).digest()
    read = _read(known, _xored(data[4:], key, 0))
    if isinstance(read, Incomplete):
        return Incomplete(read.needed + 4)
    if isinstance(read, Head):
        phase = read.size % len(key)
        return read._replace(masked=True, key=key[phase:] + key[:phase], size=read.size + 4)
    return read


def _read(known: Format, data: bytes) -> Incomplete | Head | Overlong:
    if known.layout.types:
        return _read_delimited(known, data)
    layout = known.layout
    if len(data) < 2:
        return Incomplete(2)
    two = data[0] << 8 | data[1]
    size, length = 2, _field(two, layout.length)
    form = next((form for form in layout.extended if form.marker == length), None)
    if form is not None:
        size += form.size
        if len(data) < size:
            return Incomplete(size)
        length = int.from_bytes(data[2:size], "big")
    masked = bool(two & layout.masked)
    if masked:
        size += 4
        if len(data) < size:
            return Incomplete(size)
    opcode = _field(two, layout.opcode)
    return Head(
        kind=_kind(known, opcode, length == 0),
        opcode=opcode,
        fin=bool(two & layout.end) is layout.end_is_set,
        rsv=sum(1 << at for at, bit in enumerate(layout.reserved) if two & bit.mask),
        masked=masked,
        key=data[size - 4 : size] if masked else b"",
        length=length,
        until=None,
        form=form,
        size=size,
    )


def _read_delimited(known: Format, data: bytes) -> Incomplete | Head | Overlong:
    if not data:
        return Incomplete(1)
    opcode, size = data[0], 1
    until = next(entry.until for entry in known.layout.types if entry.first <= opcode <= entry.last)
    length: int | None = None
    if until is None:
        length = 0
        while True:
            if size > 10 or length >> 57:
                return Overlong()
            if len(data) == size:
                return Incomplete(size + 1)
            length = length << 7 | data[size] & 0x7F
            size += 1
            if not data[size - 1] & 0x80:
                break
    return Head(
        kind=_kind(known, opcode, length == 0),
        opcode=opcode,
        fin=True,
        rsv=0,
        masked=False,
        key=b"",
        length=length,
        until=until,
        form=None,
        size=size,
    )


def _field(two: int, mask: int) -> int:
    """The bits of a mask, moved to the right."""
    return (two & mask) // (mask & -mask)


def _kind(known: Format, opcode: int, empty: bool) -> Kind:
    entry = next((entry for entry in known.opcodes if entry.value == opcode), None)
    return entry.kind if entry is not None and (empty or not entry.only_empty) else Kind.RESERVED


def _breaks(check: Check, sender: Role, head: Head, context: Context) -> bool:
    if check.by not in (None, sender) or not _applies(check.condition, head, context):
        return False
    test, length = check.test, head.length or 0
    if test is Test.KNOWN_OPCODE:
        return head.kind is Kind.RESERVED
    if test is Test.RESERVED_CLEAR:
        return bool(head.rsv & ~context.claimed)
    if test is Test.MINIMAL_LENGTH:
        return head.form is not None and length < head.form.least
    if test is Test.LENGTH_FITS:
        return head.form is not None and bool(length >> head.form.bits)
    if test is Test.PAYLOAD_AT_MOST:
        return length > check.limit
    if test is Test.FINAL:
        return not head.fin
    if test is Test.MASKED:
        return not head.masked
    if test is Test.UNMASKED:
        return head.masked
    if test is Test.MESSAGE_OPEN:
        return context.message_open is False
    if test is Test.NO_MESSAGE_OPEN:
        return context.message_open is True
    return context.close_sent is True


def _applies(condition: Condition, head: Head, context: Context) -> bool:
    if condition is Condition.ALWAYS:
        return True
    if condition is Condition.CONTROL:
        return head.kind in _CONTROL
    if condition is Condition.DATA:
        return head.kind in _DATA
    if condition is Condition.STARTS:
        return head.kind in _STARTS
    if condition is Condition.MESSAGE_OPEN:
        return context.message_open is True
    if condition is Condition.NO_MESSAGE_OPEN:
        return context.message_open is False
    return bool(head.kind.value == condition.value)
