//! Judges what a peer sends in all cases together.

use wsdraft::info::{Level, Scope};

use crate::{
    case::{Case, Play},
    play::Played,
    setup::Setup,
    tolerance::is_proven,
    verdict::{Judgement, Verdict},
};

/// Judges the case of a rule that binds what the peer sends, by what it sent in these cases.
pub(crate) fn judge<'a>(
    setup: &Setup,
    case: &Case,
    played: impl Iterator<Item = (&'a Case, &'a Played)>,
) -> Option<Judgement> {
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
            let proven = rule.level == Level::Must && is_proven(&setup.spec, rule);
            let verdict = if proven {
                Verdict::Wrong
            } else {
                Verdict::Lenient
            };
            return Some(Judgement::new(
                verdict,
                format!("In {}: {violation}", of.id),
            ));
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
    Some(if heard {
        Judgement::strict()
    } else {
        Judgement::new(Verdict::Unknown, format!("The peer sends no {sent}."))
    })
}
