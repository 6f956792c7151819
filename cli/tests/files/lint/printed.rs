//! What other programs save and print of connections: Wireshark, curl, mitmproxy, a clipboard.
//!
//! The files in `tests/data/printed` are of one server, and as tshark 4.0, curl 7.88 and mitmproxy
//! 11 wrote them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{REQUEST, RESPONSE, events, lint};
use crate::common::{self, chat::HELLO, folder};

fn sample(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/printed");
    data.join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(sample(name)).unwrap()
}

/// The rules that are broken, and by whom.
fn broken(found: &[Value]) -> Vec<(&str, &str)> {
    let rules = found.iter().filter(|event| event["event"] == "violation");
    rules
        .map(|event| {
            (
                event["rule"].as_str().unwrap(),
                event["by"].as_str().unwrap(),
            )
        })
        .collect()
}

fn connection(found: &[Value]) -> &Value {
    let mut connections = found.iter().filter(|event| event["event"] == "connection");
    let connection = connections.next().expect("a connection");
    assert!(connections.next().is_none(), "{found:?}");
    connection
}

/// What the notes of a record say.
fn unchecked(found: &[Value]) -> Vec<&str> {
    let notes = found.iter().filter(|event| event["event"] == "unchecked");
    notes.map(|note| note["detail"].as_str().unwrap()).collect()
}

/// C arrays, as Wireshark saves the same bytes.
fn arrays() -> String {
    let mut out = String::new();
    let mut counts = [0; 2];
    for line in text("stream.raw").lines().filter(|line| {
        let digits = line.trim_start();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    }) {
        let node = u8::from(line.starts_with('\t'));
        let digits = line.trim_start().as_bytes();
        let values: Vec<String> = digits
            .chunks(2)
            .map(|pair| format!("0x{}", std::str::from_utf8(pair).unwrap()))
            .collect();
        let values = values.join(", ");
        let count = &mut counts[usize::from(node)];
        out.push_str(&format!(
            "char peer{node}_{count}[] = {{ /* Packet 4 */\n{values} }};\n"
        ));
        *count += 1;
    }
    out
}

#[test]
fn each_form_of_a_followed_stream_has_every_byte() {
    let untitled = |name: &str, first: &str| {
        let text = text(name);
        let start = text.find(first).unwrap();
        text[start..text.rfind("\n===").unwrap()].to_owned()
    };
    for stream in [
        text("stream.hex"),
        text("stream.raw"),
        text("stream.yaml"),
        untitled("stream.hex", "00000000").replace('\t', "    "),
        untitled("stream.raw", "4745"),
        arrays(),
    ] {
        let (found, status) = events(stream.as_bytes(), &[]);
        assert_eq!((broken(&found), status), (vec![], 0), "{stream}{found:?}");
        let connection = connection(&found);
        assert_eq!(connection["draft"], "rfc6455");
        for role in ["client", "server"] {
            assert_eq!(connection["messages"][role], 2, "{found:?}");
            assert_eq!(connection["bytes"][role], 10, "{found:?}");
        }
        let ended = connection["ended"].as_str().unwrap();
        assert!(ended.starts_with("the client closed with 1000"), "{ended}");
    }
}

#[test]
fn what_a_followed_stream_breaks_is_found() {
    // The opcode of the server's first message.
    let hex = text("stream.hex").replace("81 05 68 65", "83 05 68 65");
    let raw = text("stream.raw").replace("8105686", "8305686");
    let yaml = text("stream.yaml").replace("gQVoZWxs", "gwVoZWxs");
    for stream in [&hex, &raw, &yaml] {
        let (found, status) = events(stream.as_bytes(), &[]);
        let expected = vec![("opcode-known", "server")];
        assert_eq!((broken(&found), status), (expected, 1), "{stream}{found:?}");
    }
    let (found, _) = events(yaml.as_bytes(), &[]);
    assert_eq!(found[0]["packet"], 9, "{found:?}");
}

