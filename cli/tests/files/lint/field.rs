//! `wsdraft lint`, `detect` and `handshake` on what software in the field does, rightly or not.

use std::{fs, path::Path};

use serde_json::{Value, json};
use wsdraft::{
    Draft, Role,
    drafts::hybi_04,
    frame::{Decode, Mask, Session},
    handshake::{
        Answer, Opening,
        client::{ClientHandshake, ClientOptions},
        server::{ServerHandshake, ServerOptions},
    },
};

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
const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
/// `Hello`, masked.
const HELLO: &[u8] = &[
    0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
];
const CLOSE: &[u8] = &[0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x12];
const CLOSED: &[u8] = &[0x88, 0x02, 0x03, 0xe8];
/// A frame of an opcode that nothing has.
const ODD: &[u8] = b"\x83\x00";

fn events(input: &[u8], arguments: &[&str]) -> (Vec<Value>, i32) {
    let output = common::run(&[&["lint", "-", "--json"], arguments].concat(), input);
    (printed(&output), output.status.code().unwrap())
}

fn told(input: &[u8]) -> (i32, String) {
    let output = common::run(&["lint", "-"], input);
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn connection() -> Capture {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture
}

/// Each piece in packets of at most so many bytes.
fn sent(capture: &mut Capture, from: From, bytes: &[u8], size: usize) {
    for piece in bytes.chunks(size) {
        capture.send(from, piece);
    }
}

fn closed(mut capture: Capture) -> Vec<u8> {
    capture.send(From::Client, CLOSE);
    capture.send(From::Server, CLOSED);
    capture.finish(From::Server);
    capture.finish(From::Client);
    capture.bytes()
}

fn rules(events: &[Value]) -> Vec<(&str, &str, u64)> {
    let broken = named(events, "violation");
    broken
        .iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap();
            (
                text("rule"),
                text("by"),
                event["stream_offset"].as_u64().unwrap(),
            )
        })
        .collect()
}

/// The example of the draft hixie-76, without and with the bytes after the request's head.
const OLD_REQUEST: &[u8] = b"GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n\
    Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n";
const OLD_BODY: &[u8] = b"^n:ds[4U";
const OLD_RESPONSE: &[u8] = b"HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Origin: http://example.com\r\n\
    Sec-WebSocket-Location: ws://example.com/demo\r\n\r\n";
const OLD_ANSWER: &[u8] = b"8jKS'y:G*Co,Wxa-";

#[test]
fn a_head_before_the_keys_last_bytes_is_an_answer() {
    for answer in [OLD_ANSWER, b"8jKS'y:G*Co,Wxa+"] {
        for size in [1, 5, 1000] {
            let mut capture = connection();
            sent(&mut capture, From::Client, OLD_REQUEST, size);
            sent(&mut capture, From::Server, OLD_RESPONSE, size);
            sent(&mut capture, From::Client, OLD_BODY, size);
            sent(&mut capture, From::Client, b"\x00Hello\xff", size);
            sent(&mut capture, From::Server, answer, size);
            sent(&mut capture, From::Server, b"\x00Hello\xff\xff\x00", size);
            sent(&mut capture, From::Client, b"\xff\x00", size);
            capture.finish(From::Server);
            capture.finish(From::Client);
            let (found, status) = events(&capture.bytes(), &[]);
            let connection = named(&found, "connection")[0];
            assert_eq!(connection["messages"], json!({"client": 1, "server": 1}));
            assert_eq!(connection["clean"], true);
            if answer == OLD_ANSWER {
                assert_eq!((found.len(), status), (1, 0), "{size}: {found:?}");
            } else {
                let at = OLD_RESPONSE.len() as u64;
                let wanted = [("response-body-matches", "server", at)];
                assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
            }
        }
    }
}

