"""A receiver of RFC 6455, typed anew from the RFC, which says what the bytes of a vector break.

Nothing here is generated, and nothing is shared with the programs that make the vectors: the two can only agree
where both read the protocol in the same way. `Broken` names a rule as the vectors do; what is missing from a head is
missed at its end, a field's value where it starts, a frame's bits and opcode at its first byte, its mask and length
at its second.
"""

import base64
import hashlib
import re


class Broken(Exception):
    """The id of a rule, and the offset of the byte that breaks it."""

    def __init__(self, rule, offset):
        super().__init__(rule, offset)
        self.rule, self.offset = rule, offset


# Frames (section 5), close codes (section 7.4 and IANA's registry)

RESERVED = {"RSV1": 0x40, "RSV2": 0x20, "RSV3": 0x10}
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
CODES_OF_THE_DRAFT = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010}
CODES = CODES_OF_THE_DRAFT | {1011, 1012, 1013, 1014}


def frames(data, by, claimed=(), codes=CODES):
    """Reads frames to their end; `claimed` are names of reserved bits that an extension uses, `codes` those below
    3000 that may stand in a close frame: draft 17 is older than 1011 and what was registered since."""
    may_be_set = sum(RESERVED[name] for name in claimed)
    at, kind, message, closed = 0, None, [], False
    while at < len(data):
        start = at
        first, second = data[at], data[at + 1]
        final, opcode, masked, length = first & 0x80, first & 0x0F, second & 0x80, second & 0x7F
        at += 2
        if first & 0x70 & ~may_be_set:
            raise Broken("reserved-bits-clear", start)
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken("opcode-known", start)
        if by == "client" and not masked:
            raise Broken("client-frame-masked", start + 1)
        if by == "server" and masked:
            raise Broken("server-frame-unmasked", start + 1)
        if length > 125:
            size, least = (2, 126) if length == 126 else (8, 1 << 16)
            length = int.from_bytes(data[at : at + size], "big")
            at += size
            if length >> 63:
                raise Broken("length-fits", start + 1)
            if length < least:
                raise Broken("length-minimal", start + 1)
        if opcode >= CLOSE and not final:
            raise Broken("control-frame-final", start)
        if opcode >= CLOSE and length > 125:
            raise Broken("control-frame-length", start + 1)
        if opcode < CLOSE and closed:
            raise Broken("data-after-close", start)
        if opcode == CONTINUATION and kind is None:
            raise Broken("continuation-of-nothing", start)
        if opcode in (TEXT, BINARY) and kind is not None:
            raise Broken("message-interrupted", start)
        key = data[at : at + 4] if masked else bytes(4)
        at += 4 if masked else 0
        payload = [(at + place, byte ^ key[place % 4]) for place, byte in enumerate(data[at : at + length])]
        at += length
        if opcode == CLOSE:
            closed = True
            close_body(payload, at, codes)
        elif opcode < CLOSE:
            kind = opcode or kind
            message += payload
            if final:
                if kind == TEXT:
                    utf8(message, "text-utf8", at)
                kind, message = None, []


def close_body(payload, end, codes):
    if not payload:
        return
    if len(payload) < 2:
        raise Broken("close-code-complete", payload[0][0])
    code = payload[0][1] << 8 | payload[1][1]
    if not (code in codes or 3000 <= code <= 4999):
        raise Broken("close-code-allowed", payload[0][0])
    utf8(payload[2:], "close-reason-utf8", end)


def utf8(text, rule, end):
    """RFC 3629: `text` are offsets and bytes; what is cut short is noticed at the end."""
    low, high, more = 0x80, 0xBF, 0
    for offset, byte in text:
        if more:
            if not low <= byte <= high:
                raise Broken(rule, offset)
            low, high, more = 0x80, 0xBF, more - 1
        elif byte >= 0x80:
            ranges = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}
            if not 0xC2 <= byte <= 0xF4:
                raise Broken(rule, offset)
            low, high = ranges.get(byte, (0x80, 0xBF))
            more = 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
    if more:
        raise Broken(rule, end)


# The opening handshake (section 4)

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
TOKENS = re.compile(rf"[ \t,]*{TOKEN}([ \t]*,[ \t]*({TOKEN})?)*[ \t]*")
QUOTED = rf'"{TOKEN}"'
EXTENSION = rf"{TOKEN}([ \t]*;[ \t]*{TOKEN}([ \t]*=[ \t]*({TOKEN}|{QUOTED}))?)*"
EXTENSIONS = re.compile(rf"[ \t,]*{EXTENSION}([ \t]*,[ \t]*({EXTENSION})?)*[ \t]*")
ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(.*)")
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(:([0-9]+))?")
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Head:
    """A head's first line, its fields with the offsets of their values, and its end."""

    def __init__(self, data):
        lines = data[: data.index(b"\r\n\r\n")].split(b"\r\n")
        self.end = data.index(b"\r\n\r\n") + 4
        self.first = lines[0].decode("latin-1").split(" ", 2)
        self.fields = []
        at = len(lines[0]) + 2
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            offset = at + len(name) + 1 + len(value) - len(value.lstrip(b" \t"))
            self.fields.append((name.decode().lower(), value.decode("latin-1").strip(" \t"), offset))
            at += len(line) + 2

    def all(self, name):
        return [(value, offset) for found, value, offset in self.fields if found == name]

    def one(self, name, missing=None, twice=None):
        found = self.all(name)
        if missing and not found:
            raise Broken(missing, self.end)
        if twice and len(found) > 1:
            raise Broken(twice, found[1][1])
        return found[0] if found else (None, None)

    def includes(self, name, token, missing, faulty):
        self.one(name, missing)
        items = [item.strip(" \t").lower() for value, _ in self.all(name) for item in value.split(",")]
        if token not in items:
            raise Broken(faulty, self.all(name)[0][1])

    def each(self, name, test, faulty):
        for value, offset in self.all(name):
            if not test(value):
                raise Broken(faulty, offset)


