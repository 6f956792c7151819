//! A connection in two halves.

use std::{future::Future, pin::pin, task::Poll};

use futures_util::{SinkExt, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, BufWriter},
    sync::oneshot,
};
use wsdraft::{
    ConnectionError, Error, Event, Limits, Message, Misuse,
    info::{CloseBody, Kind},
    tokio::{Acceptor, Subprotocols},
};
use wsdraft_tests::sockets::{
    Halting, Socket, address, connector, drafts, newest, pair, poll_once,
};

mod writer;

async fn default_pair(capacity: usize) -> (Socket, Socket) {
    pair(newest(), capacity, Limits::default(), Limits::default()).await
}

#[tokio::test]
async fn each_half_lives_in_its_own_task_in_every_draft() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, server) = pair(draft, 1 << 12, Limits::default(), Limits::default()).await;
        let (mut writer, mut reader) = server.split();
        let (pass, passed) = tokio::sync::mpsc::unbounded_channel::<Message>();
        let reads = tokio::spawn(async move {
            while let Some(message) = reader.recv().await? {
                pass.send(message).expect("a writer");
            }
            Ok::<_, Error>(reader)
        });
        let writes = tokio::spawn(async move {
            let mut passed = passed;
            while let Some(message) = passed.recv().await {
                writer.send(message).await?;
            }
            Ok::<_, Error>(writer)
        });
        let messages = [Message::from("grüße"), "".into(), "x".repeat(70_000).into()];
        for message in &messages {
            client.send(message).await.unwrap();
            assert_eq!(
                client.recv().await.unwrap().as_ref(),
                Some(message),
                "{name}"
            );
        }
        assert!(client.close(1000, "").await.unwrap().is_clean(), "{name}");
        let reader = reads.await.expect("no panic").expect(name);
        let writer = writes.await.expect("no panic").expect(name);
        let socket = writer.reunite(reader).expect("one connection");
        assert!(socket.ended().expect(name).is_clean(), "{name}");
    }
}

#[tokio::test]
async fn halves_tell_which_subprotocol_was_agreed() {
    let (near, far) = tokio::io::duplex(1 << 12);
    let offering = connector(newest()).subprotocol("a").subprotocol("b");
    let acceptor = Acceptor::new(newest()).subprotocols(Subprotocols::Any);
    let address = address();
    let (client, server) = tokio::join!(offering.connect(near, &address), acceptor.accept(far));
    for socket in [client.unwrap(), server.unwrap()] {
        let (writer, reader) = socket.split();
        assert_eq!(reader.subprotocol(), Some("a"));
        assert_eq!(writer.subprotocol(), Some("a"));
    }
    let (writer, reader) = default_pair(1 << 12).await.0.split();
    assert_eq!((reader.subprotocol(), writer.subprotocol()), (None, None));
}

#[tokio::test]
async fn the_reader_has_every_event() {
    let (mut client, server) = default_pair(1 << 12).await;
    let (_writer, mut reader) = server.split();
    let events = tokio::spawn(async move {
        let mut events = Vec::new();
        while let Some(event) = reader.recv_event(|event| format!("{event:?}")).await? {
            events.push(event);
        }
        Ok::<_, Error>(events)
    });
    client.ping(b"there?").await.unwrap();
    client.send("text").await.unwrap();
    client.close(1000, "done").await.unwrap();
    let events = events.await.expect("no panic").expect("no violation");
    let expected = [r#"Ping("#, r#"Text("text")"#, "Close(", "Closed("];
    assert_eq!(events.len(), expected.len(), "{events:?}");
    for (event, start) in events.iter().zip(expected) {
        assert!(event.starts_with(start), "{events:?}");
    }
}

#[tokio::test]
async fn an_event_that_was_waited_for_in_vain_is_not_lost() {
    let (mut client, server) = default_pair(1 << 12).await;
    let (_writer, mut reader) = server.split();
    let kept = |event: Event<'_>| event == Event::Text("kept");
    assert!(poll_once(&mut pin!(reader.recv_event(kept))).is_pending());
    client.send("kept").await.unwrap();
    assert_eq!(reader.recv_event(kept).await.unwrap(), Some(true));
}

#[tokio::test]
async fn the_reader_alone_answers_pings_and_close_frames() {
    for writer_stays in [true, false] {
        let (mut client, server) = default_pair(1 << 16).await;
        let (writer, mut reader) = server.split();
        let writer = writer_stays.then_some(writer);
        let reads = tokio::spawn(async move { (reader.recv().await, reader.ended()) });
        client.ping(b"there?").await.unwrap();
        assert_eq!(
            client.recv_event().await.unwrap(),
            Some(Event::Pong(b"there?"))
        );
        let ending = client.close(1000, "done").await.unwrap();
        assert_eq!((ending.is_clean(), ending.code), (true, Some(1000)));
        let (received, ended) = reads.await.expect("no panic");
        assert_eq!(received.unwrap(), None);
        assert_eq!(&*ended.expect("an ending").reason, "done");
        drop(writer);
    }
}

/// What is fed while the reader waits goes out without a flush.
#[tokio::test]
async fn a_waiting_reader_writes_what_the_writer_feeds() {
    let (mut client, server) = default_pair(1 << 16).await;
    let (mut writer, mut reader) = server.split();
    let reads = tokio::spawn(async move { reader.recv().await });
    for text in ["one", "two", "three"] {
        tokio::task::yield_now().await;
        writer.feed(text).await.unwrap();
        writer.try_send(text).unwrap();
        for _ in 0..2 {
            assert_eq!(client.recv().await.unwrap(), Some(text.into()));
        }
    }
    client.close(None, "").await.unwrap();
    assert_eq!(reads.await.expect("no panic").unwrap(), None);
}

/// A large payload may be taken by a buffer in the stream, so that nothing waits but it.
#[tokio::test]
async fn a_waiting_reader_flushes_what_a_buffered_stream_took() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let acceptor = Acceptor::new(newest());
    let (connector, address) = (connector(newest()), address());
    let (client, server) = tokio::join!(
        connector.connect(near, &address),
        acceptor.accept(BufWriter::with_capacity(1 << 16, far))
    );
    let (mut client, server) = (client.unwrap(), server.unwrap());
    let (mut writer, mut reader) = server.split();
    let reads = tokio::spawn(async move { reader.recv().await });
    tokio::task::yield_now().await;
    let large = vec![7; 10_000];
    writer.feed(&large[..]).await.unwrap();
    assert_eq!(client.recv().await.unwrap(), Some(large.into()));
    client.close(None, "").await.unwrap();
    assert_eq!(reads.await.expect("no panic").unwrap(), None);
}

