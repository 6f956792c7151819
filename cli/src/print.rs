//! Ways to show what the linter has to say.

use clap::ValueEnum;
use wsdraft_analysis::MaxFindings;

use crate::output::Output;

mod human;
mod json;
mod printer;
mod sarif;

pub(crate) use self::printer::Printer;

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
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
    pub(crate) const fn of(output: Output) -> Self {
        if output.is_json() {
            Self::Jsonl
        } else {
            Self::Human
        }
    }

    /// How often the same is shown where nothing else is asked for.
    pub(crate) const fn most(self) -> MaxFindings {
        match self {
            Self::Human => MaxFindings::READ,
            Self::Json | Self::Jsonl | Self::Sarif => MaxFindings::PARSED,
        }
    }
}

/// The printer for a style.
pub(crate) fn printer(style: Style, output: Output) -> Box<dyn Printer> {
    match style {
        Style::Human => Box::new(human::Human::new(output.is_coloured())),
        Style::Json => Box::new(json::Document::new(output)),
        Style::Jsonl => Box::new(json::Lines::new(output)),
        Style::Sarif => Box::new(sarif::Log::new(output)),
    }
}
