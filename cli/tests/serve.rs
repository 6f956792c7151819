//! What `serve` takes on: so many connections, and so much memory for all of them.

mod common;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use common::run;
use wsdraft::{
    blocking::{Connector, WebSocket},
    drafts::rfc6455,
    handshake::Address,
};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
const MIB: usize = 1 << 20;

/// A server, its address and its log; ended when it is dropped.
struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ws://");
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                written.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self {
            child,
            address,
            log,
        }
    }

    fn stream(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        stream
    }

    /// What it answers to a request that is right.
    fn answer(&self) -> (TcpStream, String) {
        let mut stream = self.stream();
        stream.write_all(REQUEST).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        (stream, String::from_utf8_lossy(&head).into_owned())
    }

    fn connect(&self) -> WebSocket<TcpStream, rfc6455::Draft> {
        let address: Address = format!("ws://{}/", self.address).parse().unwrap();
        let connector = Connector::new(rfc6455::Draft);
        connector.connect_blocking(self.stream(), &address).unwrap()
    }

    /// Waits until its log says so.
    fn logs(&self, what: &str) {
        let start = Instant::now();
        while !self.log.lock().unwrap().contains(what) {
            assert!(start.elapsed() < Duration::from_secs(20), "never: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn connections_beyond_the_most_are_told_so() {
    let server = Server::start(&["--max-connections", "2"]);
    let first = server.answer();
    let second = server.answer();
    assert_eq!((&*first.1, &*second.1), ("HTTP/1.1 101", "HTTP/1.1 101"));
    let (mut third, status) = server.answer();
    assert_eq!(status, "HTTP/1.1 503");
    // It is told all of it, and the stream ends.
    third.read_to_end(&mut Vec::new()).unwrap();
    server.logs("refused: 2 connections are open, as many as --max-connections allows");
    drop(first);
    let start = Instant::now();
    while server.answer().1 != "HTTP/1.1 101" {
        assert!(start.elapsed() < Duration::from_secs(20), "no place again");
    }
    let output = run(&["serve", "--max-connections", "many"], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn memory_is_shared_by_all_connections() {
    let server = Server::start(&["--memory", "8388608"]);
    // Heads of messages of 7 MiB, and half of each.
    let mut holding = Vec::new();
    for _ in 0..8 {
        let (mut stream, status) = server.answer();
        assert_eq!(status, "HTTP/1.1 101");
        let mut frame = vec![0x82, 0xff];
        frame.extend((7 * MIB as u64).to_be_bytes());
        frame.extend([0; 4]);
        frame.resize(frame.len() + 7 * MIB / 2, 0);
        // Those for which there is no memory are ended within it.
        let _ = stream.write_all(&frame);
        holding.push(stream);
    }
    server.logs("memory that connections share: more than the limit of 8388608 bytes");
    // Nobody else is the worse for it.
    let mut socket = server.connect();
    for text in ["small".into(), "x".repeat(20_000)] {
        socket.send(&text).unwrap();
        assert_eq!(socket.recv().unwrap(), Some(text.into()));
    }
    // Once they are gone, a long message has its turn.
    drop(holding);
    let long = "x".repeat(3 * MIB);
    let start = Instant::now();
    loop {
        let mut socket = server.connect();
        let echoed = socket.send(&long).and_then(|()| socket.recv());
        match echoed {
            Ok(Some(message)) => {
                assert_eq!(message, long.as_str().into());
                break;
            }
            _ => assert!(start.elapsed() < Duration::from_secs(20), "never"),
        }
    }
}
