//! Heads of opening requests and of the answers to them, and what is sent in return.

use std::sync::{Arc, OnceLock};

use wsdraft::{
    Draft, Seen, Violation,
    detect::detect,
    handshake::{
        Answer, HeadLimits, Opening, Request, Response,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse,
        server::{Refusal, RefusalCause, Requested, ServerHandshake, ServerOptions},
    },
    info::Level,
};

use super::{
    converse::violations,
    input::{Input, spliced},
};

/// The built-in drafts, shared by all handshakes.
fn drafts() -> Arc<[&'static dyn Draft]> {
    static DRAFTS: OnceLock<Arc<[&'static dyn Draft]>> = OnceLock::new();
    DRAFTS
        .get_or_init(|| wsdraft::drafts::ALL.to_vec().into())
        .clone()
}

/// What a client asks for in a seed.
pub fn opening<R>(look: impl FnOnce(&Opening<'_>) -> R) -> R {
    let entropy = |bytes: &mut [u8]| {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = at as u8 ^ 0x35;
        }
    };
    look(&Opening {
        host: "example.com",
        resource: "/chat?room=1",
        origin: Some("http://example.com"),
        subprotocols: &["chat", "superchat"],
        extensions: Some("permessage-deflate; client_max_window_bits"),
        cookie: Some("a=b"),
        fields: &[("X-Test", "1")],
        entropy: &entropy,
    })
}

const ANSWER: Answer<'static> = Answer {
    subprotocol: Some("chat"),
    extensions: None,
    nonce: *b"sixteen random b",
    fields: &[("Set-Cookie", "a=b")],
};

/// The request that a draft writes in a seed.
pub fn request(draft: &dyn Draft) -> Vec<u8> {
    opening(|opening| asked(draft, opening))
}

/// The request that a draft writes for a client that asks for this.
pub fn asked(draft: &dyn Draft, opening: &Opening<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    draft.write_request(opening, &mut out);
    out
}

/// The answer that a draft writes to its own request.
pub fn response(draft: &dyn Draft, secure: bool) -> Vec<u8> {
    with_request(&request(draft), secure, |request| {
        answer(draft, request, &ANSWER)
    })
    .expect("a request that is its own")
}

/// The answer that a draft writes to a request.
pub fn answer(draft: &dyn Draft, request: &Request<'_>, answer: &Answer<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    draft.write_response(request, answer, &mut out);
    draft.write_response_body(request, &mut out);
    out
}

/// A head, and what follows it.
pub fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(parse::head_end(bytes).unwrap_or(bytes.len()))
}

