//! Reports: what all cases say of one endpoint, and the forms in which that is shown.
//!
//! Each form is a function from a report to text. The caller writes the files.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wsdraft::info::RuleInfo;

use crate::{
    case::Case,
    limits,
    log::Mark,
    measure::Measurement,
    play::Played,
    sends,
    setup::Setup,
    suite::Suite,
    verdict::{Judgement, Verdict},
};

pub mod autobahn;
pub mod bar;
pub mod baseline;
mod escape;
mod hex;
pub mod html;
pub mod junit;
pub mod measured;
pub mod sarif;
pub mod schema;
mod shown;
pub mod terminal;
mod wired;

use self::wired::millis;
pub use self::wired::{What, Wired};

/// What all cases say about one peer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The form of this document.
    pub format: Format,
    /// The name of the peer: its address, or what a client calls itself.
    pub agent: String,
    /// The role of the peer: `server` or `client`.
    pub subject: String,
    /// The short name of the draft.
    pub draft: String,
    /// How long the whole test took, in milliseconds.
    pub took_ms: u64,
    /// How many cases have each verdict.
    pub summary: Summary,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The rules that the cases are about, in the order of the draft.
    pub rules: Vec<Rule>,
    /// The cases, in their order.
    pub cases: Vec<Tested>,
    /// How long messages took to the endpoint and back, if that was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
}

/// Reports on one peer or on several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "wsdraft test"))]
#[serde(untagged)]
pub enum Document {
    /// One report.
    One(Box<Report>),
    /// Several.
    Several(Several),
}

/// Reports on several peers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Several {
    /// The form of this document.
    pub format: Format,
    /// The reports, in the order in which the peers came.
    pub reports: Vec<Report>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Format {
    /// A report in its first form.
    #[serde(rename = "wsdraft-test/1")]
    Test,
}

/// How many cases have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Summary {
    strict: usize,
    stricter: usize,
    lenient: usize,
    wrong: usize,
    unknown: usize,
    not_applicable: usize,
}

/// A rule that cases are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// `MUST`, `SHOULD` or `MAY`.
    pub level: String,
    /// What it says.
    pub summary: String,
    /// Where it is written.
    pub citation: String,
}

/// A section of the report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name, which starts the ids of its cases.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How many of its cases have each verdict.
    pub summary: Summary,
}

/// A case and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// The stable id.
    pub id: String,
    /// The section.
    pub section: String,
    /// What the tester does and what the peer must do.
    pub title: String,
    /// Ids of the rules that it is about.
    pub rules: Vec<String>,
    /// Where they are written.
    pub citation: String,
    /// What a strict peer does.
    pub strict: String,
    /// What is tolerated, and why.
    pub tolerated: Option<String>,
    /// The cases of the Autobahn testsuite that it covers.
    pub autobahn: Vec<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it was played, or judged by what was.
    pub played: bool,
    /// Why; empty if the peer did what the case says.
    pub why: String,
    /// What the tested command wrote meanwhile, if that was kept.
    pub wrote: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The code with which the peer closed; `null` if it sent none.
    pub close_code: Option<u16>,
    /// The byte that breaks the rule; `null` if none does, or if it is not known.
    pub mark: Option<Mark>,
    /// What went over the wire. For a rule about what the peer sends, it is from the case in which
    /// the peer broke the rule.
    pub wire: Vec<Wired>,
}

impl Report {
    /// A report on these cases.
    #[must_use]
    pub fn new(
        agent: String,
        (subject, draft): (&str, &str),
        sections: &[(String, String)],
        rules: Vec<Rule>,
        cases: Vec<Tested>,
    ) -> Self {
        let section = |(name, title): &(String, String)| Section {
            name: name.clone(),
            title: title.clone(),
            summary: Summary::of(cases.iter().filter(|case| case.section == *name)),
        };
        Self {
            format: Format::Test,
            agent,
            subject: subject.into(),
            draft: draft.into(),
            took_ms: 0,
            summary: Summary::of(&cases),
            sections: sections
                .iter()
                .map(section)
                .filter(|section| section.summary != Summary::default())
                .collect(),
            rules,
            cases,
            measurements: Vec::new(),
        }
    }

