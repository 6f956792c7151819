//! `connect --channels` with servers that do what they should not, or nothing.

use std::{
    io::Write as _,
    process::{Child, Command, ExitStatus},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    objects,
    raw::{self, End, OPENED, asks, drop_channel, echo, quota, response, slots},
};
use crate::common::{self, told};

/// What a server grants that grants enough.
fn grants(end: &mut End) {
    end.blocks(&[slots(5, 1 << 20), quota(1, 1 << 20)]);
}

fn arguments<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["connect", url, "--extensions", "mux"], more].concat()
}

/// Interrupts a command; gives how it ended, and after how long, if it does soon.
fn interrupt(child: &mut Child, times: usize) -> (Option<ExitStatus>, Duration) {
    let id = child.id().to_string();
    let start = Instant::now();
    for _ in 0..times {
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        thread::sleep(Duration::from_millis(500));
    }
    let mut status = None;
    while status.is_none() && start.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(20));
        status = child.try_wait().unwrap();
    }
    let _ = child.kill();
    (status, start.elapsed())
}

fn log_of(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn signals_are_heard_while_channels_are_opened() {
    for never_answers in [false, true] {
        let (asked, opens) = mpsc::channel();
        let (url, served) = raw::server(move |mut end| {
            match never_answers {
                true => grants(&mut end),
                false => end.blocks(&[quota(1, 1000)]),
            }
            asked.send(()).unwrap();
            while end.next().is_some() {}
        });
        let mut child = common::start(&arguments(&url, &["--channels", "3", "--send", "x"]));
        opens.recv().unwrap();
        thread::sleep(Duration::from_millis(700));
        let (status, after) = interrupt(&mut child, 2);
        let log = log_of(child);
        assert_eq!(
            status.and_then(|status| status.code()),
            Some(1),
            "{after:?} {log}"
        );
        assert!(
            log.contains("before the server answered everything"),
            "{log}"
        );
        served.join().unwrap();
    }
}

#[test]
fn a_second_signal_ends_a_client_with_channels_at_once() {
    let (opened, opens) = mpsc::channel();
    let (url, served) = raw::server(move |mut end| {
        grants(&mut end);
        end.until(|_, payload| asks(payload) == [2]);
        end.blocks(&[response(2, false, OPENED), quota(2, 1000)]);
        opened.send(()).unwrap();
        while end.next().is_some() {}
    });
    let mut child = common::start(&arguments(&url, &["--channels", "2", "--timeout", "60"]));
    opens.recv().unwrap();
    thread::sleep(Duration::from_millis(700));
    let (status, after) = interrupt(&mut child, 2);
    assert!(status.is_some(), "it is there after {after:?}");
    assert!(after < Duration::from_secs(4), "{after:?}");
    log_of(child);
    served.join().unwrap();
}

#[test]
fn a_channel_that_closes_instead_of_answering_is_a_finding() {
    let (url, served) = raw::server(|mut end| {
        grants(&mut end);
        echo(end, |end, _, payload| {
            let is_text = matches!(payload, [1..=3, first, ..] if first & 15 == 1);
            if is_text {
                end.on(payload[0], 8, &[3, 0xe9]);
            }
            is_text
        })
    });
    let given = arguments(&url, &["--channels", "2", "--send", "x", "--send", "y"]);
    let (status, out, log) = told(&given, b"");
    assert_eq!(status, 1, "{log}{out}");
    for channel in ["channel 1", "channel 2"] {
        let said = format!("{channel}: the connection ended before the server answered everything");
        assert!(log.contains(&said), "{log}");
    }
    served.join().unwrap();
}

#[test]
fn input_that_cannot_be_read_fails_whatever_has_ended_before() {
    for closes in [true, false] {
        let (url, served) = raw::server(move |mut end| {
            grants(&mut end);
            echo(end, move |end, _, payload| {
                if closes && asks(payload) == [2] {
                    end.blocks(&[response(2, false, OPENED), quota(2, 1 << 20)]);
                    end.on(1, 8, &[3, 0xe8]);
                    return true;
                }
                false
            })
        });
        let mut child = common::start(&arguments(&url, &["--channels", "2"]));
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"one\n").unwrap();
        thread::sleep(Duration::from_millis(1500));
        input.write_all(b"\xff\xfe\n").unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{log}");
        assert!(log.contains("not UTF-8"), "{log}");
        // The line before was sent, and each channel that is open was closed.
        let seen = served.join().unwrap();
        let sent = |frame: &[u8]| seen.iter().any(|seen| seen == frame);
        assert!(sent(b"\x02\x81one"), "{seen:02x?}");
        assert!(sent(&[2, 0x88, 3, 0xe9]), "{seen:02x?}");
        assert_eq!(sent(&[1, 0x88, 3, 0xe9]), !closes, "{seen:02x?}");
    }
}

