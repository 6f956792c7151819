//! Peers that want to make an end hold much, or stop.

use wsdraft::{
    Role,
    extension::multiplex::BlockKind,
    multiplex::{Block, Format, MultiplexLimits},
};

use super::{App, End, Got, Multiplexed, Pair, dialect, dialects};

/// A masked binary frame of a client.
pub(super) fn physical(message: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x82];
    match message.len() {
        short @ 0..=125 => frame.push(short as u8 | 0x80),
        long @ 126..=0xffff => {
            frame.push(126 | 0x80);
            frame.extend((long as u16).to_be_bytes());
        }
        long => {
            frame.push(127 | 0x80);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(message);
    frame
}

pub(super) fn server(short: &'static str, limits: MultiplexLimits) -> (End, Format) {
    let dialect = dialect(short);
    let mut server = End::new(Role::Server, short, dialect.tokens[0], limits);
    server.take(usize::MAX);
    (server, Format::of(dialect).unwrap())
}

pub(super) fn receive(end: &mut End, message: &[u8]) {
    end.mux.feed(&physical(message));
    let _ = end.mux.advance();
    while end.act() {}
}

/// Complete, as the oldest dialect wants it.
pub(super) const REQUEST: &[u8] =
    b"GET /b HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

pub(super) fn request(format: &Format, id: u32, text: &[u8]) -> Vec<u8> {
    let mut message = vec![0];
    let block = Block {
        text,
        ..Block::new(BlockKind::AddRequest, id)
    };
    format.write(&block, &mut message);
    message
}

#[test]
fn requests_without_slots_are_dropped_and_the_others_go_on() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().channels(4);
        let (mut server, format) = server(dialect.short, limits);
        for id in 2..1000 {
            receive(&mut server, &request(&format, id, REQUEST));
        }
        let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
        let opened: Vec<_> = (2..5).map(|id| (id, false)).collect();
        assert_eq!(seen.answers, opened, "{}", dialect.short);
        assert_eq!(seen.drops.len(), 995);
        assert!(server.mux.over().is_none());
        let mut message = vec![0];
        let quota = 100;
        let block = Block {
            quota,
            ..Block::new(BlockKind::Quota, 2)
        };
        format.write(&block, &mut message);
        receive(&mut server, &message);
        receive(&mut server, &[2, 0x81, b'h', b'i']);
        let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
        assert_eq!(seen.frames, [(2, 0x81, b"hi".to_vec())]);
    }
}

#[test]
fn a_peer_that_reads_nothing_is_not_read() {
    let (mut server, format) = server("mux-07", MultiplexLimits::default().channels(1));
    for id in 2..1_000_000 {
        server.mux.feed(&physical(&request(&format, id, b"")));
        server.mux.advance().unwrap();
        if server.mux.is_congested() {
            assert!(id > 1000 && server.mux.output().len() < 300_000);
            return;
        }
    }
    panic!("it answers for ever");
}

#[test]
fn a_message_full_of_requests_is_answered_in_parts() {
    const REQUESTS: u32 = 100_000;
    for dialect in dialects() {
        let limits = MultiplexLimits::default().channels(1).message(8 << 20);
        let (mut server, format) = server(dialect.short, limits);
        let mut message = vec![0];
        for id in 2..REQUESTS + 2 {
            format.write(&Block::new(BlockKind::AddRequest, id), &mut message);
        }
        server.mux.feed(&physical(&message));
        server.mux.advance().unwrap();
        let mut drops = 0;
        loop {
            let held = server.mux.output().len();
            assert!(held < 300_000, "{held} in {}", dialect.short);
            if held == 0 {
                break;
            }
            let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
            drops += seen.drops.len();
            server.mux.advance().unwrap();
        }
        assert_eq!(drops, REQUESTS as usize, "{}", dialect.short);
        assert!(server.mux.over().is_none() && !server.mux.is_congested());
    }
}

