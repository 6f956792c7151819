//! The changes of one file, applied to the items that it inherits.

use std::{fmt::Display, str::FromStr};

use crate::{
    diagnostic::did_you_mean,
    locate::Path,
    model::{Amend, Delta, Fact, ItemName, Single},
    resolved::{Item, ResolvedDraft},
    table::Table,
    vocabulary::Evidence,
};

/// A problem and its path in the file.
pub(crate) type Problem = (Path, String);

/// Applies the sections of one file to those of its parent.
pub(crate) struct Pass<'a> {
    short: &'a str,
    extends: Option<&'a str>,
    /// The part of the file whose sections are applied.
    root: Path,
    /// The items that the file removes, as `section` or `section/key`.
    removed: Vec<String>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Pass<'a> {
    pub(crate) const fn new(short: &'a str, extends: Option<&'a str>) -> Self {
        Self {
            short,
            extends,
            root: Path::root(),
            removed: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Goes on with the sections of a field.
    pub(crate) fn within(&mut self, field: &str) {
        self.root = Path::root().field(field);
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
        let path = self.root.field(section);
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
            (Some(Single::Remove), Some(_)) => {
                *slot = None;
                self.removed.push(section.to_owned());
            }
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
        if delta.is_empty() {
            return;
        }
        let known: Vec<String> = table.keys().map(ToString::to_string).collect();
        self.removals(section, table, &delta.remove, &known);
        for (key, amendment) in delta.amend.iter() {
            let path = self.root.field(section).field("amend");
            let path = path.key(&key.to_string());
            match table.get_mut(key) {
                None => {
                    let message = self.absent(section, &key.to_string(), "amend", &known);
                    self.problems.push((path, message));
                }
                Some(present) => self.amend(&path, present, amendment),
            }
        }
        self.replacements(section, table, &delta.replace, &known);
        self.additions(section, table, &delta.add);
    }

    fn removals<K: Clone + PartialEq + Display, V: Clone>(
        &mut self,
        section: &str,
        table: &mut Table<K, V>,
        keys: &[K],
        known: &[String],
    ) {
        for (at, key) in keys.iter().enumerate() {
            let item = format!("{section}/{key}");
            if table.remove(key).is_some() {
                self.removed.push(item);
                continue;
            }
            let message = if self.removed.contains(&item) {
                "this file already removes it; write it once".to_owned()
            } else {
                self.absent(section, &key.to_string(), "remove", known)
            };
            let path = self.root.field(section).field("remove").index(at);
            self.problems.push((path, message));
        }
    }

    fn replacements<K, V>(
        &mut self,
        section: &str,
        table: &mut Table<K, Item<V>>,
        stated: &Table<K, V>,
        known: &[String],
    ) where
        K: Clone + PartialEq + Display,
        V: Clone + PartialEq,
    {
        for (key, value) in stated.iter() {
            let message = match table.get(key) {
                None => self.absent(section, &key.to_string(), "replace", known),
                Some(present) if present.stated_in == self.short => {
                    "this file also amends it; write only one of the two".to_owned()
                }
                Some(present) if present.value == *value => format!(
                    "replaced by an equal item, stated in {}; omit it",
                    present.stated_in
                ),
                Some(present) => {
                    let item = Item {
                        value: value.clone(),
                        since: present.since.clone(),
                        stated_in: self.short.to_owned(),
                    };
                    table.set(key.clone(), item);
                    continue;
                }
            };
            let path = self.root.field(section).field("replace");
            self.problems.push((path.key(&key.to_string()), message));
        }
    }

    fn additions<K, V>(
        &mut self,
        section: &str,
        table: &mut Table<K, Item<V>>,
        stated: &Table<K, V>,
    ) where
        K: Clone + PartialEq + Display,
        V: Clone,
    {
        for (key, value) in stated.iter() {
            let Some(present) = table.get(key) else {
                table.set(key.clone(), self.item(value));
                continue;
            };
            let message = format!(
                "{:?} already exists, stated in {}; move it to `replace`, or use another key",
                key.to_string(),
                present.stated_in
            );
            let path = self.root.field(section).field("add");
            self.problems.push((path.key(&key.to_string()), message));
        }
    }

    /// Why an item that the file changes is not there.
    fn absent(&self, section: &str, key: &str, verb: &str, known: &[String]) -> String {
        if self.removed.contains(&format!("{section}/{key}")) {
            return "this file also removes it; write only one of the two".to_owned();
        }
        let hint = did_you_mean(key, known.iter().map(String::as_str));
        format!("{} has no {key:?} to {verb}{hint}", self.parent())
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

    /// Moves the items that the file adds with `before` to their positions.
    pub(super) fn order<V: Clone>(
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
                let path = self.root.field(section).field("add").key(key);
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
    pub(super) fn cite(
        &mut self,
        resolved: &mut ResolvedDraft,
        cited: &Table<ItemName, Vec<Evidence>>,
    ) {
        for (item, evidence) in cited.iter() {
            let (section, key) = item.parts();
            let name = key.map_or_else(|| section.to_owned(), |key| format!("{section}/{key}"));
            let stated_in = match (section, key) {
                ("request_line", None) => cite_single(&mut resolved.request_line, evidence),
                ("status_line", None) => cite_single(&mut resolved.status_line, evidence),
                ("request_body", None) => cite_single(&mut resolved.request_body, evidence),
                ("response_body", None) => cite_single(&mut resolved.response_body, evidence),
                ("session_key", None) => cite_single(&mut resolved.session_key, evidence),
                ("bootstraps", None) => cite_single(&mut resolved.bootstraps, evidence),
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
                None if self.removed.contains(&name) => {
                    "this file removes it; omit the citation".to_owned()
                }
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
fn cite_item<K: Clone + Display + FromStr + PartialEq, V: Clone + Fact>(
    table: &mut Table<K, Item<V>>,
    key: &str,
    evidence: &[Evidence],
) -> Option<String> {
    // A number has one form.
    let named: K = key
        .parse()
        .ok()
        .filter(|named: &K| named.to_string() == key)?;
    let item = table.get_mut(&named)?;
    item.value.cite(evidence);
    Some(item.stated_in.clone())
}
