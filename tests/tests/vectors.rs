//! The vectors of `vectors/core.json` through the library: whole, byte by byte, and cut at
//! every byte boundary; with generated and with interpreted drafts.

#[path = "../vectors/mod.rs"]
mod vectors;

use std::{cell::Cell, collections::BTreeSet};

use vectors::{Kind, Vector};
use wsdraft::{
    Close, Config, Connection, Draft, Error, Event, Limits, NoEntropy, Role,
    frame::{Decode, Session},
    handshake::{
        Answer, HeadLimits, Opening,
        client::{ClientHandshake, ClientOptions},
        parse,
        server::{Progress, RefusalCause, ServerHandshake, ServerOptions},
    },
    info::Purpose,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::Database;

/// The draft, as generated code and as data; nothing where the database lacks it.
fn drafts(short: &str) -> Vec<&'static dyn Draft> {
    let compiled = wsdraft::drafts::ALL
        .iter()
        .copied()
        .find(|draft| draft.info().short == short);
    let Some(compiled) = compiled else {
        return Vec::new();
    };
    let spec = Database::built_in().unwrap().resolved(short).unwrap();
    let interpreted = Interpreted::new(spec.clone()).unwrap();
    vec![compiled, Box::leak(Box::new(interpreted))]
}

/// Runs a check on every vector of a kind, under every draft that it names.
fn each(kind: Kind, mut check: impl FnMut(&Vector, &'static dyn Draft)) {
    let vectors: Vec<_> = vectors::all()
        .into_iter()
        .filter(|vector| vector.kind == kind)
        .collect();
    let names: BTreeSet<_> = vectors.iter().flat_map(|vector| &vector.drafts).collect();
    let mut checked = 0;
    for name in names {
        for draft in drafts(name) {
            for vector in vectors.iter().filter(|vector| vector.drafts.contains(name)) {
                check(vector, draft);
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "no {kind:?} vector was checked");
}

#[test]
fn every_draft_that_a_vector_names_is_there() {
    let names: BTreeSet<String> = vectors::all()
        .into_iter()
        .flat_map(|vector| vector.drafts)
        .collect();
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| drafts(name).is_empty())
        .collect();
    println!("skipped: {missing:?}");
    // The set is being filled; once the one between the two families is there, all are.
    if !drafts("hybi-00").is_empty() {
        assert_eq!(missing, Vec::<String>::new());
    }
}

/// Where to cut a stream in two, so that every boundary is met. Of a stream of many like
/// bytes it is those at both ends, and some between.
fn cuts(length: usize) -> Vec<usize> {
    let middle = |cut: &usize| *cut < 64 || length - cut < 64 || cut.is_multiple_of(9973);
    (0..=length)
        .filter(|cut| length <= 1024 || middle(cut))
        .collect()
}

/// The ways to feed a stream: whole, byte by byte, in two at each boundary.
fn ways(bytes: &[u8]) -> impl Iterator<Item = Vec<&[u8]>> {
    let halves = cuts(bytes.len())
        .into_iter()
        .map(|cut| vec![&bytes[..cut], &bytes[cut..]]);
    [vec![bytes], bytes.chunks(1).collect()]
        .into_iter()
        .chain(halves)
}

fn role(sender: &str) -> Role {
    if sender == "client" {
        Role::Client
    } else {
        Role::Server
    }
}

fn session(vector: &Vector) -> Session {
    Session {
        masking_key: vector.masking_key(),
    }
}

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
    error: Option<Error>,
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
        let Decode::Head(head) = draft.decode(rest, from, &session(vector)) else {
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
                let Some(Error::Violation(violation)) = &heard.error else {
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

/// The head and what follows it.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    bytes.split_at(end + 4)
}

/// The first line, and the fields by name, sorted.
fn lines(head: &[u8]) -> (String, Vec<(String, String)>) {
    let text = String::from_utf8(head.to_vec()).unwrap();
    let mut lines = text.trim_end().split("\r\n");
    let first = lines.next().unwrap().to_owned();
    let mut fields: Vec<_> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        })
        .collect();
    fields.sort();
    (first, fields)
}

fn field(head: &[u8], name: Option<&str>) -> Option<String> {
    let name = name?.to_ascii_lowercase();
    let (_, fields) = lines(head);
    let found = fields.into_iter().find(|(found, _)| *found == name);
    found.map(|(_, value)| value)
}

/// The nonce of a response, if it has one.
fn nonce(draft: &'static dyn Draft, response: &[u8]) -> Option<[u8; 16]> {
    let header = draft.info().response_header(Purpose::Nonce)?;
    let text = field(split(response).0, Some(header.name))?;
    decode_base64(&text).try_into().ok()
}

fn decode_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0u32;
    let mut count = 0;
    let mut out = Vec::new();
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter).unwrap();
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

