//! Pongs do not wait until a handler has finished its work.

use super::*;

/// The ways to receive.
#[derive(Clone, Copy, Debug)]
enum Way {
    Recv,
    RecvRef,
    RecvEvent,
    Stream,
    Reader,
    ReaderEvent,
}

/// Works for a while after whatever is received.
async fn works(way: Way, mut server: Socket) {
    if matches!(way, Way::Reader | Way::ReaderEvent) {
        let (_writer, mut reader) = server.split();
        loop {
            let received = match way {
                Way::Reader => reader.recv().await.unwrap().is_some(),
                _ => reader.recv_event(|_| ()).await.unwrap().is_some(),
            };
            if !received {
                return;
            }
            sleep(WORK).await;
        }
    }
    loop {
        let received = match way {
            Way::Recv => server.recv().await.unwrap().is_some(),
            Way::RecvRef => server.recv_ref().await.unwrap().is_some(),
            Way::RecvEvent => server.recv_event().await.unwrap().is_some(),
            _ => server.next().await.is_some(),
        };
        if !received {
            return;
        }
        sleep(WORK).await;
    }
}

#[tokio::test(start_paused = true)]
async fn pings_before_and_between_messages_are_answered_before_the_handler_works() {
    for way in [
        Way::Recv,
        Way::RecvRef,
        Way::RecvEvent,
        Way::Stream,
        Way::Reader,
        Way::ReaderEvent,
    ] {
        let (mut client, server) = default_pair(1 << 16).await;
        let all = client.feed_with(|connection| {
            connection.ping(b"before")?;
            connection.text("one")?;
            connection.ping(b"between")?;
            connection.text("two")
        });
        all.await.unwrap();
        client.flush().await.unwrap();
        let start = Instant::now();
        tokio::spawn(works(way, server));
        // With events, the handler also works for the ping and for the first message.
        let works_before = match way {
            Way::RecvEvent | Way::ReaderEvent => 2,
            _ => 1,
        };
        for (ping, works) in [(&b"before"[..], 0), (b"between", works_before)] {
            let event = soon(client.recv_event()).await.unwrap();
            assert_eq!(event, Some(Event::Pong(ping)), "{way:?}");
            assert!(start.elapsed() < WORK * (works + 1), "{way:?}");
        }
    }
}

/// A pong that the stream does not accept is written before the next message.
#[tokio::test(start_paused = true)]
async fn a_peer_that_reads_nothing_delays_no_message() {
    let (mut client, mut server, _, is_shut) = watched().await;
    let both = client.feed_with(|connection| {
        connection.ping(b"there?")?;
        connection.text("one")?;
        connection.text("two")
    });
    both.await.unwrap();
    client.flush().await.unwrap();
    is_shut.store(true, Ordering::Relaxed);
    assert_eq!(soon(server.recv()).await.unwrap(), Some("one".into()));
    server.feed("fed").await.unwrap();
    is_shut.store(false, Ordering::Relaxed);
    // The pong is still owed.
    assert_eq!(soon(server.recv()).await.unwrap(), Some("two".into()));
    assert_eq!(
        soon(client.recv_event()).await.unwrap(),
        Some(Event::Pong(b"there?"))
    );
    assert_eq!(soon(client.recv()).await.unwrap(), Some("fed".into()));
}

/// A pong for which the write buffer had no room is written before the next message, too.
#[tokio::test(start_paused = true)]
async fn a_pong_that_waits_for_room_does_not_wait_for_the_handler() {
    let limits = Limits::default().write_buffer(64);
    let (mut client, mut server) = pair(newest(), 1 << 16, Limits::default(), limits).await;
    let all = client.feed_with(|connection| {
        connection.text("one")?;
        connection.ping(b"there?")?;
        connection.text("two")
    });
    all.await.unwrap();
    client.flush().await.unwrap();
    assert_eq!(soon(server.recv()).await.unwrap(), Some("one".into()));
    server.feed("x".repeat(100)).await.unwrap();
    assert_eq!(soon(server.recv()).await.unwrap(), Some("two".into()));
    // The server does not do anything more.
    assert_eq!(
        soon(client.recv()).await.unwrap(),
        Some("x".repeat(100).into())
    );
    assert_eq!(
        soon(client.recv_event()).await.unwrap(),
        Some(Event::Pong(b"there?"))
    );
}
