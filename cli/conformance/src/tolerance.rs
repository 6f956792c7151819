//! Whether a receiver may tolerate a violation.

use std::collections::{BTreeMap, BTreeSet};

use wsdraft::{
    Seen, Violation,
    info::{Level, RuleInfo},
};
use wsdraft_spec::{
    Extensions, ResolvedDraft, Scenarios,
    scenario::{Repeated, Tolerated},
    sort,
    vocabulary::Evidence,
};

/// The rules whose violation a receiver may tolerate.
#[derive(Clone, Debug, Default)]
pub struct Tolerance {
    rules: BTreeMap<String, Tolerated>,
    repeated: BTreeMap<String, Repeated>,
    declines: Vec<u16>,
    /// Whether the tested server is known to negotiate extensions.
    negotiates: bool,
    /// The rules of extensions whose evidence is a text: the id, and the dialect that states it.
    proven: BTreeSet<(String, String)>,
}

impl Tolerance {
    /// What these sections list, and what the evidence for the rules of these extensions is.
    #[must_use]
    pub fn new(sections: &[Scenarios], extensions: &Extensions) -> Self {
        let of_extensions = extensions.iter().flat_map(|one| one.rules.iter());
        let proven = of_extensions.filter(|(_, rule)| rule.value.evidence.iter().any(binds));
        let rules = sections.iter().flat_map(|section| section.tolerated.iter());
        let repeated = sections.iter().flat_map(|section| section.repeated.iter());
        Self {
            rules: sort::map(rules.map(|(rule, tolerated)| (rule.clone(), tolerated.clone()))),
            repeated: sort::map(repeated.map(|(rule, repeated)| (rule.clone(), repeated.clone()))),
            declines: sections
                .iter()
                .flat_map(|section| section.declines.keys().copied())
                .collect(),
            negotiates: false,
            proven: sort::set(proven.map(|(id, rule)| (id.clone(), rule.stated_in.clone()))),
        }
    }

    /// The same, of a server of which this tells whether it negotiates extensions.
    #[must_use]
    pub fn negotiating(mut self, negotiates: bool) -> Self {
        self.negotiates |= negotiates;
        self
    }

    /// Whether a server may tolerate a violation of this rule only if it negotiates no extensions.
    #[must_use]
    pub fn depends(&self, rule: &str) -> bool {
        let tolerated = self.rules.get(rule);
        tolerated.is_some_and(|tolerated| tolerated.unless_negotiated)
    }

    /// Whether a peer that closes with this code refuses what the protocol allows, for reasons of its
    /// own.
    #[must_use]
    pub fn declines(&self, code: u16) -> bool {
        self.declines.contains(&code)
    }

    /// Whether an answer may have this fault if what it answers has it, too.
    pub(crate) fn may_repeat(&self, fault: &Violation) -> bool {
        let never = |repeated: &Repeated| {
            let mut codes = repeated.except.iter();
            codes.any(|&code| fault.seen == Seen::Number(code.into()))
        };
        let repeated = self.repeated.get(fault.rule.id);
        repeated.is_some_and(|repeated| !never(repeated))
    }

    /// Whether this close code fits a violation of the rule as well as the draft's own.
    #[must_use]
    pub fn fits(&self, rule: &RuleInfo, code: u16) -> bool {
        let tolerated = self.rules.get(rule.id);
        tolerated.is_some_and(|tolerated| tolerated.codes.contains(&code))
    }

    /// Why a receiver may tolerate a violation of this rule; `None` if it must not.
    #[must_use]
    pub fn of(&self, spec: &ResolvedDraft, rule: &RuleInfo) -> Option<String> {
        let tolerated = self.rules.get(rule.id);
        let applies = |one: &&Tolerated| !(one.unless_negotiated && self.negotiates);
        if let Some(tolerated) = tolerated.filter(applies) {
            let citation = Evidence::citation(&tolerated.evidence);
            return Some(format!("{} ({citation})", tolerated.why));
        }
        if rule.level != Level::Must {
            return Some("The rule is a recommendation.".into());
        }
        (!self.is_proven(spec, rule))
            .then(|| "No text at hand says that a receiver must refuse it.".into())
    }

    /// Whether the evidence of the rule is a text.
    pub(crate) fn is_proven(&self, spec: &ResolvedDraft, rule: &RuleInfo) -> bool {
        match spec.rules.get(rule.id) {
            Some(item) => item.value.evidence.iter().any(binds),
            None => {
                let named = (rule.id.to_owned(), rule.stated_in.to_owned());
                self.proven.contains(&named)
            }
        }
    }
}

/// Whether evidence is a text that can oblige an endpoint.
const fn binds(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Rfc(..) | Evidence::Erratum(..) | Evidence::Own(_) => true,
        Evidence::Note(_)
        | Evidence::Perl(_)
        | Evidence::FrontPage(_)
        | Evidence::Implementation(_)
        | Evidence::Registry(_)
        | Evidence::Computed(_)
        | Evidence::Inferred(_)
        | Evidence::Recalled => false,
    }
}
