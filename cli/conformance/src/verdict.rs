//! Verdicts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::chopped::Chopped;

/// What a case says about the peer, the tested endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does what the specification says.
    Strict,
    /// It refuses what the specification allows, for reasons of its own, such as a limit.
    Stricter,
    /// It tolerates what it may tolerate, or reacts in another way than the specification says.
    Lenient,
    /// It does what the specification forbids.
    Wrong,
    /// Nothing shows what it does.
    Unknown,
    /// The case does not apply to it.
    NotApplicable,
}

impl Verdict {
    /// All of them, the best first.
    pub const ALL: [Self; 6] = [
        Self::Strict,
        Self::Stricter,
        Self::Lenient,
        Self::Wrong,
        Self::Unknown,
        Self::NotApplicable,
    ];

    /// The verdict as a word, as in the JSON output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Stricter => "stricter",
            Self::Lenient => "lenient",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A verdict and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one sentence; empty if the peer did what the case says.
    pub why: String,
    /// What other cases have to show, and the verdict if they do.
    pub(crate) open: Option<(Chopped, Verdict)>,
}

impl Judgement {
    pub(crate) const fn strict() -> Self {
        Self {
            verdict: Verdict::Strict,
            why: String::new(),
            open: None,
        }
    }

    /// Nothing shows what the endpoint does, for this reason.
    #[must_use]
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::new(Verdict::Unknown, why)
    }

    /// The endpoint does what the specification forbids, for this reason.
    #[must_use]
    pub fn wrong(why: impl Into<String>) -> Self {
        Self::new(Verdict::Wrong, why)
    }

    /// The verdict on a peer that refuses a message in small writes, if it refuses one in one write, too.
    pub(crate) fn chopped(verdict: Verdict, why: String, chopped: Chopped) -> Self {
        Self {
            open: Some((chopped, verdict)),
            ..Self::unknown(why)
        }
    }

    pub(crate) fn new(verdict: Verdict, why: impl Into<String>) -> Self {
        Self {
            verdict,
            why: why.into(),
            open: None,
        }
    }
}
