//! What the command says about opening requests.

use std::{io::Read as _, net::TcpListener, thread};

use serde_json::Value;

use crate::common;

/// Exit status, and standard output.
fn run(arguments: &[&str], input: &[u8]) -> (i32, String) {
    let output = common::run(arguments, input);
    let status = output.status.code().expect("an exit status");
    (status, String::from_utf8(output.stdout).unwrap())
}

fn json(arguments: &[&str], input: &[u8]) -> (i32, Value) {
    let (status, out) = run(&[&["--json"], arguments].concat(), input);
    (status, serde_json::from_str(&out).expect("JSON"))
}

/// A request of this version, with further lines.
fn request(version: &str, more: &str) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {version}\r\n\
        {more}\r\n"
    )
    .into_bytes()
}

#[test]
fn a_request_with_the_origin_in_two_fields_is_of_its_version() {
    let both = request(
        "8",
        "Origin: http://a.example\r\nSec-WebSocket-Origin: http://a.example\r\n",
    );
    let (status, detected) = json(&["detect", "-"], &both);
    assert_eq!((status, &detected["wire_version"]), (0, &8.into()));
    let draft = detected["draft"].as_str().expect("a draft");
    let (status, checked) = json(&["handshake", "-"], &both);
    assert_eq!(
        (status, &checked["status"]),
        (0, &101.into()),
        "{checked:#}"
    );
    assert_eq!(checked["draft"], draft);
    let (status, linted) = run(&["lint", "-"], &both);
    assert_eq!(status, 0, "{linted}");
    assert!(linted.contains(draft), "{linted}");
}

#[test]
fn what_rules_every_draft_out_is_said_in_one_line() {
    let unknown = request("9", "");
    let decided = "Sec-WebSocket-Version is not 13, which rules out rfc6455";
    let (status, detected) = run(&["detect", "-"], &unknown);
    assert_eq!(status, 1);
    let expected = format!("no draft fits; the nearest is rfc6455\n  {decided}\n");
    assert_eq!(detected, expected);
    let (status, detected) = json(&["detect", "-"], &unknown);
    assert_eq!((status, &detected["draft"]), (1, &Value::Null));
    assert_eq!(detected["nearest"], "rfc6455");
    let (status, checked) = run(&["handshake", "-"], &unknown);
    assert_eq!(status, 1);
    let note = format!("  no draft fits; the nearest is rfc6455: {decided}\n");
    assert!(checked.contains(&note), "{checked}");
    let (status, linted) = run(&["lint", "-"], &unknown);
    assert_eq!(status, 1);
    assert_eq!(linted.matches("which rules out").count(), 1, "{linted}");
}

#[test]
fn a_request_with_content_is_a_finding() {
    let content = request("13", "Content-Length: 7\r\n");
    let (status, detected) = json(&["detect", "-"], &content);
    assert_eq!((status, &detected["wire_version"]), (1, &13.into()));
    let why = detected["error"].as_str().expect("a reason");
    assert!(why.contains("by its Content-Length"), "{why}");
    let (status, out) = run(&["detect", "-"], &content);
    assert!(status == 1 && out.contains(why), "{out}");
    let (status, checked) = json(&["handshake", "-"], &content);
    assert_eq!((status, &checked["valid"]), (1, &false.into()));
    assert_eq!(
        (&checked["status"], &checked["error"]),
        (&400.into(), &why.into())
    );
    let none = request("13", "Content-Length: 0\r\n");
    assert_eq!(run(&["detect", "-"], &none).0, 0);
    assert_eq!(run(&["handshake", "-"], &none).0, 0);
}

/// The head of the request that `connect` sends with these arguments.
fn asked(arguments: &[&str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    });
    common::run(&[&["connect", &url], arguments].concat(), b"");
    server.join().unwrap()
}

#[test]
fn header_fields_are_sent_as_they_were_given_or_not_at_all() {
    for (header, why) in [
        (
            "bad header: x",
            "the name of a header field has the byte 0x20",
        ),
        (": x", "the name of a header field is empty"),
        (
            "X-Room: a\nb",
            "the value of a header field has the byte 0x0a",
        ),
        ("X-Room", "has no colon"),
    ] {
        let output = common::run(&["connect", "ws://127.0.0.1:1/", "--header", header], b"");
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(why), "{told}");
    }
    let head = asked(&["--header", "Host: other.example", "--header", "X-Room: 1"]);
    assert_eq!(
        head.to_lowercase().matches("\r\nhost:").count(),
        1,
        "{head}"
    );
    assert!(head.contains("\r\nHost: other.example\r\n"), "{head}");
    assert!(head.contains("\r\nX-Room: 1\r\n"), "{head}");
}

#[test]
fn cookies_that_cannot_be_sent_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let output = common::run(&["connect", &url, "--cookie", "a=b\nc"], b"");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("the list of cookies has the byte 0x0a"),
        "{told}"
    );
}

/// A draft of one's own is the newest only if it says so.
#[test]
fn the_newest_draft_is_the_one_that_says_so() {
    let folder = common::folder("later-draft");
    let draft = r#"Draft(name: "later-1", short: "later-1", type: "later", status: "private",
        issued: "2031-01-01", wire_version: 31, evidence: [Own("A test")], extends: "rfc6455",
        request_headers: (amend: {"Sec-WebSocket-Version": (value: Version([31]), evidence: [Own("A test")])}),
        signs: (amend: {"version": (test: OneOf(["31"]), evidence: [Own("A test")])}))"#;
    std::fs::write(folder.join("later-1.ron"), draft).unwrap();
    let place = folder.to_str().unwrap();
    let head = asked(&["--spec-dir", place]);
    assert!(head.contains("Sec-WebSocket-Version: 13"), "{head}");
    let head = asked(&["--spec-dir", place, "--draft", "later-1"]);
    assert!(head.contains("Sec-WebSocket-Version: 31"), "{head}");
}
