//! `serve --exec`: a program for each connection.

use std::time::{Duration, Instant};

use wsdraft::Message;

use super::modes::{DRAFTS, open};
use crate::common::server::Server;

fn text(text: &str) -> Option<Message> {
    Some(Message::text(text))
}

/// Waits until no process has this in its command line.
#[cfg(target_os = "linux")]
fn is_gone(what: &str) {
    let start = Instant::now();
    let runs = || {
        std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.contains(what) && !line.contains("--exec")
        })
    };
    while runs() {
        assert!(start.elapsed() < Duration::from_secs(15), "{what} runs on");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn messages_are_lines_in_every_draft() {
    let server = Server::serve(&[
        "--exec",
        "while read -r line; do printf '<%s>\\n' \"$line\"; done",
    ]);
    for one in DRAFTS {
        let mut socket = open(&server, "/", one);
        for message in ["a b", "", "grüße \\n $HOME `x`"] {
            socket.send(message).unwrap();
            let answer = format!("<{message}>");
            assert_eq!(socket.recv().unwrap(), text(&answer), "{one}");
        }
    }
}

#[test]
fn a_program_learns_of_its_connection() {
    let shown = "echo \"$REMOTE_ADDR $PATH_INFO $QUERY_STRING $REQUEST_METHOD $WEBSOCKET_DRAFT\"; \
        echo \"$HTTP_HOST $SERVER_PORT ${HTTP_PROXY-none}\"; printf 'no end'";
    let server = Server::serve(&["--exec", shown]);
    let mut socket = open(&server, "/a%20b?c=d&e", "rfc6455");
    assert_eq!(
        socket.recv().unwrap(),
        text("127.0.0.1 /a b c=d&e GET rfc6455")
    );
    let second = format!("{} {} none", server.address, server.port());
    assert_eq!(socket.recv().unwrap(), text(&second));
    assert_eq!(socket.recv().unwrap(), text("no end"));
    assert_eq!(socket.recv().unwrap(), None);
}

/// What a program takes for its own settings no client sets.
#[test]
fn a_header_field_is_no_setting() {
    use std::io::{Read as _, Write as _};
    let server = Server::serve(&["--exec", "echo \"${HTTP_PROXY-none} $HTTP_X_A_B\""]);
    let mut stream = server.dial();
    let request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Proxy: http://evil.example\r\nX-A-B: one\r\nX_A_B: forged\r\nX-A-B: two\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut said = [0; 1024];
    let start = Instant::now();
    let mut all = String::new();
    while !all.contains("one, two") {
        let count = stream.read(&mut said).unwrap();
        assert!(
            count > 0 && start.elapsed() < Duration::from_secs(20),
            "{all}"
        );
        all += &String::from_utf8_lossy(&said[..count]);
    }
    assert!(all.contains("none one, two"), "{all}");
}

#[test]
fn the_exit_status_decides_the_code() {
    let server = Server::serve(&["--exec", "read -r status; echo bye; exit $status"]);
    for (status, code) in [("0", 1000), ("3", 1011)] {
        let mut socket = open(&server, "/", "rfc6455");
        socket.send(status).unwrap();
        assert_eq!(socket.recv().unwrap(), text("bye"));
        assert_eq!(socket.recv().unwrap(), None);
        assert_eq!(socket.ended().unwrap().code, Some(code));
        server.logs(&format!("exit status: {status}"));
    }
    // In a draft without codes, it just closes.
    let mut socket = open(&server, "/", "hixie-76");
    socket.send("3").unwrap();
    assert_eq!(socket.recv().unwrap(), text("bye"));
    assert_eq!(socket.recv().unwrap(), None);
}

#[test]
fn what_is_no_line_is_refused() {
    let server = Server::serve(&["--exec", "cat"]);
    for message in [
        Message::text("a\nb"),
        Message::text("a\rb"),
        Message::text("a\0b"),
        Message::binary(vec![1]),
    ] {
        let mut socket = open(&server, "/", "rfc6455");
        socket.send(message).unwrap();
        assert_eq!(socket.recv().unwrap(), None);
        assert_eq!(socket.ended().unwrap().code, Some(1008));
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_long_lines_refused() {
    let script = "printf 'a\\377b\\r\\n'; head -c 100000 /dev/zero | tr '\\0' x; sleep 20";
    let server = Server::serve(&["--max-message", "5000", "--exec", script]);
    let mut socket = open(&server, "/", "rfc6455");
    assert_eq!(socket.recv().unwrap(), text("a\u{fffd}b"));
    assert_eq!(socket.recv().unwrap(), None);
    assert_eq!(socket.ended().unwrap().code, Some(1011));
}

/// The standard error of a program is no way to a terminal.
#[test]
fn errors_are_logged_and_harmless() {
    let server = Server::serve(&["--exec", "printf 'oh \\033[2J no\\n' >&2; cat"]);
    let mut socket = open(&server, "/", "rfc6455");
    let line = server.logs("stderr: ");
    assert!(line.contains("oh \\u{1b}[2J no"), "{line}");
    socket.send("still there").unwrap();
    assert_eq!(socket.recv().unwrap(), text("still there"));
}

/// Programs end with their connections: by the end of their input, or else by force, with all that
/// they started.
#[cfg(target_os = "linux")]
#[test]
fn programs_end_with_their_connections() {
    let server = Server::serve(&[
        "--exec",
        "trap '' TERM; sleep 4711 | sleep 4711; sleep 4711",
    ]);
    drop(open(&server, "/", "rfc6455"));
    server.logs("SIGKILL");
    is_gone("sleep\x004711");
    let server = Server::serve(&["--exec", "cat >/dev/null; echo done >&2"]);
    drop(open(&server, "/", "rfc6455"));
    server.logs("stderr: done");
    server.logs("exit status: 0");
}

/// Each waits for the other, and memory stays where it is.
#[cfg(target_os = "linux")]
#[test]
fn neither_end_gets_ahead_of_the_other() {
    let server = Server::serve(&["--exec", "yes 0123456789"]);
    let mut socket = open(&server, "/", "rfc6455");
    std::thread::sleep(Duration::from_secs(1));
    for _ in 0..1000 {
        assert_eq!(socket.recv().unwrap(), text("0123456789"));
    }
    assert!(crate::common::peak(server.id()) < 80 << 20);
}

/// No page of somebody else starts programs.
#[test]
fn other_origins_start_nothing() {
    let server = Server::serve(&["--exec", "cat"]);
    let from = |origin: &str| {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
            Origin: {origin}\r\n\r\n"
        );
        server.ask(request.as_bytes()).1
    };
    assert_eq!(from("https://evil.example"), "HTTP/1.1 403");
    assert_eq!(from("http://127.0.0.1"), "HTTP/1.1 101");
}

#[test]
fn so_many_programs_run_at_a_time() {
    let server = Server::serve(&["--max-connections", "1", "--exec", "cat"]);
    let _first = open(&server, "/", "rfc6455");
    let (_, status) = server.ask(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert_eq!(status, "HTTP/1.1 503");
}

/// Programs that do not want to end do not outlive the server, whatever the client does, and however
/// soon the server has to go.
#[cfg(target_os = "linux")]
#[test]
fn programs_end_with_the_server() {
    for (seconds, signals) in [("4713", 1), ("4714", 2)] {
        let script = format!("trap '' TERM; echo up; sleep {seconds}; sleep {seconds}; true");
        let server = Server::serve(&["--exec", &script]);
        // It takes nothing, and does not answer the close frame.
        let request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
            Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Version: 13\r\n\r\n";
        let (_client, status) = server.ask(request.as_bytes());
        assert_eq!(status, "HTTP/1.1 101");
        server.logs("started");
        std::thread::sleep(Duration::from_millis(300));
        for _ in 0..signals {
            let id = server.id().to_string();
            let told = std::process::Command::new("kill").arg(id).status();
            assert!(told.unwrap().success());
            std::thread::sleep(Duration::from_millis(100));
        }
        is_gone(&format!("sleep\x00{seconds}"));
    }
}

/// What waits of long lines, in either direction, counts for the memory of all connections.
#[cfg(target_os = "linux")]
#[test]
fn long_lines_share_the_memory() {
    let endless = "head -c 15000000 /dev/zero; sleep 15";
    let server = Server::serve(&["--memory", "16M", "--exec", endless]);
    let sockets: Vec<_> = (0..12).map(|_| open(&server, "/", "rfc6455")).collect();
    server.logs("1013 (try-again-later)");
    std::thread::sleep(Duration::from_secs(1));
    let peak = crate::common::peak(server.id());
    assert!(peak < 110 << 20, "{peak}");
    drop(sockets);
    let server = Server::serve(&["--memory", "32M", "--exec", "cat"]);
    let mut sockets = Vec::new();
    for _ in 0..12 {
        let mut socket = open(&server, "/", "rfc6455");
        // It reads nothing of the answer.
        let _ = socket.send(Message::text("x".repeat(6_000_000)));
        sockets.push(socket);
    }
    server.logs("1013 (try-again-later)");
    let peak = crate::common::peak(server.id());
    assert!(peak < 150 << 20, "{peak}");
}
