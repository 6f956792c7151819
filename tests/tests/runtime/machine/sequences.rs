//! Frames that come one at a time, each handed in when the one before it is done with: what came
//! before counts, and places are told in the sender's whole stream.

use wsdraft::{
    Cause, ConnectionError, Draft, Event, Role, Violation,
    drafts::ALL,
    frame::{Mask, Outgoing, Session},
    info::{CloseBody, Kind, Outcome},
    inspect::{Inspector, Observed},
};
use wsdraft_tests::connection;

type Spoken = &'static dyn Draft;
/// Makes a frame of a kind, final or not, with a payload.
type Maker<'a> = &'a dyn Fn(Kind, bool, &[u8]) -> Vec<u8>;

/// A frame as an end sends it, under a key of zeros; `None` where the draft has no such frame.
fn frame(draft: Spoken, from: Role, kind: Kind, fin: bool, payload: &[u8]) -> Option<Vec<u8>> {
    let outgoing = Outgoing {
        kind,
        fin,
        reserved: 0,
        length: payload.len() as u64,
        opcode: 0,
    };
    let head = draft.encode(&outgoing, from, [0; 4], &Session::default())?;
    // Other masks change even the payload of a key of zeros.
    if !matches!(head.mask, Mask::None | Mask::Four([0, 0, 0, 0])) {
        return None;
    }
    let mut bytes = [head.bytes(), payload].concat();
    bytes.extend(head.trailer);
    Some(bytes)
}

