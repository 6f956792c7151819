//! Generated code as text, in the layout of rustfmt's default settings.
//!
//! rustfmt does not change the text, so a generated file can be part of a formatted repository.
//! Only the syntax that generated code uses is covered. Comments state the rule by which rustfmt
//! chooses between two layouts.

use crate::syntax::Item;

mod chain;
mod expr;
mod import;
mod item;
mod line;
mod list;
mod statement;
mod words;

/// Maximum columns of a line.
const WIDTH: usize = 100;

/// Maximum columns of a call's arguments on one line (`fn_call_width`).
const CALL: usize = 60;

/// Maximum columns of a method chain on one line (`chain_width`).
const CHAIN: usize = 60;

/// Maximum columns of an array's elements on one line (`array_width`).
const ARRAY: usize = 60;

/// Maximum columns of an element that shares a line with others
/// (`short_array_element_width_threshold`).
const SHORT: usize = 10;

/// Maximum columns of a struct literal's fields on one line (`struct_lit_width`).
const STRUCT: usize = 18;

/// Maximum columns of an `if` with an `else` on one line (`single_line_if_else_max_width`).
const IF_ELSE: usize = 50;

/// Columns of one level of indentation (`tab_spaces`).
const TAB: usize = 4;

/// The text of a file.
pub(crate) fn file(items: &[Item<'_>]) -> String {
    let mut out = String::new();
    item::items(items, 0, &mut out);
    out
}

/// The place of a text.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Indentation of the line.
    indent: usize,
    /// Column of the first character.
    column: usize,
    /// Number of characters that follow the text on its last line.
    after: usize,
}

impl Place {
    /// At the start of a line.
    const fn line(indent: usize, after: usize) -> Self {
        Self {
            indent,
            column: indent,
            after,
        }
    }

    /// After this many characters.
    const fn behind(self, count: usize) -> Self {
        Self {
            column: self.column + count,
            ..self
        }
    }

    /// Followed by this many further characters.
    const fn before(self, count: usize) -> Self {
        Self {
            after: self.after + count,
            ..self
        }
    }

    /// On its own line, indented one level deeper.
    const fn deeper(self, after: usize) -> Self {
        Self::line(self.indent + TAB, after)
    }

    /// What tells places apart.
    const fn key(self) -> [usize; 3] {
        [self.indent, self.column, self.after]
    }

    /// Whether a text on one line fits the width.
    const fn has_room(self, columns: usize) -> bool {
        self.column + columns + self.after <= WIDTH
    }

    /// Whether the first and the last line fit the width. Lines between them may contain an
    /// unbreakable text.
    fn fits(self, text: &str) -> bool {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        match lines.next_back() {
            None => self.has_room(width(first)),
            Some(last) => self.column + width(first) <= WIDTH && width(last) + self.after <= WIDTH,
        }
    }
}

/// Columns of a text.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A new line, indented.
fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    blank(indent, out);
}

/// An indentation.
fn blank(indent: usize, out: &mut String) {
    const BLANKS: &str = "                                ";
    let mut left = indent;
    while left > 0 {
        let count = left.min(BLANKS.len());
        out.push_str(&BLANKS[..count]);
        left -= count;
    }
}

/// Columns of the last line of a text that starts at a column.
fn last_width(text: &str, column: usize) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => width(last),
        None => column + width(text),
    }
}
