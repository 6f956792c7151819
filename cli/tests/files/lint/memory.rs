//! What strangers can make `wsdraft lint` and `wsdraft inspect` hold and write: measured, and
//! bounded.

use serde_json::Value;
use wsdraft::{
    Config, Connection, Draft as _, Limits,
    drafts::rfc6455,
    extension::{Agreed, Extensions},
    frame::Session,
};

use crate::common::{
    self,
    capture::{Capture, From, Link},
    events::{events, named},
};

const MIB: usize = 1 << 20;
/// What the command takes for itself, built without optimisation, and what it may keep of some
/// connections.
const SMALL: usize = 64 * MIB;
/// Frames of a flood. Each of what is said of them would take a kilobyte.
const FRAMES: usize = 200_000;

const REQUEST: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const DEFLATE: &str = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

fn agreed() -> Agreed {
    Extensions::compression()
        .agreed(rfc6455::Draft.info(), "permessage-deflate")
        .unwrap()
}

/// The frames of a message of zeros that a server sends compressed, without its end.
fn bomb(length: usize) -> Vec<u8> {
    let mut limits = Limits::default();
    limits.write_buffer = 2 * length;
    let config = Config::with_limits(limits);
    let connection = Connection::server(rfc6455::Draft, Session::default(), config);
    let mut connection = connection.extended(&agreed());
    connection.begin_binary(&vec![0; length]).unwrap();
    connection.output().to_vec()
}

/// The same frames as a client sends them: with a key that changes nothing.
fn masked(frames: &[u8]) -> Vec<u8> {
    let mut masked = frames.to_vec();
    let length = match frames[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    masked[1] |= 0x80;
    masked.splice(length..length, [0; 4]);
    masked
}

fn opened(capture: &mut Capture, fields: &str) {
    capture.send(From::Client, format!("{REQUEST}{fields}\r\n").as_bytes());
    capture.send(From::Server, format!("{RESPONSE}{fields}\r\n").as_bytes());
}

/// Connections on which both ends have sent most of a message.
fn bombs(connections: usize, length: usize) -> Vec<u8> {
    let (server, mut capture) = (bomb(length), Capture::new(Link::Raw));
    let client = masked(&server);
    for _ in 0..connections {
        capture.another();
        opened(&mut capture, DEFLATE);
        for (from, frames) in [(From::Server, &server), (From::Client, &client)] {
            for piece in frames.chunks(60_000) {
                capture.send(from, piece);
            }
        }
    }
    capture.bytes()
}

#[test]
fn unfinished_messages_are_not_held() {
    let input = bombs(12, 8 * MIB);
    let (output, peak) = common::measure(&["lint", "-", "--json"], &input);
    let events = events(&output);
    assert_eq!(events.len(), 12, "{events:?}");
    assert!(named(&events, "given-up").is_empty());
    assert!(peak < SMALL, "{peak} bytes");
}

#[test]
fn the_oldest_connections_are_given_up_where_all_take_too_much() {
    let input = bombs(40, MIB);
    let arguments = ["lint", "-", "--json", "--memory", "2M"];
    let (output, peak) = common::measure(&arguments, &input);
    let events = events(&output);
    let given_up: Vec<_> = named(&events, "given-up")
        .iter()
        .map(|note| note["connection"].as_u64().unwrap())
        .collect();
    // In the order in which they fell silent, and not the last one.
    let oldest: Vec<_> = (1..=given_up.len() as u64).collect();
    assert!((10..40).contains(&given_up.len()), "{given_up:?}");
    assert_eq!(given_up, oldest);
    assert_eq!(output.status.code(), Some(0), "it is nobody's fault");
    let ended = named(&events, "connection");
    assert_eq!(ended.len(), 40, "each is summed up");
    let words = ended[0]["ended"].as_str().unwrap();
    assert!(words.contains("more memory than 2 MiB"), "{words}");
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("not followed to their end"), "{log}");
    assert!(peak < SMALL, "{peak} bytes");
}

/// One packet with a length of 0 in its IP header, full of frames that each break two rules.
fn flood(frames: usize) -> Vec<u8> {
    let mut capture = Capture::new(Link::Raw);
    capture.open();
    opened(&mut capture, "");
    capture.send(From::Server, &b"\xf3\x00".repeat(frames));
    capture.bytes()
}

#[test]
fn floods_of_findings_are_counted_and_not_written() {
    let input = flood(FRAMES);
    for style in ["human", "json", "jsonl", "sarif"] {
        let (output, peak) = common::measure(&["lint", "-", "--format", style], &input);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.len() < MIB, "{style}: {} bytes", text.len());
        // All are counted.
        let rest = match style {
            "human" => FRAMES,
            _ => FRAMES - 100,
        };
        assert!(text.contains(&rest.to_string()) || text.contains(&FRAMES.to_string()));
        assert!(peak < SMALL, "{style}: {peak} bytes");
    }
}

