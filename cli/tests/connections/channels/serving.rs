//! `serve` with channels, and clients that want too much.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::raw::{self, answers, asking, client, quota, request};
use crate::common::{server::Server, told};

/// The objects in a log.
fn entries(server: &Server) -> Vec<Value> {
    let lines = server.lines();
    let entries = lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok());
    entries.collect()
}

/// A client that asks for so many more channels, and the answers.
fn ask(server: &Server, channels: u8, fields: &str) -> (raw::End, Vec<(u8, bool, String)>) {
    let (mut end, head) = client(server, "");
    assert!(head.contains("Sec-WebSocket-Extensions: mux"), "{head}");
    end.until(|_, payload| matches!(payload, [0, 0x80, ..]));
    let head = asking(&server.address, fields);
    let requests: Vec<_> = (2..channels + 2).map(|id| request(id, &head)).collect();
    end.blocks(&requests);
    let answers = answers(&mut end, channels.into());
    (end, answers)
}

fn status(answer: &(u8, bool, String)) -> (u8, bool, &str) {
    let (channel, refused, text) = answer;
    (*channel, *refused, text.get(9..12).unwrap_or_default())
}

#[test]
fn each_channel_takes_a_place() {
    let server = Server::serve(&[
        "--extensions",
        "mux",
        "--max-connections",
        "3",
        "--exec",
        "cat",
        "--log-json",
    ]);
    let (end, answers) = ask(&server, 4, "");
    let said: Vec<_> = answers.iter().map(status).collect();
    let refused = said.iter().filter(|(_, refused, _)| *refused);
    let refused: Vec<_> = refused.map(|(_, _, status)| *status).collect();
    assert_eq!(refused, ["503", "503"], "{said:?}");
    server.logs("as many as --max-connections allows");
    // The first channel has the place of the connection.
    let started = || {
        let entries = entries(&server);
        entries
            .iter()
            .filter(|entry| entry["event"] == "started")
            .count()
    };
    while started() < 3 {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(started(), 3);
    let (_, head) = client(&server, "");
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    drop(end);
    server.logs("\"exited\"");
}

#[test]
fn the_memory_for_channels_is_bounded() {
    for (memory, slots) in [("256M", Some(63)), ("32M", Some(15)), ("1M", None)] {
        let server = Server::serve(&["--extensions", "mux", "--memory", memory]);
        let (mut end, head) = client(&server, "");
        let agreed = head.contains("Sec-WebSocket-Extensions: mux");
        assert_eq!(agreed, slots.is_some(), "{memory}: {head}");
        match slots {
            Some(slots) => {
                let granted = end.until(|_, payload| matches!(payload, [0, 0x80, ..]));
                assert_eq!(granted[2], slots, "{memory}: {granted:02x?}");
            }
            None => {
                server.logs("no channels: 524288 bytes of --memory are for channels");
                end.send(1, b"plain");
                assert_eq!(end.next(), Some((1, b"plain".to_vec())));
            }
        }
    }
    // What one client has, another one lacks, until the first one is gone.
    let server = Server::serve(&["--extensions", "mux", "--memory", "32M"]);
    let mut all = Vec::new();
    loop {
        let (end, head) = client(&server, "");
        all.push(end);
        if !head.contains("Sec-WebSocket-Extensions: mux") {
            break;
        }
        assert!(all.len() < 10, "{}", all.len());
    }
    assert!(all.len() > 2, "{}", all.len());
    // It does not lack memory for a message on a connection without channels.
    let long = "x".repeat(6 << 20);
    let url = server.url();
    let (status, out, err) = told(&["connect", &url, "--raw"], long.as_bytes());
    assert_eq!((status, out.trim_end().len()), (0, long.len()), "{err}");
    all.clear();
    let start = Instant::now();
    while !client(&server, "")
        .1
        .contains("Sec-WebSocket-Extensions: mux")
    {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn the_log_names_the_rule_for_which_a_channel_is_dropped() {
    let server = Server::serve(&["--extensions", "mux", "--log-json"]);
    let (mut end, _) = ask(&server, 1, "");
    end.blocks(&[quota(2, 1 << 16)]);
    for _ in 0..9 {
        end.on(2, 2, &[0; 60_000]);
    }
    let closed: Value = serde_json::from_str(&server.logs("\"how\":\"violation\"")).unwrap();
    assert_eq!(
        (&closed["rule"], &closed["channel"], &closed["event"]),
        (&json!("quota-kept"), &json!(2), &json!("closed")),
        "{closed}"
    );
    assert_eq!(closed["dropped"]["code"], 3005, "{closed}");
    assert_eq!(closed["dropped"]["by"], "server", "{closed}");
    // The others go on.
    end.on(1, 1, b"on");
    end.blocks(&[quota(1, 100)]);
    end.until(|_, payload| payload == b"\x01\x81on");
}

#[test]
fn the_log_says_with_what_a_client_drops_a_channel() {
    let server = Server::serve(&["--extensions", "mux"]);
    let (mut end, _) = ask(&server, 1, "");
    end.blocks(&[raw::drop_channel(2, 3005, "mine")]);
    let line = server.logs("dropped by the client");
    let said = ", channel 2: dropped by the client with 3005, quota-violation (reason \"mine\")";
    assert!(line.contains(said), "{line}");
}

#[test]
fn access_is_checked_on_each_channel() {
    let server = Server::serve(&["--extensions", "mux", "--exec", "cat"]);
    let (mut end, _) = client(&server, "");
    end.until(|_, payload| matches!(payload, [0, 0x80, ..]));
    let here = &server.address;
    end.blocks(&[
        request(2, &asking("evil.example", "")),
        request(3, &asking(here, "Origin: http://evil.example\r\n")),
        request(4, &asking(here, &format!("Origin: http://{here}\r\n"))),
        request(5, &asking(here, "")),
    ]);
    let mut said = answers(&mut end, 4);
    said.sort();
    let said: Vec<_> = said.iter().map(status).collect();
    let expected = [
        (2, true, "403"),
        (3, true, "403"),
        (4, false, "101"),
        (5, false, "101"),
    ];
    assert_eq!(said, expected);
    server.logs(", channel 2: ");
    let server = Server::serve(&["--extensions", "mux", "--origin", "https://a.example"]);
    let (_end, said) = ask(&server, 1, "Origin: https://b.example\r\n");
    assert_eq!(status(&said[0]), (2, true, "403"));
    let (_end, said) = ask(&server, 1, "Origin: https://a.example\r\n");
    assert_eq!(status(&said[0]), (2, false, "101"));
}

#[test]
fn rules_whose_violation_leaves_nothing_to_go_on_with_cannot_be_allowed() {
    for (rule, why) in [
        ("channel-fresh", "two channels"),
        ("slot-available", "what channels can hold"),
        ("quota-kept", "what channels can hold"),
    ] {
        let (status, _, log) = told(&["serve", "--listen", "127.0.0.1:0", "--allow", rule], b"");
        assert_eq!(status, 2, "{rule}: {log}");
        assert!(log.contains(rule) && log.contains(why), "{rule}: {log}");
    }
    let url = "ws://127.0.0.1:1/";
    let (status, _, log) = told(&["connect", url, "--allow", "slot-available"], b"");
    assert_eq!(status, 2, "{log}");
    assert!(log.contains("only a client can violate it"), "{log}");
    // Others can: one that has another meaning for nobody.
    let server = Server::serve(&["--extensions", "mux", "--allow", "block-reserved-clear"]);
    drop(server);
}
