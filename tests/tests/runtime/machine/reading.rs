//! Messages that are read into the buffer that a connection gives.

use wsdraft::{
    Config, Connection, ConnectionError, Event, Limits, Message, NoEntropy, Policy, Relaxed,
    drafts::rfc6455::Draft, frame::Session,
};

/// Lengths of payloads: within the buffer, at its end, and beyond; some several times.
const LENGTHS: &[usize] = &[
    0, 5, 125, 126, 8_184, 16_384, 16_384, 16_384, 3, 65_000, 65_535, 65_536, 65_536, 66_546,
    66_547, 66_600, 70_000, 200_000, 200_000, 1, 12_000, 12_000, 130, 300_003,
];

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(7);
    Ok(())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.write_buffer = usize::MAX;
    limits.control = 1 << 20;
    limits
}

fn client() -> Connection<Draft> {
    Connection::client(
        Draft,
        Session::default(),
        zeros,
        Config::with_limits(limits()),
    )
}

fn server() -> Connection<Draft> {
    let mut config = Config::with_limits(limits());
    config.policy = Policy::relaxed(Relaxed::new(&["control-frame-length"]));
    Connection::server(Draft, Session::default(), config)
}

/// Text of characters of one to four bytes.
fn text(length: usize) -> String {
    let mut text = String::new();
    for character in "Größe 3 € für 日本語 😀, ок. ".chars().cycle() {
        if text.len() + character.len_utf8() > length {
            break;
        }
        text.push(character);
    }
    text.extend(std::iter::repeat_n('.', length - text.len()));
    text
}

/// Reads up to `most` bytes into the space of the connection.
fn read(server: &mut Connection<Draft>, bytes: &mut &[u8], most: usize) {
    let space = server.space();
    assert!(!space.is_empty(), "room is left while events are wanted");
    let length = space.len().min(most).min(bytes.len());
    space[..length].copy_from_slice(&bytes[..length]);
    server.filled(length);
    *bytes = &bytes[length..];
    assert!(length > 0, "an event is missing");
}

#[test]
fn messages_of_every_length_come_whole_however_they_are_read() {
    let mut client = client();
    let mut sent = Vec::new();
    for &length in LENGTHS {
        sent.push(Message::from(text(length)));
        sent.push(Message::binary(text(length).into_bytes()));
    }
    // Those of one kind after each other, too.
    for length in [16_384, 65_536, 66_600, 200_000] {
        sent.extend((0..4).map(|_| Message::from(text(length))));
        sent.extend((0..4).map(|_| Message::binary(vec![1; length])));
    }
    for message in &sent {
        client.send(message).unwrap();
    }
    let bytes = client.output().to_vec();
    for most in [usize::MAX, 40_000, 7_919, 1_001] {
        let (mut lent, mut owned) = (server(), server());
        let (mut to_lent, mut to_owned) = (&bytes[..], &bytes[..]);
        for message in &sent {
            loop {
                match lent.receive().unwrap() {
                    Some(Event::Text(text)) => {
                        assert_eq!(&Message::from(text), message);
                        break;
                    }
                    Some(Event::Binary(bytes)) => {
                        assert_eq!(&Message::binary(bytes.to_vec()), message);
                        break;
                    }
                    Some(event) => panic!("{event:?}"),
                    None => read(&mut lent, &mut to_lent, most),
                }
            }
            let received = loop {
                match owned.receive_message().unwrap() {
                    Some(received) => break received,
                    None => read(&mut owned, &mut to_owned, most),
                }
            };
            assert_eq!(&received, message);
        }
    }
}

#[test]
fn text_is_refused_at_the_same_byte_however_it_is_read() {
    for length in [100, 16_384, 65_536, 200_000] {
        for wrong in [0, 50, length / 2, length - 1] {
            let mut payload = text(length).into_bytes();
            payload[wrong] = 0xff;
            let bytes = frame(0x81, &payload);
            let mut offsets = Vec::new();
            for most in [usize::MAX, 40_000, 7_919, 997] {
                let (mut server, mut left) = (server(), &bytes[..]);
                let error = loop {
                    match server.receive() {
                        Ok(None) => read(&mut server, &mut left, most),
                        Ok(Some(event)) => panic!("{event:?}"),
                        Err(error) => break error,
                    }
                };
                let ConnectionError::Violation(violation) = error else {
                    panic!("{error:?}")
                };
                // No more is read than the piece in which it stands.
                let head = bytes.len() - payload.len();
                assert!(bytes.len() - left.len() <= head + wrong + most.min(66 << 10) + (1 << 17));
                offsets.push(violation.offset);
            }
            offsets.dedup();
            assert_eq!(
                offsets.len(),
                1,
                "{length} bytes, wrong at {wrong}: {offsets:?}"
            );
        }
    }
}

/// A masked frame with a key of zeros and a long length.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | length as u8),
        length @ ..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[test]
fn a_long_frame_that_is_held_gets_room() {
    let payload = vec![b'x'; 300_000];
    let bytes = [
        frame(0x82, b"first"),
        frame(0x89, &payload),
        frame(0x82, b"last"),
    ]
    .concat();
    for most in [usize::MAX, 10_000] {
        let (mut server, mut left) = (server(), &bytes[..]);
        let mut seen = Vec::new();
        while seen.len() < 3 {
            match server.receive().unwrap() {
                Some(Event::Binary(payload) | Event::Ping(payload)) => seen.push(payload.len()),
                Some(event) => panic!("{event:?}"),
                None => read(&mut server, &mut left, most),
            }
        }
        assert_eq!(seen, [5, payload.len(), 4]);
    }
}

#[test]
fn text_whose_later_frame_an_extension_changes_keeps_all_its_bytes() {
    let mut config = Config::with_limits(limits());
    config.policy.claimed = 1;
    let mut server = Connection::server(Draft, Session::default(), config);
    // The first frame ends within a code point.
    server.feed(&frame(0x01, &[b'a', 0xe2, 0x82]));
    assert_eq!(server.receive(), Ok(None));
    server.feed(&frame(0x80 | 0x40, &[0xac, 0xff]));
    match server.receive() {
        Ok(Some(Event::Coded { payload, .. })) => {
            assert_eq!(payload, [b'a', 0xe2, 0x82, 0xac, 0xff]);
        }
        other => panic!("{other:?}"),
    }
}
