//! Rules that a dialect has removed: what breaks one of them breaks nothing, and a peer that refuses it is
//! stricter than the dialect.

use std::sync::Arc;

use wsdraft::{
    Draft,
    frame::Session,
    info::{Outcome, RuleInfo, Scope},
};
use wsdraft_interpreter::vectors::{Case as Vector, Offered, SESSION, Vectors, violations};
use wsdraft_spec::ResolvedDraft;

use crate::{
    case::{Case, Play},
    setup::Setup,
    verdict::{Judgement, Verdict},
};

/// A rule that the draft has removed.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The rule as the ancestor has it, but without an outcome.
    pub(crate) rule: &'static RuleInfo,
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
                    let rule = Box::leak(Box::new(without_outcome(rule)));
                    let from = Arc::clone(&from);
                    all.push(Self { rule, from });
                }
            }
        }
        all
    }

    /// The vectors of the rule that break nothing else in the draft.
    pub(crate) fn vectors(
        &self,
        setup: &Setup,
        offered: Offered,
        session: Session,
    ) -> impl Iterator<Item = Vector> {
        let vectors = Vectors::new(&setup.spec, setup.draft)
            .offering(offered)
            .in_session(session);
        let vectors = vectors.of_another(&self.from, self.rule.id);
        let vectors = vectors.unwrap_or_default().into_iter();
        vectors.filter(|vector| {
            let broken = violations(setup.draft, vector.by, &vector.broken);
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

/// The cases of the removed rules with this scope.
pub(crate) fn cases(setup: &Setup, scope: Scope, section: &str) -> Vec<Case> {
    let removed = setup.removed.iter().filter(|one| one.rule.scope == scope);
    let of = |removed: &Removed| {
        let rule = removed.rule;
        let vectors = removed.vectors(setup, setup.offered.clone(), SESSION);
        let vectors = vectors.filter(|vector| vector.by == setup.tester());
        let cases = vectors.enumerate().map(|(at, vector)| Case {
            id: format!("{section}/{}/{}/removed", rule.id, at + 1),
            section: section.into(),
            title: format!("Input that breaks a removed rule: {}", rule.summary),
            rules: vec![rule.id.into()],
            citation: String::new(),
            strict: "The peer takes the input, since the draft has removed the rule.".into(),
            tolerated: None,
            autobahn: Vec::new(),
            play: Play::Vector {
                rule,
                at,
                vector: Arc::new(vector),
                breaks: true,
            },
        });
        cases.collect::<Vec<_>>()
    };
    removed.flat_map(of).collect()
}

/// The judgement on a peer that gets what breaks a removed rule: no text obliges it to take that.
pub(crate) fn mild(setup: &Setup, rule: &RuleInfo, judgement: Judgement) -> Judgement {
    if setup.has_removed(rule) && judgement.verdict == Verdict::Wrong {
        return Judgement::new(Verdict::Unknown, judgement.why);
    }
    judgement
}