/// Hands in frames one by one; the last one's event, or error.
fn told(
    draft: Spoken,
    from: Role,
    frames: &[Vec<u8>],
    look: impl FnOnce(Result<Option<Event<'_>>, ConnectionError>),
) {
    let mut receiver = connection(draft, from.peer());
    let (last, before) = frames.split_last().expect("a frame");
    for frame in before {
        receiver.feed(frame);
        while receiver.receive().expect("a good frame").is_some() {}
    }
    receiver.feed(last);
    look(receiver.receive());
}

/// Where a frame's own head starts: behind the key, where that comes first.
fn head_start(frame: Maker<'_>) -> usize {
    let text = frame(Kind::Text, true, b"a");
    if text.starts_with(&[0; 4]) { 4 } else { 0 }
}

fn refuses_what_is_not_text(draft: Spoken) -> bool {
    let mut rules = draft.info().rules.iter();
    rules.any(|rule| rule.id == "text-utf8" && matches!(rule.outcome, Outcome::Fail(_)))
}

fn breaks<'a>(told: &'a Result<Option<Event<'_>>, ConnectionError>) -> Option<&'a Violation> {
    match told {
        Err(ConnectionError::Violation(violation)) => Some(violation),
        _ => None,
    }
}

/// Each draft and sender that has these frames.
fn each(mut look: impl FnMut(Spoken, Role, Maker<'_>)) {
    let mut drafts = 0;
    for draft in ALL.iter().copied() {
        for from in [Role::Client, Role::Server] {
            let make = |kind, fin, payload: &[u8]| frame(draft, from, kind, fin, payload);
            if make(Kind::Text, false, b"").is_none() || make(Kind::Close, true, b"").is_none() {
                continue;
            }
            drafts += 1;
            look(draft, from, &|kind, fin, payload| {
                make(kind, fin, payload).expect("a frame of this draft")
            });
        }
    }
    assert!(drafts > 10);
}

#[test]
fn a_whole_message_does_not_interrupt_one_in_fragments() {
    each(|draft, from, frame| {
        for first in [&b""[..], b"a"] {
            for kind in [Kind::Text, Kind::Binary] {
                let frames = [frame(Kind::Text, false, first), frame(kind, true, b"b")];
                told(draft, from, &frames, |told| {
                    let violation = breaks(&told).expect("an interruption");
                    assert_eq!(violation.rule.id, "message-interrupted", "{draft:?}");
                    let place = frames[0].len() + head_start(frame);
                    assert_eq!(violation.offset, place as u64, "{draft:?}");
                });
            }
        }
    });
}

#[test]
fn no_message_comes_after_a_close_frame() {
    each(|draft, from, frame| {
        for kind in [Kind::Text, Kind::Binary] {
            let mut receiver = connection(draft, from.peer());
            receiver.feed(&frame(Kind::Close, true, b""));
            assert!(matches!(receiver.receive(), Ok(Some(Event::Close(_)))));
            receiver.feed(&frame(kind, true, b"b"));
            while let Some(event) = receiver.receive().expect("no fault") {
                let is_message = matches!(event, Event::Text(_) | Event::Binary(_));
                assert!(!is_message, "{draft:?}: {event:?}");
            }
        }
    });
}

#[test]
fn places_are_told_in_the_whole_stream() {
    each(|draft, from, frame| {
        let before = [
            frame(Kind::Text, true, b"one"),
            frame(Kind::Binary, true, &[0; 200]),
            frame(Kind::Text, false, b"th"),
            frame(Kind::Ping, true, b"?"),
            frame(Kind::Continuation, true, b"ree"),
        ];
        let start: usize = before.iter().map(Vec::len).sum();
        let then = |last: Vec<u8>| [&before[..], &[last]].concat();
        // Nothing to go on with: the head is at fault.
        let frames = then(frame(Kind::Continuation, true, b""));
        told(draft, from, &frames, |told| {
            let violation = breaks(&told).expect("a violation");
            assert_eq!(violation.rule.id, "continuation-of-nothing", "{draft:?}");
            let place = start + head_start(frame);
            assert_eq!(violation.offset, place as u64, "{draft:?}");
        });
        // In the payload: after the head, where the byte at fault is.
        let closing = draft.info().closing.expect("it has close frames");
        if closing.body == CloseBody::Status {
            let last = frame(Kind::Close, true, &[3]);
            let head = last.len() - 1;
            told(draft, from, &then(last), |told| {
                let violation = breaks(&told).expect("a violation");
                assert_eq!(violation.rule.id, "close-code-complete", "{draft:?}");
                assert_eq!(violation.offset, (start + head) as u64, "{draft:?}");
            });
        }
        if refuses_what_is_not_text(draft) {
            for payload in [&b"ab\xff"[..], b"ab\xe2\x82"] {
                let last = frame(Kind::Text, true, payload);
                let end = start + last.len();
                told(draft, from, &then(last), |told| {
                    let violation = breaks(&told).unwrap_or_else(|| panic!("{draft:?}: {told:?}"));
                    assert_eq!(violation.rule.id, "text-utf8", "{draft:?}");
                    // What is cut short is at fault where it ends.
                    let cut = payload.len() == 4;
                    assert_eq!(
                        violation.offset,
                        (end - usize::from(!cut)) as u64,
                        "{draft:?}"
                    );
                });
            }
        }
    });
}

/// Between the fragments of a message too.
#[test]
fn who_leaves_in_the_middle_of_a_message_leaves_it_in_part() {
    each(|draft, from, frame| {
        let whole = [frame(Kind::Text, true, b"a"), frame(Kind::Ping, true, b"")];
        let open = [frame(Kind::Text, false, b""), frame(Kind::Ping, true, b"")];
        for (frames, partial) in [(whole, false), (open, true)] {
            let mut receiver = connection(draft, from.peer());
            for frame in &frames {
                receiver.feed(frame);
                while receiver.receive().expect("a good frame").is_some() {}
            }
            receiver.end_of_input();
            let _ = receiver.receive();
            let ending = receiver.ended().expect("the end");
            let in_part = ending.cause == Cause::Vanished { partial: true };
            assert_eq!(in_part, partial, "{draft:?}: {ending:?}");
            let mut inspector = Inspector::new(draft, from, Session::default());
            inspector.push(&frames.concat());
            inspector.end_of_input();
            let incomplete = inspector.any(|one| matches!(one, Observed::Incomplete { .. }));
            assert_eq!(incomplete, partial, "{draft:?}");
        }
    });
}

#[test]
fn an_inspector_shows_no_text_that_a_draft_refuses() {
    each(|draft, from, frame| {
        let refused = refuses_what_is_not_text(draft);
        for fragments in [
            vec![frame(Kind::Text, true, b"a\xff")],
            vec![
                frame(Kind::Text, false, b"a"),
                frame(Kind::Continuation, true, b"\xff"),
            ],
        ] {
            let mut inspector = Inspector::new(draft, from, Session::default());
            inspector.push(&fragments.concat());
            let seen: Vec<_> = inspector.by_ref().collect();
            let texts = seen.iter().filter(|one| matches!(one, Observed::Text(_)));
            assert_eq!(texts.count(), usize::from(!refused), "{draft:?}: {seen:?}");
        }
    });
}
