//! Packets, and what is told of them.

use serde_json::json;

use super::{closed, connection, events, told};

use crate::common::{
    self,
    capture::From,
    chat::{HELLO, REQUEST, RESPONSE},
    events::named,
};

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