#[test]
fn findings_are_written_as_they_arise() {
    let arguments = ["lint", "-", "--json", "--max-findings", "all"];
    let (output, peak) = common::measure(&arguments, &flood(60_000));
    assert!(output.stdout.len() > SMALL, "{} bytes", output.stdout.len());
    assert!(peak < SMALL, "{peak} bytes");
}

#[test]
fn the_number_of_findings_can_be_chosen() {
    let mut capture = Capture::new(Link::Raw);
    capture.open();
    opened(&mut capture, "");
    capture.send(From::Server, &b"\xf3\x00".repeat(300));
    let input = capture.bytes();
    let run = |most: &str, style: &str| {
        let output = common::run(
            &["lint", "-", "--max-findings", most, "--format", style],
            &input,
        );
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    for (most, shown) in [("1", 1), ("7", 7), ("all", 300), ("0", 300)] {
        let human = run(most, "human");
        assert_eq!(human.matches("error[opcode-known]").count(), shown);
        assert_eq!(
            human.contains("opcode-known, 300 times by the server"),
            shown < 300
        );
        assert!(
            human.contains("1 connection: 600 errors, 0 warnings"),
            "{human}"
        );
        let lines = run(most, "jsonl");
        assert_eq!(lines.matches("\"violation\"").count(), 2 * shown);
        let whole: Value = serde_json::from_str(&run(most, "json")).unwrap();
        let last = whole["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["violations"], 600);
        let repeated = last["repeated"].as_array().unwrap();
        let hidden = repeated.iter().find(|rule| rule["name"] == "opcode-known");
        assert_eq!(hidden.is_some(), shown < 300, "{last}");
        if let Some(rule) = hidden {
            assert_eq!(
                (&rule["count"], &rule["shown"]),
                (&300.into(), &shown.into())
            );
            assert_eq!(rule["by"], "server");
        }
        let sarif: Value = serde_json::from_str(&run(most, "sarif")).unwrap();
        let run = &sarif["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), 2 * shown);
        let hidden = run["properties"]["notShown"].as_array();
        let hidden =
            hidden.and_then(|rules| rules.iter().find(|rule| rule["ruleId"] == "opcode-known"));
        assert_eq!(
            hidden.map_or(0, |rule| rule["count"].as_u64().unwrap()),
            300 - shown as u64
        );
    }
}

#[test]
fn inspecting_shows_the_start_of_what_is_long() {
    let mut input = bomb(32 * MIB);
    // The empty last frame: an empty block without its tail.
    input.extend([0x80, 1, 0]);
    let arguments = [
        "inspect",
        "-",
        "--draft",
        "13",
        "--from",
        "server",
        "--extensions",
        "permessage-deflate",
        "--json",
    ];
    let (output, peak) = common::measure(&arguments, &input);
    assert_eq!(
        output.status.code(),
        Some(0),
        "a long message breaks nothing"
    );
    assert!(peak < SMALL, "{peak} bytes");
    let found = events(&output);
    let [message] = named(&found, "message")[..] else {
        panic!("{found:?}");
    };
    assert_eq!(message["length"], 32 * MIB);
    assert_eq!(message["data"].as_str().unwrap().len(), 2 * MIB);
    let output = common::run(&[&arguments[..], &["--max-payload", "4"]].concat(), &input);
    let found = events(&output);
    assert_eq!(named(&found, "message")[0]["data"], "00000000");
    let frame = named(&found, "frame")[0];
    assert_eq!(frame["payload"].as_str().unwrap().len(), 8);
    assert!(frame["length"].as_u64().unwrap() > 10_000, "{frame}");
}

#[test]
fn the_start_of_a_text_ends_with_a_character() {
    let hex = "81064142c3a4c3a4";
    let show = |most: &str| {
        let arguments = [
            "inspect", "--draft", "13", "--from", "server", "--json", "--hex", hex,
        ];
        let output = common::run(&[&arguments[..], &["--max-payload", most]].concat(), b"");
        let found = events(&output);
        let message = named(&found, "message")[0].clone();
        (
            message["text"].as_str().unwrap().to_owned(),
            message["length"].as_u64(),
        )
    };
    assert_eq!(show("3"), ("AB".to_owned(), Some(6)));
    assert_eq!(show("4"), ("AB\u{e4}".to_owned(), Some(6)));
    assert_eq!(show("6"), ("AB\u{e4}\u{e4}".to_owned(), None));
}
