//! How findings are shown.

use clap::ValueEnum;

use crate::print;

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// Readable text.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// SARIF 2.1.0, for tools that show findings in code reviews.
    Sarif,
}

impl From<Style> for print::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Human => Self::Human,
            Style::Json => Self::Json,
            Style::Jsonl => Self::Jsonl,
            Style::Sarif => Self::Sarif,
        }
    }
}
