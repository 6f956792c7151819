//! What a test shows.

use wsdraft_conformance::{
    Verdict,
    report::{Report, Tested, Wired},
};

use super::cases::Selection;
use crate::{failure::Failure, outcome::Outcome, output::Output};

/// The most bytes of a transfer that are shown.
const SHOWN: usize = 48;

/// Prints a report; returns whether there is anything to find fault with.
pub(super) fn show(
    report: &Report,
    selection: &Selection,
    output: Output,
) -> Result<Outcome, Failure> {
    if output.is_json() {
        output.document(report)?;
    } else {
        for case in report
            .cases
            .iter()
            .filter(|case| !selection.allows(case.verdict))
        {
            output.text(&failed(case))?;
        }
        output.text(&table(report))?;
    }
    let fine = report
        .cases
        .iter()
        .all(|case| selection.allows(case.verdict));
    Ok(if fine {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// A case with a verdict that is not allowed.
fn failed(case: &Tested) -> String {
    let mut text = format!("{}: {} ({})\n", case.verdict, case.id, case.citation);
    text += &format!("    {}\n    {}\n", case.title, case.why);
    for wired in &case.wire {
        text += &format!("    {}\n", line(wired));
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
