//! The examples, each as a process that a client talks to.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream as BlockingStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, LazyLock, Mutex},
    thread,
    time::{Duration, Instant},
};

use tokio::net::TcpStream;
use wsdraft::{
    Error,
    handshake::Address,
    tokio::{Connector, WebSocket},
};
use wsdraft_tests::sockets::{Spoken, connector, drafts, find};

mod chatting;
mod reconnecting;

/// The folder with the examples, which are built as the README's test command builds them.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--all-features",
            "--examples",
        ])
        .arg("--manifest-path")
        .arg(manifest)
        .status()
        .expect("cargo");
    assert!(built.success());
    let own = std::env::current_exe().expect("this test");
    let folder = own.parent().and_then(Path::parent).expect("a folder");
    folder.join("examples")
});

fn example(name: &str) -> Command {
    let path = FOLDER.join(name);
    Command::new(path.with_extension(std::env::consts::EXE_EXTENSION))
}

/// A server that runs, and what it prints.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    /// Its first address.
    address: Address,
    /// What it printed before that.
    before: String,
    /// What it complains about.
    errors: Arc<Mutex<String>>,
}

impl Running {
    fn start(example: &str) -> Self {
        Self::of(example, self::example(example))
    }

    /// With so many descriptors.
    #[cfg(unix)]
    fn limited(example: &str, descriptors: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            &format!("ulimit -n {descriptors}; exec \"$0\" \"$@\""),
        ]);
        shell.arg(self::example(example).get_program());
        Self::of(example, shell)
    }

    fn of(example: &str, mut command: Command) -> Self {
        let mut child = command
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect(example);
        let (errors, to) = (Arc::default(), child.stderr.take().expect("a pipe"));
        let written: Arc<Mutex<String>> = Arc::clone(&errors);
        thread::spawn(move || {
            for line in BufReader::new(to).lines().map_while(Result::ok) {
                *written.lock().unwrap() += &format!("{line}\n");
            }
        });
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut before = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(
                output.read_line(&mut line).unwrap() > 0,
                "{example}: {before}"
            );
            match line.trim().strip_prefix("listening on ") {
                Some(url) => break url.parse().expect("a URL"),
                None => before += &line,
            }
        };
        Self {
            child,
            output,
            address,
            before,
            errors,
        }
    }

    /// Waits until it has complained about this.
    fn complains(&self, what: &str) {
        let start = Instant::now();
        while !self.errors.lock().unwrap().contains(what) {
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{:?}",
                self.errors
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The next line that it prints.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().into()
    }

    /// Asks it to stop, as a service manager does.
    #[cfg(unix)]
    fn terminate(&self) {
        let process = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &process]).status();
        assert!(killed.expect("kill").success());
    }

    async fn connect(&self, draft: Spoken) -> Client {
        connect(&self.address, &connector(draft))
            .await
            .expect("a connection")
    }

    /// The answer to a request without a body, after which the server closes the connection. The
    /// client leaves its own side open: hyper may drop a request whose client closes that side.
    fn ask(&self, request: &str) -> String {
        let mut stream =
            BlockingStream::connect((self.address.host(), self.address.port())).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Client = WebSocket<TcpStream, Spoken>;

async fn connect(address: &Address, connector: &Connector<Spoken>) -> Result<Client, Error> {
    let stream = TcpStream::connect((address.host(), address.port())).await?;
    connector.connect(stream, address).await
}

async fn echoes(client: &mut Client) {
    let name = client.connection().info().short;
    for text in ["grüße", ""] {
        client.send(text).await.expect(name);
        assert_eq!(
            client.recv().await.expect(name),
            Some(text.into()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn echo_and_the_blocking_client() {
    let server = Running::start("echo");
    let mut client = server.connect(find("rfc6455")).await;
    echoes(&mut client).await;
    assert!(client.close(None, "").await.unwrap().is_clean());
    let output = example("blocking-client")
        .args([&server.address.to_string(), "grüße", "and bye"])
        .output()
        .expect("blocking-client");
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(said, "grüße\nand bye\nclosed, cleanly\n");
    assert!(output.status.success());
}

#[tokio::test]
async fn chat() {
    let server = Running::start("chat");
    let mut clients = Vec::new();
    for at in 0..3 {
        let mut client = server.connect(find("rfc6455")).await;
        // Who is told of its own words has joined.
        let text = format!("joined {at}");
        client.send(&text).await.unwrap();
        while client.recv().await.unwrap() != Some(text.as_str().into()) {}
        clients.push(client);
    }
    let first = &mut clients[0];
    first.ping(b"there?").await.unwrap();
    first.send("hello, all").await.unwrap();
    for client in &mut clients {
        while client.recv().await.unwrap() != Some("hello, all".into()) {}
        assert!(client.close(None, "").await.unwrap().is_clean());
    }
}

#[tokio::test]
async fn axum_server() {
    let mut server = Running::start("axum-server");
    let page = server.ask("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(page.contains("new WebSocket"), "{page}");
    // Neither pages of others nor names of others get in.
    let other = server.ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(other.starts_with("HTTP/1.1 403 "), "{other}");
    let connector = connector(find("rfc6455")).subprotocol("echo");
    let refused = connect(&server.address, &connector).await.unwrap_err();
    assert!(refused.to_string().contains("403"), "{refused}");
    let own = format!("http://{}", server.address.authority());
    let connector = connector.origin(own);
    let mut client = connect(&server.address, &connector).await.unwrap();
    assert_eq!(client.subprotocol(), Some("echo"));
    echoes(&mut client).await;
    client.close(1000, "done").await.unwrap();
    let line = server.line();
    assert!(
        line.starts_with("closed: ") && line.contains("done"),
        "{line}"
    );
}

/// A signal stops the servers that have something to say before they go.
#[cfg(unix)]
#[tokio::test]
async fn a_server_that_stops_closes_its_connections() {
    for example in ["chat", "axum-server"] {
        let mut server = Running::start(example);
        let own = format!("http://{}", server.address.authority());
        let connector = connector(find("rfc6455")).origin(own);
        let mut client = connect(&server.address, &connector).await.expect(example);
        echoes(&mut client).await;
        server.terminate();
        assert_eq!(client.recv().await.expect(example), None);
        let close = client.connection().peer_close().expect("a close frame");
        assert_eq!(close.code, Some(1001), "{example}");
        while server.line() != "stopped: 1 of 1 connections closed cleanly" {}
        assert!(server.child.wait().expect(example).success());
    }
}

#[tokio::test]
async fn hyper_server() {
    let mut server = Running::start("hyper-server");
    let answer = server.ask("GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    for name in ["hixie-76", "hybi-04", "rfc6455"] {
        let mut client = server.connect(find(name)).await;
        echoes(&mut client).await;
        client.close(1000, "").await.unwrap();
        // Of drafts that look alike, the server takes the newest.
        let line = server.line();
        assert!(line.ends_with(": closed"), "{line}");
    }
}

/// Out of descriptors, an example waits for some, and goes on.
#[cfg(unix)]
#[tokio::test]
async fn no_example_ends_for_lack_of_descriptors() {
    for example in [
        "echo",
        "chat",
        "dialect",
        "hyper-server",
        "axum-server",
        "every-draft",
    ] {
        let server = Running::limited(example, 64);
        let address = (server.address.host(), server.address.port());
        let held: Vec<_> = (0..90)
            .map(|_| BlockingStream::connect(address).unwrap())
            .collect();
        server.complains("oo many open files");
        drop(held);
        let own = format!("http://{}", server.address.authority());
        let connector = connector(find("rfc6455"))
            .origin(own)
            .field("X-Meter", "A-17");
        let mut client = connect(&server.address, &connector).await.expect(example);
        client.send("there?").await.expect(example);
        assert_eq!(
            client.recv().await.expect(example),
            Some("there?".into()),
            "{example}"
        );
    }
}

#[tokio::test]
async fn every_draft() {
    let mut server = Running::start("every-draft");
    let own: Vec<(String, Address)> = server
        .before
        .lines()
        .map(|line| line.split_once(" on ").expect("a draft's port"))
        .map(|(draft, url)| (draft.into(), url.parse().expect("a URL")))
        .collect();
    assert_eq!(own.len(), drafts().count());
    for (name, address) in own {
        let draft = find(&name);
        let mut client = connect(&address, &connector(draft)).await.expect(&name);
        echoes(&mut client).await;
        client.close(1000, "").await.expect(&name);
        let line = server.line();
        assert_eq!(line, format!("{name} for / from http://client.example"));
        if draft.info().undetectable {
            continue;
        }
        let mut client = server.connect(draft).await;
        echoes(&mut client).await;
        client.close(1000, "").await.expect(&name);
        let line = server.line();
        assert!(
            line.ends_with(" for / from http://client.example"),
            "{line}"
        );
    }
    let answer = server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(answer.ends_with("in any draft.\n"), "{answer}");
}

#[tokio::test]
async fn dialect() {
    let mut server = Running::start("dialect");
    let meter = connector(find("rfc6455")).field("X-Meter", "A-17");
    let mut client = connect(&server.address, &meter).await.unwrap();
    echoes(&mut client).await;
    client.close(4001, "").await.unwrap();
    assert_eq!(server.line(), "the meter sleeps");

    let request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    let answer = server.ask(&format!("{request}\r\n"));
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    assert!(answer.contains("The meter's manual, chapter 2"), "{answer}");
    let line = server.line();
    assert!(
        line.starts_with("no meter: A meter must identify itself."),
        "{line}"
    );
    let answer = server.ask(&format!("{request}X-Meter: A 17\r\n\r\n"));
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert_eq!(server.line(), "broken: meter-valid");
}

/// A meter itself sends frames that are not masked.
#[tokio::test]
async fn dialect_without_masks() {
    let server = Running::start("dialect");
    let mut stream =
        BlockingStream::connect((server.address.host(), server.address.port())).unwrap();
    let request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        X-Meter: 1\r\n\r\n\u{1}\u{2}42";
    let frame = request.len() - 4;
    let mut bytes = request.as_bytes().to_vec();
    bytes[frame] = 0x81;
    stream.write_all(&bytes).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n\x81\x0242") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
}
