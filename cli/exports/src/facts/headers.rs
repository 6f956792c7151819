//! The header fields of all drafts: fields down, drafts across.

use serde::Serialize;
use wsdraft_spec::{Database, ResolvedDraft, sort, vocabulary::Purpose};

/// A header field, and the drafts that have it.
#[derive(Debug, Serialize)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// Short names of the drafts whose requests have it, the oldest first.
    pub request: Vec<&'a str>,
    /// Of those whose responses have it.
    pub response: Vec<&'a str>,
    /// Of those that are known in part, so that nothing says whether they have it.
    pub unknown: Vec<&'a str>,
}

/// The header fields of all drafts.
#[derive(Debug)]
pub struct Table<'a> {
    /// All drafts, the oldest first; those without a place in the history last.
    drafts: Vec<&'a str>,
    /// The fields, by name.
    pub fields: Vec<Field<'a>>,
}

/// Drafts in a row with the same fields.
#[derive(Debug)]
pub struct Column<'a> {
    /// The first one.
    pub first: &'a str,
    /// The last one.
    pub last: &'a str,
}

/// In which of the two messages a draft has a field.
const BOTH: &str = "both";
const REQUEST: &str = "req";
const RESPONSE: &str = "resp";
const NEITHER: &str = "-";
const UNKNOWN: &str = "?";

/// What the words of a cell mean.
pub const LEGEND: &str = "`req`: the request has the field; `resp`: the response has it; `both`: both have it; `?`: only single facts are known of these drafts, and not this one.";

impl<'a> Table<'a> {
    /// Reads the table from the drafts.
    #[must_use]
    pub fn of(database: &'a Database) -> Self {
        let mut written = database.drafts();
        written.reverse();
        sort::by_key(&mut written, |draft| draft.serial.is_none());
        let drafts: Vec<&ResolvedDraft> = written
            .into_iter()
            .filter_map(|draft| database.resolved(&draft.short))
            .collect();
        let mut names: Vec<&str> = drafts
            .iter()
            .flat_map(|draft| {
                draft
                    .request_headers
                    .iter()
                    .chain(draft.response_headers.iter())
            })
            // Fields of HTTP itself are there in every draft, whether a rule refers to them or not.
            .filter(|(_, header)| header.value.purpose != Purpose::Http)
            .map(|(name, _)| name.as_str())
            .collect();
        sort::by_key(&mut names, |name| name.to_ascii_lowercase());
        names.dedup();
        let having = |has: &dyn Fn(&ResolvedDraft) -> bool| {
            let drafts = drafts.iter().filter(|draft| has(draft));
            drafts.map(|draft| draft.short.as_str()).collect()
        };
        let fields = names.into_iter().map(|name| {
            let asked = |draft: &ResolvedDraft| draft.request_headers.keys().any(|key| key == name);
            let said = |draft: &ResolvedDraft| draft.response_headers.keys().any(|key| key == name);
            Field {
                name,
                request: having(&asked),
                response: having(&said),
                unknown: having(&|draft| !draft.is_complete() && !asked(draft) && !said(draft)),
            }
        });
        Self {
            fields: fields.collect(),
            drafts: drafts.iter().map(|draft| draft.short.as_str()).collect(),
        }
    }

    /// The drafts across: those in a row that have the same fields stand together.
    #[must_use]
    pub fn columns(&self) -> Vec<Column<'a>> {
        let mut columns: Vec<Column<'a>> = Vec::new();
        for &draft in &self.drafts {
            let same = |last: &str| {
                let mut fields = self.fields.iter();
                fields.all(|field| field.place(last) == field.place(draft))
            };
            match columns.last_mut() {
                Some(column) if same(column.last) => column.last = draft,
                _ => columns.push(Column {
                    first: draft,
                    last: draft,
                }),
            }
        }
        columns
    }

    /// Drafts of the table as ranges.
    fn ranges(&self, some: &[&str]) -> String {
        let mut ranges: Vec<Column<'_>> = Vec::new();
        let mut open = false;
        for &draft in &self.drafts {
            if !some.contains(&draft) {
                open = false;
                continue;
            }
            match ranges.last_mut() {
                Some(range) if open => range.last = draft,
                _ => ranges.push(Column {
                    first: draft,
                    last: draft,
                }),
            }
            open = true;
        }
        let ranges: Vec<String> = ranges.iter().map(Column::title).collect();
        match ranges.is_empty() {
            true => NEITHER.into(),
            false => ranges.join(", "),
        }
    }

    /// The drafts whose requests have a field, and those whose responses do, as ranges.
    #[must_use]
    pub fn spans(&self, field: &Field<'_>) -> (String, String) {
        (self.ranges(&field.request), self.ranges(&field.response))
    }
}

impl Field<'_> {
    /// Where a draft has the field.
    fn place(&self, draft: &str) -> &'static str {
        match (
            self.request.contains(&draft),
            self.response.contains(&draft),
        ) {
            (true, true) => BOTH,
            (true, false) => REQUEST,
            (false, true) => RESPONSE,
            (false, false) if self.unknown.contains(&draft) => UNKNOWN,
            (false, false) => NEITHER,
        }
    }

    /// Where the drafts of a column have it.
    #[must_use]
    pub fn in_column(&self, column: &Column<'_>) -> &'static str {
        self.place(column.first)
    }
}

impl Column<'_> {
    /// The names of its drafts.
    #[must_use]
    pub fn title(&self) -> String {
        if self.first == self.last {
            self.first.to_owned()
        } else {
            format!("{} to {}", self.first, self.last)
        }
    }
}
