//! `wsdraft lint` on captures that are made here, byte by byte.

use super::{REQUEST, RESPONSE, closed, events, lint, opened};

use crate::common::{
    capture::{Capture, From, Link},
    chat::HELLO,
    events::named,
};

#[test]
fn empty_lines_before_a_request_are_passed_over() {
    let unmasked = [0x81, 5, b'H', b'e', b'l', b'l', b'o'];
    for pieces in [1, 3, usize::MAX] {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        for piece in [b"\r\n\r\n", REQUEST].concat().chunks(pieces) {
            capture.send(From::Client, piece);
        }
        capture.send(From::Server, RESPONSE);
        capture.send(From::Client, &unmasked);
        let (found, status) = events(&closed(capture), &[]);
        assert_eq!(status, 1);
        let violations = named(&found, "violation");
        assert_eq!(violations.len(), 1, "{found:?}");
        assert_eq!(violations[0]["rule"], "client-frame-masked");
        let at = 4 + REQUEST.len() as u64 + 1;
        assert_eq!(violations[0]["stream_offset"], at, "{found:?}");
    }
}

#[test]
fn a_clean_connection_is_silent_over_every_link() {
    for link in Link::ALL {
        for pcapng in [false, true] {
            let mut capture = opened(link);
            capture.pcapng = pcapng;
            capture.send(From::Client, HELLO);
            capture.send(From::Server, b"\x81\x05Hello");
            let (events, status) = events(&closed(capture), &[]);
            assert_eq!((events.len(), status), (1, 0), "{link:?}: {events:?}");
            let connection = &events[0];
            assert_eq!(connection["event"], "connection");
            assert_eq!(connection["draft"], "rfc6455", "the one issued last");
            assert_eq!(connection["subprotocol"], "chat");
            assert_eq!(connection["messages"]["client"], 1);
            assert_eq!(connection["bytes"]["server"], 5);
            assert_eq!(connection["clean"], true);
            let ended = connection["ended"].as_str().unwrap();
            assert!(ended.starts_with("the client closed with 1000"), "{ended}");
            assert!(
                ended.ends_with("the server ended the TCP connection"),
                "{ended}"
            );
        }
    }
}

#[test]
fn a_broken_rule_names_packet_byte_and_end() {
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Client, HELLO);
    let packet = capture.send(From::Server, b"\x81\x05Hello\x83\x00");
    let (events, status) = events(&closed(capture), &[]);
    assert_eq!(status, 1);
    let [violation] = named(&events, "violation")[..] else {
        panic!("{events:?}");
    };
    assert_eq!(violation["rule"], "opcode-known");
    assert_eq!(violation["by"], "server");
    assert_eq!(violation["packet"], packet);
    assert_eq!(violation["offset"], 7);
    assert_eq!(violation["frame"], 2);
    assert_eq!(violation["close_code"], 1002);
    assert_eq!(violation["stream_offset"], RESPONSE.len() + 7);
    let hex = violation["hex"].as_str().unwrap();
    let marked = violation["marked"][0].as_u64().unwrap() as usize;
    assert_eq!(&hex[2 * marked..2 * marked + 4], "8300");
}

#[test]
fn rules_are_chosen_and_left_out() {
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Server, b"\xc3\x00");
    let capture = closed(capture);
    let rules = |arguments: &[&str]| {
        let (events, status) = events(&capture, arguments);
        let rules = named(&events, "violation");
        let rules: Vec<_> = rules.iter().map(|event| event["rule"].clone()).collect();
        (rules, status)
    };
    let (all, status) = rules(&[]);
    assert_eq!(
        (all, status),
        (vec!["reserved-bits-clear".into(), "opcode-known".into()], 1)
    );
    assert_eq!(
        rules(&["--only", "opcode-known"]),
        (vec!["opcode-known".into()], 1)
    );
    let allowed = ["--allow", "opcode-known", "--allow", "reserved-bits-clear"];
    assert_eq!(rules(&allowed), (Vec::new(), 0));
    assert_eq!(
        lint(&capture, &["--only", "opcode-now"]).status.code(),
        Some(2)
    );
}

