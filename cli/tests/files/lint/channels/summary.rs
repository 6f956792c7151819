//! What the summary of a connection says of its channels, and what a finding says of a quota.

use wsdraft::Role;

use super::{DIALECTS, broken, carried, cases, end, frame, handshake};
use crate::{
    common::{
        capture::{Capture, Link},
        events::named,
    },
    lint::{closed, events, lint, opened},
};

/// A connection in mux-07, with messages on two channels.
fn spoken() -> Vec<u8> {
    let hello = [0x81, b'H', b'i'];
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    handshake(&mut capture);
    // Two slots with a quota of 100 each, and a quota for channel 1.
    let blocks: &[u8] = &[0, 0x80, 2, 100, 0x40, 1, 100];
    let head = b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\r\n";
    let add = [&[0, 0x00, 2, head.len() as u8][..], head].concat();
    let answer = b"HTTP/1.1 101 OK\r\nConnection: Upgrade\r\n\r\n";
    let answer = [&[0, 0x20, 2, answer.len() as u8][..], answer].concat();
    for (by, payload) in [
        (Role::Server, blocks),
        (Role::Client, &add),
        (Role::Server, &answer),
        (Role::Client, &[&[1], &hello[..]].concat()),
        (Role::Client, &[&[2], &hello[..]].concat()),
        (Role::Client, &[&[2], &hello[..]].concat()),
    ] {
        capture.send(end(by), &frame(&carried(by, payload)));
    }
    closed(capture)
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
            "dialects": ["mux-07"], "opened": 2, "messages": [
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
