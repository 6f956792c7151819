//! Frames, through a connection and through the inspector.

use super::*;

fn connection(
    vector: &Vector,
    draft: &'static dyn Draft,
    role: Role,
) -> Connection<&'static dyn Draft> {
    let config = Config::with_limits(Limits::default());
    match role {
        Role::Server => Connection::server(draft, session(vector), config),
        Role::Client => {
            let entropy = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
                bytes.fill(0x5a);
                Ok(())
            };
            Connection::client(draft, session(vector), entropy, config)
        }
    }
}

/// What came out of a connection.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    messages: Vec<(&'static str, Vec<u8>)>,
    pings: Vec<Vec<u8>>,
    pongs: Vec<Vec<u8>>,
    close: Option<Close>,
    error: Option<ConnectionError>,
    output: Vec<u8>,
    ended: Option<Option<u16>>,
}

fn hear(connection: &mut Connection<&'static dyn Draft>, pieces: &[&[u8]]) -> Heard {
    let mut heard = Heard::default();
    for piece in pieces {
        connection.feed(piece);
        loop {
            match connection.receive() {
                Ok(Some(event)) => match event {
                    Event::Text(text) => heard.messages.push(("text", text.into())),
                    Event::Binary(data) => heard.messages.push(("binary", data.into())),
                    Event::Ping(data) => heard.pings.push(data.into()),
                    Event::Pong(data) => heard.pongs.push(data.into()),
                    Event::Close(close) => heard.close = Some(close.clone()),
                    Event::Closed(_) => {}
                    other => panic!("{other:?}"),
                },
                Ok(None) => break,
                Err(error) => {
                    heard.error = Some(error);
                    break;
                }
            }
        }
        let output = connection.output().to_vec();
        connection.sent(output.len());
        heard.output.extend(output);
    }
    heard.ended = connection.ended().map(|ending| ending.code);
    heard
}

fn inspect(
    vector: &Vector,
    draft: &'static dyn Draft,
    from: Role,
    pieces: &[&[u8]],
) -> Vec<Observed> {
    let mut inspector = Inspector::new(draft, from, session(vector));
    let mut seen = Vec::new();
    for piece in pieces {
        inspector.push(piece);
        seen.extend(inspector.by_ref());
    }
    inspector.end_of_input();
    seen.extend(inspector);
    seen
}

#[test]
fn frames_through_a_connection() {
    each(Kind::Frames, |vector, draft| {
        let bytes = vector.bytes();
        for sender in vector.senders() {
            let from = role(sender);
            let mut first = None;
            for pieces in ways(&bytes) {
                let mut connection = connection(vector, draft, from.peer());
                let heard = hear(&mut connection, &pieces);
                match &first {
                    None => {
                        expect_heard(vector, draft, from, &heard);
                        first = Some(heard);
                    }
                    Some(first) => assert_eq!(
                        &heard,
                        first,
                        "{} under {} from a {from}, fed in pieces of {:?}",
                        vector.id,
                        draft.info().short,
                        pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>()
                    ),
                }
            }
        }
    });
}