/// What nobody has recorded, nobody is blamed for.
#[test]
fn keys_that_never_come_are_nobodys_fault() {
    let refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let answered = [OLD_RESPONSE, OLD_ANSWER].concat();
    for (response, notes) in [(&refusal[..], 0), (&answered, 1), (OLD_RESPONSE, 0)] {
        let mut capture = connection();
        capture.send(From::Client, OLD_REQUEST);
        capture.send(From::Server, response);
        capture.finish(From::Server);
        let (found, _) = events(&capture.bytes(), &[]);
        assert!(named(&found, "violation").is_empty(), "{found:?}");
        assert!(named(&found, "head").is_empty(), "{found:?}");
        assert_eq!(named(&found, "unchecked").len(), notes, "{found:?}");
    }
    // Bytes of the client that are lost before the answer is there.
    let mut capture = connection();
    capture.send(From::Client, OLD_REQUEST);
    let _lost = capture.segment(From::Client, &[OLD_BODY, b"\x00Hello\xff"].concat());
    capture.send(From::Client, b"\x00Hello\xff");
    capture.send(From::Server, &answered);
    capture.send(From::Server, b"\x00Hello\xff");
    capture.finish(From::Server);
    capture.finish(From::Client);
    let (found, _) = events(&capture.bytes(), &[]);
    assert!(named(&found, "violation").is_empty(), "{found:?}");
    assert!(named(&found, "head").is_empty(), "{found:?}");
    let connection = named(&found, "connection")[0];
    assert_eq!(connection["messages"]["server"], 1, "{found:?}");
    assert_eq!(connection["missing"], json!({"client": 15, "server": 0}));
}

/// Frames that the client sent too early are lost: the answer is still an answer.
#[test]
fn a_gap_before_the_answer_does_not_turn_it_into_frames() {
    let mut capture = connection();
    capture.send(From::Client, REQUEST.as_bytes());
    let _lost = capture.segment(From::Client, HELLO);
    capture.send(From::Client, HELLO);
    capture.send(From::Server, RESPONSE.as_bytes());
    capture.send(From::Server, ODD);
    let (found, status) = events(&closed(capture), &[]);
    let at = RESPONSE.len() as u64;
    let wanted = [("opcode-known", "server", at)];
    assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
    let connection = named(&found, "connection")[0];
    assert_eq!(connection["missing"]["client"], HELLO.len());
    assert_eq!(connection["clean"], true, "{found:?}");
}

#[test]
fn interim_responses_are_no_answer() {
    for size in [1, 7, 1000] {
        let mut capture = connection();
        capture.send(From::Client, REQUEST.as_bytes());
        let continued = "HTTP/1.1 100 Continue\r\n\r\n";
        let response = [continued, INTERIM, RESPONSE].concat();
        sent(&mut capture, From::Server, response.as_bytes(), size);
        capture.send(From::Server, ODD);
        let (found, status) = events(&closed(capture), &[]);
        let wanted = [("opcode-known", "server", response.len() as u64)];
        assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
    }
}

#[test]
fn the_frames_begin_behind_the_content_of_the_request() {
    let field = "Sec-WebSocket-Version: 13\r\n";
    for (fields, content) in [
        ("Content-Length: 7\r\n", &b"\x81\x81\x01\x02\x03\x04y"[..]),
        ("Content-Length: 0\r\n", b""),
        (
            "Transfer-Encoding: chunked\r\n",
            b"3;a\r\n\x81\x03a\r\n0\r\n\r\n",
        ),
    ] {
        let request = REQUEST.replace(field, &format!("{field}{fields}"));
        for (size, early) in [(1, false), (4, true), (1000, false), (1000, true)] {
            if !early && content.is_empty() {
                continue;
            }
            let mut capture = connection();
            let request = [request.as_bytes(), content].concat();
            let bytes = [&request, HELLO, b"\x83\x80\0\0\0\0"].concat();
            if early {
                sent(&mut capture, From::Client, &bytes, size);
                sent(&mut capture, From::Server, RESPONSE.as_bytes(), size);
            } else {
                sent(
                    &mut capture,
                    From::Client,
                    &request[..request.len() - 1],
                    size,
                );
                sent(&mut capture, From::Server, RESPONSE.as_bytes(), size);
                sent(
                    &mut capture,
                    From::Client,
                    &bytes[request.len() - 1..],
                    size,
                );
            }
            let (found, _) = events(&closed(capture), &[]);
            let odd: Vec<_> = rules(&found)
                .into_iter()
                .filter(|broken| broken.0 == "opcode-known")
                .collect();
            let at = (request.len() + HELLO.len()) as u64;
            assert_eq!(
                odd,
                [("opcode-known", "client", at)],
                "{fields} {size}: {found:?}"
            );
            let connection = named(&found, "connection")[0];
            assert_eq!(connection["messages"]["client"], 1, "{found:?}");
            assert_eq!(connection["clean"], true, "{found:?}");
        }
    }
    // Content of a request before the opening one.
    let mut capture = connection();
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /";
    capture.send(From::Client, [post, REQUEST].concat().as_bytes());
    capture.send(From::Server, RESPONSE.as_bytes());
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
}

