//! Messages that change hands: handed out to keep with the buffer they came in, sent without a copy,
//! and text that a draft replaces instead of refusing.

use wsdraft::{
    Budget, Config, Connection, ConnectionError, Draft, Event, Limit, Limits, Message, NoEntropy,
    Role, drafts, frame::Session,
};

type Spoken = &'static dyn Draft;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0x5a);
    Ok(())
}

fn end(draft: Spoken, role: Role, config: Config) -> Connection<Spoken> {
    let session = Session {
        masking_key: Some([3; 20]),
    };
    match role {
        Role::Client => Connection::client(draft, session, zeros, config),
        Role::Server => Connection::server(draft, session, config),
    }
}

/// Takes all output, in vectored writes of at most `step` bytes.
fn drain(connection: &mut Connection<Spoken>, step: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while connection.queued() > 0 {
        let outputs = connection.outputs().concat();
        assert!(!outputs.is_empty());
        let piece = &outputs[..outputs.len().min(step)];
        all.extend_from_slice(piece);
        connection.sent(piece.len());
    }
    all
}

/// Hands these bytes to a connection in reads of at most `most` bytes, and calls this before each.
fn read(
    connection: &mut Connection<Spoken>,
    mut bytes: &[u8],
    most: usize,
    mut take: impl FnMut(&mut Connection<Spoken>),
) {
    while !bytes.is_empty() {
        take(connection);
        let space = connection.space();
        let length = space.len().min(most).min(bytes.len());
        if length == 0 {
            // It has failed.
            return;
        }
        space[..length].copy_from_slice(&bytes[..length]);
        connection.filled(length);
        bytes = &bytes[length..];
    }
    take(connection);
}

fn payload(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + seed) as u8).collect()
}

/// The frames of these binary messages, as a client sends them.
fn frames(draft: Spoken, messages: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut client = end(draft, Role::Client, Config::default());
    let mut frames = Vec::new();
    for message in messages {
        client.binary(message).ok()?;
        frames.extend_from_slice(client.output());
        client.sent(client.output().len());
    }
    Some(frames)
}

#[test]
fn messages_that_are_kept_stay_as_they_came() {
    let lengths = [
        16 << 10,
        16 << 10,
        16 << 10,
        9000,
        20_000,
        20_000,
        64 << 10,
        64 << 10,
        5,
        16 << 10,
        16 << 10,
        300_000,
        70_000,
        70_000,
        33_000,
        33_000,
        0,
        8192,
        8192,
        8192,
    ];
    let sent: Vec<_> = (0..)
        .zip(lengths)
        .map(|(at, length)| payload(length, at))
        .collect();
    for draft in drafts::ALL.iter().copied() {
        let Some(frames) = frames(draft, &sent) else {
            continue;
        };
        for (most, keeps) in [
            (usize::MAX, true),
            (1400, true),
            (17_000, true),
            (usize::MAX, false),
        ] {
            let mut server = end(draft, Role::Server, Config::default());
            let (mut kept, mut seen) = (Vec::new(), 0);
            read(&mut server, &frames, most, |server| {
                while let Some(message) = server.receive_message().expect("a message") {
                    assert_eq!(message.as_bytes(), sent[seen], "{}", draft.info().short);
                    seen += 1;
                    if keeps {
                        kept.push(message);
                    }
                }
            });
            assert_eq!(seen, sent.len(), "{}", draft.info().short);
            for (message, sent) in kept.iter().zip(&sent) {
                assert_eq!(message.as_bytes(), sent);
            }
        }
    }
}

