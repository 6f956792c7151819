//! A request that comes at once, beside the same request in pieces.

use proptest::prelude::*;
use wsdraft::{
    Draft, drafts,
    handshake::{
        RequestHead,
        server::{Refusal, Requested},
    },
};

use super::{request, server};

type Decided = Result<Option<Requested>, Refusal>;

/// What a server decides about bytes that it receives in these pieces.
fn decided(draft: &'static dyn Draft, pieces: &[&[u8]]) -> Decided {
    let mut server = server(draft);
    let mut decisions = pieces.iter().map(|piece| server.receive(piece));
    let decision = decisions.find(|decision| !matches!(decision, Ok(None)));
    decision.unwrap_or(Ok(None))
}

fn offsets(decided: &Decided) -> Option<Vec<usize>> {
    let head = decided.as_ref().ok()?.as_ref()?.head();
    Some(head.fields().iter().map(|field| field.offset).collect())
}

/// A change of a request: a byte is replaced, or a text is put before it.
fn change() -> impl Strategy<Value = (prop::sample::Index, bool, &'static [u8])> {
    let texts: Vec<&[u8]> = vec![
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\n\n",
        b" ",
        b"\t",
        b":",
        b"\0",
        b"\xff",
        b"2",
        b"a",
        b"PROXY ",
        b"\r\nHost: a",
    ];
    (
        any::<prop::sample::Index>(),
        any::<bool>(),
        prop::sample::select(texts),
    )
}

proptest! {
    #[test]
    fn a_decision_does_not_depend_on_how_a_request_comes(
        draft in prop::sample::select(drafts::ALL),
        changes in prop::collection::vec(change(), 0..3),
        rest in prop::sample::select(vec![&b""[..], b"more", b"\r\n\r\n"]),
    ) {
        let mut bytes = [&request(draft)[..], rest].concat();
        for (place, replaces, text) in changes {
            let at = place.index(bytes.len());
            bytes.splice(at..at + usize::from(replaces), text.iter().copied());
        }
        let (first, others) = bytes.split_at(1);
        let (once, pieces) = (decided(draft, &[&bytes]), decided(draft, &[first, others]));
        prop_assert_eq!(offsets(&once), offsets(&pieces));
        prop_assert_eq!(once, pieces);
    }
}

#[test]
fn heads_with_other_first_lines_differ() {
    let head = |line: &str| -> RequestHead {
        let bytes = format!("{line}\r\nHost: a\r\n\r\n");
        match decided(drafts::ALL[0], &[bytes.as_bytes()]) {
            Ok(Some(requested)) => requested.head().clone(),
            other => panic!("{other:?}"),
        }
    };
    let one = head("GET /one HTTP/1.1");
    assert_eq!((one.method(), one.target()), ("GET", "/one"));
    assert_eq!(one, head("GET /one HTTP/1.1"));
    assert_ne!(one, head("GET /two HTTP/1.1"));
    assert_ne!(one, head("PUT /one HTTP/1.1"));
}
