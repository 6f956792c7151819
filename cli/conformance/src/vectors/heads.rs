//! Plays vectors of the opening handshake.

use wsdraft::{
    Role,
    info::{Outcome, RuleInfo},
};
use wsdraft_interpreter::vectors::{Case as Vector, Input, Offered, violations};

use super::missing;
use crate::{
    aborting::{aborted, idle},
    opening::{Answered, Sending, ask, opens, session},
    react::{paid, taken},
    talk::{Seen, Talk},
    usual::settle,
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// Plays a request.
pub(super) async fn request<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    vector: &Vector,
    breaks: bool,
) -> Judgement {
    let input = if breaks { &vector.broken } else { &vector.kept };
    mark(talk, rule, vector.by, input);
    let Input::Request(bytes) = input else {
        return missing();
    };
    let setup = talk.setup;
    let answered = ask(talk, bytes, None, &Sending::default()).await;
    if !breaks {
        return match &answered {
            Answered::Accepted { .. } => Judgement::strict(),
            Answered::Refused { status, reason, .. } => Judgement::new(
                Verdict::Stricter,
                format!("The server refuses a valid request with {status} {reason}."),
            ),
            Answered::Ended(_) => Judgement::new(
                Verdict::Lenient,
                "The server ends the connection after a valid request, without an HTTP response.",
            ),
            Answered::Silent | Answered::Unreadable(_) => Judgement::new(
                Verdict::Wrong,
                "The server must respond to a valid request, but it does not.",
            ),
        };
    }
    let tolerance = setup.tolerance.clone();
    let tolerance = tolerance.negotiating(answered.agrees());
    let tolerated = tolerance.of(&setup.spec, rule);
    refusal(rule, &answered, tolerated.as_deref())
}

/// Notes which byte of a head breaks the rule.
fn mark<W: Wire>(talk: &mut Talk<'_, W>, rule: &RuleInfo, by: Role, input: &Input) {
    let broken = violations(talk.setup.draft, by, input).unwrap_or_default();
    let broken = broken.iter().find(|broken| broken.rule.id == rule.id);
    if let Some(violation) = broken {
        talk.mark_tester(violation.offset);
    }
}

/// Judges the answer to a request that breaks a rule.
fn refusal(rule: &RuleInfo, answered: &Answered, tolerated: Option<&str>) -> Judgement {
    let goes_on = matches!(
        rule.outcome,
        Outcome::Nothing | Outcome::Replace | Outcome::Discard
    );
    let says = matches!(
        rule.outcome,
        Outcome::Reject(_) | Outcome::RejectWithVersions(_)
    );
    match answered {
        Answered::Accepted { .. } if goes_on => Judgement::strict(),
        Answered::Accepted { .. } => taken(rule, "accepts the request", tolerated),
        Answered::Refused { status, reason, .. } if goes_on => Judgement::new(
            Verdict::Stricter,
            format!(
                "The server may accept this request, but it refuses it with {status} {reason}."
            ),
        ),
        Answered::Refused {
            status, versions, ..
        } => match rule.outcome {
            Outcome::RejectWithVersions(_) if versions.is_none() => Judgement::new(
                Verdict::Lenient,
                format!(
                    "The server refuses the request with {status}, but does not list its versions."
                ),
            ),
            _ if (400..500).contains(status) || !says => Judgement::strict(),
            _ => Judgement::new(
                Verdict::Lenient,
                format!("The server refuses the request with the unusual status {status}."),
            ),
        },
        Answered::Ended(_) if says => Judgement::new(
            Verdict::Lenient,
            "The server ends the connection without an HTTP response.",
        ),
        Answered::Ended(_) => Judgement::strict(),
        Answered::Silent => Judgement::new(
            Verdict::Lenient,
            "The server neither accepts the request nor responds in time.",
        ),
        Answered::Unreadable(why) => Judgement::new(
            Verdict::Lenient,
            format!("The server does not accept the request, but its answer is not HTTP: {why}."),
        ),
    }
}

/// Plays a response to a client.
pub(super) async fn response<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    vector: Vector,
    breaks: bool,
    real: &Offered,
) -> Judgement {
    let input = if breaks { vector.broken } else { vector.kept };
    let Input::Response(_, bytes) = input else {
        return missing();
    };
    let setup = talk.setup;
    // What the client offers decides whether the response breaks the rule.
    let input = Input::Response(real.clone(), bytes.clone());
    let broken = violations(setup.draft, vector.by, &input).unwrap_or_default();
    mark(talk, rule, vector.by, &input);
    let fits = match breaks && !setup.has_removed(rule) {
        true => broken.iter().all(|broken| broken.rule.id == rule.id) && !broken.is_empty(),
        false => broken.is_empty(),
    };
    if !fits {
        return Judgement::new(
            Verdict::NotApplicable,
            "The client does not offer what this response answers.",
        );
    }
    let Some(request) = &real.given else {
        return missing();
    };
    let response = bytes.all();
    let keys = session(setup, request, &response);
    talk.send(&response).await;
    talk.open(keys, Default::default());
    let goes_on = matches!(
        rule.outcome,
        Outcome::Nothing | Outcome::Replace | Outcome::Discard
    );
    // What cannot be read is no valid acceptance, and not a plain refusal either.
    if opens(setup, &bytes) == Some(false) {
        return ended(talk).await;
    }
    if breaks && !goes_on {
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        return aborted(talk, rule, tolerated.as_deref()).await;
    }
    settle(talk).await;
    let judgement = paid(talk, Vec::new()).await;
    if !breaks && !talk.framed && !talk.has_ended() && judgement.verdict == Verdict::Wrong {
        return idle();
    }
    let refused = talk.has_ended() && !talk.framed;
    opened(judgement, breaks, refused)
}

/// Judges what a client does after a response that does not accept its request. The server ends the
/// connection after it, as the end of the content.
async fn ended<W: Wire>(talk: &mut Talk<'_, W>) -> Judgement {
    talk.half_close().await;
    match talk.next(talk.patience()).await {
        Seen::End(_) => Judgement::strict(),
        Seen::Silence => Judgement::new(
            Verdict::Lenient,
            "The client leaves the refused connection open.",
        ),
        seen => Judgement::new(
            Verdict::Wrong,
            format!(
                "The server does not accept the connection, but the client {}.",
                seen.said()
            ),
        ),
    }
}

/// The judgement on a client that a server accepted. A server that breaks a rule leaves the client free to
/// go.
fn opened(judgement: Judgement, breaks: bool, refused: bool) -> Judgement {
    match judgement.verdict {
        Verdict::Wrong if breaks => Judgement::new(Verdict::Stricter, judgement.why),
        Verdict::Wrong if refused => Judgement::new(
            Verdict::Stricter,
            "The client refuses a valid response: it ends the connection.",
        ),
        _ => judgement,
    }
}
