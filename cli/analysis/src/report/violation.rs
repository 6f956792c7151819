//! A violation in JSON.

use std::fmt;

use serde::Serialize;
use wsdraft::Violation;

/// A violation in the JSON form that `inspect`, `handshake` and `connect` print. The output of
/// `lint` contains the same fields.
#[derive(Debug, Serialize)]
pub struct ViolationReport {
    rule: &'static str,
    level: &'static str,
    citation: &'static str,
    by: &'static str,
    offset: u64,
    close_code: Option<u16>,
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drop_code: Option<u16>,
    detail: String,
}

impl ViolationReport {
    /// Creates the report of a violation.
    pub fn new(violation: &Violation) -> Self {
        let seen = violation.seen.to_string();
        let detail = if seen.is_empty() {
            violation.rule.summary.to_owned()
        } else {
            format!("{} ({seen})", violation.rule.summary)
        };
        Self {
            rule: violation.rule.id,
            level: violation.rule.level.as_str(),
            citation: violation.rule.citation,
            by: violation.by.as_str(),
            offset: violation.offset,
            close_code: violation.rule.close_code(),
            http_status: violation.rule.http_status(),
            drop_code: violation.rule.outcome.drop_code(),
            detail,
        }
    }
}

impl fmt::Display for ViolationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "byte {}: {} {} by the {}: {} [{}]",
            self.offset, self.level, self.rule, self.by, self.detail, self.citation
        )
    }
}
