//! Messages from standard input.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{
    self,
    peer::{opened, serve},
    server::Server,
    told,
};

fn run(url: &str, more: &[&str], input: &[u8]) -> (i32, String, String) {
    told(&[&["connect", url], more].concat(), input)
}

fn echo() -> (Server, String) {
    let server = Server::serve(&["--max-message", "64M"]);
    let url = format!("ws://{}/", server.address);
    (server, url)
}

#[test]
fn each_line_is_a_message_and_its_answer_is_printed() {
    let (_server, url) = echo();
    let (status, out, log) = run(&url, &[], b"hello\n\nworld\r\nend");
    assert_eq!(status, 0, "{log}");
    let expected = "text: \"hello\"\ntext: \"\"\ntext: \"world\"\ntext: \"end\"\n";
    assert!(out.starts_with(expected), "{out}");
    let (status, out, _) = run(&url, &["--json"], b"hello\n");
    assert_eq!(status, 0);
    assert!(out.starts_with("{\"event\":\"message\",\"type\":\"text\",\"text\":\"hello\"}\n"));
}

#[test]
fn payloads_alone_come_back_as_they_went() {
    let (_server, url) = echo();
    let bytes: Vec<u8> = (0..=255).cycle().take(3 << 20).collect();
    for (more, input) in [
        (&["--raw"][..], b"a\n\nb\n".to_vec()),
        (&["--raw", "--null"], b"a\nb\0\0c\0".to_vec()),
        (
            &["--raw", "--length-prefixed"],
            b"\0\0\0\x02hi\0\0\0\0".to_vec(),
        ),
        (
            &["--raw", "--length-prefixed", "--binary"],
            b"\0\0\0\x01\xff".to_vec(),
        ),
        (
            &["--raw", "--null", "--binary", "-"],
            b"\xff\0\xfe\0".to_vec(),
        ),
        (&["--raw", "--binary"], bytes),
    ] {
        let output = common::run(&[&["connect", &url], more].concat(), &input);
        assert!(output.status.success(), "{more:?}: {output:?}");
        assert!(output.stdout == input, "{more:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn neither_direction_waits_for_the_other() {
    let (_server, url) = echo();
    // More than all buffers on the way hold.
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    let input = line.repeat(20_000);
    let (output, _) = common::measure(&["connect", &url, "--raw"], &input);
    assert!(output.status.success());
    assert!(output.stdout == input, "{}", output.stdout.len());
}

/// A server that counts the bytes of binary messages.
#[cfg(target_os = "linux")]
fn counting() -> (String, thread::JoinHandle<usize>) {
    serve(|mut stream| {
        let mut server = opened(&mut stream);
        let mut buffer = vec![0; 64 << 10];
        let mut received = 0;
        while server.ended().is_none() {
            let length = stream.read(&mut buffer).unwrap();
            if length == 0 {
                break;
            }
            server.feed(&buffer[..length]);
            while let Ok(Some(event)) = server.receive() {
                if let wsdraft::Event::Binary(bytes) = event {
                    received += bytes.len();
                }
            }
            let output = server.output().to_vec();
            stream.write_all(&output).unwrap();
            server.sent(output.len());
        }
        received
    })
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_piped_does_not_fill_the_memory() {
    // The program itself takes as much as its pages that are read, more in a larger build.
    let [some, more] = [16 << 20, 48 << 20].map(|length| {
        let (url, served) = counting();
        let input = vec![7; length];
        let arguments = [
            "connect",
            &url,
            "--binary",
            "--answers",
            "0",
            "--timeout",
            "60",
        ];
        let (output, peak) = common::measure(&arguments, &input);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(served.join().unwrap(), input.len());
        peak
    });
    assert!(more < some + (8 << 20), "{some} and {more}");
}

#[test]
fn what_cannot_be_a_message_is_said() {
    let (_server, url) = echo();
    let long = vec![b'x'; (16 << 20) + 1];
    for (more, input, why) in [
        (
            &[][..],
            &b"good\nb\xffd\n"[..],
            "line 2 of standard input is not UTF-8",
        ),
        (&[], &long, "line 1 of standard input has more than 16 MiB"),
        (
            &["--length-prefixed"],
            b"\0\0\0\x05hi",
            "ends within message 1",
        ),
    ] {
        let (status, _, log) = run(&url, more, input);
        assert_eq!(status, 2, "{log}");
        assert!(log.contains(why), "{log}");
    }
    // The message before was sent, and its answer came or not; the server got a close frame.
}

#[test]
fn without_input_it_listens_until_the_server_closes() {
    let (url, served) = serve(|mut stream| {
        let mut server = opened(&mut stream);
        thread::sleep(Duration::from_millis(300));
        server.text("news").unwrap();
        server.close(1001, "").unwrap();
        stream.write_all(server.output()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (status, out, log) = run(&url, &[], b"");
    served.join().unwrap();
    assert_eq!(status, 0, "{log}");
    assert_eq!(out, "text: \"news\"\nclose 1001\n");
    assert!(
        log.contains("the server closed the connection with 1001, going-away"),
        "{log}"
    );
}

#[test]
fn an_input_that_never_comes_does_not_outlast_the_timeout() {
    let (_server, url) = echo();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["connect", &url, "--timeout", "0.5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let input = child.stdin.take().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(start.elapsed() < Duration::from_secs(10));
    drop(input);
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let (server, url) = echo();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["connect", &url, "--raw"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = thread::spawn(move || while input.write_all(b"y\ny\ny\ny\n").is_ok() {});
    let mut out = child.stdout.take().unwrap();
    let mut start = [0; 6];
    out.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"y\ny\ny\n");
    drop(out);
    assert!(child.wait().unwrap().success());
    writer.join().unwrap();
    drop(server);
}

#[test]
fn flags_that_say_what_to_send_exclude_standard_input() {
    let (_server, url) = echo();
    let (status, out, _) = run(&url, &["--send", "hi"], b"not this\n");
    assert_eq!((status, &*out), (0, "text: \"hi\"\nclose 1000\n"));
    for more in [
        &["--send", "x", "--null"][..],
        &["--close", "1000", "--length-prefixed"],
        &["--ping", "x", "--binary"],
        &["--raw", "--json"],
        &["--null", "--length-prefixed"],
        &["--auth", "a:b", "--bearer", "c"],
        &["--auth", "nobody"],
        &["--http2", "--unix", "/x"],
        &["--http2", "--location"],
        &["--http2", "--draft", "hybi-17"],
        &["--binary", "--draft", "hixie-76"],
        &["--ping-interval", "1", "--draft", "hixie-76"],
        &["--cert", "/x"],
        &["--proxy", "ftp://x"],
        &["--resolve", "a:b"],
        &["--resolve", "other.example:80:127.0.0.1"],
    ] {
        let (status, _, log) = run(&url, more, b"");
        assert_eq!(status, 2, "{more:?}: {log}");
        assert!(!log.is_empty(), "{more:?}");
    }
}

#[test]
fn a_server_need_not_answer() {
    let (url, served) = serve(|mut stream| {
        let mut server = opened(&mut stream);
        let mut texts = Vec::new();
        let mut byte = [0];
        while server.ended().is_none() && stream.read(&mut byte).unwrap() > 0 {
            server.feed(&byte);
            while let Ok(Some(event)) = server.receive() {
                if let wsdraft::Event::Text(text) = event {
                    texts.push(text.to_owned());
                }
            }
            let output = server.output().to_vec();
            stream.write_all(&output).unwrap();
            server.sent(output.len());
        }
        texts
    });
    let (status, _, log) = run(&url, &["--answers", "0"], b"a\nb\n");
    assert_eq!(status, 0, "{log}");
    assert_eq!(served.join().unwrap(), ["a", "b"]);
}
