//! Every limit at its ends: nothing, one, and as much as there is. The build checks arithmetic.

use std::time::Duration;

use wsdraft::{
    Budget, Config, Connection, ConnectionError, Event, Keepalive, Limits, Relaxed, Role,
    extension::Extensions,
    frame::Session,
    handshake::Address,
    tokio::{Acceptor, Connector},
};
use wsdraft_tests::sockets::{Spoken, drafts, newest};

fn zeros(bytes: &mut [u8]) -> Result<(), wsdraft::NoEntropy> {
    bytes.fill(0);
    Ok(())
}

/// Each limit by itself, and all at once, set to a number.
fn at(number: usize, duration: Duration) -> Vec<(&'static str, Limits)> {
    type Set = fn(&mut Limits, usize, Duration);
    const SETS: &[(&str, Set)] = &[
        ("message", |limits, number, _| limits.message = number),
        ("frame", |limits, number, _| limits.frame = number),
        ("control", |limits, number, _| limits.control = number),
        ("fragments", |limits, number, _| limits.fragments = number),
        ("head", |limits, number, _| limits.head = number),
        ("fields", |limits, number, _| limits.fields = number),
        ("write_buffer", |limits, number, _| {
            limits.write_buffer = number;
        }),
        ("handshake", |limits, _, time| limits.handshake = time),
        ("close", |limits, _, time| limits.close = time),
        ("write", |limits, _, time| limits.write = Some(time)),
        ("idle", |limits, _, time| limits.idle = Some(time)),
        ("keepalive", |limits, _, time| {
            limits.keepalive = Some(Keepalive::new(time, time));
        }),
    ];
    let mut all = Limits::default();
    let mut set = Vec::new();
    for (name, one) in SETS {
        let mut limits = Limits::default();
        one(&mut limits, number, duration);
        one(&mut all, number, duration);
        set.push((*name, limits));
    }
    set.push(("all", all));
    set
}

fn ends() -> Vec<(&'static str, Limits)> {
    let ends = [
        (0, Duration::ZERO),
        (1, Duration::from_nanos(1)),
        (usize::MAX, Duration::MAX),
    ];
    ends.into_iter()
        .flat_map(|(number, time)| at(number, time))
        .collect()
}

fn end(draft: Spoken, role: Role, limits: Limits, budget: Option<usize>) -> Connection<Spoken> {
    let mut config = Config::with_limits(limits);
    config.budget = budget.map(Budget::new);
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// Passes on what one end sends, and takes all that comes of it.
fn pass(
    from: &mut Connection<Spoken>,
    to: &mut Connection<Spoken>,
) -> Result<usize, ConnectionError> {
    let bytes = from.output().to_vec();
    from.sent(bytes.len());
    let mut messages = 0;
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let space = to.space();
        let length = space.len().min(rest.len());
        if length == 0 {
            break;
        }
        space[..length].copy_from_slice(&rest[..length]);
        rest = &rest[length..];
        to.filled(length);
        while let Some(event) = to.receive()? {
            messages += usize::from(matches!(event, Event::Text(_) | Event::Binary(_)));
        }
    }
    to.rest();
    Ok(messages)
}

/// Says all kinds of things to an end with these limits, and lets it answer.
fn converse(draft: Spoken, role: Role, limits: &Limits, budget: Option<usize>, offer: &str) {
    let ours = Extensions::offered(offer, wsdraft::extension::builtin::ALL).that_run();
    let agreed = ours.answer(draft.info(), offer);
    let peer = || end(draft, role.peer(), Limits::default(), None).extended(&agreed);
    let ours = || end(draft, role, limits.clone(), budget).extended(&agreed);
    let long = "hello ".repeat(20_000);
    for text in ["", "a", "hello", &long] {
        let (mut near, mut far) = (ours(), peer());
        far.text(text).expect("room");
        let taken = pass(&mut far, &mut near);
        if *limits == at_most() && budget != Some(0) {
            assert_eq!(taken, Ok(1), "{} {role} {offer}", draft.info().short);
        }
        let _ = near.text(text);
        let _ = near.ping(b"ping");
        let _ = pass(&mut near, &mut far);
        if far.ping(b"ping").is_ok() {
            let _ = pass(&mut far, &mut near);
        }
        if far.begin_text(b"a").is_ok() {
            far.append(b"b").expect("room");
            far.finish(b"c").expect("room");
            let _ = pass(&mut far, &mut near);
        }
        let _ = near.close(None, "");
        let _ = pass(&mut near, &mut far);
        let _ = pass(&mut far, &mut near);
        near.end_of_input();
        let _ = near.receive();
    }
}

