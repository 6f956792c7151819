//! What the application gives for a head that may not stand there: it is refused in every adapter
//! and by both ends, and nothing of it goes out. And requests with content, which are refused.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use wsdraft::{
    Error as CoreError, HeadPart, Misuse,
    axum::WebSocketUpgrade,
    extension::Extensions,
    extensions,
    handshake::{
        Answer, HeadError, Opening,
        client::{ClientError, ClientHandshake, ClientOptions},
        server::{Progress, Refusal, RefusalCause, ServerHandshake, ServerOptions, plain_response},
    },
    http::{Error as HttpError, Upgrade},
    hyper,
    tokio::{Acceptor, Connector, Error},
};
use wsdraft_tests::sockets::{Spoken, address, connector, drafts, find};

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
        Err(Error::Connection(CoreError::Misuse(misuse))) => misuse,
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

#[tokio::test(start_paused = true)]
async fn a_server_sends_nothing_of_what_may_not_stand_in_an_answer() {
    for draft in drafts() {
        let request = request(draft);
        for (text, byte) in UNFIT {
            let byte = Some(byte);
            let value = Misuse::Unfit {
                part: HeadPart::FieldValue,
                byte,
            };
            let subprotocol = Misuse::Unfit {
                part: HeadPart::Subprotocol,
                byte,
            };
            let fields = [("X-Room", text)];
            let answers = [
                (
                    Answer {
                        fields: &fields,
                        ..Answer::default()
                    },
                    value,
                ),
                (
                    Answer {
                        subprotocol: Some(text),
                        ..Answer::default()
                    },
                    subprotocol,
                ),
            ];
            for (answer, expected) in &answers {
                // Over tokio: the same request can still be answered otherwise.
                let (mut near, far) = duplex(1 << 16);
                near.write_all(&request).await.unwrap();
                let mut accepting = Acceptor::new(draft).start(far);
                accepting.request().await.unwrap();
                assert_eq!(misuse(accepting.accept(answer).await), *expected);
                let refused = accepting.respond(404, &fields, "").await;
                assert_eq!(misuse(refused), value);
                accepting
                    .respond(404, &[("X-Room", "1")], "no\n")
                    .await
                    .unwrap();
                drop(accepting);
                let mut sent = String::new();
                near.read_to_string(&mut sent).await.unwrap();
                assert!(
                    sent.starts_with("HTTP/1.1 404 Not Found\r\nX-Room: 1\r\n"),
                    "{sent}"
                );

                let stream = Kept::with(&request);
                let accepting = Acceptor::new(draft).start_blocking(stream.clone());
                assert_eq!(misuse(accepting.accept(answer)), *expected);
                assert!(stream.written().is_empty());
            }
            let stream = Kept::with(&request);
            let acceptor = Acceptor::new(draft).field("X-Room", text);
            assert_eq!(misuse(acceptor.accept_blocking(stream.clone())), value);
            let accepting = Acceptor::new(draft).start_blocking(stream.clone());
            assert!(accepting.respond(404, &fields, "").is_err());
            assert!(stream.written().is_empty());
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

fn upgrade(request: &http::Request<()>) -> Result<Upgrade<Spoken>, HttpError> {
    let (options, none) = (ServerOptions::default(), Extensions::none());
    Upgrade::new([find("rfc6455")], options, none, request)
}

#[test]
fn an_answer_through_another_server_is_the_same() {
    for (text, byte) in UNFIT {
        let mut upgrade = upgrade(&parsed(&[])).unwrap();
        let fields = [("X-Room", text)];
        let answer = Answer {
            fields: &fields,
            ..Answer::default()
        };
        let error = upgrade.accept(&answer).expect_err("misuse");
        let (part, byte) = (HeadPart::FieldValue, Some(byte));
        assert_eq!(error, HttpError::Misuse(Misuse::Unfit { part, byte }));
        assert_eq!(error.response().status(), 500);
        assert!(upgrade.take_output().is_empty());
        assert!(upgrade.accept(&Answer::default()).is_ok());
    }
}

#[test]
fn fields_that_a_draft_writes_are_replaced_or_refused_and_never_doubled() {
    for draft in drafts() {
        let name = draft.info().short;
        let fields = [("hOST", "other.example"), ("X-Room", "1")];
        let opening = Opening {
            host: "server.example",
            resource: "/",
            origin: Some("http://client.example"),
            subprotocols: &[],
            extensions: None,
            cookie: None,
            fields: &fields,
            entropy: &|bytes| bytes.fill(7),
        };
        let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
        let text = String::from_utf8_lossy(client.request()).to_lowercase();
        assert_eq!(text.matches("\r\nhost: ").count(), 1, "{name}: {text}");
        assert!(
            text.contains("\r\nhost: other.example\r\n"),
            "{name}: {text}"
        );
        assert!(text.contains("\r\nx-room: 1\r\n"), "{name}: {text}");

        // What breaks the draft's rules in its place is refused.
        let upgrade = [("Upgrade", "h2c")];
        let broken = connector(draft).field(upgrade[0].0, upgrade[0].1);
        let found = misuse(broken.connect_blocking(Kept::default(), &address()));
        assert!(matches!(found, Misuse::Breaks(_)), "{name}: {found:?}");
        let mut server = ServerHandshake::new([draft], ServerOptions::default());
        server.receive(&request(draft)).unwrap();
        let answer = Answer {
            fields: &upgrade,
            ..Answer::default()
        };
        let found = server.accept(&answer);
        assert!(matches!(found, Err(Misuse::Breaks(_))), "{name}: {found:?}");

        // Extensions are offered by name, so that this end speaks what is agreed.
        if let Some(header) = draft
            .info()
            .request_header(wsdraft::info::Purpose::Extensions)
        {
            let offering = connector(draft).field(header.name.to_lowercase(), "any");
            let found = misuse(offering.connect_blocking(Kept::default(), &address()));
            assert_eq!(found, Misuse::Reserved(header.name), "{name}");
        }

        // What the handshake itself decides, and where content ends, is not the application's.
        let own = draft.info().response_headers.iter().filter(|header| {
            use wsdraft::info::Purpose::{Accept, Extensions, Nonce, Subprotocol};
            [Accept, Nonce, Subprotocol, Extensions].contains(&header.purpose)
        });
        let names = own
            .map(|header| header.name)
            .chain(["Content-Length", "Transfer-Encoding"]);
        for reserved in names {
            let fields = [(reserved, "1")];
            let answer = Answer {
                fields: &fields,
                ..Answer::default()
            };
            assert_eq!(
                server.accept(&answer),
                Err(Misuse::Reserved(reserved)),
                "{name}"
            );
        }
        server.accept(&Answer::default()).unwrap();
    }
    let framed = plain_response(200, &[("content-length", "9")], "text");
    assert_eq!(framed, Err(Misuse::Reserved("Content-Length")));
    for status in [0, 101, 199, 1000] {
        assert_eq!(plain_response(status, &[], ""), Err(Misuse::Status(status)));
    }
    let framed = Connector::new(find("rfc6455")).field("Transfer-Encoding", "chunked");
    let found = misuse(framed.connect_blocking(Kept::default(), &address()));
    assert_eq!(found, Misuse::Reserved("Transfer-Encoding"));
}

/// Lines that announce content, which an upgrade may not have.
const CONTENT: [(&str, &str); 6] = [
    ("Content-Length", "7"),
    ("content-length", "00000000000000000000000000007"),
    ("Content-Length", "-1"),
    ("Content-Length", "0, 7"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "identity"),
];

fn with_field(request: &[u8], name: &str, value: &str) -> Vec<u8> {
    let end = request
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap()
        + 2;
    let line = format!("{name}: {value}\r\n");
    [
        &request[..end],
        line.as_bytes(),
        &request[end..],
        b"\x81\x81\x01\x02\x03\x04\x79",
    ]
    .concat()
}

fn has_content(refusal: &Refusal) -> bool {
    refusal.status == Some(400)
        && matches!(refusal.cause, RefusalCause::Head(HeadError::Content { .. }))
}

#[tokio::test(start_paused = true)]
async fn a_request_with_content_is_refused() {
    for draft in drafts() {
        let name = draft.info().short;
        for (field, value) in CONTENT {
            let bytes = with_field(&request(draft), field, value);
            let (mut near, far) = duplex(1 << 16);
            near.write_all(&bytes).await.unwrap();
            let acceptor = Acceptor::new(draft);
            let mut sent = String::new();
            let (refused, read) =
                tokio::join!(acceptor.accept(far), near.read_to_string(&mut sent));
            read.unwrap();
            assert!(
                sent.starts_with("HTTP/1.1 400 Bad Request\r\n"),
                "{name}: {sent}"
            );
            match refused {
                Err(Error::Refused(refusal)) => assert!(has_content(&refusal), "{refusal:?}"),
                other => panic!("{name}: {other:?}"),
            }
            let stream = Kept::with(&bytes);
            match acceptor.accept_blocking(stream.clone()) {
                Err(Error::Refused(refusal)) => assert!(has_content(&refusal), "{refusal:?}"),
                other => panic!("{name}: {other:?}"),
            }
            assert!(stream.written().starts_with(b"HTTP/1.1 400 "));
        }
        // None of it, said in so many words; and, where the draft has bytes behind its head, those.
        for length in [0, draft.info().request_body] {
            let bytes = with_field(&request(draft), "Content-Length", &length.to_string());
            let mut server = ServerHandshake::new([draft], ServerOptions::default());
            let received = server.receive(&bytes);
            // One draft takes no field but its own.
            let allowed = !draft
                .info()
                .rules
                .iter()
                .any(|rule| rule.id == "request-order");
            assert_eq!(
                matches!(received, Ok(Progress::Offered(_))),
                allowed,
                "{name}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_with_content_is_refused_behind_another_server() {
    let acceptor = Acceptor::<Spoken>::any(drafts());
    for (field, value) in CONTENT {
        let mut request = parsed(&[(field, value)]);
        let refused = |error: &HttpError| {
            assert_eq!(error.response().status(), 400);
            matches!(error, HttpError::Refused(refusal) if has_content(refusal))
        };
        assert!(refused(&upgrade(&request).expect_err("content")));
        let error = hyper::upgrade(&acceptor, &mut request).expect_err("content");
        assert!(refused(&error));
        let (mut parts, ()) = request.into_parts();
        let extracted =
            <WebSocketUpgrade<Spoken> as axum::extract::FromRequestParts<()>>::from_request_parts(
                &mut parts,
                &(),
            );
        assert!(refused(&extracted.await.expect_err("content")));
    }
    // Content that the server has read is not what a draft has behind its head.
    let draft = drafts()
        .find(|draft| draft.info().request_body > 0)
        .unwrap();
    let text = request(draft);
    let head = String::from_utf8_lossy(&text);
    let mut with_body = http::Request::get("/").header("content-length", "8");
    for line in head.lines().skip(1).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        with_body = with_body.header(name, value);
    }
    let (options, none) = (ServerOptions::default(), Extensions::none());
    let refused = Upgrade::new([draft], options, none, &with_body.body(()).unwrap());
    assert!(matches!(refused, Err(HttpError::Refused(refusal)) if has_content(&refusal)));
}

/// What this build cannot speak is neither offered nor agreed to by any adapter.
#[tokio::test(start_paused = true)]
async fn an_extension_that_cannot_be_spoken_is_a_misuse() {
    let draft = find("rfc6455");
    let data = extensions::ALL
        .iter()
        .copied()
        .filter(|info| !info.transform.runs())
        .max_by_key(|info| info.issued)
        .expect("an extension that is known as data alone");
    let token = data.tokens[0];
    let ours = || Extensions::named(token, extensions::ALL).unwrap();
    let all = Extensions::named("all", extensions::ALL).unwrap();
    assert!(all.unspoken().is_none());
    assert_eq!(ours().unspoken(), Some(data));
    assert!(Extensions::all(extensions::ALL).unspoken().is_some());

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
        let unspoken = CoreError::Misuse(Misuse::Unspoken(data.short));
        assert!(matches!(result, Err(Error::Connection(error)) if error == unspoken));
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
        let unspoken = CoreError::Misuse(Misuse::Unspoken(data.short));
        assert!(matches!(result, Err(Error::Connection(error)) if error == unspoken));
        drop(accepting);
        let mut sent = Vec::new();
        near.read_to_end(&mut sent).await.unwrap();
        assert!(sent.is_empty());
    }
}
