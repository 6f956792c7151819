//! The vectors of `tests/data/vectors/core.json` through the command itself.

#[path = "../../../tests/src/vectors.rs"]
mod given;

use std::{fs, path::PathBuf, process::Output};

use serde_json::{Value, json};

use self::given::{Kind, Vector};

use crate::common::{
    self,
    events::{events, named},
};

fn run(arguments: &[&str], input: &[u8]) -> Output {
    common::run(&[&["--json"], arguments].concat(), input)
}

fn status(output: &Output) -> i32 {
    let text = String::from_utf8_lossy(&output.stderr);
    output.status.code().unwrap_or_else(|| panic!("{text}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The drafts of a vector that can be spoken.
fn drafts(vector: &Vector) -> impl Iterator<Item = &String> {
    let known = |name: &&String| {
        let mut all = wsdraft::drafts::ALL.iter();
        all.any(|draft| draft.info().short == **name)
    };
    vector.drafts.iter().filter(known)
}

fn each(kind: Kind, mut check: impl FnMut(&Vector, &str)) {
    let mut checked = 0;
    for vector in given::all() {
        if vector.kind == kind {
            for draft in drafts(&vector) {
                check(&vector, draft);
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "no {kind:?} vector was checked");
}

/// Runs `inspect` on a vector: on standard input, and as an argument where it is short.
fn inspect(vector: &Vector, draft: &str, sender: &str) -> Output {
    let key = vector.masking_key().map(|key| hex(&key));
    let mut arguments = vec!["inspect", "--draft", draft, "--from", sender];
    if let Some(key) = key.as_deref().filter(|_| sender == "client") {
        arguments.extend(["--masking-key", key]);
    }
    let bytes = vector.bytes();
    let from_input = run(&[&arguments[..], &["-"]].concat(), &bytes);
    if bytes.len() < 1024 {
        let digits = hex(&bytes);
        let from_argument = run(&[&arguments[..], &["--hex", &digits]].concat(), &[]);
        assert_eq!(from_argument, from_input, "{} {draft}", vector.id);
    }
    from_input
}

#[test]
fn frames() {
    each(Kind::Frames, |vector, draft| {
        for sender in vector.senders() {
            let output = inspect(vector, draft, sender);
            let (events, at) = (events(&output), format!("{} {draft} {sender}", vector.id));
            assert_eq!(status(&output), 0, "{at}: {events:?}");
            let messages: Vec<_> = vector
                .expect
                .messages
                .iter()
                .map(|message| match &message.text {
                    Some(text) => json!({"event": "message", "type": "text", "text": text}),
                    None if message.kind == "text" => {
                        let text = String::from_utf8(message.payload()).unwrap();
                        json!({"event": "message", "type": "text", "text": text})
                    }
                    None => {
                        let data = hex(&message.payload());
                        json!({"event": "message", "type": message.kind, "data": data})
                    }
                })
                .collect();
            assert!(
                named(&events, "message").into_iter().eq(&messages),
                "{at}: {events:?}"
            );
            let closes = named(&events, "close");
            assert_eq!(closes.len(), usize::from(vector.expect.close.is_some()));
            if let (Some(close), Some(expected)) = (closes.first(), &vector.expect.close) {
                assert_eq!(close["code"], expected["code"], "{at}");
                if expected["reason"].is_string() {
                    assert_eq!(close["reason"], expected["reason"], "{at}");
                }
            }
            let Some(frames) = &vector.expect.frames else {
                continue;
            };
            let seen = named(&events, "frame");
            assert_eq!(seen.len(), frames.len(), "{at}");
            for (seen, frame) in seen.into_iter().zip(frames) {
                let expected = json!({
                    "event": "frame",
                    "offset": seen["offset"],
                    "fin": frame.fin,
                    "rsv": [],
                    "opcode": frame.kind(),
                    "opcode_value": frame.opcode,
                    "masked": frame.masked,
                    "length": frame.payload_len,
                    "payload": hex(&frame.payload()),
                });
                assert!(*seen == expected, "{at}: {seen}");
                if matches!(frame.kind(), "ping" | "pong") {
                    let expected = json!({"event": frame.kind(), "data": hex(&frame.payload())});
                    assert!(events.contains(&expected), "{at}");
                }
            }
        }
    });
}

#[test]
fn invalid_streams() {
    each(Kind::Invalid, |vector, draft| {
        for sender in vector.senders() {
            let output = inspect(vector, draft, sender);
            let (events, at) = (events(&output), format!("{} {draft} {sender}", vector.id));
            let violations = named(&events, "violation");
            let action = vector.expect.action.as_deref().unwrap();
            if action.starts_with("deliver") {
                assert_eq!(status(&output), 0, "{at}");
                assert_eq!(named(&events, "message")[0]["text"], "\u{fffd}\u{fffd}");
                continue;
            }
            assert_eq!(status(&output), 1, "{at}");
            assert_eq!(violations.len(), 1, "{at}: {events:?}");
            let violation = violations[0];
            assert_eq!(violation["level"], "MUST", "{at}");
            assert!(violation["offset"].is_u64(), "{at}");
            for text in ["rule", "citation", "detail"] {
                assert!(!violation[text].as_str().unwrap().is_empty(), "{at}");
            }
            if let Some(code) = vector.expect.close_code() {
                assert_eq!(violation["close_code"], code, "{at}");
            }
        }
    });
}

/// A file of this test.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{name}-{}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    path
}

/// The lines of a head, in their order or sorted.
fn lines(bytes: &[u8], in_order: bool) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<_> = text.split("\r\n").map(str::to_owned).collect();
    if !in_order {
        lines.sort();
    }
    lines
}

/// That a request is answered as this action says.
#[track_caller]
fn refused(report: &Value, action: &str, at: &str) {
    if action.starts_with("abort") {
        assert_eq!(report["status"], Value::Null, "{at}");
        assert_eq!(report["response_hex"], Value::Null, "{at}");
    } else {
        let status = report["status"].as_u64();
        assert!(matches!(status, Some(400 | 426)), "{at}: {report:#}");
    }
}

#[test]
fn handshakes() {
    each(Kind::Handshake, |vector, draft| {
        let at = format!("{} {draft}", vector.id);
        let expect = &vector.expect;
        let mut arguments = vec!["handshake", "--draft", draft, "-"];
        let response = vector.response();
        let path = response
            .as_ref()
            .map(|response| file(&format!("{}-{draft}", vector.id), response));
        if let Some(path) = &path {
            arguments.extend(["--response", path.to_str().unwrap()]);
        }
        if expect.secure {
            arguments.push("--secure");
        }
        let output = run(&arguments, &vector.request());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        path.map(fs::remove_file);
        assert_eq!(report["draft"], draft, "{at}");
        let accepts = response.is_some() || expect.accept.is_some();
        assert_eq!(status(&output), i32::from(!accepts), "{at}: {report:#}");
        assert_eq!(report["valid"], accepts, "{at}");
        let violations = report["violations"].as_array().unwrap();
        assert_eq!(violations.is_empty(), accepts, "{at}: {report:#}");
        if !accepts {
            refused(&report, expect.action.as_deref().unwrap(), &at);
            return;
        }
        assert_eq!(report["status"], 101, "{at}");
        for (name, expected) in [
            ("accept", &expect.accept),
            ("origin", &expect.origin),
            ("extensions", &expect.extensions),
        ] {
            if expected.is_some() {
                assert_eq!(report[name], json!(expected), "{at}");
            }
        }
        if let Some(name) = &expect.subprotocol {
            let offered = report["subprotocols"].as_array().unwrap();
            assert!(offered.contains(&json!(name)), "{at}");
        }
        let answer = given::hex(report["response_hex"].as_str().unwrap());
        if let Some(response) = response {
            // The command writes the fields in the draft's own order.
            let lines = |bytes| lines(bytes, vector.strict_order);
            assert_eq!(lines(&answer), lines(&response), "{at}");
        }
        let detected = run(&["detect", "-"], &vector.request());
        let detected: Value = serde_json::from_slice(&detected.stdout).unwrap();
        let candidates = detected["candidates"].as_array().unwrap();
        assert!(candidates.contains(&json!(draft)), "{at}: {detected:#}");
    });
}

#[test]
fn inputs_that_cannot_be_used() {
    let bad: [&[&str]; 8] = [
        &["inspect", "--draft", "13", "--from", "client"],
        &[
            "inspect", "--draft", "none", "--from", "client", "--hex", "00",
        ],
        &["inspect", "--draft", "13", "--from", "peer", "--hex", "00"],
        &["inspect", "--draft", "13", "--from", "client", "--hex", "0"],
        &[
            "inspect", "--draft", "13", "--from", "client", "--hex", "0g",
        ],
        &[
            "inspect",
            "--draft",
            "13",
            "--from",
            "client",
            "/no/such/file",
        ],
        &[
            "inspect",
            "--draft",
            "13",
            "--from",
            "client",
            "--hex",
            "00",
            "--masking-key",
            "00",
        ],
        &[
            "inspect",
            "--draft",
            "13",
            "--from",
            "client",
            "--hex",
            "00",
            "--extensions",
            "no such",
        ],
    ];
    for arguments in bad {
        let output = run(arguments, &[]);
        assert_eq!(status(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn requests_that_are_not_whole() {
    // (request, status of the answer)
    let cases: [(&[u8], Value); 4] = [
        (b"", Value::Null),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", Value::Null),
        (b"\x16\x03\x01\x02\x00", json!(400)),
        (b"GET / HTTP/1.1\r\n bad: x\r\n\r\n", json!(400)),
    ];
    for (request, answer) in cases {
        let output = run(&["handshake", "-"], request);
        assert_eq!(status(&output), 1, "{request:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["valid"], false, "{request:?}");
        assert_eq!(report["status"], answer, "{request:?}");
        assert_eq!(
            report["response_hex"].is_string(),
            answer == 400,
            "{request:?}"
        );
        assert!(report["error"].is_string(), "{request:?}");
    }
}
