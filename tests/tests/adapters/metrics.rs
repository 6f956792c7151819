//! What is counted: handshakes, connections, messages and endings, over every adapter.

use std::{collections::BTreeMap, io::Write as _, thread};

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    net::{TcpListener, TcpStream},
};
use wsdraft::{
    Error, Limits, Message, Prepared,
    axum::{WebSocket as Upgraded, WebSocketUpgrade},
    handshake::{Address, Hosts, Origins, Rejection},
    metrics::{Counters, Snapshot, Volume},
    tokio::Acceptor,
};
use wsdraft_tests::{
    golden::rfc6455,
    ports::{accept, dial, listen},
    sockets::{Socket, Spoken, address, connector, newest, poll_once},
};

mod endings;
mod recorder;
mod upgrades;

fn volume(count: u64, bytes: u64) -> Volume {
    let mut volume = Volume::default();
    (volume.count, volume.bytes) = (count, bytes);
    volume
}

fn names<const N: usize>(names: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    names.into()
}

/// Two ends of a connection, and what each counts.
struct Counted {
    client: Socket,
    server: Socket,
    by_client: Counters,
    by_server: Counters,
}

async fn counted_with(of: impl FnOnce(Acceptor<Spoken>) -> Acceptor<Spoken>) -> Counted {
    let (near, far) = duplex(1 << 18);
    let (by_client, by_server) = (Counters::new(), Counters::new());
    let acceptor = of(Acceptor::new(newest()).metrics(by_server.clone()));
    let connector = connector(newest()).metrics(by_client.clone());
    let address = address();
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    Counted {
        client: client.expect("a client"),
        server: server.expect("a server"),
        by_client,
        by_server,
    }
}

async fn counted() -> Counted {
    counted_with(|acceptor| acceptor).await
}

/// What a server counts of a client that sends this.
async fn refused(
    of: impl FnOnce(Acceptor<Spoken>) -> Acceptor<Spoken>,
    request: &[u8],
) -> Snapshot {
    let counters = Counters::new();
    let acceptor = of(Acceptor::new(newest()).metrics(counters.clone()));
    let (mut near, far) = duplex(1 << 16);
    near.write_all(request).await.unwrap();
    near.shutdown().await.unwrap();
    acceptor.accept(far).await.expect_err("no connection");
    counters.snapshot()
}

fn request(more: &str) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn messages_and_bytes_are_counted_in_both_directions_by_kind() {
    let Counted {
        mut client,
        mut server,
        by_client,
        by_server,
    } = counted().await;
    let large = Message::from(vec![7; 100_000]);
    client.send("grüße").await.unwrap();
    client.send(&large).await.unwrap();
    client.send(&Prepared::new("twice")).await.unwrap();
    client.send_with(|to| to.ping(b"123")).await.unwrap();
    client
        .send_with(|to| {
            to.begin_text(b"in ")?;
            to.append(b"three ")?;
            to.finish(b"parts")
        })
        .await
        .unwrap();
    client.send_with(|to| to.close(1000, "bye")).await.unwrap();
    assert_eq!(by_server.snapshot().open, 1);
    while server.recv().await.unwrap().is_some() {}
    assert!(client.recv().await.unwrap().is_none());
    for (counters, sends) in [(by_client, true), (by_server, false)] {
        let sums = counters.snapshot();
        let (there, back) = match sends {
            true => (sums.sent, sums.received),
            false => (sums.received, sums.sent),
        };
        assert_eq!(there.text, volume(3, 7 + 5 + 14), "{sums:?}");
        assert_eq!(there.binary, volume(1, 100_000));
        assert_eq!(there.ping, volume(1, 3));
        assert_eq!((there.messages(), there.bytes()), (4, 100_034));
        assert_eq!(back.pong, volume(1, 3));
        assert_eq!(there.close, volume(1, 5));
        assert_eq!(back.close.count, 1);
        assert_eq!((sums.opened, sums.open, sums.handshakes), (1, 0, 0));
        assert_eq!(sums.ended, names([("clean", 1)]));
        assert_eq!(sums.close_received, names([("normal-closure", 1)]));
        assert_eq!(sums.close_sent, names([("normal-closure", 1)]));
        assert_eq!(sums.failed, names([]));
    }
}