#[test]
fn a_long_text_is_kept_where_it_came_in_and_checked_there() {
    for length in [8 << 10, 16 << 10, 40 << 10, 60 << 10] {
        let words = "Größe € 日本語 😀. ";
        let text = words.repeat(length / words.len() + 1);
        let mut client = end(newest(), Role::Client, Config::default());
        client.text(&text).expect("room");
        let frame = client.output().to_vec();
        let mut server = end(newest(), Role::Server, Config::default());
        for time in 0..3 {
            let from = server.space().as_ptr_range();
            read(&mut server, &frame, usize::MAX, |_| ());
            let Ok(Some(Message::Text(kept))) = server.receive_message() else {
                panic!("no text of {length}")
            };
            assert_eq!(kept, text);
            // The first buffer is much larger than most of these messages.
            assert!(time == 0 || from.contains(&kept.as_ptr()), "{length}");
            // A copy, since the buffer is not a string's.
            assert_eq!(String::from(kept), text);
        }
        for at in [14, frame.len() / 2, frame.len() - 1] {
            let mut broken = frame.clone();
            broken[at] ^= 0x80;
            let [lent, kept] = [false, true].map(|keeps| {
                let mut server = end(newest(), Role::Server, Config::default());
                let mut failed = None;
                read(&mut server, &broken, usize::MAX, |server| {
                    if failed.is_none() {
                        failed = if keeps {
                            server.receive_message().err()
                        } else {
                            server.receive().err()
                        };
                    }
                });
                failed
            });
            assert!(lent.is_some(), "{length}, broken at {at}");
            assert_eq!(kept, lent, "{length}, broken at {at}");
        }
    }
}

#[test]
fn a_message_that_is_kept_does_not_count_towards_the_budget() {
    let sent = vec![payload(16 << 10, 1); 12];
    let frames = frames(newest(), &sent).expect("a draft with binary messages");
    let budget = Budget::new(4 << 20);
    let mut config = Config::default();
    config.budget = Some(budget.clone());
    let mut server = end(newest(), Role::Server, config);
    let mut kept = Vec::new();
    read(&mut server, &frames, usize::MAX, |server| {
        while let Some(message) = server.receive_message().expect("a message") {
            kept.push(message);
        }
    });
    assert_eq!(kept.len(), sent.len());
    // What was given away belongs to the program.
    server.rest();
    assert_eq!(budget.used(), 0);
}

#[test]
fn a_client_takes_no_more_memory_for_a_long_message_than_it_has_room_for() {
    const LENGTH: usize = 1 << 20;
    let budget = Budget::new(4 * LENGTH);
    let mut config = Config::default();
    config.budget = Some(budget.clone());
    let mut client = end(newest(), Role::Client, config);
    for _ in 0..3 {
        client.binary(&[7; LENGTH]).expect("room");
        // The largest frame header, and what masking may add for a moment.
        assert!(budget.used() <= LENGTH + 64, "{}", budget.used());
        client.sent(client.output().len());
    }
}

fn newest() -> Spoken {
    drafts::ALL.last().copied().expect("a draft")
}

#[test]
fn an_owned_message_goes_out_as_any_other_in_every_draft() {
    for draft in drafts::ALL.iter().copied() {
        for role in [Role::Client, Role::Server] {
            for step in [1, 1000, usize::MAX] {
                let mut plain = end(draft, role, Config::default());
                let mut owned = end(draft, role, Config::default());
                let (mut expected, mut found) = (Vec::new(), Vec::new());
                for length in [0, 3, 5000, 4096, 70_000, 12] {
                    let message = Message::from("x".repeat(length));
                    plain.send(&message).expect("room");
                    owned.send_owned(message).expect("room");
                    assert_eq!(plain.queued(), owned.queued());
                    if length != 4096 {
                        // Otherwise two wait.
                        expected.extend(drain(&mut plain, step));
                        found.extend(drain(&mut owned, step));
                    }
                }
                assert!(expected == found, "{} {role:?} {step}", draft.info().short);
            }
        }
    }
}

#[test]
fn an_owned_message_is_not_copied() {
    let mut server = end(newest(), Role::Server, Config::default());
    let message = Message::from(payload(16 << 10, 2));
    let place = message.as_bytes().as_ptr();
    server.send_owned(message).expect("room");
    let [head, payload] = server.outputs();
    assert!(head.len() < 16);
    assert_eq!((payload.as_ptr(), payload.len()), (place, 16 << 10));
}

