//! The text about one thing, in lines that fit a terminal.

use wsdraft_exports::facts::index::Entry;
use wsdraft_spec::topic::Topic;

use crate::pages::columns;

/// A text that grows.
#[derive(Debug)]
pub(super) struct Sheet {
    text: String,
    width: usize,
}

/// What values begin with, below each other.
const INDENT: &str = "  ";

impl Sheet {
    /// A text with this title.
    pub(super) fn new(title: &str) -> Self {
        Self {
            text: format!("{title}\n"),
            width: columns::of_terminal(),
        }
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.text.push('\n');
        self.lines(text, INDENT, INDENT);
    }

    /// Names and their values; without a value nothing.
    pub(super) fn rows(&mut self, rows: &[(&str, String)]) {
        let rows = rows.iter().filter(|(_, value)| !value.is_empty());
        let names = rows.clone().map(|(name, _)| name.len());
        let Some(longest) = names.max() else {
            return;
        };
        self.text.push('\n');
        for (name, value) in rows {
            let first = format!("{:<1$}  ", format!("{name}:"), longest + 1);
            let further = " ".repeat(first.len());
            for (at, line) in value.split('\n').enumerate() {
                self.lines(line, if at == 0 { &first } else { &further }, &further);
            }
        }
    }

    /// A heading over lines.
    pub(super) fn heading(&mut self, text: &str) {
        self.text.push_str(&format!("\n{text}\n"));
    }

    /// A line below a heading.
    pub(super) fn item(&mut self, first: &str, text: &str) {
        let first = format!("{INDENT}{first} ");
        let further = " ".repeat(first.chars().count());
        self.lines(text, &first, &further);
    }

    /// A table below a heading.
    pub(super) fn table(&mut self, rows: &[Vec<String>]) {
        self.text
            .push_str(&columns::table(rows, INDENT, self.width));
    }

    /// Causes and what to do next.
    pub(super) fn causes_and_steps(&mut self, topic: &Topic) {
        match topic.causes.as_slice() {
            [] => {}
            [only] => {
                self.heading("usual cause:");
                self.item("-", &only.text);
            }
            causes => {
                self.heading("usual causes, the most likely first:");
                for (at, cause) in causes.iter().enumerate() {
                    self.item(&format!("{}.", at + 1), &cause.text);
                }
            }
        }
        if !topic.steps.is_empty() {
            self.heading("what to run next:");
        }
        for step in &topic.steps {
            self.text.push_str(&format!("{INDENT}{}\n", step.run));
            self.lines(&step.tells, "      tells ", "      ");
        }
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn lines(&mut self, text: &str, first: &str, further: &str) {
        self.text
            .push_str(&columns::paragraph(text, first, further, self.width));
    }
}

/// What has the words that stand for nothing.
pub(super) fn matches(asked: &str, hint: &str, found: &[&Entry<'_>]) -> String {
    let mut text = format!("nothing is called {asked:?}{hint}\n\nwhat has the words:\n");
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|entry| {
            let (kind, summary) = (entry.kind.to_owned(), entry.summary.to_owned());
            vec![kind, entry.name.clone(), summary]
        })
        .collect();
    text.push_str(&columns::table(&rows, INDENT, columns::of_terminal()));
    text
}
