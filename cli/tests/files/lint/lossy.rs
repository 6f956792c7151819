//! `wsdraft lint` on captures that lack packets, or have them in another order. The endpoints are correct.

use serde_json::Value;

use super::{CLOSED, REQUEST, RESPONSE, closed, events, opened};

use crate::common::{
    capture::{Capture, From, Link},
    chat::{CLOSE, HELLO},
    events::named,
};

/// Parts of a payload can look like frames, and the first frame of a message can be among what is lost.
#[test]
fn nothing_that_is_lost_is_held_against_its_sender() {
    // A pong between the fragments of a message of which the first one is lost.
    let mut capture = opened(Link::Ethernet);
    let _lost = capture.segment(From::Server, b"\x01\x02ab");
    for rest in [b"\x8a\x00".as_slice(), b"\x00\x01c", b"\x80\x01d"] {
        capture.send(From::Server, rest);
    }
    for _ in 0..4 {
        capture.send(From::Server, b"\x82\x02ab");
    }
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!(named(&found, "resumed").len(), 1, "{found:?}");
    assert_eq!((named(&found, "violation").len(), status), (0, 0));

    // A piece of a payload that looks like a close frame, and then one that does not look like any.
    let mut capture = opened(Link::Ethernet);
    let _lost = capture.segment(From::Server, b"\x82\x06ab");
    capture.send(From::Server, b"\x88\x00");
    capture.send(From::Server, b"\xff\xff");
    let frames = b"\x82\x01a".repeat(4);
    capture.send(From::Server, &frames);
    capture.send(From::Server, b"\x83\x00");
    let (found, status) = events(&closed(capture), &[]);
    let at = |event| named(&found, event)[0]["offset"].as_u64().unwrap();
    assert_eq!(named(&found, "resumed").len(), 1, "{found:?}");
    assert_eq!(at("resumed") - at("gap"), 8);
    let [violation] = named(&found, "violation")[..] else {
        panic!("{found:?}");
    };
    assert_eq!((violation["offset"].as_u64(), status), (Some(8 + 12), 1));
    assert_eq!(named(&found, "connection")[0]["messages"]["server"], 4);
}

/// What looks like a frame at first may turn out to be none, and the same bytes are not tried twice.
#[test]
fn a_piece_that_is_refuted_by_itself_is_passed_over() {
    let mut capture = opened(Link::Ethernet);
    let _lost = capture.segment(From::Server, b"\x82\x02ab");
    // The text of this message is not UTF-8, which shows only when it is read.
    capture.send(From::Server, b"\x81\x01\xff");
    let first = capture.send(
        From::Server,
        &[b"\x82\x7e\x04\x00", &[7; 1024][..]].concat(),
    );
    for _ in 0..4 {
        capture.send(
            From::Server,
            &[b"\x82\x7e\x04\x00", &[7; 1024][..]].concat(),
        );
    }
    let (found, status) = events(&closed(capture), &[]);
    let [resumed] = named(&found, "resumed")[..] else {
        panic!("{found:?}");
    };
    assert_eq!(resumed["packet"].as_u64(), Some(first as u64), "{resumed}");
    assert_eq!((named(&found, "violation").len(), status), (0, 0));

    // The same where the record begins with it.
    let mut capture = Capture::new(Link::Ethernet);
    capture.send(From::Server, b"\x81\x01\xff");
    capture.send(From::Server, b"\x82\x02ab");
    let (found, status) = events(&closed(capture), &["--draft", "rfc6455"]);
    assert_eq!((named(&found, "violation").len(), status), (0, 0));
    assert_eq!(named(&found, "connection")[0]["messages"]["server"], 1);
}

/// A close frame may be among what is lost.
#[test]
fn an_end_of_which_something_is_lost_is_not_called_unclean() {
    for (is_closed, said) in [
        (false, "no close frame is recorded, but one may be missing"),
        (true, "no answer of the server is recorded"),
    ] {
        let mut capture = opened(Link::Ethernet);
        capture.send(From::Client, HELLO);
        if is_closed {
            capture.send(From::Client, CLOSE);
        }
        let _lost = capture.segment(From::Server, b"\x81\x05Hello\x88\x00");
        capture.finish(From::Server);
        capture.finish(From::Client);
        let (found, status) = events(&capture.bytes(), &[]);
        assert_eq!((named(&found, "unclosed").len(), status), (0, 0));
        let connection = named(&found, "connection")[0];
        let ended = connection["ended"].as_str().unwrap();
        assert!(ended.contains(said), "{ended}");
        assert!(connection["clean"].is_null(), "{connection}");
    }
    // Bytes that lack within a payload hide nothing.
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Server, b"\x81\x05He");
    let _lost = capture.segment(From::Server, b"ll");
    capture.send(From::Server, b"o");
    capture.finish(From::Server);
    let (found, status) = events(&capture.bytes(), &[]);
    assert_eq!((named(&found, "unclosed").len(), status), (1, 1));
    let detail = |found: &[Value]| named(found, "gap")[0]["detail"].to_string();
    assert!(detail(&found).contains("2 bytes of a payload are not recorded"));
    // The packet that ends a direction counts like a byte.
    let mut capture = opened(Link::Ethernet);
    let _lost = capture.segment(From::Server, b"x");
    capture.finish(From::Server);
    let (found, _) = events(&capture.bytes(), &[]);
    assert!(detail(&found).contains("1 byte is not recorded"));
}

