//! How both connections end: close codes by the data of both drafts.

use std::{
    io::{Read as _, Write as _},
    time::Instant,
};

use wsdraft::{Cause, Ending, drafts, info::CloseBody};

use super::{PATIENCE, Socket, bridge, connect, find, newest, upstream};

/// Waits for the end.
fn until_the_end(mut socket: Socket) -> Ending {
    while let Ok(Some(_)) = socket.recv() {}
    socket.ended().expect("an end").clone()
}

/// What a server of `to` hears where a client of `from` closes like this.
fn heard_by_server(from: &str, to: &str, code: Option<u16>, reason: &str) -> Ending {
    let (url, heard) = upstream(find(to), until_the_end);
    let server = bridge(&url, &["--upstream-draft", to]);
    connect(&server, find(from)).close(code, reason).unwrap();
    heard.recv_timeout(PATIENCE).unwrap()
}

/// What a client of `to` hears where a server of `from` closes like this.
fn heard_by_client(from: &str, to: &str, code: Option<u16>, reason: &'static str) -> Ending {
    let (url, _heard) = upstream(find(from), move |mut socket| {
        socket.close(code, reason).unwrap();
    });
    // A request does not show which of the drafts with its version number it follows.
    let server = bridge(&url, &["--upstream-draft", from, "--drafts", to]);
    until_the_end(connect(&server, find(to)))
}

#[test]
fn codes_and_reasons_pass_and_are_translated() {
    for (from, to, code, passed, reason) in [
        ("rfc6455", "rfc6455", Some(1000), Some(1000), "bye"),
        ("rfc6455", "rfc6455", Some(4321), Some(4321), "bye"),
        ("rfc6455", "rfc6455", None, Some(1005), ""),
        ("hybi-08", "rfc6455", Some(1001), Some(1001), "bye"),
        // Too large a message had another number.
        ("hybi-08", "rfc6455", Some(1004), Some(1009), "bye"),
        ("rfc6455", "hybi-08", Some(1009), Some(1004), "bye"),
        ("rfc6455", "hybi-13", Some(1009), Some(1009), "bye"),
        // No counterpart: the code is in the reason.
        ("rfc6455", "hybi-13", Some(1012), Some(1001), "1012: bye"),
        // Before that, close frames had no codes.
        ("rfc6455", "hybi-05", Some(1001), None, ""),
        ("rfc6455", "hixie-76", Some(1001), None, ""),
        ("hybi-05", "rfc6455", None, Some(1000), ""),
        ("hixie-76", "rfc6455", None, Some(1000), ""),
        ("hixie-75", "rfc6455", None, Some(1000), ""),
        ("rfc6455", "hixie-75", Some(1000), None, ""),
        ("hixie-75", "hixie-76", None, None, ""),
    ] {
        let given = if code.is_some() { "bye" } else { "" };
        for ending in [
            heard_by_server(from, to, code, given),
            heard_by_client(from, to, code, given),
        ] {
            let what = format!("{from} to {to}, {code:?}");
            assert_eq!((ending.code, &*ending.reason), (passed, reason), "{what}");
            assert_eq!(ending.cause, Cause::Clean, "{what}");
        }
    }
}

#[test]
fn what_is_not_passed_on_as_it_was_is_said_once() {
    let (url, _heard) = upstream(find("hybi-08"), until_the_end);
    let server = bridge(&url, &["--upstream-draft", "hybi-08"]);
    connect(&server, newest()).close(1009, "").unwrap();
    server.logs("ended after");
    let lines = server.lines();
    let said = lines
        .iter()
        .filter(|line| line.contains("close code 1009 is passed on as 1004"));
    assert_eq!(said.count(), 1, "{lines:?}");
}

#[test]
fn an_end_that_is_lost_is_passed_on_with_a_code_that_may_be_sent() {
    for draft in drafts::ALL.iter().copied() {
        let info = draft.info();
        let short = info.short;
        let has_codes = |body| body == Some(CloseBody::Status);
        let (url, heard) = upstream(draft, until_the_end);
        let server = bridge(&url, &["--upstream-draft", short]);
        // The client is cut off in the middle of a frame.
        let (mut stream, _) = connect(&server, newest()).into_parts();
        stream.write_all(&[0x81]).unwrap();
        drop(stream);
        let ending = heard.recv_timeout(PATIENCE).unwrap();
        assert_eq!(ending.cause, Cause::Clean, "{short}");
        if has_codes(info.closing.map(|closing| closing.body)) {
            assert_eq!(ending.code, info.local_codes.going_away, "{short}");
        }
    }
    // The server is.
    let (url, _heard) = upstream(newest(), |socket| {
        let (mut stream, _) = socket.into_parts();
        stream.write_all(&[0x81]).unwrap();
    });
    for short in ["rfc6455", "hybi-17", "hybi-08"] {
        let server = bridge(&url, &["--drafts", short]);
        let info = find(short).info();
        let ending = until_the_end(connect(&server, find(short)));
        let codes = info.local_codes;
        let expected = [codes.bad_gateway, codes.internal, codes.going_away];
        let expected = expected.into_iter().flatten().next();
        assert_eq!(
            (ending.cause, ending.code),
            (Cause::Clean, expected),
            "{short}"
        );
    }
}

#[test]
fn who_breaks_a_rule_hears_of_it_and_the_other_end_is_told() {
    let (url, heard) = upstream(newest(), until_the_end);
    let server = bridge(&url, &[]);
    let (mut stream, _) = connect(&server, newest()).into_parts();
    // A frame that is not masked.
    stream.write_all(&[0x81, 0x01, b'x']).unwrap();
    let mut frame = [0; 4];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!((frame[0], &frame[2..]), (0x88, &1002u16.to_be_bytes()[..]));
    let ending = heard.recv_timeout(PATIENCE).unwrap();
    assert_eq!(ending.code, newest().info().local_codes.going_away);
    server.logs("client-frame-masked");
}

#[test]
fn a_signal_ends_both_connections_with_going_away() {
    let (url, heard) = upstream(newest(), until_the_end);
    let server = bridge(&url, &[]);
    let client = connect(&server, find("hybi-08"));
    let start = Instant::now();
    let id = server.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(until_the_end(client).code, Some(1001));
    assert_eq!(heard.recv_timeout(PATIENCE).unwrap().code, Some(1001));
    server.logs("the bridge ends");
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn a_second_signal_cuts_off_who_does_not_answer() {
    let (url, _heard) = upstream(newest(), until_the_end);
    let server = bridge(&url, &[]);
    let client = connect(&server, newest());
    server.logs("open, ");
    let signal = || {
        let id = server.id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status();
        assert!(kill.unwrap().success());
    };
    signal();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let start = Instant::now();
    signal();
    server.logs("1 connection cut off");
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
    drop(client);
}

#[test]
fn a_connection_on_which_nothing_passes_is_ended() {
    let (url, heard) = upstream(newest(), until_the_end);
    let server = bridge(&url, &["--idle-timeout", "0.3"]);
    let client = connect(&server, newest());
    assert_eq!(until_the_end(client).code, Some(1001));
    assert_eq!(heard.recv_timeout(PATIENCE).unwrap().code, Some(1001));
    server.logs("nothing passed for 0.3 s, as --idle-timeout says");
}
