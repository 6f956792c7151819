//! Reports: what all cases say of one endpoint.

use serde::{Serialize, Serializer};

use crate::{
    case::Case,
    log::{Entry, Logged, Side},
    play::Played,
    sends,
    setup::Setup,
    suite::Suite,
    verdict::{Judgement, Verdict},
};

/// What all cases say of one endpoint.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The form of this document.
    pub format: &'static str,
    /// The name of the endpoint: its address, or how a client calls itself.
    pub agent: String,
    /// The role of the endpoint: `server` or `client`.
    pub subject: &'static str,
    /// The short name of the draft.
    pub draft: &'static str,
    /// How many cases have each verdict.
    pub summary: Summary,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The cases, in their order.
    pub cases: Vec<Tested>,
}

/// How many cases have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary([usize; Verdict::ALL.len()]);

/// A section of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Its name, which starts the ids of its cases.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How many of its cases have each verdict.
    pub summary: Summary,
}

/// A case and what came of it.
#[derive(Clone, Debug, Serialize)]
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
    #[serde(skip)]
    pub played: bool,
    /// Why; empty if the peer did what the case says.
    pub why: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What went over the wire.
    pub wire: Vec<Wired>,
}

/// Bytes of one side, or its end.
#[derive(Clone, Debug, Serialize)]
pub struct Wired {
    /// When, in milliseconds since the case started.
    pub at_ms: u64,
    /// `tester` or `peer`.
    pub by: &'static str,
    /// `bytes`, `end` or `reset`.
    pub what: &'static str,
    /// The first bytes in hex.
    #[serde(serialize_with = "in_hex")]
    pub bytes: Vec<u8>,
    /// How many bytes there were.
    pub length: u64,
}

impl Report {
    /// The form of the JSON document.
    pub const FORMAT: &'static str = "wsdraft-test/1";

    /// A report on these cases.
    #[must_use]
    pub fn new(
        agent: String,
        subject: &'static str,
        draft: &'static str,
        sections: &[(String, String)],
        cases: Vec<Tested>,
    ) -> Self {
        let section = |(name, title): &(String, String)| Section {
            name: name.clone(),
            title: title.clone(),
            summary: Summary::of(cases.iter().filter(|case| case.section == *name)),
        };
        Self {
            format: Self::FORMAT,
            agent,
            subject,
            draft,
            summary: Summary::of(&cases),
            sections: sections
                .iter()
                .map(section)
                .filter(|section| section.summary != Summary::default())
                .collect(),
            cases,
        }
    }
}

impl Report {
    /// A report on what came of the cases of a suite; `None` where a case was not played.
    #[must_use]
    pub fn of(setup: &Setup, suite: &Suite, agent: String, played: &[Option<Played>]) -> Self {
        let all = || {
            let pairs = suite.cases.iter().zip(played);
            pairs.filter_map(|(case, played)| Some((case, played.as_ref()?)))
        };
        let tested = |(case, played): (&Case, &Option<Played>)| {
            let judgement = sends::judge(setup, case, all());
            let judgement =
                judgement.or_else(|| played.as_ref().map(|played| played.judgement.clone()));
            let judgement = judgement
                .unwrap_or_else(|| Judgement::new(Verdict::Unknown, "The case was not played."));
            Tested::new(case, judgement, played.as_ref())
        };
        let cases = suite.cases.iter().zip(played).map(tested).collect();
        let (subject, draft) = (setup.subject.as_str(), setup.draft.info().short);
        Self::new(agent, subject, draft, &suite.sections, cases)
    }
}

impl Summary {
    /// Counts the verdicts.
    #[must_use]
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Tested>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.0[case.verdict as usize] += 1;
        }
        counts
    }

    /// How many cases have this verdict.
    #[must_use]
    pub const fn count(&self, verdict: Verdict) -> usize {
        self.0[verdict as usize]
    }
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Verdict::ALL.map(|verdict| (verdict.as_str(), self.count(verdict))))
    }
}

impl Tested {
    /// A case that was played.
    #[must_use]
    pub fn new(case: &Case, judgement: Judgement, played: Option<&Played>) -> Self {
        let wire = played.map(|played| played.log.entries().iter().map(Wired::new).collect());
        let took = played.map_or(0, |played| played.took.as_millis());
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
            took_ms: u64::try_from(took).unwrap_or(u64::MAX),
            wire: wire.unwrap_or_default(),
        }
    }
}

impl Wired {
    fn new(entry: &Entry) -> Self {
        let (what, bytes, length) = match &entry.what {
            Logged::Bytes { start, length } => ("bytes", start.clone(), *length),
            Logged::End => ("end", Vec::new(), 0),
            Logged::Reset => ("reset", Vec::new(), 0),
        };
        Self {
            at_ms: u64::try_from(entry.at.as_millis()).unwrap_or(u64::MAX),
            by: match entry.by {
                Side::Tester => "tester",
                Side::Peer => "peer",
            },
            what,
            bytes,
            length,
        }
    }
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn in_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(bytes))
}