#[tokio::test]
async fn halves_of_different_connections_are_not_put_together() {
    let (_client, one) = default_pair(1 << 16).await;
    let (mut other_client, other) = default_pair(1 << 16).await;
    let ((one_writer, one_reader), (other_writer, other_reader)) = (one.split(), other.split());
    assert!(!one_reader.is_pair_of(&other_writer));
    assert!(one_writer.is_pair_of(&one_reader));
    let error = one_reader
        .reunite(other_writer)
        .expect_err("different ones");
    assert_eq!(error.to_string(), "the halves are of different connections");
    error.reader.reunite(one_writer).expect("one connection");
    let mut other = other_reader.reunite(error.writer).expect("one connection");
    other.send("still there").await.unwrap();
    assert_eq!(
        other_client.recv().await.unwrap(),
        Some("still there".into())
    );
}

#[tokio::test]
async fn halves_are_a_stream_and_a_sink() {
    let (mut client, server) = default_pair(1 << 16).await;
    let (writer, reader) = server.split();
    let echo = tokio::spawn(reader.forward(writer));
    for text in ["one", "two"] {
        SinkExt::send(&mut client, text.into()).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), text.into());
    }
    assert!(client.close(None, "").await.unwrap().is_clean());
    echo.await.expect("no panic").expect("no error");
}

fn is_done(call: impl Future<Output = Result<(), Error>>) -> bool {
    match poll_once(&mut pin!(call)) {
        Poll::Ready(done) => done.map(|()| true).expect("no error"),
        Poll::Pending => false,
    }
}

/// Each future is dropped after one poll and made anew, on a stream that is ready at every other
/// call only and moves one byte at a time.
#[tokio::test]
async fn futures_of_halves_dropped_at_every_poll_lose_nothing() {
    for draft in drafts() {
        let name = draft.info().short;
        let (near, far) = tokio::io::duplex(64);
        let (connector, acceptor) = (connector(draft), Acceptor::new(draft));
        let address = address();
        let (client, server) = tokio::join!(
            connector.connect(Halting::new(near), &address),
            acceptor.accept(Halting::new(far))
        );
        let (mut client_writer, mut client_reader) = client.expect(name).split();
        let (mut server_writer, mut server_reader) = server.expect(name).split();
        let long = "ä".repeat(500);
        for text in ["one", "", long.as_str()] {
            let (mut sent, mut answered) = (false, false);
            let (mut request, mut answer) = (None, None);
            let mut pinged = !draft.info().has(Kind::Ping);
            for _ in 0..200_000 {
                if !pinged {
                    pinged = is_done(server_writer.feed_with(|connection| connection.ping(b"?")));
                }
                if !sent {
                    sent = is_done(client_writer.feed(text));
                }
                // Receiving also writes. What was taken does not come a second time.
                let received = poll_once(&mut pin!(server_reader.recv()));
                if let Poll::Ready(message) = received {
                    assert!(request.is_none(), "{name}");
                    request = message.expect(name);
                }
                if let (Some(message), false) = (&request, answered) {
                    answered = is_done(server_writer.feed(message));
                }
                if let Poll::Ready(message) = poll_once(&mut pin!(client_reader.recv())) {
                    answer = message.expect(name);
                    break;
                }
                tokio::task::yield_now().await;
            }
            assert_eq!(answer, Some(text.into()), "{name}");
        }
        let mut closed = false;
        for _ in 0..200_000 {
            closed = closed || is_done(client_writer.close(1000, ""));
            let ends = poll_once(&mut pin!(client_reader.recv()));
            let other = poll_once(&mut pin!(server_reader.recv()));
            if let (true, Poll::Ready(ends), Poll::Ready(other)) = (closed, ends, other) {
                assert_eq!(
                    (ends.expect(name), other.expect(name)),
                    (None, None),
                    "{name}"
                );
                break;
            }
            tokio::task::yield_now().await;
        }
        assert!(client_reader.ended().expect(name).is_clean(), "{name}");
        assert!(server_writer.ended().expect(name).is_clean(), "{name}");
    }
}