#[test]
fn heads_in_bare_line_feeds_are_named_and_read() {
    for size in [1, 5, 1000] {
        let mut capture = connection();
        let (request, response) = (REQUEST.replace('\r', ""), RESPONSE.replace('\r', ""));
        sent(&mut capture, From::Client, request.as_bytes(), size);
        sent(&mut capture, From::Server, response.as_bytes(), size);
        capture.send(From::Client, HELLO);
        capture.send(From::Server, ODD);
        let (found, status) = events(&closed(capture), &[]);
        let heads = named(&found, "head");
        let ends: Vec<_> = heads
            .iter()
            .map(|head| head["by"].as_str().unwrap())
            .collect();
        assert_eq!(ends, ["client", "server"], "{found:?}");
        for head in heads {
            assert!(head["detail"].as_str().unwrap().contains("end in LF alone"));
        }
        let wanted = [("opcode-known", "server", response.len() as u64)];
        assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
        assert_eq!(named(&found, "connection")[0]["clean"], true);
    }
}

#[test]
fn a_proxy_header_is_passed_over() {
    let text = b"PROXY TCP4 203.0.113.9 192.0.2.2 5555 80\r\n".as_slice();
    let unknown = b"PROXY UNKNOWN\r\n";
    let binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x09\xc0\0\x02\x02\x15\xb3\0\x50";
    for (header, client) in [
        (text, Some("203.0.113.9:5555")),
        (binary, Some("203.0.113.9:5555")),
        (unknown, None),
    ] {
        for size in [1, 3, 1000] {
            let mut capture = connection();
            let bytes = [header, REQUEST.as_bytes()].concat();
            sent(&mut capture, From::Client, &bytes, size);
            capture.send(From::Server, RESPONSE.as_bytes());
            capture.send(From::Client, b"\x83\x80\0\0\0\0");
            let (found, status) = events(&closed(capture), &[]);
            let wanted = [("opcode-known", "client", bytes.len() as u64)];
            assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
            let [proxied] = named(&found, "proxied")[..] else {
                panic!("{found:?}");
            };
            let detail = proxied["detail"].as_str().unwrap();
            assert_eq!(
                detail.contains("connects for"),
                client.is_some(),
                "{detail}"
            );
            assert!(
                detail.contains(client.unwrap_or("PROXY protocol")),
                "{detail}"
            );
        }
    }
    // The start of a method, or of empty lines.
    for start in ["\r\n\r\n", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut capture = connection();
        sent(
            &mut capture,
            From::Client,
            [start, REQUEST].concat().as_bytes(),
            1,
        );
        capture.send(From::Server, RESPONSE.as_bytes());
        let (found, status) = events(&closed(capture), &[]);
        assert_eq!((found.len(), status), (1, 0), "{found:?}");
    }
}

