//! What the summary of a connection says of its channels, and what a finding says of a quota.

use serde_json::Value;
use wsdraft::Role;
use wsdraft_interpreter::multiplex::Carried;

use super::{DIALECTS, broken, carried, cases, end, frame, handshake};
use crate::{
    common::{
        capture::{Capture, Link},
        events::named,
    },
    lint::{closed, events, lint, opened},
};

const HELLO: [u8; 3] = [0x81, b'H', b'i'];

/// The ID of a channel.
fn number(id: u16) -> Vec<u8> {
    match u8::try_from(id) {
        Ok(id @ 0..=127) => vec![id],
        _ => (0x8000 | id).to_be_bytes().to_vec(),
    }
}

/// The server gives room for many channels with a quota of 100 each, and a quota for channel 1.
fn room() -> Carried {
    let blocks = [0, 0x80, 126, 0x10, 0, 100, 0x40, 1, 100];
    carried(Role::Server, &blocks)
}

/// The client asks for a channel.
fn asks(id: u16) -> Carried {
    let head = b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\r\n";
    let block = [&[0, 0x00][..], &number(id), &[head.len() as u8], head].concat();
    carried(Role::Client, &block)
}

/// The server answers with this.
fn answers(id: u16, head: &str) -> Carried {
    let block = [
        &[0, 0x20][..],
        &number(id),
        &[head.len() as u8],
        head.as_bytes(),
    ]
    .concat();
    carried(Role::Server, &block)
}

/// The server opens a channel.
fn opens(id: u16) -> Carried {
    answers(id, "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\n\r\n")
}

/// The client says something on a channel.
fn says(id: u16) -> Carried {
    carried(Role::Client, &[&number(id), &HELLO[..]].concat())
}

fn capture(messages: &[Carried]) -> Vec<u8> {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    handshake(&mut capture);
    for message in messages {
        capture.send(end(message.by), &frame(message));
    }
    closed(capture)
}

/// What the summary says of channels, as JSON and as text.
fn channels(messages: &[Carried], dialect: &str) -> (Value, String) {
    let input = capture(messages);
    let given = ["--dialect", dialect];
    let (found, _) = events(&input, &given);
    let connection = named(&found, "connection")[0].clone();
    let shown = String::from_utf8(lint(&input, &given).stdout).unwrap();
    let (_, line) = shown.split_once("= channels: ").unwrap();
    let line = line.lines().next().unwrap();
    (connection["channels"].clone(), line.to_owned())
}

/// A connection in mux-07, with messages on two channels.
fn spoken() -> Vec<u8> {
    capture(&[room(), asks(2), opens(2), says(1), says(2), says(2)])
}

#[test]
fn only_channels_that_are_open_count() {
    const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\n\r\n";
    let refuses = |id| {
        let mut block = answers(id, REFUSED);
        block.payload[1] |= 0x10;
        block
    };
    let drops = |by| carried(by, &[0, 0x60, 2, 2, 3, 0xe8]);
    // The oldest dialect writes the numbers in another way.
    for dialect in ["mux-05", "mux-07"] {
        for (messages, opened, listed) in [
            // Refused, with and without the flag for that.
            (vec![asks(2), refuses(2)], 1, &[1][..]),
            (vec![asks(2), answers(2, REFUSED)], 1, &[1]),
            (vec![asks(2), refuses(2), asks(3), opens(3)], 2, &[1, 3]),
            // Not asked for, or only once.
            (vec![opens(2), opens(2), opens(3)], 1, &[1]),
            (vec![asks(2), opens(2), opens(2)], 2, &[1, 2]),
            // Opened twice.
            (
                vec![
                    asks(2),
                    opens(2),
                    drops(Role::Client),
                    drops(Role::Server),
                    asks(2),
                    opens(2),
                ],
                3,
                &[1, 2],
            ),
        ] {
            let messages = [vec![room()], messages].concat();
            let (channels, line) = channels(&messages, dialect);
            let place = format!("{dialect}: {messages:02x?}: {channels} {line}");
            assert_eq!(channels["opened"], opened, "{place}");
            let ids = channels["messages"].as_array().unwrap().iter();
            let ids: Vec<_> = ids.map(|one| one["channel"].as_u64().unwrap()).collect();
            assert_eq!(ids, listed, "{place}");
        }
    }
}

