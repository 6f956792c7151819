//! Several channels over one connection: `serve` and `connect` with an extension that multiplexes.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

mod connecting;
mod filling;
mod raw;
mod serving;

use crate::common::{
    self,
    listening::{start, stop},
    server::Server,
};

fn connect(server: &Server, more: &[&str], input: &[u8]) -> (Output, String, String) {
    let url = server.url();
    let output = common::run(&[&["connect", &url][..], more].concat(), input);
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let log = String::from_utf8(output.stderr.clone()).unwrap();
    (output, out, log)
}

fn objects(lines: &str) -> Vec<Value> {
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn each_channel_is_served_like_a_connection() {
    for list in ["mux-03", "mux-05", "mux-07", "permessage-deflate, mux"] {
        let server = Server::serve(&["--extensions", list, "--log-json"]);
        let sent = ["--send", "hello", "--send", "you", "--ping", "p", "--json"];
        let arguments = ["--extensions", list, "--channels", "3"];
        let arguments = [&arguments[..], &sent, &["--subprotocol", "chat"]].concat();
        let (output, out, log) = connect(&server, &arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{list}: {log}{out}");
        let events = objects(&out);
        assert_eq!(
            (&events[0]["event"], &events[0]["channel"]),
            (&"open".into(), &Value::Null)
        );
        for channel in 1..=3 {
            let of: Vec<_> = events
                .iter()
                .filter(|event| event["channel"] == channel)
                .collect();
            assert_eq!(of[0]["event"], "open", "{list}: {out}");
            assert_eq!(of[0]["subprotocol"], "chat", "{list}: {out}");
            let texts = of.iter().filter_map(|event| event["text"].as_str());
            assert_eq!(texts.collect::<Vec<_>>(), ["hello", "you"], "{list}: {out}");
            let closes = of
                .iter()
                .any(|event| event["event"] == "close" && event["code"] == 1000);
            assert!(closes, "{list}: {out}");
            let closed = format!("\"channel\":{channel},\"event\":\"closed\"");
            let closed: Value = serde_json::from_str(&server.logs(&closed)).unwrap();
            assert_eq!(closed["how"], "clean", "{closed}");
            assert_eq!(closed["received"]["messages"], 2, "{closed}");
        }
        // The connection itself, which carries them.
        let ended = server.lines();
        let ended: Vec<Value> = ended
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let opened = ended.iter().filter(|line| line["event"] == "open");
        assert_eq!(opened.count(), 4, "{ended:?}");
    }
}

#[test]
fn our_own_channels_break_no_rule_that_an_observer_knows() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for list in ["mux-03", "mux-05", "mux-07", "permessage-deflate, mux"] {
        let (server, direct) = start(&["serve", "--extensions", list]);
        let record = folder.join(format!("channels-{}.pcapng", list.replace(", ", "-")));
        let file = record.to_str().unwrap();
        let upstream = format!("ws://{direct}");
        let (proxy, address) = start(&["proxy", "--upstream", &upstream, "--record", file]);
        let url = format!("ws://{address}/");
        let big = "many words ".repeat(10_000);
        let arguments = [
            "connect",
            &url,
            "--extensions",
            list,
            "--channels",
            "2",
            "--ping",
            "p",
            "--send",
            "hello",
            "--send",
            &big,
        ];
        let (status, out, log) = common::told(&arguments, b"");
        assert_eq!(status, 0, "{list}: {log}");
        assert_eq!(out.matches("\"hello\"").count(), 2, "{list}: {log}");
        let (status, seen) = stop(proxy);
        assert_eq!(status, 0, "{list}: {seen}");
        stop(server);
        let (status, found, log) = common::told(&["lint", file, "--json"], b"");
        let events = objects(&found);
        assert_eq!((status, events.len()), (0, 1), "{list}: {found}{log}");
        assert_eq!(events[0]["event"], "connection", "{list}: {found}");
    }
}

#[test]
fn each_line_goes_to_all_channels() {
    let server = Server::serve(&["--extensions", "mux"]);
    let arguments = ["--extensions", "mux", "--channels", "2"];
    let (output, out, log) = connect(&server, &arguments, b"one\ntwo\n");
    assert_eq!(output.status.code(), Some(0), "{log}{out}");
    let mut lines: Vec<_> = out.lines().filter(|line| line.contains("text")).collect();
    lines.sort_unstable();
    let starts = ["channel 1: ", "channel 1: ", "channel 2: ", "channel 2: "];
    assert_eq!(lines.len(), starts.len(), "{out}");
    assert!(
        lines
            .iter()
            .zip(starts)
            .all(|(line, start)| line.starts_with(start)),
        "{out}"
    );
    let line = server.logs(", channel 2: open, /, rfc6455");
    assert!(line.contains("127.0.0.1:"), "{line}");
    server.logs(", channel 2: closed with 1000");
}

#[test]
fn a_server_may_agree_to_no_channels() {
    let server = Server::serve(&[]);
    let arguments = ["--extensions", "mux", "--channels", "2", "--send", "hello"];
    let (output, out, log) = connect(&server, &arguments, b"");
    assert_eq!(output.status.code(), Some(1), "{log}{out}");
    assert!(log.contains("the server agrees to no channels"), "{log}");
    assert!(out.contains("hello"), "{out}");
}

#[test]
fn more_channels_than_a_server_allows_are_a_finding() {
    let server = Server::serve(&["--extensions", "mux"]);
    let arguments = [
        "--extensions",
        "mux",
        "--channels",
        "70",
        "--send",
        "x",
        "--timeout",
        "10",
    ];
    let (output, out, log) = connect(&server, &arguments, b"");
    assert_eq!(output.status.code(), Some(1), "{log}{out}");
    let said = "the server has allowed 64 of 70 channels so far; the command waits up to 10 s\n";
    assert!(log.contains(said), "{log}");
    let said = "64 of 70 channels are open: the server gave room for 64 channels within 10 s\n";
    assert!(log.contains(said), "{log}");
    assert_eq!(out.matches("\"x\"").count(), 64, "{out}");
}

#[test]
fn a_server_without_memory_for_channels_says_so_at_the_start() {
    let server = Server::serve(&["--extensions", "mux", "--memory", "1M"]);
    let line = server.logs("is too little for channels");
    assert!(line.contains("--memory: 1048576 is too little"), "{line}");
    let (_, needed) = line.split_once("they need ").unwrap();
    let needed: usize = needed.split(' ').next().unwrap().parse().unwrap();
    // What the documentation says.
    assert_eq!(needed, 6208 << 10);
    let enough = needed.to_string();
    let server = Server::serve(&["--extensions", "mux", "--memory", &enough]);
    let arguments = ["--extensions", "mux", "--channels", "2", "--send", "x"];
    let (output, out, log) = connect(&server, &arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{log}{out}");
    assert!(
        !server
            .lines()
            .iter()
            .any(|line| line.contains("too little"))
    );
}

#[test]
fn a_server_whose_drafts_have_no_extensions_misses_no_memory_for_channels() {
    let arguments = ["--drafts", "hixie-76", "--extensions", "mux"];
    let server = Server::serve(&[&arguments[..], &["--memory", "1M"]].concat());
    let arguments = ["--draft", "hixie-76", "--send", "x"];
    let (output, out, log) = connect(&server, &arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{log}{out}");
    assert!(
        !server
            .lines()
            .iter()
            .any(|line| line.contains("too little"))
    );
}

#[test]
fn a_signal_ends_a_server_with_channels() {
    let server = Server::serve(&["--extensions", "mux"]);
    let url = server.url();
    let arguments = ["connect", &url, "--extensions", "mux", "--channels", "2"];
    let mut client = common::start(&arguments);
    server.logs(", channel 2: open");
    let told = Command::new("kill").arg(server.id().to_string()).status();
    assert!(told.unwrap().success());
    let input = client.stdin.take();
    let output = client.wait_with_output().unwrap();
    drop(input);
    let (out, log) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(out.contains("channel 2: close 1001"), "{out}{log}");
}

#[test]
fn channels_need_an_extension_that_carries_them() {
    for (arguments, told) in [
        (
            &["--extensions", "mux"][..],
            "--extensions: mux carries channels, and --channels says how many",
        ),
        (
            &["--extensions", "permessage-deflate, mux-05; quota=9"],
            "--extensions: mux-05 carries channels, and --channels says how many",
        ),
        (
            &["--extensions", "permessage-deflate", "--channels", "2"],
            "no extension of --extensions carries any",
        ),
        (
            &["--channels", "2"],
            "no extension of --extensions carries any",
        ),
        (
            &["--extensions", "mux", "--channels", "2", "--raw"],
            "cannot be used with",
        ),
    ] {
        let url = "ws://127.0.0.1:1/";
        let output = common::run(&[&["connect", url][..], arguments].concat(), b"");
        let why = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{why}");
        assert!(why.contains(told), "{why}");
    }
}
