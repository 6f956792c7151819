//! Opening handshakes, and the keys of frames.

use super::{TEXT, Talk, broken, masked, one};

use crate::common::{
    capture::{Capture, From, Link},
    chat::{REQUEST, RESPONSE},
};

#[test]
fn masking_keys_that_do_not_vary_are_found() {
    let linted = |keys: &[[u8; 4]]| {
        let mut talk = Talk::opened();
        let mut packets = Vec::new();
        for key in keys {
            let frame = masked(TEXT, b"text", *key);
            packets.push(talk.capture.send(From::Client, &frame) as u64);
        }
        (talk.closed(From::Client), packets)
    };
    let (a, b, zero) = ([1, 2, 3, 4], [1, 2, 3, 5], [0; 4]);
    for clean in [
        &[a, a, a, b, a, a, b][..],
        &[a, b, a, b],
        &[zero, a, zero, b],
        &[a],
    ] {
        assert_eq!(linted(clean).0, [], "{clean:?}");
    }
    for (keys, at) in [(&[a, a, a, a, a, b][..], 3), (&[a, zero, zero, b], 2)] {
        let (found, packets) = linted(keys);
        assert_eq!(
            found,
            one("mask-is-random", From::Client, packets[at]),
            "{keys:?}"
        );
    }
}

#[test]
fn a_client_that_does_not_wait_for_the_answer_is_found() {
    let linted = |response: &str, lag: u32, early: &[u8]| {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        // The answer has passed the other end already, and this record has it late.
        let late = capture.segment(From::Server, response.as_bytes());
        capture.lag[From::Client as usize] = lag;
        let packet = capture.send(From::Client, early) as u64;
        capture.record(&late);
        (broken(&capture.bytes(), &[]), packet)
    };
    let early = masked(TEXT, b"early", [1, 2, 3, 4]);
    let (found, packet) = linted(RESPONSE, RESPONSE.len() as u32, &early);
    assert_eq!(found, one("client-waits", From::Client, packet));
    assert_eq!(linted(RESPONSE, 0, &early).0, []);
    let (pipelined, _) = linted(RESPONSE, RESPONSE.len() as u32, REQUEST.as_bytes());
    assert!(
        pipelined.iter().all(|broken| broken.0 != "client-waits"),
        "{pipelined:?}"
    );
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(linted(refusal, refusal.len() as u32, &early).0, []);
}

#[test]
fn what_an_answer_alone_shows_is_found_in_refusals_too() {
    let refused = |status: &str, field: &str| format!("HTTP/1.1 {status}\r\n{field}\r\n");
    let accepted = |field: &str| RESPONSE.replace("\r\n\r\n", &format!("\r\n{field}\r\n"));
    for (response, rule) in [
        (
            refused("401 Unauthorized", ""),
            Some("authentication-challenged"),
        ),
        (
            refused(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"a\"\r\n",
            ),
            None,
        ),
        (refused("426 Upgrade Required", ""), Some("versions-listed")),
        (
            refused("426 Upgrade Required", "Sec-WebSocket-Version: 13, 8\r\n"),
            None,
        ),
        (refused("302 Found", "Location: /\r\n"), None),
        (refused("404 Not Found", ""), None),
        (
            accepted("Content-Length: 0\r\n"),
            Some("response-content-length-absent"),
        ),
        (
            accepted("Transfer-Encoding: chunked\r\n"),
            Some("response-transfer-encoding-absent"),
        ),
        (accepted("Server: a\r\n"), None),
    ] {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        let packet = capture.send(From::Server, response.as_bytes()) as u64;
        let found = broken(&capture.bytes(), &[]);
        let wanted = rule.map_or_else(Vec::new, |rule| one(rule, From::Server, packet));
        assert_eq!(found, wanted, "{response}");
    }
}