#[test]
fn an_owned_message_counts_like_any_other() {
    let mut limits = Limits::default();
    limits.write_buffer = 20_000;
    let budget = Budget::new(100_000);
    let mut config = Config::with_limits(limits);
    config.budget = Some(budget.clone());
    let mut server = end(newest(), Role::Server, config);
    let refused = |sent: Result<(), ConnectionError>| match sent {
        Err(ConnectionError::Limit { limit, .. }) => limit,
        other => panic!("{other:?}"),
    };
    server.send_owned(vec![1; 16_000]).expect("room");
    assert!(budget.used() >= 16_000);
    assert_eq!(
        refused(server.send_owned(vec![1; 16_000])),
        Limit::WriteBuffer
    );
    drain(&mut server, usize::MAX);
    assert_eq!(
        refused(server.send_owned(vec![1; 200_000])),
        Limit::SendMemory
    );
    assert_eq!(server.queued(), 0);
    server.close(1000, "").expect("open");
    assert!(server.send_owned(vec![1; 16_000]).is_err());
}

/// Drafts that replace invalid text, and text that comes in chunks: the same whatever the cuts.
#[test]
fn invalid_text_is_replaced_wherever_it_is_cut() {
    let before = "größer € 𝄞 ".repeat(40);
    for draft in drafts::ALL.iter().copied() {
        for wrong in [
            &b"\xff"[..],
            b"\xe2\x82",
            b"\xf0\x9d\x84A",
            b"\xe2\x82\xc3\xa9",
            b"",
        ] {
            for after in ["", "noch € mehr ".repeat(30).as_str()] {
                let text = [before.as_bytes(), wrong, after.as_bytes()].concat();
                let Some(frames) = as_text(draft, &text) else {
                    continue;
                };
                for most in [1, 2, 3, 5, 64, 100, 601, usize::MAX] {
                    let mut server = end(draft, Role::Server, Config::default());
                    let (mut found, mut failed) = (None, false);
                    read(&mut server, &frames, most, |server| {
                        match server.receive() {
                            Ok(Some(Event::Text(text))) => found = Some(text.to_owned()),
                            Ok(_) => {}
                            Err(_) => failed = true,
                        }
                    });
                    match found {
                        Some(found) => assert_eq!(found, String::from_utf8_lossy(&text)),
                        None => assert!(failed && std::str::from_utf8(&text).is_err()),
                    }
                }
            }
        }
    }
}

/// Wherever the budget refuses: a message comes whole or not at all.
#[test]
fn a_text_that_the_budget_cuts_is_refused() {
    let mut refusals = 0;
    for draft in drafts::ALL.iter().copied() {
        for more in 0..6 {
            let text = "a".repeat(Budget::ALLOWANCE + (1 << 10) + more);
            let Some(frame) = as_text(draft, text.as_bytes()) else {
                continue;
            };
            let mut config = Config::default();
            config.budget = Some(Budget::new((66 << 10) + 2));
            let mut server = end(draft, Role::Server, config);
            let mut refused = false;
            // Byte by byte, so that the refusal comes at the last bytes.
            read(&mut server, &frame, 1, |server| match server.receive() {
                Ok(Some(Event::Text(found))) => assert_eq!(found.len(), text.len()),
                Err(ConnectionError::Limit { limit, .. }) => {
                    refused = true;
                    assert_eq!(limit, Limit::Memory);
                }
                other => assert!(matches!(other, Ok(None)), "{other:?}"),
            });
            refusals += usize::from(refused);
        }
    }
    assert!(refusals > 0);
}

/// A text frame with these bytes; `None` where they cannot stand in one.
fn as_text(draft: Spoken, bytes: &[u8]) -> Option<Vec<u8>> {
    // Sent as ASCII of the same length, and then exchanged in the frame: these frames are masked
    // with a known key, or not at all.
    let ascii = "a".repeat(bytes.len());
    let mut client = end(draft, Role::Client, Config::default());
    client.text(&ascii).ok()?;
    let mut frame = client.output().to_vec();
    let is_delimited = frame.last() == Some(&0xff);
    if is_delimited && bytes.contains(&0xff) {
        return None;
    }
    let start = frame.len() - bytes.len() - usize::from(is_delimited);
    for (place, byte) in frame[start..].iter_mut().zip(bytes) {
        *place ^= b'a' ^ byte;
    }
    Some(frame)
}
