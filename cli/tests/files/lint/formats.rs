//! What `wsdraft lint` reads and writes: captures, hex, archives, bytes of one end; and how it shows
//! what it finds.

use serde_json::Value;

use super::{REQUEST, RESPONSE, closed, events, lint, opened};

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::{CLOSE, CLOSED, HELLO},
};

#[test]
fn hex_has_both_directions() {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let text = format!(
        "> {}\n< {}\n> {}\n< {}\n> {}\n",
        hex(REQUEST),
        hex(RESPONSE),
        hex(HELLO),
        hex(CLOSED),
        hex(CLOSE)
    );
    let (events, status) = events(text.as_bytes(), &[]);
    assert_eq!((events.len(), status), (1, 0), "{events:?}");
    let ended = events[0]["ended"].as_str().unwrap();
    assert!(ended.starts_with("the server closed"), "{ended}");
}

#[test]
fn frames_alone_need_a_sender() {
    assert_eq!(lint(HELLO, &[]).status.code(), Some(2));
    let (found, status) = events(HELLO, &["--from", "client", "--draft", "rfc6455"]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    let (found, status) = events(HELLO, &["--from", "server", "--draft", "rfc6455"]);
    assert_eq!(
        (found[0]["rule"].as_str(), status),
        (Some("server-frame-unmasked"), 1)
    );
}

#[test]
fn an_archive_has_neither_masks_nor_fragments() {
    let headers = |head: &[u8]| -> Value {
        let text = String::from_utf8(head.to_vec()).unwrap();
        let fields = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        fields
            .map(|(name, value)| serde_json::json!({"name": name, "value": value}))
            .collect()
    };
    let archive = |messages: Value| {
        serde_json::json!({"log": {"version": "1.2", "entries": [{
            "request": {"method": "GET", "url": "ws://server.example.com/chat", "headers": headers(REQUEST)},
            "response": {"status": 101, "statusText": "Switching Protocols", "headers": headers(RESPONSE)},
            "_webSocketMessages": messages,
        }]}})
        .to_string()
    };
    let clean = archive(serde_json::json!([
        {"type": "send", "time": 1.0, "opcode": 1, "data": "Hello"},
        {"type": "receive", "time": 1.0, "opcode": 2, "data": "AAEC"},
    ]));
    let (found, status) = events(clean.as_bytes(), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["bytes"]["server"], 3);
    let not_recorded = found[0]["not_recorded"].as_array().unwrap();
    assert!(not_recorded.contains(&"client-frame-masked".into()));
    assert!(!not_recorded.contains(&"opcode-known".into()));
    let faulty = archive(serde_json::json!([{"type": "send", "opcode": 3, "data": ""}]));
    let (found, status) = events(faulty.as_bytes(), &[]);
    assert_eq!(
        (found[0]["rule"].as_str(), status),
        (Some("opcode-known"), 1)
    );
}

#[test]
fn every_format_says_the_same() {
    let mut capture = opened(Link::Ethernet);
    capture.send(From::Server, b"\x83\x00");
    let bytes = closed(capture);
    let text = |format: &str| {
        let output = lint(&bytes, &["--format", format, "--color", "never"]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let human = text("human");
    assert!(human.starts_with("error[opcode-known]"), "{human}");
    assert!(human.contains("83") && human.contains("^^") && human.contains("RFC 6455"));
    let document: Value = serde_json::from_str(&text("json")).unwrap();
    assert_eq!(document["events"][0]["rule"], "opcode-known");
    let sarif: Value = serde_json::from_str(&text("sarif")).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "opcode-known");
    assert_eq!(run["results"][0]["level"], "error");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "opcode-known");
}

/// Each end's bytes are found in the file that they are in.
#[test]
fn what_the_server_sent_is_in_the_servers_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("apart");
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, parts: &[&[u8]]| {
        let file = folder.join(name);
        std::fs::write(&file, parts.concat()).unwrap();
        file.display().to_string()
    };
    let client = file("c.bin", &[REQUEST, &[0x81, 0x02, 0x68, 0x69]]);
    let server = file("s.bin", &[RESPONSE, &[0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]]);
    for names in [
        &["--client", &client, "--server", &server][..],
        &[&client, &server],
    ] {
        let output = common::run(&[&["lint"], names].concat(), b"");
        let text = String::from_utf8(output.stdout).unwrap();
        for (name, end) in [(&client, "client"), (&server, "server")] {
            let place = format!("--> {name}: connection 1, {end} frame 1");
            assert!(text.contains(&place), "{text}");
        }
        let sarif = [&["lint", "--format", "sarif"], names].concat();
        let output = common::run(&sarif, b"");
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let uri = |at: usize| {
            let place = &results[at]["locations"][0]["physicalLocation"];
            place["artifactLocation"]["uri"].as_str().unwrap()
        };
        assert!(results.len() >= 2, "{log}");
        let uris: Vec<_> = (0..results.len()).map(uri).collect();
        for name in ["c.bin", "s.bin"] {
            assert!(uris.iter().any(|uri| uri.ends_with(name)), "{uris:?}");
        }
    }
}

#[test]
fn connections_that_cannot_be_looked_into_are_named() {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture.send(From::Client, &[0x16, 3, 1, 0, 200, 1, 0, 0, 196]);
    let output = lint(&capture.bytes(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("TLS"));
    assert_eq!(lint(b"", &[]).status.code(), Some(2));
    assert_eq!(lint(b"\x1f\x8b\x08\0", &[]).status.code(), Some(2));
}
