//! `wsdraft lint` and `wsdraft inspect` on connections that carry channels.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;
use wsdraft::{Role, drafts::rfc6455, info::Kind};
use wsdraft_interpreter::{
    multiplex::Carried,
    vectors::{ChannelCase, ChannelVectors, Vectors},
};
use wsdraft_spec::Database;

use super::{REQUEST, RESPONSE, closed, events};
use crate::common::{
    self,
    capture::{Capture, From, Link},
    events::{events as printed, named},
};

mod summary;

const DIALECTS: [&str; 3] = ["mux-03", "mux-05", "mux-07"];

/// A head that offers or agrees to the extension.
fn with(head: &[u8], value: &str) -> Vec<u8> {
    let head = head.strip_suffix(b"\r\n").unwrap();
    let field = format!("Sec-WebSocket-Extensions: {value}\r\n\r\n");
    [head, field.as_bytes()].concat()
}

fn handshake(capture: &mut Capture) {
    capture.send(From::Client, &with(REQUEST, "mux"));
    capture.send(From::Server, &with(RESPONSE, "mux"));
}

/// A message in one frame; a client's is masked with a fresh key.
fn frame(message: &Carried) -> Vec<u8> {
    let opcode = match message.kind {
        Kind::Text => 0x81,
        Kind::Binary => 0x82,
        other => panic!("{other:?}"),
    };
    let masked = message.by == Role::Client;
    let mark = u8::from(masked) << 7;
    let length = message.payload.len();
    let mut bytes = match u8::try_from(length) {
        Ok(length @ 0..=125) => vec![opcode, length | mark],
        _ => [&[opcode, 126 | mark][..], &(length as u16).to_be_bytes()].concat(),
    };
    static KEYS: AtomicU32 = AtomicU32::new(0x1234_5678);
    let key = KEYS.fetch_add(0x9e37_79b9, Ordering::Relaxed).to_be_bytes();
    let key = if masked { &key[..] } else { &[] };
    bytes.extend(key);
    let mask = key.iter().chain(&[0; 4][key.len()..]).copied().cycle();
    bytes.extend(
        message
            .payload
            .iter()
            .zip(mask)
            .map(|(byte, key)| byte ^ key),
    );
    bytes
}

const fn end(role: Role) -> From {
    match role {
        Role::Client => From::Client,
        Role::Server => From::Server,
    }
}

/// The cases of the rules of a dialect.
fn cases(dialect: &str) -> Vec<(String, ChannelCase)> {
    let database = Database::built_in().unwrap();
    let draft = Vectors::new(database.resolved("rfc6455").unwrap(), &rfc6455::Draft);
    let extension = database.extensions().get(dialect).unwrap();
    let vectors = ChannelVectors::new(extension, &draft).unwrap();
    let of = |(id, _): (&str, _)| {
        let cases = vectors.of(id).unwrap_or_default().into_iter();
        cases.map(|case| (id.to_owned(), case)).collect::<Vec<_>>()
    };
    vectors.rules().flat_map(of).collect()
}

/// The rules that are found broken in each of these connections, and by whom.
fn broken(connections: &[&[Carried]], piece: usize, arguments: &[&str]) -> Vec<Vec<Value>> {
    let mut capture = Capture::new(Link::Ethernet);
    for messages in connections {
        capture.another();
        handshake(&mut capture);
        for message in *messages {
            for piece in frame(message).chunks(piece) {
                capture.send(end(message.by), piece);
            }
        }
        capture.finish(From::Server);
        capture.finish(From::Client);
    }
    // The command prints more than a pipe holds before it has read everything.
    static FILES: AtomicU32 = AtomicU32::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("channels-{number}.pcap"));
    fs::write(&file, capture.bytes()).unwrap();
    let command = [&["lint", file.to_str().unwrap(), "--json"], arguments].concat();
    let found = printed(&common::run(&command, b""));
    fs::remove_file(&file).unwrap();
    assert_eq!(named(&found, "connection").len(), connections.len());
    let violations = named(&found, "violation");
    let of = |number: usize| {
        let violations = violations
            .iter()
            .filter(|one| one["connection"] == number + 1);
        violations.map(|one| (*one).clone()).collect()
    };
    (0..connections.len()).map(of).collect()
}

#[test]
fn each_rule_of_each_dialect_is_reported_where_it_is_broken() {
    for dialect in DIALECTS {
        let cases = cases(dialect);
        assert!(cases.len() > 25, "{dialect}: {}", cases.len());
        let all: Vec<&[Carried]> = cases
            .iter()
            .flat_map(|(_, case)| [&case.broken[..], &case.kept[..]])
            .collect();
        for piece in [usize::MAX, 1] {
            let found = broken(&all, piece, &["--dialect", dialect]);
            for ((id, case), found) in cases.iter().zip(found.chunks(2)) {
                let place = format!("{dialect}: {id}: {case:02x?}: {found:?}");
                let [violation] = &found[0][..] else {
                    panic!("{place}");
                };
                assert_eq!(violation["rule"], id.as_str(), "{place}");
                assert_eq!(violation["by"], case.by.as_str(), "{place}");
                assert!(
                    violation["citation"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty())
                );
                assert!(found[1].is_empty(), "{place}");
            }
        }
    }
}

#[test]
fn nothing_is_reported_that_another_dialect_allows() {
    // What is a block of one dialect may be another block of another one, or none.
    for dialect in DIALECTS {
        let cases = cases(dialect);
        let kept: Vec<&[Carried]> = cases.iter().map(|(_, case)| &case.kept[..]).collect();
        for found in broken(&kept, usize::MAX, &[]) {
            assert!(found.is_empty(), "{dialect}: {found:?}");
        }
    }
}

