//! The words of each enumeration, and what they stand for.

pub(super) const LEVELS: [(&str, &str); 3] = [
    ("must", "Required."),
    ("should", "Recommended."),
    ("may", "Allowed."),
];

pub(super) const SCOPES: [(&str, &str); 7] = [
    ("request", "The opening request."),
    ("response", "The response to it."),
    ("frame", "One frame, judged by its head."),
    ("message", "The payload of a message."),
    ("close", "The body of a close frame."),
    ("conversation", "What both ends do over time."),
    ("policy", "What nothing on the wire shows."),
];

pub(super) const OUTCOMES: [(&str, &str); 8] = [
    ("fail", "The receiver fails the connection."),
    (
        "refuse",
        "The server refuses the request with an HTTP status.",
    ),
    ("abort", "The receiver aborts the handshake."),
    ("replace", "The receiver replaces what is faulty by U+FFFD."),
    ("discard", "The receiver discards the frame and goes on."),
    ("drop", "The receiver drops a channel; the others go on."),
    (
        "fail-physical",
        "The receiver fails the connection under all channels.",
    ),
    ("nothing", "Only an observer notes it."),
];

pub(super) const SHOWN: [(&str, &str); 4] = [
    ("head", "The head of a frame."),
    (
        "stream",
        "The head of a frame and what its sender sent before it.",
    ),
    ("close-code", "The code in a close frame."),
    (
        "elsewhere",
        "Nothing that the functions of this module see.",
    ),
];

pub(super) const KINDS: [(&str, &str); 7] = [
    ("continuation", "Continues the open message."),
    ("text", "Starts a text message."),
    ("binary", "Starts a binary message."),
    ("close", "Starts the closing handshake or responds to it."),
    ("ping", "Requests a pong with the same payload."),
    ("pong", "Responds to a ping, or is unsolicited."),
    ("reserved", "The draft gives the opcode no meaning."),
];

pub(super) const DIRECTIONS: [(&str, &str); 2] = [
    ("request", "The client's request."),
    ("response", "The server's response."),
];

pub(super) const PURPOSES: [(&str, &str); 13] = [
    ("upgrade", "States the protocol to switch to."),
    ("connection", "Requests the upgrade of the connection."),
    ("host", "The server's host and port."),
    (
        "origin",
        "The origin of the script that opens the connection.",
    ),
    ("key", "The client's challenge."),
    ("accept", "The server's response to the challenge."),
    ("nonce", "A nonce from the server."),
    ("version", "The protocol version."),
    ("subprotocol", "Subprotocols offered or chosen."),
    ("extensions", "Extensions offered or agreed."),
    (
        "location",
        "The URL of the connection, as seen by the server.",
    ),
    ("cookie", "Cookies."),
    ("other", "Anything else."),
];

pub(super) const CODE_USES: [(&str, &str); 10] = [
    ("normal", "A regular closure."),
    ("going-away", "The end goes away."),
    (
        "too-big",
        "A message or frame exceeds the receiver's limit.",
    ),
    (
        "no-status",
        "Reported when a close frame contained no close code.",
    ),
    (
        "abnormal",
        "Reported when the connection ended without a close frame.",
    ),
    ("internal", "An unexpected condition."),
    ("policy", "The peer violates a local policy."),
    ("overloaded", "The end is overloaded."),
    (
        "unsupported",
        "The end does not take messages of this type.",
    ),
    (
        "bad-gateway",
        "A gateway got no valid response from the server behind it.",
    ),
];

pub(super) const RANGE_USES: [(&str, &str); 5] = [
    ("unused", "Nobody; never on the wire."),
    (
        "protocol",
        "The protocol and its extensions; only defined codes are allowed.",
    ),
    (
        "later",
        "The protocol, for codes that a later document defines.",
    ),
    ("registered", "Libraries and applications, by registration."),
    ("private", "Private use."),
];

pub(super) const CLOSE_REASONS: [(&str, &str); 5] = [
    ("allowed", "The code is allowed."),
    ("no-codes", "Close frames of the draft have no code."),
    (
        "never-sent",
        "The code has a meaning, and no close frame may contain it.",
    ),
    (
        "undefined",
        "The draft does not define the code, and its range is not free.",
    ),
    (
        "other-end",
        "Only the other end may send the code. No receiver checks that, so no rule is broken.",
    ),
];

pub(super) const KEY_SOURCES: [(&str, &str); 3] = [
    ("nonce", "The four bytes in front of the frame."),
    ("session", "The key that the handshake derived."),
    ("text", "A text of the draft."),
];

pub(super) const CONDITIONS: [(&str, &str); 12] = [
    ("always", "Every frame."),
    ("control", "Control frames."),
    ("data", "Data frames."),
    ("starts", "Frames that start a message."),
    ("continuation", "Continuation frames."),
    ("text", "Text frames."),
    ("binary", "Binary frames."),
    ("close", "Close frames."),
    ("ping", "Ping frames."),
    ("pong", "Pong frames."),
    ("message-open", "Frames while a message is open."),
    ("no-message-open", "Frames while no message is open."),
];

pub(super) const TESTS: [(&str, &str); 11] = [
    ("known-opcode", "The draft defines the opcode."),
    (
        "reserved-clear",
        "Reserved bits that no extension claims are zero.",
    ),
    ("minimal-length", "The length is in the shortest form."),
    ("length-fits", "The unused bits of the length are zero."),
    (
        "payload-at-most",
        "The payload is not longer than the limit.",
    ),
    ("final", "The frame is the last one of its message."),
    ("masked", "The frame is masked."),
    ("unmasked", "The frame is not masked."),
    ("message-open", "A message is open."),
    ("no-message-open", "No message is open."),
    ("before-close", "The sender has not sent a close frame."),
];