#[test]
fn handshakes_as_a_server() {
    each(Kind::Handshake, |vector, draft| {
        let at = format!("{} under {}", vector.id, draft.info().short);
        let mut request = vector.request();
        let expect = &vector.expect;
        let options = ServerOptions {
            secure: expect.secure,
            ..ServerOptions::default()
        };
        let accepts = vector.response().is_some() || expect.accept.is_some();
        if accepts {
            // The start of the client's frames may come along.
            request.extend_from_slice(b"frames");
        }
        for pieces in ways(&request) {
            let mut server = ServerHandshake::new(vec![draft], options);
            let mut progress = Ok(Progress::More);
            let mut sent = Vec::new();
            for piece in &pieces {
                match server.receive(piece) {
                    Ok(Progress::More) => {}
                    Ok(Progress::Offered(offer)) => {
                        let response = vector.response();
                        let accepted = server.accept(&Answer {
                            subprotocol: expect.subprotocol.as_deref(),
                            extensions: None,
                            nonce: response
                                .and_then(|response| nonce(draft, &response))
                                .unwrap_or_default(),
                            fields: &[],
                        });
                        assert_eq!(accepted, Ok(()));
                        progress = Ok(Progress::Offered(offer));
                    }
                    other => {
                        progress = other;
                        break;
                    }
                }
                sent.extend(server.take_output());
            }
            if accepts {
                let Ok(Progress::Offered(offer)) = progress else {
                    panic!("{at}: {progress:?}");
                };
                if let Some(origin) = &expect.origin {
                    assert_eq!(offer.origin.as_ref(), Some(origin), "{at}");
                }
                if let Some(name) = &expect.subprotocol {
                    assert!(offer.subprotocols.contains(name), "{at}");
                }
                expect_response(vector, draft, &sent, &at);
                let established = server.finish().unwrap();
                assert_eq!(established.rest, b"frames", "{at}");
                assert_eq!(
                    established.session.masking_key,
                    expect.masking_key(),
                    "{at}"
                );
            } else {
                let Err(refusal) = progress else {
                    panic!("{at}: {progress:?}");
                };
                assert!(matches!(refusal.cause, RefusalCause::Violation(_)), "{at}");
                let action = expect.action.as_deref().unwrap();
                let statuses: &[Option<u16>] = if action.starts_with("abort") {
                    &[None]
                } else if action.starts_with("HTTP 4xx") {
                    &[Some(400), Some(426)]
                } else {
                    assert!(action.contains("400"), "{at}");
                    &[Some(400)]
                };
                assert!(statuses.contains(&refusal.status), "{at}: {refusal:?}");
                assert_eq!(refusal.response.is_empty(), refusal.status.is_none());
                if action.contains("listing") {
                    let version = draft.info().request_header(Purpose::Version).unwrap();
                    let listed = field(split(&refusal.response).0, Some(version.name));
                    assert!(listed.unwrap().contains("13"), "{at}");
                }
            }
        }
    });
}

fn expect_response(vector: &Vector, draft: &'static dyn Draft, sent: &[u8], at: &str) {
    let expect = &vector.expect;
    let (head, body) = split(sent);
    if let Some(response) = vector.response() {
        if vector.strict_order {
            assert_eq!(
                String::from_utf8_lossy(sent),
                String::from_utf8_lossy(&response),
                "{at}"
            );
        }
        let (expected, expected_body) = split(&response);
        assert_eq!(lines(head), lines(expected), "{at}");
        assert_eq!(body, expected_body, "{at}");
    }
    let value = |purpose| {
        let header = draft.info().response_header(purpose);
        field(head, header.map(|header| header.name))
    };
    if let Some(accept) = &expect.accept {
        assert_eq!(value(Purpose::Accept).as_ref(), Some(accept), "{at}");
    }
    if let Some(location) = &expect.location {
        assert_eq!(value(Purpose::Location).as_ref(), Some(location), "{at}");
    }
}

