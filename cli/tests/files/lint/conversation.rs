//! Rules of conversations that `wsdraft lint` and `wsdraft proxy` find broken: each with a
//! connection that breaks it, and with those that come near to it and do not.

use serde_json::Value;

mod capture;
mod common;
#[path = "common/events.rs"]
mod printed;

use self::{
    capture::{Capture, From, Link},
    printed::{events as printed, named},
};

const REQUEST: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const DONE: &[u8] = b"\x03\xe8";

/// A broken rule: its id, by whom, and in which packet.
type Broken = (String, String, u64);

/// A connection of the current draft.
struct Talk {
    capture: Capture,
    /// The next masking key.
    key: u32,
}

impl Talk {
    fn opened() -> Self {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        capture.send(From::Server, RESPONSE.as_bytes());
        Self {
            capture,
            key: 0x1234_5678,
        }
    }

    fn frame(&mut self, from: From, first: u8, payload: &[u8]) -> Vec<u8> {
        let length = payload.len() as u8;
        if from == From::Server {
            return [&[first, length], payload].concat();
        }
        self.key = self.key.wrapping_mul(747_796_405).wrapping_add(1);
        masked(first, payload, self.key.to_be_bytes())
    }

    fn send(&mut self, from: From, first: u8, payload: &[u8]) -> u64 {
        let frame = self.frame(from, first, payload);
        self.capture.send(from, &frame) as u64
    }

    fn texts(&mut self, from: From, count: u32, pause: u32) {
        for _ in 0..count {
            self.capture.wait(pause);
            self.send(from, TEXT, b"more");
        }
    }

    fn wait(&mut self, milliseconds: u32) -> &mut Self {
        self.capture.wait(milliseconds);
        self
    }

    /// Both ends close, this one first.
    fn closed(mut self, first: From) -> Vec<Broken> {
        self.send(first, CLOSE, DONE);
        self.send(other(first), CLOSE, DONE);
        self.ended(From::Server)
    }

    /// Both ends end the transport, this one first.
    fn ended(mut self, first: From) -> Vec<Broken> {
        self.capture.finish(first);
        self.capture.finish(other(first));
        self.broken()
    }

    fn broken(&self) -> Vec<Broken> {
        let mut capture = vec![self.capture.bytes()];
        let mut blocks = self.capture.clone();
        blocks.pcapng = true;
        capture.push(blocks.bytes());
        let mut found = capture.iter().map(|capture| broken(capture, &[]));
        let first = found.next().unwrap();
        assert_eq!(found.next().unwrap(), first, "pcapng has it, too");
        first
    }
}

fn masked(first: u8, payload: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | payload.len() as u8];
    frame.extend(key);
    frame.extend(
        payload
            .iter()
            .zip(key.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    frame
}

const fn other(from: From) -> From {
    match from {
        From::Client => From::Server,
        From::Server => From::Client,
    }
}

fn by(from: From) -> &'static str {
    match from {
        From::Client => "client",
        From::Server => "server",
    }
}

const BOTH: [From; 2] = [From::Client, From::Server];

fn broken(input: &[u8], arguments: &[&str]) -> Vec<Broken> {
    let output = common::run(&[&["lint", "-", "--json"], arguments].concat(), input);
    let found = printed(&output);
    let violations = named(&found, "violation");
    if !violations.is_empty() {
        assert_eq!(output.status.code(), Some(1), "{found:?}");
    }
    violations.into_iter().map(told).collect()
}

fn told(event: &Value) -> Broken {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let packet = event["packet"].as_u64().unwrap_or_default();
    (text("rule"), text("by"), packet)
}

fn one(rule: &str, from: From, packet: u64) -> Vec<Broken> {
    vec![(rule.into(), by(from).into(), packet)]
}

