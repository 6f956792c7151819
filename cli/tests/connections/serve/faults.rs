//! `serve --fault` and `serve --script`: what clients must bear.

use std::fs;

use wsdraft::{ConnectionError, Error, Message};

use super::modes::open;
use crate::common::{folder, server::Server, told};

/// The rule that a client sees broken.
fn seen(server: &Server, path: &str, short: &str) -> &'static str {
    let mut socket = open(server, path, short);
    loop {
        match socket.recv() {
            Ok(Some(_)) => {}
            Err(Error::Connection(ConnectionError::Violation(violation))) => {
                return violation.rule.id;
            }
            other => panic!("{path} {short}: {other:?}"),
        }
    }
}

#[test]
fn a_rule_is_broken_on_demand_in_every_draft_that_has_it() {
    let server = Server::serve(&["--fault", "control-frame-length"]);
    for short in ["hybi-04", "hybi-08", "rfc6455"] {
        assert_eq!(seen(&server, "/", short), "control-frame-length", "{short}");
    }
    let line = server.logs("control-frame-length/1/breaks");
    assert!(line.contains(": strict"), "{line}");
}

#[test]
fn the_path_names_the_fault() {
    let server = Server::serve(&["--fault", "any"]);
    for rule in [
        "control-frame-length",
        "server-frame-unmasked",
        "opcode-known",
    ] {
        assert_eq!(seen(&server, &format!("/fault/{rule}"), "rfc6455"), rule);
    }
    assert_eq!(
        seen(&server, "/fault/text-utf8/2?x", "rfc6455"),
        "text-utf8"
    );
    server.logs("text-utf8/2/breaks");
    // Every other path is an echo.
    let mut socket = open(&server, "/", "hixie-76");
    socket.send("hi").unwrap();
    assert_eq!(socket.recv().unwrap(), Some("hi".into()));
    let (_, status) = server.ask(
        b"GET /fault/none HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n",
    );
    assert_eq!(status, "HTTP/1.1 404");
    let (_, status) = server.ask(b"GET /fault HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert_eq!(status, "HTTP/1.1 200");
}

#[test]
fn a_response_can_be_the_fault() {
    let server = Server::serve(&["--fault", "accept-matches"]);
    let address = format!("ws://{}/", server.address).parse().unwrap();
    let connector = wsdraft::blocking::Connector::new(super::modes::draft("rfc6455"));
    let refused = connector.connect_blocking(server.dial(), &address);
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("accept-matches"), "{why}");
    server.logs("accept-matches/1/breaks");
}

#[test]
fn what_no_server_can_break_is_refused_with_the_reason() {
    for (rule, why) in [
        ("client-frame-masked", "it is about what clients send"),
        ("text-utf9", "did you mean \"text-utf8\"?"),
        ("text-utf8/4711", "numbered from 1"),
        ("ping-answered", "cannot break"),
    ] {
        let (status, _, said) = told(&["serve", "--fault", rule], b"");
        assert_eq!(status, 2, "{said}");
        assert!(
            said.contains(why) && said.contains("--fault list"),
            "{said}"
        );
    }
    let (status, list, _) = told(&["serve", "--fault", "list"], b"");
    assert_eq!(status, 0);
    for rule in ["accept-matches", "text-utf8", "payload-deflated"] {
        assert!(list.lines().any(|line| line.starts_with(rule)), "{list}");
    }
    assert!(!list.contains("client-frame-masked"), "{list}");
}

const SCRIPT: &str = r#"Scenarios(
    section: "mine",
    title: "Mine",
    scenarios: {
        "greet": (
            summary: "The client must answer a greeting.",
            steps: [
                Send([Text("hello")]),
                Expect([Text("hello yourself")]),
                Send([Close(4000, "enough")]),
                Expect([AnyClose]),
            ],
            evidence: [Own("a test")],
        ),
        "rude": (
            summary: "The client must give up.",
            steps: [Send([Raw("hex:ffff")]), Wait(100), HalfClose],
            evidence: [Own("a test")],
        ),
    },
)
"#;

#[test]
fn a_script_is_played() {
    let file = folder("serve-script").join("mine.ron");
    fs::write(&file, SCRIPT).unwrap();
    let server = Server::serve(&["--script", file.to_str().unwrap()]);
    for path in ["/", "/greet", "/other"] {
        let mut socket = open(&server, path, "rfc6455");
        assert_eq!(socket.recv().unwrap(), Some(Message::text("hello")));
        socket.send("hello yourself").unwrap();
        assert_eq!(socket.recv().unwrap(), None);
        assert_eq!(socket.ended().unwrap().code, Some(4000));
        server.logs("mine/greet: strict");
    }
    // Delimited frames, too; but for the code of the close frame.
    let mut socket = open(&server, "/greet", "hixie-76");
    assert_eq!(socket.recv().unwrap(), Some(Message::text("hello")));
    socket.send("something else").unwrap();
    let line = server.logs("mine/greet: wrong");
    assert!(line.contains("The peer must send"), "{line}");
    let mut socket = open(&server, "/rude", "rfc6455");
    assert!(socket.recv().is_err());
    server.logs("mine/rude");
}

#[test]
fn what_is_wrong_with_a_script_has_a_place() {
    let file = folder("serve-script-wrong").join("mine.ron");
    fs::write(&file, SCRIPT.replace("HalfClose", "HalfOpen")).unwrap();
    let (status, _, said) = told(&["serve", "--script", file.to_str().unwrap()], b"");
    assert_eq!(status, 2);
    assert!(said.contains("mine.ron:17:"), "{said}");
    fs::write(
        &file,
        SCRIPT
            .replace(
                "summary: \"The client must give up.\"",
                "subject: Server, summary: \"The client must give up.\"",
            )
            .replace(
                "summary: \"The client must answer a greeting.\"",
                "subject: Server, summary: \"The client must answer.\"",
            ),
    )
    .unwrap();
    let (status, _, said) = told(&["serve", "--script", file.to_str().unwrap()], b"");
    assert_eq!(status, 2);
    assert!(said.contains("no scenario in it is for clients"), "{said}");
}

/// All that the list counts is played.
#[test]
fn every_fault_of_the_list_is_to_be_had() {
    for (short, version) in [("rfc6455", 13), ("hybi-08", 8)] {
        let (status, list, log) = told(&["serve", "--drafts", short, "--fault", "list"], b"");
        assert_eq!(status, 0, "{log}");
        let server = Server::serve(&["--drafts", short, "--fault", "any"]);
        for line in list.lines() {
            let mut words = line.split_whitespace();
            let rule = words.next().unwrap();
            let count: usize = words.next().unwrap().parse().unwrap();
            for number in 0..=count {
                let (_, status) = server.ask(
                    format!(
                        "GET /fault/{rule}/{number} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                        Upgrade: websocket\r\nConnection: Upgrade\r\n\
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                        Sec-WebSocket-Version: {version}\r\n\r\n"
                    )
                    .as_bytes(),
                );
                assert_eq!(
                    status == "HTTP/1.1 404",
                    number == 0,
                    "{rule}/{number}: {status}"
                );
            }
        }
    }
}