fn carried(by: Role, payload: &[u8]) -> Carried {
    Carried {
        by,
        kind: Kind::Binary,
        payload: payload.to_vec(),
    }
}

#[test]
fn frames_of_a_channel_are_checked_like_those_of_a_connection() {
    let messages = [
        // The server grants 100 bytes on channel 1.
        carried(Role::Server, &[0, 0x40, 1, 100]),
        // Text that is not UTF-8, in two fragments.
        carried(Role::Client, &[1, 0x01, b'a']),
        carried(Role::Client, &[1, 0x80, 0xff]),
    ];
    let [violations] = &broken(&[&messages], usize::MAX, &[])[..] else {
        panic!();
    };
    let [violation] = &violations[..] else {
        panic!("{violations:?}");
    };
    assert_eq!(violation["rule"], "text-utf8", "{violation}");
    assert_eq!(
        (&violation["channel"], &violation["frame"]),
        (&1.into(), &2.into())
    );
    // The byte itself, in the frames of the client.
    assert_eq!(violation["offset"], 9 + 6 + 2, "{violation}");
}

#[test]
fn what_follows_missing_bytes_is_not_judged() {
    let hello = carried(Role::Client, &[1, 0x81, b'H', b'i']);
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    handshake(&mut capture);
    // The grant is sent, and not recorded.
    let _ = capture.segment(
        From::Server,
        &frame(&carried(Role::Server, &[0, 0x40, 1, 100])),
    );
    capture.send(From::Client, &frame(&hello));
    let (found, _) = events(&closed(capture), &["--dialect", "mux-07"]);
    assert_eq!(named(&found, "violation").len(), 0, "{found:?}");
    let unchecked = named(&found, "unchecked");
    let told = |note: &&Value| {
        note["detail"]
            .as_str()
            .unwrap()
            .contains("channels are not checked")
    };
    assert!(unchecked.iter().any(told), "{found:?}");
}

#[test]
fn a_dialect_is_one_that_exists() {
    let output = common::run(&["lint", "-", "--dialect", "mux-7"], b"");
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        why.contains("no extension \"mux-7\"; did you mean"),
        "{why}"
    );
}

/// What `inspect` prints of these messages.
fn inspected(messages: &[Carried], extensions: &str) -> (Vec<Value>, Option<i32>) {
    let bytes: Vec<u8> = messages.iter().flat_map(frame).collect();
    let from = messages[0].by.as_str();
    let arguments = [
        "inspect",
        "--from",
        from,
        "--extensions",
        extensions,
        "-",
        "--json",
    ];
    let output = common::run(&arguments, &bytes);
    (printed(&output), output.status.code())
}

#[test]
fn inspect_shows_blocks_and_what_channels_contain() {
    let head = b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\r\n";
    let add = [&[0, 0x00, 2, head.len() as u8][..], head].concat();
    let messages = [
        carried(Role::Client, &add),
        carried(
            Role::Client,
            &[
                0, 0x40, 2, 100, 0x60, 2, 6, 0x03, 0xe8, b'd', b'o', b'n', b'e',
            ],
        ),
        carried(Role::Client, &[1, 0x89, b'p']),
        carried(Role::Client, &[1, 0x01, b'H']),
        carried(Role::Client, &[1, 0x80, b'i']),
    ];
    let (found, status) = inspected(&messages, "mux");
    assert_eq!(status, Some(0), "{found:?}");
    let blocks = named(&found, "block");
    let of = |block: &Value| (block["block"].clone(), block["channel"].clone());
    let names: Vec<_> = blocks.iter().map(|block| of(block)).collect();
    let expected = ["AddChannelRequest", "FlowControl", "DropChannel"];
    assert_eq!(
        names,
        expected.map(|name| (Value::from(name), Value::from(2)))
    );
    assert_eq!(blocks[0]["encoding"], "identity");
    assert_eq!(blocks[0]["handshake"], std::str::from_utf8(head).unwrap());
    assert_eq!(blocks[1]["quota"], 100);
    assert_eq!(
        (&blocks[2]["code"], &blocks[2]["reason"]),
        (&1000.into(), &"done".into())
    );
    let frames = named(&found, "frame");
    let on = frames.iter().filter(|frame| frame["channel"] == 1);
    let opcodes: Vec<_> = on.map(|frame| frame["opcode"].as_str().unwrap()).collect();
    assert_eq!(opcodes, ["ping", "text", "continuation"]);
    let texts = named(&found, "message");
    assert_eq!(
        (texts.len(), &texts[0]["text"], &texts[0]["channel"]),
        (1, &"Hi".into(), &1.into())
    );
    assert_eq!(named(&found, "ping")[0]["channel"], 1);
}

#[test]
fn inspect_reports_the_rules_about_channels() {
    for (payload, rule, channel) in [
        (
            &[0, 0x60, 2, 1, 3][..],
            "drop-code-complete",
            Value::from(2),
        ),
        (&[0, 0xe0], "block-known", Value::Null),
        (&[1], "inner-header-present", 1.into()),
        (&[1, 0x83], "opcode-known", 1.into()),
        (&[1, 0x88, 3], "close-code-complete", 1.into()),
    ] {
        let (found, status) = inspected(&[carried(Role::Client, payload)], "mux-07");
        let violations = named(&found, "violation");
        assert_eq!(
            (violations.len(), status),
            (1, Some(1)),
            "{rule}: {found:?}"
        );
        assert_eq!(violations[0]["rule"], rule);
        assert_eq!(violations[0]["channel"], channel, "{rule}");
    }
    let text = Carried {
        kind: Kind::Text,
        ..carried(Role::Client, &[1, 0x81])
    };
    let (found, _) = inspected(&[text], "mux");
    assert_eq!(
        named(&found, "violation")[0]["drop_code"],
        2001,
        "{found:?}"
    );
}
