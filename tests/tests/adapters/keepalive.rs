//! Silence on a connection over tokio, and a peer that does not read: pings, and giving up.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt as _,
    time::{Instant, sleep, timeout},
};
use wsdraft::{
    Cause, Connection, ConnectionError, Draft, Error, Event, Keepalive, Limit, Limits, info::Kind,
    tokio::WebSocket,
};
use wsdraft_tests::sockets::{self, Socket, Spoken, drafts, newest};

const INTERVAL: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_secs(10);

fn keepalive() -> Limits {
    let mut limits = Limits::default();
    limits.keepalive = Some(Keepalive::new(INTERVAL, TIMEOUT));
    limits
}

/// A client, and a server with these limits.
async fn pair(draft: Spoken, limits: Limits) -> (Socket, Socket) {
    sockets::pair(draft, 1 << 16, Limits::default(), limits).await
}

fn limit(error: &Error) -> Option<Limit> {
    match error {
        Error::Connection(ConnectionError::Limit { limit, .. }) => Some(*limit),
        _ => None,
    }
}

/// Whether a connection ended because of a limit, by what its receiver was told.
fn ended_by<S, D: Draft>(
    socket: &WebSocket<S, D>,
    received: &Result<Option<wsdraft::Message>, Error>,
) -> Option<Limit>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    if let Err(error) = received {
        return limit(error);
    }
    match socket.ended()?.cause {
        Cause::Limit { limit, .. } => Some(limit),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_pings_is_kept() {
    let (mut client, mut server) = pair(newest(), keepalive()).await;
    let start = Instant::now();
    let pings = async {
        let mut pings = 0;
        while pings < 3 {
            if let Some(Event::Ping(_)) = client.recv_event().await.unwrap() {
                pings += 1;
                assert_eq!(start.elapsed().as_secs(), (INTERVAL * pings).as_secs());
            }
        }
        client.send("done").await.unwrap();
    };
    let (message, ()) = tokio::join!(server.recv(), pings);
    assert_eq!(message.unwrap(), Some("done".into()));
    assert!(start.elapsed() >= INTERVAL * 3);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_silent_after_a_ping_is_given_up() {
    let (client, mut server) = pair(newest(), keepalive()).await;
    let start = Instant::now();
    let received = server.recv().await;
    assert_eq!(ended_by(&server, &received), Some(Limit::Keepalive));
    // A peer that does nothing gets no time to close the stream.
    assert_eq!(start.elapsed().as_secs(), (INTERVAL + TIMEOUT).as_secs());
    // One ping was sent, and no more.
    let (mut stream, mut connection) = client.into_parts();
    drop(server);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    connection.feed(&bytes);
    assert_eq!(pings(&mut connection), 1);
}

fn pings(connection: &mut Connection<Spoken>) -> usize {
    let mut pings = 0;
    while let Ok(Some(event)) = connection.receive() {
        pings += usize::from(matches!(event, Event::Ping(_)));
    }
    pings
}

#[tokio::test(start_paused = true)]
async fn what_the_peer_sends_puts_the_ping_off() {
    let (mut client, mut server) = pair(newest(), keepalive()).await;
    let talk = async {
        for _ in 0..4 {
            sleep(INTERVAL - Duration::from_secs(1)).await;
            client.send("here").await.unwrap();
        }
    };
    let listen = async {
        for _ in 0..4 {
            assert_eq!(server.recv().await.unwrap(), Some("here".into()));
        }
    };
    tokio::join!(talk, listen);
    let (mut stream, mut connection) = client.into_parts();
    let mut byte = [0];
    let silent = timeout(Duration::from_millis(1), stream.read(&mut byte)).await;
    assert!(silent.is_err(), "something was sent");
    assert_eq!(pings(&mut connection), 0);
}

#[tokio::test(start_paused = true)]
async fn a_draft_without_pings_has_the_idle_limit_alone() {
    let draft = drafts()
        .find(|draft| !draft.info().has(Kind::Ping))
        .expect("a draft");
    let (mut client, mut server) = pair(draft, keepalive()).await;
    let waited = timeout(INTERVAL * 10, server.recv()).await;
    assert!(waited.is_err(), "{waited:?}");
    client.send("here").await.unwrap();
    assert_eq!(server.recv().await.unwrap(), Some("here".into()));

    let mut limits = keepalive();
    limits.idle = Some(INTERVAL * 2);
    let (_client, mut server) = pair(draft, limits).await;
    let start = Instant::now();
    let received = server.recv().await;
    assert_eq!(ended_by(&server, &received), Some(Limit::Idle));
    assert!(start.elapsed() >= INTERVAL * 2);
}

#[tokio::test(start_paused = true)]
async fn silence_counts_from_when_an_endpoint_first_waits() {
    let mut limits = Limits::default();
    limits.idle = Some(INTERVAL);
    let (_client, mut server) = pair(newest(), limits).await;
    // The application is busy before it receives for the first time.
    sleep(INTERVAL * 3).await;
    let start = Instant::now();
    let received = server.recv().await;
    assert_eq!(ended_by(&server, &received), Some(Limit::Idle));
    assert!(start.elapsed() >= INTERVAL);
}

const WRITE: Duration = Duration::from_secs(60);

/// A server whose client never reads, over a stream that holds little.
async fn unread() -> (Socket, Socket) {
    let limits = Limits::default();
    assert_eq!(limits.write, Some(WRITE), "the default is safe");
    sockets::pair(newest(), 1 << 10, Limits::default(), limits).await
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_holds_no_sender_for_ever() {
    let (_client, mut server) = unread().await;
    let start = Instant::now();
    let payload = vec![7; 1 << 20];
    let error = loop {
        if let Err(error) = server.send(&payload[..]).await {
            break error;
        }
    };
    assert_eq!(limit(&error), Some(Limit::Write));
    assert_eq!(start.elapsed().as_secs(), WRITE.as_secs());
    let ending = server.ended().expect("an ending");
    assert!(
        matches!(ending.cause, Cause::Limit { limit: Limit::Write, value } if value == 60_000),
        "{ending:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn nor_a_flush_nor_a_receiver() {
    for flushes in [true, false] {
        let (_client, mut server) = unread().await;
        server.try_send(vec![7; 1 << 20]).expect("room");
        let start = Instant::now();
        let failed = if flushes {
            server.flush().await.expect_err("nobody reads")
        } else {
            server.recv().await.expect_err("nobody reads")
        };
        assert_eq!(limit(&failed), Some(Limit::Write));
        // A receiver takes leave of the stream, which has its own limit.
        let latest = WRITE + Limits::default().close + Duration::from_secs(1);
        assert!((WRITE..latest).contains(&start.elapsed()));
    }
}

#[tokio::test(start_paused = true)]
async fn both_halves_learn_that_the_peer_never_reads() {
    let (_client, server) = unread().await;
    let (mut writer, mut reader) = server.split();
    writer.try_send(vec![7; 1 << 20]).expect("room");
    let (received, flushed) = tokio::join!(reader.recv(), writer.flush());
    for error in [received.map(drop), flushed] {
        assert_eq!(limit(&error.expect_err("nobody reads")), Some(Limit::Write));
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_reads_slowly_is_kept() {
    let (client, mut server) = unread().await;
    let (mut stream, mut connection) = client.into_parts();
    server.try_send(vec![7; 40 << 10]).expect("room");
    let reads = async {
        loop {
            sleep(WRITE - Duration::from_secs(1)).await;
            let mut bytes = [0; 1 << 10];
            let length = stream.read(&mut bytes).await.expect("more");
            connection.feed(&bytes[..length]);
            if let Some(Event::Binary(payload)) = connection.receive().expect("no violation") {
                break payload.len();
            }
        }
    };
    let (flushed, length) = tokio::join!(server.flush(), reads);
    flushed.expect("in time");
    assert_eq!(length, 40 << 10);
}

#[tokio::test(start_paused = true)]
async fn without_the_limit_a_sender_waits() {
    let limits = {
        let mut limits = Limits::default();
        limits.write = None;
        limits
    };
    let (_client, mut server) = sockets::pair(newest(), 1 << 10, Limits::default(), limits).await;
    server.try_send(vec![7; 1 << 20]).expect("room");
    let waited = timeout(WRITE * 100, server.flush()).await;
    assert!(waited.is_err(), "{waited:?}");
}

/// Time that the application takes between two calls is not the peer's silence.
#[tokio::test(start_paused = true)]
async fn silence_counts_from_when_the_peer_is_listened_to() {
    let mut limits = Limits::default();
    limits.idle = Some(INTERVAL);
    let (mut client, mut server) = pair(newest(), limits).await;
    client.send("question").await.unwrap();
    assert_eq!(server.recv().await.unwrap(), Some("question".into()));
    sleep(INTERVAL * 2).await;
    server.send("answer").await.unwrap();
    let asks = async {
        assert_eq!(client.recv().await.unwrap(), Some("answer".into()));
        client.send("again").await.unwrap();
    };
    let (received, ()) = tokio::join!(server.recv(), asks);
    assert_eq!(received.unwrap(), Some("again".into()));
    let start = Instant::now();
    let received = server.recv().await;
    assert_eq!(ended_by(&server, &received), Some(Limit::Idle));
    assert!(start.elapsed() >= INTERVAL);
}