#[test]
fn pings_that_are_answered_break_nothing() {
    for from in BOTH {
        let peer = other(from);
        let mut talk = Talk::opened();
        // With the same payload; one pong for all before it; one that nobody asked for.
        talk.send(from, PING, b"one");
        talk.send(peer, PONG, b"one");
        talk.send(from, PING, b"two");
        talk.send(from, PING, b"three");
        talk.texts(peer, 20, 100);
        talk.send(peer, PONG, b"unasked");
        talk.send(peer, PONG, b"three");
        talk.texts(peer, 20, 5_000);
        // Just before the close frame, and after it.
        talk.wait(100).send(from, PING, b"four");
        talk.texts(peer, 1, 100);
        assert_eq!(talk.closed(from), [], "{from:?}");
        let mut talk = Talk::opened();
        talk.send(peer, CLOSE, DONE);
        talk.send(from, PING, b"");
        talk.texts(from, 5, 0);
        talk.wait(20_000).send(from, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), [], "{from:?}");
    }
}

#[test]
fn a_ping_that_is_not_answered_is_found_as_the_other_end_closes() {
    for from in BOTH {
        let peer = other(from);
        for first in BOTH {
            let mut talk = Talk::opened();
            let packet = talk.send(from, PING, b"alive?");
            talk.texts(peer, 2, 5_000);
            talk.wait(5_000).send(from, PING, b"alive?");
            talk.wait(100);
            assert_eq!(
                talk.closed(first),
                one("ping-answered", peer, packet),
                "{from:?} {first:?}"
            );
        }
        // It sends nothing, and is given time.
        let mut talk = Talk::opened();
        let packet = talk.send(from, PING, b"");
        talk.wait(20_000);
        assert_eq!(talk.closed(from), one("ping-answered", peer, packet));
        // The record has no clock.
        let mut talk = Talk::opened();
        let packet = talk.send(from, PING, b"a");
        talk.texts(peer, 12, 0);
        assert_eq!(talk.closed(from), one("ping-answered", peer, packet));
    }
}

#[test]
fn a_ping_that_is_not_answered_is_found_while_the_other_end_goes_on() {
    for from in BOTH {
        let peer = other(from);
        for other_body in [false, true] {
            let mut talk = Talk::opened();
            let packet = talk.send(from, PING, b"body");
            if other_body {
                talk.send(peer, PONG, b"another");
            }
            talk.texts(peer, 40, 1_000);
            assert_eq!(talk.broken(), one("ping-answered", peer, packet));
        }
    }
}

/// A pong is due as soon as is practical (RFC 6455 §5.5.2), which may be late.
#[test]
fn an_answer_that_comes_late_is_one() {
    for from in BOTH {
        let peer = other(from);
        let mut talk = Talk::opened();
        talk.send(from, PING, b"p");
        talk.texts(peer, 45, 1_000);
        talk.send(peer, PONG, b"p");
        assert_eq!(talk.closed(from), []);
        // One of more than are kept answers all before it.
        let many = || {
            let mut talk = Talk::opened();
            let first = talk.send(from, PING, b"first");
            for number in 0..200_u8 {
                talk.send(from, PING, &[number]);
                talk.texts(peer, 1, 1_000);
            }
            (talk, first)
        };
        let (mut talk, _) = many();
        talk.send(peer, PONG, &[199]);
        assert_eq!(talk.closed(from), []);
        let (talk, first) = many();
        assert_eq!(talk.broken(), one("ping-answered", peer, first));
        assert_eq!(talk.closed(peer), one("ping-answered", peer, first));
        // The answer to a close frame, too, also after the other end gave up waiting for it.
        let closed = || {
            let mut talk = Talk::opened();
            talk.send(from, CLOSE, DONE);
            talk.texts(peer, 40, 1_000);
            talk
        };
        let mut talk = closed();
        talk.send(peer, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), []);
        let mut talk = closed();
        talk.capture.finish(from);
        talk.send(peer, CLOSE, DONE);
        talk.capture.finish(peer);
        assert_eq!(talk.broken(), []);
    }
}

