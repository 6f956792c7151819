//! What a client does with a response that it must refuse.

use wsdraft::info::{Outcome, RuleInfo};

use crate::{
    react::{probe, taken},
    talk::{Seen, Talk},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// Judges what a client does after a response that breaks a rule.
pub(crate) async fn aborted<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    tolerated: Option<&str>,
) -> Judgement {
    let goes_on = matches!(
        rule.outcome,
        Outcome::Nothing | Outcome::Replace | Outcome::Discard
    );
    match talk.next(talk.setup.grace).await {
        seen @ (Seen::End(_) | Seen::Close(_)) if goes_on => return may_go_on(&seen),
        _ if goes_on => return Judgement::strict(),
        Seen::End(_) | Seen::Close(_) => return Judgement::strict(),
        Seen::Silence => probe(talk).await,
        seen @ (Seen::Message { .. } | Seen::Pong(_) | Seen::Garbage) => {
            return taken(rule, &format!("goes on and {}", seen.said()), tolerated);
        }
    }
    match talk.next(talk.setup.patience).await {
        Seen::End(_) => Judgement::strict(),
        Seen::Silence => Judgement::new(
            Verdict::Unknown,
            "It neither ends the connection nor uses it.",
        ),
        seen => taken(rule, &format!("goes on and {}", seen.said()), tolerated),
    }
}

/// The judgement on a client that refuses what it does not have to refuse.
fn may_go_on(seen: &Seen) -> Judgement {
    Judgement::new(
        Verdict::Stricter,
        format!("It may go on, and {}.", seen.said()),
    )
}