#[test]
fn rules_of_extensions_are_chosen_too() {
    let with = |head: &[u8]| {
        let head = head.strip_suffix(b"\r\n").unwrap();
        [
            head,
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
        ]
        .concat()
    };
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture.send(From::Client, &with(REQUEST));
    capture.send(From::Server, &with(RESPONSE));
    capture.send(From::Server, b"\xc1\x03\xff\xff\xff");
    let capture = closed(capture);
    let count = |arguments: &[&str]| {
        let (events, status) = events(&capture, arguments);
        (named(&events, "violation").len(), status)
    };
    assert_eq!(count(&["--only", "payload-deflated"]), (1, 1));
    assert_eq!(count(&["--allow", "payload-deflated"]), (0, 0));
    // Its rule is none of the draft.
    let shown = String::from_utf8(lint(&capture, &[]).stdout).unwrap();
    let written = "written: MUST RFC 7692 §7.2.2 (since permessage-compress)";
    assert!(shown.contains(written), "{shown}");
    for (rule, said) in [
        (
            "control-frames-in-blocks",
            "is a rule of the extension mux-01 that is not checked here",
        ),
        (
            "quota-keep",
            "no draft or extension has a rule \"quota-keep\"",
        ),
        ("payload-deflate", "did you mean \"payload-deflated\"?"),
    ] {
        let output = lint(&capture, &["--only", rule]);
        assert_eq!(output.status.code(), Some(2));
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn segments_that_come_late_or_twice_change_nothing() {
    let mut capture = opened(Link::Ethernet);
    let frames: Vec<u8> = (0..40).flat_map(|_| *b"\x82\x0a0123456789").collect();
    let pieces: Vec<_> = frames
        .chunks(7)
        .map(|piece| capture.segment(From::Server, piece))
        .collect();
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    for at in (0..order.len() - 3).step_by(4) {
        order.swap(at, at + 3);
    }
    for at in order {
        capture.record(&pieces[at]);
        if at % 5 == 0 {
            capture.record(&pieces[at]);
        }
    }
    let (events, status) = events(&closed(capture), &[]);
    assert_eq!(status, 0, "{events:?}");
    assert_eq!(events[0]["messages"]["server"], 40);
    assert_eq!(events.len(), 1);
}

#[test]
fn what_is_lost_is_said_and_not_guessed() {
    // Text that is no UTF-8 after a gap in the same message: it cannot be told.
    let mut capture = opened(Link::Ethernet);
    let text = [b"\x81\x7e\x01\x00".as_slice(), &[b'a'; 256]].concat();
    capture.send(From::Server, &text[..100]);
    let _lost = capture.segment(From::Server, &text[100..150]);
    capture.send(From::Server, &text[150..]);
    capture.send(From::Server, b"\x83\x00");
    let (found, _) = events(&closed(capture), &[]);
    let [gap] = named(&found, "gap")[..] else {
        panic!("{found:?}");
    };
    assert_eq!(gap["missing"], 50);
    let [violation] = named(&found, "violation")[..] else {
        panic!("{found:?}");
    };
    assert_eq!(violation["rule"], "opcode-known");
    assert_eq!(violation["offset"], 260, "the lost bytes count");

    // A gap over the start of a frame: reading goes on where a segment starts with one.
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Server, &text[..100]);
    let _lost = capture.segment(From::Server, &[&text[100..], b"\x82\x40"].concat());
    capture.send(From::Server, &[0x55; 0x40]);
    for _ in 0..4 {
        capture.send(From::Server, b"\x82\x02ab");
    }
    capture.send(From::Server, b"\x83\x00");
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!(
        (named(&found, "gap").len(), named(&found, "resumed").len()),
        (1, 1)
    );
    let [violation] = named(&found, "violation")[..] else {
        panic!("{found:?}");
    };
    assert_eq!(
        (violation["offset"].as_u64(), status),
        (Some(260 + 66 + 16), 1)
    );
}

#[test]
fn an_end_without_closing_handshake_is_told() {
    let mut capture = opened(Link::Ip6);
    capture.send(From::Client, &HELLO[..6]);
    capture.reset(From::Server);
    let (events, status) = events(&capture.bytes(), &[]);
    assert_eq!(status, 1);
    assert_eq!(named(&events, "unclosed").len(), 1);
    assert_eq!(named(&events, "incomplete")[0]["needed"], 5);
    let connection = named(&events, "connection")[0];
    assert_eq!(connection["clean"], false);
    assert!(
        connection["ended"]
            .as_str()
            .unwrap()
            .starts_with("the server reset")
    );
}

#[test]
fn a_refusal_is_no_violation() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture.send(From::Client, REQUEST);
    capture.send(
        From::Server,
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    );
    capture.finish(From::Server);
    let (events, status) = events(&capture.bytes(), &[]);
    assert_eq!((events.len(), status), (1, 0));
    assert_eq!(
        events[0]["ended"],
        "refused by the server with 403 Forbidden"
    );
}