#[test]
fn many_long_requests_fit_behind_what_is_queued() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().channels(200).bytes(64 << 20);
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
        pair.settle(usize::MAX);
        let first = pair.client.first();
        pair.client.own(first).binary(&[7; 20_000]).unwrap();
        while pair.client.act() {}
        assert!(pair.client.mux.output().len() > 1000);
        let resource = format!("/{}", "x".repeat(7000));
        let keys: Vec<_> = (0..190).map(|_| pair.client.open(&resource)).collect();
        pair.settle(usize::MAX);
        for key in keys {
            let talks = matches!(pair.client.apps[&key], App::Talks(_));
            assert!(talks, "{}", dialect.short);
        }
    }
}

#[test]
fn after_a_close_an_end_has_not_failed() {
    for dialect in dialects() {
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], MultiplexLimits::default());
        pair.settle(usize::MAX);
        pair.client.mux.close(1000, "").unwrap();
        let first = pair.client.first();
        assert!(
            pair.client
                .mux
                .write(first, &[0x81, 0x80, 0, 0, 0, 0])
                .is_some()
        );
        pair.client.mux.advance().unwrap();
        let bytes = pair.client.take(usize::MAX);
        pair.server.mux.feed(&bytes);
        let _ = pair.server.mux.write(pair.server.mux.first().0, &[0x81, 0]);
        pair.server.mux.advance().unwrap();
    }
}

#[test]
fn reserved_bits_of_a_continuation_are_judged() {
    for dialect in dialects() {
        for payload in [&b"y"[..], b""] {
            let (mut server, format) = server(dialect.short, MultiplexLimits::default());
            receive(&mut server, &request(&format, 2, REQUEST));
            let key = *server.apps.keys().last().unwrap();
            receive(&mut server, &[2, 0x01, b'x']);
            receive(&mut server, &[&[2, 0x40], payload].concat());
            receive(&mut server, &[2, 0x80, b'z']);
            let got = server.got(key);
            assert!(
                matches!(got, [Got::Failed(_), ..]),
                "{got:?} in {}",
                dialect.short
            );
        }
    }
}

#[test]
fn a_server_takes_back_its_slots() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().channels(2);
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
        pair.settle(usize::MAX);
        let first = pair.client.first();
        for _ in 0..100 {
            let key = pair.client.open("/b");
            pair.settle(usize::MAX);
            pair.client.own(key).text("hello").unwrap();
            pair.settle(usize::MAX);
            assert_eq!(pair.client.got(key), [Got::Text("hello".into())]);
            pair.client.apps.remove(&key);
            pair.client.mux.release(key);
            pair.settle(usize::MAX);
            for key in pair.keys() {
                if key != pair.server.first() {
                    assert_eq!(pair.server.mux.unread(key), None);
                    pair.server.apps.remove(&key);
                    pair.server.mux.release(key);
                }
            }
            pair.settle(usize::MAX);
        }
        assert!(pair.client.mux.over().is_none() && pair.client.mux.id(first).is_some());
    }
}

#[test]
fn a_client_waits_for_a_slot() {
    for dialect in dialects() {
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], MultiplexLimits::default());
        pair.server = End::new(
            Role::Server,
            dialect.short,
            dialect.tokens[0],
            MultiplexLimits::default().channels(2),
        );
        let keys = [pair.client.open("/a"), pair.client.open("/b")];
        pair.settle(usize::MAX);
        assert!(matches!(pair.client.apps[&keys[0]], App::Talks(_)));
        assert!(matches!(pair.client.apps[&keys[1]], App::Asks(..)));
        pair.client.apps.remove(&keys[0]);
        pair.client.mux.release(keys[0]);
        pair.settle(usize::MAX);
        let ended = |pair: &Pair, key| pair.server.mux.unread(key).is_none();
        let gone: Vec<_> = pair
            .keys()
            .into_iter()
            .filter(|key| ended(&pair, *key))
            .collect();
        for key in gone {
            pair.server.apps.remove(&key);
            pair.server.mux.release(key);
        }
        pair.settle(usize::MAX);
        assert!(
            matches!(pair.client.apps[&keys[1]], App::Talks(_)),
            "{}",
            dialect.short
        );
    }
}

