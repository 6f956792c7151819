//! What the command does with peers that mean it harm, or do what few do.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::common::{
    self,
    harmless::{EVIL, assert_harmless},
    peer::{answered, find, request, serve},
    server::Server,
};

fn connect(url: &str, more: &[&str]) -> Output {
    common::run(&[&["connect", url], more].concat(), b"")
}

#[test]
fn a_close_frame_of_the_server_is_answered_in_every_draft() {
    for draft in wsdraft::drafts::ALL.iter().copied() {
        let info = draft.info();
        let Some(_) = info.closing else { continue };
        let (url, served) = serve(move |mut stream| {
            let (head, mut server) = answered(&mut stream, draft);
            stream.write_all(&head).unwrap();
            server.close(None, "").expect("sent");
            stream.write_all(server.output()).unwrap();
            let mut rest = Vec::new();
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .unwrap();
            stream.read_to_end(&mut rest).unwrap();
            rest
        });
        let output = connect(&url, &["--draft", info.short, "--timeout", "20"]);
        let name = info.short;
        assert!(output.status.success(), "{name}: {output:?}");
        assert!(!served.join().unwrap().is_empty(), "{name}: no answer");
    }
}

#[test]
fn a_server_that_never_stops_pinging_is_left_in_time() {
    for more in [
        &[][..],
        &["--send", "hi"],
        &["--close", "1000"],
        &["--ping", "x"],
    ] {
        let draft = find("rfc6455");
        let (url, served) = serve(move |mut stream| {
            let (head, _) = answered(&mut stream, draft);
            stream.write_all(&head).unwrap();
            let pings = [0x89, 1, b'x'].repeat(1000);
            while stream.write_all(&pings).is_ok() {}
        });
        let start = Instant::now();
        let output = connect(&url, &[&["--timeout", "0.3"], more].concat());
        // Twice the time is what it is asked for; the rest is for a machine that is busy.
        assert!(start.elapsed() < Duration::from_secs(15), "{more:?}");
        assert!(output.status.code().is_some(), "{more:?}");
        served.join().unwrap();
    }
}

