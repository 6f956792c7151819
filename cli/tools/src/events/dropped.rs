//! Why a channel was dropped.

use std::fmt;

use serde::Serialize;
use wsdraft::{Role, extension::multiplex::MultiplexInfo, info::RuleInfo};

/// Why a channel was dropped, or the connection that carries it.
#[derive(Clone, Debug, Serialize)]
pub struct DropReport {
    /// Who has dropped it: `client` or `server`.
    by: &'static str,
    /// The drop code.
    code: Option<u16>,
    /// Its name in the dialect.
    name: Option<&'static str>,
    /// What it means.
    #[serde(skip)]
    meaning: Option<&'static str>,
    /// The reason.
    reason: String,
    /// The rule that the other end has violated, if that is why.
    pub rule: Option<&'static str>,
    #[serde(skip)]
    broken: Option<&'static RuleInfo>,
}

impl DropReport {
    /// A drop by the end with the role `by`, with this code, this reason, and the rule that the other end has violated.
    /// The table has the codes of the dialect.
    #[must_use]
    pub fn new(
        by: Role,
        code: Option<u16>,
        reason: String,
        rule: Option<&'static RuleInfo>,
        table: &MultiplexInfo,
    ) -> Self {
        let known = code.and_then(|code| table.drop_code(code));
        Self {
            by: by.as_str(),
            code,
            name: known.map(|known| known.name),
            meaning: known.map(|known| known.meaning),
            reason,
            rule: rule.map(|rule| rule.id),
            broken: rule,
        }
    }
}

impl fmt::Display for DropReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dropped by the {}", self.by)?;
        match (self.code, self.name) {
            (Some(code), Some(name)) => write!(f, " with {code}, {name}")?,
            (Some(code), None) => write!(f, " with {code}, which the dialect does not define")?,
            (None, _) => f.write_str(" without a drop code")?,
        }
        if let Some(rule) = self.broken {
            return write!(f, ": {}: {} [{}]", rule.id, rule.summary, rule.citation);
        }
        if !self.reason.is_empty() {
            write!(f, " (reason {:?})", self.reason)?;
        }
        match self.meaning {
            Some(meaning) => write!(f, ": {}", meaning.trim_end_matches('.')),
            None => Ok(()),
        }
    }
}