def valid_host(value):
    host = HOST.fullmatch(value)
    return bool(host) and (host[3] is None or int(host[3]) < 1 << 16)


def valid_origin(value):
    """RFC 6454 §7.1; a host may be empty there."""
    parts = [ORIGIN.fullmatch(part) for part in value.split(" ")]
    return value == "null" or all(part and (not part[1] or valid_host(part[1])) for part in parts)


def bytes_of(value):
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return b""


def request(data):
    head = Head(data)
    method, target, version = head.first
    if method != "GET":
        raise Broken("request-method", 0)
    if version != "HTTP/1.1":
        raise Broken("request-http-version", len(method) + 1 + len(target) + 1)
    if not re.match(r"/|https?://", target):
        raise Broken("request-target", len(method) + 1)
    head.one("host", "host-present", "host-once")
    head.each("host", valid_host, "host-valid")
    head.includes("upgrade", "websocket", "upgrade-present", "upgrade-valid")
    head.includes("connection", "upgrade", "connection-present", "connection-valid")
    key, offset = head.one("sec-websocket-key", "key-present", "key-once")
    if len(bytes_of(key)) != 16:
        raise Broken("key-valid", offset)
    version, offset = head.one("sec-websocket-version", "version-present", "version-once")
    if version != "13":
        raise Broken("version-supported", offset)
    head.one("origin", twice="origin-once")
    head.each("origin", valid_origin, "origin-valid")
    head.each("sec-websocket-protocol", TOKENS.fullmatch, "subprotocol-valid")
    offered = [item.strip(" \t") for value, _ in head.all("sec-websocket-protocol") for item in value.split(",")]
    offered = [item for item in offered if item]
    if len(offered) > len(set(offered)):
        raise Broken("subprotocols-distinct", head.all("sec-websocket-protocol")[0][1])
    head.each("sec-websocket-extensions", EXTENSIONS.fullmatch, "extensions-valid")


def offers(head, name):
    items = [item.split(";")[0].strip(" \t") for value, _ in head.all(name) for item in value.split(",")]
    return {item for item in items if item}


def response(data, asked, extensions_once):
    """`asked` is the request. Draft 17 wants the extensions in one field, the RFC does not."""
    head, asked = Head(data), Head(asked)
    status = int(head.first[1])
    if status >= 300 or status != 101 and not head.all("sec-websocket-accept"):
        # A refusal, of which HTTP asks some and the draft little.
        if status == 426:
            head.one("sec-websocket-version", "versions-listed")
        if status == 401:
            head.one("www-authenticate", "authentication-challenged")
        return
    if status != 101:
        raise Broken("response-status", len(head.first[0]) + 1)
    upgrade, offset = head.one("upgrade", "response-upgrade-present", "response-upgrade-once")
    if upgrade.lower() != "websocket":
        raise Broken("response-upgrade-valid", offset)
    head.includes("connection", "upgrade", "response-connection-present", "response-connection-valid")
    accept, offset = head.one("sec-websocket-accept", "accept-present", "accept-once")
    key, _ = asked.one("sec-websocket-key")
    if bytes_of(accept) != hashlib.sha1(key.encode() + GUID).digest():
        raise Broken("accept-matches", offset)
    head.one("sec-websocket-protocol", twice="response-subprotocol-once")
    head.each("sec-websocket-protocol", re.compile(TOKEN).fullmatch, "response-subprotocol-valid")
    if extensions_once:
        head.one("sec-websocket-extensions", twice="response-extensions-once")
    head.each("sec-websocket-extensions", EXTENSIONS.fullmatch, "response-extensions-valid")
    if not extensions_once:
        # What HTTP says since, which binds the RFC.
        for name in ("content-length", "transfer-encoding"):
            for _, offset in head.all(name):
                raise Broken(f"response-{name}-absent", offset)
    for name, rule in (
        ("sec-websocket-protocol", "subprotocol-offered"),
        ("sec-websocket-extensions", "extensions-offered"),
    ):
        if not offers(head, name) <= offers(asked, name):
            raise Broken(rule, head.all(name)[0][1])
