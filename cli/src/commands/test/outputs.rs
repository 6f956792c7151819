//! What is written about a test, and where.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use wsdraft_conformance::report::{
    Report, bar::Bar, baseline::Changes, html, junit::junit, sarif::sarif, terminal,
};

use super::cases::Selection;
use crate::{
    failure::Failure,
    outcome::Outcome,
    output::{Output, complain, json_escaped},
    print::Colour,
    written,
};

/// What is written about a test, and where.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Show every case, and each finding in full.
    #[arg(short, long)]
    verbose: bool,
    /// When to use colours.
    #[arg(long, default_value = "auto")]
    color: Colour,
    /// Write the results as JUnit's XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as SARIF 2.1.0.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the results as HTML pages: an overview, and a page for each case.
    ///
    /// The folder keeps what earlier tests of other endpoints wrote into it, and shows all of them
    /// side by side. Its `index.json` has the shape of that of the Autobahn testsuite.
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// Fail only for what got worse since this report, which `--json` printed earlier.
    ///
    /// Cases that the report does not have count by themselves.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// All that could go wrong before the test has not.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    outputs: &'a Outputs,
    baseline: Option<Report>,
}

impl Outputs {
    /// Reads and tries what is needed after the test of such an endpoint, before it starts.
    pub(super) fn prepare(&self, subject: &str, draft: &str) -> Result<Prepared<'_>, Failure> {
        let baseline = self.baseline.as_deref().map(|file| {
            let name = file.display();
            let text = read(file)?;
            let report = Report::from_json(&text);
            let fits = report.and_then(|report| {
                report.is_comparable(subject, draft)?;
                Ok(report)
            });
            fits.map_err(|why| Failure::input(format!("--baseline {name}: {why}")))
        });
        let baseline = baseline.transpose()?;
        for file in [&self.junit, &self.sarif].into_iter().flatten() {
            written::probe(file)?;
        }
        if let Some(folder) = &self.html {
            for folder in [folder, &folder.join(html::DATA)] {
                let name = folder.display().to_string();
                fs::create_dir_all(folder).map_err(Failure::io(name))?;
                written::probe(&folder.join("index.html"))?;
            }
            kept(folder)?;
        }
        Ok(Prepared {
            outputs: self,
            baseline,
        })
    }
}

impl Prepared<'_> {
    /// Writes and prints a report; returns whether there is anything to find fault with.
    pub(super) fn show(
        &self,
        report: &Report,
        selection: &Selection,
        output: Output,
    ) -> Result<Outcome, Failure> {
        let bar = Bar::new(selection.is_strict(), self.baseline.as_ref());
        // Whoever reads the terminal may go away; the files are there by then.
        let written = self.write(report, &bar);
        let changes = self.baseline.as_ref().map(|baseline| {
            let mut changes = Changes::between(baseline, report);
            if selection.is_limited() {
                changes.gone.clear();
            }
            changes.text()
        });
        if output.is_json() {
            output.document(report)?;
            if let Some(changes) = changes {
                complain(changes.trim_end());
            }
        } else {
            let look = terminal::Look {
                colour: self.outputs.color.is_used(),
                verbose: self.outputs.verbose,
            };
            output.ready(&terminal::cases(report, &bar, look))?;
            output.ready(&terminal::table(report, look))?;
            output.ready(&changes.unwrap_or_default())?;
            output.ready(&terminal::sentence(report, &bar))?;
        }
        written?;
        Ok(Outcome::findings(!bar.is_met_by(report)))
    }

    fn write(&self, report: &Report, bar: &Bar<'_>) -> Result<(), Failure> {
        let outputs = self.outputs;
        if let Some(file) = &outputs.junit {
            written::whole(file, &junit(report, bar))?;
        }
        if let Some(file) = &outputs.sarif {
            let text = serde_json::to_string_pretty(&sarif(report, bar));
            let text = text.map_err(|error| Failure::input(error.to_string()))?;
            written::whole(file, &(json_escaped(text) + "\n"))?;
        }
        if let Some(folder) = &outputs.html {
            pages(report, folder)?;
        }
        Ok(())
    }
}

/// Writes the pages of a report, and the overview of all reports in the folder.
fn pages(report: &Report, folder: &Path) -> Result<(), Failure> {
    let data = html::data_of(report);
    let (mut reports, old): (Vec<Report>, Vec<Report>) = kept(folder)?
        .into_iter()
        .partition(|other| html::data_of(other) != data);
    let mut stale: Vec<String> = Vec::new();
    for old in &old {
        stale.extend(old.cases.iter().map(|case| html::page_of(old, case)));
    }
    for page in html::pages(report) {
        let file = folder.join(&page.path);
        if let Some(parent) = file.parent() {
            let name = parent.display().to_string();
            fs::create_dir_all(parent).map_err(Failure::io(name))?;
        }
        written::whole(&file, &page.text)?;
        stale.retain(|path| *path != page.path);
    }
    let json = serde_json::to_string(report);
    let json = json.map_err(|error| Failure::input(error.to_string()))?;
    written::whole(&folder.join(&data), &(json_escaped(json) + "\n"))?;
    reports.push(report.clone());
    reports.sort_by(|a, b| (&a.agent, &a.draft).cmp(&(&b.agent, &b.draft)));
    for file in html::overview(&reports) {
        written::whole(&folder.join(&file.path), &file.text)?;
    }
    for page in stale {
        // It is of a case that is gone; that it stays there does no harm.
        let _ = fs::remove_file(folder.join(page));
    }
    Ok(())
}

/// The reports that earlier tests left in the folder.
fn kept(folder: &Path) -> Result<Vec<Report>, Failure> {
    let data = folder.join(html::DATA);
    let name = data.display().to_string();
    let entries = fs::read_dir(&data).map_err(Failure::io(name.clone()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Failure::io(name.clone()))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    let report = |file: &PathBuf| {
        Report::from_json(&read(file)?).map_err(|why| {
            let name = file.display();
            Failure::input(format!(
                "{name}: {why}; remove the file to go on without it"
            ))
        })
    };
    files.iter().map(report).collect()
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(Failure::io(file.display().to_string()))
}