    /// The same report, for a test that took this long.
    #[must_use]
    pub fn within(mut self, took: Duration) -> Self {
        self.took_ms = millis(took);
        self
    }

    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// A report on what came of the cases of a suite; `None` where a case was not played.
    #[must_use]
    pub fn of(setup: &Setup, suite: &Suite, agent: String, played: &[Option<Played>]) -> Self {
        let all = || {
            let pairs = suite.cases.iter().zip(played);
            pairs.filter_map(|(case, played)| Some((case, played.as_ref()?)))
        };
        let tested = |(case, played): (&Case, &Option<Played>)| {
            if let Some(sent) = sends::judge(setup, case, all()) {
                return Tested::sent(case, sent);
            }
            let judgement = played.as_ref();
            let judgement = judgement.map(|played| limits::settled(&played.judgement, all()));
            let judgement = judgement
                .unwrap_or_else(|| Judgement::new(Verdict::Unknown, "The case was not played."));
            Tested::new(case, judgement, played.as_ref())
        };
        let cases: Vec<Tested> = suite.cases.iter().zip(played).map(tested).collect();
        let about = |rule: &&RuleInfo| {
            let mut ids = cases.iter().flat_map(|case| &case.rules);
            ids.any(|id| id == rule.id)
        };
        let of_draft = setup.draft.info().rules.iter();
        let extended = setup.extensions.iter().flat_map(|one| one.rules);
        let extended = extended.map(|rule| &rule.info);
        let removed = setup.removed.iter().map(|one| one.rule);
        let mut rules: Vec<Rule> = Vec::new();
        for rule in of_draft.chain(removed).chain(extended).filter(about) {
            if !rules.iter().any(|known| known.id == rule.id) {
                rules.push(Rule::new(rule));
            }
        }
        let of = (setup.subject.as_str(), setup.draft.info().short);
        Self::new(agent, of, &suite.sections, rules, cases)
    }
}

impl Rule {
    fn new(rule: &RuleInfo) -> Self {
        Self {
            id: rule.id.into(),
            level: rule.level.to_string(),
            summary: rule.summary.into(),
            citation: rule.citation.into(),
        }
    }
}

impl Summary {
    /// Counts the verdicts.
    #[must_use]
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Tested>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            *match case.verdict {
                Verdict::Strict => &mut counts.strict,
                Verdict::Stricter => &mut counts.stricter,
                Verdict::Lenient => &mut counts.lenient,
                Verdict::Wrong => &mut counts.wrong,
                Verdict::Unknown => &mut counts.unknown,
                Verdict::NotApplicable => &mut counts.not_applicable,
            } += 1;
        }
        counts
    }

    /// How many cases have this verdict.
    #[must_use]
    pub const fn count(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Strict => self.strict,
            Verdict::Stricter => self.stricter,
            Verdict::Lenient => self.lenient,
            Verdict::Wrong => self.wrong,
            Verdict::Unknown => self.unknown,
            Verdict::NotApplicable => self.not_applicable,
        }
    }

    /// How many cases there are.
    #[must_use]
    pub fn all(&self) -> usize {
        let counts = Verdict::ALL.iter().map(|verdict| self.count(*verdict));
        counts.sum()
    }
}

impl Tested {
    /// The most bytes of a case that are kept.
    const KEPT: usize = 8 << 10;

    /// A case that was played.
    #[must_use]
    pub fn new(case: &Case, judgement: Judgement, played: Option<&Played>) -> Self {
        let wire = played.map(|played| {
            let mut left = Self::KEPT;
            let entries = played.log.entries().iter();
            entries.map(|entry| Wired::new(entry, &mut left)).collect()
        });
        let took = played.map_or(Duration::ZERO, |played| played.took);
        Self {
            id: case.id.clone(),
            section: case.section.clone(),
            title: case.title.clone(),
            rules: case.rules.clone(),
            citation: case.citation.clone(),
            strict: case.strict.clone(),
            tolerated: case.tolerated.clone(),
            autobahn: case.autobahn.clone(),
            verdict: judgement.verdict,
            played: played.is_some() || !case.is_played(),
            why: judgement.why,
            wrote: None,
            took_ms: millis(took),
            close_code: played.and_then(|played| played.close_code),
            mark: played.and_then(|played| played.mark),
            wire: wire.unwrap_or_default(),
        }
    }

    /// A case that judges what the peer sent in the others.
    fn sent(case: &Case, sent: sends::Sent<'_>) -> Self {
        let (played, mark) = sent.broken.unzip();
        let mut tested = Self::new(case, sent.judgement, played);
        (tested.took_ms, tested.mark) = (0, mark);
        tested
    }
}
