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
        server::{Progress, ServerHandshake, ServerOptions},
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

// ---- Frames ----

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

#[test]
fn frames_are_read_alike() {
    let states = (any::<bool>(), any::<bool>(), 0u8..16, 0u64..1000);
    let input = (stream(), states, any::<Index>());
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        for from in ROLES {
            run(
                192,
                &input,
                |(stream, (open, closed, claimed, offset), cut)| {
                    let bytes = stream.bytes(compiled, from);
                    let decoded = compiled.decode(&bytes, from, &SESSION);
                    assert_eq!(decoded, interpreted.decode(&bytes, from, &SESSION));
                    let context = Context {
                        from,
                        open,
                        closed,
                        claimed,
                        offset,
                    };
                    if let Decode::Head(head) = decoded {
                        assert_eq!(
                            violations(|report| compiled.check_frame(&head, &context, report)),
                            violations(|report| interpreted.check_frame(&head, &context, report)),
                        );
                    }
                    assert_eq!(
                        violations(|report| compiled.check_close(&bytes, from, offset, report)),
                        violations(|report| interpreted.check_close(&bytes, from, offset, report)),
                    );
                    let limits = Limits::default();
                    let whole = inspect(compiled, from, claimed, &limits, &[&bytes]);
                    assert_eq!(
                        whole,
                        inspect(interpreted, from, claimed, &limits, &[&bytes])
                    );
                    let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
                    assert_eq!(
                        whole,
                        inspect(compiled, from, claimed, &limits, &[first, second])
                    );
                },
            );
        }
    }
}

#[test]
fn frames_are_written_alike() {
    let lengths = prop_oneof![any::<u64>(), 0u64..200, 65_500u64..65_600];
    let input = (
        select(&KINDS[..]),
        any::<bool>(),
        any::<u8>(),
        lengths,
        any::<[u8; 4]>(),
    );
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        for from in ROLES {
            run(256, &input, |(kind, fin, reserved, length, nonce)| {
                let frame = Outgoing {
                    kind,
                    fin,
                    reserved,
                    length,
                    opcode: 0x0b,
                };
                assert_eq!(
                    compiled.encode(&frame, from, nonce, &SESSION),
                    interpreted.encode(&frame, from, nonce, &SESSION)
                );
            });
        }
    }
}

#[test]
fn a_connection_takes_any_bytes() {
    let input = (stream(), 1usize..400);
    for &Pair { compiled, .. } in pairs() {
        for from in ROLES {
            run(96, &input, |(stream, size)| {
                let bytes = stream.bytes(compiled, from);
                let mut limits = Limits::default();
                (limits.frame, limits.message) = (size, size);
                (limits.fragments, limits.write_buffer) = (8, 1024);
                let config = Config::with_limits(limits.clone());
                let mut connection = match from {
                    Role::Client => Connection::server(compiled, SESSION, config),
                    Role::Server => {
                        let entropy = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
                            bytes.fill(9);
                            Ok(())
                        };
                        Connection::client(compiled, SESSION, entropy, config)
                    }
                };
                for piece in bytes.chunks(size) {
                    connection.feed(piece);
                    while let Ok(Some(event)) = connection.receive() {
                        match event {
                            Event::Text(text) => assert!(text.len() <= size),
                            Event::Binary(data) | Event::Ping(data) | Event::Pong(data) => {
                                assert!(data.len() <= size);
                            }
                            _ => {}
                        }
                    }
                }
                connection.end_of_input();
                while let Ok(Some(_)) = connection.receive() {}
                assert!(connection.ended().is_some());
                let observed = inspect(compiled, from, 0, &limits, &[&bytes]);
                assert!(observed.len() <= 4 * bytes.len() + 2);
            });
        }
    }
}

// ---- Handshakes ----

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

/// A change of a head.
#[derive(Clone, Debug)]
enum Edit {
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Value(Index, Vec<u8>),
    Add(Index, Vec<u8>),
    Case(Index),
    First(String),
    Byte(Change),
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "",
        "websocket",
        "WebSocket",
        "Upgrade",
        "upgrade",
        "keep-alive, Upgrade",
        "13",
        "8",
        "0",
        "013",
        "13, 8",
        "1 2 4",
        "12345",
        "x",
        "a; b=\"c\"",
        "a; b=\"c d\"",
        "a;b=c,d",
        "\"",
        ",",
        "dGhlIHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZR==",
        "ws://example.com/",
        "null",
        "example.com:80",
        "[::1]",
        "http://example.com",
        "chat",
        "chat, a",
        "chat a",
    ];
    prop_oneof![
        5 => select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff, Just(9)], 0..12),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>();
    prop_oneof![
        at.clone().prop_map(Edit::Drop),
        at.clone().prop_map(Edit::Repeat),
        (at.clone(), at.clone()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (at.clone(), value()).prop_map(|(at, value)| Edit::Value(at, value)),
        (at.clone(), value()).prop_map(|(at, value)| Edit::Add(at, value)),
        at.prop_map(Edit::Case),
        select(vec![
            "GET / HTTP/1.0",
            "POST / HTTP/1.1",
            "GET http://example.com/x HTTP/1.1",
            "GET ftp://example.com/x HTTP/1.1",
            "GET x HTTP/1.1",
            "HTTP/1.1 200 OK",
            "HTTP/1.0 101 Switching Protocols",
        ])
        .prop_map(|line| Edit::First(line.into())),
        change().prop_map(Edit::Byte),
    ]
}

