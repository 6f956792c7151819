//! Ways to show what the linter has to say.

use wsdraft_analysis::MaxFindings;

mod human;
mod json;
mod printer;
mod sarif;

pub use self::printer::Printer;

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Readable text.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// SARIF 2.1.0, for tools that show findings in code reviews.
    Sarif,
}

impl Style {
    /// The style where none is named.
    #[must_use]
    pub const fn of(json: bool) -> Self {
        if json { Self::Jsonl } else { Self::Human }
    }

    /// How often the same is shown where nothing else is asked for.
    #[must_use]
    pub const fn most(self) -> MaxFindings {
        match self {
            Self::Human => MaxFindings::READ,
            Self::Json | Self::Jsonl | Self::Sarif => MaxFindings::PARSED,
        }
    }
}

/// The printer for a style; `colour` is whether text for people has colours.
#[must_use]
pub fn printer(style: Style, colour: bool) -> Box<dyn Printer> {
    match style {
        Style::Human => Box::new(human::Human::new(colour)),
        Style::Json => Box::new(json::Document::new()),
        Style::Jsonl => Box::new(json::Lines),
        Style::Sarif => Box::new(sarif::Log::new()),
    }
}
