class Context(NamedTuple):
    """What a connection has agreed on, and what the sender of a frame has sent before.

    What is not known is `None`; what depends on it is not judged then. :func:`following` keeps it up to date.
    """

    session_key: bytes | None = None
    """The 20 bytes that the handshake derived, in a draft whose masking keys depend on them."""
    claimed: int = 0
    """The reserved bits that agreed extensions use. The lowest bit stands for the draft's first reserved bit."""
    message_open: bool | None = None
    """Whether the sender has started a message and not ended it."""
    close_sent: bool | None = None
    """Whether the sender has sent a close frame."""


FIRST: Final = Context(message_open=False, close_sent=False)
"""The context of the first frame of a connection without extensions."""


class Head(NamedTuple):
    """The head of a frame."""

    kind: Kind
    """What the frame is for."""
    opcode: int
    """The opcode, or the type of a delimited frame."""
    fin: bool
    """Whether it is the last frame of its message."""
    rsv: int
    """The reserved bits. The lowest bit stands for the draft's first reserved bit."""
    masked: bool
    """Whether the frame is masked."""
    key: bytes
    """The key, turned so that its first byte is for the payload's first byte; empty if the frame is not masked."""
    length: int | None
    """The length of the payload; `None` if a delimiter ends it."""
    until: int | None
    """The byte that ends the payload, if there is no length."""
    form: ExtendedLength | None
    """The form of an extended length."""
    size: int
    """The length of the head, with everything in front of the payload."""


class Incomplete(NamedTuple):
    """The bytes end within the head."""

    needed: int
    """The head has at least this many bytes."""


class Violation(NamedTuple):
    """The head breaks rules."""

    rules: tuple[str, ...]
    """Their ids, in the order in which a receiver checks them."""
    head: Head
    """What the head says all the same."""

    @property
    def rule(self) -> str:
        """The rule that a receiver meets first."""
        return self.rules[0]


class Overlong(NamedTuple):
    """A count that takes more than ten bytes or 64 bits. No rule forbids it, and no receiver can read it."""


_Bytes = Union[bytes, bytearray, memoryview]

Parsed = Union[Incomplete, Head, Violation, Overlong]
"""What the first bytes of a frame are."""


class CloseVerdict(NamedTuple):
    """Whether a close frame may contain a code."""

    allowed: bool
    """Whether it may."""
    reason: CloseReason
    """Why."""
    rule: str | None
    """The rule that the code breaks."""
