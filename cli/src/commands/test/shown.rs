//! What a test shows.

use std::collections::BTreeMap;

use serde::Serialize;
use wsdraft_conformance::{
    Verdict,
    report::{Report, Tested, Wired},
};

use super::cases::Selection;
use crate::{failure::Failure, outcome::Outcome, output::Output};

/// The most bytes of a transfer that are shown.
const SHOWN: usize = 48;

/// What clients wrote, by the ids of cases.
pub(super) type Notes = BTreeMap<String, String>;

/// Several reports as one document.
#[derive(Serialize)]
struct Several<'a> {
    format: &'static str,
    reports: &'a [Report],
}

/// Prints a report; returns whether there is anything to find fault with.
pub(super) fn show(
    report: &Report,
    selection: &Selection,
    output: Output,
) -> Result<Outcome, Failure> {
    show_all(
        std::slice::from_ref(report),
        &Notes::new(),
        selection,
        output,
    )
}

/// Prints reports; returns whether there is anything to find fault with.
pub(super) fn show_all(
    reports: &[Report],
    notes: &Notes,
    selection: &Selection,
    output: Output,
) -> Result<Outcome, Failure> {
    match reports {
        [report] if output.is_json() => output.document(report)?,
        _ if output.is_json() => output.document(&Several {
            format: Report::FORMAT,
            reports,
        })?,
        _ => {
            for report in reports {
                if reports.len() > 1 {
                    output.text(&format!("{}\n\n", report.agent))?;
                }
                text(report, notes, selection, output)?;
            }
        }
    }
    let mut cases = reports.iter().flat_map(|report| &report.cases);
    let fine = cases.all(|case| selection.allows(case.verdict));
    Ok(Outcome::findings(!fine))
}

/// Prints a report for people.
fn text(
    report: &Report,
    notes: &Notes,
    selection: &Selection,
    output: Output,
) -> Result<(), Failure> {
    let mut unplayed = 0;
    for case in &report.cases {
        if selection.allows(case.verdict) {
            continue;
        }
        if !case.played {
            unplayed += 1;
            continue;
        }
        output.text(&failed(case, notes.get(&case.id)))?;
    }
    if unplayed > 0 {
        output.text(&format!("unknown: {unplayed} cases were not played\n\n"))?;
    }
    output.text(&table(report))
}

/// A case with a verdict that is not allowed.
fn failed(case: &Tested, note: Option<&String>) -> String {
    let mut text = format!("{}: {} ({})\n", case.verdict, case.id, case.citation);
    text += &format!("    {}\n    {}\n", case.title, case.why);
    for wired in &case.wire {
        text += &format!("    {}\n", line(wired));
    }
    if let Some(note) = note.filter(|note| !note.trim().is_empty()) {
        text += "    The command wrote:\n";
        for line in note.lines() {
            text += &format!("        {line}\n");
        }
    }
    text + "\n"
}

fn line(wired: &Wired) -> String {
    let start = &wired.bytes[..wired.bytes.len().min(SHOWN)];
    let more = if wired.length > start.len() as u64 {
        " …"
    } else {
        ""
    };
    match wired.what {
        "bytes" => format!(
            "{:>6} ms {:<6} {} bytes: {}{more}",
            wired.at_ms,
            wired.by,
            wired.length,
            crate::input::hex(start)
        ),
        what => format!("{:>6} ms {:<6} {what}", wired.at_ms, wired.by),
    }
}

/// A table of the sections.
fn table(report: &Report) -> String {
    let mut text = format!("{:<40}", "");
    for verdict in Verdict::ALL {
        text += &format!("{:>15}", verdict.as_str());
    }
    text.push('\n');
    let all = ("all", &report.summary);
    let sections = report.sections.iter();
    let rows = sections
        .map(|section| (&*section.title, &section.summary))
        .chain([all]);
    for (title, summary) in rows {
        text += &format!("{title:<40}");
        for verdict in Verdict::ALL {
            match summary.count(verdict) {
                0 => text += &format!("{:>15}", "·"),
                count => text += &format!("{count:>15}"),
            }
        }
        text.push('\n');
    }
    text
}