#[test]
fn what_a_server_says_is_harmless() {
    let draft = find("rfc6455");
    for json in [false, true] {
        let (url, served) = serve(move |mut stream| {
            let (head, mut server) = answered(&mut stream, draft);
            stream.write_all(&head).unwrap();
            server.text(EVIL).unwrap();
            server.ping(EVIL.as_bytes()).unwrap();
            server.close(1000, EVIL).unwrap();
            stream.write_all(server.output()).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let output = connect(&url, if json { &["--json"] } else { &[] });
        let text = assert_harmless(&output.stdout);
        assert_harmless(&output.stderr);
        served.join().unwrap();
        if json {
            let message: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
            assert_eq!(message["text"], EVIL);
        }
    }
}

#[test]
fn a_refusal_is_shown_with_its_fields_and_body() {
    let refuse = |answer: String| {
        serve(move |mut stream| {
            request(&mut stream);
            // In two pieces, as many servers write it.
            let (head, body) = answer.split_at(answer.find("\r\n\r\n").unwrap() + 4);
            stream.write_all(head.as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(50));
            let _ = stream.write_all(body.as_bytes());
        })
    };
    let body = format!(
        "A client must not do this (some-rule).\n{EVIL}\n{}",
        "long ".repeat(2000)
    );
    let head = format!(
        "HTTP/1.1 403 Not you\r\nDate: today\r\nX-Why: because\u{9b}31m\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (url, served) = refuse(head + &body);
    let output = connect(&url, &[]);
    served.join().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = assert_harmless(&output.stdout);
    assert!(text.starts_with("refused: 403 Not you\n"), "{text}");
    assert!(text.contains("\n  X-Why: because\\u{9b}31m\n"), "{text}");
    assert!(
        text.contains("\n  | A client must not do this (some-rule).\n"),
        "{text}"
    );
    assert!(!text.contains("Date"), "{text}");
    assert!(text.len() < 2000, "{text}");

    let chunked =
        "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwhy\r\n4\r\n not\r\n0\r\n\r\n";
    let (url, served) = refuse(chunked.into());
    let output = connect(&url, &["--json"]);
    served.join().unwrap();
    let event: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&event["event"], &event["status"]),
        (&"refused".into(), &400.into())
    );
    assert_eq!(event["body"], "why not");
    assert_eq!(event["fields"][0][0], "Transfer-Encoding");
}

#[test]
fn a_refusal_whose_body_does_not_come_is_one_all_the_same() {
    for (length, more) in [
        ("", ""),
        ("Content-Length: 100\r\n", "so far"),
        ("Transfer-Encoding: chunked\r\n", "a\r\nso far"),
    ] {
        let (url, served) = serve(move |mut stream| {
            request(&mut stream);
            let answer = format!("HTTP/1.1 404 Not Found\r\n{length}\r\n{more}");
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let output = connect(&url, &["--timeout", "1"]);
        let text = assert_harmless(&output.stdout);
        assert!(
            text.starts_with("refused: 404 Not Found"),
            "{length:?}: {output:?}"
        );
        assert_eq!(text.contains("| so far"), !more.is_empty(), "{text}");
        served.join().unwrap();
    }
}

/// Servers of the earliest drafts as they were found, which break a rule of theirs.
#[test]
fn a_server_may_break_a_rule_that_is_named() {
    let cases = [
        (
            "hixie-75",
            "Web Socket Protocol Handshake",
            "WebSocket Protocol Handshake",
        ),
        ("hixie-76", "Upgrade: WebSocket", "Upgrade: websocket"),
    ];
    for (name, right, wrong) in cases {
        let attempt = |more: &[&str]| {
            let draft = find(name);
            let (url, served) = serve(move |mut stream| {
                let (answer, _) = answered(&mut stream, draft);
                let at = answer
                    .windows(right.len())
                    .position(|window| window == right.as_bytes());
                let at = at.expect("what is to be replaced");
                let answer =
                    [&answer[..at], wrong.as_bytes(), &answer[at + right.len()..]].concat();
                let _ = stream.write_all(&answer);
                let _ = stream.read_to_end(&mut Vec::new());
            });
            let output = connect(
                &url,
                &[&["--json", "--draft", name, "--timeout", "1"], more].concat(),
            );
            served.join().unwrap();
            output
        };
        let refused = attempt(&[]);
        assert_eq!(refused.status.code(), Some(1), "{name}: {refused:?}");
        let event: Value = serde_json::from_slice(&refused.stdout).unwrap();
        let rule = event["rule"].as_str().expect("a rule");
        let allowed = attempt(&["--allow", rule]);
        // This server says nothing more, so that the end is not clean in a draft that closes.
        assert!(allowed.stdout.is_empty(), "{name}, {rule}: {allowed:?}");
        let told = String::from_utf8(allowed.stderr).unwrap();
        assert!(told.starts_with(&format!("open, {name}\n")), "{told}");
    }
    let unknown = connect("ws://127.0.0.1:1/", &["--allow", "server-frame-unmaskd"]);
    assert_eq!(unknown.status.code(), Some(2));
    let told = String::from_utf8(unknown.stderr).unwrap();
    assert!(
        told.contains("--allow: no rule \"server-frame-unmaskd\""),
        "{told}"
    );
}

/// A command that serves, whose log nobody reads but for its first line.
#[test]
fn a_log_that_nobody_reads_holds_up_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::with_capacity(1, child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("://").next().unwrap().to_owned();
    let ask = |request: &[u8]| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        answer
    };
    let page = [
        b"GET /",
        &[b'a'; 700][..],
        b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]
    .concat();
    for _ in 0..600 {
        assert_eq!(&ask(&page), b"HTTP/1.1 404");
    }
    // It is read again: what was left out is told.
    let (mut lines, mut told) = (0, false);
    for line in log.lines().map(Result::unwrap) {
        assert!(line.chars().count() < 1200, "{line}");
        lines += 1;
        told |= line.contains("left out of this log");
        if told {
            break;
        }
        if lines % 50 == 0 {
            ask(&page);
        }
    }
    assert!(told);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Whoever sends on after a refusal is read for a while, so that the refusal arrives. Nothing of it is kept.
#[test]
#[cfg(target_os = "linux")]
fn a_head_without_end_takes_no_memory() {
    let upstream = ["--upstream", "ws://127.0.0.1:1/"];
    for (command, more) in [
        ("serve", &[][..]),
        ("bridge", &upstream),
        ("proxy", &upstream),
    ] {
        let arguments = [&[command], more].concat();
        let server = Server::start(&arguments);
        let mut stream = server.dial();
        stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap();
        let piece = [b'x'; 64 << 10];
        let before = common::peak(server.id());
        for _ in 0..1024 {
            if stream.write_all(&piece).is_err() {
                break;
            }
        }
        let grown = common::peak(server.id()) - before;
        assert!(grown < 24 << 20, "{command}: {grown} bytes");
    }
}
