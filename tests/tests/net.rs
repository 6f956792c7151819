//! Opening handshakes and connections over tokio streams, in every built-in draft.

use std::{pin::pin, task::Poll, time::Duration};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    Cause, Error as CoreError, Limit, Limits, Message, Misuse, Policy, Relaxed,
    detect::detect,
    handshake::{
        Answer, HeadLimits,
        client::ClientError,
        parse,
        server::{Refusal, RefusalCause},
    },
    info::{CloseBody, DraftInfo, Kind, Purpose, Scope},
    tokio::{Acceptor, Connector, Error, Requested, Subprotocols, WebSocket},
};
use wsdraft_tests::sockets::{
    Halting, Socket, Spoken, address, connector, drafts, newest, poll_once,
};

/// A draft in which the request owes bytes after its head.
fn with_body() -> Spoken {
    drafts()
        .find(|draft| draft.info().request_body > 0)
        .expect("a draft with a body")
}

fn every() -> Acceptor<Spoken> {
    Acceptor::any(drafts())
}

/// A client and a server that have shaken hands.
struct Pair {
    client: Socket,
    server: Socket,
}

impl Pair {
    async fn of(draft: Spoken) -> Self {
        Self::with(connector(draft), Acceptor::new(draft)).await
    }

    async fn with(connector: Connector<Spoken>, acceptor: Acceptor<Spoken>) -> Self {
        let (near, far) = duplex(1 << 16);
        let address = address();
        let (client, server) =
            tokio::join!(connector.connect(near, &address), acceptor.accept(far));
        Self {
            client: client.expect("a client"),
            server: server.expect("a server"),
        }
    }
}

/// The bytes of a client's request: a stream that nobody answers gets them.
async fn request(draft: Spoken) -> Vec<u8> {
    let (near, mut far) = duplex(1 << 16);
    let mut connecting = connector(draft).start(near, &address()).expect("a request");
    let mut bytes = vec![0; 1 << 16];
    tokio::select! {
        _ = connecting.finish() => panic!("nobody answered"),
        length = far.read(&mut bytes) => bytes.truncate(length.expect("a request")),
    }
    bytes
}

