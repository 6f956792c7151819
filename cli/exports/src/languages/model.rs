//! What every language gets, computed once from the database: plain values in the order of the tables.

use wsdraft_spec::{
    Database, ResolvedDraft,
    model::{CloseCode, CodeRange, Opcode},
    sort,
    vocabulary::{CloseBody, Purpose},
};

use super::{
    frames::{Check, Layout, checks},
    rules::{Rule, rules},
    spans::{Span, spans},
};
use crate::facts::codes::forbidding;

/// The tables.
#[derive(Debug)]
pub(super) struct Model<'a> {
    /// All drafts, the oldest first; those without a place in the history last.
    pub(super) drafts: Vec<&'a ResolvedDraft>,
    /// The draft that states that it is the newest.
    pub(super) newest: Option<&'a ResolvedDraft>,
    /// The drafts whose frames can be read.
    pub(super) formats: Vec<Format<'a>>,
    /// Their layouts.
    pub(super) layouts: Shared<'a, Layout>,
    /// Their opcodes.
    pub(super) opcodes: Shared<'a, Vec<(&'a str, &'a Opcode)>>,
    /// Their close codes.
    pub(super) closings: Shared<'a, Closing<'a>>,
    /// What their heads are checked for.
    pub(super) checks: Shared<'a, Vec<Check>>,
    /// The header fields.
    pub(super) fields: Vec<Field<'a>>,
    /// The rules.
    pub(super) rules: Vec<Rule<'a>>,
}

/// Tables that several drafts have in common, each with the short name of the first draft that has it.
#[derive(Debug)]
pub(super) struct Shared<'a, T> {
    /// The tables.
    pub(super) of: Vec<(&'a str, T)>,
}

impl<'a, T: PartialEq> Shared<'a, T> {
    const fn new() -> Self {
        Self { of: Vec::new() }
    }

    /// Adds the table of a draft, and returns the name of the equal one.
    fn add(&mut self, draft: &'a ResolvedDraft, table: T) -> &'a str {
        if let Some((first, _)) = self.of.iter().find(|(_, known)| *known == table) {
            return first;
        }
        self.of.push((&draft.short, table));
        &draft.short
    }
}

/// The names of the tables of a draft.
#[derive(Debug)]
pub(super) struct Format<'a> {
    /// The draft.
    pub(super) draft: &'a str,
    /// Of the layout.
    pub(super) layout: &'a str,
    /// Of the opcodes.
    pub(super) opcodes: &'a str,
    /// Of the close codes.
    pub(super) closing: &'a str,
    /// Of the checks.
    pub(super) checks: &'a str,
}

/// The close codes of a draft.
#[derive(Debug, PartialEq)]
pub(super) struct Closing<'a> {
    /// Whether a close frame has a code.
    pub(super) has_codes: bool,
    /// The rule that a code breaks that is not allowed.
    pub(super) rule: Option<&'a str>,
    /// The codes that the draft defines.
    pub(super) codes: Vec<(u16, &'a CloseCode)>,
    /// The ranges. Without them, every code that is not listed is allowed.
    pub(super) ranges: Option<&'a [CodeRange]>,
}

impl<'a> Closing<'a> {
    fn of(draft: &'a ResolvedDraft) -> Self {
        let body = draft.closing.as_ref().map(|closing| closing.value.body);
        let codes = draft.close_codes.iter();
        let mut codes: Vec<_> = codes.map(|(code, item)| (*code, &item.value)).collect();
        sort::by_key(&mut codes, |(code, _)| *code);
        Self {
            has_codes: body == Some(CloseBody::Status),
            rule: forbidding(draft),
            codes,
            ranges: (draft.close_ranges.as_ref()).map(|ranges| ranges.value.ranges.as_slice()),
        }
    }
}

/// Which of the two heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// A header field, in drafts that follow each other.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) direction: Direction,
    pub(super) purpose: Purpose,
    pub(super) span: Span<'a>,
}

impl<'a> Model<'a> {
    /// The tables of a database.
    pub(super) fn of(database: &'a Database) -> Self {
        let mut written = database.drafts();
        sort::by_key(&mut written, |draft| (draft.serial.is_none(), draft.serial));
        let drafts = written.iter();
        let drafts: Vec<_> = drafts
            .filter_map(|draft| database.resolved(&draft.short))
            .collect();
        let newest = database.newest();
        let mut model = Self {
            newest: newest.and_then(|draft| database.resolved(&draft.short)),
            formats: Vec::new(),
            layouts: Shared::new(),
            opcodes: Shared::new(),
            closings: Shared::new(),
            checks: Shared::new(),
            fields: fields(&drafts),
            rules: rules(&drafts),
            drafts,
        };
        for draft in model.drafts.clone() {
            let Some(layout) = Layout::of(draft) else {
                continue;
            };
            let opcodes = draft.opcodes.iter();
            let mut opcodes: Vec<_> = opcodes
                .map(|(name, item)| (name.as_str(), &item.value))
                .collect();
            sort::by_key(&mut opcodes, |(_, opcode)| opcode.value);
            model.formats.push(Format {
                draft: &draft.short,
                layout: model.layouts.add(draft, layout),
                opcodes: model.opcodes.add(draft, opcodes),
                closing: model.closings.add(draft, Closing::of(draft)),
                checks: model.checks.add(draft, checks(draft)),
            });
        }
        model
    }
}

/// The header fields, by name. Fields of HTTP itself are there in every draft, whether a rule refers to them or not.
fn fields<'a>(drafts: &[&'a ResolvedDraft]) -> Vec<Field<'a>> {
    let table = |draft: &'a ResolvedDraft, direction| match direction {
        Direction::Request => &draft.request_headers,
        Direction::Response => &draft.response_headers,
    };
    let mut found = Vec::new();
    for direction in [Direction::Request, Direction::Response] {
        let mut names: Vec<&str> = (drafts.iter())
            .flat_map(|draft| table(draft, direction).keys().map(String::as_str))
            .collect();
        sort::by_key(&mut names, |name| name.to_ascii_lowercase());
        names.dedup();
        for name in names {
            let purpose = |draft| {
                let header = table(draft, direction).get(name)?;
                Some(header.value.purpose).filter(|purpose| *purpose != Purpose::Http)
            };
            let found_here = spans(drafts, purpose);
            found.extend(found_here.into_iter().map(|(span, purpose)| Field {
                name,
                direction,
                purpose,
                span,
            }));
        }
    }
    found
}
