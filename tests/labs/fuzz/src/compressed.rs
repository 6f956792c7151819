//! Streams of frames whose payloads an extension has compressed, and what this end compresses.

use std::sync::OnceLock;

use wsdraft::{
    Config, Draft, Event, Limits, Role,
    extension::{Agreed, Compression, Extensions, builtin::ALL},
    inspect::Inspector,
};

use super::{
    converse::{Owned, connection, converse, observe},
    extensions::settings,
    frames::named,
    input::{Input, SESSION},
};

/// Answers of servers, each in a draft that it belongs to.
pub const ANSWERS: &[(&str, &str)] = &[
    ("rfc6455", "permessage-deflate"),
    (
        "rfc6455",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    ),
    ("rfc6455", "permessage-deflate; server_max_window_bits=8"),
    (
        "rfc6455",
        "permessage-deflate; server_max_window_bits=10; client_max_window_bits=9",
    ),
    ("rfc6455", "permessage-deflate; s2c_max_window_bits=10"),
    ("hybi-13", "deflate-frame"),
    (
        "hybi-13",
        "x-webkit-deflate-frame; max_window_bits=8; no_context_takeover",
    ),
    ("rfc6455", "permessage-compress; method=deflate"),
    ("rfc6455", "perframe-compress; method=deflate"),
    ("hybi-07", "deflate-stream"),
];

/// What the answers agree on.
fn agreed(draft: &'static dyn Draft, answer: &str, settings: Compression) -> Agreed {
    static ALL_THAT_RUN: OnceLock<Extensions> = OnceLock::new();
    let all = ALL_THAT_RUN.get_or_init(|| {
        let all = Extensions::named("all", ALL);
        all.expect("built-in extensions").that_run()
    });
    all.clone()
        .with_compression(settings)
        .agreed(draft.info(), answer)
        .unwrap_or_else(|violation| panic!("{answer}: {violation}"))
}

/// A test case: the answer's place, the sender (0 or 1), the size of pieces, settings, whether
/// messages follow that are to be compressed (1) or frames as they are, and those.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (draft, answer) = input.pick(ANSWERS);
    let draft = named(draft);
    let (from, size) = (input.role(), input.size());
    let agreed = agreed(draft, answer, settings(input.byte()));
    if input.byte() & 1 == 1 {
        round_trip(draft, from, size, &agreed, &mut input);
    } else {
        stream(draft, from, size, &agreed, input.0);
    }
}

/// Most bytes of a message that are taken.
const MOST: usize = 1 << 16;

/// Most bytes of a message that is compressed: some of the smallest windows.
const LONGEST: usize = 1 << 12;

fn stream(draft: &'static dyn Draft, from: Role, size: usize, agreed: &Agreed, bytes: &[u8]) {
    let mut limits = Limits::default();
    (limits.message, limits.frame) = (MOST, MOST);
    let config = || Config::with_limits(limits.clone());
    let open = || connection(draft, from.peer(), config(), agreed);
    let whole = converse(&mut open(), bytes, usize::MAX);
    let cut = converse(&mut open(), bytes, size);
    assert_eq!(whole, cut, "what comes depends on how it comes");
    for event in &whole.events {
        if let Owned::Binary(data) = event {
            assert!(data.len() <= MOST);
        }
    }
    let watch = || Inspector::with(draft, from, SESSION, 0, limits.clone()).extended(agreed);
    observe(watch(), bytes, usize::MAX);
    observe(watch(), bytes, size);
}

fn round_trip(
    draft: &'static dyn Draft,
    from: Role,
    size: usize,
    agreed: &Agreed,
    input: &mut Input<'_>,
) {
    let mut sender = connection(draft, from, Config::default(), agreed);
    let mut receiver = connection(draft, from.peer(), Config::default(), agreed);
    while !input.is_empty() {
        // Repeated, so that there is something to compress, and more than once beyond the
        // smallest window.
        let times = usize::from(input.byte()) + 1;
        let piece = input.piece();
        let message = piece.repeat(times.min(LONGEST / piece.len().max(1)));
        sender.begin_binary(&[]).expect("an open connection");
        for part in message.chunks(size * 16) {
            sender.append(part).expect("an open connection");
        }
        sender.finish(&[]).expect("an open connection");
        sender.binary(&message).expect("an open connection");
        for piece in sender.output().chunks(size) {
            receiver.feed(piece);
        }
        sender.sent(sender.output().len());
        for _ in 0..2 {
            match receiver.receive() {
                Ok(Some(Event::Binary(data))) => assert_eq!(data, message),
                other => panic!("{} bytes became {other:?}", message.len()),
            }
        }
        assert_eq!(receiver.receive(), Ok(None));
    }
}
