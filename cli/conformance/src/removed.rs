//! Rules that a dialect has removed: what breaks one of them breaks nothing, and a peer that refuses it is
//! stricter than the dialect.

use std::sync::Arc;

use wsdraft::{
    Draft,
    frame::Session,
    info::{Outcome, RuleInfo},
};
use wsdraft_interpreter::vectors::{Case as Vector, Offered, Vectors, violations};
use wsdraft_spec::ResolvedDraft;

/// A rule that the draft has removed.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The rule as the ancestor has it, but without an outcome.
    pub(crate) rule: &'static RuleInfo,
    /// The close code of a peer that still applies it.
    pub(crate) code: Option<u16>,
    /// The ancestor.
    from: Arc<ResolvedDraft>,
}

impl Removed {
    /// The rules that a draft has removed from these ancestors, as far as a receiver acts on them. Their
    /// texts live as long as the process.
    #[must_use]
    pub fn all<'a>(
        draft: &ResolvedDraft,
        ancestors: impl IntoIterator<Item = (&'static dyn Draft, &'a ResolvedDraft)>,
    ) -> Vec<Self> {
        let mut all = Vec::<Self>::new();
        for (ancestor, from) in ancestors {
            let from = Arc::new(from.clone());
            for rule in ancestor.info().rules.iter().filter(|rule| rule.is_fatal()) {
                let known = all.iter().any(|one| one.rule.id == rule.id);
                if !known && draft.rules.get(rule.id).is_none() {
                    let code = rule.outcome.close_code();
                    let rule = Box::leak(Box::new(without_outcome(rule)));
                    let from = Arc::clone(&from);
                    all.push(Self { rule, code, from });
                }
            }
        }
        all
    }

    /// The vectors of the rule that break nothing else in the draft.
    pub(crate) fn vectors<'a>(
        &self,
        (draft, spec): (&'a dyn Draft, &'a ResolvedDraft),
        offered: Offered,
        session: Session,
    ) -> impl Iterator<Item = Vector> + use<'a> {
        let vectors = Vectors::new(spec, draft)
            .offering(offered)
            .in_session(session);
        let vectors = vectors.of_another(&self.from, self.rule.id);
        let vectors = vectors.unwrap_or_default().into_iter();
        vectors.filter(move |vector| {
            let broken = violations(draft, vector.by, &vector.broken);
            broken.is_ok_and(|broken| broken.is_empty())
        })
    }
}

/// The rule, if nothing followed from it.
fn without_outcome(rule: &RuleInfo) -> RuleInfo {
    RuleInfo {
        id: rule.id,
        variant: rule.variant,
        level: rule.level,
        scope: rule.scope,
        by: rule.by,
        summary: rule.summary,
        citation: rule.citation,
        evidence: rule.evidence,
        stated_in: rule.stated_in,
        outcome: Outcome::Nothing,
        visibility: rule.visibility,
    }
}