#[test]
fn every_cut_of_a_capture_is_taken() {
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Server, b"\x81\x05Hello\x83\x00");
    let bytes = closed(capture);
    for cut in (0..bytes.len()).step_by(13) {
        let status = lint(&bytes[..cut], &[]).status.code();
        assert!(matches!(status, Some(0..=2)), "{cut}: {status:?}");
    }
}

/// The example of the draft hixie-76: a request that one of hybi-00 or hybi-01 does not differ from.
const OLD_REQUEST: &[u8] = b"GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nSec-WebSocket-Protocol: sample\r\n\
    Upgrade: WebSocket\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n\
    Origin: http://example.com\r\n\r\n^n:ds[4U";
const OLD_RESPONSE: &[u8] = b"HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Origin: http://example.com\r\n\
    Sec-WebSocket-Location: ws://example.com/demo\r\nSec-WebSocket-Protocol: sample\r\n\r\n\
    8jKS'y:G*Co,Wxa-";

#[test]
fn a_draft_that_no_request_shows_is_known_by_its_frames() {
    let linted = |hello: &[u8], close: &[u8]| {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, OLD_REQUEST);
        capture.send(From::Server, OLD_RESPONSE);
        for from in [From::Client, From::Server] {
            capture.send(from, hello);
        }
        capture.send(From::Client, close);
        capture.send(From::Server, close);
        capture.finish(From::Server);
        capture.finish(From::Client);
        events(&capture.bytes(), &[])
    };
    for (draft, hello, close) in [
        (
            "hybi-00",
            b"\x00Hello\xff".as_slice(),
            b"\xff\x00".as_slice(),
        ),
        ("hybi-01", b"\x04\x05Hello", b"\x01\x00"),
    ] {
        let (found, status) = linted(hello, close);
        assert_eq!((found.len(), status), (1, 0), "{draft}: {found:?}");
        assert_eq!(found[0]["draft"], draft);
        assert_eq!(found[0]["messages"]["client"], 1, "{draft}");
        assert_eq!(found[0]["clean"], true, "{draft}: {found:?}");
    }
    let (found, _) = linted(b"\x04\x05Hello", b"\x01\x00");
    let reasons = found[0]["reasons"].to_string();
    assert!(
        reasons.contains("the frames are those of hybi-01"),
        "{reasons}"
    );
}

/// Its bytes are those that the draft has behind an answer, but the status is another one, and they were not read.
#[test]
fn what_follows_another_response_is_not_judged() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture.send(From::Client, OLD_REQUEST);
    let response = [b"HTTP/1.1 200", &OLD_RESPONSE[12..]].concat();
    capture.send(From::Server, &response);
    capture.finish(From::Server);
    let (found, status) = events(&capture.bytes(), &[]);
    let rules = found.iter().filter_map(|event| event["rule"].as_str());
    assert_eq!(rules.collect::<Vec<_>>(), ["response-status"]);
    assert_eq!(status, 1);
}