#[test]
fn without_quota_little_is_held() {
    let (mut server, format) = server("mux-07", MultiplexLimits::default());
    receive(&mut server, &request(&format, 2, REQUEST));
    let key = *server.apps.keys().last().unwrap();
    let mut taken = 0;
    for _ in 0..100 {
        taken += server.mux.write(key, &[0; 10_000]).unwrap();
    }
    assert_eq!(taken, 64 << 10);
}

#[test]
fn short_frames_hold_no_more_than_a_window() {
    for dialect in dialects() {
        for frame in [&[2, 0x81][..], &[2, 0x81, b'x'], &[2, 0x89], &[2, 0, b'x']] {
            let limits = MultiplexLimits::default().window(4096);
            let (mut server, format) = server(dialect.short, limits);
            receive(&mut server, &request(&format, 2, REQUEST));
            let key = *server.apps.keys().last().unwrap();
            server.asleep.push(key);
            receive(&mut server, &[2, 0x01, b'x']);
            for _ in 0..50_000 {
                server.mux.feed(&physical(frame));
            }
            let _ = server.mux.advance();
            let held = server.mux.unread(key).map_or(0, <[u8]>::len);
            assert!(held < 60_000, "{held} of {frame:?} in {}", dialect.short);
            assert!(server.mux.over().is_none());
        }
    }
}

#[test]
fn a_request_that_is_too_long_or_none_is_refused() {
    for dialect in dialects() {
        let long = format!(
            "GET /b HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n",
            "x".repeat(17_000)
        );
        for text in [
            long.as_bytes(),
            b"nothing",
            b"",
            b"GET /b HTTP/1.1\r\nHost: h\r\n",
        ] {
            let (mut server, format) = server(dialect.short, MultiplexLimits::default());
            receive(&mut server, &request(&format, 2, text));
            let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
            assert_eq!(seen.answers, [(2, true)]);
            assert!(server.mux.over().is_none());
        }
    }
}

#[test]
fn a_delta_combines_with_the_last_complete_request() {
    for dialect in dialects() {
        let (mut server, format) = server(dialect.short, MultiplexLimits::default());
        let delta = |id, text: &'static [u8]| {
            let mut message = vec![0];
            let block = Block {
                text,
                encoding: 1,
                ..Block::new(BlockKind::AddRequest, id)
            };
            format.write(&block, &mut message);
            message
        };
        let text = b"GET /c HTTP/1.1\r\nX-More: yes\r\nOrigin:\r\n\r\n";
        server.mux.feed(&physical(&delta(2, text)));
        server.mux.advance().unwrap();
        let key = server.mux.accept().unwrap();
        let head = String::from_utf8(server.mux.unread(key).unwrap().to_vec()).unwrap();
        assert!(head.starts_with("GET /c HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("Host: server.example\r\n") && head.contains("X-More: yes\r\n"));
        assert!(
            !head.contains("example.com") && !head.contains("mux"),
            "{head}"
        );
        assert_eq!(head.matches("Sec-WebSocket-Key").count(), 1);
    }
}

#[test]
fn a_faulty_channel_leaves_the_others() {
    for dialect in dialects() {
        let (mut server, format) = server(dialect.short, MultiplexLimits::default());
        receive(&mut server, &request(&format, 2, REQUEST));
        receive(&mut server, &request(&format, 3, REQUEST));
        // A reserved opcode on one channel, and one quota too many on another.
        receive(&mut server, &[2, 0x83, 1]);
        let mut message = vec![0];
        let most = Block {
            quota: u64::from(u32::MAX),
            ..Block::new(BlockKind::Quota, 1)
        };
        format.write(&most, &mut message);
        receive(&mut server, &message);
        receive(&mut server, &[3, 0x81, b'h', b'i']);
        receive(&mut server, &[1, 0x81, b'h', b'o']);
        let keys: Vec<_> = server.apps.keys().copied().collect();
        let of = |id| {
            keys.iter()
                .find(|key| server.mux.id(**key) == Some(id))
                .copied()
        };
        assert!(server.mux.over().is_none());
        let [first, third] = [of(1).unwrap(), of(3).unwrap()];
        assert_eq!(server.got(third), [Got::Text("hi".into())]);
        assert_eq!(server.got(first), [Got::Text("ho".into())]);
    }
}
