//! Messages that end with a delimiter: the short way that whole ones take, against the long one.

use wsdraft::{Budget, Config, Connection, Draft, Event, Limits, drafts, frame::Session};

const LARGEST: usize = 8;

/// A draft whose messages end with a delimiter, and how one starts and ends.
fn delimited() -> impl Iterator<Item = (&'static dyn Draft, u8, u8)> {
    drafts::ALL.iter().filter_map(|&draft| {
        let mut server = Connection::server(draft, Session::default(), Config::default());
        server.text("so").ok()?;
        match *server.output() {
            [first, b's', b'o', last] => Some((draft, first, last)),
            _ => None,
        }
    })
}

/// What a server makes of a stream that comes in pieces of this size.
fn events(draft: &'static dyn Draft, stream: &[u8], size: usize) -> Vec<String> {
    let mut config = Config::default();
    config.limits = Limits::default().message(LARGEST);
    let mut server = Connection::server(draft, Session::default(), config);
    let mut events = Vec::new();
    for piece in stream.chunks(size) {
        server.feed(piece);
        loop {
            match server.receive() {
                Ok(Some(event)) => {
                    let text = matches!(event, Event::Text(_));
                    events.push(format!("{text} {event:?}"));
                }
                Ok(None) => break,
                Err(error) => {
                    events.push(error.to_string());
                    return events;
                }
            }
        }
    }
    events
}

#[test]
fn messages_do_not_depend_on_how_their_bytes_come() {
    let mut count = 0;
    for (draft, first, last) in delimited() {
        count += 1;
        let message = |payload: &[u8]| [&[first], payload, &[last]].concat();
        let texts = [
            &b"so it is"[..],
            b"",
            "\u{3b1}\u{3b2}".as_bytes(),
            b"a\xe2\x82b",
            b"\xc3",
        ];
        let valid: Vec<u8> = texts.iter().flat_map(|text| message(text)).collect();
        let name = draft.info().short;
        let seen = events(draft, &valid, 1);
        assert_eq!(seen.len(), texts.len(), "{name}: {seen:?}");
        // One that is too long, a frame with a length, and one of an unknown type.
        let others = [
            message(b"so it is!"),
            vec![0xff, 0],
            vec![0x80, 1, b'a'],
            vec![0x01, last],
        ];
        for other in others {
            let stream = [&valid[..], &other, &message(b"more")].concat();
            let wanted = events(draft, &stream, 1);
            for size in [2, 3, 7, stream.len()] {
                assert_eq!(events(draft, &stream, size), wanted, "{name}, {other:02x?}");
            }
        }
    }
    assert_eq!(count, 3);
}

#[test]
fn the_delimiter_does_not_double_the_buffer() {
    let text = "so it is".repeat(128 << 10);
    for (draft, _, last) in delimited() {
        let budget = Budget::new(16 << 20);
        let mut config = Config::default();
        config.budget = Some(budget.clone());
        let mut server = Connection::server(draft, Session::default(), config);
        server.text(&text).expect("room");
        assert_eq!(server.output().last(), Some(&last));
        let (name, used) = (draft.info().short, budget.used());
        assert!(used > text.len() / 2, "{name}: {used}");
        assert!(used < text.len() + 256, "{name}: {used}");
    }
}
