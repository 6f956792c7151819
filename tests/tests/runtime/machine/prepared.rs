//! Messages that are prepared for many connections: the peer notices nothing, and memory counts
//! once.

use std::sync::Arc;

use wsdraft::{
    AsMessage, Budget, Config, Connection, ConnectionError, Draft, Limit, Limits, Message, Misuse,
    NoEntropy, Prepared, Role, drafts,
    drafts::rfc6455,
    extension::{Agreed, Compression, Extensions, builtin},
    frame::Session,
};

type Spoken = &'static dyn Draft;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0);
    Ok(())
}

fn end(draft: Spoken, role: Role, config: Config) -> Connection<Spoken> {
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// Takes all output, a few bytes at a time.
fn drain(connection: &mut Connection<Spoken>, step: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while !connection.output().is_empty() {
        let queued = connection.queued();
        let piece = connection.output();
        let piece = piece[..piece.len().min(step)].to_vec();
        connection.sent(piece.len());
        assert_eq!(connection.queued(), queued - piece.len());
        all.extend(piece);
    }
    assert_eq!(connection.queued(), 0);
    all
}

/// A message of so many bytes that compresses somewhat.
fn text(length: usize, seed: usize) -> String {
    let mut state = seed as u32 + 1;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (state >> 24) as u8 % 16)
    });
    letters.take(length).collect()
}

fn messages() -> Vec<Message> {
    let lengths = [0, 5, 200, 1023, 1024, 70_000];
    let texts = lengths.map(|length| Message::from(text(length, length)));
    let binary = Message::from(text(3000, 9).into_bytes());
    texts.into_iter().chain([binary]).collect()
}

#[test]
fn the_wire_is_that_of_a_plain_send_in_every_draft() {
    for draft in drafts::ALL.iter().copied() {
        for role in [Role::Client, Role::Server] {
            let name = format!("{} {role:?}", draft.info().short);
            // The same prepared message on several connections, sent in pieces of any size.
            let prepared: Vec<_> = messages().into_iter().map(Prepared::from).collect();
            for step in [1, 7, 4096, usize::MAX] {
                let mut plain = end(draft, role, Config::default());
                let mut sharing = end(draft, role, Config::default());
                for (at, message) in prepared.iter().enumerate() {
                    let sent = plain.send(message.message());
                    assert_eq!(sharing.send(message), sent, "{name}");
                    if at % 2 == 1 {
                        let between = text(20 * at, at);
                        plain.text(&between).unwrap();
                        sharing.text(&between).unwrap();
                    }
                    if at == 4 {
                        // Part of it is written before the rest is queued.
                        let sent = plain.output()[..900].to_vec();
                        plain.sent(900);
                        let mut taken = Vec::new();
                        while taken.len() < 900 {
                            let left = 900 - taken.len();
                            let next = sharing.output();
                            let next = next[..next.len().min(left)].to_vec();
                            sharing.sent(next.len());
                            taken.extend(next);
                        }
                        assert_eq!(taken, sent, "{name}");
                    }
                }
                let wire = drain(&mut plain, usize::MAX);
                assert!(drain(&mut sharing, step) == wire, "{name}, {step}");
            }
        }
    }
}

/// What two ends agree on of an extension with these settings.
fn agreed(draft: Spoken, name: &str, settings: Compression) -> Option<[Agreed; 2]> {
    let ours = Extensions::named(name, builtin::ALL).unwrap();
    let ours = ours.that_run().with_compression(settings);
    let offer = ours.offer(draft.info())?;
    let server = ours.answer(draft.info(), &offer);
    let client = ours
        .check(draft.info(), &offer, server.header()?)
        .expect("an answer that was offered");
    Some([server, client])
}

fn received(peer: &mut Connection<Spoken>, wire: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    for piece in wire.chunks(5000) {
        peer.feed(piece);
        while let Some(message) = peer.receive_message().expect("no violation") {
            messages.push(message);
        }
    }
    messages
}

#[test]
fn compressed_messages_arrive_among_others_in_every_extension() {
    let draft: Spoken = &rfc6455::Draft;
    let mut spoken = 0;
    for extension in builtin::ALL {
        for settings in [Compression::new(), Compression::without_takeover()] {
            let Some([ours, theirs]) = agreed(draft, extension.short, settings) else {
                continue;
            };
            spoken += 1;
            let prepared: Vec<_> = messages().into_iter().map(Prepared::from).collect();
            for _ in 0..2 {
                let server = end(draft, Role::Server, Config::default()).extended(&ours);
                let client = end(draft, Role::Client, Config::default()).extended(&theirs);
                let (mut server, mut client) = (server, client);
                let mut sent = Vec::new();
                for message in &prepared {
                    server.send(message).unwrap();
                    sent.push(message.message().clone());
                    // The same as before it, which a compressor that remembers would refer to.
                    for _ in 0..2 {
                        let again = text(5000, 1);
                        server.text(&again).unwrap();
                        sent.push(again.into());
                    }
                }
                let wire = drain(&mut server, 4096);
                assert!(received(&mut client, &wire) == sent, "{}", extension.short);
            }
        }
    }
    assert!(spoken >= 6, "{spoken}");
}

