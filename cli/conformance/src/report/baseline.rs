//! What changed since an earlier report.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Document, Format, Report, Several, bar::is_worse, escape::line};
use crate::verdict::Verdict;

/// A case with another verdict than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The id of the case.
    pub id: String,
    /// The verdict before.
    pub before: Verdict,
    /// The verdict now.
    pub now: Verdict,
}

/// What changed since an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Cases that got worse. One that was strict and does not apply any more is among them.
    pub worse: Vec<Change>,
    /// Cases that got better.
    pub better: Vec<Change>,
    /// Ids of cases that are not tested any more, or do not apply any more and were not strict.
    pub gone: Vec<String>,
    /// Number of cases that were not tested before, or did not apply.
    pub new: usize,
}

impl Document {
    /// A document of these reports.
    #[must_use]
    pub fn new(mut reports: Vec<Report>) -> Self {
        match reports.pop() {
            Some(report) if reports.is_empty() => Self::One(Box::new(report)),
            last => {
                reports.extend(last);
                Self::Several(Several {
                    format: Format::Test,
                    reports,
                })
            }
        }
    }

    /// Reads reports from JSON.
    ///
    /// # Errors
    /// The text is not a document of reports.
    pub fn from_json(text: &str) -> Result<Vec<Report>, String> {
        const WHAT: &str = "not what `wsdraft test --json` prints";
        if text.trim().is_empty() {
            return Err(format!("{WHAT}: the file is empty"));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("{WHAT}: {error}"))?;
        let form = value.get("format").and_then(Value::as_str);
        if form.is_none_or(|form| !form.starts_with("wsdraft-test/")) {
            return Err(WHAT.into());
        }
        // An untagged enum would not say what is wrong.
        let read = if value.get("reports").is_some() {
            serde_json::from_value::<Several>(value).map(|several| several.reports)
        } else {
            serde_json::from_value::<Report>(value).map(|report| vec![report])
        };
        read.map_err(|error| format!("{WHAT} in this version: {error}"))
    }
}

impl Report {
    /// The one of these reports that is on the same endpoint, or the only one.
    #[must_use]
    pub fn earlier<'a>(&self, reports: &'a [Self]) -> Option<&'a Self> {
        let mut same = reports.iter().filter(|report| report.agent == self.agent);
        match reports {
            [only] => Some(only),
            _ => same.next(),
        }
    }

    /// Whether a report is on the same: a role and a draft.
    ///
    /// # Errors
    /// It is not.
    pub fn is_comparable(&self, subject: &str, draft: &str) -> Result<(), String> {
        if self.subject == subject && self.draft == draft {
            return Ok(());
        }
        let Self {
            subject: of,
            draft: spoken,
            ..
        } = self;
        Err(format!(
            "it is on a {of} of {spoken}, and this test is on a {subject} of {draft}"
        ))
    }
}

impl Changes {
    /// Compares two reports.
    #[must_use]
    pub fn between(baseline: &Report, report: &Report) -> Self {
        let applies = |report: &Report, id: &str| {
            let case = report.cases.iter().find(|case| case.id == id)?;
            (case.verdict != Verdict::NotApplicable).then_some(case.verdict)
        };
        let mut changes = Self::default();
        for case in &report.cases {
            let now = case.verdict;
            match applies(baseline, &case.id) {
                None if now == Verdict::NotApplicable => {}
                None => changes.new += 1,
                Some(before) => {
                    let change = || Change {
                        id: case.id.clone(),
                        before,
                        now,
                    };
                    if is_worse(now, before) {
                        changes.worse.push(change());
                    } else if is_worse(before, now) {
                        changes.better.push(change());
                    }
                }
            }
        }
        let before = baseline.cases.iter();
        let before = before.filter(|case| case.verdict != Verdict::NotApplicable);
        let worse = |id: &str| changes.worse.iter().any(|change| change.id == id);
        let gone = before.filter(|case| applies(report, &case.id).is_none() && !worse(&case.id));
        let gone = gone.map(|case| case.id.clone()).collect();
        Self { gone, ..changes }
    }

    /// The changes as lines of text; of each kind, at most this many.
    #[must_use]
    pub fn text(&self, most: usize) -> String {
        let mut out = String::new();
        let more = |what: &str, count: usize, out: &mut String| {
            if count > most {
                let _ = writeln!(out, "{what}: … and {} more", count - most);
            }
        };
        for (what, changes) in [("worse", &self.worse), ("better", &self.better)] {
            for Change { id, before, now } in changes.iter().take(most) {
                let _ = writeln!(out, "{what}: {}: {before} -> {now}", line(id));
            }
            more(what, changes.len(), &mut out);
        }
        for id in self.gone.iter().take(most) {
            let _ = writeln!(out, "gone: {}", line(id));
        }
        more("gone", self.gone.len(), &mut out);
        let _ = writeln!(
            out,
            "Since the baseline: {} worse, {} better, {} new, {} gone.",
            self.worse.len(),
            self.better.len(),
            self.new,
            self.gone.len()
        );
        out
    }
}
