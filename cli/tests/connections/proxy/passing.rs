//! `wsdraft proxy` between a client made of bytes and `wsdraft serve`.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::common::listening::{start, stop};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
/// `Hello`, masked, and a frame with an opcode that no draft of this version has.
const FRAMES: &[u8] = &[
    0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58, 0x83, 0x80, 0, 0, 0, 0,
];

/// What the server answers to a connection that ends in a violation.
fn talk(address: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1);
        answer.push(byte[0]);
    }
    stream.write_all(FRAMES).unwrap();
    // Up to the close frame; then this end closes.
    while !answer.ends_with(b"Hello") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1);
        answer.push(byte[0]);
    }
    stream.shutdown(Shutdown::Write).unwrap();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn broken(lines: &str) -> Vec<(String, String, u64)> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|event: &Value| event["event"] == "violation")
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            (text("rule"), text("by"), event["offset"].as_u64().unwrap())
        })
        .collect()
}

#[test]
fn bytes_pass_unchanged_and_are_linted() {
    let (server, direct) = start(&["serve"]);
    let upstream = format!("ws://{direct}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (capture, log) = (folder.join("proxy.pcapng"), folder.join("proxy.log"));
    let expected = talk(&direct);
    let wanted = [("opcode-known".to_owned(), "client".to_owned(), 11)];
    for file in [&capture, &log] {
        let record = file.to_str().unwrap();
        let (proxy, address) = start(&[
            "proxy",
            "--upstream",
            &upstream,
            "--record",
            record,
            "--json",
        ]);
        assert_eq!(talk(&address), expected);
        let (status, text) = stop(proxy);
        assert_eq!(
            (status, broken(&text).as_slice()),
            (1, wanted.as_slice()),
            "{text}"
        );
    }
    let text = std::fs::read_to_string(&log).unwrap();
    assert_eq!(broken(&text), wanted);
    let linted = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["lint", "--json"])
        .arg(&capture)
        .output()
        .unwrap();
    let text = String::from_utf8(linted.stdout).unwrap();
    assert_eq!(
        (linted.status.code(), broken(&text).as_slice()),
        (Some(1), wanted.as_slice())
    );
    stop(server);
}

/// The client speaks plain to the proxy, which speaks TLS to the server and lints what is inside.
#[test]
fn a_server_over_tls_is_reached_and_linted() {
    const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tls");
    let (certificate, key) = (format!("{TLS}/certificate.pem"), format!("{TLS}/key.pem"));
    let (plain, direct) = start(&["serve"]);
    let (secured, behind) = start(&["serve", "--tls-cert", &certificate, "--tls-key", &key]);
    let upstream = format!("wss://{behind}");
    let (proxy, address) = start(&[
        "proxy",
        "--upstream",
        &upstream,
        "--ca",
        &certificate,
        "--json",
    ]);
    assert_eq!(talk(&address), talk(&direct));
    let (status, text) = stop(proxy);
    assert_eq!(
        (status, broken(&text)),
        (
            1,
            vec![("opcode-known".to_owned(), "client".to_owned(), 11)]
        ),
        "{text}"
    );

    // A certificate that nobody vouches for: nothing is passed on.
    let (proxy, address) = start(&["proxy", "--upstream", &upstream, "--json"]);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty(), "{answer:?}");
    stop(proxy);
    for server in [plain, secured] {
        stop(server);
    }
}

/// A server that ends the transport without an answer to the close frame: after a while, so that
/// it is sure to have read it, and at once.
#[test]
fn a_close_frame_that_is_not_answered_is_found_as_it_passes() {
    const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    const CLOSE: &[u8] = &[0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x12];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = format!("ws://{}", listener.local_addr().unwrap());
    let pauses = [1_500, 0];
    let server = thread::spawn(move || {
        for pause in pauses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream.write_all(RESPONSE).unwrap();
            stream.read_exact(&mut [0; CLOSE.len()]).unwrap();
            thread::sleep(Duration::from_millis(pause));
        }
    });
    let (proxy, address) = start(&["proxy", "--upstream", &upstream, "--json"]);
    for _ in pauses {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(REQUEST).unwrap();
        let mut answer = [0; RESPONSE.len()];
        stream.read_exact(&mut answer).unwrap();
        stream.write_all(CLOSE).unwrap();
        assert_eq!(stream.read(&mut answer).unwrap(), 0);
    }
    server.join().unwrap();
    let (status, text) = stop(proxy);
    let wanted = [("close-answered".to_owned(), "server".to_owned(), 0)];
    assert_eq!((status, broken(&text)), (1, wanted.to_vec()), "{text}");
}
