//! How long physical messages may be, and how channels end before their handshakes do.

use wsdraft::{
    Config, Connection, ConnectionError, Limit, Policy, Relaxed, Role,
    extension::multiplex::{BlockField, BlockKind, Flag},
    frame::Session,
    multiplex::{Block, Format, MultiplexLimits, Multiplexer, Over},
};

use super::{
    App, End, Got, Pair, agree, dialects, draft,
    hostile::{REQUEST, physical, receive, request, server},
};

/// The head of a masked binary frame of a client.
fn announced(length: u64) -> Vec<u8> {
    [&[0x82, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat()
}

#[test]
fn a_long_physical_message_is_refused_by_its_length() {
    for dialect in dialects() {
        for (limits, most) in [
            (MultiplexLimits::default(), 256 << 10),
            (MultiplexLimits::default().message(1 << 20), 1 << 20),
            (MultiplexLimits::default().message(0), (80 << 10) + 64),
            (
                MultiplexLimits::default().window(512 << 10).bytes(8 << 20),
                (528 << 10) + 64,
            ),
        ] {
            let (mut end, _) = server(dialect.short, limits);
            end.mux.feed(&announced(most));
            end.mux.advance().unwrap();
            let (mut end, _) = server(dialect.short, limits);
            end.mux.feed(&announced(most + 1));
            let error = end.mux.advance().unwrap_err();
            let exceeded = matches!(
                error,
                ConnectionError::Limit { limit: Limit::Message, value } if value == most
            );
            assert!(exceeded, "{error} in {}", dialect.short);
            let close = end.take(usize::MAX);
            assert_eq!(close[2..4], 1009u16.to_be_bytes(), "{}", dialect.short);
            assert_eq!(end.mux.over(), Some(&Over::Ended));
        }
    }
}

#[test]
fn a_window_in_one_frame_is_no_long_message() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().message(0).handshake(1000);
        let (mut server, format) = server(dialect.short, limits);
        receive(&mut server, &request(&format, 2, REQUEST));
        let key = *server.apps.keys().last().unwrap();
        let payload = vec![b'x'; (64 << 10) - 1];
        receive(&mut server, &[&[2, 0x82][..], &payload].concat());
        assert_eq!(server.got(key), [Got::Binary(payload)], "{}", dialect.short);
        assert!(server.mux.over().is_none());
    }
}

#[test]
fn a_channel_that_is_open_is_no_fresh_one_in_any_encoding() {
    for dialect in dialects() {
        for id in [0, 1] {
            let (mut server, format) = server(dialect.short, MultiplexLimits::default());
            let block = Block {
                encoding: 3,
                text: REQUEST,
                ..Block::new(BlockKind::AddRequest, id)
            };
            let mut message = vec![0];
            format.write(&block, &mut message);
            receive(&mut server, &message);
            let Some(Over::Failed(broken)) = server.mux.over() else {
                panic!("goes on in {}", dialect.short);
            };
            assert_eq!(broken.rule.unwrap().id, "channel-fresh");
        }
    }
}

#[test]
fn a_channel_that_is_finished_before_its_answer_ends_with_it() {
    for dialect in dialects() {
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], MultiplexLimits::default());
        pair.settle(usize::MAX);
        let key = pair.client.open("/b");
        while pair.client.act() {}
        assert!(matches!(pair.client.apps[&key], App::Asks(..)));
        pair.client.mux.finish(key);
        pair.settle(usize::MAX);
        assert_eq!(pair.client.mux.unread(key), None, "{}", dialect.short);
        let keys = pair.keys();
        let ended = |key| pair.server.mux.unread(key).is_none();
        assert!(keys.into_iter().any(ended), "{}", dialect.short);
    }
}

/// Grants slots, or says that there are no more.
fn slots(format: &Format, slots: u64, fallback: bool) -> Vec<u8> {
    let block = Block {
        slots,
        quota: 100,
        flag: fallback,
        ..Block::new(BlockKind::Slots, 0)
    };
    let mut message = vec![0];
    format.write(&block, &mut message);
    let mut frame = vec![0x82, message.len() as u8];
    frame.append(&mut message);
    frame
}

#[test]
fn a_client_that_waits_for_a_slot_hears_that_there_are_no_more() {
    for dialect in dialects() {
        let slots_block = dialect
            .multiplexing
            .as_ref()
            .unwrap()
            .block_of(BlockKind::Slots);
        let can_end = |field: &BlockField| matches!(field, BlockField::Flag(Flag::Fallback));
        if !slots_block.unwrap().fields.iter().any(can_end) {
            continue;
        }
        let format = Format::of(dialect).unwrap();
        let list = dialect.short;
        let mut client = End::new(
            Role::Client,
            list,
            dialect.tokens[0],
            MultiplexLimits::default(),
        );
        let open = |client: &mut End| {
            let key = client.open("/b");
            while client.act() {}
            client.apps.remove(&key);
            key
        };
        let [early, late] = [open(&mut client), open(&mut client)];
        client.mux.feed(&slots(&format, 1, false));
        client.mux.advance().unwrap();
        client.mux.feed(&slots(&format, 0, true));
        client.mux.advance().unwrap();
        let waits: &[u8] = &[];
        assert_eq!(client.mux.unread(early), Some(waits), "{list}");
        assert_eq!(client.mux.unread(late), None, "{list}");
        assert_eq!(client.mux.write(late, b"x"), None);
        assert!(client.mux.open().is_none() && client.mux.over().is_none());
    }
}

#[test]
fn the_rest_of_a_message_that_waits_is_bounded() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().channels(1);
        let (mut server, format) = server(dialect.short, limits);
        let mut message = vec![0];
        while message.len() < (256 << 10) - 8 {
            format.write(&Block::new(BlockKind::AddRequest, 2), &mut message);
        }
        server.mux.feed(&physical(&message));
        server.mux.advance().unwrap();
        assert!(server.mux.is_congested(), "{}", dialect.short);
        message.resize(512 << 10, 0);
        server.mux.feed(&physical(&message));
        while server.mux.advance().is_ok() {
            assert!(!server.take(usize::MAX).is_empty(), "{}", dialect.short);
        }
        assert_eq!(server.mux.over(), Some(&Over::Ended));
    }
}

#[test]
fn a_rule_that_limits_memory_is_enforced_even_if_it_is_relaxed() {
    for dialect in dialects() {
        let (head, agreed) = agree(dialect.short, dialect.tokens[0]);
        let mut config = Config::default();
        config.policy = Policy::relaxed(Relaxed::new(&["quota-kept"]));
        let carrier = Connection::server(draft(), Session::default(), config).extended(&agreed);
        let limits = MultiplexLimits::default();
        let mut mux = Multiplexer::new(carrier, Some(&head), limits).unwrap();
        let first = mux.first().0;
        let frame = physical(&[&[1, 0x82][..], &[0; 60_000]].concat());
        for _ in 0..9 {
            mux.feed(&frame);
            let _ = mux.advance();
        }
        let rule = mux.dropped(first).and_then(|dropped| dropped.rule);
        assert_eq!(
            rule.map(|rule| rule.id),
            Some("quota-kept"),
            "{}",
            dialect.short
        );
        let mut rules = dialect.rules.iter();
        let rule = rules.find(|rule| rule.info.id == "quota-kept").unwrap();
        assert!(rule.why_not_relaxed().is_some());
    }
}