#[test]
fn bytes_that_a_stream_lacks_are_no_bytes_of_a_peer() {
    // As Wireshark writes it where the capture lacks the client's frames.
    let words = "[29 bytes missing in capture file]\0";
    let digits: String = words.bytes().map(|byte| format!("{byte:02x}")).collect();
    let frames = "8185885e1e6ce03b7200e78285df6998f7df9695fdde8981ea6b44439a";
    let stream = text("stream.raw").replace(frames, &digits);
    let (found, status) = events(stream.as_bytes(), &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    assert_eq!(connection(&found)["missing"]["client"], 29, "{found:?}");
    // A line of the dump is not there.
    let dump = text("stream.hex");
    let line = dump
        .lines()
        .find(|line| line.starts_with("000000BC"))
        .unwrap();
    let (found, status) = events(dump.replace(line, "").as_bytes(), &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    assert_eq!(connection(&found)["missing"]["client"], 16, "{found:?}");
}

#[test]
fn both_directions_without_a_sender_are_judged_by_their_heads() {
    let frames = b"\x81\x02hi\x83\x00";
    let mixed = [REQUEST, RESPONSE, frames].concat();
    let (found, status) = events(&mixed, &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    let notes = unchecked(&found);
    assert!(
        notes[0].contains("does not tell who sent what"),
        "{notes:?}"
    );
    let wrong = String::from_utf8(RESPONSE.to_vec()).unwrap();
    let wrong = wrong.replace("s3pP", "S3pP");
    let (found, status) = events(&[REQUEST, wrong.as_bytes()].concat(), &[]);
    let expected = vec![("accept-matches", "server")];
    assert_eq!((broken(&found), status), (expected, 1), "{found:?}");
}

#[test]
fn curl_shows_heads() {
    for (name, notes) in [("curl-v.txt", 1), ("curl-trace.txt", 0)] {
        let printed = text(name);
        let (found, status) = events(printed.as_bytes(), &[]);
        assert_eq!((broken(&found), status), (vec![], 0), "{name}: {found:?}");
        assert_eq!(unchecked(&found).len(), notes, "{name}: {found:?}");
        assert_eq!(connection(&found)["draft"], "rfc6455");
    }
    // As a clipboard has it, and with a response that is wrong.
    let pasted = text("curl-v.txt").replace('\r', "");
    let wrong = pasted.replace("s3pP", "S3pP");
    for (printed, expected) in [
        (pasted, vec![]),
        (wrong, vec![("accept-matches", "server")]),
    ] {
        let (found, _) = events(printed.as_bytes(), &[]);
        assert_eq!(broken(&found), expected, "{printed}{found:?}");
    }
    // With the meter of the transfer in the same file, as standard error has it.
    let row = "\r  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0";
    let metered = text("curl-v.txt");
    let metered = metered.replace("> GET", &format!("{row}> GET"));
    let metered = metered.replace("< HTTP/1.1 101", &format!("{row}< HTTP/1.1 101"));
    for (printed, expected) in [
        (metered.clone(), vec![]),
        (
            metered.replace("s3pP", "S3pP"),
            vec![("accept-matches", "server")],
        ),
    ] {
        let (found, _) = events(printed.as_bytes(), &[]);
        assert_eq!(broken(&found), expected, "{printed}{found:?}");
    }
    let wide: Vec<u8> = "\u{feff}> GET / HTTP/1.1\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (status, _, err) = common::told(&["lint", "-"], &wide);
    assert_eq!(status, 2);
    assert!(err.contains("UTF-16"), "{err}");
    let (status, _, err) = common::told(
        &["lint", "-"],
        b"=> Send header, 5 bytes (0x5)\n0000: GET /\n",
    );
    assert_eq!(status, 2);
    assert!(err.contains("--trace-ascii"), "{err}");
}

#[test]
fn mitmproxy_shows_heads_and_its_archives_messages() {
    let (found, status) = events(text("mitmdump.txt").as_bytes(), &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    let notes = unchecked(&found);
    assert!(notes[0].contains("hardump"), "{notes:?}");
    let wrong = text("mitmdump.txt").replace("Upgrade: websocket", "Upgrade: wobsocket");
    let wrong = wrong.replacen("Upgrade: wobsocket", "Upgrade: websocket", 1);
    let (found, status) = events(wrong.as_bytes(), &[]);
    assert_eq!(status, 1, "{found:?}");
    assert_eq!(broken(&found)[0].1, "server", "{found:?}");
    let (found, status) = events(text("mitmproxy.har").as_bytes(), &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    assert_eq!(connection(&found)["messages"]["server"], 2);
    // What it writes for itself can be converted.
    let flows = b"2330:9:websocket;364:13:timestamp_end;18:1795940870.5383892^";
    let (status, _, err) = common::told(&["lint", "-"], flows);
    assert_eq!(status, 2);
    assert!(err.contains("hardump=flows.har"), "{err}");
}

#[test]
fn pasted_heads_are_read_with_a_note() {
    let request = String::from_utf8(REQUEST.to_vec()).unwrap();
    let response = String::from_utf8(RESPONSE.to_vec()).unwrap();
    let bare = request.replace("\r\n", "\n");
    // A browser shows the URL, and a clipboard may leave out the empty line.
    let browser = bare.replace("GET /chat", "GET ws://server.example.com/chat");
    let cut = bare.trim_end().to_owned();
    let answered = format!("{bare}{}", response.replace("\r\n", "\n"));
    for head in [&bare, &browser, &cut, &answered] {
        let (found, status) = events(head.as_bytes(), &[]);
        assert_eq!((broken(&found), status), (vec![], 0), "{head}{found:?}");
        let notes = unchecked(&found);
        assert!(
            notes.iter().any(|note| note.contains("--strict-lines")),
            "{notes:?}"
        );
        for command in ["detect", "handshake"] {
            let (status, out, err) = common::told(&[command, "-"], head.as_bytes());
            if head == &answered {
                continue;
            }
            assert_eq!(status, 0, "{command}: {head}{out}{err}");
            assert!(out.contains("--strict-lines"), "{out}");
            let (_, json, _) = common::told(&["--json", command, "-"], head.as_bytes());
            let json: Value = serde_json::from_str(&json).unwrap();
            assert!(json["note"].as_str().unwrap().contains("CR LF"), "{json}");
        }
    }
    // The head is as it was sent for who asks so.
    let (found, status) = events(bare.as_bytes(), &["--strict-lines"]);
    assert_eq!((found[0]["event"].as_str(), status), (Some("head"), 1));
    // Line ends that no paste makes are those of the peer.
    let mixed = request.replacen("\r\n", "\n", 1);
    let output = lint(mixed.as_bytes(), &[]);
    assert!(
        !String::from_utf8(output.stdout)
            .unwrap()
            .contains("--strict-lines")
    );
}

#[test]
fn frames_alone_are_of_the_newest_draft() {
    let hex: String = HELLO.iter().map(|byte| format!("{byte:02x}")).collect();
    let arguments = ["lint", "--hex", &hex, "--from", "client", "--json"];
    let output = common::run(&arguments, b"");
    assert_eq!(output.status.code(), Some(0));
    let found = super::printed(&output);
    assert!(
        unchecked(&found)[0].contains("rfc6455, the newest draft"),
        "{found:?}"
    );
    let named = [&arguments[..], &["--draft", "rfc6455"]].concat();
    let found = super::printed(&common::run(&named, b""));
    assert!(unchecked(&found).is_empty(), "{found:?}");
}

#[test]
fn folders_are_read_in_order_and_say_what_they_leave_out() {
    let folder = folder("lint-folder");
    let put = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    };
    put("b/stream.yaml", text("stream.yaml").as_bytes());
    put("a.txt", text("curl-v.txt").as_bytes());
    put("c.har", text("mitmproxy.har").as_bytes());
    put("notes.md", b"# Notes\n");
    put("empty", b"");
    put("package.json", b"{\"name\": \"chat\"}");
    put(".hidden", b"\xd4\xc3\xb2\xa1");
    let path = folder.to_str().unwrap();
    let output = common::run(&["lint", "--json", path], b"");
    let err = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{err}");
    let found = super::printed(&output);
    let sources = found.iter().filter(|event| event["event"] == "connection");
    let sources: Vec<&str> = sources
        .map(|event| event["source"].as_str().unwrap())
        .map(|source| source.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(sources, ["a.txt", "stream.yaml", "c.har"], "{found:?}");
    assert!(err.contains("3 files left out"), "{err}");
    // A record that cannot be read is said, and those behind it are read.
    put("b/0.har", b"{\"log\": ");
    let output = common::run(&["lint", "--json", path], b"");
    let err = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("0.har: no HTTP archive"), "{err}");
    assert!(err.contains("1 file could not be read"), "{err}");
    assert!(super::printed(&output).len() >= 3);
}

#[test]
fn mitmproxy_tells_of_messages_and_of_ends() {
    let (found, status) = events(text("mitmdump-ends.txt").as_bytes(), &[]);
    assert_eq!((broken(&found), status), (vec![], 0), "{found:?}");
    let connections = found.iter().filter(|event| event["event"] == "connection");
    let ends: Vec<_> = connections
        .map(|one| one["ended"].as_str().unwrap())
        .collect();
    assert_eq!(
        ends,
        [
            "closed by the client with 1000 done",
            "closed by the server with 1001 going away",
            "ended with the error ABNORMAL_CLOSURE",
        ]
    );
    let notes = unchecked(&found);
    let counted: Vec<_> = notes
        .iter()
        .filter(|note| note.contains("messages of the client"))
        .collect();
    assert!(
        counted[0].starts_with("it tells of 5 messages of the client and 5 of the server"),
        "{notes:?}"
    );
}

#[test]
fn a_table_from_developer_tools_is_told_and_not_guessed_at() {
    for table in [
        "{\"a\": 1}\t8\t12:34:56.789\nhello\t5\t12:34:56.790\n",
        "Data,Length,Time\nhello,5,12:34:56.789\n",
        "| Data | Length | Time |\n| --- | --- | --- |\n| hello | 5 | 12:34:56.789 |\n",
    ] {
        let (status, out, err) = common::told(&["lint", "-"], table.as_bytes());
        assert_eq!((status, &*out), (2, ""), "{table}");
        assert!(
            err.contains("does not say who sent them") && err.contains("HAR"),
            "{err}"
        );
    }
}