#[test]
fn packets_that_are_not_read_are_named() {
    let mut capture = connection();
    capture.send(From::Client, REQUEST.as_bytes());
    capture.send(From::Server, RESPONSE.as_bytes());
    for pcapng in [false, true] {
        capture.pcapng = pcapng;
        capture.called = Some(105);
        let (status, text) = told(&capture.bytes());
        assert_eq!(status, 2);
        let named = "4 packets of link type 105 (IEEE 802.11) were not read";
        assert!(text.contains(named), "{text}");
        capture.called = None;
        capture.snap = 120;
        let (_, text) = told(&capture.bytes());
        assert!(text.contains("2 packets were captured in part"), "{text}");
        capture.snap = usize::MAX;
        assert_eq!(told(&capture.bytes()), (0, String::new()));
    }
    let mut capture = connection();
    capture.send(From::Client, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let (status, text) = told(&capture.bytes());
    assert_eq!(status, 2);
    assert!(text.contains("1 with HTTP/2"), "{text}");
}

#[test]
fn a_client_that_leaves_at_once_did_not_like_the_answer() {
    let ended = |response: &str, frames: &[u8]| {
        let mut capture = connection();
        capture.send(From::Client, REQUEST.as_bytes());
        capture.send(From::Server, response.as_bytes());
        if !frames.is_empty() {
            capture.send(From::Client, frames);
        }
        capture.finish(From::Client);
        capture.finish(From::Server);
        let (found, _) = events(&capture.bytes(), &[]);
        let connection = named(&found, "connection")[0].clone();
        connection["ended"].as_str().unwrap().to_owned()
    };
    let good = ended(RESPONSE, b"");
    assert!(good.contains("did not like the answer"), "{good}");
    assert!(!good.contains("breaks a rule"), "{good}");
    let bad = ended(&RESPONSE.replace("s3pP", "S3pP"), b"");
    assert!(bad.contains("the response breaks a rule"), "{bad}");
    let spoke = ended(RESPONSE, HELLO);
    assert!(!spoke.contains("answer"), "{spoke}");
}

#[test]
fn the_ends_of_both_directions_come_in_the_order_of_their_packets() {
    for (first, last) in [(From::Client, From::Server), (From::Server, From::Client)] {
        let mut capture = connection();
        capture.send(From::Client, REQUEST.as_bytes());
        capture.send(From::Server, RESPONSE.as_bytes());
        for from in [first, last] {
            let frame: &[u8] = if from == From::Client {
                HELLO
            } else {
                b"\x81\x05Hello"
            };
            capture.send(from, &frame[..frame.len() - 1]);
        }
        capture.reset(last);
        let (found, _) = events(&capture.bytes(), &[]);
        let packets: Vec<_> = found
            .iter()
            .filter_map(|event| event["packet"].as_u64())
            .collect();
        assert_eq!(packets.len(), 3, "{found:?}");
        assert!(packets.is_sorted(), "{found:?}");
    }
}

#[test]
fn the_summary_says_what_is_missing() {
    let mut capture = connection();
    capture.send(From::Client, REQUEST.as_bytes());
    capture.send(From::Server, RESPONSE.as_bytes());
    let _lost = capture.segment(From::Server, b"\x81\x05Hello");
    capture.send(From::Server, b"\x81\x05Hello");
    let capture = closed(capture);
    let (found, _) = events(&capture, &[]);
    let connection = named(&found, "connection")[0];
    assert_eq!(connection["missing"], json!({"client": 0, "server": 7}));
    let text = common::run(&["lint", "-"], &capture).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("= missing: 0 of the client's bytes and 7 of the server's"),
        "{text}"
    );
}

