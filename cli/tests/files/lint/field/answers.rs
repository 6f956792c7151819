//! Answers that come early, late or in parts.

use serde_json::json;

use super::{ODD, closed, connection, events, rules, sent};

use crate::common::{
    capture::From,
    chat::{HELLO, INTERIM, REQUEST, RESPONSE},
    events::named,
};

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
