//! Memory that connections share: what one gets, what it is told when there is no more, and that
//! nobody keeps it for ever.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    Budget, Cause, Config, Connection, ConnectionError, Error, Event, Limit, Limits, Message, Role,
    extension::Extensions, frame::Session, info::Kind, tokio::WebSocket,
};
use wsdraft_tests::sockets::{Spoken, drafts, find, newest};

const MIB: usize = 1 << 20;
/// What a growing buffer may have beside what is in it.
const PIECE: usize = 128 << 10;

fn zeros(bytes: &mut [u8]) -> Result<(), wsdraft::NoEntropy> {
    bytes.fill(0);
    Ok(())
}

fn end(draft: Spoken, role: Role, budget: Option<&Budget>) -> Connection<Spoken> {
    let mut config = Config::with_limits(Limits::default());
    config.budget = budget.cloned();
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

fn sent(connection: &mut Connection<Spoken>) -> Vec<u8> {
    let bytes = connection.output().to_vec();
    connection.sent(bytes.len());
    bytes
}

/// What a peer of `role` sends for a message of so many bytes.
fn message(draft: Spoken, role: Role, length: usize) -> Vec<u8> {
    let mut peer = end(draft, role.peer(), None);
    peer.text(&"x".repeat(length)).expect("room");
    sent(&mut peer)
}

/// Feeds as a stream is read, and takes what comes; gives the messages.
fn receive(
    connection: &mut Connection<Spoken>,
    bytes: &[u8],
) -> Result<Vec<usize>, ConnectionError> {
    let mut messages = Vec::new();
    for piece in bytes.chunks(16 << 10) {
        connection.feed(piece);
        while let Some(event) = connection.receive()? {
            if let Event::Text(text) = event {
                messages.push(text.len());
            }
        }
    }
    connection.rest();
    Ok(messages)
}

fn memory(error: &ConnectionError, budget: &Budget) -> bool {
    let value = budget.bytes() as u64;
    matches!(error, ConnectionError::Limit { limit: Limit::Memory, value: v } if *v == value)
}

#[test]
fn what_connections_hold_stays_within_it_in_every_draft_and_role() {
    for draft in drafts() {
        for role in [Role::Client, Role::Server] {
            let name = draft.info().short;
            let budget = Budget::new(2 * MIB);
            let whole = message(draft, role, MIB - 1000);
            let part = &whole[..whole.len() - 2];
            let mut holding = Vec::new();
            let mut refused = 0;
            for _ in 0..12 {
                let mut connection = end(draft, role, Some(&budget));
                match receive(&mut connection, part) {
                    Ok(messages) => assert!(messages.is_empty(), "{name}"),
                    Err(error) => {
                        assert!(memory(&error, &budget), "{name}: {error}");
                        refused += 1;
                    }
                }
                assert!(budget.used() <= budget.bytes(), "{name}");
                holding.push(connection);
            }
            assert!((8..12).contains(&refused), "{name}: {refused} refused");
            // Those that had room are served to the end, and so is what is small.
            let used = budget.used();
            let mut other = end(draft, role, Some(&budget));
            let small = message(draft, role, 1000);
            assert_eq!(receive(&mut other, &small), Ok(vec![1000]), "{name}");
            assert_eq!(budget.used(), used, "{name}");
            let first = receive(&mut holding[0], &whole[part.len()..]);
            assert_eq!(first, Ok(vec![MIB - 1000]), "{name}");
            drop(holding);
            assert_eq!(budget.used(), 0, "{name}: all is given back");
        }
    }
}

#[test]
fn the_peer_is_told_the_code_that_the_draft_has_for_it() {
    for draft in drafts() {
        let codes = draft.info().local_codes;
        let owed = codes.overloaded.or(codes.policy).or(codes.too_big);
        let budget = Budget::new(PIECE);
        let mut server = end(draft, Role::Server, Some(&budget));
        let small = message(draft, Role::Server, 100);
        let large = message(draft, Role::Server, MIB);
        let mut bytes = small.clone();
        bytes.extend(&large);
        server.feed(&bytes[..small.len() + 60_000]);
        // What was complete before is handed out first.
        let event = server.receive().expect("a message").expect("a message");
        assert!(matches!(event, Event::Text(text) if text.len() == 100));
        let failed = receive(&mut server, &bytes[small.len() + 60_000..]);
        let error = failed.expect_err("too much");
        assert!(memory(&error, &budget), "{error}");
        assert_eq!(budget.used(), 0, "{}", draft.info().short);
        assert!(matches!(
            server.ended().expect("an end").cause,
            Cause::Limit {
                limit: Limit::Memory,
                ..
            }
        ));
        let mut client = end(draft, Role::Client, None);
        client.feed(&sent(&mut server));
        while let Ok(Some(_)) = client.receive() {}
        let told = client.peer_close().and_then(|close| close.code);
        assert_eq!(told, owed, "{}", draft.info().short);
    }
    assert_eq!(find("rfc6455").info().local_codes.overloaded, Some(1013));
}

#[test]
fn no_connection_gets_more_than_it_leaves_for_others() {
    let budget = Budget::new(16 * MIB);
    let whole = message(newest(), Role::Server, 12 * MIB);
    let mut server = end(newest(), Role::Server, Some(&budget));
    let failed = receive(&mut server, &whole).expect_err("more than half");
    assert!(memory(&failed, &budget));
    let mut server = end(newest(), Role::Server, Some(&budget));
    let fits = message(newest(), Role::Server, 7 * MIB);
    assert_eq!(receive(&mut server, &fits), Ok(vec![7 * MIB]));
}

#[test]
fn a_message_to_be_sent_waits_outside() {
    for draft in drafts() {
        let budget = Budget::new(MIB);
        let mut server = end(draft, Role::Server, Some(&budget));
        let large = "x".repeat(MIB);
        let refused = server.text(&large).expect_err("no memory");
        let value = MIB as u64;
        let limit = Limit::SendMemory;
        assert_eq!(refused, ConnectionError::Limit { limit, value });
        assert!(refused.is_recoverable());
        assert!(server.output().is_empty() && server.ended().is_none());
        server.text("small").expect("the connection goes on");
        server.text(&large[..300_000]).expect("room");
        assert!(budget.used() > 100_000 && budget.used() < MIB);
        sent(&mut server);
        server.rest();
        assert_eq!(budget.used(), 0);
    }
}

#[test]
fn pongs_that_nobody_reads_take_no_more_than_there_is() {
    for draft in drafts().filter(|draft| draft.info().has(Kind::Ping)) {
        let budget = Budget::new(300_000);
        let mut client = end(draft, Role::Client, None);
        let mut servers = Vec::new();
        for _ in 0..8 {
            let mut server = end(draft, Role::Server, Some(&budget));
            for _ in 0..6000 {
                client.ping(&[7; 100]).expect("room");
                server.feed(&sent(&mut client));
                while let Some(event) = server.receive().expect("no fault") {
                    assert!(matches!(event, Event::Ping(_)));
                }
            }
            assert!(budget.used() <= budget.bytes());
            servers.push(server);
        }
        // Once there is room, the latest is answered.
        let mut answered = 0;
        for server in &mut servers {
            while !server.output().is_empty() {
                sent(server);
                answered += 1;
            }
        }
        assert!(answered > servers.len(), "{answered}");
    }
}

#[test]
fn what_is_inflated_counts() {
    let known = wsdraft::extension::builtin::ALL;
    for offer in [
        "permessage-deflate",
        "x-webkit-deflate-frame",
        "permessage-compress; method=deflate",
        "deflate-frame",
        "perframe-compress; method=deflate",
    ] {
        let ours = Extensions::offered(offer, known).that_run();
        let agreed = ours.answer(newest().info(), offer);
        assert!(!agreed.is_empty(), "{offer}");
        let budget = Budget::new(8 * MIB);
        let mut client = end(newest(), Role::Client, None).extended(&agreed);
        client.binary(&vec![0; 6 * MIB]).expect("room");
        let bomb = sent(&mut client);
        assert!(bomb.len() < PIECE, "{offer}");
        let mut server = end(newest(), Role::Server, Some(&budget)).extended(&agreed);
        let failed = receive(&mut server, &bomb).expect_err("more than half");
        assert!(memory(&failed, &budget), "{offer}: {failed}");
        assert_eq!(budget.used(), 0, "{offer}");
    }
}

// ---- Those who keep it ----

fn socket(
    stream: DuplexStream,
    budget: &Budget,
    limits: Limits,
) -> WebSocket<DuplexStream, Spoken> {
    let mut config = Config::with_limits(limits);
    config.budget = Some(budget.clone());
    let connection = Connection::server(newest(), Session::default(), config);
    WebSocket::from_parts(stream, connection)
}

/// A server that has half a message, and its client's end.
async fn half(budget: &Budget, bytes: &[u8]) -> (WebSocket<DuplexStream, Spoken>, DuplexStream) {
    let (near, mut far) = duplex(16 * MIB);
    far.write_all(&bytes[..bytes.len() / 2])
        .await
        .expect("room");
    let mut server = socket(near, budget, Limits::default());
    let waited = tokio::time::timeout(Duration::from_millis(1), server.recv()).await;
    assert!(waited.is_err(), "half a message");
    (server, far)
}

/// So many that hold 272,000 bytes each, and are not looked after.
async fn others(
    budget: &Budget,
    count: usize,
) -> Vec<(WebSocket<DuplexStream, Spoken>, DuplexStream)> {
    let bytes = message(newest(), Role::Server, 400_000);
    let mut others = Vec::new();
    for _ in 0..count {
        others.push(half(budget, &bytes).await);
    }
    others
}

#[tokio::test(start_paused = true)]
async fn whoever_keeps_it_while_it_is_scarce_is_given_up() {
    let whole = message(newest(), Role::Server, 7 * MIB);
    let budget = Budget::new(8 * MIB);
    let (mut first, mut far) = half(&budget, &whole).await;
    let start = tokio::time::Instant::now();
    // Nobody else needs it: it may be kept.
    let waited = tokio::time::timeout(Duration::from_secs(60), first.recv()).await;
    assert!(waited.is_err());
    // One byte now and then is no progress.
    let (mut second, _other) = half(&budget, &whole[..3 * MIB]).await;
    let (mut third, _third) = half(&budget, &whole[..MIB]).await;
    assert!(budget.is_scarce(), "{}", budget.used());
    let drip = async {
        for byte in &whole[whole.len() / 2..][..100] {
            if far.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let keep = async {
        tokio::select! {
            failed = first.recv() => failed,
            failed = second.recv() => failed,
            failed = third.recv() => failed,
        }
    };
    let failed = tokio::select! {
        failed = keep => failed,
        () = drip => panic!("kept for ever"),
    };
    assert!(matches!(
        failed,
        Err(Error::Connection(ConnectionError::Limit {
            limit: Limit::Memory,
            ..
        }))
    ));
    assert!(start.elapsed() < Duration::from_secs(60) + 3 * budget.patience());
    assert!(!budget.is_scarce(), "{}", budget.used());
}

#[tokio::test(start_paused = true)]
async fn whoever_makes_progress_is_kept_though_it_is_scarce() {
    let budget = Budget::new(2 * MIB);
    let _others = others(&budget, 6).await;
    let (near, mut far) = duplex(4 * MIB);
    let mut server = socket(near, &budget, Limits::default());
    let small = message(newest(), Role::Server, 300_000);
    assert!(budget.is_scarce(), "{}", budget.used());
    let talk = async {
        for _ in 0..20 {
            for piece in small.chunks(small.len() / 4) {
                far.write_all(piece).await.expect("room");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    };
    let listen = async {
        for _ in 0..20 {
            let message = server.recv().await.expect("no fault").expect("a message");
            assert_eq!(message, Message::from("x".repeat(300_000)));
        }
    };
    tokio::join!(talk, listen);
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_too_slowly_while_it_is_scarce_is_given_up() {
    let budget = Budget::new(2 * MIB);
    let (near, mut far) = duplex(1000);
    let mut server = socket(near, &budget, Limits::default());
    server.feed("x".repeat(900_000)).await.expect("room");
    let _others = others(&budget, 3).await;
    assert!(budget.is_scarce(), "{}", budget.used());
    let slowly = async {
        let mut byte = [0];
        while far.read_exact(&mut byte).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let start = tokio::time::Instant::now();
    tokio::select! {
        failed = server.recv() => assert!(matches!(
            failed,
            Err(Error::Connection(ConnectionError::Limit { limit: Limit::Memory, .. }))
        )),
        () = slowly => panic!("the stream ended"),
    }
    let allowed = 2 * budget.patience() + Limits::default().close;
    assert!(start.elapsed() < allowed, "{:?}", start.elapsed());
}
