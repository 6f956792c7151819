//! Judges what a peer sends in all cases together.

use wsdraft::{
    Seen, Violation,
    info::{Level, Scope},
};

use crate::{
    case::{Case, Play},
    log::Mark,
    play::Played,
    setup::Setup,
    verdict::{Judgement, Verdict},
};

/// What everything that the peer sent says about a rule.
pub(crate) struct Sent<'a> {
    pub(crate) judgement: Judgement,
    /// A case in which the peer broke the rule, and the byte.
    pub(crate) broken: Option<(&'a Played, Mark)>,
}

/// Judges the case of a rule that binds what the peer sends, by what it sent in these cases.
pub(crate) fn judge<'a>(
    setup: &Setup,
    case: &Case,
    played: impl Iterator<Item = (&'a Case, &'a Played)>,
) -> Option<Sent<'a>> {
    let Play::Sends(rule) = &case.play else {
        return None;
    };
    let mut heard = false;
    for (of, played) in played {
        let broken = played
            .broken
            .iter()
            .find(|broken| broken.rule.id == rule.id);
        if let Some(violation) = broken {
            let proven = rule.level == Level::Must && setup.tolerance.is_proven(&setup.spec, rule);
            let verdict = if proven {
                Verdict::Wrong
            } else {
                Verdict::Lenient
            };
            let judgement = Judgement::new(verdict, said(of, violation));
            let mark = played.mark_of(violation);
            return Some(Sent {
                judgement,
                broken: Some((played, mark)),
            });
        }
        heard |= match rule.scope {
            Scope::Request | Scope::Response => played.log.heard(),
            Scope::Frame | Scope::Message | Scope::Close => played.framed,
            Scope::Conversation | Scope::Policy => false,
        };
    }
    let sent = match rule.scope {
        Scope::Request | Scope::Response => "message of the handshake",
        Scope::Frame | Scope::Message | Scope::Close | Scope::Conversation | Scope::Policy => {
            "frame"
        }
    };
    let judgement = if heard {
        Judgement::strict()
    } else {
        Judgement::new(Verdict::Unknown, format!("The peer sends no {sent}."))
    };
    Some(Sent {
        judgement,
        broken: None,
    })
}

/// Where the peer broke the rule, and what was found there. The report has the rule and its citation.
fn said(of: &Case, violation: &Violation) -> String {
    let (by, offset) = (violation.by, violation.offset);
    let found = match &violation.seen {
        Seen::Nothing => String::new(),
        seen => format!(", {seen}"),
    };
    format!("In {}: the {by} broke it at byte {offset}{found}.", of.id)
}
