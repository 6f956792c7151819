//! Rules that a peer may break: what breaks one is taken as far as it can be, and what is sent in
//! answer to it breaks none.

use std::io::Cursor;

use wsdraft::{
    Close, Config, Connection, ConnectionError, Draft, Event, Limits, OsEntropy, Policy, Relaxed,
    Role,
    drafts::{self, rfc6455},
    extension::{Agreed, Extensions, builtin},
    frame::Session,
    handshake::{
        Acceptor, Answer, Opening, Subprotocols,
        client::{ClientError, ClientHandshake, ClientOptions},
        server::{Requested, ServerHandshake, ServerOptions},
    },
    info::Kind,
    inspect::{Inspector, Observed},
};

mod handshakes;

type Spoken = &'static dyn Draft;

fn draft() -> Spoken {
    &rfc6455::Draft
}

fn end(draft: Spoken, role: Role, relaxed: Relaxed, agreed: &Agreed) -> Connection<Spoken> {
    let config = Config::with_policy(Policy::relaxed(relaxed));
    let connection = match role {
        Role::Client => Connection::client(draft, Session::default(), OsEntropy, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    };
    connection.extended(agreed)
}

fn agreed() -> Agreed {
    let all = Extensions::named("permessage-deflate", builtin::ALL).unwrap();
    all.agreed(draft().info(), "permessage-deflate").unwrap()
}

/// A compressed binary message of a server, in fragments of so many bytes.
fn compressed(payload: &[u8], size: usize) -> Vec<u8> {
    let mut frames = Vec::new();
    let count = payload.chunks(size).len();
    for (at, part) in payload.chunks(size).enumerate() {
        let first = if at == 0 { 0x42 } else { 0 };
        let fin = if at + 1 == count { 0x80 } else { 0 };
        assert!(part.len() < 126);
        frames.extend([fin | first, part.len() as u8]);
        frames.extend_from_slice(part);
    }
    frames
}

fn messages(relaxed: Relaxed, stream: &[u8]) -> (Vec<Vec<u8>>, Option<&'static str>) {
    let mut client = end(draft(), Role::Client, relaxed, &agreed());
    let mut got = Vec::new();
    client.feed(stream);
    loop {
        match client.receive() {
            Ok(Some(Event::Binary(bytes))) => got.push(bytes.to_vec()),
            Ok(Some(_)) => {}
            Ok(None) => return (got, None),
            Err(ConnectionError::Violation(violation)) => return (got, Some(violation.rule.id)),
            Err(error) => panic!("{error}"),
        }
    }
}

const UNFINISHED: Relaxed = Relaxed::new(&["payload-complete"]);

/// `Hello` as RFC 7692 §7.2.3.1 has it, and twice with one window.
const HELLO: &[u8] = &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

const AGAIN: &[u8] = &[0xf2, 0x00, 0x11, 0x00, 0x00];

#[test]
fn a_compressed_message_may_end_with_what_should_be_cut_off() {
    let tail = [0, 0, 0xff, 0xff];
    let whole = [HELLO, &tail].concat();
    for size in 1..=whole.len() {
        let stream = [compressed(&whole, size), compressed(AGAIN, 9)].concat();
        assert_eq!(
            messages(Relaxed::NONE, &stream),
            (vec![], Some("payload-complete"))
        );
        let both = vec![b"Hello".to_vec(), b"Hello".to_vec()];
        assert_eq!(messages(UNFINISHED, &stream), (both, None), "{size}");
    }
}

#[test]
fn a_compressed_message_may_end_with_a_last_block_and_nothing_behind_it() {
    // RFC 7692 §7.2.3.4 has one byte of zero behind this.
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    for size in 1..=last.len() {
        let stream = [compressed(&last, size), compressed(HELLO, 9)].concat();
        assert_eq!(
            messages(Relaxed::NONE, &stream),
            (vec![], Some("payload-complete"))
        );
        let both = vec![b"Hello".to_vec(), b"Hello".to_vec()];
        assert_eq!(messages(UNFINISHED, &stream), (both, None), "{size}");
    }
    let padded = [&last[..], &[0]].concat();
    let proper = compressed(&padded, 9);
    assert_eq!(
        messages(UNFINISHED, &proper),
        (vec![b"Hello".to_vec()], None)
    );
}

#[test]
fn a_compressed_message_that_is_cut_is_what_came_of_it() {
    // A stored block of five bytes, of which two came.
    let cut = [0x00, 5, 0, 0xfa, 0xff, b'H', b'e'];
    let stream = [compressed(&cut, 9), compressed(HELLO, 9)].concat();
    let (got, broken) = messages(Relaxed::NONE, &stream);
    assert_eq!((got.len(), broken), (0, Some("payload-complete")));
    let both = vec![b"He".to_vec(), b"Hello".to_vec()];
    assert_eq!(messages(UNFINISHED, &stream), (both, None));
}

#[test]
fn what_keeps_the_rule_is_read_alike() {
    for size in 1..=HELLO.len() {
        let stream = [compressed(HELLO, size), compressed(AGAIN, size)].concat();
        let both = vec![b"Hello".to_vec(), b"Hello".to_vec()];
        assert_eq!(
            messages(UNFINISHED, &stream),
            (both.clone(), None),
            "{size}"
        );
        assert_eq!(messages(Relaxed::NONE, &stream), (both, None), "{size}");
    }
    let noise = compressed(&[0xff; 9], 9);
    assert_eq!(messages(UNFINISHED, &noise).1, Some("payload-deflated"));
}

/// What both ends make of a control frame that is too long: what goes out keeps every rule.
#[test]
fn the_answer_to_a_relaxed_frame_keeps_the_rules() {
    const LONG: Relaxed = Relaxed::new(&["control-frame-length"]);
    let mut answered = 0;
    for &draft in drafts::ALL {
        let info = draft.info();
        if info.rule("control-frame-length").is_none() {
            continue;
        }
        for role in [Role::Client, Role::Server] {
            for length in [0, 125, 126, 300, 16_000] {
                let mut one = end(draft, role, LONG, &Agreed::default());
                let ping = control(draft, role.peer(), Kind::Ping, &vec![b'p'; length]);
                one.feed(&ping);
                while let Some(event) = one.receive().unwrap() {
                    assert!(matches!(event, Event::Ping(_)), "{event:?}");
                }
                let seen = seen(draft, role, one.output());
                let [Observed::Frame { .. }, Observed::Pong(pong)] = &seen[..] else {
                    panic!("{} {length}: {seen:?}", info.short);
                };
                assert_eq!(*pong, vec![b'p'; length.min(125)], "{}", info.short);
                answered += 1;
            }
        }
    }
    assert!(answered > 100);
}

#[test]
fn a_close_frame_that_is_let_in_is_not_repeated() {
    const ANY: Relaxed = Relaxed::new(&[
        "control-frame-length",
        "close-code-complete",
        "close-code-allowed",
        "close-reason-utf8",
    ]);
    let long = [&1000u16.to_be_bytes()[..], &[b'r'; 300]].concat();
    let bodies: [&[u8]; 6] = [
        &long,
        &[3],
        &1005u16.to_be_bytes(),
        &500u16.to_be_bytes(),
        &[0x03, 0xe8, 0xff],
        &[b'b'; 200],
    ];
    for &draft in drafts::ALL {
        let info = draft.info();
        if info.rule("control-frame-length").is_none() {
            continue;
        }
        for role in [Role::Client, Role::Server] {
            for body in bodies {
                let mut one = end(draft, role, ANY, &Agreed::default());
                one.feed(&control(draft, role.peer(), Kind::Close, body));
                while let Ok(Some(event)) = one.receive() {
                    if matches!(event, Event::Closed(_)) {
                        break;
                    }
                }
                let seen = seen(draft, role, one.output());
                let [Observed::Frame { .. }, Observed::Close(Close { .. })] = &seen[..] else {
                    panic!("{} {body:?}: {seen:?}", info.short);
                };
            }
        }
    }
}

/// A control frame as no end of ours would send it.
fn control(draft: Spoken, from: Role, kind: Kind, payload: &[u8]) -> Vec<u8> {
    let frame = wsdraft::frame::Outgoing {
        kind,
        fin: true,
        reserved: 0,
        length: payload.len() as u64,
        opcode: 0,
    };
    // A key of zeros leaves the payload as it is, but not in the draft that hashes it.
    let session = Session::default();
    let encoded = draft.encode(&frame, from, [0; 4], &session).unwrap();
    let mut bytes = encoded.bytes().to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    if let wsdraft::frame::Mask::Twenty { key, phase } = encoded.mask {
        for (at, byte) in bytes[start..].iter_mut().enumerate() {
            *byte ^= key[(at + usize::from(phase)) % key.len()];
        }
    }
    bytes
}

/// Everything that is to be seen in what an end sends.
fn seen(draft: Spoken, from: Role, bytes: &[u8]) -> Vec<Observed> {
    let mut inspector = Inspector::with(draft, from, Session::default(), 0, Limits::default());
    inspector.push(bytes);
    inspector.end_of_input();
    inspector.collect()
}