/// Hands on the request in these bytes, if there is one.
pub fn with_request<R>(
    bytes: &[u8],
    secure: bool,
    look: impl FnOnce(&Request<'_>) -> R,
) -> Option<R> {
    let (head, body) = split(bytes);
    parse::with_request(head, body, secure, &HeadLimits::default(), look).ok()
}

/// Hands on the response in these bytes, if there is one.
pub fn with_response<R>(bytes: &[u8], look: impl FnOnce(&Response<'_>) -> R) -> Option<R> {
    let (head, body) = split(bytes);
    parse::with_response(head, body, &HeadLimits::default(), look).ok()
}

/// A test case: the size of pieces, settings, the place of the draft whose request is changed
/// (past the last one for none), and changes or all bytes.
pub fn server(data: &[u8]) {
    let mut input = Input(data);
    let (size, settings) = (input.size(), input.byte());
    let options = ServerOptions::default()
        .strict(settings & 1 == 1)
        .secure(settings & 2 == 2);
    let drafts = drafts();
    let place = usize::from(input.byte()) % (drafts.len() + 1);
    let bytes = match drafts.get(place) {
        Some(draft) => spliced(&request(draft), &mut input),
        None => input.0.to_vec(),
    };
    let mut whole = serve(drafts.clone(), options, &bytes, usize::MAX);
    let mut cut = serve(drafts.clone(), options, &bytes, size);
    // Of bytes that should not be there, a refusal shows those that have come.
    if let (Some(all), Some(some)) = (whole.shown(), cut.shown()) {
        assert!(all.starts_with(characters(some)), "{some:?} of {all:?}");
        some.clone_from(all);
    }
    // A client that does not wait for the answer is refused only if what it sent is there before.
    let (head, _) = split(&bytes);
    if !(whole.is_refused_from(head.len()) && cut.progress.is_ok()) {
        assert_eq!(whole, cut, "what comes depends on how it comes");
    }
    with_request(&bytes, options.secure, |request| {
        let found = detect(&request.fields, drafts.iter().copied());
        assert_eq!(found.draft.is_some(), !found.candidates.is_empty());
        for reason in found.reasons {
            assert!(!reason.to_string().is_empty());
        }
    });
}

/// What is shown of bytes, without those at its end that may be the beginning of a character,
/// which are at most three.
fn characters(mut shown: &str) -> &str {
    for _ in 0..3 {
        if let Some((rest, [b'\\', b'x', _, _])) = shown.as_bytes().split_last_chunk() {
            shown = &shown[..rest.len()];
        }
    }
    shown
}

/// What a server made of a request: what it was asked for, what it sent, the rest of the bytes.
#[derive(Debug, PartialEq, Eq)]
struct Served {
    progress: Result<Option<Requested>, Refusal>,
    output: Vec<u8>,
    rest: Option<Vec<u8>>,
}

impl Served {
    /// Whether what breaks a rule is at this place or after it.
    fn is_refused_from(&self, place: usize) -> bool {
        matches!(
            &self.progress,
            Err(Refusal { cause: RefusalCause::Violation(violation), .. })
                if violation.offset >= place as u64
        )
    }

    /// The text that a refusal shows of what breaks a rule.
    fn shown(&mut self) -> Option<&mut Box<str>> {
        match &mut self.progress {
            Err(Refusal {
                cause:
                    RefusalCause::Violation(Violation {
                        seen: Seen::Text(text),
                        ..
                    }),
                ..
            }) => Some(text),
            _ => None,
        }
    }
}

fn serve(
    drafts: Arc<[&'static dyn Draft]>,
    options: ServerOptions,
    bytes: &[u8],
    size: usize,
) -> Served {
    let mut server = ServerHandshake::new(drafts, options);
    let mut served = Served {
        progress: Ok(None),
        output: Vec::new(),
        rest: None,
    };
    for piece in bytes.chunks(size) {
        match server.receive(piece) {
            Ok(None) => {}
            Ok(Some(Requested::Upgrade(offer))) => {
                let accepted = server.accept(&Answer {
                    subprotocol: offer.subprotocols.first().map(String::as_str),
                    ..ANSWER
                });
                assert_eq!(accepted, Ok(()));
                served.progress = Ok(Some(Requested::Upgrade(offer)));
            }
            Ok(plain) => {
                served.progress = Ok(plain);
                return served;
            }
            Err(refusal) => {
                assert!(!refusal.to_string().is_empty());
                served.progress = Err(refusal);
                return served;
            }
        }
        served.output.extend(server.take_output());
    }
    if let Ok(Some(Requested::Upgrade(offer))) = &served.progress {
        if server.is_done() {
            is_valid(offer.draft.short, options.secure, bytes, &served.output);
        }
        served.rest = server.finish().map(|established| established.rest);
    }
    served
}

/// The answer to a valid request keeps the rules that a client goes by.
fn is_valid(draft: &str, secure: bool, request: &[u8], response: &[u8]) {
    let draft = super::frames::named(draft);
    let (head, body) = split(request);
    let owed = draft.info().request_body;
    let request = [head, &body[..owed.min(body.len())]].concat();
    let found = with_request(&request, secure, |request| {
        let found = with_response(response, |response| {
            violations(|report| draft.check_response(request, response, report))
        });
        found.expect("a response")
    });
    for violation in found.expect("a request") {
        assert_ne!(
            violation.rule.level,
            Level::Must,
            "answered with {violation}"
        );
    }
}

/// A test case: the size of pieces, settings, the draft's place, and changes of the right
/// answer.
pub fn client(data: &[u8]) {
    let mut input = Input(data);
    let (size, settings) = (input.size(), input.byte());
    let options = ClientOptions::default()
        .strict(settings & 1 == 1)
        .secure(settings & 2 == 2);
    let draft: &'static dyn Draft = *input.pick(wsdraft::drafts::ALL);
    let bytes = spliced(&response(draft, options.secure), &mut input);
    let whole = connect(draft, options, &bytes, usize::MAX);
    assert_eq!(
        whole,
        connect(draft, options, &bytes, size),
        "what comes depends on how it comes"
    );
    if bytes == response(draft, options.secure) && !options.strict {
        assert!(
            whole.is_ok_and(|rest| rest.is_some()),
            "refused the right answer"
        );
    }
}

/// What a client made of an answer: the bytes after it, if there is a connection.
fn connect(
    draft: &'static dyn Draft,
    options: ClientOptions,
    bytes: &[u8],
    size: usize,
) -> Result<Option<Vec<u8>>, ClientError> {
    opening(|opening| {
        let mut client = ClientHandshake::new(draft, opening, options);
        for piece in bytes.chunks(size) {
            client.receive(piece)?;
        }
        Ok(client.finish().map(|established| established.rest))
    })
}