/// Every limit as high as it can be.
fn at_most() -> Limits {
    let mut limits = at(usize::MAX, Duration::MAX);
    limits.pop().expect("all of them").1
}

#[test]
fn connections_keep_to_limits_at_their_ends_in_every_draft() {
    for (_, limits) in ends() {
        for draft in drafts() {
            for role in [Role::Client, Role::Server] {
                converse(draft, role, &limits, None, "");
            }
        }
    }
}

#[test]
fn so_they_do_with_compression_and_with_a_budget() {
    for (_, limits) in ends() {
        for offer in [
            "",
            "permessage-deflate",
            "x-webkit-deflate-frame",
            "deflate-frame",
            "deflate-stream",
            "permessage-compress; method=deflate",
        ] {
            for role in [Role::Client, Role::Server] {
                for budget in [None, Some(0), Some(1), Some(usize::MAX)] {
                    converse(newest(), role, &limits, budget, offer);
                }
            }
        }
    }
}

/// What a peer of `role` sends for text of so many bytes.
fn sent(draft: Spoken, role: Role, length: usize) -> Vec<u8> {
    let mut limits = Limits::default();
    limits.write_buffer = usize::MAX;
    let mut peer = end(draft, role.peer(), limits, None);
    peer.text(&"x".repeat(length)).expect("room");
    peer.output().to_vec()
}

#[test]
fn a_frame_as_long_as_there_are_numbers_leaves_room_to_read() {
    const LONG: usize = 0x01_2345;
    let mut seen = 0;
    for draft in drafts() {
        let rules = draft.info().rules.iter().map(|rule| rule.id);
        let rules: &'static [_] = rules.collect::<Vec<_>>().leak();
        for role in [Role::Client, Role::Server] {
            let mut frame = sent(draft, role, LONG);
            let length = (LONG as u64).to_be_bytes();
            let Some(at) = frame.windows(8).position(|bytes| bytes == length) else {
                continue;
            };
            frame[at..at + 8].fill(0xff);
            frame.truncate(frame.len() - LONG);
            let mut config = Config::with_limits(at_most());
            config.policy.relaxed = Relaxed::new(rules);
            let mut receiver = match role {
                Role::Client => Connection::client(draft, Session::default(), zeros, config),
                Role::Server => Connection::server(draft, Session::default(), config),
            };
            receiver.feed(&sent(draft, role, 16 << 10));
            assert!(receiver.receive_message().expect("valid").is_some());
            receiver.feed(&frame);
            for _ in 0..3 {
                assert_eq!(receiver.receive(), Ok(None), "{}", draft.info().short);
                let room = receiver.space();
                assert!(!room.is_empty(), "{}", draft.info().short);
                room.fill(0);
                receiver.filled(1);
            }
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[tokio::test(start_paused = true)]
async fn so_do_whole_connections_over_streams() {
    for (name, limits) in ends() {
        for budget in [None, Some(0), Some(usize::MAX)] {
            let mut acceptor = Acceptor::new(newest()).limits(limits.clone());
            let mut connector = Connector::new(newest())
                .limits(limits.clone())
                .origin("http://client.example");
            if let Some(bytes) = budget {
                acceptor = acceptor.budget(Budget::new(bytes));
                connector = connector.budget(Budget::with_patience(bytes, Duration::MAX));
            }
            let (near, far) = tokio::io::duplex(1000);
            let address: Address = "ws://server.example/".parse().expect("a URL");
            let client = async {
                let mut socket = connector.connect(near, &address).await?;
                socket.send("hello").await?;
                socket.recv().await?;
                socket.close(None, "").await
            };
            let server = async {
                let mut socket = acceptor.accept(far).await?;
                while let Some(message) = socket.recv().await? {
                    socket.send(message).await?;
                }
                Ok::<_, wsdraft::Error>(())
            };
            let both = async { tokio::join!(client, server) };
            let done = tokio::time::timeout(Duration::from_secs(3600), both).await;
            let (client, server) = done.unwrap_or_else(|_| panic!("{name}: it hangs"));
            if limits == at_most() {
                assert!(client.is_ok() && server.is_ok(), "{client:?} {server:?}");
            }
        }
    }
}
