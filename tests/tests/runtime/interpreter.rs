//! The interpreter against the generated code, on input that nobody thought of; and the same
//! input against everything that takes bytes or text from outside: nothing panics.

use std::cell::Cell;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::TestRunner,
};
use wsdraft::{
    Config, Connection, Draft, Event, Limits, NoEntropy, Role, detect,
    frame::{Context, Decode, Outgoing},
    handshake::{
        Answer, Opening,
        client::{ClientHandshake, ClientOptions},
        server::{Requested, ServerHandshake, ServerOptions},
    },
    info::Kind,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::{Database, Source};
use wsdraft_tests::fuzz::{
    converse::violations,
    handshakes::{answer, asked, split, with_request, with_response},
    input::SESSION,
    interpreter::{Pair, pairs},
    spec_file::load,
};

mod channels;
mod frames;
mod handshakes;
mod texts;

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(strategy, |value| {
        test(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

const ROLES: [Role; 2] = [Role::Client, Role::Server];

const KINDS: [Kind; 9] = [
    Kind::Continuation,
    Kind::Text,
    Kind::Binary,
    Kind::Close,
    Kind::Ping,
    Kind::Pong,
    Kind::Extension,
    Kind::ExtensionControl,
    Kind::Reserved,
];

#[test]
fn metadata_is_the_same() {
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        let (compiled, interpreted) = (compiled.info(), interpreted.info());
        assert_eq!(format!("{compiled:#?}"), format!("{interpreted:#?}"));
    }
}

/// A frame to be encoded by the draft.
#[derive(Clone, Debug)]
struct Piece {
    outgoing: Outgoing,
    nonce: [u8; 4],
    payload: Vec<u8>,
}

fn piece() -> impl Strategy<Value = Piece> {
    let lengths = prop_oneof![
        8 => 0..40usize,
        1 => 120..130usize,
        1 => select(vec![65_535usize, 65_536]),
    ];
    let payload = lengths.prop_flat_map(|length| {
        prop_oneof![
            vec(any::<u8>(), length.min(64)).prop_map(move |bytes| {
                bytes.into_iter().cycle().take(length).collect::<Vec<u8>>()
            }),
            "[a-zé€]{0,20}".prop_map(String::into_bytes),
            (900u16..5100, "[a-zé]{0,8}").prop_map(|(code, reason)| [
                &code.to_be_bytes(),
                reason.as_bytes()
            ]
            .concat()),
        ]
    });
    (
        select(&KINDS[..]),
        any::<bool>(),
        0u8..16,
        any::<[u8; 4]>(),
        payload,
    )
        .prop_map(|(kind, fin, reserved, nonce, payload)| Piece {
            outgoing: Outgoing {
                kind,
                fin,
                reserved: if reserved < 12 { 0 } else { reserved & 15 },
                length: payload.len() as u64,
                opcode: 0x0b,
            },
            nonce,
            payload,
        })
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Flip(Index, u8),
    Cut(Index),
    Insert(Index, u8),
    Remove(Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<Index>(), 0u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        any::<Index>().prop_map(Change::Remove),
    ]
}

fn apply(bytes: &mut Vec<u8>, changes: &[Change]) {
    for change in changes {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match *change {
            Change::Set(at, byte) => bytes[at.index(length)] = byte,
            Change::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Insert(at, byte) => bytes.insert(at.index(length), byte),
            Change::Remove(at) => drop(bytes.remove(at.index(length))),
        }
    }
}

/// A stream of frames: noise, or frames with a few changes.
#[derive(Clone, Debug)]
enum Stream {
    Noise(Vec<u8>),
    Frames(Vec<Piece>, Vec<Change>),
}

fn stream() -> impl Strategy<Value = Stream> {
    prop_oneof![
        1 => vec(any::<u8>(), 0..80).prop_map(Stream::Noise),
        3 => (vec(piece(), 1..5), vec(change(), 0..4))
            .prop_map(|(pieces, changes)| Stream::Frames(pieces, changes)),
    ]
}

impl Stream {
    fn bytes(&self, draft: &dyn Draft, from: Role) -> Vec<u8> {
        match self {
            Self::Noise(bytes) => bytes.clone(),
            Self::Frames(pieces, changes) => {
                let mut out = Vec::new();
                for piece in pieces {
                    let encoded = draft.encode(&piece.outgoing, from, piece.nonce, &SESSION);
                    let Some(encoded) = encoded else { continue };
                    let mut payload = piece.payload.clone();
                    match encoded.mask {
                        wsdraft::frame::Mask::None => {}
                        wsdraft::frame::Mask::Four(key) => {
                            wsdraft::mask::apply(&mut payload, key, 0);
                        }
                        wsdraft::frame::Mask::Twenty { key, phase } => {
                            wsdraft::mask::apply_cyclic(&mut payload, &key, usize::from(phase));
                        }
                    }
                    out.extend_from_slice(encoded.bytes());
                    out.extend(payload);
                    out.extend(encoded.trailer);
                }
                apply(&mut out, changes);
                out
            }
        }
    }
}

fn inspect(
    draft: &'static dyn Draft,
    from: Role,
    claimed: u8,
    limits: &Limits,
    pieces: &[&[u8]],
) -> Vec<Observed> {
    let mut inspector = Inspector::with(draft, from, SESSION, claimed, limits.clone());
    for piece in pieces {
        inspector.push(piece);
    }
    inspector.end_of_input();
    inspector.collect()
}

/// What goes into a request, and into the answer.
#[derive(Clone, Debug)]
struct Wish {
    host: String,
    resource: String,
    origin: Option<String>,
    subprotocols: Vec<String>,
    extensions: Option<String>,
    cookie: Option<String>,
    seed: u8,
    secure: bool,
    chosen: Option<String>,
    nonce: [u8; 16],
}

fn wish() -> impl Strategy<Value = Wish> {
    let text = prop_oneof![
        4 => select(vec!["chat", "a", "example.com", "x; y=z", "/", "a b", "a, b"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    (
        prop_oneof!["[a-z]{1,8}(:[0-9]{1,5})?", text.clone()],
        prop_oneof!["/[a-z?=/]{0,10}", text.clone()],
        proptest::option::of(text.clone()),
        vec(text.clone(), 0..4),
        proptest::option::of(text.clone()),
        proptest::option::of(text.clone()),
        any::<(u8, bool)>(),
        proptest::option::of(text),
        any::<[u8; 16]>(),
    )
        .prop_map(
            |(
                host,
                resource,
                origin,
                subprotocols,
                extensions,
                cookie,
                (seed, secure),
                chosen,
                nonce,
            )| Wish {
                host,
                resource,
                origin,
                subprotocols,
                extensions,
                cookie,
                seed,
                secure,
                chosen,
                nonce,
            },
        )
}

impl Wish {
    /// The request that a draft writes, and the answer to it.
    fn with_opening<R>(&self, look: impl FnOnce(&Opening<'_>) -> R) -> R {
        let subprotocols: Vec<&str> = self.subprotocols.iter().map(String::as_str).collect();
        let state = Cell::new(u32::from(self.seed) + 1);
        let entropy = |bytes: &mut [u8]| {
            for byte in bytes {
                state.set(
                    state
                        .get()
                        .wrapping_mul(1_664_525)
                        .wrapping_add(1_013_904_223),
                );
                *byte = (state.get() >> 24) as u8;
            }
        };
        look(&Opening {
            host: &self.host,
            resource: &self.resource,
            origin: self.origin.as_deref(),
            subprotocols: &subprotocols,
            extensions: self.extensions.as_deref(),
            cookie: self.cookie.as_deref(),
            fields: &[("X-Test", "1")],
            entropy: &entropy,
        })
    }

    fn answer(&self) -> Answer<'_> {
        Answer {
            subprotocol: self.chosen.as_deref(),
            extensions: self.extensions.as_deref(),
            nonce: self.nonce,
            fields: &[("Set-Cookie", "a=b")],
        }
    }

    fn request(&self, draft: &dyn Draft) -> Vec<u8> {
        self.with_opening(|opening| asked(draft, opening))
    }
}
