//! What `serve` says about its connections.

use serde_json::Value;

use super::modes::{DRAFTS, open};
use crate::common::server::Server;

#[test]
fn a_connection_has_a_line_and_its_end_too() {
    let server = Server::serve(&["--subprotocols", "chat"]);
    for one in DRAFTS {
        let mut socket = open(&server, "/room?token=secret", one);
        socket.send("hello").unwrap();
        socket.recv().unwrap();
        let peer = socket.stream().local_addr().unwrap();
        socket.close(None, "").unwrap();
        drop(socket);
        let line = server.logs(&format!("{peer}: open, /room, "));
        assert!(!line.contains("secret"), "{line}");
        let line = server.logs(&format!("{peer}: closed"));
        assert!(line.contains(" by the client after 0."), "{line}");
        let counts = "received 1 message (5 bytes), sent 1 message (5 bytes)";
        assert!(line.ends_with(counts), "{line}");
    }
    let mut socket = open(&server, "/", "rfc6455");
    socket.close(1000, "bye \u{1b}[2J").unwrap();
    let line = server.logs("bye");
    assert!(
        line.contains("closed with 1000 (normal-closure) \"bye \\u{1b}[2J\""),
        "{line}"
    );
}

#[test]
fn a_broken_rule_is_said_with_the_code() {
    use std::io::Write as _;
    let server = Server::serve(&["-q"]);
    let quiet = open(&server, "/", "rfc6455");
    drop(quiet);
    let mut socket = open(&server, "/", "rfc6455");
    let mut stream = socket.stream().try_clone().unwrap();
    stream.write_all(b"\x83\x80\0\0\0\0").unwrap();
    assert_eq!(socket.recv().unwrap(), None);
    let line = server.logs("opcode-known");
    assert!(
        line.contains("closed with 1002 (protocol-error) by the server"),
        "{line}"
    );
    assert!(!server.lines().iter().any(|line| line.contains("open, ")));
}

#[test]
fn the_log_can_be_objects() {
    let server = Server::serve(&["--log-json", "-vv"]);
    let mut socket = open(&server, "/a", "rfc6455");
    socket.send("hel\u{9b}lo").unwrap();
    socket.recv().unwrap();
    socket.close(1000, "").unwrap();
    let mut broken = open(&server, "/b", "hybi-04");
    broken.send(&*"x".repeat(3000)).unwrap();
    broken.recv().unwrap();
    drop(broken);
    server.logs("\"how\":\"clean\"");
    server.logs("\"vanished\"");
    let all: Vec<Value> = server
        .lines()
        .iter()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let find = |event: &str| all.iter().find(|one| one["event"] == event).expect(event);
    assert!(find("page")["url"].as_str().unwrap().starts_with("http://"));
    let opened = find("open");
    assert_eq!(
        (&opened["path"], &opened["draft"]),
        (&"/a".into(), &"rfc6455".into())
    );
    let mut closed = all.iter().filter(|one| one["event"] == "closed");
    let closed = closed.find(|one| one["peer"] == opened["peer"]).unwrap();
    assert_eq!(closed["code"], 1000);
    assert_eq!(closed["code_name"], "normal-closure");
    assert_eq!(closed["by"], "client");
    assert_eq!(closed["how"], "clean");
    assert_eq!(closed["received"]["messages"], 1);
    assert_eq!(closed["peer"], opened["peer"]);
    assert!(
        find("head")["head"]
            .as_str()
            .unwrap()
            .starts_with("GET /a HTTP/1.1\r\n")
    );
    let kinds: Vec<_> = all
        .iter()
        .filter(|one| one["event"] == "sent" && one["peer"] == opened["peer"])
        .map(|one| {
            (
                one["from"].as_str().unwrap(),
                one["what"]["event"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = ["frame", "message"].map(|what| ("client", what));
    assert_eq!(kinds[..2], expected);
    assert!(kinds.contains(&("server", "close")), "{kinds:?}");
    assert!(server.lines().iter().all(|line| !line.contains('\u{9b}')));
    // Long messages are cut, and of hybi-04 unmasked.
    let long = all
        .iter()
        .find(|one| one["what"]["length"] == 3000 && one["what"]["event"] == "message");
    assert!(
        long.unwrap()["what"]["text"]
            .as_str()
            .unwrap()
            .starts_with("xxx")
    );
}

/// What a client states does not flood the log.
#[test]
fn objects_are_cut_as_lines_are() {
    use std::io::Write as _;
    let server = Server::serve(&["--log-json", "-v"]);
    let target = format!("/{}", "y".repeat(15_000));
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let _ = server.ask(request.as_bytes());
    let line = server.logs("\"event\":\"request\"");
    assert!(line.len() < 1300 && line.contains("yy…\""), "{line}");
    // The server may leave before all of it was sent.
    let mut stream = server.dial();
    let _ = stream.write_all("x".repeat(100_000).as_bytes());
    let head = server.logs("xxx");
    assert!(head.len() < 17 << 10, "{}", head.len());
}