async fn answer(mut stream: DuplexStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn every_draft_echoes_and_closes_from_either_end() {
    for draft in drafts() {
        for client_closes in [true, false] {
            let Pair {
                mut client,
                mut server,
            } = Pair::of(draft).await;
            let name = draft.info().short;
            let mut messages = vec![Message::from("grüße"), "".into(), "x".repeat(70_000).into()];
            if draft.info().has(Kind::Binary) {
                messages.push(vec![0xff, 0, 0x80].into());
            }
            let echo = async {
                for _ in 0..3 {
                    let message = server.recv().await.unwrap().expect(name);
                    server.send(message).await.unwrap();
                }
                while let Some(message) = server.recv().await.unwrap() {
                    if !client_closes && message.as_bytes() == b"close, please" {
                        return server.close(1000, "").await.unwrap();
                    }
                    server.send(message).await.unwrap();
                }
                server.ended().cloned().expect(name)
            };
            let talk = async {
                for message in messages {
                    client.send(&message).await.unwrap();
                    assert_eq!(client.recv().await.unwrap(), Some(message), "{name}");
                }
                if client_closes {
                    client.close(1000, "").await.unwrap()
                } else {
                    client.send("close, please").await.unwrap();
                    assert_eq!(client.recv().await.unwrap(), None, "{name}");
                    client.ended().cloned().expect(name)
                }
            };
            let (server_end, client_end) = tokio::join!(echo, talk);
            assert!(server_end.is_clean(), "{name}: {server_end:?}");
            assert!(client_end.is_clean(), "{name}: {client_end:?}");
            if draft.info().closing.map(|closing| closing.body) == Some(CloseBody::Status) {
                assert_eq!(server_end.code, Some(1000), "{name}");
                assert_eq!(client_end.code, Some(1000), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_port_of_every_draft_finds_the_draft_of_a_request() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let connector = connector(draft);
        let address = address();
        let acceptor = every();
        let mut accepting = acceptor.start(far);
        let serve = async {
            let Requested::Upgrade(offer) = accepting.request().await.unwrap() else {
                panic!("an offer")
            };
            let spoken = offer.draft;
            (accepting.accept(&Answer::default()).await.unwrap(), spoken)
        };
        let (client, (_, spoken)) = tokio::join!(connector.connect(near, &address), serve);
        // Drafts that look alike in the request are all candidates.
        let bytes = request(draft).await;
        let (head, body) = bytes.split_at(bytes.len() - draft.info().request_body);
        let found = parse::with_request(head, body, false, &HeadLimits::default(), |request| {
            detect(&request.fields, drafts())
        });
        let candidates = found.expect("a head").candidates;
        for candidate in [spoken, draft.info()] {
            assert!(candidates.contains(&candidate), "{}", candidate.short);
        }
        if spoken == draft.info() {
            client.unwrap();
        }
    }
}

#[tokio::test]
async fn the_body_of_a_request_may_come_with_the_head_or_after_the_answer() {
    let draft = with_body();
    let bytes = request(draft).await;
    let head = bytes.len() - draft.info().request_body;
    for with_head in 0..=draft.info().request_body {
        let (mut near, far) = duplex(1 << 16);
        let acceptor = every();
        let serve = acceptor.accept(far);
        let client = async {
            let (first, late) = bytes.split_at(head + with_head);
            near.write_all(first).await.unwrap();
            let mut answered = Vec::new();
            while !answered.ends_with(b"\r\n\r\n") {
                answered.push(near.read_u8().await.unwrap());
            }
            for byte in late {
                near.write_u8(*byte).await.unwrap();
                tokio::task::yield_now().await;
            }
            // A frame in the same breath is not lost.
            near.write_all(b"\x00early\xff").await.unwrap();
            let mut body = vec![0; draft.info().response_body];
            near.read_exact(&mut body).await.unwrap();
        };
        let (served, ()) = tokio::join!(serve, client);
        let mut server = served.unwrap();
        assert_eq!(server.recv().await.unwrap(), Some("early".into()));
    }
}

#[tokio::test]
async fn bytes_after_the_handshake_are_not_lost() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let (near, mut wire) = (near, far);
        let connector = connector(draft);
        let mut connecting = connector.start(near, &address()).unwrap();
        // The server's answer and its first message reach the client in one piece.
        let (inner, outer) = duplex(1 << 16);
        let acceptor = Acceptor::new(draft);
        let serve = async {
            let mut server = acceptor.accept(inner).await.unwrap();
            server.send("first").await.unwrap();
            server.flush().await.unwrap();
            server
        };
        let carry = async {
            let (mut outer_in, mut outer_out) = tokio::io::split(outer);
            let mut bytes = vec![0; 1 << 16];
            let length = wire.read(&mut bytes).await.unwrap();
            outer_out.write_all(&bytes[..length]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
            let length = outer_in.read(&mut bytes).await.unwrap();
            wire.write_all(&bytes[..length]).await.unwrap();
            (outer_in, outer_out, wire)
        };
        let (_server, _carried, client) = tokio::join!(serve, carry, connecting.finish());
        let mut client = client.expect("a connection");
        assert_eq!(client.recv().await.unwrap(), Some("first".into()));
    }
}

/// Drives two calls by turns; each future is dropped after one poll and made anew.
macro_rules! by_turns {
    ($left:expr, $right:expr) => {{
        let (mut left, mut right) = (None, None);
        for _ in 0..200_000 {
            if left.is_none() {
                if let Poll::Ready(done) = poll_once(&mut pin!($left)) {
                    left = Some(done);
                }
            }
            if right.is_none() {
                if let Poll::Ready(done) = poll_once(&mut pin!($right)) {
                    right = Some(done);
                }
            }
            if left.is_some() && right.is_some() {
                break;
            }
            // Or else tokio's streams would take this for a task that lets none run.
            tokio::task::yield_now().await;
        }
        (
            left.expect("the left side ends"),
            right.expect("the right side ends"),
        )
    }};
}

#[tokio::test]
async fn futures_dropped_at_every_poll_lose_nothing() {
    for draft in drafts() {
        let name = draft.info().short;
        let (near, far) = duplex(64);
        let mut connecting = connector(draft)
            .start(Halting::new(near), &address())
            .unwrap();
        let mut accepting = Acceptor::new(draft).start(Halting::new(far));
        let answer = Answer::default();
        let (client, server) = by_turns!(connecting.finish(), accepting.accept(&answer));
        let (mut client, mut server) = (client.expect(name), server.expect(name));

        let long = "ä".repeat(500);
        for text in ["one", "", long.as_str()] {
            let mut sent = false;
            let (received, ()) = by_turns!(server.recv(), async {
                if !sent {
                    client.send(text).await.unwrap();
                    sent = true;
                }
                client.flush().await.unwrap();
            });
            assert_eq!(received.unwrap(), Some(text.into()), "{name}");
        }
        let (closed, ending) = by_turns!(client.close(1000, ""), server.recv());
        assert!(closed.unwrap().is_clean(), "{name}");
        assert_eq!(ending.unwrap(), None, "{name}");
        assert!(server.ended().expect(name).is_clean(), "{name}");
    }
}

/// What waits to be written when a message turns out not to be text is not lost with a future
/// that lends it.
#[tokio::test]
async fn a_lending_future_dropped_while_it_takes_leave_loses_nothing() {
    let (near, far) = duplex(16);
    let acceptor = Acceptor::new(newest());
    let (connector, address) = (connector(newest()), address());
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    let (mut client, mut server) = (client.unwrap(), server.unwrap());
    server
        .send("corked, and longer than the stream holds")
        .await
        .unwrap();
    // A text of two bytes that are no UTF-8, masked with zeros.
    let (mut stream, connection) = client.into_parts();
    stream
        .write_all(&[0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])
        .await
        .unwrap();
    client = WebSocket::from_parts(stream, connection);
    assert!(poll_once(&mut Box::pin(server.recv_ref())).is_pending());
    let (received, told) = tokio::join!(server.recv(), async {
        let text = client.recv().await.unwrap();
        assert_eq!(
            text,
            Some("corked, and longer than the stream holds".into())
        );
        client.recv().await.unwrap();
        client.ended().expect("an ending").code
    });
    assert!(matches!(
        received,
        Err(Error::Connection(CoreError::Violation(_)))
    ));
    assert_eq!(told, Some(1007));
}

#[tokio::test]
async fn a_client_that_vanishes_is_no_violation() {
    let bytes = request(newest()).await;
    for length in [0, 1, 40, bytes.len() - 1] {
        let (mut near, far) = duplex(1 << 16);
        near.write_all(&bytes[..length]).await.unwrap();
        drop(near);
        let error = every().accept(far).await.expect_err("nobody is there");
        assert!(
            matches!(
                error,
                Error::Connection(CoreError::Vanished { partial }) if partial == (length > 0)
            ),
            "{length}: {error:?}"
        );
    }
    let Pair { client, mut server } = Pair::of(newest()).await;
    drop(client);
    assert_eq!(server.recv().await.ok(), None.or(Some(None)));
    let ending = server.ended().expect("an ending");
    assert_eq!(ending.cause, Cause::Vanished { partial: false });
}

#[tokio::test]
async fn a_server_that_vanishes_is_no_violation() {
    let (near, mut far) = duplex(1 << 16);
    let serve = async {
        let mut bytes = [0; 1 << 10];
        let _ = far.read(&mut bytes).await.unwrap();
        far.write_all(b"HTTP/1.1 101 ").await.unwrap();
        drop(far);
    };
    let connector = connector(newest());
    let address = address();
    let (client, ()) = tokio::join!(connector.connect(near, &address), serve);
    let error = client.expect_err("no connection");
    assert!(
        matches!(
            error,
            Error::Connection(CoreError::Vanished { partial: true })
        ),
        "{error:?}"
    );
}

fn refusal(result: Result<Socket, Error>) -> Box<Refusal> {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("no refusal but {other:?}"),
    }
}

#[tokio::test]
async fn limits_of_the_handshake_are_named() {
    let mut limits = Limits::default();
    limits.head = 300;
    limits.fields = 5;
    limits.handshake = Duration::from_millis(40);
    let acceptor = every().limits(limits);
    let long = format!("GET /{}", "x".repeat(300));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(6));
    let cases: [(&str, u16); 3] = [("GET / HTTP/1.1\r\nHost:", 408), (&long, 431), (&many, 431)];
    for (sent, status) in cases {
        let (mut near, far) = duplex(1 << 16);
        near.write_all(sent.as_bytes()).await.unwrap();
        let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
        let refusal = refusal(result);
        assert_eq!(refusal.status, Some(status), "{refusal}");
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
        if status == 408 {
            let limit = Limit::Handshake;
            assert_eq!(refusal.cause, RefusalCause::Limit { limit, value: 40 });
        }
    }
}

#[tokio::test]
async fn a_request_that_would_break_a_rule_is_not_sent() {
    let (near, far) = duplex(1 << 16);
    let connector = connector(newest()).subprotocol("not a token");
    let error = connector
        .connect(near, &address())
        .await
        .expect_err("refused");
    assert!(
        matches!(
            error,
            Error::Connection(CoreError::Misuse(Misuse::Breaks(rule))) if rule.scope == Scope::Request
        ),
        "{error:?}"
    );
    assert_eq!(answer(far).await, "");
}

#[tokio::test]
async fn a_client_does_not_wait_for_ever() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_millis(40);
    let (near, _far) = duplex(1 << 16);
    let connector = connector(newest()).limits(limits);
    let error = connector.connect(near, &address()).await.expect_err("time");
    assert!(
        matches!(
            error,
            Error::Connection(CoreError::Limit {
                limit: Limit::Handshake,
                value: 40
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_message_over_the_limit_fails_the_connection() {
    let mut limits = Limits::default();
    limits.message = 10;
    let acceptor = Acceptor::new(newest()).limits(limits);
    let Pair {
        mut client,
        mut server,
    } = Pair::with(connector(newest()), acceptor).await;
    client.send("0123456789").await.unwrap();
    client.send("0123456789a").await.unwrap();
    let serve = async {
        assert_eq!(server.recv().await.unwrap(), Some("0123456789".into()));
        server.recv().await.expect_err("too long")
    };
    let (error, end) = tokio::join!(serve, client.recv());
    assert!(
        matches!(
            error,
            Error::Connection(CoreError::Limit {
                limit: Limit::Message,
                value: 10
            })
        ),
        "{error:?}"
    );
    assert_eq!(end.unwrap(), None);
    assert_eq!(client.ended().unwrap().code, Some(1009));
}

#[tokio::test]
async fn a_broken_rule_is_refused_on_the_wire_and_as_a_value() {
    let bytes = request(newest()).await;
    let text = String::from_utf8(bytes).unwrap();
    let broken = text.replacen("GET", "PUT", 1);
    let (mut near, far) = duplex(1 << 16);
    near.write_all(broken.as_bytes()).await.unwrap();
    let acceptor = every();
    let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
    let error = result.expect_err("a refusal");
    let violation = error.violation().expect("a violation");
    assert_eq!(violation.rule.id, "request-method");
    let status = violation.rule.http_status().unwrap();
    assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    assert!(said.contains("request-method"), "{said}");

    // The same request, where the rule may be broken.
    let (mut near, far) = duplex(1 << 16);
    near.write_all(broken.as_bytes()).await.unwrap();
    let relaxed = Policy::relaxed(Relaxed::new(&["request-method"]));
    every().policy(relaxed).accept(far).await.expect("relaxed");
}

#[tokio::test]
async fn requests_that_ask_for_no_upgrade_are_the_callers() {
    let (mut near, far) = duplex(1 << 16);
    near.write_all(b"GET /page HTTP/1.1\r\nHost: server.example\r\n\r\n")
        .await
        .unwrap();
    let mut accepting = every().start(far);
    let plain = Requested::Plain {
        method: "GET".into(),
        target: "/page".into(),
    };
    assert_eq!(accepting.request().await.unwrap(), plain);
    let fields = [("Content-Type", "text/html")];
    let (done, said) = tokio::join!(accepting.respond(200, &fields, "<p>hi"), answer(near));
    done.unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.contains("Content-Type: text/html\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n<p>hi"), "{said}");
    let again = accepting.accept(&Answer::default()).await;
    assert!(matches!(
        again,
        Err(Error::Connection(CoreError::Misuse(Misuse::Closed)))
    ));

    // What else may be asked for is nothing to a WebSocket server (RFC 9110 §7.8).
    let (mut near, far) = duplex(1 << 16);
    near.write_all(
        b"GET /page HTTP/1.1\r\nHost: server.example\r\nConnection: Upgrade, HTTP2-Settings\r\n\
          Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    )
    .await
    .unwrap();
    assert_eq!(every().start(far).request().await.unwrap(), plain);

    let (mut near, far) = duplex(1 << 16);
    near.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let acceptor = every();
    let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
    assert_eq!(refusal(result).cause, RefusalCause::NoUpgrade);
    assert!(said.starts_with("HTTP/1.1 426 "), "{said}");
    let version = newest().info().request_header(Purpose::Version).unwrap();
    assert!(said.contains(version.name), "{said}");
}

#[tokio::test]
async fn an_offer_can_be_refused_by_the_application() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let connector = connector(draft);
        let mut accepting = Acceptor::new(draft).start(far);
        let serve = async {
            let Requested::Upgrade(offer) = accepting.request().await.unwrap() else {
                panic!("an offer")
            };
            assert_eq!(offer.resource, "/chat?room=1");
            assert_eq!(offer.origin.as_deref(), Some("http://client.example"));
            accepting.respond(403, &[], "not you\n").await.unwrap();
        };
        let address = address();
        let (client, ()) = tokio::join!(
            async {
                // Ends the stream as soon as it is known, as clients do.
                connector.connect(near, &address).await
            },
            serve
        );
        match client {
            Err(Error::Handshake(error)) => assert!(
                matches!(*error, ClientError::Refused { status: 403, .. }),
                "{error:?}"
            ),
            other => panic!("{}: {other:?}", draft.info().short),
        }
    }
}

#[tokio::test]
async fn a_subprotocol_is_agreed() {
    let draft = newest();
    let offering = connector(draft).subprotocol("a").subprotocol("b");
    let cases = [
        (Subprotocols::None, None),
        (Subprotocols::Any, Some("a")),
        (Subprotocols::These(vec!["c".into(), "b".into()]), Some("b")),
        (Subprotocols::These(vec!["c".into()]), None),
    ];
    for (supported, chosen) in cases {
        let acceptor = Acceptor::new(draft).subprotocols(supported);
        let pair = Pair::with(offering.clone(), acceptor).await;
        assert_eq!(pair.client.subprotocol(), chosen);
        assert_eq!(pair.server.subprotocol(), chosen);
    }
}

#[tokio::test]
async fn a_refusal_lists_versions_and_a_common_one_is_tried() {
    let old = drafts()
        .find(|draft| {
            let info = draft.info();
            let version =
                |info: &DraftInfo| info.request_header(Purpose::Version).map(|of| of.name);
            info.wire_version != newest().info().wire_version
                && version(info) == version(newest().info())
        })
        .expect("a draft of another version");
    let acceptor = Acceptor::new(newest());
    let address = address();
    let (near, far) = duplex(1 << 16);
    let connector = connector(old);
    let (client, served) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    assert!(served.is_err());
    let wanted = newest().info().wire_version.unwrap();
    match client {
        Err(Error::Handshake(error)) => match *error {
            ClientError::Refused { ref versions, .. } => assert_eq!(*versions, [wanted]),
            ref other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }

    let all: Vec<_> = drafts().collect();
    let open = || async {
        let (near, far) = duplex(1 << 16);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Ok(mut server) = acceptor.accept(far).await {
                let _ = server.recv().await;
            }
        });
        Ok(near)
    };
    let client = connector.connect_common(&address, &all, open).await;
    let client = client.expect("the second attempt");
    assert_eq!(client.connection().info().wire_version, Some(wanted));
}

/// Whichever way a message is taken, a peer that sent what is no text is told so.
#[tokio::test]
async fn a_peer_is_told_of_bad_text_by_every_way_to_receive() {
    for way in 0..3 {
        let (near, mut far) = duplex(1 << 16);
        let draft = newest();
        let accepting = tokio::spawn(async move {
            let mut server = Acceptor::new(draft).accept(near).await.expect("a server");
            let failed = match way {
                0 => server.recv().await.err(),
                1 => server.recv_ref().await.err(),
                _ => server.recv_event().await.err(),
            };
            let rule = failed
                .as_ref()
                .and_then(Error::violation)
                .map(|broken| broken.rule);
            rule.map(|rule| (rule.id, rule.close_code()))
        });
        far.write_all(&request(draft).await).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(far.read_u8().await.expect("an answer"));
        }
        far.write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff])
            .await
            .expect("sent");
        let first = [
            far.read_u8().await.expect("a frame"),
            far.read_u8().await.expect("a frame"),
        ];
        let code = far.read_u16().await.expect("a code");
        assert_eq!((first[0], code), (0x88, 1007), "way {way}");
        drop(far);
        assert_eq!(
            accepting.await.expect("no panic"),
            Some(("text-utf8", Some(1007)))
        );
    }
}

/// A bare empty line ends no head: what would follow it is not swallowed.
#[tokio::test]
async fn a_head_with_junk_after_its_end_is_refused() {
    let (near, mut far) = duplex(1 << 16);
    let mut bytes = request(newest()).await;
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(b"\n\x00\xff junk\r\n\r\n");
    far.write_all(&bytes).await.expect("sent");
    let accepting =
        tokio::spawn(async move { Acceptor::new(newest()).accept(near).await.map(drop) });
    let answer = answer(far).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(matches!(
        accepting.await.expect("no panic"),
        Err(Error::Refused(_))
    ));
}