/// The only library of the time that is known beside one other took the key of the connection.
#[test]
fn frames_under_the_key_of_the_connection_alone_are_known() {
    let draft = hybi_04::Draft;
    let opening = Opening {
        host: "example.com",
        resource: "/",
        origin: Some("http://example.com"),
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let request = ClientHandshake::new(draft, &opening, ClientOptions::default());
    let request = request.request().to_vec();
    let mut server = ServerHandshake::new([draft], ServerOptions::default());
    server.receive(&request).unwrap();
    server.accept(&Answer::default()).unwrap();
    let response = server.take_output();
    let session = server.finish().unwrap().session;
    let key = session.masking_key.unwrap();
    let nonce = [1, 2, 3, 4];
    let own = own_key(&session, nonce);
    // Texts, then a close frame.
    let frames: [&[u8]; 3] = [b"\x84\x05Hello", b"\x84\x03abc", b"\x81\x00"];
    let linted = |key: [u8; 20]| {
        let mut capture = connection();
        capture.send(From::Client, &request);
        capture.send(From::Server, &response);
        for frame in frames {
            let masked = frame.iter().zip(key.iter().cycle());
            let masked: Vec<_> = masked.map(|(byte, key)| byte ^ key).collect();
            capture.send(From::Client, &[&nonce[..], &masked].concat());
        }
        capture.send(From::Server, b"\x81\x00");
        capture.finish(From::Server);
        capture.finish(From::Client);
        events(&capture.bytes(), &[])
    };
    let (found, status) = linted(own);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["draft"], "hybi-04");
    let (found, status) = linted(key);
    assert_eq!((named(&found, "hint").len(), status), (1, 1), "{found:?}");
    let mut other = key;
    other[1] ^= 0x55;
    other[0] ^= 0x0f;
    let (found, _) = linted(other);
    assert!(named(&found, "hint").is_empty(), "{found:?}");
}

