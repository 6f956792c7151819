//! The rules that a user lets the peer break.

use wsdraft::{
    Relaxed, Role,
    extension::{Demand, ExtensionRule},
    info::{RuleInfo, Scope, Visibility},
};
use wsdraft_spec::did_you_mean;

use super::{Specs, Spoken};
use crate::failure::Failure;

impl Specs {
    /// The rules of `--allow`, which the peer may break. One of the drafts or an extension has each,
    /// and enforces it against this peer.
    pub fn relaxed(
        &self,
        drafts: &[Spoken],
        ids: &[String],
        peer: Role,
    ) -> Result<Relaxed, Failure> {
        let extensions = self.extensions();
        let of_extensions = || {
            let rules = extensions.iter().flat_map(|extension| extension.rules);
            rules.map(|rule| rule.info.id)
        };
        let of_drafts = || drafts.iter().flat_map(|draft| draft.info().rules);
        for id in ids {
            let rules = of_drafts().filter(|rule| rule.id == id);
            let rules = rules.map(|rule| why_not_relaxed(rule, peer));
            let others = extensions.iter().flat_map(|extension| extension.rules);
            let others = others.filter(|rule| rule.info.id == id);
            let others = others.map(|rule| why_not_of_extension(rule, peer));
            let reasons: Option<Vec<String>> = rules.chain(others).collect();
            // Some draft enforces it.
            let Some(mut reasons) = reasons else {
                continue;
            };
            let why = reasons.pop().map_or_else(
                || {
                    let known = of_drafts().map(|rule| rule.id).chain(of_extensions());
                    format!("no rule {id:?}{}", did_you_mean(id, known))
                },
                |why| format!("{id} cannot be relaxed: {why}"),
            );
            return Err(Failure::input(format!("--allow: {why}")));
        }
        // Kept for the life of the process, as rules are.
        let ids = ids.iter().map(|id| -> &'static str { id.clone().leak() });
        Ok(Relaxed::new(ids.collect::<Vec<_>>().leak()))
    }
}

/// Why this rule of an extension is not enforced against this peer, or is in any case; `None` where
/// neither is so.
fn why_not_of_extension(rule: &ExtensionRule, peer: Role) -> Option<String> {
    if !matches!(rule.demand, Demand::Channels(_)) {
        return None;
    }
    let always = rule.why_not_relaxed().map(str::to_owned);
    why_not_relaxed(&rule.info, peer).or(always)
}

/// Why this rule is not enforced against this peer; `None` where it is.
fn why_not_relaxed(rule: &RuleInfo, peer: Role) -> Option<String> {
    match rule.visibility {
        Visibility::Input => {}
        Visibility::Conversation(_) => {
            return Some(
                "it is about what both ends do over time, which only lint and proxy check".into(),
            );
        }
        Visibility::Hidden(why) => return Some(format!("nothing on the wire shows it: {why}")),
    }
    let sender = match rule.scope {
        Scope::Request => Some(Role::Client),
        Scope::Response => Some(Role::Server),
        Scope::Frame | Scope::Message | Scope::Close | Scope::Conversation | Scope::Policy => {
            rule.by
        }
    };
    match sender {
        Some(sender) if sender != peer => Some(format!("only a {sender} can violate it")),
        _ if rule.is_fatal() => None,
        _ => Some("nothing is refused for violating it".into()),
    }
}
