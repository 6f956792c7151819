
import hashlib

from scapy.fields import BitEnumField, BitField, ByteEnumField, ConditionalField, NBytesField, StrField, XStrFixedLenField
from scapy.packet import Packet

NEWEST = ""


def _xor(data, key):
    """The bytes with a key, which repeats, over them."""
    if not any(key):
        return data
    times = -(-len(data) // len(key))
    whole = int.from_bytes(data, "big") ^ int.from_bytes((key * times)[: len(data)], "big")
    return whole.to_bytes(len(data), "big")


class _Data(StrField):
    """A payload: unmasked in the packet, masked on the wire where the frame has a key."""

    def getfield(self, pkt, s):
        length = pkt.len_payload
        return s[length:], self.m2i(pkt, s[:length])

    def m2i(self, pkt, x):
        return _xor(x, pkt.payload_key)

    def i2m(self, pkt, x):
        return _xor(self.any2i(pkt, x) or b"", pkt.payload_key)


class _DelimitedData(StrField):
    """A payload up to a byte, or with a count before it."""

    def getfield(self, pkt, s):
        start, end, after = pkt.bounds(s)
        return s[after:], s[start:end]

    def addfield(self, pkt, s, val):
        data = self.any2i(pkt, val) or b""
        end = pkt.terminator(pkt.opcode)
        if end is not None:
            return s + data + bytes([end])
        count = [len(data) & 0x7F]
        rest = len(data) >> 7
        while rest:
            count.insert(0, rest & 0x7F | 0x80)
            rest >>= 7
        return s + bytes(count) + data


class WebSocketFrame(Packet):
    """A frame. The classes below are frames of the wire formats."""

    OPCODES = {}
    CLOSE_CODES = {}
    STATUS = False

    def extract_padding(self, s):
        return b"", s

    @property
    def kind(self):
        """The name of the opcode; None if the draft does not define it."""
        name, only_empty = self.OPCODES.get(self.opcode, (None, False))
        return None if only_empty and self.data else name

    @property
    def close_code(self):
        """The code of a close frame; None if there is none."""
        if self.STATUS and self.kind == "close" and len(self.data) >= 2:
            return int.from_bytes(self.data[:2], "big")
        return None

    @property
    def close_reason(self):
        """The bytes after the code of a close frame."""
        return self.data[2:] if self.close_code is not None else None

    @classmethod
    def size(cls, data, at=0):
        """The length of the frame at this place; None if the bytes do not tell it."""
        raise NotImplementedError


class _Prefixed(WebSocketFrame):
    MASK = (0, 0)
    LENGTH = (1, 0, 0x7F)
    EXTENDED = {}
    # Bytes before the frame, which mask all of it.
    NONCE = 0
    connection_key = b""

    @classmethod
    def frame_key(cls, nonce):
        return nonce

    @property
    def is_masked(self):
        return bool(self.NONCE or (self.MASK[1] and self.masked))

    @property
    def payload_key(self):
        if self.MASK[1] and self.masked:
            return self.masking_key or bytes(4)
        return b"\0"

    @property
    def len_payload(self):
        """The length that the header states."""
        code = self.len_code or 0
        return getattr(self, f"len_{self.EXTENDED[code] * 8}") or 0 if code in self.EXTENDED else code

    @classmethod
    def _measure(cls, data):
        """The lengths of the header, with a key, and of the payload."""
        byte, shift, mask = cls.LENGTH
        size = 2
        if len(data) < size:
            return None
        length = data[byte] >> shift & mask
        more = cls.EXTENDED.get(length, 0)
        if more:
            if len(data) < size + more:
                return None
            length = int.from_bytes(data[size : size + more], "big")
        byte, bit = cls.MASK
        return size + more + (4 if data[byte] & bit else 0), length

    @classmethod
    def size(cls, data, at=0):
        # No header is longer.
        head = bytes(data[at : at + 18])
        if cls.NONCE:
            head = _xor(head[4:], cls.frame_key(head[:4])) if len(head) > 4 else b""
        measured = cls._measure(head)
        return measured and cls.NONCE + sum(measured)

    def pre_dissect(self, s):
        size = self.NONCE and self.size(s)
        if not size:
            return s
        return s[:4] + _xor(s[4:size], self.frame_key(s[:4])) + s[size:]

    def post_dissect(self, s):
        if self.NONCE:
            # What was read is not what was sent, so it cannot be sent again.
            self.raw_packet_cache = None
        return s

    def post_build(self, pkt, pay):
        nonce, frame = pkt[: self.NONCE], bytearray(pkt[self.NONCE :])
        if self.len_code is None:
            length = len(self.data or b"")
            byte, shift, mask = self.LENGTH
            codes = [(code, more) for code, more in self.EXTENDED.items() if length < 1 << 8 * more]
            code, more = (length, 0) if length < min(self.EXTENDED, default=mask + 1) else codes[0]
            frame[byte] |= code << shift
            frame[2:2] = length.to_bytes(more, "big") if more else b""
        frame = bytes(frame)
        if self.NONCE:
            frame = _xor(frame, self.frame_key(nonce))
        return nonce + frame + pay


class _Delimited(WebSocketFrame):
    # The first and the last type byte of a range, and the byte that ends its payloads; None if they are counted.
    RANGES = ()
    is_masked = False

    @classmethod
    def terminator(cls, opcode):
        return next(end for first, last, end in cls.RANGES if first <= opcode <= last)

    def bounds(self, s):
        """Where the payload starts and ends, and where the next frame starts; of what follows the type byte."""
        return self._bounds(self.opcode, s, 0) or (0, len(s), len(s))

    @classmethod
    def _bounds(cls, opcode, s, at):
        end = cls.terminator(opcode)
        if end is not None:
            found = s.find(bytes([end]), at)
            return (at, found, found + 1) if found >= 0 else None
        # A count that takes more than ten bytes or 64 bits is not read: nobody could send that much.
        count, last = 0, at + 10
        while at < min(len(s), last) and not count >> 57:
            byte = s[at]
            at += 1
            count = count << 7 | byte & 0x7F
            if not byte & 0x80:
                return at, at + count, at + count
        return None

    @classmethod
    def size(cls, data, at=0):
        found = cls._bounds(data[at], data, at + 1) if at < len(data) else None
        return found and found[2] - at


def frames_of(draft, by, connection_key=b""):
    """The class of the frames that the client or the server of a draft sends. Raises `ValueError` if there is none."""
    kind = DRAFTS.get((draft, by))
    if kind is None:
        raise ValueError(f"no frames of {draft!r} from {by!r} are known; DRAFTS lists the known ones")
    if connection_key:
        kind = type(kind.__name__, (kind,), {"connection_key": connection_key})
    return kind


def dissect(data, draft=NEWEST, by="client", connection_key=b""):
    """The frames that one end sends after the opening handshake, and the bytes of a frame that is not complete.

    `connection_key` is the key that the handshake derives, in drafts that have one. Raises `ValueError` without a key
    that is needed, and if the frames of the draft are not known.
    """
    kind = frames_of(draft, by, connection_key)
    found, at = [], 0
    while at < len(data):
        size = kind.size(data, at)
        if size is None or at + size > len(data):
            break
        found.append(kind(data[at : at + size]))
        at += size
    return found, data[at:]
