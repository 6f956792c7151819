//! What `serve` takes on: so many connections, and so much memory for all of them.

mod exec;
mod faults;
mod files;
mod log;
mod modes;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use wsdraft::{
    blocking::{Connector, WebSocket},
    drafts::rfc6455,
    handshake::Address,
};

use crate::common::{self, run, server::Server};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
const MIB: usize = 1 << 20;

fn connect(server: &Server) -> WebSocket<TcpStream, rfc6455::Draft> {
    let address: Address = server.url().parse().unwrap();
    let connector = Connector::new(rfc6455::Draft);
    connector.connect_blocking(server.dial(), &address).unwrap()
}

#[test]
fn connections_beyond_the_most_are_told_so() {
    let server = Server::serve(&["--max-connections", "2"]);
    let first = server.ask(REQUEST);
    let second = server.ask(REQUEST);
    assert_eq!((&*first.1, &*second.1), ("HTTP/1.1 101", "HTTP/1.1 101"));
    let (mut third, status) = server.ask(REQUEST);
    assert_eq!(status, "HTTP/1.1 503");
    // It is told all of it, and the stream ends.
    third.read_to_end(&mut Vec::new()).unwrap();
    server.logs("refused: 2 connections are open, as many as --max-connections allows");
    drop(first);
    let start = Instant::now();
    while server.ask(REQUEST).1 != "HTTP/1.1 101" {
        assert!(start.elapsed() < Duration::from_secs(20), "no place again");
    }
    let output = run(&["serve", "--max-connections", "many"], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn memory_is_shared_by_all_connections() {
    let server = Server::serve(&["--memory", "8388608"]);
    // Heads of messages of 7 MiB, and half of each.
    let mut holding = Vec::new();
    for _ in 0..8 {
        let (mut stream, status) = server.ask(REQUEST);
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
    let mut socket = connect(&server);
    for text in ["small".into(), "x".repeat(20_000)] {
        socket.send(&text).unwrap();
        assert_eq!(socket.recv().unwrap(), Some(text.into()));
    }
    // Once they are gone, a long message has its turn.
    drop(holding);
    let long = "x".repeat(3 * MIB);
    let start = Instant::now();
    loop {
        let mut socket = connect(&server);
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

/// What the system has of a connection: bytes that the server has not read, and bytes of the
/// server's that the peer has not read.
#[cfg(target_os = "linux")]
fn in_transit(peer: &TcpStream) -> (usize, usize) {
    let near = peer.local_addr().unwrap().port();
    // A connection that is gone holds nothing.
    let Ok(far) = peer.peer_addr().map(|address| address.port()) else {
        return (0, 0);
    };
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let queues = |local: u16, remote: u16| {
        table.lines().find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let is = |address: &str, port: u16| address.ends_with(&format!(":{port:04X}"));
            let (sent, received) = fields.get(4)?.split_once(':')?;
            let number = |hex| usize::from_str_radix(hex, 16).unwrap();
            (is(fields[1], local) && is(fields[2], remote))
                .then(|| (number(sent), number(received)))
        })
    };
    let (unsent, unread) = queues(near, far).unwrap_or_default();
    let (written, waiting) = queues(far, near).unwrap_or_default();
    (unsent + waiting, written + unread)
}

/// A frame from a client.
#[cfg(target_os = "linux")]
fn frame(length: usize) -> Vec<u8> {
    let mut frame = match u16::try_from(length) {
        Ok(short) => [&[0x82, 0xfe][..], &short.to_be_bytes()].concat(),
        Err(_) => [&[0x82, 0xff][..], &(length as u64).to_be_bytes()].concat(),
    };
    frame.resize(frame.len() + 4 + length, 0);
    frame
}

/// Waits until the server has read all, if it does.
#[cfg(target_os = "linux")]
fn is_read(peer: &TcpStream) {
    let start = Instant::now();
    while in_transit(peer).0 > 0 && start.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A connection whose peer has little room for what it does not read.
#[cfg(target_os = "linux")]
fn dial_with_little_room(server: &Server) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(64 << 10).unwrap();
        let address = ([127, 0, 0, 1], server.port().parse().unwrap()).into();
        let stream = socket.connect(address).await.unwrap().into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    })
}

/// Sends messages and reads nothing until a part of an echo waits at the server. Only one is under way
/// at a time, since with a second one that waits, the server would read no more.
#[cfg(target_os = "linux")]
fn fill(peer: &mut TcpStream) {
    const SMALL: usize = 30_000;
    const ECHO: usize = SMALL + 4;
    let message = frame(SMALL);
    for sent in 1..1000 {
        peer.write_all(&message).unwrap();
        let written = Instant::now();
        loop {
            let (unread, echoed) = in_transit(peer);
            if echoed >= sent * ECHO {
                break;
            }
            let passed = written.elapsed();
            if unread == 0 && passed > Duration::from_millis(200) {
                return;
            }
            assert!(passed < Duration::from_secs(30), "{unread} bytes not read");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    panic!("the system takes all");
}

#[cfg(target_os = "linux")]
#[test]
fn messages_that_wait_for_a_slow_reader_are_in_the_memory_and_not_for_ever() {
    let server = Server::serve(&["--memory", "16M"]);
    let open = |_| {
        let mut peer = dial_with_little_room(&server);
        peer.write_all(REQUEST).unwrap();
        let mut last = [0; 4];
        while last != *b"\r\n\r\n" {
            last.rotate_left(1);
            peer.read_exact(&mut last[3..]).unwrap();
        }
        fill(&mut peer);
        peer
    };
    let mut peers: [_; 9] = std::array::from_fn(open);
    let before = common::peak(server.id());
    // Three take so much that it is scarce; there is none for the others.
    let lengths = [5 * MIB, 5 * MIB, 11 * MIB / 4];
    let others = std::iter::repeat(6 * MIB);
    for (peer, length) in peers.iter_mut().zip(lengths.into_iter().chain(others)) {
        // Those for which there is no memory are ended within it.
        let _ = peer.write_all(&frame(length));
        if length < 6 * MIB {
            is_read(peer);
        }
    }
    is_read(&peers[8]);
    let more = common::peak(server.id()) - before;
    assert!(more < 36 * MIB, "{more} bytes more");
    server.logs("memory that connections share");
    // One of the three is given up, which none of them would be for another 50 s.
    let held = &peers[..lengths.len()];
    let names: Vec<_> = held.iter().map(|peer| peer.local_addr().unwrap()).collect();
    let start = Instant::now();
    let given_up = |log: &[String]| {
        let mut lines = names.iter().map(|name| format!("{name}: memory"));
        lines.any(|line| log.iter().any(|logged| logged.contains(&line)))
    };
    while !given_up(&server.lines()) {
        let lines = server.lines();
        assert!(
            start.elapsed() < Duration::from_secs(40),
            "kept: {lines:#?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