#[test]
fn handshakes_as_a_client() {
    each(Kind::Handshake, |vector, draft| {
        let Some(response) = vector.response() else {
            return;
        };
        let at = format!("{} under {}", vector.id, draft.info().short);
        let (info, expect, request) = (draft.info(), &vector.expect, vector.request());
        let (head, body) = split(&request);

        // The exchange as it is keeps every rule.
        let mut broken = Vec::new();
        let mut observe = |violation: wsdraft::Violation| {
            broken.push(violation);
            Ok(())
        };
        let (response_head, response_body) = split(&response);
        let limits = HeadLimits::default();
        parse::with_request(head, body, expect.secure, &limits, |request| {
            draft.check_request(request, &mut observe).unwrap();
            parse::with_response(response_head, response_body, &limits, |response| {
                draft
                    .check_response(request, response, &mut observe)
                    .unwrap();
                let key = draft.session(request, response).masking_key;
                assert_eq!(key, expect.masking_key(), "{at}");
            })
            .unwrap();
        })
        .unwrap();
        assert_eq!(broken, [], "{at}");
        if let Some(version) = expect.version {
            assert_eq!(info.wire_version, Some(version), "{at}");
        }
        if let Some(name) = &expect.origin_header {
            let header = info.request_header(Purpose::Origin).unwrap();
            assert_eq!(header.name, name, "{at}");
        }

        // A client that draws the same key sends the same request.
        let value = |purpose| field(head, info.request_header(purpose).map(|header| header.name));
        let key = value(Purpose::Key);
        if info.request_body > 0 {
            return;
        }
        let key = key.map(|key| decode_base64(&key)).unwrap_or_default();
        let used = Cell::new(0);
        let entropy = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = key[used.get()];
                used.set(used.get() + 1);
            }
        };
        let (host, origin) = (value(Purpose::Host).unwrap(), value(Purpose::Origin));
        let offered = value(Purpose::Subprotocol).unwrap_or_default();
        let subprotocols: Vec<_> = offered
            .split([',', ' '])
            .filter(|name| !name.is_empty())
            .collect();
        let target = lines(head).0.split(' ').nth(1).unwrap().to_owned();
        let opening = Opening {
            host: &host,
            resource: &target,
            origin: origin.as_deref(),
            subprotocols: &subprotocols,
            extensions: None,
            cookie: None,
            fields: &[],
            entropy: &entropy,
        };
        let options = ClientOptions {
            secure: expect.secure,
            ..ClientOptions::default()
        };
        for pieces in ways(&response) {
            used.set(0);
            let mut client = ClientHandshake::new(draft, &opening, options);
            assert_eq!(lines(client.request()), lines(head), "{at}");
            let mut agreed = None;
            for piece in pieces {
                agreed = client.receive(piece).unwrap().cloned();
            }
            let agreed = agreed.unwrap_or_else(|| panic!("{at}: incomplete"));
            // Not every vector names the subprotocol that its response chooses.
            let text = String::from_utf8_lossy(&response);
            let header = draft.info().response_header(Purpose::Subprotocol);
            let mut values = text
                .lines()
                .filter_map(|line| line.strip_prefix(header?.name)?.strip_prefix(": "));
            assert_eq!(agreed.subprotocol.as_deref(), values.next(), "{at}");
            assert_eq!(agreed.extensions, expect.extensions, "{at}");
            let established = client.finish().unwrap();
            assert_eq!(
                established.session.masking_key,
                expect.masking_key(),
                "{at}"
            );
        }
    });
}

#[test]
fn explanations() {
    for vector in vectors::all() {
        if vector.kind != Kind::Explanation {
            continue;
        }
        let expect = &vector.expect;
        let input = expect.sha1_input();
        let printed = wsdraft::digest::base64(&wsdraft::digest::sha1(&[&input]));
        assert_eq!(Some(&printed), expect.printed.as_ref(), "{}", vector.id);
        // What the drafts' text asks for: the key as text, and the identifier as text.
        let (key, identifier) = input.split_at(16);
        let mut text = wsdraft::digest::base64(key);
        for (at, byte) in identifier.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push_str(&format!("{byte:02X}"));
        }
        let accept = wsdraft::digest::base64(&wsdraft::digest::sha1(&[text.as_bytes()]));
        assert_eq!(
            Some(&accept),
            expect.correct_accept.as_ref(),
            "{}",
            vector.id
        );
    }
}
