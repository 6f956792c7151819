//! Checks that the statements of a draft are consistent.
//!
//! [`written`] checks one file alone; [`resolved`] checks a draft with everything that it inherits.
//! After both, the generator and the interpreter can rely on this: every name that an item uses
//! exists, every number fits its field, every fact has evidence, and a complete draft states
//! everything that an implementation needs. A problem with an inherited item is reported at the
//! statement in this draft that caused it.

use std::fmt::Display;

use crate::{
    locate::Path,
    model::{Amend, Delta, Draft, Single},
    resolve::Problem,
    resolved::ResolvedDraft,
};

mod closing;
mod framing;
mod handshake;
mod predicates;
mod rules;

pub(crate) use self::{predicates::UNSAID, rules::is_camel};

/// Checks a draft's file alone.
pub(crate) fn written(draft: &Draft) -> Vec<Problem> {
    let mut found = Found::new(draft);
    let root = Path::root();
    if !is_kebab(&draft.short) {
        found.at(
            root.field("short"),
            "write lower case letters, digits and hyphens, starting with a letter",
        );
    }
    if draft.evidence.is_empty() {
        found.at(root.field("evidence"), "an identity needs evidence");
    }
    if let (Some(issued), Some(expires)) = (draft.issued, draft.expires) {
        if expires < issued {
            found.at(
                root.field("expires"),
                format!("a draft issued on {issued} cannot expire on {expires}"),
            );
        }
    }
    found.single_evidence("request_line", draft.request_line.as_ref());
    found.single_evidence("status_line", draft.status_line.as_ref());
    found.single_evidence("request_body", draft.request_body.as_ref());
    found.single_evidence("response_body", draft.response_body.as_ref());
    found.single_evidence("session_key", draft.session_key.as_ref());
    found.single_evidence("bootstraps", draft.bootstraps.as_ref());
    found.single_evidence("layout", draft.layout.as_ref());
    found.single_evidence("masking", draft.masking.as_ref());
    found.single_evidence("closing", draft.closing.as_ref());
    found.single_evidence("close_ranges", draft.close_ranges.as_ref());
    found.delta_evidence("request_headers", &draft.request_headers);
    found.delta_evidence("response_headers", &draft.response_headers);
    found.delta_evidence("signs", &draft.signs);
    found.delta_evidence("opcodes", &draft.opcodes);
    found.delta_evidence("close_codes", &draft.close_codes);
    found.delta_evidence("rules", &draft.rules);
    let changed = changed_items(draft);
    for (at, change) in draft.changes.iter().enumerate() {
        let path = root.field("changes").index(at);
        if change.evidence.is_empty() {
            found.at(path.field("evidence"), "a change needs evidence");
        }
        for (index, item) in change.items.iter().enumerate() {
            if !changed.contains(item) {
                found.at(
                    path.field("items").index(index),
                    format!("this file does not change {item}"),
                );
            }
        }
    }
    found.problems
}

/// Checks a draft with everything that it inherits.
///
/// Adds the [requirements](crate::requirement) of its rules to it.
pub(crate) fn resolved(draft: &Draft, resolved: &mut ResolvedDraft) -> Vec<Problem> {
    let mut found = Found::new(draft);
    handshake::check(resolved, &mut found);
    framing::check(resolved, &mut found);
    closing::check(resolved, &mut found);
    resolved.requirements = rules::check(resolved, &mut found);
    if resolved.is_complete() {
        let needed = [
            ("request_line", resolved.request_line.is_some()),
            ("status_line", resolved.status_line.is_some()),
            ("layout", resolved.layout.is_some()),
            ("opcodes", !resolved.opcodes.is_empty()),
        ];
        for (section, present) in needed {
            if !present {
                found.at(
                    Path::root().field("short"),
                    format!("a draft without {section} is not complete; state {section}, or write `coverage: Partial`"),
                );
            }
        }
    }
    found.problems
}

