//! Connections: messages, ends, and futures that are dropped.

use super::*;

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
                    client.feed(text).await.unwrap();
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
        .feed("corked, and longer than the stream holds")
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
        Err(Error::Connection(ConnectionError::Violation(_)))
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
        let (text, expected) = match length {
            0 => ("before it sent an opening request", Sent::Nothing),
            _ => ("in the middle of the opening request", Sent::Part),
        };
        assert!(
            matches!(
                error,
                Error::Connection(ConnectionError::LeftEarly { by: Role::Client, sent })
                    if sent == expected
            ),
            "{length}: {error:?}"
        );
        assert_eq!(error.to_string(), format!("the client left {text}"));
    }
    let Pair { client, mut server } = Pair::of(newest()).await;
    drop(client);
    let error = server.recv().await.expect_err("nobody is there");
    assert!(
        matches!(
            error,
            Error::Connection(ConnectionError::Vanished { partial: false })
        ),
        "{error:?}"
    );
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
            Error::Connection(ConnectionError::LeftEarly {
                by: Role::Server,
                sent: Sent::Part
            })
        ),
        "{error:?}"
    );
    let text = "the server left in the middle of the opening response";
    assert_eq!(error.to_string(), text);
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
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Message,
                value: 10
            })
        ),
        "{error:?}"
    );
    assert_eq!(end.unwrap(), None);
    assert_eq!(client.ended().unwrap().code, Some(1009));
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
