//! Inheritance: applies a draft's changes to its parent.
//!
//! The result contains every inherited item, with the draft that added it and the draft that last
//! stated it. It is an error to add an item that exists, to amend, replace or remove an item that
//! does not exist, or to state what already holds. Each file is therefore an accurate changelog.

use std::fmt::Display;

use crate::{
    diagnostic::did_you_mean,
    locate::Path,
    model::{Amend, Delta, Draft, Fact, ItemName, Single},
    resolved::{Item, ResolvedDraft},
    table::Table,
    vocabulary::Evidence,
};

/// A problem and its path in the draft that is being resolved.
pub(crate) type Problem = (Path, String);

/// Applies `draft` to its resolved parent.
pub(crate) fn apply(
    draft: &Draft,
    parent: Option<&ResolvedDraft>,
) -> (ResolvedDraft, Vec<Problem>) {
    let mut resolved = ResolvedDraft::empty(draft);
    if let Some(parent) = parent {
        resolved = ResolvedDraft {
            wire_version: draft.wire_version.or(parent.wire_version),
            request_line: parent.request_line.clone(),
            status_line: parent.status_line.clone(),
            request_headers: parent.request_headers.clone(),
            response_headers: parent.response_headers.clone(),
            request_body: parent.request_body.clone(),
            response_body: parent.response_body.clone(),
            session_key: parent.session_key.clone(),
            signs: parent.signs.clone(),
            layout: parent.layout.clone(),
            masking: parent.masking.clone(),
            opcodes: parent.opcodes.clone(),
            closing: parent.closing.clone(),
            close_codes: parent.close_codes.clone(),
            close_ranges: parent.close_ranges.clone(),
            rules: parent.rules.clone(),
            lineage: parent.lineage.clone(),
            ..resolved
        };
    }
    resolved.lineage.push(draft.short.clone());

    let mut pass = Pass::new(&draft.short, draft.extends.as_deref());
    pass.single(
        "request_line",
        &mut resolved.request_line,
        draft.request_line.as_ref(),
    );
    pass.single(
        "status_line",
        &mut resolved.status_line,
        draft.status_line.as_ref(),
    );
    pass.delta(
        "request_headers",
        &mut resolved.request_headers,
        &draft.request_headers,
    );
    pass.delta(
        "response_headers",
        &mut resolved.response_headers,
        &draft.response_headers,
    );
    pass.single(
        "request_body",
        &mut resolved.request_body,
        draft.request_body.as_ref(),
    );
    pass.single(
        "response_body",
        &mut resolved.response_body,
        draft.response_body.as_ref(),
    );
    pass.single(
        "session_key",
        &mut resolved.session_key,
        draft.session_key.as_ref(),
    );
    pass.delta("signs", &mut resolved.signs, &draft.signs);
    pass.single("layout", &mut resolved.layout, draft.layout.as_ref());
    pass.single("masking", &mut resolved.masking, draft.masking.as_ref());
    pass.delta("opcodes", &mut resolved.opcodes, &draft.opcodes);
    pass.single("closing", &mut resolved.closing, draft.closing.as_ref());
    pass.delta("close_codes", &mut resolved.close_codes, &draft.close_codes);
    pass.single(
        "close_ranges",
        &mut resolved.close_ranges,
        draft.close_ranges.as_ref(),
    );
    pass.delta("rules", &mut resolved.rules, &draft.rules);
    pass.order("rules", &mut resolved.rules, &draft.rules.add, |rule| {
        rule.before.as_ref()
    });
    for (section, table, delta) in [
        (
            "request_headers",
            &mut resolved.request_headers,
            &draft.request_headers,
        ),
        (
            "response_headers",
            &mut resolved.response_headers,
            &draft.response_headers,
        ),
    ] {
        pass.order(section, table, &delta.add, |header| header.before.as_ref());
    }
    pass.cite(&mut resolved, &draft.cited);
    (resolved, pass.problems)
}

