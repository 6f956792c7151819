//! Errors in a spec: their place, their cause and a correction.

use std::fmt;

use crate::printable::Printable;

/// An error in a RON file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name as given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the item within the spec, for instance `rules.replace["x"].require`.
    pub path: String,
    /// The problem and how to correct it.
    pub message: String,
    /// The line of the file.
    pub source_line: String,
}

impl Diagnostic {
    /// The source line with a caret under the column, for a terminal. Of a long line, the part
    /// around the column.
    #[must_use]
    pub fn excerpt(&self) -> String {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let before = self.column.saturating_sub(1);
        let skipped = if before < WIDEST {
            0
        } else {
            before - WIDEST / 2
        };
        let mut shown = self.source_line.chars().skip(skipped);
        // One character for each, so that the caret is below the right one.
        let mut line: String = shown.by_ref().take(WIDEST).map(printed).collect();
        let mut lead: String = line.chars().take(before - skipped).map(blank).collect();
        if skipped > 0 {
            line.insert(0, '…');
            lead.insert(0, ' ');
        }
        if shown.next().is_some() {
            line.push('…');
        }
        format!("{gutter} |\n{number} | {line}\n{gutter} | {lead}^")
    }
}

/// The most characters of a line to show.
const WIDEST: usize = 160;

fn printed(c: char) -> char {
    if Printable::is_plain(c) {
        c
    } else {
        '\u{fffd}'
    }
}

const fn blank(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = Printable(&self.file);
        write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", Printable(&self.path))?;
        }
        Printable(&self.message).fmt(f)
    }
}

/// All errors that were found. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The candidate closest to a misspelled word, if one is close enough.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= 2.max(candidate.len().min(word.len()) / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// A hint in the form `; did you mean "x"?`, or an empty string if the word is itself a candidate.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    match closest(word, candidates) {
        Some(candidate) if candidate != word => format!("; did you mean {candidate:?}?"),
        _ => String::new(),
    }
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, closest, did_you_mean};

    #[test]
    fn a_long_line_is_shown_around_the_column() {
        let excerpt = |line: &str, column| {
            Diagnostic {
                file: String::new(),
                line: 7,
                column,
                path: String::new(),
                message: String::new(),
                source_line: line.into(),
            }
            .excerpt()
        };
        assert_eq!(excerpt("\ta: 1", 2), "  |\n7 | \ta: 1\n  | \t^");
        assert_eq!(excerpt("", 1), "  |\n7 | \n  | ^");
        let long = format!("{}b{}", "a".repeat(100_000), "c".repeat(100_000));
        let shown = excerpt(&long, 100_001);
        assert!(shown.len() < 500, "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[2].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[1].chars().nth(caret), Some('b'));
        assert!(
            lines[1].contains("| …a") && lines[1].ends_with("c…"),
            "{shown}"
        );
    }

    #[test]
    fn misspelt_words_find_their_neighbour() {
        assert_eq!(closest("acme-71", ["acme-17", "memo9"]), Some("acme-17"));
        assert_eq!(closest("entirely-else", ["acme-17", "memo9"]), None);
        assert_eq!(did_you_mean("acme-17", ["acme-17", "acme-18"]), "");
    }
}
