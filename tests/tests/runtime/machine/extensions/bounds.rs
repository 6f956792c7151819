//! Hostile input: bombs, blocks without end, and faults behind good data.

use super::*;

#[test]
fn what_comes_before_a_fault_in_a_stream_is_handed_out() {
    let agreed = agreed("deflate-stream", "deflate-stream");
    let long = "much of it ".repeat(5_000);
    for text in ["before", &long] {
        let mut sender = receiver(Role::Server, &agreed, Limits::default());
        sender.text(text).unwrap();
        sender.text("too").unwrap();
        let mut wire = sender.output().to_vec();
        // A block of the type that there is not.
        wire.push(0b111);
        for size in [1, 2, 5, wire.len() - 1, wire.len()] {
            let pieces: Vec<_> = wire.chunks(size).collect();
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (got, error) = receive(&mut connection, &pieces);
            assert_eq!(got, [Got::Text(text.into()), Got::Text("too".into())]);
            let broken = error
                .as_ref()
                .and_then(ConnectionError::rule)
                .map(|rule| rule.id);
            assert_eq!(broken, Some("stream-deflated"), "pieces of {size}");

            let mut inspector =
                Inspector::new(draft(), Role::Server, Session::default()).extended(&agreed);
            pieces.iter().for_each(|piece| inspector.push(piece));
            inspector.end_of_input();
            let seen: Vec<_> = inspector.collect();
            let texts = seen.iter().filter(|one| matches!(one, Observed::Text(_)));
            assert_eq!(texts.count(), 2, "pieces of {size}");
            assert!(matches!(seen.last(), Some(Observed::Violation(_))));
        }
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let zeros = vec![0; 8 << 20];
    for name in ALL {
        let (mut client, _, agreed) = pair(name, Compression::default());
        client.binary(&zeros).unwrap();
        let sent = client.output().to_vec();
        assert!(sent.len() < 64 << 10, "{name}: {}", sent.len());
        let mut limits = Limits::default();
        limits.message = 100_000;
        let mut server = receiver(Role::Server, &agreed, limits);
        let (got, error) = receive(&mut server, &[&sent]);
        assert_eq!(got, [], "{name}");
        assert_eq!(
            error,
            Some(ConnectionError::Limit {
                limit: Limit::Message,
                value: 100_000
            }),
            "{name}"
        );
    }
}

#[test]
fn a_message_of_exactly_the_limit_passes() {
    for name in ALL {
        let (mut client, _, agreed) = pair(name, Compression::default());
        let bytes = sample(100_000, 3);
        client.binary(&bytes).unwrap();
        let sent = client.output().to_vec();
        let mut limits = Limits::default();
        limits.message = bytes.len();
        let mut server = receiver(Role::Server, &agreed, limits);
        let (got, error) = receive(&mut server, &[&sent]);
        assert_eq!(error, None, "{name}");
        assert_eq!(got, [Got::Binary(bytes)], "{name}");
    }
}

#[test]
fn blocks_that_inflate_to_nothing_are_bounded() {
    let agreed = agreed("permessage-deflate", "permessage-deflate");
    let mut limits = Limits::default();
    limits.message = 1000;
    let mut connection = receiver(Role::Client, &agreed, limits);
    let empty = [0, 0, 0, 0xff, 0xff].repeat(1000);
    let mut stream = frame(0x42, &empty);
    stream.extend(frame(0x00, &empty));
    let (_, error) = receive(&mut connection, &[&stream]);
    assert_eq!(
        error,
        Some(ConnectionError::Limit {
            limit: Limit::Message,
            value: 1000
        })
    );
}

/// A block of DEFLATE that is marked as the last one ends a stream, and the next stream costs
/// far more than the two bytes of an empty one.
#[test]
fn streams_that_end_at_once_are_bounded() {
    let agreed = agreed("permessage-deflate", "permessage-deflate");
    let few = [0x03, 0x00].repeat(20);
    let many = [0x03, 0x00].repeat(200);
    for (blocks, passes) in [(few, true), (many, false)] {
        let mut connection = receiver(Role::Client, &agreed, Limits::default());
        let mut payload = blocks;
        payload.push(0);
        let (got, error) = receive(&mut connection, &[&frame(0xc2, &payload)]);
        assert_eq!(error.is_none(), passes, "{error:?}");
        assert_eq!(got == [Got::Binary(Vec::new())], passes);
    }
}

/// An inspector holds one message at a time, however many the bytes that it was given hold.
#[test]
fn an_inspector_inflates_what_it_is_asked_for() {
    let (mut client, _, agreed) = pair("permessage-deflate", Compression::default());
    let zeros = vec![0; 8 << 20];
    let mut stream = Vec::new();
    for _ in 0..3 {
        client.binary(&zeros).unwrap();
        let length = client.output().len();
        stream.extend_from_slice(client.output());
        client.sent(length);
    }
    let mut inspector = Inspector::new(draft(), Role::Client, Session::default()).extended(&agreed);
    inspector.push(&stream);
    inspector.end_of_input();
    let mut messages = 0;
    while let Some(observed) = inspector.next() {
        if let Observed::Binary(bytes) = observed {
            assert_eq!(bytes.len(), zeros.len());
            messages += 1;
            let state = format!("{inspector:?}");
            assert!(state.contains("seen: []"), "nothing was inflated ahead");
        }
    }
    assert_eq!(messages, 3);
}
