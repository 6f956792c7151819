//! Streams of frames, by wire format.

use wsdraft::{
    Cause, Config, ConnectionError, Draft, Limits, Role, Violation,
    extension::Agreed,
    info::Level,
    inspect::{Inspector, Observed},
};

use super::{
    converse::{Outcome, Owned, connection, converse, observe},
    input::{Input, SESSION},
};

/// Frames up to a sentinel.
pub const HIXIE: &[&str] = &["hixie-75", "hixie-76", "hybi-00"];
/// The first frames with a binary head.
pub const EARLY: &[&str] = &["hybi-01", "hybi-02", "hybi-03"];
/// Frames that are masked as a whole.
pub const MASKED: &[&str] = &["hybi-04", "hybi-05", "hybi-06"];
/// Frames with the masking key in their head.
pub const LATE: &[&str] = &[
    "hybi-07", "hybi-08", "hybi-09", "hybi-10", "hybi-11", "hybi-12", "hybi-13", "hybi-14",
    "hybi-15", "hybi-16", "hybi-17", "rfc6455",
];

/// The draft of this name.
pub fn named(name: &str) -> &'static dyn Draft {
    let all = wsdraft::drafts::ALL.iter();
    *all.clone()
        .find(|draft| draft.info().short == name)
        .expect("a built-in draft")
}

/// Takes a stream in one of [`HIXIE`].
pub fn hixie(data: &[u8]) {
    run(HIXIE, data);
}

/// Takes a stream in one of [`EARLY`].
pub fn early(data: &[u8]) {
    run(EARLY, data);
}

/// Takes a stream in one of [`MASKED`].
pub fn masked(data: &[u8]) {
    run(MASKED, data);
}

/// Takes a stream in one of [`LATE`].
pub fn late(data: &[u8]) {
    run(LATE, data);
}

/// A test case: the draft's place, the sender (0 or 1), the size of pieces, whether limits are
/// tight (0 or 1), and the stream.
fn run(drafts: &[&str], data: &[u8]) {
    let mut input = Input(data);
    let draft: &&str = input.pick(drafts);
    let draft = named(draft);
    let from = input.role();
    let size = input.size();
    let limits = limits(input.byte());
    check(draft, from, &limits, input.0, size);
}

fn limits(choice: u8) -> Limits {
    let mut limits = Limits::default();
    if choice & 1 == 1 {
        (limits.frame, limits.message) = (48, 64);
        limits.fragments = 4;
    }
    limits
}

fn check(draft: &'static dyn Draft, from: Role, limits: &Limits, bytes: &[u8], size: usize) {
    let config = || Config::with_limits(limits.clone());
    let none = Agreed::default();
    let open = || connection(draft, from.peer(), config(), &none);
    let whole = converse(&mut open(), bytes, usize::MAX);
    let cut = converse(&mut open(), bytes, size);
    assert_eq!(whole, cut, "what comes depends on how it comes");

    for event in &whole.events {
        match event {
            // What is repaired may grow to three times its size.
            Owned::Text(text) => assert!(text.len() <= 3 * limits.message),
            Owned::Binary(data) => assert!(data.len() <= limits.message),
            _ => {}
        }
    }
    let watch = || Inspector::with(draft, from, SESSION, 0, limits.clone());
    let seen = observe(watch(), bytes, usize::MAX);
    assert_eq!(
        seen,
        observe(watch(), bytes, size),
        "what is seen depends on how it comes"
    );
    agree(&whole, &seen);

    // What is sent breaks no rule.
    let watch = Inspector::new(draft, from.peer(), SESSION);
    for observed in observe(watch, &whole.output, usize::MAX) {
        match observed {
            Observed::Violation(violation) if violation.rule.level == Level::Must => {
                panic!("sent what breaks a rule: {violation}")
            }
            Observed::Incomplete { .. } | Observed::Unreadable { .. } => {
                panic!("sent half a frame")
            }
            _ => {}
        }
    }
}

/// Enforcing and observing find the same.
fn agree(enforced: &Outcome, seen: &[Observed]) {
    let is_close = |observed: &Observed| matches!(observed, Observed::Close(_));
    let until_close = seen.iter().position(is_close).unwrap_or(seen.len());
    let broken = |seen: &[Observed]| -> Option<Violation> {
        seen.iter().find_map(|observed| match observed {
            Observed::Violation(violation) if violation.rule.level == Level::Must => {
                Some(violation.clone())
            }
            _ => None,
        })
    };
    let first = broken(&seen[..until_close]);
    let ending = enforced.ending.as_ref();
    match (&enforced.error, ending.map(|ending| &ending.cause)) {
        (Some(ConnectionError::Violation(violation)), _) => {
            assert_eq!(Some(violation), first.as_ref(), "enforced, but not seen");
        }
        (None, Some(Cause::Clean | Cause::Vanished { .. })) => {
            assert_eq!(first, None, "seen, but not enforced");
        }
        _ => {}
    }
    if enforced.error.is_none() {
        let messages = seen[..until_close].iter().filter_map(|observed| {
            Some(match observed {
                Observed::Text(text) => Owned::Text(text.clone()),
                Observed::Binary(data) => Owned::Binary(data.clone()),
                Observed::Ping(data) => Owned::Ping(data.clone()),
                Observed::Pong(data) => Owned::Pong(data.clone()),
                _ => return None,
            })
        });
        let events = enforced
            .events
            .iter()
            .filter(|event| !matches!(event, Owned::Close(..)));
        assert!(events.cloned().eq(messages), "other messages were seen");
    }
}
