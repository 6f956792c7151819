//! A WebSocket as `Stream` and `Sink`, and messages that are given back.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use futures_util::{FutureExt as _, Sink, SinkExt, StreamExt as _};
use wsdraft::{ConnectionError, Error, Limit, Limits, Message, Misuse, info::Kind};
use wsdraft_tests::sockets::{Socket, drafts, newest, pair};

fn ready(socket: &mut Socket) -> Poll<Result<(), Error>> {
    Pin::new(socket).poll_ready(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn every_draft_echoes_through_stream_and_sink() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, server) = pair(draft, 1 << 16, Limits::default(), Limits::default()).await;
        let messages = [Message::from("grüße"), "".into(), "x".repeat(70_000).into()];
        let (sink, stream) = server.split();
        let echo = stream.forward(sink);
        let talk = async {
            for message in &messages {
                SinkExt::send(&mut client, message.clone()).await.unwrap();
                assert_eq!(client.next().await.unwrap().unwrap(), *message, "{name}");
            }
            SinkExt::close(&mut client).await.unwrap();
            assert!(client.next().await.is_none(), "{name}");
            assert!(client.next().await.is_none(), "{name}: it stays at its end");
            client
        };
        let (echoed, client) = tokio::join!(echo, talk);
        echoed.unwrap();
        assert!(client.ended().unwrap().is_clean(), "{name}");
    }
}

#[tokio::test]
async fn the_sink_waits_while_much_is_unwritten_and_loses_nothing() {
    let (mut client, mut server) =
        pair(newest(), 1 << 10, Limits::default(), Limits::default()).await;
    let mut taken = 0_u32;
    while ready(&mut server).is_ready() {
        let mut payload = taken.to_be_bytes().to_vec();
        payload.resize(5000, 7);
        server.start_send_unpin(payload.into()).unwrap();
        taken += 1;
    }
    assert!((2..30).contains(&taken), "{taken} before it was full");
    let flush = async {
        SinkExt::flush(&mut server).await.unwrap();
        server
    };
    let read = async {
        for at in 0..taken {
            let message = client.next().await.unwrap().unwrap();
            assert_eq!(message.as_bytes()[..4], at.to_be_bytes());
            assert_eq!(message.as_bytes().len(), 5000);
        }
    };
    let (mut server, ()) = tokio::join!(flush, read);
    assert!(ready(&mut server).is_ready());
}

/// Being ready is a promise: it holds for any length, whatever the write buffer allows.
#[tokio::test]
async fn a_sink_that_is_ready_takes_a_message_of_any_length() {
    let mut limits = Limits::default();
    limits.write_buffer = 1000;
    let (mut client, mut server) = pair(newest(), 1 << 12, Limits::default(), limits).await;
    let long = "x".repeat(100_000);
    let (short, long) = (Message::from("short"), Message::from(long));
    let send = async {
        SinkExt::feed(&mut server, short.clone()).await.unwrap();
        SinkExt::feed(&mut server, long.clone()).await.unwrap();
        assert!(ready(&mut server).is_pending());
        SinkExt::feed(&mut server, short.clone()).await.unwrap();
        SinkExt::flush(&mut server).await.unwrap();
    };
    let read = async {
        for expected in [&short, &long, &short] {
            assert_eq!(client.recv().await.unwrap().as_ref(), Some(expected));
        }
    };
    tokio::join!(send, read);
}

#[tokio::test]
async fn what_the_connection_refuses_is_a_typed_error() {
    let textual = drafts()
        .find(|draft| !draft.info().has(Kind::Binary))
        .expect("a draft without binary messages");
    let (mut client, _server) = pair(textual, 1 << 16, Limits::default(), Limits::default()).await;
    let refused = SinkExt::send(&mut client, Message::from(vec![1, 2])).await;
    assert!(
        matches!(
            refused,
            Err(Error::Connection(ConnectionError::Misuse(
                Misuse::Unsupported(Kind::Binary)
            )))
        ),
        "{refused:?}"
    );
    // It goes on as if that had not been tried.
    SinkExt::send(&mut client, Message::from("text"))
        .await
        .unwrap();

    let (mut client, _server) = pair(newest(), 1 << 16, Limits::default(), Limits::default()).await;
    SinkExt::close(&mut client).await.unwrap();
    let refused = SinkExt::send(&mut client, Message::from("late")).await;
    assert!(
        matches!(
            refused,
            Err(Error::Connection(ConnectionError::Misuse(Misuse::Closed)))
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_error_is_the_last_item() {
    let mut limits = Limits::default();
    limits.message = 3;
    let (mut client, mut server) = pair(newest(), 1 << 16, Limits::default(), limits).await;
    SinkExt::send(&mut client, Message::from("four"))
        .await
        .unwrap();
    let leaves = async { assert!(client.next().await.is_none()) };
    let fails = async {
        let error = server.next().await.unwrap().unwrap_err();
        assert!(
            matches!(
                error,
                Error::Connection(ConnectionError::Limit {
                    limit: Limit::Message,
                    ..
                })
            ),
            "{error:?}"
        );
        assert!(server.next().now_or_never().unwrap().is_none());
    };
    tokio::join!(leaves, fails);
}

#[tokio::test]
async fn a_message_for_which_there_is_no_room_is_given_back() {
    let mut limits = Limits::default();
    limits.write_buffer = 1000;
    let (mut client, mut server) = pair(newest(), 1 << 16, Limits::default(), limits).await;
    server.feed("x".repeat(900)).await.unwrap();
    let message = Message::from("y".repeat(900));
    let refused = server.try_send(message.clone()).unwrap_err();
    assert!(refused.is_full(), "{refused}");
    server.flush().await.unwrap();
    server.try_send(refused.message).unwrap();
    assert_eq!(client.recv().await.unwrap(), Some("x".repeat(900).into()));
    assert_eq!(client.recv().await.unwrap(), Some(message));

    let (closed, received) = tokio::join!(server.close(None, ""), client.recv());
    assert_eq!(
        (closed.unwrap().is_clean(), received.unwrap()),
        (true, None)
    );
    let refused = server.try_send(String::from("late")).unwrap_err();
    assert_eq!(refused.error, ConnectionError::Misuse(Misuse::Closed));
    assert_eq!(
        (refused.message.as_str(), refused.message.len()),
        ("late", 4)
    );
}
