//! How many connections `wsdraft proxy` passes on, how long they may take, and what it holds of
//! them.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::Shutdown,
    net::{TcpListener, TcpStream},
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use wsdraft::{
    Config, Connection, Draft as _, Limits, OsEntropy, drafts::rfc6455, extension::Extensions,
    frame::Session,
};

use crate::common::{
    self,
    listening::{start, stop},
};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
const MIB: usize = 1 << 20;

/// A server that agrees to everything and swallows what comes; gives its URL. It answers to the
/// request, whatever it is, and ends with its client.
fn upstream() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut bytes = [0; 4096];
                let mut asked = false;
                while let Ok(1..) = stream.read(&mut bytes) {
                    if !std::mem::replace(&mut asked, true) {
                        let _ = stream.write_all(RESPONSE);
                    }
                }
            });
        }
    });
    url
}

fn proxy(arguments: &[&str]) -> (Child, String) {
    let upstream = upstream();
    start(&[&["proxy", "--json", "--upstream", &upstream], arguments].concat())
}

/// A connection whose opening handshake has passed through the proxy.
fn open(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut answer = vec![0; RESPONSE.len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, RESPONSE);
    stream
}

/// Waits until all that was sent has passed, when the server ends, too.
fn has_passed(mut stream: TcpStream) {
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap(), 0);
}

fn events(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn connections_beyond_the_bound_are_told_to_come_again() {
    let (proxy, address) = proxy(&["--max-connections", "2"]);
    let (one, other) = (open(&address), open(&address));
    let mut third = TcpStream::connect(&address).unwrap();
    third.write_all(REQUEST).unwrap();
    let mut answer = String::new();
    third.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nRetry-After: 5\r\n"), "{answer}");
    // A place that is given up is free again.
    drop(one);
    let mut tries = 0;
    let fourth = loop {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(REQUEST).unwrap();
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).unwrap();
        if answer == b"HTTP/1.1 101" {
            break stream;
        }
        assert_eq!(answer, b"HTTP/1.1 503");
        tries += 1;
        assert!(tries < 1000, "no place is free");
        thread::yield_now();
    };
    drop((other, fourth));
    stop(proxy);
}

#[test]
fn a_head_that_does_not_end_is_not_waited_for() {
    let (proxy, address) = proxy(&["--head-timeout", "0.5"]);
    let mut open = open(&address);
    let mut slow = TcpStream::connect(&address).unwrap();
    // The server would answer to its first bytes.
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{answer}"
    );
    // An open connection has all the time that it wants.
    open.write_all(&[0x83, 0x80, 0, 0, 0, 0]).unwrap();
    has_passed(open);
    let (status, text) = stop(proxy);
    assert_eq!(status, 1);
    assert!(text.contains("opcode-known"), "{text}");
}

#[test]
fn a_connection_on_which_nothing_passes_is_ended_and_nobody_is_blamed() {
    let (proxy, address) = proxy(&["--idle-timeout", "0.5"]);
    let mut stream = open(&address);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty(), "{rest:?}");
    let (status, text) = stop(proxy);
    let events = events(&text);
    let [given_up, connection] = &events[..] else {
        panic!("{text}");
    };
    assert_eq!(given_up["event"], "given-up");
    let ended = connection["ended"].as_str().unwrap();
    assert!(ended.contains("nothing passed for 0.5 s"), "{ended}");
    assert_eq!(status, 0);
}

/// The frames of a message of zeros that a client sends compressed, without its end.
fn bomb(length: usize) -> Vec<u8> {
    let agreed = Extensions::compression().agreed(rfc6455::Draft.info(), "permessage-deflate");
    let mut limits = Limits::default();
    limits.write_buffer = 2 * length;
    let config = Config::with_limits(limits);
    let connection = Connection::client(rfc6455::Draft, Session::default(), OsEntropy, config);
    let mut connection = connection.extended(&agreed.unwrap());
    connection.begin_binary(&vec![0; length]).unwrap();
    connection.output().to_vec()
}

#[test]
fn unfinished_messages_and_floods_of_findings_are_not_held() {
    let (mut proxy, address) = proxy(&[]);
    let bomb = bomb(16 * MIB);
    let mut streams = Vec::new();
    for _ in 0..12 {
        let mut stream = open(&address);
        stream.write_all(&bomb).unwrap();
        streams.push(stream);
    }
    let mut flood = open(&address);
    let frames = b"\xf3\x80\0\0\0\0".repeat(200_000);
    flood.write_all(&frames).unwrap();
    // What comes last is looked at last.
    let mut last = open(&address);
    last.write_all(&[0x8f, 0x80, 0, 0, 0, 0]).unwrap();
    let mut lines = BufReader::new(proxy.stdout.take().unwrap()).lines();
    let mut written = 0;
    loop {
        let line = lines.next().unwrap().unwrap();
        written += line.len();
        let event: Value = serde_json::from_str(&line).unwrap();
        if event["connection"] == 14 {
            assert_eq!(event["rule"], "opcode-known");
            break;
        }
    }
    assert!(written < MIB, "{written} bytes for {}", frames.len());
    let peak = common::peak(proxy.id());
    assert!(peak < 96 * MIB, "{peak} bytes");
    drop((streams, flood, last));
    proxy.kill().unwrap();
    proxy.wait().unwrap();
}

#[test]
fn results_that_nobody_reads_hold_up_no_connection() {
    let record = common::folder("unread-results").join("found.jsonl");
    let (proxy, address) = proxy(&[
        "--max-findings",
        "all",
        "--record",
        record.to_str().unwrap(),
    ]);
    let mut flood = open(&address);
    let frames = 20_000;
    flood
        .write_all(&b"\x83\x80\0\0\0\0".repeat(frames))
        .unwrap();
    has_passed(flood);
    // Every frame is judged while nobody reads: the record has them all.
    let recorded = until_the_connection_is_over(&record);
    assert_eq!(broken(&recorded), frames);
    let mut late = TcpStream::connect(&address).unwrap();
    late.set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    late.write_all(REQUEST).unwrap();
    late.read_exact(&mut vec![0; RESPONSE.len()])
        .expect("an answer");
    drop(late);
    let (status, text) = stop(proxy);
    assert_eq!(status, 1);
    let shown = broken(&text);
    assert!(0 < shown && shown < frames, "{shown} of {frames}");
}

/// What the proxy has recorded when it has judged its first connection.
fn until_the_connection_is_over(record: &Path) -> String {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(record).unwrap();
        let mut lines = text.split_inclusive('\n').rev();
        let last = lines.find(|line| line.ends_with('\n')).unwrap_or("null");
        let last: Value = serde_json::from_str(last).unwrap();
        if last["event"] == "connection" {
            return text;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{last}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The frames that are said to have an unknown opcode.
fn broken(text: &str) -> usize {
    let events = events(text);
    let broken = events
        .iter()
        .filter(|event| event["rule"] == "opcode-known");
    broken.count()
}