/// What the record does not show is held against nobody.
#[test]
fn pings_that_may_not_have_come_are_owed_no_answer() {
    for from in BOTH {
        let peer = other(from);
        let pinged = || {
            let mut talk = Talk::opened();
            talk.send(from, PING, b"a");
            talk
        };
        // The record ends, or the transport is cut.
        let mut talk = pinged();
        talk.texts(peer, 5, 1_000);
        assert_eq!(talk.broken(), []);
        talk.capture.reset(peer);
        assert_eq!(talk.broken(), []);
        // Closed at once, by either end, after much that was on its way.
        for first in BOTH {
            let mut talk = pinged();
            talk.texts(peer, 8, 1);
            assert_eq!(talk.closed(first), [], "{first:?}");
        }
        // The other end does not have it: what it sends is on its way since before.
        let mut talk = pinged();
        talk.capture.lag[peer as usize] = 1;
        talk.texts(peer, 40, 1_000);
        assert_eq!(talk.broken(), []);
        // Bytes of either end are missing.
        for lost in BOTH {
            let mut talk = pinged();
            let frame = talk.frame(lost, PONG, b"a");
            let _lost = talk.capture.segment(lost, &frame);
            talk.texts(lost, 3, 0);
            talk.texts(peer, 60, 1_000);
            assert_eq!(talk.broken(), [], "{lost:?}");
        }
        // An end that has broken a rule is not spoken to any more.
        let mut talk = pinged();
        let odd = talk.frame(from, 0x83, b"");
        talk.capture.send(from, &odd);
        talk.texts(peer, 60, 1_000);
        let found = talk.broken();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "opcode-known");
    }
}

#[test]
fn a_close_frame_that_is_not_answered_is_found() {
    for from in BOTH {
        let peer = other(from);
        let closed = || {
            let mut talk = Talk::opened();
            let packet = talk.send(from, CLOSE, DONE);
            (talk, packet)
        };
        // The other end ends the transport instead.
        let (talk, packet) = closed();
        assert_eq!(talk.ended(peer), one("close-answered", peer, packet));
        let (mut talk, packet) = closed();
        talk.wait(2_000).capture.acknowledge(peer);
        talk.capture.reset(peer);
        assert_eq!(talk.broken(), one("close-answered", peer, packet));
        // This end gives up waiting.
        let (mut talk, packet) = closed();
        talk.capture.acknowledge(peer);
        talk.wait(10_000);
        assert_eq!(talk.ended(from), one("close-answered", peer, packet));
        // The other end goes on sending.
        let (mut talk, packet) = closed();
        talk.texts(peer, 40, 1_000);
        assert_eq!(talk.broken(), one("close-answered", peer, packet));
    }
}

#[test]
fn a_close_frame_that_could_not_be_answered_is_not_held_against_anyone() {
    for from in BOTH {
        let peer = other(from);
        let closed = || {
            let mut talk = Talk::opened();
            talk.send(from, CLOSE, DONE);
            talk
        };
        // The record ends; the transport is cut by either end before there can be an answer.
        assert_eq!(closed().broken(), []);
        let mut talk = closed();
        talk.capture.reset(peer);
        assert_eq!(talk.broken(), []);
        let mut talk = closed();
        talk.capture.reset(from);
        assert_eq!(talk.broken(), []);
        let mut talk = closed();
        talk.capture.acknowledge(peer);
        assert_eq!(talk.ended(from), []);
        // It never came.
        let mut talk = closed();
        talk.capture.lag[peer as usize] = 1;
        talk.wait(5_000);
        assert_eq!(talk.ended(peer), []);
        let mut talk = closed();
        talk.capture.lag[peer as usize] = 1;
        talk.wait(10_000);
        assert_eq!(talk.ended(from), []);
        // A message is finished first.
        let mut talk = closed();
        talk.texts(peer, 5, 1_000);
        talk.send(peer, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), []);
        // Both close at once.
        let mut talk = closed();
        talk.capture.lag[peer as usize] = 8;
        talk.send(peer, CLOSE, b"\x03\xe9");
        assert_eq!(talk.ended(From::Server), []);
    }
}

