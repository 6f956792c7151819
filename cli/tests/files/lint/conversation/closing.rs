//! Close frames, what answers them, and the end of the transport.

use super::{BOTH, CLOSE, DONE, PING, TEXT, Talk, broken, one, other};

use crate::common::{
    capture::{Capture, From, Link},
    chat::{REQUEST, RESPONSE},
};

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
