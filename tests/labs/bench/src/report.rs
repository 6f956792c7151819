//! From the numbers of all programs to the document and its picture.

mod document;
mod picture;
mod standing;

use std::{fs, io, path::Path};

pub use self::{document::fill, picture::draw, standing::standings};
use crate::table::{Cell, Table, Unit};

/// All tables that the files of a folder hold: `*.json` as the programs write them, and
/// `cold-build.md` as the script prints it.
///
/// # Errors
/// If a file cannot be read or holds something else.
pub fn read(folder: &Path) -> io::Result<Vec<Table>> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let more: Vec<Table> = serde_json::from_str(&fs::read_to_string(&path)?)?;
            tables.extend(more);
        }
    }
    let builds = folder.join("cold-build.md");
    if builds.exists() {
        tables.push(from_markdown("cold-build", &fs::read_to_string(builds)?));
    }
    Ok(tables)
}

/// A table of plain numbers; what is a whole number in its first row counts something, the others
/// are seconds.
fn from_markdown(word: &str, text: &str) -> Table {
    let mut lines = text
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|').map(str::trim);
            cells.map(String::from).collect::<Vec<_>>()
        });
    let heads = lines.next().unwrap_or_default();
    let rows: Vec<_> = lines.skip(1).collect();
    let mut table = Table::new(word, "What a minimal echo server takes to build");
    for (at, head) in heads.iter().enumerate().skip(1) {
        let cell = |row: &Vec<String>| row.get(at).and_then(|cell| cell.parse::<f64>().ok());
        let seconds = rows
            .iter()
            .filter_map(cell)
            .any(|value| value.fract() != 0.0);
        let unit = if seconds { Unit::Seconds } else { Unit::Times };
        let cells = rows.iter().filter_map(|row| {
            let name = if row[0] == "wsdraft" {
                "**wsdraft**"
            } else {
                &row[0]
            };
            Some((name, Cell::exact(cell(row)?, unit)))
        });
        table.cells(head, cells.collect());
    }
    table
}