/// A client or server may finish its message before it answers a close frame.
#[test]
fn a_close_frame_that_comes_in_the_middle_of_a_message_can_wait() {
    let request = REQUEST.replace(
        "Version: 13\r\n",
        "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
    );
    let response = RESPONSE.replace(
        "\r\n\r\n",
        "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    );
    for (from, compresses) in BOTH
        .into_iter()
        .flat_map(|from| [(from, false), (from, true)])
    {
        let peer = other(from);
        let opened = || {
            let mut capture = Capture::new(Link::Ethernet);
            capture.open();
            let (request, response) = if compresses {
                (&*request, &*response)
            } else {
                (REQUEST, RESPONSE)
            };
            capture.send(From::Client, request.as_bytes());
            capture.send(From::Server, response.as_bytes());
            Talk { capture, key: 1 }
        };
        // Within a frame: the end that closed gives up waiting, or the other one goes away.
        for gives_up in BOTH {
            let mut talk = opened();
            let frame = talk.frame(peer, TEXT, &[b'a'; 100]);
            talk.capture.send(peer, &frame[..60]);
            talk.send(from, CLOSE, DONE);
            talk.wait(2_000).capture.acknowledge(peer);
            talk.wait(10_000);
            assert_eq!(
                talk.ended(gives_up),
                [],
                "{from:?} {compresses} {gives_up:?}"
            );
        }
        // Between the frames of a message that takes long.
        let mut talk = opened();
        talk.send(peer, 0x01, b"start");
        talk.send(from, CLOSE, DONE);
        for _ in 0..40 {
            talk.wait(1_000).send(peer, 0, b"more");
            talk.send(peer, PING, b"");
        }
        talk.send(peer, 0x80, b"end");
        talk.send(peer, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), [], "{from:?} {compresses}");
    }
}

/// An end that has much to read comes to a ping late.
#[test]
fn a_ping_behind_much_else_is_waited_for() {
    for from in BOTH {
        let peer = other(from);
        let busy = || {
            let mut talk = Talk::opened();
            talk.texts(from, 1_000, 0);
            let packet = talk.send(from, PING, b"a");
            talk.texts(peer, 60, 1_000);
            (talk, packet)
        };
        let (mut talk, _) = busy();
        talk.send(peer, PONG, b"a");
        assert_eq!(talk.closed(from), []);
        // Not for ever.
        let (mut talk, packet) = busy();
        talk.texts(peer, 100, 1_000);
        assert_eq!(talk.broken(), one("ping-answered", peer, packet));
        // A pong says that all before the ping was read.
        let (mut talk, _) = busy();
        talk.send(peer, PONG, b"a");
        let packet = talk.send(from, PING, b"b");
        talk.texts(peer, 40, 1_000);
        assert_eq!(talk.broken(), one("ping-answered", peer, packet));
    }
}

#[test]
fn the_body_of_a_close_frame_is_repeated_where_a_draft_says_so() {
    let request = "GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\nSec-WebSocket-Draft: 2\r\n\
        Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n^n:ds[4U";
    let response = "HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Origin: http://example.com\r\n\
        Sec-WebSocket-Location: ws://example.com/demo\r\n\r\n8jKS'y:G*Co,Wxa-";
    for (answer, has, wanted) in [
        ("ab", true, 0),
        ("ac", true, 1),
        ("", true, 1),
        ("ac", false, 0),
    ] {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, request.as_bytes());
        capture.send(From::Server, response.as_bytes());
        capture.send(From::Client, b"\x01\x02ab");
        capture.lag[From::Server as usize] = u32::from(!has);
        let frame = [&[1, answer.len() as u8], answer.as_bytes()].concat();
        let packet = capture.send(From::Server, &frame) as u64;
        capture.finish(From::Server);
        capture.finish(From::Client);
        let found = broken(&capture.bytes(), &["--draft", "hybi-03"]);
        let rule = one("close-body-matches", From::Server, packet);
        assert_eq!(found, rule[..wanted], "{answer:?} {has}");
    }
}