#[tokio::test]
async fn every_way_of_receiving_counts_once() {
    let Counted {
        mut client,
        mut server,
        by_server,
        ..
    } = counted().await;
    for _ in 0..3 {
        client.feed("text").await.unwrap();
        client.feed(vec![1]).await.unwrap();
    }
    client.flush().await.unwrap();
    server.recv().await.unwrap();
    server.recv_ref().await.unwrap();
    server.recv_ref().await.unwrap();
    server.recv_event().await.unwrap();
    // The rest is discarded.
    let (server, client) = tokio::join!(server.close(1000, ""), client.recv());
    server.unwrap();
    client.unwrap();
    let received = by_server.snapshot().received;
    assert_eq!(
        (received.text, received.binary),
        (volume(3, 12), volume(3, 3))
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_are_counted_by_rule_and_by_name() {
    let plain = b"GET / HTTP/1.1\r\nHost: server.example\r\n\r\n";
    let version = "Sec-WebSocket-Version: 13\r\n";
    let whole = request(version);
    let foreign = request(&format!("{version}Origin: https://evil.example\r\n"));
    let same = |acceptor: Acceptor<Spoken>| acceptor.origins(Origins::Same);
    let host =
        |acceptor: Acceptor<Spoken>| acceptor.hosts(Hosts::these(["other.example"]).unwrap());
    let small = |acceptor: Acceptor<Spoken>| {
        acceptor.limits({
            let mut limits = Limits::default();
            limits.head = 20;
            limits
        })
    };
    let only = |name| names([(name, 1)]);
    let any = |acceptor| acceptor;
    assert_eq!(refused(any, &request("")).await.failed.len(), 1);
    assert_eq!(refused(any, plain).await.failed, only("no-upgrade"));
    assert_eq!(refused(any, b"\0\r\n\r\n").await.failed, only("malformed"));
    assert_eq!(refused(any, b"").await.failed, only("left-early"));
    assert_eq!(refused(any, &whole[..30]).await.failed, only("left-early"));
    assert_eq!(refused(same, &foreign).await.failed, only("origin-refused"));
    assert_eq!(refused(host, &whole).await.failed, only("host-refused"));
    assert_eq!(refused(small, &whole).await.failed, only("head-size"));
    let key = request(version)
        .into_iter()
        .map(char::from)
        .collect::<String>();
    let key = key.replace("dGhlIHNhbXBsZSBub25jZQ==", "short");
    let sums = refused(any, key.as_bytes()).await;
    let [(rule, 1)] = sums
        .failed
        .iter()
        .map(|(k, v)| (*k, *v))
        .collect::<Vec<_>>()[..]
    else {
        panic!("{sums:?}")
    };
    assert!(newest().info().rule(rule).is_some(), "{rule}");
    assert_eq!((sums.opened, sums.open, sums.handshakes), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_application_the_time_limit_and_a_dropped_future_are_told_apart() {
    let counters = Counters::new();
    let acceptor = Acceptor::new(newest()).metrics(counters.clone());
    let (near, far) = duplex(1 << 16);
    let address = address();
    let by_client = Counters::new();
    let connector = connector(newest()).metrics(by_client.clone());
    let decide = async |_| Err::<wsdraft::handshake::Acceptance, _>(Rejection::new(401));
    let (client, server) = tokio::join!(
        connector.connect(near, &address),
        acceptor.accept_with(far, decide)
    );
    client.unwrap_err();
    server.map(|_| ()).unwrap_err();
    assert_eq!(by_client.snapshot().failed, names([("refused", 1)]));
    assert_eq!(counters.snapshot().failed, names([("application", 1)]));

    let (_near, far) = duplex(1 << 16);
    acceptor.accept(far).await.expect_err("too late");
    let (_near, far) = duplex(1 << 16);
    {
        let mut accept = Box::pin(acceptor.accept(far));
        assert!(poll_once(&mut accept).is_pending());
        assert_eq!(counters.snapshot().handshakes, 1);
    }
    let sums = counters.snapshot();
    assert_eq!(sums.handshakes, 0);
    let failed = [
        ("abandoned", 1),
        ("application", 1),
        ("handshake-timeout", 1),
    ];
    assert_eq!(sums.failed, names(failed));
}

#[test]
fn blocking_streams_are_counted() {
    let (listener, address) = listen();
    let (by_client, by_server) = (Counters::new(), Counters::new());
    let acceptor = Acceptor::new(newest()).metrics(by_server.clone());
    let server = thread::spawn(move || {
        let mut socket = acceptor.accept_blocking(accept(&listener)).unwrap();
        while let Some(message) = socket.recv().unwrap() {
            socket.send(message).unwrap();
        }
        // A client that is no WebSocket client.
        acceptor.accept_blocking(accept(&listener)).unwrap_err();
    });
    let connector = connector(newest()).metrics(by_client.clone());
    let stream = dial(&address);
    let mut client = connector.connect_blocking(stream, &address).unwrap();
    client.send("hello").unwrap();
    client.recv().unwrap();
    client.close(1000, "").unwrap();
    dial(&address).write_all(b"\0\r\n\r\n").unwrap();
    server.join().unwrap();
    for counters in [by_client, by_server.clone()] {
        let sums = counters.snapshot();
        assert_eq!((sums.opened, sums.open), (1, 0));
        assert_eq!(
            (sums.sent.text, sums.received.text),
            (volume(1, 5), volume(1, 5))
        );
        assert_eq!(sums.ended, names([("clean", 1)]));
    }
    assert_eq!(by_server.snapshot().failed, names([("malformed", 1)]));
}

#[tokio::test]
async fn hyper_and_axum_are_counted() {
    let counters = Counters::new();
    let acceptor = Acceptor::new(rfc6455::Draft).metrics(counters.clone());
    let page = async |upgrade: WebSocketUpgrade<rfc6455::Draft>| {
        upgrade.on_upgrade(async |mut socket: Upgraded<rfc6455::Draft>| {
            while let Ok(Some(message)) = socket.recv().await {
                socket.send(message).await.unwrap();
            }
        })
    };
    let router = Router::new().route("/", get(page)).with_state(acceptor);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let address: Address = format!("ws://{server}/").parse().unwrap();
    let stream = TcpStream::connect(server).await.unwrap();
    let mut client = connector(newest()).connect(stream, &address).await.unwrap();
    client.send("hello").await.unwrap();
    client.recv().await.unwrap();
    assert_eq!(counters.snapshot().open, 1);
    client.close(1000, "").await.unwrap();

    let mut plain = TcpStream::connect(server).await.unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    plain.write_all(request.as_bytes()).await.unwrap();
    plain.read_to_end(&mut Vec::new()).await.unwrap();
    // The client's end is before the server's.
    while counters.snapshot().open > 0 {
        tokio::task::yield_now().await;
    }
    let sums = counters.snapshot();
    assert_eq!((sums.opened, sums.handshakes), (1, 0));
    assert_eq!(sums.failed, names([("no-upgrade", 1)]));
    assert_eq!(sums.ended, names([("clean", 1)]));
    assert_eq!(sums.received.text, volume(1, 5));
}

#[tokio::test]
async fn a_client_from_a_url_is_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let counters = Counters::new();
    let client = wsdraft::Client::builder().metrics(counters.clone()).build();
    let serve = async {
        let (stream, _) = listener.accept().await.unwrap();
        Acceptor::new(newest()).accept(stream).await
    };
    let (client, server) = tokio::join!(client.connect(&url), serve);
    assert_eq!(counters.snapshot().open, 1);
    drop((client.unwrap(), server.unwrap()));
    assert_eq!(counters.snapshot().ended, names([("dropped", 1)]));
}

#[tokio::test(start_paused = true)]
async fn the_sums_are_printed_for_prometheus() -> Result<(), Error> {
    let Counted {
        mut client,
        mut server,
        by_server,
        ..
    } = counted().await;
    client.send("hello").await?;
    server.recv().await?;
    drop(server);
    refused(|acceptor| acceptor, b"").await;
    let text = by_server.snapshot().to_string();
    for line in [
        "websocket_connections_open 0",
        "websocket_connections_opened_total 1",
        "websocket_connections_ended_total{cause=\"dropped\"} 1",
        "websocket_messages_total{direction=\"received\",kind=\"text\"} 1",
        "websocket_payload_bytes_total{direction=\"received\",kind=\"text\"} 5",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    // Each metric has its type before its first value, once.
    let (mut typed, mut valued) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            typed.push(line.split(' ').next().unwrap());
        } else {
            let name = line.split(['{', ' ']).next().unwrap();
            assert_eq!(typed.last(), Some(&name), "{text}");
            valued.push(name);
        }
    }
    valued.dedup();
    for name in valued {
        let times = typed.iter().filter(|typed| **typed == name).count();
        assert_eq!(times, 1, "{name} in {text}");
    }
    Ok(())
}
