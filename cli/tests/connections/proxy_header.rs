//! `wsdraft serve` behind something that speaks the PROXY protocol, and before something that
//! should not.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    process::{Child, ChildStderr, Command, Stdio},
};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
/// A frame that no draft of this version has.
const ODD: &[u8] = b"\x83\x80\0\0\0\0";
const TEXT: &[u8] = b"PROXY TCP4 203.0.113.9 192.0.2.2 5555 80\r\n";
const BINARY: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f\xcb\0\x71\x09\xc0\0\x02\x02\x15\xb3\0\x50\x04\0\0";

struct Server {
    child: Child,
    log: BufReader<ChildStderr>,
    address: String,
}

impl Server {
    fn start(more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("://").unwrap();
        let address = address.to_owned();
        log.read_line(&mut String::new()).unwrap();
        Self {
            child,
            log,
            address,
        }
    }

    /// What comes back for these bytes, in pieces of this size, and the next line of the log.
    fn told(&mut self, bytes: &[u8], size: usize) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        for piece in bytes.chunks(size) {
            // It may have hung up.
            let _ = stream.write_all(piece);
        }
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let mut line = String::new();
        self.log.read_line(&mut line).unwrap();
        (String::from_utf8_lossy(&answer).into_owned(), line)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_address_of_the_client_is_taken_from_the_header() {
    let mut server = Server::start(&["--proxy-protocol"]);
    for header in [TEXT, BINARY] {
        for size in [1, 7, 4096] {
            let bytes = [header, REQUEST, ODD].concat();
            let (answer, line) = server.told(&bytes, size);
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
            "does not end",
        ),
        (
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
            "more than 4096 bytes",
        ),
    ] {
        let (answer, line) = server.told(&[header, REQUEST].concat(), 4096);
        assert_eq!(answer, "", "{header:?}");
        assert!(line.contains(why), "{line}");
    }
}

#[test]
fn a_header_that_was_not_asked_for_is_refused_by_name() {
    const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tls");
    let mut server = Server::start(&[]);
    for header in [TEXT, BINARY] {
        let (answer, line) = server.told(&[header, REQUEST].concat(), 4096);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains("PROXY protocol"), "{answer}");
        assert!(line.contains("PROXY protocol"), "{line}");
    }
    let bare = String::from_utf8_lossy(REQUEST).replace('\r', "");
    let (answer, line) = server.told(bare.as_bytes(), 4096);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(line.contains("end in LF alone"), "{line}");
    let (certificate, key) = (format!("{TLS}/certificate.pem"), format!("{TLS}/key.pem"));
    let mut server = Server::start(&["--tls-cert", &certificate, "--tls-key", &key]);
    for header in [TEXT, BINARY] {
        let (_, line) = server.told(header, 4096);
        assert!(line.contains("taken with --proxy-protocol only"), "{line}");
    }
}