/// Changes a head; `names` are the fields that the draft knows.
fn edited(bytes: &[u8], edits: &[Edit], names: &[&str]) -> Vec<u8> {
    let (head, body) = split(bytes);
    let mut lines: Vec<Vec<u8>> = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .filter(|line| !line.is_empty())
        .collect();
    let mut raw = Vec::new();
    for edit in edits {
        // The first line stays in its place.
        let count = lines.len().saturating_sub(1);
        if count == 0 {
            break;
        }
        let of = |at: &Index| 1 + at.index(count);
        match edit {
            Edit::Drop(at) => drop(lines.remove(of(at))),
            Edit::Repeat(at) => {
                let line = lines[of(at)].clone();
                lines.insert(of(at), line);
            }
            Edit::Swap(one, other) => lines.swap(of(one), of(other)),
            Edit::Value(at, value) => {
                let line = &mut lines[of(at)];
                let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                line.truncate(colon + 1);
                line.extend([b" ".as_slice(), value].concat());
            }
            Edit::Add(at, value) => {
                let name = at.get(names).as_bytes();
                lines.insert(of(at), [name, b": ", value].concat());
            }
            Edit::Case(at) => {
                let line = &mut lines[of(at)];
                line.make_ascii_uppercase();
            }
            Edit::First(line) => lines[0] = line.clone().into_bytes(),
            Edit::Byte(change) => raw.push(change.clone()),
        }
    }
    lines.push(Vec::new());
    let mut out = Vec::new();
    for line in lines {
        out.extend(line);
        out.extend(b"\r\n");
    }
    out.extend_from_slice(body);
    apply(&mut out, &raw);
    out
}

fn names(draft: &dyn Draft) -> Vec<&'static str> {
    let info = draft.info();
    let headers = info.request_headers.iter().chain(info.response_headers);
    headers.map(|header| header.name).collect()
}

#[test]
fn handshakes_are_alike() {
    let input = (wish(), vec(edit(), 0..4), vec(edit(), 0..4));
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        let names = names(compiled);
        run(384, &input, |(wish, of_request, of_response)| {
            let request = wish.request(compiled);
            assert_eq!(request, wish.request(interpreted));
            let request = edited(&request, &of_request, &names);
            with_request(&request, wish.secure, |request| {
                assert_eq!(
                    violations(|report| compiled.check_request(request, report)),
                    violations(|report| interpreted.check_request(request, report)),
                );
                let wanted = wish.answer();
                let response = answer(compiled, request, &wanted);
                assert_eq!(response, answer(interpreted, request, &wanted));
                let response = edited(&response, &of_response, &names);
                with_response(&response, |response| {
                    assert_eq!(
                        violations(|report| compiled.check_response(request, response, report)),
                        violations(|report| interpreted.check_response(request, response, report)),
                    );
                    assert_eq!(
                        compiled.session(request, response),
                        interpreted.session(request, response)
                    );
                });
            });
        });
    }
}

#[test]
fn handshakes_take_any_bytes() {
    let pairs = pairs();
    let drafts: Vec<&'static dyn Draft> = pairs.iter().map(|pair| pair.compiled).collect();
    let noise = prop_oneof![
        vec(any::<u8>(), 0..120),
        "(GET|HTTP/1.1) [ -~]{0,20}\r\n([A-Za-z-]{1,8}: ?[ -~]{0,12}\r\n){0,4}(\r\n)?"
            .prop_map(String::into_bytes),
    ];
    let input = (
        wish(),
        vec(edit(), 0..5),
        vec(edit(), 0..5),
        noise,
        1usize..64,
    );
    for (at, draft) in drafts.iter().copied().enumerate() {
        let names = names(draft);
        run(
            96,
            &input,
            |(wish, of_request, of_response, noise, size)| {
                let request = wish.request(draft);
                let request = edited(&request, &of_request, &names);
                for bytes in [&request, &noise] {
                    let mut server = ServerHandshake::new(drafts.clone(), ServerOptions::default());
                    for piece in bytes.chunks(size) {
                        match server.receive(piece) {
                            Ok(Progress::Offered(_)) => {
                                let _ = server.accept(&wish.answer());
                            }
                            Ok(_) => {}
                            Err(_) => break,
                        }
                    }
                    let _ = server.take_output();
                    with_request(bytes, false, |request| {
                        let found = detect::detect(&request.fields, drafts.iter().copied());
                        let fits = detect::matches(draft.info(), &request.fields);
                        assert_eq!(found.candidates.contains(&draft.info()), fits);
                    });
                }
                let response = with_request(&request, false, |request| {
                    answer(draft, request, &wish.answer())
                });
                let response = edited(&response.unwrap_or_default(), &of_response, &names);
                for bytes in [&response, &noise] {
                    wish.with_opening(|opening| {
                        let options = ClientOptions::default();
                        let mut client = ClientHandshake::new(drafts[at], opening, options);
                        for piece in bytes.chunks(size) {
                            if client.receive(piece).is_err() {
                                return;
                            }
                        }
                        let _ = client.finish();
                    });
                }
            },
        );
    }
}

