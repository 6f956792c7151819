//! Pages, piece by piece: as Markdown, or as text for a terminal.

use std::{fmt::Write as _, iter};

use wsdraft_spec::{Item, vocabulary::Evidence};

use super::columns;

/// A page that grows.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    form: Form,
}

/// What a page is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Markdown,
    /// Text in at most so many columns, without sources.
    Plain(usize),
}

/// The columns and rows that a page for a terminal leaves out: `explain` has them.
const LEFT_OUT: [&str; 3] = ["source", "as data", "for"];
/// What stands where there is nothing.
const NOTHING: &str = "-";

impl Page {
    /// A page in Markdown.
    pub(crate) const fn markdown() -> Self {
        Self {
            text: String::new(),
            form: Form::Markdown,
        }
    }

    /// A page for a terminal.
    pub(crate) fn plain() -> Self {
        Self {
            text: String::new(),
            form: Form::Plain(columns::of_terminal()),
        }
    }

    /// Whether it is for a terminal.
    pub(crate) fn is_plain(&self) -> bool {
        self.form != Form::Markdown
    }

    /// A heading of this depth.
    pub(crate) fn heading(&mut self, depth: usize, text: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = match (self.form, depth) {
            (Form::Markdown, depth) => writeln!(self.text, "{gap}{} {text}", "#".repeat(depth)),
            (Form::Plain(_), 2) => writeln!(self.text, "{gap}{}", text.to_uppercase()),
            (Form::Plain(_), _) => writeln!(self.text, "{gap}{text}"),
        };
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        match self.form {
            Form::Markdown => {
                let _ = writeln!(self.text, "\n{text}");
            }
            Form::Plain(width) => {
                self.text.push('\n');
                self.text
                    .push_str(&columns::paragraph(&unmarked(text), "  ", "  ", width));
            }
        }
    }

    /// A sentence with where it is from.
    pub(crate) fn sourced<T>(&mut self, text: &str, item: &Item<T>, evidence: &[Evidence]) {
        let text = match self.form {
            Form::Markdown => format!("{text} (since {}; {}).", item.since, cited(evidence)),
            Form::Plain(_) => format!("{text} (since {}).", item.since),
        };
        self.paragraph(&text);
    }

    /// A list.
    pub(crate) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.text.push('\n');
        for item in items {
            let item = one_line(&item);
            match self.form {
                Form::Markdown => {
                    let _ = writeln!(self.text, "- {item}");
                }
                Form::Plain(width) => {
                    self.text.push_str(&columns::paragraph(
                        &unmarked(&item),
                        "  - ",
                        "    ",
                        width,
                    ));
                }
            }
        }
    }

    /// A table; without rows nothing.
    pub(crate) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
        if !rows.is_empty() {
            self.wide_table(&head.map(str::to_owned), rows);
        }
    }

    /// A table with as many columns as its head has.
    pub(crate) fn wide_table(
        &mut self,
        head: &[String],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) {
        let Form::Plain(width) = self.form else {
            let _ = writeln!(self.text, "\n| {} |", head.join(" | "));
            let _ = writeln!(self.text, "|{}", "---|".repeat(head.len()));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| cell_text(cell)).collect();
                let _ = writeln!(self.text, "| {} |", cells.join(" | "));
            }
            return;
        };
        let shown = |row: Vec<String>| -> Vec<String> {
            let cells = iter::zip(head, row).filter(|(name, _)| !is_left_out(name));
            cells.map(|(_, cell)| unmarked(&one_line(&cell))).collect()
        };
        let mut lines: Vec<Vec<String>> = Vec::new();
        if head.iter().any(|name| !name.is_empty()) {
            lines.push(shown(head.to_vec()));
        }
        // A row of a table without a head has a name and a value.
        let told = |row: &Vec<String>| match row.as_slice() {
            [name, value] if head.iter().all(String::is_empty) => {
                !is_left_out(name) && value != NOTHING
            }
            _ => true,
        };
        lines.extend(rows.into_iter().filter(told).map(shown));
        self.text.push('\n');
        self.text.push_str(&columns::table(&lines, "  ", width));
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

fn is_left_out(name: &str) -> bool {
    LEFT_OUT.contains(&name)
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

/// A text without the marks of Markdown that these pages use: code, links and emphasis.
fn unmarked(text: &str) -> String {
    let text = text.replace(['`'], "").replace("**", "");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        out.push_str(before);
        match link.split_once("](") {
            Some((name, target)) if !name.contains([' ', '[', ']']) => {
                out.push_str(name);
                rest = target.split_once(')').map_or("", |(_, after)| after);
            }
            _ => {
                out.push('[');
                rest = link;
            }
        }
    }
    out + rest
}

/// Citations, the strongest first.
pub(crate) fn cited(evidence: &[Evidence]) -> String {
    let cited: Vec<String> = evidence.iter().map(ToString::to_string).collect();
    cited.join("; ")
}

/// Text, or a dash where there is none.
pub(crate) fn or_dash(text: Option<impl ToString>) -> String {
    text.map_or_else(|| NOTHING.into(), |text| text.to_string())
}

/// A name as code.
pub(crate) fn code(name: &str) -> String {
    format!("`{name}`")
}

/// A link to another page.
pub(crate) fn link(short: &str) -> String {
    format!("[{short}]({short}.md)")
}