fn expect_heard(vector: &Vector, draft: &'static dyn Draft, from: Role, heard: &Heard) {
    let at = format!("{} under {} from a {from}", vector.id, draft.info().short);
    let expect = &vector.expect;
    assert_eq!(heard.error, None, "{at}");
    let messages: Vec<_> = expect
        .messages
        .iter()
        .map(|message| (message.kind.as_str(), message.payload()))
        .collect();
    assert_eq!(heard.messages, messages, "{at}");
    let frames = expect.frames.as_deref().unwrap_or_default();
    let payloads = |kind: &str| -> Vec<_> {
        let frames = frames.iter().filter(|frame| frame.kind() == kind);
        frames.map(|frame| frame.payload()).collect()
    };
    assert_eq!(heard.pings, payloads("ping"), "{at}");
    assert_eq!(heard.pongs, payloads("pong"), "{at}");
    assert_eq!(heard.close.is_some(), expect.close.is_some(), "{at}");
    if let (Some(close), Some(expected)) = (&heard.close, &expect.close) {
        let code = expected["code"].as_u64().map(|code| code as u16);
        assert_eq!(close.code, code, "{at}");
        if let Some(reason) = expected["reason"].as_str() {
            assert_eq!(&*close.reason, reason, "{at}");
        }
        let local = expected["api_code"].as_u64();
        if let (Some(local), Some(_)) = (local, draft.info().local_codes.no_status) {
            assert_eq!(heard.ended, Some(Some(local as u16)), "{at}");
        }
    }
    // The replies are those of a server; those of a client are masked in most drafts.
    let masks = from == Role::Server;
    if let (Some(reply), false) = (expect.reply(), masks) {
        assert_eq!(heard.output, reply, "{at}");
    }
    // What is answered keeps the draft's rules, masked or not.
    let answers = inspect(vector, draft, from.peer(), &[&heard.output]);
    let faulty: Vec<_> = answers
        .iter()
        .filter(|seen| matches!(seen, Observed::Violation(_) | Observed::Incomplete { .. }))
        .collect();
    assert!(faulty.is_empty(), "{at}: {faulty:?}");
    let pongs: Vec<_> = answers
        .iter()
        .filter_map(|seen| match seen {
            Observed::Pong(data) => Some(data.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(pongs, payloads("ping"), "{at}");
    let closes = answers
        .iter()
        .filter(|seen| matches!(seen, Observed::Close(_)));
    assert_eq!(closes.count(), usize::from(expect.close.is_some()), "{at}");
}

#[test]
fn frames_through_the_inspector() {
    each(Kind::Frames, |vector, draft| {
        let bytes = vector.bytes();
        for sender in vector.senders() {
            let from = role(sender);
            let mut first = None;
            for pieces in ways(&bytes) {
                let seen = inspect(vector, draft, from, &pieces);
                match &first {
                    None => {
                        expect_seen(vector, draft, from, &bytes, &seen);
                        first = Some(seen);
                    }
                    Some(first) => assert!(
                        &seen == first,
                        "{} under {} from a {from}, fed in pieces of {:?}",
                        vector.id,
                        draft.info().short,
                        pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>()
                    ),
                }
            }
        }
    });
}

fn expect_seen(
    vector: &Vector,
    draft: &'static dyn Draft,
    from: Role,
    bytes: &[u8],
    seen: &[Observed],
) {
    let at = format!("{} under {} from a {from}", vector.id, draft.info().short);
    let mut messages = Vec::new();
    let mut frames = Vec::new();
    let mut closes = 0;
    for observed in seen {
        match observed {
            Observed::Text(text) => messages.push(("text", text.clone().into_bytes())),
            Observed::Binary(data) => messages.push(("binary", data.clone())),
            Observed::Frame { .. } => frames.push(observed),
            Observed::Close(_) => closes += 1,
            Observed::Ping(_) | Observed::Pong(_) => {}
            // A recommendation that is not kept, such as text that is replaced.
            Observed::Violation(violation)
                if violation.rule.outcome == wsdraft::info::Outcome::Replace => {}
            other => panic!("{at}: {other:?}"),
        }
    }
    let expected: Vec<_> = vector
        .expect
        .messages
        .iter()
        .map(|message| (message.kind.as_str(), message.payload()))
        .collect();
    assert!(messages == expected, "{at}");
    assert_eq!(closes, usize::from(vector.expect.close.is_some()), "{at}");
    let Some(expected) = &vector.expect.frames else {
        return;
    };
    assert_eq!(frames.len(), expected.len(), "{at}");
    for (frame, expected) in frames.into_iter().zip(expected) {
        let &Observed::Frame {
            offset,
            fin,
            reserved,
            kind,
            opcode,
            masked,
            length,
            ref payload,
            ..
        } = frame
        else {
            continue;
        };
        assert_eq!(
            (fin, kind.as_str(), opcode, masked, length),
            (
                expected.fin,
                expected.kind(),
                expected.opcode,
                expected.masked,
                expected.payload_len
            ),
            "{at}"
        );
        assert_eq!((reserved, expected.rsv, expected.rsv4), (0, 0, 0), "{at}");
        assert!(*payload == expected.payload(), "{at}");
        let rest = &bytes[offset as usize..];
        let Decode::Header(head) = draft.decode(rest, from, &session(vector)) else {
            panic!("{at}: no head at byte {offset}");
        };
        assert_eq!(head.length_bits, expected.length_encoding_bits, "{at}");
        if let Some(key) = &expected.mask_key {
            let key = vectors::hex(key);
            let head = &rest[..usize::from(head.size)];
            assert!(head.starts_with(&key) || head.ends_with(&key), "{at}");
        }
    }
}

/// The rule that each invalid vector breaks.
const BREAKS: [(&str, &str); 12] = [
    ("x07-unmasked-c2s", "client-frame-masked"),
    ("x07-masked-s2c", "server-frame-unmasked"),
    ("x07-rsv1", "reserved-bits-clear"),
    ("x07-nonminimal-16", "length-minimal"),
    ("x07-ping-126", "control-frame-length"),
    ("x07-ping-fragmented", "control-frame-final"),
    ("x07-cont-without-start", "continuation-of-nothing"),
    ("x07-close-len1", "close-code-complete"),
    ("x07-invalid-utf8", "text-utf8"),
    ("x01-control-fragmented", "control-frame-final"),
    ("x01-dup-start", "message-interrupted"),
    ("x04-ping-256", "control-frame-length"),
];

#[test]
fn invalid_streams() {
    each(Kind::Invalid, |vector, draft| {
        let bytes = vector.bytes();
        for sender in vector.senders() {
            let from = role(sender);
            let at = format!("{} under {} from a {from}", vector.id, draft.info().short);
            let seen = inspect(vector, draft, from, &[&bytes]);
            for pieces in ways(&bytes) {
                assert_eq!(inspect(vector, draft, from, &pieces), seen, "{at}");
            }
            let broken: Vec<_> = seen
                .iter()
                .filter_map(|seen| match seen {
                    Observed::Violation(violation) => Some(violation),
                    _ => None,
                })
                .collect();
            let rule = BREAKS.iter().find(|(id, _)| *id == vector.id);
            let Some((_, rule)) = rule else {
                // Text that is repaired, not refused.
                let mut connection = connection(vector, draft, from.peer());
                let heard = hear(&mut connection, &[&bytes]);
                assert_eq!(heard.error, None, "{at}");
                let text = ("text", "\u{fffd}\u{fffd}".into());
                assert_eq!(heard.messages, [text], "{at}");
                continue;
            };
            assert_eq!(
                broken
                    .iter()
                    .map(|broken| broken.rule.id)
                    .collect::<Vec<_>>(),
                [*rule],
                "{at}"
            );
            let code = vector.expect.close_code();
            for pieces in ways(&bytes) {
                let mut connection = connection(vector, draft, from.peer());
                let heard = hear(&mut connection, &pieces);
                let Some(ConnectionError::Violation(violation)) = &heard.error else {
                    panic!("{at}: {heard:?}");
                };
                assert_eq!(violation, broken[0], "{at}");
                if code.is_none() {
                    continue;
                }
                assert_eq!(violation.rule.close_code(), code, "{at}");
                let answers = inspect(vector, draft, from.peer(), &[&heard.output]);
                let closed = answers
                    .iter()
                    .any(|seen| matches!(seen, Observed::Close(close) if close.code == code));
                assert!(closed, "{at}: {answers:?}");
            }
        }
    });
}
