//! The document: its prose stays, and what stands between two markers is what was measured.

use std::fmt::Write;

use super::standing::{Standing, Verdict};
use crate::table::{Table, amount};

/// The document with its pieces filled in: the tables, the first of all, and `facts`, lines about
/// the machine. What has not been measured stays as it is.
pub fn fill(document: &str, tables: &[Table], standings: &[Standing], facts: &str) -> String {
    let mut pieces = vec![
        ("standings", leading(standings)),
        ("summary", summary(standings)),
        ("machine", facts.trim().to_owned()),
        ("versions", versions()),
    ];
    for table in tables {
        pieces.push((&table.word, table.markdown()));
    }
    let mut document = document.to_owned();
    for (word, text) in pieces {
        match replace(&document, word, text.trim_end()) {
            Some(filled) => document = filled,
            None => eprintln!("{word}: the document has no place for it"),
        }
    }
    document
}

/// Replaces what stands between the markers of a word.
fn replace(document: &str, word: &str, text: &str) -> Option<String> {
    let start = format!("<!-- measured: {word} -->");
    let (before, rest) = document.split_once(&start)?;
    let (_, after) = rest.split_once("<!-- end -->")?;
    Some(format!("{before}{start}\n\n{text}\n\n<!-- end -->{after}"))
}

fn leading(standings: &[Standing]) -> String {
    let mut text = String::from("| | wsdraft, core | wsdraft | best peer | | times wsdraft's |\n");
    text += "|---|---|---|---|---|---|\n";
    for standing in standings {
        let show = |cell: crate::table::Cell| amount(cell.value, cell.unit);
        let (name, column) = (standing.kind.name, &standing.column);
        let core = standing.core.map_or_else(|| "–".into(), show);
        let (ours, best) = (show(standing.ours), show(standing.best));
        let ratio = standing.ratio();
        let ratio = if standing.verdict() == Verdict::Behind {
            format!("**{ratio:.2}**")
        } else {
            format!("{ratio:.2}")
        };
        writeln!(
            text,
            "| {name}, {column} | {core} | {ours} | {best} | {} | {ratio} |",
            standing.peer
        )
        .expect("a string takes everything");
    }
    text
}

/// How many rows are won, level and lost.
pub fn summary(standings: &[Standing]) -> String {
    let count = |verdict| {
        let rows = standings.iter();
        rows.filter(|standing| standing.verdict() == verdict)
            .count()
    };
    format!(
        "Of {} rows, wsdraft is ahead of every peer in {}, level with the best in {} (within the \
         spread of the run), and behind it in {}.",
        standings.len(),
        count(Verdict::Ahead),
        count(Verdict::Level),
        count(Verdict::Behind)
    )
}

/// The versions of the peers, as the manifest pins them.
fn versions() -> String {
    let manifest = include_str!("../../Cargo.toml");
    let pinned = manifest.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" = ")?;
        let (_, version) = rest.split_once("\"=")?;
        let (version, _) = version.split_once('"')?;
        Some(format!("{name} {version}"))
    });
    format!("{}.", pinned.collect::<Vec<_>>().join(", "))
}