#[test]
fn why_a_channel_was_dropped_is_told() {
    let play = |mut end: End| {
        grants(&mut end);
        echo(end, |end, _, payload| {
            let is_text = matches!(payload, [2, first, ..] if first & 15 == 1);
            if is_text {
                end.blocks(&[drop_channel(2, 3005, "oops")]);
            }
            is_text
        })
    };
    let given = ["--channels", "2", "--send", "x"];
    let (url, served) = raw::server(play);
    let (status, out, log) = told(&arguments(&url, &given), b"");
    assert_eq!(status, 1, "{log}{out}");
    let said = "channel 2: dropped by the server with 3005, quota-violation (reason \"oops\")";
    assert!(out.contains(said), "{out}{log}");
    assert!(!log.contains("1006"), "{log}");
    served.join().unwrap();
    let (url, served) = raw::server(play);
    let (_, out, _) = told(&arguments(&url, &[&given[..], &["--json"]].concat()), b"");
    let dropped = objects(&out)
        .into_iter()
        .find(|event| event["event"] == "dropped");
    let expected = json!({
        "event": "dropped", "channel": 2, "by": "server", "code": 3005,
        "name": "quota-violation", "reason": "oops", "rule": null,
    });
    assert_eq!(dropped, Some(expected), "{out}");
    served.join().unwrap();
}

#[test]
fn a_server_that_violates_a_rule_on_a_channel_is_told_of() {
    let (url, served) = raw::server(|mut end| {
        grants(&mut end);
        echo(end, |end, _, payload| {
            let is_text = matches!(payload, [2, first, ..] if first & 15 == 1);
            if is_text {
                // More than the client has granted.
                for _ in 0..12 {
                    end.on(2, 2, &[0; 60_000]);
                }
            }
            is_text
        })
    });
    let given = arguments(&url, &["--channels", "2", "--send", "x", "--timeout", "5"]);
    let (status, out, log) = told(&given, b"");
    assert_eq!(status, 1, "{log}");
    let dropped = out
        .lines()
        .find(|line| line.contains("dropped by the client"));
    let dropped = dropped.unwrap_or_else(|| panic!("{log}"));
    assert!(
        dropped.starts_with("channel 2: ") && dropped.contains("quota-kept"),
        "{dropped}"
    );
    served.join().unwrap();
}

#[test]
fn one_channel_that_is_refused_stops_no_other() {
    let (url, served) = raw::server(|mut end| {
        grants(&mut end);
        echo(end, |end, _, payload| {
            let asked = asks(payload);
            for channel in &asked {
                let head = "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno";
                let answer = match channel {
                    2 => response(2, true, head),
                    other => response(*other, false, OPENED),
                };
                end.blocks(&[answer, quota(*channel, 1000)]);
            }
            !asked.is_empty()
        })
    });
    let given = arguments(&url, &["--channels", "3", "--send", "x"]);
    let (status, out, log) = told(&given, b"");
    assert_eq!(status, 1, "{log}{out}");
    assert!(out.contains("channel 2: refused: 403 No"), "{out}{log}");
    assert!(out.contains("channel 3: text: \"x\""), "{out}{log}");
    assert!(log.contains("2 of 3 channels are open"), "{log}");
    served.join().unwrap();
}

#[test]
fn an_answer_that_is_none_concerns_its_connection_alone() {
    let (url, served) = raw::server(|mut end| {
        grants(&mut end);
        echo(end, |end, _, payload| {
            let asked = asks(payload);
            if asked == [2] {
                end.blocks(&[response(2, false, "garbage")]);
            }
            !asked.is_empty()
        })
    });
    let given = arguments(&url, &["--channels", "2", "--send", "x", "--timeout", "5"]);
    let (status, out, log) = told(&given, b"");
    assert_eq!(status, 1, "{log}{out}");
    assert!(!log.contains("wss://"), "{log}");
    served.join().unwrap();
}

#[test]
fn a_channel_that_takes_nothing_holds_up_no_other() {
    const LINES: usize = 10;
    let (passed, passes) = mpsc::channel();
    let (url, served) = raw::server(move |mut end| {
        end.blocks(&[slots(5, 1 << 20)]);
        let mut lines = 0;
        echo(end, |_, _, payload| {
            if let [2, first, ..] = payload {
                lines += usize::from(first & 0x80 != 0);
                if lines == LINES {
                    let _ = passed.send(());
                }
            }
            matches!(payload, [1..=2, ..])
        })
    });
    let mut child = common::start(&arguments(&url, &["--channels", "2", "--timeout", "60"]));
    let lines: Vec<String> = (0..LINES).map(|line| format!("{line:060000}\n")).collect();
    let mut input = child.stdin.take().unwrap();
    let written = thread::spawn(move || {
        let _ = input.write_all(lines.concat().as_bytes());
        input
    });
    let passed = passes.recv_timeout(Duration::from_secs(20));
    let _ = child.kill();
    let log = log_of(child);
    assert!(passed.is_ok(), "{log}");
    drop(written.join());
    let _ = served.join();
}

/// What is shown of the connection holds up the connection where nobody reads it, and no signal.
#[test]
fn what_nobody_reads_holds_up_no_signals() {
    for answers in [true, false] {
        let (url, served) = raw::server(move |mut end| {
            grants(&mut end);
            end.until(|_, payload| asks(payload) == [2]);
            if answers {
                end.blocks(&[response(2, false, OPENED), quota(2, 1000)]);
            }
            end.flood(&[0x89, 5, b'h', b'e', b'l', b'l', b'o']);
        });
        let given = ["--channels", "2", "-vv", "--timeout", "60"];
        let mut child = common::start(&arguments(&url, &given));
        thread::sleep(Duration::from_secs(4));
        let (status, after) = interrupt(&mut child, 2);
        assert!(status.is_some(), "it is there after {after:?}");
        drop(child);
        served.join().unwrap();
    }
}
