//! Runs the programs against each other, as processes: each port against its original and against
//! itself, in every role.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const CHATS: [&str; 2] = [
    env!("CARGO_BIN_EXE_chat_original"),
    env!("CARGO_BIN_EXE_chat_port"),
];
const CLIENTS: [&str; 2] = [
    env!("CARGO_BIN_EXE_reconnect_original"),
    env!("CARGO_BIN_EXE_reconnect_port"),
];
const SPLITS: [&str; 2] = [
    env!("CARGO_BIN_EXE_split_original"),
    env!("CARGO_BIN_EXE_split_port"),
];
const PROXY: &str = env!("CARGO_BIN_EXE_connect_proxy");

/// A program that runs, and what it has printed.
struct Program {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        pass_on(child.stdout.take().unwrap(), sender.clone());
        pass_on(child.stderr.take().unwrap(), sender);
        Self {
            child,
            lines,
            seen: vec![format!("{program} {arguments:?}")],
        }
    }

    /// Waits until the program has printed a line with this text in it, and returns the line.
    fn prints(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(line) = self.seen[1..].iter().find(|line| line.contains(text)) {
                return line.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.seen.push(line),
                Err(error) => panic!("{text:?} is missing ({error}): {:#?}", self.seen),
            }
        }
    }

    /// The address on which the program says that it listens.
    fn address(&mut self) -> String {
        let line = self.prints("listening on ");
        let (_, url) = line.split_once("//").unwrap();
        url.split('/').next().unwrap().to_owned()
    }

    /// Waits for the end, and returns whether the program succeeded.
    fn succeeds(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.seen.extend(self.lines.iter());
                return status.success();
            }
            assert!(Instant::now() < deadline, "does not end: {:#?}", self.seen);
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pass_on(output: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        let printed = BufReader::new(output).lines().map_while(Result::ok);
        let _ = printed.map(|line| lines.send(line)).find(Result::is_err);
    });
}

/// A chat, and the URL of a room in it.
fn chat(program: &str) -> (Program, String) {
    let mut chat = Program::start(program, &["127.0.0.1:0"]);
    let url = format!("ws://{}/rooms/lobby", chat.address());
    (chat, url)
}

/// A proxy, and its URL.
fn proxy() -> (Program, String) {
    let mut proxy = Program::start(PROXY, &["127.0.0.1:0"]);
    let url = format!("http://{}", proxy.address());
    (proxy, url)
}

#[test]
fn a_chat_asks_for_a_token() {
    for program in CHATS {
        let (mut chat, _) = chat(program);
        let address = chat.address();
        let expected = [
            ("", "401"),
            ("?token=ada-secret", "101"),
            ("?token=wrong", "401"),
        ];
        for (query, status) in expected {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let request = format!(
                "GET /rooms/lobby{query} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
                 Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).unwrap();
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line).unwrap();
            assert_eq!(
                line.split(' ').nth(1),
                Some(status),
                "{program} {query}: {line}"
            );
        }
    }
}

#[test]
fn a_client_gives_up_when_it_is_refused() {
    let (_proxy, proxy) = proxy();
    for program in CHATS {
        let (_chat, url) = chat(program);
        for client in CLIENTS {
            let mut client = Program::start(client, &[&url, "wrong", &proxy]);
            client.prints("401");
            assert!(!client.succeeds(), "{:#?}", client.seen);
        }
    }
}

#[test]
fn clients_talk_until_the_server_stops() {
    let (_proxy, proxy) = proxy();
    for program in CHATS {
        for (first, second) in [(CLIENTS[0], CLIENTS[1]), (CLIENTS[1], CLIENTS[0])] {
            let (mut chat, url) = chat(program);
            let arguments = [&url, "ada-secret", &proxy, "/name countess", "1"];
            let mut ada = Program::start(first, &arguments);
            ada.prints("* ada is now countess");
            let arguments = [&url, "grace-secret", &proxy, "hello from grace", "1"];
            let mut grace = Program::start(second, &arguments);
            for client in [&mut ada, &mut grace] {
                client.prints("* grace is here");
                client.prints("grace: hello from grace");
            }
            chat.terminate();
            assert!(chat.succeeds(), "{:#?}", chat.seen);
            for client in [&mut ada, &mut grace] {
                client.prints("closed: 1001 the server stops");
                client.prints("the server has closed the connection");
                assert!(client.succeeds(), "{:#?}", client.seen);
            }
        }
    }
}

#[test]
fn halves_exchange_numbers() {
    for server in SPLITS {
        for client in SPLITS {
            let mut listens = Program::start(server, &["listen", "127.0.0.1:0"]);
            let url = format!("ws://{}/", listens.address());
            let mut connects = Program::start(client, &["connect", &url]);
            for side in [&mut listens, &mut connects] {
                side.prints("received 9");
                side.prints("Received { numbers: 10, pongs: ");
                side.prints("closed: 1000 done");
                assert!(side.succeeds(), "{:#?}", side.seen);
            }
        }
    }
}

/// Lines of code, without comments and blank lines. CI checks that all are formatted.
fn lines(program: &str) -> usize {
    let lines = program.lines().map(str::trim_start);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

#[test]
fn no_port_is_longer_than_its_original() {
    macro_rules! pair {
        ($name:literal) => {
            (
                $name,
                include_str!(concat!("../src/bin/", $name, "_original.rs")),
                include_str!(concat!("../src/bin/", $name, "_port.rs")),
            )
        };
    }
    for (name, original, port) in [pair!("chat"), pair!("reconnect"), pair!("split")] {
        let (original, port) = (lines(original), lines(port));
        println!("{name}: {original} lines, and {port} in the port");
        assert!(
            port <= original,
            "{name}: {port} lines instead of {original}"
        );
    }
}
