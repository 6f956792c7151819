//! Cases that could not be played again alone.

use std::{
    io::Write as _,
    net::{Shutdown, TcpStream},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use wsdraft::Message;

use super::{Server, Socket, cases, stopped};

/// Echoes; answers an empty text with another and nothing of one byte, and stops at a large message.
fn slackening(socket: &mut Socket, _: &mut TcpStream) -> bool {
    loop {
        match socket.recv() {
            Ok(Some(Message::Text(text))) if text.is_empty() => drop(socket.send("else")),
            Ok(Some(Message::Text(text))) if text.len() == 1 => {}
            Ok(Some(Message::Binary(bytes))) if bytes.len() == 1 => {}
            Ok(Some(Message::Binary(bytes))) if bytes.len() > 65_536 => return false,
            Ok(Some(message)) => drop(socket.send(message)),
            Ok(None) | Err(_) => return true,
        }
    }
}

#[test]
fn what_a_server_did_not_do_before_it_stopped_is_not_held_against_it() {
    let (cases, _) = stopped(slackening);
    let verdict = |id: &str| {
        let case = cases.iter().find(|case| case.0 == id);
        &*case.expect(id).1
    };
    assert_eq!(verdict("echo/text/0"), "wrong");
    assert_eq!(verdict("echo/text/1"), "unknown");
}

/// Echoes; ends at a text of one byte, breaks a rule and ends at one of 125, and stops at a large message.
fn breaking(socket: &mut Socket, raw: &mut TcpStream) -> bool {
    loop {
        match socket.recv() {
            Ok(Some(Message::Text(text))) if text.len() == 1 => return true,
            Ok(Some(Message::Text(text))) if text.len() == 125 => {
                // A pong that nobody asked for is passed over, but not its reserved bit.
                let _ = raw.write_all(&[0xca, 0]);
                let _ = raw.shutdown(Shutdown::Both);
                return true;
            }
            Ok(Some(Message::Binary(bytes))) if bytes.len() > 65_536 => return false,
            Ok(Some(message)) => drop(socket.send(message)),
            Ok(None) | Err(_) => return true,
        }
    }
}

#[test]
fn an_end_before_a_server_stopped_is_unknown_and_a_broken_rule_stays_broken() {
    let (cases, _) = stopped(breaking);
    let of = |id: &str| cases.iter().find(|case| case.0 == id).expect(id);
    for id in ["echo/text/1", "echo/text/125"] {
        let (_, verdict, why) = of(id);
        assert_eq!(verdict, "unknown", "{why}");
        assert!(why.contains("Other connections may be the reason"), "{why}");
    }
    let (_, verdict, why) = of("sends/reserved-bits-clear");
    assert_eq!(verdict, "wrong", "{why}");
}

/// Echoes late; the last of several texts is answered with another, and is the last of all.
fn late(socket: &mut Socket, _: &mut TcpStream) -> bool {
    loop {
        match socket.recv() {
            Ok(Some(Message::Text(text))) if text == "fifth" => {
                let _ = socket.send("else");
                return false;
            }
            Ok(Some(message)) => {
                if matches!(&message, Message::Text(text) if text == "first" || text == "third") {
                    thread::sleep(Duration::from_millis(350));
                }
                let _ = socket.send(message);
            }
            Ok(None) | Err(_) => return true,
        }
    }
}

#[test]
fn a_wrong_answer_is_no_silence_when_the_answer_takes_long() {
    let (cases, _) = stopped(late);
    let id = "echo/several-in-one-write";
    let (_, verdict, why) = cases.iter().find(|case| case.0 == id).expect(id);
    assert_eq!(verdict, "wrong", "{why}");
}

/// Messages that the next function has echoed.
static HEARD: AtomicUsize = AtomicUsize::new(0);

/// Echoes, but no text of one byte, and takes its time.
fn slow(socket: &mut Socket, _: &mut TcpStream) -> bool {
    loop {
        match socket.recv() {
            Ok(Some(Message::Text(text))) if text.len() == 1 => {}
            Ok(Some(message)) => {
                HEARD.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(200));
                let _ = socket.send(message);
            }
            Ok(None) | Err(_) => return true,
        }
    }
}

#[test]
fn a_silence_before_a_test_was_interrupted_is_unknown() {
    let url = Server::start(slow, None);
    let test = ["test", "server", &url, "--json", "--timeout", "1"];
    let child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(test)
        .args(["--only", "echo/*", "--jobs", "2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Slower machines get further later.
    for _ in 0..600 {
        if HEARD.load(Ordering::SeqCst) >= 25 {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let cases = cases(&String::from_utf8(output.stdout).unwrap());
    let of = |id: &str| cases.iter().find(|case| case.0 == id).expect(id);
    let (_, verdict, why) = of("echo/text/1");
    assert_eq!(verdict, "unknown", "{why}");
    assert!(why.contains("Other connections may be the reason"), "{why}");
}
