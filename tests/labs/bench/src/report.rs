//! From the numbers of all programs to the document and its picture.

mod document;
mod picture;
mod standing;

use std::{fs, io, path::Path};

pub use self::{document::fill, picture::draw, standing::standings};
use crate::table::{Cell, Table, Unit};

/// What the script `cold-build` prints: the file, which is also the table's word, and the title.
const BUILDS: &[(&str, &str)] = &[
    ("cold-build", "What a minimal echo server takes to build"),
    ("edits", "What a debug build takes after an edit"),
    ("features", "What each feature adds to the build"),
];

/// All tables that the files of a folder hold: `*.json` as the programs write them, and
/// `*.md` as the script `cold-build` prints them.
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
    for (word, title) in BUILDS {
        let file = folder.join(word).with_extension("md");
        if file.exists() {
            tables.push(from_markdown(word, title, &fs::read_to_string(file)?));
        }
    }
    Ok(tables)
}

/// A table of plain numbers; what is a whole number in its first row counts something, the others
/// are seconds.
fn from_markdown(word: &str, title: &str, text: &str) -> Table {
    let mut lines = text
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|').map(str::trim);
            cells.map(String::from).collect::<Vec<_>>()
        });
    let heads = lines.next().unwrap_or_default();
    let rows: Vec<_> = lines.skip(1).collect();
    let mut table = Table::new(word, title);
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
