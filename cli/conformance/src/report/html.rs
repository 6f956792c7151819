//! Reports as pages that need nothing but themselves: an overview of all endpoints, and a page for
//! each case of each.

use std::fmt::Write as _;

use super::{Report, Tested, autobahn};

mod case;
mod measured;
mod overview;
mod page;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder of the pages.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// The folder with the reports from which the overview is made.
pub const DATA: &str = "data";

/// The overview of these reports: the page, and an index in the shape of the Autobahn testsuite.
#[must_use]
pub fn overview(reports: &[Report]) -> Vec<File> {
    let index = autobahn::index(reports, |report| label(report, reports), page_of);
    vec![
        File {
            path: "index.html".into(),
            text: overview::html(reports),
        },
        File {
            path: "index.json".into(),
            text: format!("{index:#}\n"),
        },
    ]
}

/// The pages of the cases of a report.
pub fn pages(report: &Report) -> impl Iterator<Item = File> + '_ {
    report.cases.iter().enumerate().map(|(at, case)| File {
        path: page_of(report, case),
        text: case::html(report, at),
    })
}

/// The file that keeps a report in the folder of the pages.
#[must_use]
pub fn data_of(report: &Report) -> String {
    format!("{DATA}/{}.json", folder(report))
}

/// The page of a case.
#[must_use]
pub fn page_of(report: &Report, case: &Tested) -> String {
    format!("{}/{}", folder(report), page_name(case))
}

fn page_name(case: &Tested) -> String {
    format!("{}.html", file_name(&case.id))
}

/// The folder with the pages of a report.
fn folder(report: &Report) -> String {
    file_name(&format!(
        "{} {} {}",
        report.agent, report.subject, report.draft
    ))
}

/// What an endpoint is called among others.
fn label(report: &Report, reports: &[Report]) -> String {
    let same = |other: &&Report| other.agent == report.agent;
    if reports.iter().filter(same).count() < 2 {
        return report.agent.clone();
    }
    format!("{} ({}, {})", report.agent, report.draft, report.subject)
}

/// A name for a file that tells this text from others, on any file system.
fn file_name(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut name = String::new();
    for character in text.chars() {
        match character {
            'a'..='z' | '0'..='9' | '-' => name.push(character),
            '/' => name.push('.'),
            _ if name.ends_with(['-', '.']) || name.is_empty() => {}
            _ => name.push('-'),
        }
    }
    name.truncate(LONGEST);
    let mut name = name.trim_matches(['-', '.']).to_owned();
    if name.replace('.', "/") != text {
        let _ = write!(name, "-{:08x}", hash(text));
    }
    name
}

/// FNV-1a: the same everywhere, for names only.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
