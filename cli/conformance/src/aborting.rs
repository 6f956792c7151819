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
        Seen::Silence => Judgement::new(
            Verdict::Unknown,
            "The client neither ends the connection nor uses it.",
        ),
        seen => taken(rule, &format!("goes on and {}", seen.said()), tolerated),
    }
}
