//! Text in columns: paragraphs and tables that fit a width.

use std::iter;

/// The width where nobody says it: of a file, or of a pipe.
const WIDTH: usize = 100;
/// The least and the most that lines are broken at.
const BOUNDS: (usize, usize) = (60, 140);
/// The gap between columns.
const GAP: &str = "  ";
/// No word makes a column wider than this.
const LONGEST_WORD: usize = 44;

/// The width that is used where somebody says this one.
#[must_use]
pub fn width(said: Option<usize>) -> usize {
    said.unwrap_or(WIDTH).clamp(BOUNDS.0, BOUNDS.1)
}

/// A paragraph whose first line begins with one text, and whose further lines with another.
#[must_use]
pub fn paragraph(text: &str, first: &str, further: &str, width: usize) -> String {
    let room = width.saturating_sub(further.chars().count()).max(1);
    let mut out = String::new();
    for (at, line) in broken(text, room).into_iter().enumerate() {
        out.push_str(if at == 0 { first } else { further });
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// A table whose columns stand below each other; cells that are too wide are broken.
#[must_use]
pub fn table(rows: &[Vec<String>], indent: &str, width: usize) -> String {
    let widths = widths(rows, width.saturating_sub(indent.len()));
    let mut out = String::new();
    for row in rows {
        let cells: Vec<Vec<String>> = iter::zip(row, &widths)
            .map(|(cell, width)| broken(cell, *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = indent.to_owned();
            for (cell, width) in iter::zip(&cells, &widths) {
                let text = cell.get(at).map_or("", String::as_str);
                line.push_str(text);
                let gap = width.saturating_sub(text.chars().count());
                line.push_str(&" ".repeat(gap));
                line.push_str(GAP);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// The widths of columns: as their cells need it, and the widest less until all fit.
fn widths(rows: &[Vec<String>], room: usize) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let most = |measure: &dyn Fn(&str) -> usize| -> Vec<usize> {
        let cells = |at: usize| rows.iter().filter_map(move |row| row.get(at));
        (0..count)
            .map(|at| cells(at).map(|cell| measure(cell)).max().unwrap_or(0))
            .collect()
    };
    let mut widths = most(&|cell| cell.chars().count());
    let words = most(&|cell| {
        let words = cell.split(' ').map(|word| word.chars().count());
        words.max().unwrap_or(0).min(LONGEST_WORD)
    });
    let gaps = GAP.len() * count.saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        let can = (0..count).filter(|&at| widths[at] > words[at].max(1));
        let Some(widest) = can.max_by_key(|&at| widths[at]) else {
            break;
        };
        widths[widest] -= 1;
    }
    widths
}

/// The lines of a text, broken between words. A word that is too long stands alone.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{paragraph, table};

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "some words that go on"], ["longer", "b"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            table(&rows, " ", 22),
            " a       some words\n         that go on\n longer  b\n"
        );
        assert_eq!(paragraph("aa bb cc", "- ", "  ", 7), "- aa bb\n  cc\n");
        // What cannot be broken overflows.
        assert_eq!(paragraph("aaaaaaaaaa b", "", "", 4), "aaaaaaaaaa\nb\n");
    }
}
