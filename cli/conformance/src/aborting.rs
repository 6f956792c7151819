//! What a client does with a response that it must refuse.

use wsdraft::info::RuleInfo;

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
    match talk.next(talk.setup.grace).await {
        Seen::End(_) | Seen::Close(_) => return Judgement::strict(),
        Seen::Silence => probe(talk).await,
        seen @ (Seen::Message { .. } | Seen::Pong(_) | Seen::Garbage) => {
            return taken(rule, &format!("goes on and {}", seen.said()), tolerated);
        }
    }
    match talk.next(talk.patience()).await {
        Seen::End(_) | Seen::Close(_) => Judgement::strict(),
        Seen::Silence => idle(),
        seen => taken(rule, &format!("goes on and {}", seen.said()), tolerated),
    }
}

/// The judgement on a client that does nothing with its connection: it may have refused it, or not.
pub(crate) fn idle() -> Judgement {
    let why = "The client neither ends the connection nor uses it.";
    Judgement::new(Verdict::Unknown, why)
}
