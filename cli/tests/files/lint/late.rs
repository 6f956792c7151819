//! `wsdraft lint` on records that begin late, or cannot be read to their end.

use serde_json::Value;

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::HELLO,
    events::{events, named},
};

const PLAIN: &[u8] = b"\x81\x05Hello";
/// A frame with an opcode that is reserved.
const ODD: &[u8] = &[0x83, 0x80, 1, 2, 3, 4];

/// Who is the client is seen from the frames, and where these do not tell, from the ports.
#[test]
fn either_end_may_be_the_first_that_is_recorded() {
    let rest = &PLAIN[3..];
    for first in [
        &[(From::Client, HELLO)][..],
        &[(From::Server, PLAIN)],
        &[(From::Server, rest)],
    ] {
        let mut capture = Capture::new(Link::Ethernet);
        for (from, bytes) in first {
            capture.send(*from, bytes);
        }
        capture.send(From::Server, PLAIN);
        capture.send(From::Client, HELLO);
        capture.send(From::Client, ODD);
        let arguments = ["lint", "-", "--json", "--draft", "rfc6455"];
        let output = common::run(&arguments, &capture.bytes());
        let found = events(&output);
        let [violation] = named(&found, "violation")[..] else {
            panic!("{first:?}: {found:?}");
        };
        assert_eq!(violation["rule"], "opcode-known");
        assert_eq!(violation["by"], "client");
        let [connection] = named(&found, "connection")[..] else {
            panic!("{found:?}");
        };
        assert!(connection["server"].as_str().unwrap().ends_with(":80"));
    }
}

#[test]
fn a_document_is_whole_where_a_later_file_is_missing() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.send(From::Client, HELLO);
    capture.send(From::Client, ODD);
    for format in ["json", "sarif"] {
        let arguments = [
            "lint",
            "-",
            "missing.pcap",
            "--format",
            format,
            "--draft",
            "rfc6455",
        ];
        let output = common::run(&arguments, &capture.bytes());
        assert_eq!(output.status.code(), Some(2));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document.to_string().contains("opcode-known"), "{document}");
    }
}

/// Whoever has only the middle of a connection learns how to read it.
#[test]
fn a_record_without_a_handshake_says_what_to_do() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.send(From::Client, HELLO);
    for (more, hints) in [(&[][..], true), (&["--draft", "rfc6455"], false)] {
        // What is text is no frame, whatever the draft.
        let mut capture = capture.clone();
        if !hints {
            capture = Capture::new(Link::Ethernet);
            capture.send(From::Client, b"EHLO example.com\r\n");
        }
        let output = common::run(&[&["lint", "-"], more].concat(), &capture.bytes());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("no opening handshake"), "{said}");
        assert_eq!(said.contains("; --draft reads"), hints, "{said}");
    }
}
