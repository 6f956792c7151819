//! What a tool prints in one piece.

use crate::outcome::Outcome;

/// What a tool prints, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Text for people, or a JSON document; harmless for a terminal.
    pub text: String,
    /// Whether there is something to report.
    pub outcome: Outcome,
}
