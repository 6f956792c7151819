//! What counts as a finding.

use std::collections::BTreeMap;

use super::{Report, Tested};
use crate::verdict::Verdict;

/// What counts as a finding: a verdict that is not allowed, or one that got worse.
#[derive(Clone, Debug)]
pub struct Bar<'a> {
    strict: bool,
    before: Option<BTreeMap<&'a str, Verdict>>,
}

/// A report, and what counts as a finding in it.
#[derive(Clone, Debug)]
pub struct Measured<'a> {
    /// The report.
    pub report: &'a Report,
    /// What counts as a finding in it.
    pub bar: Bar<'a>,
}

/// What a case is, measured by a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its verdict is allowed.
    Fine,
    /// Its verdict is not allowed, and was no better before.
    Known,
    /// It makes the test fail.
    Finding,
}

impl<'a> Bar<'a> {
    /// Allows lenient verdicts or not. With an earlier report, only what got worse is a finding.
    #[must_use]
    pub fn new(strict: bool, baseline: Option<&'a Report>) -> Self {
        let verdicts = |report: &'a Report| {
            let cases = report.cases.iter();
            let cases = cases.filter(|case| case.verdict != Verdict::NotApplicable);
            cases.map(|case| (&*case.id, case.verdict)).collect()
        };
        Self {
            strict,
            before: baseline.map(verdicts),
        }
    }

    /// Whether a verdict is allowed by itself.
    #[must_use]
    pub const fn allows(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Strict | Verdict::Stricter | Verdict::NotApplicable => true,
            Verdict::Lenient => !self.strict,
            Verdict::Wrong | Verdict::Unknown => false,
        }
    }

    /// Measures a case.
    #[must_use]
    pub fn of(&self, case: &Tested) -> Standing {
        let allowed = self.allows(case.verdict);
        match self.before(&case.id) {
            Some(before) if is_worse(case.verdict, before) => Standing::Finding,
            Some(_) if !allowed => Standing::Known,
            None if !allowed => Standing::Finding,
            Some(_) | None => Standing::Fine,
        }
    }

    /// Whether no case is a finding.
    #[must_use]
    pub fn is_met_by(&self, report: &Report) -> bool {
        let mut cases = report.cases.iter();
        cases.all(|case| self.of(case) != Standing::Finding)
    }

    /// The verdict on a case in the earlier report.
    #[must_use]
    pub fn before(&self, id: &str) -> Option<Verdict> {
        self.before.as_ref()?.get(id).copied()
    }

    /// Whether there is an earlier report.
    #[must_use]
    pub const fn has_baseline(&self) -> bool {
        self.before.is_some()
    }
}

/// Whether a verdict is worse than an earlier one.
pub(super) fn is_worse(now: Verdict, before: Verdict) -> bool {
    // That nothing shows what an endpoint does is better than a proof that it is wrong.
    let rank = |verdict| match verdict {
        Verdict::NotApplicable => None,
        Verdict::Strict => Some(0),
        Verdict::Stricter => Some(1),
        Verdict::Lenient => Some(2),
        Verdict::Unknown => Some(3),
        Verdict::Wrong => Some(4),
    };
    match (rank(now), rank(before)) {
        (Some(now), Some(before)) => now > before,
        // Nobody may pass a case by giving up what it is about.
        (None, Some(before)) => before == 0,
        (_, None) => false,
    }
}
