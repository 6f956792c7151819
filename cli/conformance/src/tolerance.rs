//! Whether a receiver may tolerate a violation.

use std::collections::BTreeMap;

use wsdraft::info::{Level, RuleInfo};
use wsdraft_spec::{ResolvedDraft, Scenarios, scenario::Tolerated, vocabulary::Evidence};

/// The rules whose violation a receiver may tolerate.
#[derive(Clone, Debug, Default)]
pub struct Tolerance {
    rules: BTreeMap<String, Tolerated>,
    declines: Vec<u16>,
}

impl Tolerance {
    /// What these sections list.
    #[must_use]
    pub fn new(sections: &[Scenarios]) -> Self {
        let rules = sections.iter().flat_map(|section| section.tolerated.iter());
        Self {
            rules: rules
                .map(|(rule, tolerated)| (rule.clone(), tolerated.clone()))
                .collect(),
            declines: sections
                .iter()
                .flat_map(|section| section.declines.keys().copied())
                .collect(),
        }
    }

    /// Whether a peer that closes with this code refuses what the protocol allows, for reasons of its
    /// own.
    #[must_use]
    pub fn declines(&self, code: u16) -> bool {
        self.declines.contains(&code)
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
        if let Some(tolerated) = self.rules.get(rule.id) {
            let citation = Evidence::citation(&tolerated.evidence);
            return Some(format!("{} ({citation})", tolerated.why));
        }
        if rule.level != Level::Must {
            return Some("The rule is a recommendation.".into());
        }
        (!is_proven(spec, rule))
            .then(|| "No text at hand says that a receiver must refuse it.".into())
    }
}

/// How evidence from a document of the IETF is shown.
const DOCUMENT: &str = "RFC ";

/// Whether the evidence of the rule is a text.
pub(crate) fn is_proven(spec: &ResolvedDraft, rule: &RuleInfo) -> bool {
    let evidence = spec.rules.get(rule.id).map(|item| &item.value.evidence);
    let binds = |evidence: &Evidence| match evidence {
        Evidence::Rfc(..) | Evidence::Erratum(..) | Evidence::Own(_) => true,
        Evidence::Note(_)
        | Evidence::Perl(_)
        | Evidence::FrontPage(_)
        | Evidence::Implementation(_)
        | Evidence::Registry(_)
        | Evidence::Computed(_)
        | Evidence::Inferred(_)
        | Evidence::Recalled => false,
    };
    match evidence {
        Some(evidence) => evidence.iter().any(binds),
        // The rule of an extension, whose evidence is at hand as it is shown.
        None => rule
            .evidence
            .iter()
            .any(|shown| shown.starts_with(DOCUMENT)),
    }
}
