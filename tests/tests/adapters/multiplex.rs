//! Several logical connections over one stream, with tokio, hyper and axum.

use std::{io, time::Duration};

use futures_util::{FutureExt as _, future::join_all};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    task::JoinHandle,
    time::timeout,
};
use wsdraft::{
    Config, Connection, ConnectionError, Error, Message, OsEntropy,
    drafts::rfc6455::Draft,
    extension::{Extensions, builtin, multiplex::BlockKind},
    handshake::{Address, client::ClientError},
    multiplex::{Block, Channel, Driver, Format, MultiplexLimits, Mux, Over},
    tokio::{Acceptor, Connector, WebSocket},
};

mod stalls;
mod under_http;

type Socket = WebSocket<Channel, Draft>;
type Driven = JoinHandle<Result<(), Error>>;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(20);

/// The format of the dialect that most of these tests speak.
fn format() -> Format {
    let mut all = builtin::ALL.iter().copied();
    all.find(|info| info.short == "mux-07")
        .and_then(Format::of)
        .unwrap()
}

fn address() -> Address {
    "ws://server.example/chat".parse().unwrap()
}

fn extensions(list: &str) -> Extensions {
    Extensions::named(list, builtin::ALL)
        .unwrap()
        .with_channels()
}

/// Both ends of a physical connection, not yet driven.
async fn carried(
    list: &str,
    buffer: usize,
    limits: MultiplexLimits,
) -> (
    (Mux<Draft>, Driver<DuplexStream, Draft>),
    (Mux<Draft>, Driver<DuplexStream, Draft>),
) {
    let (near, far) = duplex(buffer);
    let acceptor = Acceptor::new(Draft).extensions(extensions(list));
    let connector = Connector::new(Draft).extensions(extensions(list));
    let address = address();
    let (server, client) = tokio::join!(acceptor.accept(far), connector.connect(near, &address));
    let server = Mux::server(server.unwrap(), &acceptor, limits).unwrap();
    let client = Mux::client(client.unwrap(), &connector, limits).unwrap();
    (server, client)
}

/// The same, driven.
async fn pair(limits: MultiplexLimits) -> ((Mux<Draft>, Driven), (Mux<Draft>, Driven)) {
    let ((server, near), (client, far)) = carried("mux-07", 1 << 14, limits).await;
    ((server, tokio::spawn(near)), (client, tokio::spawn(far)))
}

/// A driven server, and a client that does not know of channels.
async fn half(limits: MultiplexLimits) -> (Mux<Draft>, Driven, DuplexStream, Connection<Draft>) {
    let (near, far) = duplex(1 << 20);
    let acceptor = Acceptor::new(Draft).extensions(extensions("mux-07"));
    let connector = Connector::new(Draft).extensions(extensions("mux-07"));
    let address = address();
    let (server, client) = tokio::join!(acceptor.accept(far), connector.connect(near, &address));
    let (server, driver) = Mux::server(server.unwrap(), &acceptor, limits).unwrap();
    let (stream, connection) = client.unwrap().into_parts();
    let (session, config) = (*connection.session(), Config::default());
    let plain = Connection::client(Draft, session, OsEntropy, config);
    (server, tokio::spawn(driver), stream, plain)
}

async fn echo(mut socket: Socket) {
    while let Ok(Some(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            break;
        }
    }
}

/// Echoes on every channel.
fn echoing(mut mux: Mux<Draft>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok(Some(socket)) = mux.accept().await {
            tokio::spawn(echo(socket));
        }
    })
}

async fn talk(socket: &mut Socket, text: &str) {
    socket.send(text).await.unwrap();
    let answer = timeout(LONG, socket.recv()).await.expect("an answer");
    assert_eq!(answer.unwrap(), Some(Message::from(text)));
}

