//! What the command says about opening requests.

use serde_json::Value;

mod common;

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
