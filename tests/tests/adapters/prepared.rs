//! Prepared messages over streams, in every draft and adapter.

use std::{thread, time::Duration};

use futures_util::FutureExt as _;
use tokio::io::duplex;
use wsdraft::{
    Budget, Config, Connection, ConnectionError, Error, Limit, Limits, Message, Prepared,
    frame::Session, handshake::Acceptor, tokio::WebSocket,
};
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::{Halting, connector, drafts, newest, pair},
};

fn news() -> [Prepared; 3] {
    // Some drafts have no binary messages.
    ["short".into(), "y".repeat(5000), "x".repeat(100_000)].map(Prepared::new)
}

#[tokio::test(start_paused = true)]
async fn they_arrive_in_order_however_they_are_sent() {
    for draft in drafts() {
        let name = draft.info().short;
        for capacity in [100, 1 << 20] {
            let limits = Limits::default;
            let (mut client, mut server) = pair(draft, capacity, limits(), limits()).await;
            let send = async {
                for news in news() {
                    server.send(&news).await?;
                    server.feed(&news).await?;
                    server.feed("between").await?;
                    server
                        .feed_with(|connection| connection.send(&news))
                        .await?;
                }
                server.flush().await?;
                let (mut writer, _reader) = server.split();
                for news in news() {
                    writer.feed(&news).await?;
                    writer.send(&news).await?;
                    writer.try_send(news).map_err(|error| error.error)?;
                    writer.flush().await?;
                }
                Ok::<_, Error>((writer, _reader))
            };
            let receive = async {
                let mut received = Vec::new();
                while received.len() < 3 * 4 + 3 * 3 {
                    let Some(message) = client.recv().await? else {
                        break;
                    };
                    received.push(message);
                }
                Ok::<_, Error>(received)
            };
            let (sent, received) = tokio::join!(send, receive);
            sent.expect(name);
            let whole = |news: &Prepared| news.message().clone();
            let first = news().into_iter().flat_map(|news| {
                let message = whole(&news);
                [message.clone(), message.clone(), "between".into(), message]
            });
            let halves = news().into_iter().flat_map(|news| vec![whole(&news); 3]);
            let expected: Vec<_> = first.chain(halves).collect();
            assert!(received.expect(name) == expected, "{name}, {capacity}");
        }
    }
}

/// A long payload is not copied, and a client masks it a piece at a time.
#[tokio::test(start_paused = true)]
async fn long_messages_arrive_whole_from_both_ends_also_if_their_send_is_dropped() {
    for capacity in [100, 5000, 70_000, 1 << 20] {
        for length in [1024, 4095, 4096, 65_535, 65_536, 65_537, 200_003] {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 7 % 251) as u8).collect();
            let prepared = Prepared::new(bytes.clone());
            let limits = Limits::default;
            let (mut client, mut server) = pair(newest(), capacity, limits(), limits()).await;
            for _ in 0..2 {
                let send = async {
                    client.send(&bytes).await?;
                    client.feed("between").await?;
                    client.send(&bytes).await?;
                    for _ in 0..2 {
                        let _ = client.send(&bytes).now_or_never();
                        let _ = client.send(&prepared).now_or_never();
                    }
                    client.send("after").await
                };
                let receive = async {
                    let mut received = Vec::new();
                    while received.last() != Some(&Message::from("after")) {
                        received.extend(server.recv().await?);
                    }
                    Ok::<_, Error>(received)
                };
                let (sent, received) = tokio::join!(send, receive);
                sent.expect("a stream");
                let long = Message::from(bytes.clone());
                let received = received.expect("no violation");
                let (first, rest) = received.split_at(3);
                assert!(first == [long.clone(), "between".into(), long.clone()]);
                // A dropped send has queued all of its message or nothing.
                let (_after, dropped) = rest.split_last().expect("the last one");
                assert!(dropped.len() <= 4 && dropped.iter().all(|message| *message == long));
                assert!(!dropped.is_empty(), "{capacity}, {length}");
                (client, server) = (server, client);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_halts_gets_every_byte() {
    let draft = newest();
    let (near, far) = duplex(1 << 20);
    let server = Connection::server(draft, Session::default(), Config::default());
    let mut server = WebSocket::from_parts(Halting::new(near), server);
    for news in news() {
        server.send(&news).await.expect("a stream");
    }
    let client = Connection::client(
        draft,
        Session::default(),
        wsdraft::OsEntropy,
        Config::default(),
    );
    let mut client = WebSocket::from_parts(far, client);
    for news in news() {
        let received = client.recv().await.expect("no violation");
        assert!(received.as_ref() == Some(news.message()));
    }
}

#[test]
fn they_arrive_over_blocking_streams() {
    let (listener, address) = listen();
    let client = thread::spawn(move || -> Result<Vec<Message>, Error> {
        let connector = connector(newest());
        let mut client = connector.connect_blocking(dial(&address), &address)?;
        let mut received = Vec::new();
        while let Some(message) = client.recv()? {
            received.push(message);
        }
        Ok(received)
    });
    let server = Acceptor::new(newest()).accept_blocking(accept(&listener));
    let mut server = server.expect("a handshake");
    for news in news() {
        server.send(&news).expect("a stream");
        server.feed(&news).expect("a stream");
    }
    server.close(None, "").expect("a stream");
    let received = client.join().expect("no panic").expect("no violation");
    let expected = news().map(|news| vec![news.message().clone(); 2]).concat();
    assert!(received == expected);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_holds_one_while_memory_is_scarce_is_given_up() {
    let budget = Budget::new(2 << 20);
    let mut config = Config::default();
    config.budget = Some(budget.clone());
    let (near, _far) = duplex(1000);
    let server = Connection::server(newest(), Session::default(), config);
    let mut server = WebSocket::from_parts(near, server);
    server
        .feed(Prepared::new(vec![0; 900_000]))
        .await
        .expect("room");
    let _others = budget.reserve(900_000 / 2).expect("room");
    let _more = budget.reserve(300_000).expect("room");
    assert!(budget.is_scarce(), "{}", budget.used());
    let start = tokio::time::Instant::now();
    let failed = server.recv().await.expect_err("given up");
    assert!(matches!(
        failed,
        Error::Connection(ConnectionError::Limit {
            limit: Limit::Memory,
            ..
        })
    ));
    let allowed = 2 * budget.patience() + Limits::default().close + Duration::from_secs(1);
    assert!(start.elapsed() < allowed, "{:?}", start.elapsed());
}
