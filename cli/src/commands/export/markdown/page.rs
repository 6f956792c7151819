//! Markdown, piece by piece.

use std::fmt::Write as _;

use wsdraft_spec::{Item, vocabulary::Evidence};

/// A page that grows.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A heading of this depth.
    pub(super) fn heading(&mut self, depth: usize, text: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{gap}{} {text}", "#".repeat(depth));
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n{text}");
    }

    /// A list.
    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.text.push('\n');
        for item in items {
            let _ = writeln!(self.text, "- {}", one_line(&item));
        }
    }

    /// A table; without rows nothing.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        let _ = writeln!(self.text, "\n| {} |", head.join(" | "));
        let _ = writeln!(self.text, "|{}", "---|".repeat(N));
        for row in rows {
            let cells = row.map(|cell| cell_text(&cell));
            let _ = writeln!(self.text, "| {} |", cells.join(" | "));
        }
    }

    /// A table with as many columns as its head has.
    pub(super) fn wide_table(
        &mut self,
        head: &[String],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) {
        let _ = writeln!(self.text, "\n| {} |", head.join(" | "));
        let _ = writeln!(self.text, "|{}", "---|".repeat(head.len()));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| cell_text(cell)).collect();
            let _ = writeln!(self.text, "| {} |", cells.join(" | "));
        }
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn cell_text(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

fn one_line(text: &str) -> String {
    text.split('\n')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Citations, the strongest first.
pub(super) fn cited(evidence: &[Evidence]) -> String {
    let cited: Vec<String> = evidence.iter().map(ToString::to_string).collect();
    cited.join("; ")
}

/// Text, or a dash where there is none.
pub(super) fn or_dash(text: Option<impl ToString>) -> String {
    text.map_or_else(|| "-".into(), |text| text.to_string())
}

/// A name as code.
pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

/// A link to another page.
pub(super) fn link(short: &str) -> String {
    format!("[{short}]({short}.md)")
}

/// A sentence with where it is from.
pub(super) fn with_source<T>(text: String, item: &Item<T>, evidence: &[Evidence]) -> String {
    format!("{text} (since {}; {}).", item.since, cited(evidence))
}
