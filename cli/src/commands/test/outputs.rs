//! What is written about a test, and where.

use std::{path::PathBuf, time::Instant};

use clap::Args;
use wsdraft_conformance::report::{
    Document, Report,
    bar::{Bar, Measured},
    baseline::Changes,
    junit::junit,
    measured,
    sarif::sarif,
    terminal,
};

use super::cases::Selection;
use crate::{
    failure::Failure,
    input,
    outcome::Outcome,
    output::{Output, complain, json_escaped},
    written,
};

mod pages;

/// What is written about a test, and where.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Show every case, and each finding in full.
    #[arg(short, long)]
    verbose: bool,
    /// Write the results as JUnit's XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as SARIF 2.1.0.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the results as HTML pages: an overview, and a page for each case.
    ///
    /// The folder keeps what earlier tests of other peers wrote into it, and shows all of them
    /// side by side. Its `index.json` has the shape of that of the Autobahn testsuite.
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// Fail only for what got worse since this report, which `--json` printed earlier.
    ///
    /// Cases that the report does not have count by themselves.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// How many changes of a kind are shown.
const CHANGES: usize = 20;

/// Bytes of a report to compare with, at most.
const BASELINE: u64 = 256 << 20;

/// All that could go wrong before the test has not.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    outputs: &'a Outputs,
    selection: &'a Selection,
    started: Instant,
    baseline: Vec<Report>,
}

impl Outputs {
    /// Reads and tries, before the test of such a peer starts, what is needed after it.
    pub(super) fn prepare<'a>(
        &'a self,
        selection: &'a Selection,
        subject: &str,
        draft: &str,
    ) -> Result<Prepared<'a>, Failure> {
        let mut baseline = Vec::new();
        if let Some(file) = &self.baseline {
            let name = file.display();
            let failure = |why| Failure::input(format!("--baseline {name}: {why}"));
            let text = String::from_utf8(input::read_up_to(BASELINE, file)?);
            let text = text.map_err(|error| failure(error.to_string()))?;
            baseline = Document::from_json(&text).map_err(failure)?;
            if baseline.is_empty() {
                return Err(failure("it has no report".into()));
            }
            for report in &baseline {
                report.is_comparable(subject, draft).map_err(failure)?;
            }
        }
        for file in [&self.junit, &self.sarif].into_iter().flatten() {
            written::probe(file)?;
        }
        if let Some(folder) = &self.html {
            pages::prepare(folder)?;
        }
        Ok(Prepared {
            outputs: self,
            selection,
            started: Instant::now(),
            baseline,
        })
    }
}

impl Prepared<'_> {
    /// Writes and prints reports; returns whether there is anything to find fault with. Fails if the
    /// test was `interrupted`, which says how.
    pub(super) fn show(
        &self,
        reports: Vec<Report>,
        interrupted: Option<String>,
        output: Output,
    ) -> Result<Outcome, Failure> {
        let took = self.started.elapsed();
        let reports = reports.into_iter().map(|report| report.within(took));
        let reports: Vec<Report> = reports.collect();
        let measured = |report| Measured {
            report,
            bar: Bar::new(self.selection.is_strict(), self.before(report)),
        };
        let all: Vec<Measured<'_>> = reports.iter().map(measured).collect();
        // Whoever reads the terminal may go away; the files are there by then.
        let written = self.write(&all);
        let fine = all.iter().all(|one| one.bar.is_met_by(one.report));
        if output.is_json() {
            for change in all.iter().filter_map(|one| self.changes(one.report)) {
                complain(change.trim_end());
            }
            drop(all);
            output.document(&Document::new(reports))?;
        } else {
            self.text(&all, output)?;
        }
        written?;
        match interrupted {
            Some(how) => Err(Failure::Input(how)),
            None => Ok(Outcome::findings(!fine)),
        }
    }

    /// The earlier report on the same peer.
    fn before(&self, report: &Report) -> Option<&Report> {
        report.earlier(&self.baseline)
    }

    /// What changed since the earlier report.
    fn changes(&self, report: &Report) -> Option<String> {
        let mut changes = Changes::between(self.before(report)?, report);
        if self.selection.is_limited() {
            changes.gone.clear();
        }
        let most = if self.outputs.verbose {
            usize::MAX
        } else {
            CHANGES
        };
        Some(changes.text(most))
    }

    fn text(&self, all: &[Measured<'_>], output: Output) -> Result<(), Failure> {
        let look = terminal::Look {
            colour: output.is_coloured(),
            verbose: self.outputs.verbose,
        };
        for (at, Measured { report, bar }) in all.iter().enumerate() {
            if all.len() > 1 {
                let gap = if at > 0 { "\n" } else { "" };
                output.text(&format!("{gap}{}\n\n", report.agent))?;
            }
            output.ready(&terminal::cases(report, bar, look))?;
            output.ready(&terminal::table(report, look))?;
            output.ready(&measured::table(report))?;
            output.ready(&self.changes(report).unwrap_or_default())?;
            output.ready(&terminal::sentence(report, bar))?;
        }
        Ok(())
    }

    fn write(&self, all: &[Measured<'_>]) -> Result<(), Failure> {
        let outputs = self.outputs;
        if let Some(file) = &outputs.junit {
            written::whole(file, &junit(all))?;
        }
        if let Some(file) = &outputs.sarif {
            let text = serde_json::to_string_pretty(&sarif(all));
            let text = text.map_err(|error| Failure::input(error.to_string()))?;
            written::whole(file, &(json_escaped(text) + "\n"))?;
        }
        if let Some(folder) = &outputs.html {
            pages::write(folder, all.iter().map(|one| one.report))?;
        }
        Ok(())
    }
}