#[test]
fn without_takeover_the_wire_is_that_of_a_plain_send() {
    let draft: Spoken = &rfc6455::Draft;
    let name = "permessage-deflate";
    for bits in [8, 10, 15] {
        let mut settings = Compression::without_takeover();
        settings.server_window_bits = bits;
        let [ours, _] = agreed(draft, name, settings).unwrap();
        let mut plain = end(draft, Role::Server, Config::default()).extended(&ours);
        let mut sharing = end(draft, Role::Server, Config::default()).extended(&ours);
        for message in messages() {
            plain.send(&message).unwrap();
            sharing.send(Prepared::from(message)).unwrap();
        }
        assert!(drain(&mut sharing, 100) == drain(&mut plain, 100), "{bits}");
    }
}

#[test]
fn more_agreements_than_are_kept_are_served_too() {
    let draft: Spoken = &rfc6455::Draft;
    let news = Prepared::new(text(4000, 3));
    for level in 0..=9 {
        for bits in 9..=15 {
            let mut settings = Compression::new();
            (settings.level, settings.server_window_bits) = (level, bits);
            let [ours, theirs] = agreed(draft, "permessage-deflate", settings).unwrap();
            let mut server = end(draft, Role::Server, Config::default()).extended(&ours);
            let mut client = end(draft, Role::Client, Config::default()).extended(&theirs);
            server.send(&news).unwrap();
            let wire = drain(&mut server, 4096);
            assert_eq!(received(&mut client, &wire), [news.message().clone()]);
        }
    }
}

#[test]
fn it_counts_towards_the_write_buffer_of_each_connection() {
    let mut limits = Limits::default();
    limits.write_buffer = 10_000;
    let news = Prepared::new(text(4000, 3));
    let mut server = end(&rfc6455::Draft, Role::Server, Config::with_limits(limits));
    server.send(&news).unwrap();
    server.send(&news).unwrap();
    let full = server.send(&news).unwrap_err();
    assert!(matches!(
        full,
        ConnectionError::Limit {
            limit: Limit::WriteBuffer,
            value: 10_000
        }
    ));
    assert_eq!(server.queued(), 2 * 4004);
    drain(&mut server, 100);
    server.send(&news).unwrap();
}

#[test]
fn it_counts_once_towards_a_budget() {
    const LENGTH: usize = 1 << 20;
    let budget = Budget::new(5 * LENGTH / 2);
    let mut config = Config::default();
    config.budget = Some(budget.clone());
    let server = || end(&rfc6455::Draft, Role::Server, config.clone());
    let news = Prepared::new(vec![0; LENGTH]);
    let mut servers: Vec<_> = std::iter::repeat_with(server).take(100).collect();
    for server in &mut servers {
        server.send(&news).unwrap();
    }
    assert_eq!(budget.used(), LENGTH);
    // There is no room for another one, because one connection may use up half of the budget.
    let other = Prepared::new(vec![1; LENGTH]);
    let refused = servers[0].send(&other).unwrap_err();
    assert!(matches!(
        refused,
        ConnectionError::Limit {
            limit: Limit::WriteBuffer | Limit::SendMemory,
            ..
        }
    ));
    let refused = server().send(&other).unwrap_err();
    assert!(matches!(
        refused,
        ConnectionError::Limit {
            limit: Limit::SendMemory,
            ..
        }
    ));
    drop(news);
    let last = servers.pop().unwrap();
    for mut server in servers {
        drain(&mut server, usize::MAX);
    }
    assert_eq!(budget.used(), LENGTH, "one has not sent it");
    drop(last);
    assert_eq!(budget.used(), 0);
    server().send(&other).unwrap();
}

#[test]
fn it_is_sent_through_whatever_contains_it() {
    struct News(Prepared);
    impl AsMessage for News {
        fn as_message(&self) -> wsdraft::MessageRef<'_> {
            self.0.as_message()
        }
        fn prepared(&self) -> Option<&Prepared> {
            Some(&self.0)
        }
    }
    let news = Prepared::new(text(4000, 3));
    let mut server = end(&rfc6455::Draft, Role::Server, Config::default());
    server.send(Arc::new(news.clone())).unwrap();
    server.send(News(news.clone())).unwrap();
    // The payload is the one of the message.
    let header = server.output().len();
    server.sent(header);
    assert_eq!(server.output().as_ptr(), news.message().as_bytes().as_ptr());
    drain(&mut server, 4096);
    server.begin_text(b"x").unwrap();
    let refused = server.send(&news).unwrap_err();
    assert_eq!(refused, ConnectionError::Misuse(Misuse::MessageOpen));
}
