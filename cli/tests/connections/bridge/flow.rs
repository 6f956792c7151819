//! That an endpoint which does not read stops the one that writes, and what the bridge holds.

use std::{
    io::ErrorKind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{Socket, bridge, connect, find, newest, upstream};

const MIB: usize = 1 << 20;
/// More than the system and the bridge may hold of one connection.
const MUCH: usize = 64 * MIB;

/// Writes until nothing more is taken for a while; how many bytes were.
fn fill(socket: &mut Socket, message: &str) -> usize {
    let (mut sent, start) = (0, Instant::now());
    loop {
        match socket.send(message) {
            Ok(()) => sent += message.len(),
            Err(error) => {
                let text = error.to_string();
                let timed_out = matches!(
                    error,
                    wsdraft::Error::Io(error)
                        if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
                );
                assert!(timed_out, "{text}");
                return sent;
            }
        }
        assert!(sent < MUCH, "{sent} bytes in {:?}", start.elapsed());
    }
}

#[test]
fn a_client_that_does_not_read_stops_the_server() {
    let (url, sent) = upstream(newest(), |mut socket| {
        let patience = Some(Duration::from_millis(500));
        socket.stream().set_write_timeout(patience).unwrap();
        fill(&mut socket, &"x".repeat(16 << 10))
    });
    let server = bridge(&url, &[]);
    for short in ["hixie-76", "rfc6455"] {
        let client = connect(&server, find(short));
        let sent = sent.recv().unwrap();
        assert!(sent < MUCH, "{sent} bytes wait for {short}");
        #[cfg(target_os = "linux")]
        assert!(crate::common::peak(server.id()) < 48 * MIB);
        drop(client);
    }
}

#[test]
fn a_server_that_does_not_read_stops_the_client() {
    let reads = Arc::new(AtomicBool::new(false));
    let may_read = Arc::clone(&reads);
    let (url, counted) = upstream(newest(), move |mut socket| {
        while !may_read.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        let mut bytes = 0;
        while let Ok(Some(message)) = socket.recv() {
            bytes += message.len();
        }
        bytes
    });
    let server = bridge(&url, &[]);
    // The program itself takes as much as its pages that are read.
    #[cfg(target_os = "linux")]
    let before = crate::common::peak(server.id());
    for short in ["hixie-76", "rfc6455"] {
        reads.store(false, Ordering::Relaxed);
        let mut client = connect(&server, find(short));
        client
            .stream()
            .set_write_timeout(Some(Duration::from_millis(500)))
            .unwrap();
        let sent = fill(&mut client, &"x".repeat(16 << 10));
        #[cfg(target_os = "linux")]
        {
            let grown = crate::common::peak(server.id()) - before;
            assert!(grown < 12 * MIB, "{grown} bytes while {sent} wait");
        }
        // Nothing is lost of what was taken.
        reads.store(true, Ordering::Relaxed);
        client.stream().set_write_timeout(None).unwrap();
        client.flush().unwrap();
        client.close(None, "").unwrap();
        assert!(counted.recv().unwrap() >= sent);
    }
}
