//! Opening requests and answers that RFC 6455 forbids.

use crate::input::{Case, Input};

/// A change of a good request or answer.
enum Change {
    /// Takes a field away.
    Without(&'static str),
    /// Gives a field another value.
    With(&'static str, &'static str),
    /// Adds a field.
    And(&'static str, &'static str),
    /// Puts another first line there.
    First(&'static str),
}

use Change::{And, First, With, Without};

const REQUEST: &[(&str, &str)] = &[
    ("Host", "example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
];

const RESPONSE: &[(&str, &str)] = &[
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Accept", "ACCEPT"),
];

/// A head with a change.
fn head(first: &str, fields: &[(&str, &str)], change: &Change) -> Vec<u8> {
    let mut first = first;
    let mut lines: Vec<(&str, &str)> = fields.to_vec();
    match change {
        Without(name) => lines.retain(|(field, _)| field != name),
        With(name, value) => {
            for line in lines.iter_mut().filter(|line| line.0 == *name) {
                line.1 = value;
            }
        }
        And(name, value) => lines.push((name, value)),
        First(line) => first = line,
    }
    let lines: String = lines
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("{first}\r\n{lines}\r\n").into_bytes()
}

const GET: &str = "GET /chat HTTP/1.1";
const SWITCHING: &str = "HTTP/1.1 101 Switching Protocols";

/// A good request.
pub fn good_request() -> Vec<u8> {
    head(GET, REQUEST, &First(GET))
}

/// A good answer.
pub fn good_response() -> Vec<u8> {
    head(SWITCHING, RESPONSE, &First(SWITCHING))
}

type Row = (&'static str, &'static str, &'static str, Change);

const REQUESTS: &[Row] = &[
    (
        "4.2.1",
        "POST",
        "request-method",
        First("POST /chat HTTP/1.1"),
    ),
    (
        "4.2.1",
        "HEAD",
        "request-method",
        First("HEAD /chat HTTP/1.1"),
    ),
    (
        "4.2.1",
        "HTTP/1.0",
        "request-http-version",
        First("GET /chat HTTP/1.0"),
    ),
    (
        "4.1",
        "a target that is no path",
        "request-target",
        First("GET chat HTTP/1.1"),
    ),
    (
        "4.1",
        "a target with a fragment",
        "request-target",
        First("GET /chat#top HTTP/1.1"),
    ),
    (
        "4.1",
        "a target with the scheme ftp",
        "request-target",
        First("GET ftp://example.com/ HTTP/1.1"),
    ),
    ("4.2.1", "no Host", "host-present", Without("Host")),
    (
        "4.1",
        "a Host with a space",
        "host-valid",
        With("Host", "example .com"),
    ),
    ("4.2.1", "no Upgrade", "upgrade-present", Without("Upgrade")),
    (
        "4.2.1",
        "Upgrade: h2c",
        "upgrade-valid",
        With("Upgrade", "h2c"),
    ),
    (
        "4.2.1",
        "an empty Upgrade",
        "upgrade-valid",
        With("Upgrade", ""),
    ),
    (
        "4.2.1",
        "no Connection",
        "connection-present",
        Without("Connection"),
    ),
    (
        "4.2.1",
        "Connection: close",
        "connection-valid",
        With("Connection", "close"),
    ),
    (
        "4.2.1",
        "Connection: keep-alive, x-upgrade",
        "connection-valid",
        With("Connection", "keep-alive, x-upgrade"),
    ),
    (
        "4.2.1",
        "no key",
        "key-present",
        Without("Sec-WebSocket-Key"),
    ),
    (
        "4.2.1",
        "an empty key",
        "key-valid",
        With("Sec-WebSocket-Key", ""),
    ),
    (
        "4.2.1",
        "a key of 15 bytes",
        "key-valid",
        With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j"),
    ),
    (
        "4.2.1",
        "a key of 17 bytes",
        "key-valid",
        With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZWE="),
    ),
    (
        "4.2.1",
        "a key that is not base64",
        "key-valid",
        With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ***"),
    ),
    (
        "4.2.1",
        "a key without its padding",
        "key-valid",
        With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"),
    ),
    (
        "4.2.1",
        "a key with padding bits set",
        "key-valid",
        With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR=="),
    ),
    (
        "11.3.1",
        "two keys",
        "key-once",
        And("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="),
    ),
    (
        "4.2.1",
        "no version",
        "version-present",
        Without("Sec-WebSocket-Version"),
    ),
    (
        "4.2.2",
        "version 7",
        "version-supported",
        With("Sec-WebSocket-Version", "7"),
    ),
    (
        "4.2.2",
        "version 25",
        "version-supported",
        With("Sec-WebSocket-Version", "25"),
    ),
    (
        "4.3",
        "version 013",
        "version-supported",
        With("Sec-WebSocket-Version", "013"),
    ),
    (
        "4.3",
        "version 13, 8",
        "version-supported",
        With("Sec-WebSocket-Version", "13, 8"),
    ),
    (
        "11.3.5",
        "the version twice",
        "version-once",
        And("Sec-WebSocket-Version", "13"),
    ),
    (
        "4.1",
        "a list of no subprotocols",
        "subprotocol-valid",
        And("Sec-WebSocket-Protocol", ","),
    ),
    (
        "4.1",
        "a subprotocol with a separator",
        "subprotocol-valid",
        And("Sec-WebSocket-Protocol", "chat/1 2"),
    ),
    (
        "4.1",
        "a subprotocol offered twice",
        "subprotocols-distinct",
        And("Sec-WebSocket-Protocol", "chat, superchat, chat"),
    ),
    (
        "9.1",
        "an extension without a name",
        "extensions-valid",
        And("Sec-WebSocket-Extensions", "; a=1"),
    ),
    (
        "9.1",
        "an extension with an open quotation",
        "extensions-valid",
        And("Sec-WebSocket-Extensions", "x; a=\"1"),
    ),
];

const RESPONSES: &[Row] = &[
    (
        "4.1",
        "no Upgrade",
        "response-upgrade-present",
        Without("Upgrade"),
    ),
    (
        "4.1",
        "Upgrade: h2c",
        "response-upgrade-valid",
        With("Upgrade", "h2c"),
    ),
    (
        "4.1",
        "no Connection",
        "response-connection-present",
        Without("Connection"),
    ),
    (
        "4.1",
        "Connection: close",
        "response-connection-valid",
        With("Connection", "close"),
    ),
    (
        "4.1",
        "no answer to the key",
        "accept-present",
        Without("Sec-WebSocket-Accept"),
    ),
    (
        "4.1",
        "a wrong answer to the key",
        "accept-matches",
        With("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ),
    (
        "4.1",
        "an empty answer to the key",
        "accept-matches",
        With("Sec-WebSocket-Accept", ""),
    ),
    (
        "11.3.3",
        "two answers to the key",
        "accept-once",
        And("Sec-WebSocket-Accept", "ACCEPT"),
    ),
    (
        "4.1",
        "a subprotocol that nobody offered",
        "subprotocol-offered",
        And("Sec-WebSocket-Protocol", "chat"),
    ),
    (
        "4.1",
        "an extension that nobody offered",
        "extensions-offered",
        And("Sec-WebSocket-Extensions", "x-unknown"),
    ),
    (
        "4.1",
        "status 102 with the fields of an upgrade",
        "",
        First("HTTP/1.1 102 Processing"),
    ),
    ("4.1", "status 200", "", First("HTTP/1.1 200 OK")),
    ("4.1", "status 404", "", First("HTTP/1.1 404 Not Found")),
];

/// All of them.
pub fn all() -> Vec<Input> {
    let input = |row: &Row, case| Input {
        section: row.0,
        what: row.1,
        rule: row.2,
        case,
    };
    let requests = REQUESTS
        .iter()
        .map(|row| input(row, Case::Request(head(GET, REQUEST, &row.3))));
    let responses = RESPONSES
        .iter()
        .map(|row| input(row, Case::Response(head(SWITCHING, RESPONSE, &row.3))));
    requests.chain(responses).collect()
}