/// The key that masks a frame with this nonce.
fn own_key(session: &Session, nonce: [u8; 4]) -> [u8; 20] {
    let key = (0..=u8::MAX).find_map(|byte| {
        let bytes = [&nonce[..], &[0, byte, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
        match hybi_04::Draft.decode(&bytes, Role::Client, session) {
            Decode::Head(head) => match head.mask {
                Mask::Twenty { key, .. } => Some(key),
                _ => None,
            },
            _ => None,
        }
    });
    key.unwrap()
}

fn archive(request: Value, response: Value, messages: Value) -> String {
    json!({"log": {"version": "1.2", "entries": [
        {"odd": true},
        {"request": request, "response": response, "_webSocketMessages": messages},
    ]}})
    .to_string()
}

fn headers(head: &str) -> Value {
    let fields = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    fields
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

#[test]
fn one_odd_message_costs_itself_alone() {
    let text = archive(
        json!({"method": "GET", "url": "ws://server.example.com/chat", "headers": headers(REQUEST)}),
        json!({"status": 101, "statusText": "Switching Protocols", "headers": headers(RESPONSE)}),
        json!([
            {"type": "send", "opcode": 1, "data": "SURROGATE"},
            {"type": "send", "opcode": 1, "data": null},
            {"type": "send", "opcode": "text", "data": "a"},
            {"type": "sent", "opcode": 1, "data": "a"},
            {"type": "send", "opcode": 300, "data": "a"},
            7,
            {"type": "send", "opcode": 3, "data": ""},
        ]),
    );
    let text = format!("\u{feff}{}", text.replace("SURROGATE", r"\ud83d"));
    let (found, status) = events(text.as_bytes(), &[]);
    let broken = named(&found, "violation");
    assert_eq!((broken.len(), status), (1, 1), "{found:?}");
    assert_eq!(broken[0]["rule"], "opcode-known");
    let odd: Vec<_> = named(&found, "unchecked")
        .iter()
        .map(|note| note["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(odd.len(), 5, "{odd:?}");
    assert!(odd[0].starts_with("message 2 "), "{odd:?}");
    assert_eq!(named(&found, "connection")[0]["messages"]["client"], 1);
    let (_, text) = told(text.as_bytes());
    assert!(text.contains("1 entries of the archive"), "{text}");
}

/// RFC 8441: neither Upgrade nor Connection nor a key, and an answer with 200.
#[test]
fn an_opening_in_http_2_is_no_error() {
    let fields = |status: u16, messages: Value| {
        archive(
            json!({"method": "CONNECT", "url": "wss://example.org/s", "httpVersion": "h2", "headers": [
                {"name": ":method", "value": "CONNECT"}, {"name": ":protocol", "value": "websocket"},
                {"name": "sec-websocket-version", "value": "13"},
                {"name": "origin", "value": "https://example.org"},
            ]}),
            json!({"status": status, "statusText": "", "headers": [{"name": ":status", "value": status.to_string()}]}),
            messages,
        )
    };
    let clean = fields(200, json!([{"type": "send", "opcode": 1, "data": "x"}]));
    let (found, status) = events(clean.as_bytes(), &[]);
    assert_eq!((found.len(), status), (2, 0), "{found:?}");
    let note = named(&found, "unchecked")[0]["detail"].as_str().unwrap();
    assert!(
        note.contains("RFC 8441") && note.contains("not checked"),
        "{note}"
    );
    assert_eq!(found[1]["ended"], "how it ended is not recorded");
    assert_eq!(found[1]["messages"]["client"], 1);
    let odd = fields(200, json!([{"type": "receive", "opcode": 3, "data": ""}]));
    let (found, _) = events(odd.as_bytes(), &[]);
    assert_eq!(named(&found, "violation").len(), 1, "{found:?}");
    let (found, status) = events(fields(403, json!([])).as_bytes(), &[]);
    assert_eq!(status, 0);
    assert_eq!(
        named(&found, "connection")[0]["ended"],
        "refused by the server with 403"
    );
}

#[test]
fn files_of_heads_may_have_a_byte_order_mark() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("marks");
    fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let request = file("request", &format!("\u{feff}{REQUEST}"));
    let response = file("response", &format!("\u{feff}{RESPONSE}"));
    let run = |arguments: &[&str]| {
        let output = common::run(arguments, b"");
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    assert_eq!(run(&["detect", &request]).0, Some(0));
    let (status, text) = run(&["handshake", &request, "--response", &response]);
    assert_eq!(status, Some(0), "{text}");
    assert_eq!(run(&["lint", &request, &response]).0, Some(0));
    assert_eq!(
        run(&["lint", "--client", &request, "--server", &response]).0,
        Some(0)
    );
    let hex: String = REQUEST.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = file("hex", &format!("\u{feff}{hex}"));
    assert_eq!(run(&["lint", &hex]).0, Some(0));
    let draft = "Draft(name: \"marked\", short: \"marked\", type: \"ours\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: \"rfc6455\")";
    let spec = file("marked.ron", &format!("\u{feff}{draft}"));
    assert_eq!(run(&["check", &spec]).0, Some(0));

    // Heads in bare line feeds, and interim responses.
    let bare = file("bare", &REQUEST.replace('\r', ""));
    for arguments in [&["detect", &bare][..], &["handshake", &bare]] {
        let (status, text) = run(arguments);
        assert_eq!(status, Some(1));
        assert!(text.contains("end in LF"), "{text}");
    }
    let bare = file("bare-response", &RESPONSE.replace('\r', ""));
    let (status, text) = run(&["handshake", &request, "--response", &bare]);
    assert_eq!(status, Some(1));
    assert!(text.contains("response: its lines end in LF"), "{text}");
    let interim = file("interim", &[INTERIM, RESPONSE].concat());
    let (status, text) = run(&["handshake", &request, "--response", &interim]);
    assert_eq!(status, Some(0), "{text}");
    let alone = file("interim-alone", INTERIM);
    let (status, text) = run(&["handshake", &request, "--response", &alone]);
    assert_eq!(status, Some(1));
    assert!(text.contains("no answer follows"), "{text}");
    let wrong = RESPONSE.replace("s3pP", "S3pP");
    let wrong = file("interim-wrong", &[INTERIM, &wrong].concat());
    let (_, text) = run(&["handshake", &request, "--response", &wrong, "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let offset = report["violations"][0]["offset"].as_u64().unwrap() as usize;
    assert!(
        fs::read(wrong).unwrap()[offset..].starts_with(b"S3pP"),
        "{text}"
    );
}