/// Applies the sections of one file to those of its parent.
pub(crate) struct Pass<'a> {
    short: &'a str,
    extends: Option<&'a str>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Pass<'a> {
    pub(crate) const fn new(short: &'a str, extends: Option<&'a str>) -> Self {
        Self {
            short,
            extends,
            problems: Vec::new(),
        }
    }

    fn item<T: Clone>(&self, value: &T) -> Item<T> {
        Item {
            value: value.clone(),
            since: self.short.to_owned(),
            stated_in: self.short.to_owned(),
        }
    }

    fn parent(&self) -> &str {
        self.extends.unwrap_or("a root draft")
    }

    pub(crate) fn single<T: Amend + Clone + PartialEq>(
        &mut self,
        section: &str,
        slot: &mut Option<Item<T>>,
        change: Option<&Single<T>>,
    ) {
        let path = Path::root().field(section);
        match (change, slot.as_mut()) {
            (None, _) => {}
            (Some(Single::Add(value)), None) => *slot = Some(self.item(value)),
            (Some(Single::Add(_)), Some(present)) => {
                let message = format!(
                    "{section} already exists, stated in {}; write Replace",
                    present.stated_in
                );
                self.problems.push((path, message));
            }
            (Some(Single::Amend(amendment)), Some(present)) => {
                self.amend(&path, present, amendment);
            }
            (Some(Single::Replace(value)), Some(present)) if present.value != *value => {
                present.value = value.clone();
                self.short.clone_into(&mut present.stated_in);
            }
            (Some(Single::Replace(_)), Some(present)) => {
                let message = format!(
                    "replaced by an equal item, stated in {}; omit it",
                    present.stated_in
                );
                self.problems.push((path, message));
            }
            (Some(Single::Remove), Some(_)) => *slot = None,
            (Some(Single::Amend(_)), None) => {
                self.problems.push((
                    path,
                    format!("{} has no {section} to amend; write Add", self.parent()),
                ));
            }
            (Some(Single::Replace(_)), None) => {
                self.problems.push((
                    path,
                    format!("{} has no {section} to replace; write Add", self.parent()),
                ));
            }
            (Some(Single::Remove), None) => {
                self.problems.push((
                    path,
                    format!("{} has no {section} to remove", self.parent()),
                ));
            }
        }
    }

    pub(crate) fn delta<K, V>(
        &mut self,
        section: &str,
        table: &mut Table<K, Item<V>>,
        delta: &Delta<K, V>,
    ) where
        K: Clone + PartialEq + Display,
        V: Amend + Clone + PartialEq,
    {
        let root = Path::root().field(section);
        let known: Vec<String> = table.keys().map(ToString::to_string).collect();
        let absent = |key: &K, verb: &str, parent: &str| {
            let key = key.to_string();
            let hint = did_you_mean(&key, known.iter().map(String::as_str));
            format!("{parent} has no {key:?} to {verb}{hint}")
        };
        for (at, key) in delta.remove.iter().enumerate() {
            if table.remove(key).is_none() {
                self.problems.push((
                    root.field("remove").index(at),
                    absent(key, "remove", self.parent()),
                ));
            }
        }
        for (key, amendment) in delta.amend.iter() {
            let path = root.field("amend").key(&key.to_string());
            match table.iter_mut().find(|(present, _)| *present == key) {
                None => self
                    .problems
                    .push((path, absent(key, "amend", self.parent()))),
                Some((_, present)) => self.amend(&path, present, amendment),
            }
        }
        for (key, value) in delta.replace.iter() {
            let path = root.field("replace").key(&key.to_string());
            match table.get(key) {
                None => self
                    .problems
                    .push((path, absent(key, "replace", self.parent()))),
                Some(present) if present.stated_in == self.short => {
                    let message = "this file also amends it; write only one of the two";
                    self.problems.push((path, message.to_owned()));
                }
                Some(present) if present.value == *value => {
                    let message = format!(
                        "replaced by an equal item, stated in {}; omit it",
                        present.stated_in
                    );
                    self.problems.push((path, message));
                }
                Some(present) => {
                    let item = Item {
                        value: value.clone(),
                        since: present.since.clone(),
                        stated_in: self.short.to_owned(),
                    };
                    table.set(key.clone(), item);
                }
            }
        }
        for (key, value) in delta.add.iter() {
            match table.get(key) {
                Some(present) => {
                    let message = format!(
                        "{:?} already exists, stated in {}; move it to `replace`, or use another key",
                        key.to_string(),
                        present.stated_in
                    );
                    self.problems
                        .push((root.field("add").key(&key.to_string()), message));
                }
                None => table.set(key.clone(), self.item(value)),
            }
        }
    }

    /// Changes fields of an inherited item. No field may already have its new value.
    fn amend<T: Amend + PartialEq>(
        &mut self,
        path: &Path,
        present: &mut Item<T>,
        amendment: &T::Amendment,
    ) {
        let stated = present.value.stated(amendment);
        for (field, _) in stated.iter().filter(|(_, has)| *has) {
            let message = format!(
                "unchanged: it equals the statement in {}; omit it",
                present.stated_in
            );
            self.problems.push((path.field(field), message));
        }
        if stated.is_empty() && present.value.evidence() == amendment.evidence() {
            let message = "nothing in it changes; omit it".to_owned();
            self.problems.push((path.clone(), message));
        }
        present.value = present.value.amended(amendment);
        self.short.clone_into(&mut present.stated_in);
    }

    /// Moves the items that this draft adds with `before` to their positions.
    fn order<V: Clone>(
        &mut self,
        section: &str,
        table: &mut Table<String, Item<V>>,
        added: &Table<String, V>,
        before: impl Fn(&V) -> Option<&String>,
    ) {
        for (key, value) in added.iter() {
            let Some(before) = before(value) else {
                continue;
            };
            let moved = table.remove(key);
            let (Some(at), Some(item)) = (table.position(before), moved.clone()) else {
                let hint = did_you_mean(before, table.keys().map(String::as_str));
                let path = Path::root().field(section).field("add").key(key);
                self.problems.push((
                    path.field("before"),
                    format!("there is no item {before:?} here{hint}"),
                ));
                if let Some(item) = moved {
                    table.set(key.clone(), item);
                }
                continue;
            };
            table.insert(at, key.clone(), item);
        }
    }

    /// Adds this draft's evidence for unchanged inherited items.
    fn cite(&mut self, resolved: &mut ResolvedDraft, cited: &Table<ItemName, Vec<Evidence>>) {
        for (item, evidence) in cited.iter() {
            let (section, key) = item.parts();
            let stated_in = match (section, key) {
                ("request_line", None) => cite_single(&mut resolved.request_line, evidence),
                ("status_line", None) => cite_single(&mut resolved.status_line, evidence),
                ("request_body", None) => cite_single(&mut resolved.request_body, evidence),
                ("response_body", None) => cite_single(&mut resolved.response_body, evidence),
                ("session_key", None) => cite_single(&mut resolved.session_key, evidence),
                ("layout", None) => cite_single(&mut resolved.layout, evidence),
                ("masking", None) => cite_single(&mut resolved.masking, evidence),
                ("closing", None) => cite_single(&mut resolved.closing, evidence),
                ("close_ranges", None) => cite_single(&mut resolved.close_ranges, evidence),
                ("request_headers", Some(key)) => {
                    cite_item(&mut resolved.request_headers, key, evidence)
                }
                ("response_headers", Some(key)) => {
                    cite_item(&mut resolved.response_headers, key, evidence)
                }
                ("signs", Some(key)) => cite_item(&mut resolved.signs, key, evidence),
                ("opcodes", Some(key)) => cite_item(&mut resolved.opcodes, key, evidence),
                ("close_codes", Some(key)) => cite_item(&mut resolved.close_codes, key, evidence),
                ("rules", Some(key)) => cite_item(&mut resolved.rules, key, evidence),
                _ => None,
            };
            let message = match stated_in {
                None => format!(
                    "{} has no such item; write \"section\" or \"section/key\"",
                    self.parent()
                ),
                Some(draft) if draft == self.short => {
                    "stated in this file; put the evidence there".to_owned()
                }
                Some(_) if evidence.is_empty() => "state the evidence".to_owned(),
                Some(_) => continue,
            };
            self.problems
                .push((Path::root().field("cited").key(&item.to_string()), message));
        }
    }
}

/// Adds evidence to a section that holds one item. Returns the draft that stated it.
fn cite_single<T: Fact>(slot: &mut Option<Item<T>>, evidence: &[Evidence]) -> Option<String> {
    let item = slot.as_mut()?;
    item.value.cite(evidence);
    Some(item.stated_in.clone())
}

/// Adds evidence to an item of a keyed section. Returns the draft that stated it.
fn cite_item<K: Display, V: Fact>(
    table: &mut Table<K, Item<V>>,
    key: &str,
    evidence: &[Evidence],
) -> Option<String> {
    let (_, item) = table
        .iter_mut()
        .find(|(present, _)| present.to_string() == key)?;
    item.value.cite(evidence);
    Some(item.stated_in.clone())
}