/// The items that a file adds, amends, replaces or removes, as `section` or `section["key"]`.
fn changed_items(draft: &Draft) -> Vec<String> {
    fn keys<K: Display + PartialEq, V: Amend>(
        items: &mut Vec<String>,
        section: &str,
        delta: &Delta<K, V>,
    ) {
        let changed = delta
            .add
            .keys()
            .chain(delta.amend.keys())
            .chain(delta.replace.keys())
            .chain(&delta.remove);
        items.extend(changed.map(|key| format!("{section}[{:?}]", key.to_string())));
    }
    let mut items: Vec<String> = [
        ("request_line", draft.request_line.is_some()),
        ("status_line", draft.status_line.is_some()),
        ("request_body", draft.request_body.is_some()),
        ("response_body", draft.response_body.is_some()),
        ("session_key", draft.session_key.is_some()),
        ("bootstraps", draft.bootstraps.is_some()),
        ("layout", draft.layout.is_some()),
        ("masking", draft.masking.is_some()),
        ("closing", draft.closing.is_some()),
        ("close_ranges", draft.close_ranges.is_some()),
        ("wire_version", draft.wire_version.is_some()),
    ]
    .into_iter()
    .filter(|&(_, changed)| changed)
    .map(|(section, _)| section.to_owned())
    .collect();
    keys(&mut items, "request_headers", &draft.request_headers);
    keys(&mut items, "response_headers", &draft.response_headers);
    keys(&mut items, "signs", &draft.signs);
    keys(&mut items, "opcodes", &draft.opcodes);
    keys(&mut items, "close_codes", &draft.close_codes);
    keys(&mut items, "rules", &draft.rules);
    items
}

pub(crate) fn is_kebab(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !word.ends_with('-')
        && !word.contains("--")
}

/// Collects problems.
struct Found<'a> {
    draft: &'a Draft,
    problems: Vec<Problem>,
}

impl<'a> Found<'a> {
    const fn new(draft: &'a Draft) -> Self {
        Self {
            draft,
            problems: Vec::new(),
        }
    }

    fn at(&mut self, path: Path, message: impl Into<String>) {
        self.problems.push((path, message.into()));
    }

    /// Reports a problem with a section that holds one item, wherever that item is stated.
    fn in_single(
        &mut self,
        section: &str,
        stated_in: &str,
        inner: impl FnOnce(Path) -> Path,
        message: String,
    ) {
        if stated_in == self.draft.short {
            self.at(inner(Path::root().field(section)), message);
        } else {
            self.inherited(section, stated_in, message);
        }
    }

    /// Reports a problem with an item of a keyed section, wherever it is stated.
    fn in_item<K: Display + PartialEq, V: Amend>(
        &mut self,
        section: &str,
        delta: &Delta<K, V>,
        key: &K,
        stated_in: &str,
        inner: impl FnOnce(Path) -> Path,
        message: String,
    ) {
        if stated_in == self.draft.short {
            self.at(
                inner(
                    Path::root()
                        .field(section)
                        .field(delta.verb(key))
                        .key(&key.to_string()),
                ),
                message,
            );
        } else {
            self.inherited(
                &format!("{section}[{:?}]", key.to_string()),
                stated_in,
                message,
            );
        }
    }

    fn inherited(&mut self, item: &str, stated_in: &str, message: String) {
        self.at(
            Path::root().field("extends"),
            format!("{item}, inherited from {stated_in}, does not fit this draft: {message}; amend, replace or remove it"),
        );
    }

    fn single_evidence<T: Amend>(&mut self, section: &str, single: Option<&Single<T>>) {
        if single
            .and_then(Single::evidence)
            .is_some_and(<[_]>::is_empty)
        {
            self.at(
                Path::root().field(section).field("evidence"),
                "a fact needs evidence",
            );
        }
    }

    fn delta_evidence<K: Display + PartialEq, V: Amend>(
        &mut self,
        section: &str,
        delta: &Delta<K, V>,
    ) {
        for (verb, key) in delta.unproven() {
            let path = Path::root()
                .field(section)
                .field(verb)
                .key(&key.to_string());
            self.at(path.field("evidence"), "a fact needs evidence");
        }
    }
}
