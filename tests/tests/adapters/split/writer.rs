//! The writing half: alone, blocked, and closing.

use super::*;

#[tokio::test]
async fn a_writer_that_a_slow_peer_blocks_does_not_block_the_reader() {
    let (client, server) = default_pair(1 << 10).await;
    let (mut writer, mut reader) = server.split();
    let long = vec![7; 1 << 20];
    let (started, starts) = oneshot::channel();
    let writes = tokio::spawn(async move {
        let mut started = Some(started);
        // The first ones are taken into the buffer, and then there is no room.
        for _ in 0..3 {
            writer.feed(&long[..]).await?;
            if let Some(started) = started.take() {
                started.send(()).expect("someone waits");
            }
        }
        writer.flush().await?;
        Ok::<_, Error>(writer)
    });
    starts.await.expect("a start");
    let (near, mut peer) = client.into_parts();
    let (mut from, mut to) = tokio::io::split(near);
    for text in ["one", "two"] {
        // Written past the client's own connection, which would read as well.
        peer.text(text).unwrap();
        let sent = peer.output().to_vec();
        tokio::io::AsyncWriteExt::write_all(&mut to, &sent)
            .await
            .unwrap();
        peer.sent(sent.len());
        assert_eq!(reader.recv().await.unwrap(), Some(text.into()));
        assert!(!writes.is_finished(), "it is blocked");
    }
    let reads = async {
        let mut lengths = Vec::new();
        let mut chunk = vec![0; 1 << 14];
        while lengths.len() < 3 {
            let length = from.read(&mut chunk).await.unwrap();
            peer.feed(&chunk[..length]);
            while let Some(event) = peer.receive().unwrap() {
                if let Event::Binary(payload) = event {
                    assert!(payload.iter().all(|&byte| byte == 7));
                    lengths.push(payload.len());
                }
            }
        }
        lengths
    };
    let waits = async {
        // The reader waits all the while, and writes as well.
        tokio::select! {
            received = reader.recv() => panic!("{received:?}"),
            lengths = reads => lengths,
        }
    };
    assert_eq!(waits.await, [1 << 20; 3]);
    writes.await.expect("no panic").expect("no error");
}

#[tokio::test]
async fn a_writer_alone_sends_and_closes() {
    let (mut client, server) = default_pair(1 << 16).await;
    let (mut writer, reader) = server.split();
    drop(reader);
    writer.send("kept").await.unwrap();
    assert_eq!(client.recv().await.unwrap(), Some("kept".into()));
    let (closed, received) = tokio::join!(writer.close(1000, "bye"), client.recv());
    closed.unwrap();
    assert_eq!(received.unwrap(), None);
    assert_eq!(&*client.ended().unwrap().reason, "bye");
    assert!(writer.ended().unwrap().is_clean());
    let late = writer.send("late").await;
    assert!(
        matches!(
            late,
            Err(Error::Connection(ConnectionError::Misuse(Misuse::Closed)))
        ),
        "{late:?}"
    );
}

#[tokio::test]
async fn the_writer_closes_and_the_reader_sees_the_end() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, server) = pair(draft, 1 << 16, Limits::default(), Limits::default()).await;
        let (mut writer, mut reader) = server.split();
        let reads = tokio::spawn(async move {
            let mut received = Vec::new();
            while let Some(message) = reader.recv().await? {
                received.push(message);
            }
            Ok::<_, Error>((received, reader.ended()))
        });
        client.send("before").await.unwrap();
        let (closed, received) = tokio::join!(writer.close(1000, ""), client.recv());
        closed.expect(name);
        assert_eq!(received.expect(name), None);
        let (received, ended) = reads.await.expect("no panic").expect(name);
        assert!(ended.expect(name).is_clean(), "{name}");
        if draft.info().closing.is_some() {
            assert_eq!(received, [Message::from("before")], "{name}");
        }
        if draft.info().closing.map(|closing| closing.body) == Some(CloseBody::Status) {
            assert_eq!(client.ended().expect(name).code, Some(1000), "{name}");
        }
    }
}

/// A writer that waits learns that the connection has failed, though it is the reader's doing.
#[tokio::test(start_paused = true)]
async fn a_blocked_writer_learns_of_the_end() {
    let (client, server) = default_pair(1 << 10).await;
    let (mut writer, mut reader) = server.split();
    let writes = tokio::spawn(async move {
        loop {
            if let Err(error) = writer.send(&[7; 1 << 16][..]).await {
                break error;
            }
        }
    });
    let (mut stream, _) = client.into_parts();
    // A reserved opcode, masked.
    tokio::io::AsyncWriteExt::write_all(&mut stream, &[0x83, 0x80, 0, 0, 0, 0])
        .await
        .unwrap();
    let error = reader.recv().await.expect_err("a violation");
    assert!(error.violation().is_some(), "{error:?}");
    let error = writes.await.expect("no panic");
    assert!(matches!(error, Error::Connection(_)), "{error:?}");
}
