//! How connections end, and what is said of it.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    peer::{answered, find, opened, request, serve},
    told,
};

/// What `connect` says of a server that closes with this code.
fn closed(code: Option<u16>, reason: &str) -> (i32, String) {
    let reason = reason.to_owned();
    let (url, served) = serve(move |mut stream| {
        let mut server = opened(&mut stream);
        server.close(code, &reason).unwrap();
        stream.write_all(server.output()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (status, _, log) = told(&["connect", &url], b"");
    served.join().unwrap();
    (status, log)
}

#[test]
fn a_close_code_is_named_and_tells_whether_the_end_is_fine() {
    for (code, reason, status, says) in [
        (Some(1000), "", 0, "with 1000, normal"),
        (Some(1001), "", 0, "with 1001, going-away"),
        (None, "", 0, "without a close code"),
        (Some(1011), "oops", 1, "with 1011, internal-error"),
        (
            Some(4001),
            "",
            1,
            "with 4001, which rfc6455 does not define",
        ),
    ] {
        let (ended, log) = closed(code, reason);
        assert_eq!(ended, status, "{log}");
        assert!(log.contains(says), "{says}: {log}");
    }
}

/// Only what is not HTTP looks like TLS.
#[test]
fn a_head_that_is_too_long_is_not_taken_for_tls() {
    let long = [b"HTTP/1.1 101 X\r\nX: ".as_slice(), &[b'a'; 20_000]].concat();
    for (answer, is_tls) in [
        (b"\x15\x03\x03\0\x02\x02\x32".to_vec(), true),
        (long, false),
    ] {
        let (url, served) = serve(move |mut stream| {
            request(&mut stream);
            stream.write_all(&answer).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let (status, _, log) = told(&["connect", &url], b"");
        served.join().unwrap();
        assert_eq!(status, 2);
        assert_eq!(log.contains("use wss://"), is_tls, "{log}");
    }
}

#[test]
fn an_end_without_a_close_frame_says_so_and_what_to_do() {
    let (url, served) = serve(|mut stream| drop(opened(&mut stream)));
    let (status, _, log) = told(&["connect", &url], b"");
    served.join().unwrap();
    assert_eq!(status, 1);
    assert!(log.contains("no close frame came"), "{log}");
    assert!(log.contains("wsdraft explain 1006"), "{log}");
    assert!(log.contains(&format!("--upstream {url}")), "{log}");
    // Within a message.
    let (url, served) = serve(|mut stream| {
        opened(&mut stream);
        stream.write_all(&[0x81, 5, b'h']).unwrap();
    });
    let (_, _, log) = told(&["connect", &url], b"");
    served.join().unwrap();
    assert!(log.contains("in the middle of a message"), "{log}");
}

#[test]
fn input_that_the_server_did_not_wait_for_is_a_finding() {
    let (url, served) = serve(|mut stream| {
        let mut server = opened(&mut stream);
        server.close(1000, "").unwrap();
        stream.write_all(server.output()).unwrap();
        // Nothing more is read, so that it cannot all be sent.
        thread::sleep(Duration::from_millis(500));
    });
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    let (status, _, log) = told(&["connect", &url, "--timeout", "5"], &line.repeat(20_000));
    served.join().unwrap();
    assert_eq!(status, 1, "{log}");
    assert!(log.contains("before all of the input was sent"), "{log}");
}

#[test]
fn it_connects_again_until_the_server_closes_normally() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        // Gone in the handshake, gone after it, and at last polite.
        drop(listener.accept().unwrap());
        drop(opened(&mut listener.accept().unwrap().0));
        let (mut stream, _) = listener.accept().unwrap();
        let (head, mut server) = answered(&mut stream, find("rfc6455"));
        stream.write_all(&head).unwrap();
        server.text("back").unwrap();
        server.close(1000, "").unwrap();
        stream.write_all(server.output()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (status, out, log) = told(&["connect", &url, "--reconnect", "--raw"], b"");
    served.join().unwrap();
    assert_eq!((status, &*out), (0, "back\n"), "{log}");
    assert!(log.contains("the opening handshake failed"), "{log}");
    assert!(log.contains("connects again"), "{log}");
}

#[test]
fn a_server_that_is_silent_after_a_ping_is_left() {
    let (url, served) = serve(|mut stream| {
        opened(&mut stream);
        let mut received = Vec::new();
        let _ = stream.read_to_end(&mut received);
        received
    });
    let (status, _, log) = told(&["connect", &url, "--ping-interval", "0.3"], b"");
    assert_eq!(status, 1, "{log}");
    assert!(log.contains("silence of the peer after a ping"), "{log}");
    assert_eq!(served.join().unwrap()[0], 0x89);
}

#[test]
fn a_refusal_is_an_event() {
    let (url, served) = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    });
    let (status, out, _) = told(&["--json", "connect", &url], b"");
    served.join().unwrap();
    assert_eq!(status, 1);
    assert!(
        out.contains("\"event\":\"refused\",\"status\":503"),
        "{out}"
    );
}

/// A child that connects, with a standard input that never ends.
#[cfg(target_os = "linux")]
fn endless(url: &str, more: &[&str]) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["connect", url])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    thread::spawn(move || while input.write_all(&b"y\n".repeat(1000)).is_ok() {});
    child
}

/// Whoever insists is not kept by a server that reads nothing, by one that never stops reading, or by
/// an output that nobody reads.
#[cfg(target_os = "linux")]
#[test]
fn a_second_signal_ends_it() {
    for (reads, writes) in [(false, false), (true, false), (false, true)] {
        let (url, _served) = serve(move |mut stream| {
            opened(&mut stream);
            let mut buffer = vec![0; 64 << 10];
            while reads && stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
            let flood = b"\x81\x01y".repeat(10_000);
            while writes && stream.write_all(&flood).is_ok() {}
            thread::sleep(Duration::from_secs(30));
        });
        let mut child = endless(&url, &["--timeout", "60"]);
        thread::sleep(Duration::from_secs(1));
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{reads} {writes}"
            );
            let id = child.id().to_string();
            Command::new("kill").args(["-INT", &id]).status().unwrap();
            thread::sleep(Duration::from_millis(1500));
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{reads} {writes}");
    }
}

/// What is shown of what is sent does not gather where nobody reads it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_shown_does_not_fill_the_memory() {
    let (url, _served) = serve(|mut stream| {
        opened(&mut stream);
        let mut buffer = vec![0; 64 << 10];
        while stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
    });
    let mut child = endless(&url, &["-vv"]);
    thread::sleep(Duration::from_secs(1));
    let before = crate::common::peak(child.id());
    thread::sleep(Duration::from_secs(3));
    let after = crate::common::peak(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(after - before < 4 << 20, "{before} {after}");
}