// ---- Spec files ----

/// A change of a text.
#[derive(Clone, Debug)]
enum Rewrite {
    DropLine(Index),
    RepeatLine(Index),
    Word(Index, String),
    Number(Index, u64),
    Cut(Index),
    Insert(Index, String),
}

fn rewrite() -> impl Strategy<Value = Rewrite> {
    let at = any::<Index>();
    let words = [
        "Must",
        "May",
        "Any",
        "Frame",
        "Payload",
        "Control",
        "Documented",
        "Add",
        "Replace",
        "Remove",
        "Always",
        "Present",
        "Host",
        "Text",
        "Close",
        "Random",
        "Given",
        "Nothing",
        "Abort",
        "Empty",
        "Status",
        "Request",
        "Response",
        "Message",
        "Policy",
        "Conversation",
        "Accepts",
        "PingAnswered",
        "Client",
    ];
    prop_oneof![
        at.clone().prop_map(Rewrite::DropLine),
        at.clone().prop_map(Rewrite::RepeatLine),
        (at.clone(), select(words.to_vec()))
            .prop_map(|(at, word)| Rewrite::Word(at, word.to_owned())),
        (at.clone(), prop_oneof![any::<u64>(), 0u64..300])
            .prop_map(|(at, number)| Rewrite::Number(at, number)),
        at.clone().prop_map(Rewrite::Cut),
        (at, "[\\PC\n]{0,6}").prop_map(|(at, text)| Rewrite::Insert(at, text)),
    ]
}

/// Puts something in the place of one of the runs of letters or digits.
fn replace_run(text: &str, at: &Index, by: &str, digits: bool) -> String {
    let is_part = |letter: char| {
        if digits {
            letter.is_ascii_digit()
        } else {
            letter.is_ascii_alphabetic()
        }
    };
    let mut runs = Vec::new();
    let mut start = None;
    for (place, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_part(letter)) {
            (None, true) => start = Some(place),
            (Some(from), false) => {
                runs.push(from..place);
                start = None;
            }
            _ => {}
        }
    }
    if runs.is_empty() {
        return text.into();
    }
    let mut out = text.to_owned();
    out.replace_range(at.get(&runs).clone(), by);
    out
}

fn rewritten(text: &str, rewrites: &[Rewrite]) -> String {
    let mut text = text.to_owned();
    for rewrite in rewrites {
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            break;
        }
        let place = |at: &Index| {
            let mut place = at.index(text.len() + 1);
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            place
        };
        text = match rewrite {
            Rewrite::DropLine(at) => {
                lines.remove(at.index(lines.len()));
                lines.join("\n")
            }
            Rewrite::RepeatLine(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at]);
                lines.join("\n")
            }
            Rewrite::Word(at, word) => replace_run(&text, at, word, false),
            Rewrite::Number(at, number) => replace_run(&text, at, &number.to_string(), true),
            Rewrite::Cut(at) => text[..place(at)].to_owned(),
            Rewrite::Insert(at, more) => {
                let place = place(at);
                [&text[..place], more, &text[place..]].concat()
            }
        };
    }
    text
}

#[test]
fn any_text_is_a_spec_or_explained() {
    let database = Database::built_in().unwrap();
    let sources: Vec<&Source> = wsdraft::drafts::ALL
        .iter()
        .filter_map(|draft| database.source(draft.info().short))
        .collect();
    let noise = "[\\PC\n]{0,60}";
    let changed = (any::<Index>(), vec(rewrite(), 1..4));
    run(256, &noise, |text| drop(load("noise.ron", text)));
    let input = (changed, stream(), wish());
    run(512, &input, |((which, rewrites), stream, wish)| {
        // Roots alone, so that what is loaded does not depend on the rest.
        let source = which.get(&sources);
        let text = rewritten(&source.text, &rewrites);
        let Some(database) = load(&source.file, text) else {
            return;
        };
        for draft in database.drafts() {
            let resolved = database.resolved(&draft.short).unwrap();
            // What was found to be right can be run, and turned into code.
            let Ok(draft) = Interpreted::new(resolved.clone()) else {
                continue;
            };
            let draft: &'static dyn Draft = Box::leak(Box::new(draft));
            for from in ROLES {
                let bytes = stream.bytes(draft, from);
                inspect(draft, from, 0, &Limits::default(), &[&bytes]);
            }
            let request = wish.request(draft);
            with_request(&request, false, |request| {
                violations(|report| draft.check_request(request, report));
                answer(draft, request, &wish.answer());
            });
            let options = wsdraft_codegen::Options::default();
            assert!(!wsdraft_codegen::source(resolved, &options).is_empty());
        }
    });
}
