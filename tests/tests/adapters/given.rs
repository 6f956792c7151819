//! What the application gives for a head that may not stand there: it is refused in every adapter
//! and by both ends, and nothing of it goes out. And requests with content, which are refused.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use wsdraft::{
    ConnectionError, Error, HeadPart, Misuse,
    axum::WebSocketUpgrade,
    extension::{Extensions, builtin},
    handshake::{
        Answer, HeadError, Opening,
        client::{ClientError, ClientHandshake, ClientOptions},
        server::{
            Refusal, RefusalCause, Requested, ServerHandshake, ServerOptions, plain_response,
        },
    },
    http::{Upgrade, UpgradeError},
    hyper,
    tokio::{Acceptor, Connector},
};
use wsdraft_tests::sockets::{Spoken, address, connector, drafts, find};

mod answers;
mod content;

/// Texts with a character that ends a line or may not stand in one.
const UNFIT: [(&str, u8); 6] = [
    ("a\r\nX-Injected: 1", b'\r'),
    ("a\nX-Injected: 1", b'\n'),
    ("a\0", 0),
    ("\x1b[2J", 0x1b),
    ("a\x7f", 0x7f),
    ("\u{b}", 0x0b),
];

/// A stream that keeps what is written to it, and gives what it was given.
#[derive(Clone, Debug, Default)]
struct Kept {
    input: io::Cursor<Vec<u8>>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Kept {
    fn with(input: &[u8]) -> Self {
        Self {
            input: io::Cursor::new(input.to_vec()),
            ..Self::default()
        }
    }

    fn written(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }
}

impl Read for Kept {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut self.input, buffer)
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn misuse<T: std::fmt::Debug>(result: Result<T, Error>) -> Misuse {
    match result {
        Err(Error::Connection(ConnectionError::Misuse(misuse))) => misuse,
        other => panic!("no misuse: {other:?}"),
    }
}

fn request(draft: Spoken) -> Vec<u8> {
    let opening = Opening {
        host: "server.example",
        resource: "/",
        origin: Some("http://client.example"),
        subprotocols: &["chat"],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    client.request().to_vec()
}

#[tokio::test(start_paused = true)]
async fn a_client_sends_nothing_of_what_may_not_stand_in_a_request() {
    for draft in drafts() {
        for (text, byte) in UNFIT {
            let plain = || connector(draft);
            let cases: [(Connector<Spoken>, HeadPart); 6] = [
                (plain().origin(text), HeadPart::Origin),
                (plain().cookie(text), HeadPart::Cookie),
                (plain().subprotocol(text), HeadPart::Subprotocol),
                (plain().field("X-Room", text), HeadPart::FieldValue),
                (plain().field(text, "1"), HeadPart::FieldName),
                (plain().field("Host", text), HeadPart::FieldValue),
            ];
            for (connector, part) in cases {
                let (near, mut far) = duplex(1 << 16);
                let found = misuse(connector.connect(near, &address()).await);
                let first = |misuse| matches!(misuse, Misuse::Unfit { part: found, byte: Some(_) } if found == part);
                assert!(first(found), "{found:?}, not {part:?}");
                if part != HeadPart::FieldName {
                    let byte = Some(byte);
                    assert_eq!(found, Misuse::Unfit { part, byte });
                }
                let mut sent = Vec::new();
                far.read_to_end(&mut sent).await.unwrap();
                assert!(sent.is_empty(), "{part:?}: {sent:?}");
                let stream = Kept::default();
                let found = connector.connect_blocking(stream.clone(), &address());
                assert!(first(misuse(found)));
                assert!(stream.written().is_empty());
            }
        }
        let unnamed = connector(draft).field("", "1");
        let found = unnamed.connect_blocking(Kept::default(), &address());
        let (part, byte) = (HeadPart::FieldName, None);
        assert_eq!(misuse(found), Misuse::Unfit { part, byte });
        let spaced = connector(draft).field("bad header", "1");
        let found = spaced.connect_blocking(Kept::default(), &address());
        let byte = Some(b' ');
        assert_eq!(misuse(found), Misuse::Unfit { part, byte });
    }
}

#[test]
fn a_handshake_without_io_makes_no_such_request() {
    let draft = find("rfc6455");
    let plain = Opening {
        host: "server.example",
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    for (text, byte) in UNFIT {
        let openings = [
            (
                HeadPart::Host,
                Opening {
                    host: text,
                    ..plain
                },
            ),
            (
                HeadPart::Resource,
                Opening {
                    resource: text,
                    ..plain
                },
            ),
            (
                HeadPart::Extensions,
                Opening {
                    extensions: Some(text),
                    ..plain
                },
            ),
        ];
        for (part, opening) in openings {
            let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
            assert!(client.request().is_empty());
            let byte = Some(byte);
            let expected = ClientError::Misuse(Misuse::Unfit { part, byte });
            assert_eq!(client.check(), Err(expected));
        }
    }
}

/// A request of the newest draft, as a server of HTTP has parsed it.
fn parsed(fields: &[(&str, &str)]) -> http::Request<()> {
    let mut request = http::Request::get("/");
    let usual = [
        ("host", "server.example"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ];
    for (name, value) in usual.iter().chain(fields) {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

fn upgrade(request: &http::Request<()>) -> Result<Upgrade<Spoken>, UpgradeError> {
    let (options, none) = (ServerOptions::default(), Extensions::none());
    Upgrade::new([find("rfc6455")], options, none, request)
}

/// What this build cannot speak is neither offered nor agreed to by any adapter.
#[tokio::test(start_paused = true)]
async fn an_extension_that_cannot_be_spoken_is_a_misuse() {
    let draft = find("rfc6455");
    let data = builtin::ALL
        .iter()
        .copied()
        .filter(|info| !info.runs())
        .max_by_key(|info| info.issued)
        .expect("an extension that is known as data alone");
    let token = data.tokens[0];
    let ours = || Extensions::named(token, builtin::ALL).unwrap();
    let all = Extensions::named("all", builtin::ALL).unwrap();
    assert!(all.unspoken().is_none());
    assert_eq!(ours().unspoken(), Some(data));
    assert!(Extensions::all(builtin::ALL).unspoken().is_some());

    let address = "ws://server.example/".parse().unwrap();
    let words = format!("permessage-deflate, {token}; quota=100");
    let connectors = [
        Connector::new(draft).extensions(ours()),
        Connector::new(draft)
            .extensions(Extensions::compression())
            .extension_offer(&words),
    ];
    for connector in connectors {
        let (near, mut far) = duplex(1 << 16);
        let result = connector.connect(near, &address).await;
        assert_eq!(misuse(result), Misuse::Unspoken(data.short));
        let mut sent = Vec::new();
        far.read_to_end(&mut sent).await.unwrap();
        assert!(sent.is_empty());
    }

    let opening = Opening {
        host: "a",
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: Some(&words),
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    let raw = Answer {
        extensions: Some(token),
        ..Answer::default()
    };
    for (ours, answer) in [
        (ours(), Answer::default()),
        (Extensions::none(), raw),
        (Extensions::compression(), raw),
    ] {
        let (mut near, far) = duplex(1 << 16);
        near.write_all(client.request()).await.unwrap();
        let acceptor = Acceptor::new(draft).extensions(ours);
        let mut accepting = acceptor.start(far);
        let result = accepting.accept(&answer).await;
        let unspoken = ConnectionError::Misuse(Misuse::Unspoken(data.short));
        assert!(matches!(result, Err(Error::Connection(error)) if error == unspoken));
        drop(accepting);
        let mut sent = Vec::new();
        near.read_to_end(&mut sent).await.unwrap();
        assert!(sent.is_empty());
    }
}