#[test]
fn counts_say_when_they_are_not_whole() {
    // What follows a message that cannot be read is not followed.
    let faulty = carried(Role::Client, &[0, 0x00]);
    let messages = [room(), says(1), asks(2), opens(2), faulty, says(2)];
    let (counted, line) = channels(&messages, "mux-07");
    assert_eq!(
        (&counted["opened"], &counted["complete"]),
        (&2.into(), &false.into()),
        "{counted}"
    );
    assert!(line.starts_with("at least 2 opened ("), "{line}");
    assert!(line.ends_with("; not everything was followed"), "{line}");
    let (counted, line) = channels(&messages[..4], "mux-07");
    assert_eq!(counted["complete"], true, "{counted}");
    assert!(line.starts_with("2 opened ("), "{line}");
    assert!(!line.contains("not everything"), "{line}");
}

#[test]
fn only_some_of_many_channels_are_listed() {
    let many = (2..1200).flat_map(|id| [asks(id), opens(id), says(id)]);
    let messages: Vec<Carried> = [room()].into_iter().chain(many).collect();
    let (counted, line) = channels(&messages, "mux-07");
    assert_eq!(counted["opened"], 1199);
    assert_eq!(counted["messages"].as_array().unwrap().len(), 1024);
    assert!(line.starts_with("1199 opened (1: 0 messages"), "{line}");
    assert!(line.ends_with("; and more)"), "{line}");
    let (_, line) = channels(&messages[..1 + 3 * 11], "mux-07");
    assert!(line.starts_with("12 opened (1: 0 messages"), "{line}");
    assert!(line.ends_with("; and 2 more)"), "{line}");
}

#[test]
fn a_summary_counts_channels_and_their_messages() {
    let input = spoken();
    let (found, status) = events(&input, &["--dialect", "mux-07"]);
    assert_eq!(status, 0, "{found:?}");
    let connection = named(&found, "connection")[0];
    assert_eq!(
        connection["channels"],
        serde_json::json!({
            "dialects": ["mux-07"], "opened": 2, "complete": true, "messages": [
                {"channel": 1, "client": 1, "server": 0},
                {"channel": 2, "client": 2, "server": 0},
            ],
        }),
        "{connection}"
    );
    let output = lint(&input, &["--dialect", "mux-07"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    let line = "= channels: 2 opened (1: 1 message from the client, 0 from the server; 2: 2 messages from the client, 0 from the server)\n";
    assert!(shown.contains(line), "{shown}");
    // Nothing carries channels here.
    let (found, _) = events(&closed(opened(Link::Ethernet)), &[]);
    assert!(named(&found, "connection")[0].get("channels").is_none());
}

#[test]
fn a_summary_names_the_dialects_that_channels_can_be_of() {
    // What is kept in each case of a dialect is at least good in that one.
    for dialect in DIALECTS {
        let mut excluded = 0;
        for (_, case) in cases(dialect) {
            let mut capture = Capture::new(Link::Ethernet);
            capture.open();
            handshake(&mut capture);
            for message in &case.kept {
                capture.send(end(message.by), &frame(message));
            }
            let (found, _) = events(&closed(capture), &[]);
            let connection = named(&found, "connection")[0].clone();
            let dialects = connection["channels"]["dialects"]
                .as_array()
                .unwrap()
                .clone();
            if named(&found, "unchecked").is_empty() {
                assert!(
                    dialects.contains(&dialect.into()),
                    "{dialect}: {connection}"
                );
            }
            assert_eq!(
                connection["agreed"][0]["dialect"], dialects[0],
                "{connection}"
            );
            excluded += usize::from(dialects[0] != "mux-07");
        }
        assert_eq!(excluded > 0, dialect != "mux-07", "{dialect}");
    }
}

#[test]
fn a_quota_that_is_exceeded_is_told_with_the_cost() {
    let messages = [
        carried(Role::Server, &[0, 0x40, 1, 5]),
        carried(Role::Client, &[1, 0x81, b'H', b'e', b'l', b'l', b'o']),
    ];
    let [violations] = &broken(&[&messages], usize::MAX, &["--dialect", "mux-07"])[..] else {
        panic!();
    };
    assert_eq!(violations[0]["rule"], "quota-kept");
    assert_eq!(
        violations[0]["seen"],
        "found a cost of 6, and a quota of 5 was left"
    );
}
