//! A report as JUnit's XML: a suite for each section.

use std::time::Duration;

use std::fmt::Write as _;

use wsdraft_spec::Printable;

use super::{
    Report, Tested,
    bar::{Bar, Measured, Standing},
    escape::{line, markup},
    terminal::{Look, wire},
};
use crate::verdict::Verdict;

/// The XML.
#[must_use]
pub fn junit(all: &[Measured<'_>]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"wsdraft test\" {} time=\"{}\">",
        counts(
            all.iter()
                .flat_map(|one| one.report.cases.iter().map(|case| (case, &one.bar)))
        ),
        seconds(all.iter().map(|one| one.report.took_ms).sum())
    );
    for Measured { report, bar } in all {
        for section in &report.sections {
            let cases = || {
                report
                    .cases
                    .iter()
                    .filter(|case| case.section == section.name)
            };
            let _ = writeln!(
                out,
                "  <testsuite name=\"{}\" package=\"{}\" {} time=\"{}\">",
                attribute(&section.title),
                attribute(&report.agent),
                counts(cases().map(|case| (case, bar))),
                seconds(cases().map(|case| case.took_ms).sum())
            );
            for case in cases() {
                write_case(report, case, bar, &mut out);
            }
            out.push_str("  </testsuite>\n");
        }
    }
    out.push_str("</testsuites>\n");
    out
}

fn write_case(report: &Report, case: &Tested, bar: &Bar<'_>, out: &mut String) {
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
        attribute(&format!("wsdraft.{}.{}", report.draft, case.section)),
        attribute(&case.id),
        seconds(case.took_ms)
    );
    let inside = match (bar.of(case), case.verdict) {
        (Standing::Finding, verdict) => format!(
            "      <failure type=\"{verdict}\" message=\"{}\">{}</failure>\n",
            attribute(&message(report, case)),
            markup(&explained(case))
        ),
        (_, Verdict::NotApplicable) => {
            format!("      <skipped message=\"{}\"/>\n", attribute(&case.why))
        }
        (Standing::Fine, Verdict::Strict) => String::new(),
        (Standing::Fine, verdict) => noted(&format!("{verdict}: {}", case.why)),
        (Standing::Known, verdict) => noted(&format!(
            "{verdict}, and no better in the baseline: {}",
            case.why
        )),
    };
    if inside.is_empty() {
        out.push_str("/>\n");
    } else {
        let _ = write!(out, ">\n{inside}    </testcase>\n");
    }
}

/// What the peer does, and what the rule says.
fn message(report: &Report, case: &Tested) -> String {
    let rules = case.rules.iter().filter_map(|id| report.rule(id));
    let said: Vec<&str> = rules.map(|rule| &*rule.summary).collect();
    let said = if said.is_empty() {
        case.title.clone()
    } else {
        format!("Rule: {}", said.join(" "))
    };
    format!("{} {said}", case.why).trim().to_owned()
}

fn noted(text: &str) -> String {
    format!("      <system-out>{}</system-out>\n", markup(&line(text)))
}

fn explained(case: &Tested) -> String {
    let mut out = format!("{}\nMust: {}\n", line(&case.title), line(&case.strict));
    if !case.rules.is_empty() {
        let _ = writeln!(out, "Rules: {}", line(&case.rules.join(", ")));
    }
    let _ = writeln!(out, "Written: {}", line(&case.citation));
    wire(case, Look::default(), &mut out);
    if let Some(wrote) = &case.wrote {
        let _ = writeln!(out, "It wrote:\n{}", Printable(wrote.trim_end()));
    }
    out
}

fn counts<'a>(cases: impl Iterator<Item = (&'a Tested, &'a Bar<'a>)>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for (case, bar) in cases {
        tests += 1;
        failures += usize::from(bar.of(case) == Standing::Finding);
        skipped += usize::from(
            case.verdict == Verdict::NotApplicable && bar.of(case) != Standing::Finding,
        );
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
}

fn attribute(text: &str) -> String {
    markup(&line(text))
}

fn seconds(millis: u64) -> String {
    format!("{:.3}", Duration::from_millis(millis).as_secs_f64())
}
