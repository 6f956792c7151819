//! The text about one thing, in lines that fit a width.

use wsdraft_exports::facts::index::Entry;
use wsdraft_spec::topic::Topic;

use crate::columns;

/// A text that grows.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    parts: Vec<Part>,
}

/// What lines are made of when their width is known.
#[derive(Clone, Debug)]
enum Part {
    /// A line as it is.
    Line(String),
    /// A paragraph, and what its first line and its further lines begin with.
    Paragraph {
        text: String,
        first: String,
        further: String,
    },
    Table(Vec<Vec<String>>),
}

/// What values begin with, below each other.
const INDENT: &str = "  ";

impl Sheet {
    /// A text with this title.
    pub(super) fn new(title: &str) -> Self {
        Self {
            parts: vec![Part::Line(title.to_owned())],
        }
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.line("");
        self.lines(text, INDENT, INDENT);
    }

    /// Names and their values; without a value nothing.
    pub(super) fn rows(&mut self, rows: &[(&str, String)]) {
        let rows = rows.iter().filter(|(_, value)| !value.is_empty());
        let names = rows.clone().map(|(name, _)| name.len());
        let Some(longest) = names.max() else {
            return;
        };
        self.line("");
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
        self.line("");
        self.line(text);
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) {
        self.parts.push(Part::Line(text.to_owned()));
    }

    /// A line below a heading.
    pub(super) fn item(&mut self, first: &str, text: &str) {
        let first = format!("{INDENT}{first} ");
        let further = " ".repeat(first.chars().count());
        self.lines(text, &first, &further);
    }

    /// A table below a heading.
    pub(super) fn table(&mut self, rows: &[Vec<String>]) {
        self.parts.push(Part::Table(rows.to_vec()));
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
            self.line(&format!("{INDENT}{}", step.run));
            self.lines(&step.tells, "      tells ", "      ");
        }
    }

    /// The whole text, in lines of this width.
    pub(super) fn text(&self, width: usize) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Line(text) => format!("{text}\n"),
            Part::Paragraph {
                text,
                first,
                further,
            } => columns::paragraph(text, first, further, width),
            Part::Table(rows) => columns::table(rows, INDENT, width),
        });
        parts.collect()
    }

    fn lines(&mut self, text: &str, first: &str, further: &str) {
        self.parts.push(Part::Paragraph {
            text: text.to_owned(),
            first: first.to_owned(),
            further: further.to_owned(),
        });
    }
}

/// What has the words that stand for nothing.
pub(super) fn matches(asked: &str, hint: &str, found: &[&Entry<'_>], width: usize) -> String {
    let mut text = format!("nothing is called {asked:?}{hint}\n\nwhat has the words:\n");
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|entry| {
            let (kind, summary) = (entry.kind.to_owned(), entry.summary.to_owned());
            vec![kind, entry.name.clone(), summary]
        })
        .collect();
    text.push_str(&columns::table(&rows, INDENT, width));
    text
}
