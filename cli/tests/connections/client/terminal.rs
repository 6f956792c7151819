//! A session on a terminal.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use nix::{
    pty::{Winsize, openpty},
    sys::termios::{LocalFlags, tcgetattr},
};

use crate::common::{
    harmless::EVIL,
    peer::{opened, serve},
    server::Server,
};

mod vt;

const PATIENCE: Duration = Duration::from_secs(30);

/// A person at a terminal in which the command runs.
struct Person {
    child: Child,
    keyboard: File,
    shown: Arc<Mutex<Vec<u8>>>,
    /// Bytes that have been looked at.
    seen: usize,
}

impl Person {
    fn start(arguments: &[&str]) -> Self {
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = openpty(&size, None).unwrap();
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        let child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(arguments)
            .env("TERM", "xterm")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        let keyboard = File::from(pty.master);
        let mut screen = keyboard.try_clone().unwrap();
        let shown = Arc::<Mutex<Vec<u8>>>::default();
        let sees = Arc::clone(&shown);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = screen.read(&mut buffer) {
                if length == 0 {
                    return;
                }
                sees.lock().unwrap().extend_from_slice(&buffer[..length]);
            }
        });
        Self {
            child,
            keyboard,
            shown,
            seen: 0,
        }
    }

    fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// What is shown from what was last looked at up to this text.
    fn sees(&mut self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let all = self.shown.lock().unwrap().clone();
            let new = &all[self.seen..];
            let mut places = new.windows(text.len());
            if let Some(at) = places.position(|window| window == text.as_bytes()) {
                let end = at + text.len();
                self.seen += end;
                return String::from_utf8_lossy(&new[..end]).into_owned();
            }
            let new = String::from_utf8_lossy(new);
            assert!(start.elapsed() < PATIENCE, "no {text:?} in {new:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end; the terminal is as it was.
    fn ends(mut self) -> (ExitStatus, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it goes on");
            thread::sleep(Duration::from_millis(10));
        };
        let flags = tcgetattr(&self.keyboard).unwrap().local_flags;
        assert!(flags.contains(LocalFlags::ECHO | LocalFlags::ICANON));
        thread::sleep(Duration::from_millis(50));
        let all = self.shown.lock().unwrap().clone();
        let shown = String::from_utf8_lossy(&all);
        assert!(shown.rfind("\u{1b}[?2004l") >= shown.rfind("\u{1b}[?2004h"));
        (
            status,
            String::from_utf8_lossy(&all[self.seen..]).into_owned(),
        )
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn lines_are_sent_and_commands_obeyed() {
    let server = Server::serve(&[]);
    let url = format!("ws://{}/", server.address);
    let mut person = Person::start(&["connect", &url]);
    person.types("hello\r");
    let shown = person.sees("< hello");
    let stamp = shown.split(" < hello").next().unwrap();
    let stamp = &stamp[stamp.len() - "12:34:56.789Z".len()..];
    assert!(
        stamp.ends_with('Z') && stamp.matches(':').count() == 2,
        "{shown:?}"
    );
    person.types("/ping x\r");
    person.sees("< pong: 78 (\"x\")");
    person.types("/binary 00 ff\r");
    person.sees("< binary: 00ff");
    person.types("//ping\r");
    person.sees("< /ping");
    person.types("/nothing\r");
    person.sees("no command /nothing: /help lists them");
    person.types("/help\r");
    person.sees("/close [CODE [REASON]]");
    // The line before the last but one, once more.
    person.types("\u{1b}[A\u{1b}[A\u{1b}[A\r");
    person.sees("< /ping");
    // A code that no endpoint may send does not end the session.
    person.types("/close 1006\r");
    person.sees("close code 1006 may not be sent");
    person.types("still here\r");
    person.sees("< still here");
    person.types("/close 1000 bye\r");
    let (status, shown) = person.ends();
    assert!(status.success(), "{shown:?}");
}

#[test]
fn all_lines_that_are_pasted_are_sent() {
    let server = Server::serve(&[]);
    let url = format!("ws://{}/", server.address);
    let mut person = Person::start(&["connect", &url]);
    // This is how a terminal is asked to say what is pasted.
    person.sees("\u{1b}[?2004h");
    person.types("\u{1b}[200~one\rtwo\r/ping x\r\r/nothing\rlast\u{1b}[201~\r");
    for seen in ["< one", "< two", "< pong: 78", "< last"] {
        person.sees(seen);
    }
    // What is not UTF-8 does not end the session.
    person.keyboard.write_all(b"\xe9\r").unwrap();
    person.sees("not UTF-8");
    person.types("still here\r");
    person.sees("< still here");
    person.types("\u{1b}[200~/close 1000 bye\rnever\u{1b}[201~\r");
    let (status, shown) = person.ends();
    assert!(status.success(), "{shown:?}");
    assert!(!shown.contains("< never"), "{shown:?}");
}

#[test]
fn the_help_says_what_goes_to_all_channels() {
    let server = Server::serve(&["--extensions", "mux"]);
    let url = format!("ws://{}/", server.address);
    for (more, is_said) in [
        (&["--extensions", "mux", "--channels", "2"][..], true),
        (&[], false),
    ] {
        let mut person = Person::start(&[&["connect", &url][..], more].concat());
        person.types("/help\r");
        person.sees("/close [CODE [REASON]]");
        if is_said {
            person.sees("All channels get what is sent");
        }
        person.types("/close\r");
        let (status, shown) = person.ends();
        assert!(status.success(), "{shown:?}");
        assert!(!shown.contains("All channels get"), "{shown:?}");
    }
}

#[test]
fn a_message_does_not_destroy_the_line_that_is_typed() {
    let (url, served) = serve(|mut stream| {
        let mut server = opened(&mut stream);
        let say = |server: &mut wsdraft::Connection<_>, stream: &mut TcpStream, text: &str| {
            server.text(text).unwrap();
            let output = server.output().to_vec();
            stream.write_all(&output).unwrap();
            server.sent(output.len());
        };
        // Once the person has begun to type.
        thread::sleep(Duration::from_millis(700));
        say(&mut server, &mut stream, "news");
        say(&mut server, &mut stream, EVIL);
        let mut byte = [0];
        loop {
            assert_eq!(stream.read(&mut byte).unwrap(), 1);
            server.feed(&byte);
            match server.receive() {
                Ok(Some(wsdraft::Event::Text(text))) => break text.to_owned(),
                other => assert!(other.is_ok()),
            }
        }
    });
    let mut person = Person::start(&["connect", &url]);
    person.sees("open, rfc6455");
    person.types("typ");
    person.sees("< news");
    person.sees("u{2066}");
    thread::sleep(Duration::from_millis(100));
    let rows = vt::seen(&person.shown.lock().unwrap());
    let at = rows.iter().position(|row| row.ends_with(" < news"));
    let at = at.unwrap_or_else(|| panic!("{rows:#?}"));
    assert_eq!(rows[at - 1], "open, rfc6455");
    assert!(rows[at + 1].contains("< \\u{1b}]0;"), "{rows:#?}");
    assert_eq!(rows[at + 2..], ["> typ"], "{rows:#?}");
    person.types("ed\r");
    assert_eq!(served.join().unwrap(), "typed");
    person.sees("no close frame came");
    let (status, _) = person.ends();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn keys_that_end_a_session_close_it_cleanly() {
    for key in ["\u{3}", "\u{4}", "/quit\r"] {
        let (url, served) = serve(|mut stream| {
            let mut server = opened(&mut stream);
            let mut byte = [0];
            while stream.read(&mut byte).unwrap() > 0 {
                server.feed(&byte);
                let close = match server.receive().unwrap() {
                    Some(wsdraft::Event::Close(close)) => Some(close.code),
                    _ => None,
                };
                if close.is_some() {
                    stream.write_all(server.output()).unwrap();
                    return close;
                }
            }
            None
        });
        let mut person = Person::start(&["connect", &url]);
        person.sees("open, rfc6455");
        person.types(key);
        let (status, shown) = person.ends();
        assert!(status.success(), "{key:?}: {shown:?}");
        assert_eq!(served.join().unwrap(), Some(Some(1000)), "{key:?}");
    }
}

#[test]
fn a_session_that_connects_again_can_be_left() {
    let mut person = Person::start(&["connect", "ws://127.0.0.1:1/", "--reconnect"]);
    person.sees("Connection refused");
    person.types("\u{3}");
    let (status, shown) = person.ends();
    assert!(status.success(), "{shown:?}");
}