/// What waits behind a gap until it is believed came before what answers it.
#[test]
fn a_close_frame_behind_a_gap_comes_before_its_answer() {
    let mut capture = opened(Link::Ethernet);
    let _lost = capture.segment(From::Server, b"\x82\x06abcdef");
    capture.send(From::Server, b"\x81\x02hi");
    // The gap is not waited for any longer.
    for _ in 0..80 {
        capture.acknowledge(From::Client);
    }
    capture.send(From::Server, CLOSED);
    capture.send(From::Client, CLOSE);
    capture.finish(From::Server);
    capture.finish(From::Client);
    let (found, status) = events(&capture.bytes(), &[]);
    let ended = named(&found, "connection")[0]["ended"].as_str().unwrap();
    assert!(ended.starts_with("the server closed"), "{ended}");
    assert_eq!(status, 0);
}

/// Network cards with several queues, and captures that were put together, have another order than the wire.
#[test]
fn the_order_of_the_record_is_not_that_of_the_wire() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    let request = capture.segment(From::Client, REQUEST);
    let response = capture.segment(From::Server, RESPONSE);
    capture.record(&response);
    capture.record(&request);
    capture.send(From::Client, HELLO);
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["clean"], true);

    // The request is in two pieces around the response.
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    let pieces = [&REQUEST[..40], &REQUEST[40..]].map(|piece| capture.segment(From::Client, piece));
    let response = capture.segment(From::Server, RESPONSE);
    for packet in [&response, &pieces[0], &pieces[1]] {
        capture.record(packet);
    }
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["clean"], true);

    let mut capture = opened(Link::Ethernet);
    capture.send(From::Client, HELLO);
    capture.send(From::Server, b"\x81\x05Hello");
    capture.send(From::Client, CLOSE);
    capture.client_first();
    let (found, status) = events(&capture.bytes(), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["messages"]["server"], 1);

    // What the client sends before it can have the response is seen all the same.
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture.send(From::Client, REQUEST);
    capture.send(From::Client, HELLO);
    capture.send(From::Server, RESPONSE);
    capture.client_first();
    let (found, status) = events(&capture.bytes(), &[]);
    let [violation] = named(&found, "violation")[..] else {
        panic!("{found:?}");
    };
    assert_eq!((&violation["rule"], status), (&"client-waits".into(), 1));
}

/// An acknowledgement that has overtaken the request in the record says nothing of the first bytes.
#[test]
fn a_late_acknowledgement_hides_nothing() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    let request = capture.segment(From::Client, REQUEST);
    capture.send(From::Server, RESPONSE);
    capture.acknowledge(From::Client);
    capture.record(&request);
    capture.send(From::Client, HELLO);
    capture.send(From::Client, CLOSE);
    capture.send(From::Server, CLOSED);
    capture.finish(From::Server);
    capture.client_first();
    let (found, status) = events(&capture.bytes(), &[]);
    assert_eq!((named(&found, "violation").len(), status), (0, 0));
    assert_eq!(named(&found, "head").len(), 0, "{found:?}");
    assert_eq!(named(&found, "connection")[0]["messages"]["client"], 1);
}

/// The first segments of the server are lost or late: what the client acknowledges tells where it starts.
#[test]
fn the_first_segments_may_be_late() {
    let mut capture = opened(Link::Ethernet);
    let mut late = Capture::new(Link::Ethernet);
    late.open();
    late.send(From::Client, REQUEST);
    let pieces = [&RESPONSE[..30], &RESPONSE[30..]].map(|piece| late.segment(From::Server, piece));
    capture.lose_server();
    capture.record(&pieces[1]);
    capture.record(&pieces[0]);
    capture.send(From::Client, HELLO);
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["clean"], true);
}