#[test]
fn masking_keys_that_do_not_vary_are_found() {
    let linted = |keys: &[[u8; 4]]| {
        let mut talk = Talk::opened();
        let mut packets = Vec::new();
        for key in keys {
            let frame = masked(TEXT, b"text", *key);
            packets.push(talk.capture.send(From::Client, &frame) as u64);
        }
        (talk.closed(From::Client), packets)
    };
    let (a, b, zero) = ([1, 2, 3, 4], [1, 2, 3, 5], [0; 4]);
    for clean in [
        &[a, a, a, b, a, a, b][..],
        &[a, b, a, b],
        &[zero, a, zero, b],
        &[a],
    ] {
        assert_eq!(linted(clean).0, [], "{clean:?}");
    }
    for (keys, at) in [(&[a, a, a, a, a, b][..], 3), (&[a, zero, zero, b], 2)] {
        let (found, packets) = linted(keys);
        assert_eq!(
            found,
            one("mask-is-random", From::Client, packets[at]),
            "{keys:?}"
        );
    }
}

#[test]
fn a_client_that_does_not_wait_for_the_answer_is_found() {
    let linted = |response: &str, lag: u32, early: &[u8]| {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        // The answer has passed the other end already, and this record has it late.
        let late = capture.segment(From::Server, response.as_bytes());
        capture.lag[From::Client as usize] = lag;
        let packet = capture.send(From::Client, early) as u64;
        capture.record(&late);
        (broken(&capture.bytes(), &[]), packet)
    };
    let early = masked(TEXT, b"early", [1, 2, 3, 4]);
    let (found, packet) = linted(RESPONSE, RESPONSE.len() as u32, &early);
    assert_eq!(found, one("client-waits", From::Client, packet));
    assert_eq!(linted(RESPONSE, 0, &early).0, []);
    let (pipelined, _) = linted(RESPONSE, RESPONSE.len() as u32, REQUEST.as_bytes());
    assert!(
        pipelined.iter().all(|broken| broken.0 != "client-waits"),
        "{pipelined:?}"
    );
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(linted(refusal, refusal.len() as u32, &early).0, []);
}

/// Many good clients do so: it is told to who asks for it.
#[test]
fn a_client_that_ends_the_transport_is_told_to_who_asks() {
    for (first, wait, wanted) in [
        (From::Client, 0, 1),
        (From::Client, 5_000, 0),
        (From::Server, 0, 0),
    ] {
        let mut talk = Talk::opened();
        talk.texts(From::Client, 1, 10);
        talk.send(From::Server, CLOSE, DONE);
        talk.send(From::Client, CLOSE, DONE);
        talk.wait(wait);
        talk.capture.finish(first);
        talk.capture.finish(other(first));
        assert_eq!(talk.broken(), []);
        let asked = ["--only", "server-ends-transport"];
        assert_eq!(
            broken(&talk.capture.bytes(), &asked).len(),
            wanted,
            "{first:?} {wait}"
        );
    }
}

#[test]
fn what_an_answer_alone_shows_is_found_in_refusals_too() {
    let refused = |status: &str, field: &str| format!("HTTP/1.1 {status}\r\n{field}\r\n");
    let accepted = |field: &str| RESPONSE.replace("\r\n\r\n", &format!("\r\n{field}\r\n"));
    for (response, rule) in [
        (
            refused("401 Unauthorized", ""),
            Some("authentication-challenged"),
        ),
        (
            refused(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"a\"\r\n",
            ),
            None,
        ),
        (refused("426 Upgrade Required", ""), Some("versions-listed")),
        (
            refused("426 Upgrade Required", "Sec-WebSocket-Version: 13, 8\r\n"),
            None,
        ),
        (refused("302 Found", "Location: /\r\n"), None),
        (refused("404 Not Found", ""), None),
        (
            accepted("Content-Length: 0\r\n"),
            Some("response-content-length-absent"),
        ),
        (
            accepted("Transfer-Encoding: chunked\r\n"),
            Some("response-transfer-encoding-absent"),
        ),
        (accepted("Server: a\r\n"), None),
    ] {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        let packet = capture.send(From::Server, response.as_bytes()) as u64;
        let found = broken(&capture.bytes(), &[]);
        let wanted = rule.map_or_else(Vec::new, |rule| one(rule, From::Server, packet));
        assert_eq!(found, wanted, "{response}");
    }
}