#[tokio::test]
async fn many_channels_echo_at_once() {
    for list in ["mux-03", "mux-05", "mux-07", "permessage-deflate, mux"] {
        let limits = MultiplexLimits::default();
        let ((server, near), (mut client, far)) = carried(list, 1 << 12, limits).await;
        let (near, far) = (tokio::spawn(near), tokio::spawn(far));
        echoing(server);
        let mut sockets = vec![client.first().unwrap()];
        for _ in 0..49 {
            sockets.push(client.open(&address()).await.unwrap());
        }
        let talks = sockets.into_iter().map(|mut socket| async move {
            for round in 0..5 {
                let id = socket.stream().id();
                talk(&mut socket, &format!("{id} {round}").repeat(2000)).await;
            }
            assert!(socket.close(1000, "done").await.unwrap().is_clean());
        });
        timeout(LONG, join_all(talks)).await.expect("no stop");
        drop(client);
        timeout(LONG, near).await.unwrap().unwrap().unwrap();
        timeout(LONG, far).await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_cancelled_accept_loses_no_channel() {
    let ((mut server, _near), (client, _far)) = pair(MultiplexLimits::default()).await;
    let first = server.first();
    let opened = tokio::spawn(async move {
        let mut sockets = Vec::new();
        for _ in 0..10 {
            sockets.push(client.open(&address()).await.unwrap());
        }
        (sockets, client)
    });
    let mut accepted = Vec::new();
    while accepted.len() < 10 {
        if let Some(channel) = server.accept_channel().now_or_never() {
            let acceptor = Acceptor::new(Draft);
            accepted.push(acceptor.accept(channel.unwrap()).await.unwrap());
        }
        tokio::task::yield_now().await;
    }
    let (mut sockets, _client) = opened.await.unwrap();
    sockets[9].send("hello").await.unwrap();
    assert_eq!(accepted[9].recv().await.unwrap(), Some("hello".into()));
    drop(first);
}

#[tokio::test]
async fn a_cancelled_open_gives_back_its_slot() {
    let limits = MultiplexLimits::default().channels(2);
    let ((server, _near), (mut client, _far)) = pair(limits).await;
    echoing(server);
    let mut first = client.first().unwrap();
    for _ in 0..50 {
        drop(timeout(Duration::from_micros(100), client.open(&address())).await);
    }
    let opened = async {
        loop {
            match client.open(&address()).await {
                Ok(socket) => return socket,
                Err(Error::Io(_)) => tokio::task::yield_now().await,
                Err(other) => panic!("{other}"),
            }
        }
    };
    let mut socket = timeout(LONG, opened).await.expect("a slot");
    talk(&mut socket, "hello").await;
    talk(&mut first, "hello").await;
}

#[tokio::test]
async fn a_cancelled_receive_loses_no_message() {
    let ((server, _near), (client, _far)) = pair(MultiplexLimits::default().window(100)).await;
    echoing(server);
    let mut socket = client.open(&address()).await.unwrap();
    let text = "x".repeat(3000);
    let sending = |round: u64| Duration::from_micros(50 * round);
    for round in 0..20 {
        // Whatever the first call has queued, the second one sends.
        if timeout(sending(round), socket.send(text.as_str()))
            .await
            .is_err()
        {
            timeout(LONG, socket.flush()).await.unwrap().unwrap();
        }
        let answer = loop {
            if let Ok(answer) = timeout(sending(20 - round), socket.recv()).await {
                break answer.unwrap();
            }
        };
        assert_eq!(answer, Some(Message::from(text.as_str())));
    }
}

#[tokio::test]
async fn a_dropped_socket_ends_only_its_channel() {
    let ((mut server, _near), (mut client, _far)) = pair(MultiplexLimits::default()).await;
    let (mut ours, mut theirs) = (client.first().unwrap(), server.first().unwrap());
    let address = address();
    let (opened, accepted) = tokio::join!(client.open(&address), server.accept());
    let (opened, mut accepted) = (opened.unwrap(), accepted.unwrap().unwrap());
    drop(opened);
    let gone = timeout(LONG, accepted.recv()).await.unwrap().unwrap_err();
    let vanished = matches!(gone, Error::Connection(ConnectionError::Vanished { .. }));
    assert!(vanished, "{gone}");
    assert_eq!(accepted.stream().dropped().unwrap().code, Some(1000));
    ours.send("hello").await.unwrap();
    assert_eq!(theirs.recv().await.unwrap(), Some("hello".into()));
}

#[tokio::test]
async fn a_channel_that_is_not_read_stops_its_sender_alone() {
    let ((mut server, _near), (mut client, _far)) = pair(MultiplexLimits::default()).await;
    let (mut first, mut first_accepted) = (client.first().unwrap(), server.first().unwrap());
    let address = address();
    let (opened, accepted) = tokio::join!(client.open(&address), server.accept());
    let (mut second, mut second_accepted) = (opened.unwrap(), accepted.unwrap().unwrap());
    let long = "x".repeat(3 << 20);
    let blocked = timeout(SHORT, second.send(long.as_str())).await;
    assert!(blocked.is_err(), "nobody reads");
    first.send("hello").await.unwrap();
    assert_eq!(first_accepted.recv().await.unwrap(), Some("hello".into()));
    let (flushed, read) = tokio::join!(second.flush(), second_accepted.recv());
    flushed.unwrap();
    assert_eq!(read.unwrap().unwrap().len(), long.len());
}

#[tokio::test]
async fn all_channels_end_with_the_driver() {
    let ((mut server, near), (mut client, far)) = pair(MultiplexLimits::default()).await;
    let (mut ours, mut theirs) = (client.first().unwrap(), server.first().unwrap());
    near.abort();
    assert!(near.await.unwrap_err().is_cancelled());
    assert!(theirs.recv().await.is_err());
    assert!(server.accept().await.unwrap().is_none());
    assert!(ours.recv().await.is_err());
    assert!(far.await.unwrap().is_err(), "the peer has vanished");
    assert_eq!(client.over(), Some(Over::Ended));
    assert!(matches!(client.open(&address()).await, Err(Error::Io(_))));
}

#[tokio::test]
async fn a_server_closes_everything() {
    let ((mut server, near), (mut client, far)) = pair(MultiplexLimits::default()).await;
    let (mut ours, theirs) = (client.first().unwrap(), server.first().unwrap());
    server.close();
    near.await.unwrap().unwrap();
    far.await.unwrap().unwrap();
    assert!(ours.recv().await.is_err());
    drop(theirs);
}

#[tokio::test]
async fn a_violation_on_the_physical_connection_is_explained() {
    let (_server, driver, mut stream, mut plain) = half(MultiplexLimits::default()).await;
    plain.text("no channel").unwrap();
    stream.write_all(plain.output()).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(LONG, async {
        let mut bytes = [0; 1024];
        while !answer.windows(2).any(|code| code == 1011u16.to_be_bytes()) {
            let read = stream.read(&mut bytes).await?;
            answer.extend_from_slice(&bytes[..read]);
        }
        Ok::<_, io::Error>(())
    })
    .await
    .expect("a close frame");
    drop(stream);
    let error = driver.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("envelope-binary"), "{error}");
}

/// A driver that never gives back its thread would stop this one, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_congested_end_still_closes() {
    let limits = MultiplexLimits::default().channels(1);
    let (server, driver, mut stream, mut plain) = half(limits).await;
    server.close();
    let mut answer = Vec::new();
    while !answer.ends_with(&[0x88, 2, 0x03, 0xe8]) {
        answer.push(timeout(LONG, stream.read_u8()).await.unwrap().unwrap());
    }
    let format = format();
    let mut message = vec![0];
    for id in 2..10_000 {
        format.write(&Block::new(BlockKind::AddRequest, id), &mut message);
    }
    for _ in 0..2 {
        plain.binary(&message).unwrap();
        stream.write_all(plain.output()).await.unwrap();
        plain.sent(plain.output().len());
    }
    plain.close(1000, "").unwrap();
    stream.write_all(plain.output()).await.unwrap();
    timeout(LONG, driver).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn without_a_handle_requests_are_refused() {
    for late in [false, true] {
        let ((mut server, near), (mut client, far)) = pair(MultiplexLimits::default()).await;
        let (mut ours, mut theirs) = (client.first().unwrap(), server.first().unwrap());
        ours.send("hello").await.unwrap();
        assert_eq!(theirs.recv().await.unwrap(), Some("hello".into()));
        let address = address();
        let mut server = Some(server);
        let opening = async {
            if late {
                tokio::time::sleep(SHORT).await;
            }
            drop(server.take());
        };
        let (opened, ()) = tokio::join!(timeout(LONG, client.open(&address)), opening);
        let refused = opened.expect("an answer").unwrap_err();
        let cause = refused.handshake().unwrap();
        assert!(matches!(cause, ClientError::Refused { .. }), "{refused}");
        ours.send("still here").await.unwrap();
        assert_eq!(theirs.recv().await.unwrap(), Some("still here".into()));
        drop(theirs);
        timeout(LONG, near).await.expect("an end").unwrap().unwrap();
        timeout(LONG, far).await.expect("an end").unwrap().unwrap();
    }
}

#[tokio::test]
async fn channels_have_two_halves() {
    let ((server, _near), (mut client, _far)) = pair(MultiplexLimits::default()).await;
    echoing(server);
    let (mut writer, mut reader) = client.first().unwrap().split();
    let texts = (0..1000).map(|number| number.to_string().repeat(50));
    let texts: Vec<String> = texts.collect();
    let expected = texts.clone();
    let writing = tokio::spawn(async move {
        for text in texts {
            writer.send(text).await.unwrap();
        }
        writer
    });
    for text in expected {
        assert_eq!(reader.recv().await.unwrap(), Some(Message::from(text)));
    }
    drop(writing.await.unwrap());
}

#[tokio::test]
async fn without_leave_no_channels_are_agreed() {
    let (near, far) = duplex(1 << 14);
    let quiet = Extensions::named("mux", builtin::ALL).unwrap();
    let acceptor = Acceptor::new(Draft).extensions(quiet.clone());
    let connector = Connector::new(Draft).extensions(quiet);
    let refused = connector.connect(near, &address()).await.unwrap_err();
    assert!(refused.to_string().contains("mux-07"), "{refused}");
    drop((acceptor, far));
    let plain = Acceptor::new(Draft);
    let connector = Connector::new(Draft).extensions(extensions("mux"));
    let (near, far) = duplex(1 << 14);
    let address = address();
    let (server, client) = tokio::join!(plain.accept(far), connector.connect(near, &address));
    let limits = MultiplexLimits::default();
    assert!(Mux::server(server.unwrap(), &plain, limits).is_err());
    assert!(Mux::client(client.unwrap(), &connector, limits).is_err());
}
