//! `wsdraft serve` behind something that speaks the PROXY protocol, and before something that
//! should not.

use std::{
    io::{Read as _, Write as _},
    net::Shutdown,
};

use crate::common::server::Server;

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
/// A frame that no draft of this version has.
const ODD: &[u8] = b"\x83\x80\0\0\0\0";
const TEXT: &[u8] = b"PROXY TCP4 203.0.113.9 192.0.2.2 5555 80\r\n";
const BINARY: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f\xcb\0\x71\x09\xc0\0\x02\x02\x15\xb3\0\x50\x04\0\0";

/// What comes back for these bytes, in pieces of this size, and the next line of the log.
fn told(server: &mut Server, bytes: &[u8], size: usize) -> (String, String) {
    let mut stream = server.dial();
    stream.set_nodelay(true).unwrap();
    for piece in bytes.chunks(size) {
        // It may have hung up.
        let _ = stream.write_all(piece);
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (
        String::from_utf8_lossy(&answer).into_owned(),
        server.next_line(),
    )
}

/// A server that logs errors only.
fn started(arguments: &[&str]) -> Server {
    Server::serve(&[&["-q"], arguments].concat())
}

#[test]
fn the_address_of_the_client_is_taken_from_the_header() {
    let mut server = started(&["--proxy-protocol"]);
    for header in [TEXT, BINARY] {
        for size in [1, 7, 4096] {
            let bytes = [header, REQUEST, ODD].concat();
            let (answer, line) = told(&mut server, &bytes, size);
            assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
            assert!(
                line.contains("203.0.113.9:5555 (through 127.0.0.1:"),
                "{line}"
            );
            assert!(line.contains("opcode-known"), "{line}");
        }
    }
    for (header, why) in [
        (&b""[..], "no header of the PROXY protocol"),
        (b"PROXY TCP4 a b c d\r\n", "neither two addresses"),
        (
            &[b"PROXY TCP4 ", [b'1'; 100].as_slice()].concat(),
            "has no end",
        ),
        (
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
            "more than 4096 bytes",
        ),
    ] {
        let (answer, line) = told(&mut server, &[header, REQUEST].concat(), 4096);
        assert_eq!(answer, "", "{header:?}");
        assert!(line.contains(why), "{line}");
    }
}

#[test]
fn a_header_that_was_not_asked_for_is_refused_by_name() {
    const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tls");
    let mut server = started(&[]);
    for header in [TEXT, BINARY] {
        let (answer, line) = told(&mut server, &[header, REQUEST].concat(), 4096);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains("PROXY protocol"), "{answer}");
        assert!(line.contains("PROXY protocol"), "{line}");
    }
    let bare = String::from_utf8_lossy(REQUEST).replace('\r', "");
    let (answer, line) = told(&mut server, bare.as_bytes(), 4096);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(line.contains("end in LF alone"), "{line}");
    let (certificate, key) = (format!("{TLS}/certificate.pem"), format!("{TLS}/key.pem"));
    let mut server = started(&["--tls-cert", &certificate, "--tls-key", &key]);
    for header in [TEXT, BINARY] {
        let (_, line) = told(&mut server, header, 4096);
        assert!(line.contains("taken with --proxy-protocol only"), "{line}");
    }
}
