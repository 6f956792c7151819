//! Prints on a terminal above the line that is being typed, whatever that is.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use unicode_width::UnicodeWidthChar as _;

use crate::{
    failure::Failure,
    output::{Output, printable},
};

/// The place above the line with the cursor. Clones share what is known of the terminal.
///
/// The line is moved down, and the cursor goes back to its column: who edits the line notices
/// nothing. The printer of the editor itself is not used: with it, keys that arrive together wait
/// for the next one.
#[derive(Clone, Debug)]
pub(super) struct Above(Arc<Size>);

#[derive(Debug)]
struct Size {
    columns: AtomicU16,
    rows: AtomicU16,
}

impl Default for Above {
    fn default() -> Self {
        Self(Arc::new(Size {
            columns: AtomicU16::new(80),
            rows: AtomicU16::new(24),
        }))
    }
}

impl Above {
    /// The terminal has this size.
    pub(super) fn resize(&self, columns: u16, rows: u16) {
        self.0.columns.store(columns.max(2), Ordering::Relaxed);
        self.0.rows.store(rows.max(2), Ordering::Relaxed);
    }

    /// Prints lines, which others may have written.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        let text = printable(text).replace('\t', "    ");
        let columns = usize::from(self.0.columns.load(Ordering::Relaxed));
        let rows: Vec<&str> = text.lines().flat_map(|line| cut(line, columns)).collect();
        // Not so many at once that the line with the cursor leaves the screen.
        let most = usize::from(self.0.rows.load(Ordering::Relaxed) / 2);
        for rows in rows.chunks(most) {
            Output::new(false, false).ready(&moved(rows))?;
        }
        Ok(())
    }
}

/// What inserts these rows.
fn moved(rows: &[&str]) -> String {
    let count = rows.len();
    // Makes room below, which scrolls at the bottom of the screen, and goes back. No line feed is
    // written, so that all of it is one write.
    let mut out = "\u{1b}D".repeat(count);
    let _ = write!(out, "\u{1b}[{count}A\u{1b}7\r\u{1b}[{count}L");
    out += &rows.join("\r\u{1b}[B");
    let _ = write!(out, "\u{1b}8\u{1b}[{count}B");
    out
}

/// Cuts a line where the terminal would wrap it.
fn cut(mut line: &str, columns: usize) -> Vec<&str> {
    let mut rows = Vec::new();
    loop {
        let mut width = 0;
        let end = line.char_indices().find(|(_, character)| {
            width += character.width().unwrap_or(0);
            width > columns
        });
        match end {
            Some((at, _)) if at > 0 => {
                let (row, rest) = line.split_at(at);
                rows.push(row);
                line = rest;
            }
            _ => {
                rows.push(line);
                return rows;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, moved};

    #[test]
    fn lines_are_cut_where_a_terminal_wraps_them() {
        assert_eq!(cut("", 4), [""]);
        assert_eq!(cut("abcd", 4), ["abcd"]);
        assert_eq!(cut("abcdefghi", 4), ["abcd", "efgh", "i"]);
        assert_eq!(cut("日本語x", 4), ["日本", "語x"]);
        assert_eq!(cut("日", 1), ["日"]);
    }

    #[test]
    fn rows_are_inserted_above_the_cursor() {
        let out = moved(&["a", "b"]);
        let expected = "\u{1b}D\u{1b}D\u{1b}[2A\u{1b}7\r\u{1b}[2La\r\u{1b}[Bb\u{1b}8\u{1b}[2B";
        assert_eq!(out, expected);
    }
}
