//! What `close` takes, and what an ending gives back.

use wsdraft::{
    Close, Connection, ConnectionError, Draft, Ending, Event, Misuse, Role,
    drafts::{self, rfc6455 as ws},
    info::CloseBody,
};
use wsdraft_tests::{connection, unmasked};

type Spoken = &'static dyn Draft;

/// Drafts whose close frames have a code and a reason.
fn with_status() -> impl Iterator<Item = Spoken> {
    drafts::ALL.iter().copied().filter(|draft| {
        let closing = draft.info().closing;
        closing.is_some_and(|closing| closing.body == CloseBody::Status)
    })
}

/// The close frame that the other end receives.
fn received(from: &Connection<Spoken>) -> Close {
    let mut peer = connection(*from.draft(), from.role().peer());
    peer.feed(from.output());
    match peer.receive() {
        Ok(Some(Event::Close(close))) => close.clone(),
        other => panic!("{}: {other:?}", from.info().short),
    }
}

#[test]
fn generated_codes_are_taken_and_given_back() {
    for draft in with_status() {
        let mut end = connection(draft, Role::Server);
        end.close(ws::CloseCode::NORMAL_CLOSURE, "done").unwrap();
        let close = received(&end);
        assert_eq!(close.code, Some(1000));
        assert_eq!(close.code_as(), Some(ws::CloseCode::NORMAL_CLOSURE));
        assert_eq!(close.code_as::<u32>(), Some(1000));
        // The ending of the end that receives it.
        let mut peer = connection(draft, Role::Client);
        peer.feed(end.output());
        while let Ok(Some(_)) = peer.receive() {}
        let code = peer.ended().and_then(Ending::code_as);
        assert_eq!(code, Some(ws::CloseCode::NORMAL_CLOSURE));
    }
}

#[test]
fn every_kind_of_code_is_taken() {
    let sent = |close: fn(&mut Connection<Spoken>) -> Result<(), ConnectionError>| {
        let mut end = connection(&ws::Draft, Role::Client);
        close(&mut end).unwrap();
        received(&end).code
    };
    assert_eq!(sent(|end| end.close(4000, "")), Some(4000));
    assert_eq!(sent(|end| end.close(Some(4000), "")), Some(4000));
    assert_eq!(sent(|end| end.close(None, "")), None);
    let code = ws::CloseCode::GOING_AWAY;
    assert_eq!(
        sent(|end| end.close(ws::CloseCode::GOING_AWAY, "")),
        Some(code.0)
    );
    // A dialect has its own type.
    let code = unmasked::CloseCode(4001);
    let mut end = connection(&ws::Draft, Role::Client);
    end.close(code, "").unwrap();
    assert_eq!(received(&end).code_as(), Some(code));
    assert_eq!(u16::from(code), 4001);
    assert_eq!(unmasked::CloseCode::from(4001), code);
}

/// The longest close frame body that a draft lets this end send, up to a bound.
fn longest_body(draft: Spoken) -> usize {
    let ping = |length: usize| {
        let mut end = connection(draft, Role::Server);
        end.ping(&vec![0; length]).is_ok()
    };
    (0..=2000).rev().find(|&length| ping(length)).unwrap()
}

#[test]
fn a_reason_that_is_too_long_is_cut_at_a_character() {
    let mut bounded = 0;
    for draft in with_status() {
        let short = draft.info().short;
        let longest = longest_body(draft);
        bounded += usize::from(longest == 125);
        for character in ["x", "é", "€", "🦀"] {
            // At each position relative to the bound, a character may straddle it.
            for lead in 0..4 {
                let reason = format!("{}{}", "x".repeat(lead), character.repeat(900));
                let mut end = connection(draft, Role::Server);
                end.close(1000, &reason).expect(short);
                let kept = received(&end).reason;
                let room = longest - 2;
                assert!(reason.starts_with(&*kept), "{short}: {kept}");
                assert!(kept.len() <= room, "{short}");
                if reason.len() <= room {
                    assert_eq!(*kept, *reason, "{short}");
                } else {
                    assert!(kept.len() + character.len() > room, "{short}");
                }
            }
        }
    }
    assert!(bounded > 0);
}

#[test]
fn a_reason_that_just_fits_is_whole() {
    let reason = "x".repeat(123);
    let mut end = connection(&ws::Draft, Role::Client);
    end.close(1000, &reason).unwrap();
    assert_eq!(*received(&end).reason, *reason);
}

#[test]
fn a_long_reason_replaces_the_response() {
    let mut peer = connection(&ws::Draft, Role::Client);
    peer.close(1000, "").unwrap();
    let mut end = connection(&ws::Draft, Role::Server);
    end.feed(peer.output());
    assert!(matches!(end.receive(), Ok(Some(Event::Close(_)))));
    end.close(4000, &"é".repeat(100)).unwrap();
    let close = received(&end);
    assert_eq!((close.code, close.reason.len()), (Some(4000), 122));
}

#[test]
fn a_long_reason_does_not_excuse_the_code() {
    let mut end = connection(&ws::Draft, Role::Server);
    let refused = end.close(1005, &"x".repeat(200));
    assert_eq!(
        refused,
        Err(ConnectionError::Misuse(Misuse::CloseCode(1005)))
    );
    let refused = end.close(None, &"x".repeat(200));
    assert_eq!(
        refused,
        Err(ConnectionError::Misuse(Misuse::ReasonWithoutCode))
    );
    assert!(end.output().is_empty());
}

#[test]
fn without_codes_nothing_is_said() {
    for draft in drafts::ALL.iter().copied() {
        let status = |closing: wsdraft::info::Closing| closing.body == CloseBody::Status;
        if draft.info().closing.is_some_and(status) {
            continue;
        }
        let mut bare = connection(draft, Role::Server);
        bare.close(None, "").unwrap();
        let mut end = connection(draft, Role::Server);
        end.close(ws::CloseCode::NORMAL_CLOSURE, &"x".repeat(2000))
            .unwrap();
        assert_eq!(end.output(), bare.output(), "{}", draft.info().short);
    }
}
