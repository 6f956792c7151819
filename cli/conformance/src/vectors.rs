//! Plays the vectors of rules.

use wsdraft::{Role, info::RuleInfo, inspect::Observed};
use wsdraft_interpreter::vectors::{
    Case as Vector, Input, Offered, Vectors, observed_in, violations,
};

use self::heads::{request, response};
use crate::{
    opening::hear,
    react::{Owed, paid, to_frames},
    talk::Talk,
    usual::{agree, no_request, offered, usual},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

mod heads;

/// Plays one vector: the one at a place among those of the rule.
pub(crate) async fn play<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    vector: (usize, &Vector),
    breaks: bool,
) -> Judgement {
    let judgement = played(talk, rule, vector, breaks).await;
    let mut removed = talk.setup.removed.iter();
    let Some(removed) = removed.find(|one| one.rule.id == rule.id) else {
        return judgement;
    };
    match judgement.verdict {
        // No text obliges a peer to take what breaks a removed rule.
        Verdict::Wrong => Judgement::new(Verdict::Unknown, judgement.why),
        // A close frame answers a close frame, but not with the code for what is not forbidden.
        Verdict::Strict if refuses(talk, removed.code, vector.1) => Judgement::new(
            Verdict::Stricter,
            "The peer closes with the code for a violation of the removed rule.",
        ),
        Verdict::Strict
        | Verdict::Stricter
        | Verdict::Lenient
        | Verdict::Unknown
        | Verdict::NotApplicable => judgement,
    }
}

/// Whether the peer closed with this code, which the input does not have.
fn refuses<W: Wire>(talk: &Talk<'_, W>, code: Option<u16>, vector: &Vector) -> bool {
    let Input::Frames { bytes, .. } = &vector.broken else {
        return false;
    };
    let mut sent = observed_in(talk.setup.draft, vector.by, bytes, 0, talk.pen.session);
    let repeats = sent.any(|seen| matches!(seen, Observed::Close(close) if close.code == code));
    code.is_some() && talk.close_code == code && !repeats
}

async fn played<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    (at, vector): (usize, &Vector),
    breaks: bool,
) -> Judgement {
    match talk.setup.subject {
        Role::Server => match vector.kept {
            _ if !is_shared(talk, rule, vector) => other_draft(),
            Input::Request(_) => request(talk, rule, vector, breaks).await,
            Input::Response(..) => missing(),
            Input::Frames { .. } => match usual(talk).await {
                Ok(()) => frames(talk, rule, (at, vector), breaks).await,
                Err(judgement) => judgement,
            },
        },
        Role::Client => {
            let request = match hear(talk).await {
                Ok(request) => request,
                Err(none) => return no_request(&none),
            };
            match vector.kept {
                Input::Request(_) => missing(),
                Input::Response(..) => {
                    let offered = offered(talk, &request);
                    match of(talk, rule, at, offered.clone()) {
                        Some(vector) if is_shared(talk, rule, &vector) => {
                            response(talk, rule, vector, breaks, &offered).await
                        }
                        Some(_) => other_draft(),
                        None => missing(),
                    }
                }
                Input::Frames { .. } if !is_shared(talk, rule, vector) => other_draft(),
                Input::Frames { .. } => match agree(talk, &request).await {
                    Ok(()) => frames(talk, rule, (at, vector), breaks).await,
                    Err(judgement) => judgement,
                },
            }
        }
    }
}

/// The vector for this request, or for the keys of the connection.
fn of<W: Wire>(talk: &Talk<'_, W>, rule: &RuleInfo, at: usize, offered: Offered) -> Option<Vector> {
    let (setup, session) = (talk.setup, talk.pen.session);
    let is_wanted = |one: &Vector| one.by == setup.tester();
    if let Some(removed) = setup.removed.iter().find(|one| one.rule.id == rule.id) {
        let vectors = removed.vectors((setup.draft, &setup.spec), offered, session);
        return vectors.filter(is_wanted).nth(at);
    }
    let vectors = Vectors::new(&setup.spec, setup.draft)
        .offering(offered)
        .in_session(session);
    let vectors = vectors.of(rule.id).ok()?;
    vectors.into_iter().filter(is_wanted).nth(at)
}

/// Whether the draft that the peer may speak instead objects to the same input.
fn is_shared<W: Wire>(talk: &Talk<'_, W>, rule: &RuleInfo, vector: &Vector) -> bool {
    talk.setup.taken_for.is_none_or(|newer| {
        let broken = violations(newer, vector.by, &vector.broken);
        let broken = broken.is_ok_and(|broken| {
            broken
                .iter()
                .any(|broken| broken.rule.id == rule.id && broken.rule.outcome == rule.outcome)
        });
        broken && violations(newer, vector.by, &vector.kept).is_ok_and(|broken| broken.is_empty())
    })
}

fn other_draft() -> Judgement {
    Judgement::new(
        Verdict::NotApplicable,
        "A newer draft with the same number has another rule, and the peer may speak that draft.",
    )
}

fn missing() -> Judgement {
    Judgement::new(
        Verdict::NotApplicable,
        "The peer's handshake leaves no room for this input.",
    )
}

/// Plays frames on an open connection.
async fn frames<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    (at, vector): (usize, &Vector),
    breaks: bool,
) -> Judgement {
    let setup = talk.setup;
    let keyed = match talk.pen.session.masking_key {
        None => None,
        Some(_) => match of(talk, rule, at, setup.offered.clone()) {
            Some(keyed) => Some(keyed),
            None => return missing(),
        },
    };
    let vector = keyed.as_ref().unwrap_or(vector);
    let input = if breaks { &vector.broken } else { &vector.kept };
    let Input::Frames { bytes, .. } = input else {
        return missing();
    };
    let observed = observed_in(setup.draft, vector.by, bytes, 0, talk.pen.session);
    let mut owed = Owed::before_violation(observed, setup.echoes);
    // Whether it answers pings is what other cases are about.
    owed.retain(|owed| setup.pongs || !matches!(owed, Owed::Pong(_)));
    talk.closing = owed.contains(&Owed::Close);
    for seen in observed_in(setup.draft, vector.by, bytes, 0, talk.pen.session) {
        if let Observed::Ping(payload) = seen {
            talk.pings.insert(payload);
        }
    }
    talk.send(bytes).await;
    if breaks {
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        to_frames(talk, rule, tolerated.as_deref(), owed).await
    } else {
        paid(talk, owed).await
    }
}
