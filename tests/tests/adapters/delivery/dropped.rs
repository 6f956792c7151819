//! Futures of `send` that are dropped.

use super::*;

/// A future that is dropped has queued the complete message or none of it: here, always all of it,
/// because there is room.
#[tokio::test]
async fn a_dropped_send_loses_and_duplicates_nothing() {
    for draft in drafts() {
        for split in [false, true] {
            let name = draft.info().short;
            let (near, far) = duplex(64);
            let (connector, acceptor, address) =
                (connector(draft), Acceptor::new(draft), address());
            let (client, server) = tokio::join!(
                connector.connect(Halting::new(near), &address),
                acceptor.accept(Halting::new(far))
            );
            let (mut client, server) = (client.expect(name), server.expect(name));
            let texts: Vec<String> = (0..40)
                .map(|at| format!("{at}: {}", "ä".repeat(at * 7 % 50)))
                .collect();
            let mut received = Vec::new();
            let (mut whole, mut halves) = if split {
                (None, Some(server.split()))
            } else {
                (Some(server), None)
            };
            for text in &texts {
                let sent = match (&mut whole, &mut halves) {
                    (Some(server), _) => poll_once(&mut pin!(server.send(text))),
                    (_, Some((writer, _))) => poll_once(&mut pin!(writer.send(text))),
                    _ => panic!("there is one"),
                };
                assert!(
                    matches!(sent, Poll::Pending | Poll::Ready(Ok(()))),
                    "{name}"
                );
                if let Poll::Ready(message) = poll_once(&mut pin!(client.recv())) {
                    received.push(message.expect(name).expect(name));
                }
                tokio::task::yield_now().await;
            }
            let flush = async {
                match (&mut whole, &mut halves) {
                    (Some(server), _) => server.flush().await,
                    (_, Some((writer, _))) => writer.flush().await,
                    _ => panic!("there is one"),
                }
            };
            let read = async {
                while received.len() < texts.len() {
                    received.push(client.recv().await.expect(name).expect(name));
                }
            };
            let (flushed, ()) = tokio::join!(flush, read);
            flushed.expect(name);
            let expected: Vec<Message> = texts.iter().map(|text| text.as_str().into()).collect();
            assert_eq!(received, expected, "{name}");
            assert!(poll_once(&mut pin!(client.recv())).is_pending(), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_that_is_dropped_while_it_waits_for_room_has_queued_nothing() {
    let mut limits = Limits::default();
    limits.write_buffer = 200;
    let (mut client, mut server) = pair(newest(), 64, Limits::default(), limits).await;
    let (first, second) = ("a".repeat(150), "b".repeat(150));
    assert!(poll_once(&mut pin!(server.send(&first))).is_pending());
    assert!(poll_once(&mut pin!(server.send(&second))).is_pending());
    assert!(poll_once(&mut pin!(server.feed(&second))).is_pending());
    let send = server.send("third");
    let receive = async {
        let first = client.recv().await.unwrap();
        (first, client.recv().await.unwrap())
    };
    let (sent, received) = tokio::join!(send, receive);
    sent.unwrap();
    assert_eq!(received, (Some(first.into()), Some("third".into())));
}

/// Before a received message is handed out, what a dropped future has left is written.
#[tokio::test(start_paused = true)]
async fn a_message_that_is_handed_out_is_preceded_by_what_was_sent() {
    for split in [false, true] {
        let (mut client, mut server, _, is_shut) = watched().await;
        client.feed("one").await.unwrap();
        client.feed("two").await.unwrap();
        client.flush().await.unwrap();
        assert_eq!(server.recv().await.unwrap(), Some("one".into()));
        is_shut.store(true, Ordering::Relaxed);
        assert!(poll_once(&mut pin!(server.send("left"))).is_pending());
        is_shut.store(false, Ordering::Relaxed);
        let received = if split {
            let (writer, mut reader) = server.split();
            let received = reader.recv().await;
            server = reader.reunite(writer).expect("one connection");
            received
        } else {
            server.recv().await
        };
        assert_eq!(received.unwrap(), Some("two".into()));
        assert_eq!(soon(client.recv()).await.unwrap(), Some("left".into()));
        drop(server);
    }
}
