//! What `serve` does with messages.

use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use wsdraft::{
    Draft, Message,
    blocking::{Connector, WebSocket},
    handshake::Address,
};

use crate::common::{folder, run, server::Server};

/// A draft by its short name.
pub(super) fn draft(short: &str) -> &'static dyn Draft {
    let mut all = wsdraft::drafts::ALL.iter().copied();
    all.find(|draft| draft.info().short == short).unwrap()
}

/// A connection to this path, in this draft.
pub(super) fn open(
    server: &Server,
    path: &str,
    short: &str,
) -> WebSocket<TcpStream, &'static dyn Draft> {
    let address: Address = format!("ws://{}{path}", server.address).parse().unwrap();
    // Old drafts demand an origin.
    let origin = format!("http://{}", server.address);
    let connector = Connector::new(draft(short)).origin(origin);
    connector.connect_blocking(server.dial(), &address).unwrap()
}

/// Drafts with all kinds of frames: delimited, with the fields of hybi-04, and of today.
pub(super) const DRAFTS: [&str; 5] = ["hixie-75", "hixie-76", "hybi-04", "hybi-08", "rfc6455"];

fn text(text: &str) -> Option<Message> {
    Some(Message::text(text))
}

/// Waits until so many connections are open.
fn all_are_in(server: &Server, count: usize) {
    let start = Instant::now();
    let is_open = |line: &&String| line.contains(": open, ");
    while server.lines().iter().filter(is_open).count() < count {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
    // They are in the room right after they are in the log.
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn broadcasts_reach_all_others_in_every_draft() {
    let server = Server::serve(&["--broadcast"]);
    let mut all: Vec<_> = DRAFTS.iter().map(|one| open(&server, "/", one)).collect();
    all_are_in(&server, DRAFTS.len());
    for from in 0..all.len() {
        let message = format!("from {from}");
        all[from].send(&*message).unwrap();
        for (to, socket) in all.iter_mut().enumerate() {
            if to != from {
                assert_eq!(socket.recv().unwrap(), text(&message), "{from} {to}");
            }
        }
    }
}

/// Whoever reads nothing is closed, holds nobody else up, and no memory.
#[test]
fn who_is_too_slow_for_broadcasts_is_closed() {
    let server = Server::serve(&["--broadcast"]);
    let _slow = open(&server, "/slow", "rfc6455");
    let mut quick = open(&server, "/quick", "rfc6455");
    let mut sender = open(&server, "/sender", "hybi-08");
    all_are_in(&server, 3);
    let message = "x".repeat(100_000);
    for _ in 0..200 {
        sender.send(&*message).unwrap();
        assert_eq!(quick.recv().unwrap(), text(&message));
    }
    let line = server.logs("reads too slowly");
    assert!(line.contains("closed with 1013"), "{line}");
    #[cfg(target_os = "linux")]
    assert!(crate::common::peak(server.id()) < 100 << 20);
}

#[test]
fn a_file_answers_each_message() {
    let folder = folder("serve-reply");
    let (words, bytes) = (folder.join("words"), folder.join("bytes"));
    fs::write(&words, "grüße\n").unwrap();
    fs::write(&bytes, [0, 255]).unwrap();
    let server = Server::serve(&["--reply", words.to_str().unwrap()]);
    for one in DRAFTS {
        let mut socket = open(&server, "/", one);
        for _ in 0..2 {
            socket.send("what?").unwrap();
            assert_eq!(socket.recv().unwrap(), text("grüße\n"), "{one}");
        }
    }
    let server = Server::serve(&["--reply", bytes.to_str().unwrap()]);
    let mut socket = open(&server, "/", "rfc6455");
    socket.send("what?").unwrap();
    assert_eq!(socket.recv().unwrap(), Some(Message::binary(vec![0, 255])));
}

#[test]
fn the_modes_exclude_one_another() {
    for two in [["--echo", "--broadcast"], ["--fault=list", "--echo"]] {
        let output = run(&["serve", two[0], two[1]], b"");
        assert_eq!(output.status.code(), Some(2));
    }
    for one in [
        ["--reply", "/none"],
        ["--dir", "/none"],
        ["--script", "/none"],
    ] {
        let output = run(&["serve", one[0], one[1]], b"");
        assert_eq!(output.status.code(), Some(2), "{one:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("/none"), "{said}");
    }
}

/// A signal closes connections with the code for that, in drafts that have one; a second one ends
/// the server at once.
#[test]
fn a_signal_says_goodbye() {
    let server = Server::serve(&["--exec", "trap '' TERM; while :; do sleep 1; done"]);
    let signal = || {
        let told = Command::new("kill").arg(server.id().to_string()).status();
        assert!(told.unwrap().success());
    };
    let mut today = open(&server, "/", "rfc6455");
    let mut old = open(&server, "/", "hixie-76");
    server.logs("started");
    let mut stuck = open(&server, "/stuck", "rfc6455");
    let mut gone = stuck.stream().try_clone().unwrap();
    server.logs("/stuck");
    signal();
    assert_eq!(today.recv().unwrap(), None);
    assert_eq!(today.ended().unwrap().code, Some(1001));
    assert_eq!(old.recv().unwrap(), None);
    let start = Instant::now();
    signal();
    while gone.write_all(b"\x89\x80\0\0\0\0").is_ok() {
        assert!(start.elapsed() < Duration::from_secs(3), "still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = stuck.recv();
}
