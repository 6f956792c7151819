//! Tables: what is measured, as data, and as Markdown.

use std::{env, fs, process};

use serde::{Deserialize, Serialize};

use crate::contest::Score;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    Nanoseconds,
    Bytes,
    /// Times that something happens.
    Times,
    /// Of a hundred.
    Percent,
    /// Of processor time.
    Seconds,
    /// How many times as much.
    Factor,
}

/// One number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// What the best round gave, where there are rounds.
    pub value: f64,
    /// What the middle one gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle: Option<f64>,
    pub unit: Unit,
}

impl Cell {
    /// A number that is counted, so that rounds do not differ.
    pub const fn exact(value: f64, unit: Unit) -> Self {
        Self {
            value,
            middle: None,
            unit,
        }
    }
}

impl From<&Score> for Cell {
    fn from(score: &Score) -> Self {
        Self {
            value: score.best,
            middle: Some(score.middle),
            unit: Unit::Nanoseconds,
        }
    }
}

/// A contender's numbers, one for each column; without one where it does not take part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub cells: Vec<Option<Cell>>,
}

/// Numbers side by side: a row a contender, a column an amount of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table {
    /// The word by which it is asked for.
    pub word: String,
    pub title: String,
    /// The row that the ratios are to, if there are ratios.
    pub ours: Option<String>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

impl Table {
    pub fn new(word: &str, title: &str) -> Self {
        Self {
            word: word.into(),
            title: title.into(),
            ours: None,
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// One with ratios to this row.
    pub fn relative_to(self, ours: &str) -> Self {
        Self {
            ours: Some(ours.into()),
            ..self
        }
    }

    /// Adds a column of times.
    pub fn column(&mut self, name: &str, scores: &[Score]) {
        let cells = scores.iter().map(|score| (score.name, score.into()));
        self.cells(name, cells.collect());
    }

    /// Adds a column.
    pub fn cells(&mut self, column: &str, cells: Vec<(&str, Cell)>) {
        eprintln!("{}, {column}: measured", self.word);
        for (name, _) in &cells {
            if self.rows.iter().all(|row| row.name != *name) {
                self.rows.push(Row {
                    name: (*name).into(),
                    cells: vec![None; self.columns.len()],
                });
            }
        }
        self.columns.push(column.into());
        for row in &mut self.rows {
            let own = cells.iter().find(|(name, _)| *name == row.name);
            row.cells.push(own.map(|(_, cell)| *cell));
        }
    }

    /// The number in this row and column.
    pub fn get(&self, row: &str, column: &str) -> Option<Cell> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.rows.iter().find(|one| one.name == row)?.cells[at]
    }

    /// The table without its title, as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("| | {} |\n", self.columns.join(" | "));
        text += &format!("|---|{}\n", "---|".repeat(self.columns.len()));
        for row in &self.rows {
            let cells = row.cells.iter().zip(&self.columns).map(|(cell, column)| {
                let ours = self.ours.as_deref().filter(|ours| *ours != row.name);
                let base = ours.and_then(|ours| self.get(ours, column));
                cell.map_or_else(|| "–".into(), |cell| show(cell, base))
            });
            let cells: Vec<_> = cells.collect();
            text += &format!("| {} | {} |\n", row.name, cells.join(" | "));
        }
        text
    }
}

fn show(cell: Cell, base: Option<Cell>) -> String {
    let mut text = amount(cell.value, cell.unit);
    if let Some(middle) = cell.middle {
        text += &format!(" +{:.0} %", (middle / cell.value - 1.0) * 100.0);
    }
    if let Some(base) = base {
        text += &format!(" ({:.2})", cell.value / base.value);
    }
    text
}

/// A number in a unit that reads well.
pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds => time(value),
        Unit::Bytes if value.abs() < 1024.0 => format!("{value:.0} B"),
        Unit::Bytes if value.abs() < 1024.0 * 1024.0 => format!("{:.1} KiB", value / 1024.0),
        Unit::Bytes => format!("{:.1} MiB", value / 1024.0 / 1024.0),
        Unit::Times if value.fract() == 0.0 => format!("{value:.0}"),
        Unit::Times => format!("{value:.1}"),
        Unit::Percent => format!("{value:.2} %"),
        Unit::Seconds if value < 10.0 => format!("{value:.2} s"),
        Unit::Seconds => format!("{value:.1} s"),
        Unit::Factor => format!("{value:.2}"),
    }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..100.0 => format!("{nanoseconds:.1} ns"),
        ..10_000.0 => format!("{nanoseconds:.0} ns"),
        ..1_000_000.0 => format!("{:.1} µs", nanoseconds / 1e3),
        ..1_000_000_000.0 => format!("{:.2} ms", nanoseconds / 1e6),
        _ => format!("{:.1} s", nanoseconds / 1e9),
    }
}

/// A length of a message.
pub fn size(bytes: usize) -> String {
    match bytes {
        _ if !bytes.is_multiple_of(1024) => format!("{bytes} B"),
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// Measures one or more tables.
pub type Measure = fn() -> Vec<Table>;

/// Runs a program of this crate: measures what its arguments ask for, prints it, and with
/// `--json FILE` writes it to a file too. Other arguments are words of the tables that are
/// wanted; without any, all of them.
pub fn run(all: &[(&str, Measure)]) {
    let mut words = Vec::new();
    let mut file = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--json" {
            file = arguments.next();
        } else {
            words.push(argument);
        }
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let mut tables = Vec::new();
    for (_, measure) in all.iter().filter(|(name, _)| wanted(name)) {
        for table in measure() {
            println!("\n### {}\n\n{}", table.title, table.markdown());
            tables.push(table);
        }
    }
    if let Some(file) = file {
        let text = serde_json::to_string_pretty(&tables).expect("numbers and text");
        if let Err(error) = fs::write(&file, text) {
            eprintln!("{file}: {error}");
            process::exit(1);
        }
    }
}
