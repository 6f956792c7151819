//! What is fed goes out with other data.

use super::*;

/// What makes fed messages go out.
#[derive(Clone, Copy, Debug)]
enum Then {
    Flush,
    Receive,
    Send,
    Sink,
}

#[tokio::test(start_paused = true)]
async fn a_fed_message_waits_for_a_flush_for_receiving_or_for_a_sent_one() {
    for then in [Then::Flush, Then::Receive, Then::Send, Then::Sink] {
        let (mut client, mut server, writes, _) = watched().await;
        server.feed("one").await.unwrap();
        SinkExt::feed(&mut server, Message::from("two"))
            .await
            .unwrap();
        sleep(WORK).await;
        assert_eq!(writes.load(Ordering::Relaxed), 0);
        assert!(poll_once(&mut pin!(client.recv())).is_pending());
        match then {
            Then::Flush => server.flush().await.unwrap(),
            Then::Receive => assert!(poll_once(&mut pin!(server.recv())).is_pending()),
            Then::Send => server.send("three").await.unwrap(),
            Then::Sink => SinkExt::flush(&mut server).await.unwrap(),
        }
        assert_eq!(writes.load(Ordering::Relaxed), 1, "{then:?}");
        for text in ["one", "two"] {
            assert_eq!(soon(client.recv()).await.unwrap(), Some(text.into()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn replies_that_are_fed_go_out_together() {
    const MESSAGES: usize = 16;
    for (fed, expected) in [(true, 1), (false, MESSAGES)] {
        let (mut client, mut server, writes, _) = watched().await;
        for _ in 0..MESSAGES {
            client.feed("question").await.unwrap();
        }
        client.flush().await.unwrap();
        tokio::spawn(async move {
            while let Some(message) = server.recv().await.unwrap() {
                if fed {
                    server.feed(message).await.unwrap();
                } else {
                    server.send(message).await.unwrap();
                }
            }
        });
        for _ in 0..MESSAGES {
            assert_eq!(soon(client.recv()).await.unwrap(), Some("question".into()));
        }
        assert_eq!(writes.load(Ordering::Relaxed), expected);
        client.close(None, "").await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn so_much_that_is_fed_goes_out_at_once() {
    let (mut client, mut server, writes, _) = watched().await;
    let mut fed = 0;
    while writes.load(Ordering::Relaxed) == 0 {
        server.feed(vec![7; 1000]).await.unwrap();
        fed += 1;
        assert!(fed < 100, "64 KiB are much");
    }
    assert!(fed > 50, "{fed} kilobytes are little");
    assert_eq!(
        soon(client.recv()).await.unwrap(),
        Some(vec![7; 1000].into())
    );
}

/// Of halves, the one that waits to receive writes what the other one feeds.
#[tokio::test(start_paused = true)]
async fn the_writer_feeds_and_the_reader_or_a_flush_writes() {
    let (mut client, server, writes, _) = watched().await;
    let (mut writer, mut reader) = server.split();
    client.send("work").await.unwrap();
    assert_eq!(soon(reader.recv()).await.unwrap(), Some("work".into()));
    writer.feed("one").await.unwrap();
    SinkExt::feed(&mut writer, "two".into()).await.unwrap();
    let parts = writer.feed_with(|connection| connection.binary(b"three"));
    parts.await.unwrap();
    sleep(WORK).await;
    assert_eq!(writes.load(Ordering::Relaxed), 0);
    SinkExt::flush(&mut writer).await.unwrap();
    assert_eq!(writes.load(Ordering::Relaxed), 1);
    let expected = ["one".into(), "two".into(), Message::from(b"three".to_vec())];
    for message in expected {
        assert_eq!(soon(client.recv()).await.unwrap(), Some(message));
    }

    let reads = tokio::spawn(async move { reader.recv().await });
    tokio::task::yield_now().await;
    writer.feed("four").await.unwrap();
    assert_eq!(soon(client.recv()).await.unwrap(), Some("four".into()));
    client.close(None, "").await.unwrap();
    assert_eq!(reads.await.expect("no panic").unwrap(), None);
}

/// Without the other half, what is fed waits all the same.
#[tokio::test(start_paused = true)]
async fn a_writer_alone_feeds_flushes_and_sends() {
    let (mut client, server, writes, _) = watched().await;
    let (mut writer, reader) = server.split();
    drop(reader);
    writer.feed("one").await.unwrap();
    assert_eq!(writes.load(Ordering::Relaxed), 0);
    writer.flush().await.unwrap();
    assert_eq!(soon(client.recv()).await.unwrap(), Some("one".into()));
    writer.feed("two").await.unwrap();
    writer.send("three").await.unwrap();
    for text in ["two", "three"] {
        assert_eq!(soon(client.recv()).await.unwrap(), Some(text.into()));
    }
    assert_eq!(writes.load(Ordering::Relaxed), 2);
}

/// A frame header that is written alone is a packet, or an HTTP/2 frame, of its own.
#[tokio::test]
async fn a_header_goes_with_its_payload_where_a_stream_takes_one_slice() {
    let (mut client, mut server, writes, is_shut) = watched().await;
    for length in [100, 1500, 5000, 12_000] {
        let text = "x".repeat(length);
        server.send(&text).await.unwrap();
        server.send(Prepared::new(&*text)).await.unwrap();
        server.feed(Prepared::new(&*text)).await.unwrap();
        server.flush().await.unwrap();
        assert_eq!(writes.swap(0, Ordering::Relaxed), 3, "{length}");
        // It waits, and is written later.
        is_shut.store(true, Ordering::Relaxed);
        server.feed(Prepared::new(&*text)).await.unwrap();
        is_shut.store(false, Ordering::Relaxed);
        server.flush().await.unwrap();
        assert_eq!(writes.swap(0, Ordering::Relaxed), 1, "{length}");
        for _ in 0..4 {
            assert_eq!(client.recv().await.unwrap(), Some(text.as_str().into()));
        }
    }
}
