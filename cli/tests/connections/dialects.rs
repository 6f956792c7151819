//! Extensions by name: the same names in every command, and which dialect was agreed.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

mod common;

fn run(arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let output = common::run(arguments, input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Every built-in extension that can be spoken in the newest draft.
fn spoken() -> impl Iterator<Item = &'static wsdraft::extension::ExtensionInfo> {
    let draft = wsdraft::Draft::info(&wsdraft::drafts::rfc6455::Draft);
    let known = wsdraft::extensions::ALL.iter().copied();
    known.filter(move |info| info.runs() && info.fits(draft))
}

fn request(extensions: &str) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Extensions: {extensions}\r\n\r\n"
    )
    .into_bytes()
}

/// A server of the command, with the port that it listens on.
struct Server(Child, u16, BufReader<std::process::ChildStderr>);

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self(child, port, log)
    }

    /// The first line of the log with this text.
    fn logged(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.2.read_line(&mut line).unwrap() > 0, "no {text:?}");
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_names_of_dialects_are_the_same_everywhere() {
    for info in spoken() {
        let (name, token) = (info.short, info.tokens[0]);
        // An element that the dialect takes: what it offers itself.
        let ours = wsdraft::extension::Extensions::named(name, &[info]).unwrap();
        let draft = wsdraft::Draft::info(&wsdraft::drafts::rfc6455::Draft);
        let Some(offer) = ours.offer(draft) else {
            continue;
        };
        let answered = ours.answer(draft, &offer);
        let header = answered.header().expect("an answer");
        let parameters = header.strip_prefix(token).expect("the token");
        let (status, out, told) = run(
            &[
                "inspect",
                "--draft",
                "rfc6455",
                "--from",
                "server",
                "--hex",
                "8100",
                "--extensions",
                &format!("{name}{parameters}"),
            ],
            b"",
        );
        // What compresses every frame has none without a payload; that it was taken counts.
        assert_ne!(status, Some(2), "{name}: {out}{told}");
        let (_, checked, told) = run(
            &["--json", "handshake", "-", "--extensions", name],
            &request(&offer),
        );
        let checked: Value = serde_json::from_str(&checked).expect(&told);
        assert_eq!(checked["agreed"][0]["dialect"], name, "{checked:#}");
        assert_eq!(checked["agreed"][0]["token"], token);
        assert_eq!(checked["agreed"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_dialect_that_is_named_is_the_one_that_frames_are_held_to() {
    // RSV1 is claimed by the dialect's extension: its frames are good.
    let dialects = spoken().filter(|info| info.tokens[0] != info.short && info.method.is_none());
    let mut seen = 0;
    for info in
        dialects.filter(|info| info.transform == wsdraft::extension::Transform::DeflateMessages)
    {
        let frames = "c107f248cdc9c90700";
        let arguments = [
            "inspect",
            "--draft",
            "rfc6455",
            "--from",
            "server",
            "--hex",
            frames,
            "--extensions",
            info.short,
        ];
        let (status, out, told) = run(&arguments, b"");
        assert_eq!(status, Some(0), "{}: {out}{told}", info.short);
        assert!(out.contains("Hello"), "{out}");
        seen += 1;
    }
    assert!(seen > 0, "a dialect whose name is not its token");
    for unknown in ["permessage-deflate-s2x", "permessage-deflat"] {
        for arguments in [
            &[
                "inspect",
                "--draft",
                "rfc6455",
                "--from",
                "server",
                "--hex",
                "8100",
                "--extensions",
            ][..],
            &["handshake", "-", "--extensions"],
            &["serve", "--listen", "127.0.0.1:0", "--extensions"],
            &["connect", "ws://127.0.0.1:1/", "--extensions"],
        ] {
            let (status, _, told) = run(&[arguments, &[unknown]].concat(), &request("x"));
            assert_eq!(status, Some(2), "{arguments:?}: {told}");
            assert!(told.contains("did you mean"), "{arguments:?}: {told}");
        }
    }
}

#[test]
fn what_cannot_be_spoken_is_neither_offered_nor_agreed_to() {
    let unspoken = wsdraft::extensions::ALL.iter().find(|info| !info.runs());
    let unspoken = unspoken.expect("one that is data alone");
    for name in [unspoken.short, unspoken.tokens[0]] {
        for arguments in [
            &[
                "inspect",
                "--draft",
                "rfc6455",
                "--from",
                "server",
                "--hex",
                "8100",
                "--extensions",
            ][..],
            &["handshake", "-", "--extensions"],
            &["serve", "--listen", "127.0.0.1:0", "--extensions"],
            &["connect", "ws://127.0.0.1:1/", "--extensions"],
        ] {
            let (status, _, told) = run(&[arguments, &[name]].concat(), &request("x"));
            assert_eq!(status, Some(2), "{arguments:?}: {told}");
            assert!(
                told.contains(name) && told.contains("cannot be spoken"),
                "{told}"
            );
        }
    }
    let offer = format!("{}; quota=100, permessage-deflate", unspoken.tokens[0]);
    let (status, out, _) = run(
        &["--json", "handshake", "-", "--extensions", "all"],
        &request(&offer),
    );
    let checked: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &checked["extensions"]),
        (Some(0), &json!("permessage-deflate"))
    );
}

#[test]
fn the_dialect_that_was_agreed_is_said() {
    let mut server = Server::start(&["--extensions", "all"]);
    let url = format!("ws://127.0.0.1:{}/", server.1);
    let offer = "permessage-deflate; server_max_window_bits=10";
    let output = common::run(
        &[
            "--json",
            "connect",
            &url,
            "--send",
            "hi",
            "--extensions",
            offer,
        ],
        b"",
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let open: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let dialect = open["agreed"][0]["dialect"].as_str().expect("a dialect");
    let agreed = json!([{
        "dialect": dialect,
        "token": "permessage-deflate",
        "parameters": {"server_max_window_bits": "10"},
    }]);
    assert_eq!(open["agreed"], agreed);
    let line = server.logged("extensions permessage-deflate");
    assert!(line.contains(&format!("({dialect})")), "{line}");
    let (_, out, told) = run(
        &["connect", &url, "--send", "hi", "--extensions", offer],
        b"",
    );
    assert!(told.contains(&format!("({dialect})")), "{told}{out}");

    // The record of it: the request, and the server's answer.
    let mut stream = TcpStream::connect(("127.0.0.1", server.1)).unwrap();
    stream.write_all(&request(offer)).unwrap();
    let mut answer = String::new();
    let mut reader = BufReader::new(stream);
    while !answer.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut answer).unwrap() > 0);
    }
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (client, served) = (
        folder.join("dialects.client"),
        folder.join("dialects.server"),
    );
    std::fs::write(&client, request(offer)).unwrap();
    std::fs::write(&served, &answer).unwrap();
    let (client, served) = (client.to_str().unwrap(), served.to_str().unwrap());
    let files = ["--client", client, "--server", served];
    let (_, out, _) = run(&[&["lint", "--format", "jsonl"], &files[..]].concat(), b"");
    let connection = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let connection = connection
        .into_iter()
        .find(|event| event["event"] == "connection");
    assert_eq!(connection.expect(&out)["agreed"], agreed);
    let (_, out, _) = run(&[&["lint"], &files[..]].concat(), b"");
    assert!(out.contains(&format!("({dialect})")), "{out}");
    let (_, out, _) = run(&["--json", "handshake", client, "--response", served], b"");
    let checked: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(checked["agreed"], agreed, "{checked:#}");
}

#[test]
fn a_method_with_parameters_of_any_text_costs_an_element_at_most() {
    let offer = r#"permessage-compress; method="foo; x=\"a b\", deflate""#;
    let (status, out, _) = run(
        &["--json", "handshake", "-", "--extensions", "all"],
        &request(offer),
    );
    let checked: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &checked["status"]),
        (Some(0), &json!(101)),
        "{checked:#}"
    );
    let dialect = checked["agreed"][0]["dialect"]
        .as_str()
        .expect("the other method");
    assert!(dialect.starts_with("permessage-compress"), "{dialect}");
}
