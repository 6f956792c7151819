//! What is looked for, shown and kept: for subcommands that lint.

use clap::Args;
use wsdraft_analysis::{Bytes, MaxFindings, Settings};

use wsdraft_tools::lint;

use crate::{
    failure::Failure,
    output::Output,
    print::{self, Printer, Style},
    specs::Specs,
};

/// What the linter looks for, shows and keeps.
#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// Report only this rule; can be repeated.
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Do not report this rule; can be repeated.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Check every connection against this draft, whatever its request shows.
    #[arg(long)]
    draft: Option<String>,
    /// Read an extension as this dialect, for example `mux-05`; can be repeated.
    ///
    /// Several dialects can have the same name in the handshake. By default, the command reports what none of
    /// them allows.
    #[arg(long, value_name = "DIALECT")]
    dialect: Vec<String>,
    /// Show at most this many findings for each rule, endpoint and connection.
    ///
    /// The summary of the connection counts the rest. `all` or 0 shows all findings. The default
    /// is 5 in the format `human` and 100 in the others.
    #[arg(long, value_name = "NUMBER")]
    max_findings: Option<MaxFindings>,
    /// Memory for all connections together, in bytes or as in `64M`.
    ///
    /// When it is used up, the command stops checking the connections that have been silent for
    /// the longest time, and reports this in a note.
    #[arg(long, value_name = "BYTES", default_value = "256M")]
    memory: Bytes,
}

impl Findings {
    /// What is looked for, where it is shown in this style.
    pub(crate) fn settings(&self, specs: &Specs, style: Style) -> Result<Settings, Failure> {
        let settings = lint::settings(specs)?.reading(&self.dialect)?;
        let settings = settings.reporting(&self.only, &self.allow)?;
        let forced = self.draft.as_deref().map(|name| specs.spoken(name));
        let most = self.max_findings.unwrap_or_else(|| style.most());
        Ok(settings
            .held_to(forced.transpose()?)
            .within(most, self.memory))
    }

    /// Shows what is found in this style.
    pub(crate) fn printer(&self, style: Style, output: Output) -> Box<dyn Printer> {
        print::printer(style, output.is_coloured())
    }
}
