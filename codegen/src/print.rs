//! Generated code as text, laid out as rustfmt does with its default settings.
//!
//! rustfmt leaves the text as it is, so that a generated file can live in a formatted
//! repository. Only what generated code uses is covered. Where rustfmt chooses between two
//! layouts, the comments say by which rule.

use syn::File;

mod chain;
mod expr;
mod import;
mod item;
mod list;
mod statement;
mod words;

/// Columns of a line.
const WIDTH: usize = 100;

/// Columns of the arguments of a call on one line (`fn_call_width`).
const CALL: usize = 60;

/// Columns of a chain of methods on one line (`chain_width`).
const CHAIN: usize = 60;

/// Columns of the elements of an array on one line (`array_width`).
const ARRAY: usize = 60;

/// Columns of an element that is short enough to stand beside others
/// (`short_array_element_width_threshold`).
const SHORT: usize = 10;

/// Columns of the fields of a struct's value on one line (`struct_lit_width`).
const STRUCT: usize = 18;

/// Columns of an `if` with an `else` on one line (`single_line_if_else_max_width`).
const IF_ELSE: usize = 50;

/// Columns of one level of indentation (`tab_spaces`).
const TAB: usize = 4;

/// The text of a file.
pub(crate) fn file(file: &File) -> String {
    item::items(&file.items, 0)
}

/// Where text is put.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Indentation of the line.
    indent: usize,
    /// Column of the first character.
    column: usize,
    /// Characters that follow the text on its last line.
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

    /// Behind so many characters.
    const fn behind(self, count: usize) -> Self {
        Self {
            column: self.column + count,
            ..self
        }
    }

    /// With so many further characters after it.
    const fn before(self, count: usize) -> Self {
        Self {
            after: self.after + count,
            ..self
        }
    }

    /// On a line of its own, one level deeper.
    const fn deeper(self, after: usize) -> Self {
        Self::line(self.indent + TAB, after)
    }

    /// Whether the first and the last line keep within the width. Those between may hold a text
    /// that nothing breaks.
    fn fits(self, text: &str) -> bool {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        match lines.next_back() {
            None => self.column + width(first) + self.after <= WIDTH,
            Some(last) => self.column + width(first) <= WIDTH && width(last) + self.after <= WIDTH,
        }
    }
}

/// Columns of a text.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A new line, indented.
fn line(indent: usize) -> String {
    format!("\n{}", " ".repeat(indent))
}

/// Columns of the last line of a text that starts at a column.
fn last_width(text: &str, column: usize) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => width(last),
        None => column + width(text),
    }
}
