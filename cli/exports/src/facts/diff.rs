//! What changed between two drafts, or between two extensions.

use serde::Serialize;
use serde_json::{Map, Value};
use wsdraft_spec::{ResolvedDraft, extension::ResolvedExtension, sort};

use super::differences::{self, Changed};

/// One difference.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// The part of the draft: `identity`, `rules` and so on.
    pub part: String,
    /// The item of the part.
    pub item: String,
    /// What happened to it.
    pub change: Change,
    /// What it was; null if it was not there.
    pub from: Value,
    /// What it is; null if it is no longer there.
    pub to: Value,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is no longer there.
    Removed,
    /// It is there, and not as it was.
    Changed,
}

/// The part that says who a draft is.
pub const IDENTITY: &str = "identity";

/// Fields that say who a draft is.
const OF_IDENTITY: &[&str] = &[
    "name",
    "short",
    "aliases",
    "type",
    "revision",
    "serial",
    "issued",
    "expires",
    "status",
    "wire_version",
    "summary",
    "drafts",
];

/// Fields that describe the file rather than the protocol.
const OMITTED: &[&str] = &[
    "evidence",
    "lineage",
    "coverage",
    "changes",
    "conflicts",
    "documents",
];

/// The field whose sections are compared like those of the extension itself.
const NESTED: &str = "multiplexing";

/// The part that says how a request of a draft is known.
const SIGNS: &str = "signs";

/// A draft or an extension, ready to be compared.
#[derive(Debug)]
pub struct Compared(Map<String, Value>);

impl Compared {
    /// Prepares a draft.
    ///
    /// # Errors
    /// If the draft cannot be written as JSON.
    pub fn new(draft: &ResolvedDraft) -> serde_json::Result<Self> {
        Ok(Self::sections(serde_json::to_value(draft)?))
    }

    /// Prepares an extension.
    ///
    /// # Errors
    /// If the extension cannot be written as JSON.
    pub fn extension(extension: &ResolvedExtension) -> serde_json::Result<Self> {
        Ok(Self::sections(serde_json::to_value(extension)?))
    }

    fn sections(value: Value) -> Self {
        let Value::Object(mut sections) = value else {
            return Self(Map::new());
        };
        if let Some(Value::Object(nested)) = sections.remove(NESTED) {
            let nested = nested.into_iter();
            sections.extend(nested.map(|(name, section)| (format!("{NESTED}/{name}"), section)));
        }
        Self(sections)
    }

    /// What changed from this one to another one, in the order of the other one's parts.
    #[must_use]
    pub fn differences(&self, to: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        let none = Map::new();
        let gone = self.0.keys().filter(|part| !to.0.contains_key(*part));
        for part in to.0.keys().chain(gone) {
            let [old, new] = [self, to].map(|one| one.0.get(part).unwrap_or(&Value::Null));
            if OMITTED.contains(&part.as_str()) {
                continue;
            }
            if OF_IDENTITY.contains(&part.as_str()) {
                compare(&mut differences, IDENTITY, part, old, new);
            } else if let Some([old, new]) = tables(old, new, &none) {
                for key in keys(old, new) {
                    let value =
                        |table: &Map<String, Value>| table.get(key).map_or(Value::Null, stated);
                    compare(&mut differences, part, key, &value(old), &value(new));
                }
            } else {
                compare(&mut differences, part, part, &stated(old), &stated(new));
            }
        }
        differences
    }
}

/// The keys of both sections: those of the new one that the old one lacks come last, but numbers are in order.
fn keys<'v>(old: &'v Section, new: &'v Section) -> Vec<&'v String> {
    let added = new.keys().filter(|key| !old.contains_key(*key));
    let mut keys: Vec<&String> = old.keys().chain(added).collect();
    let number = |key: &&String| key.parse::<u64>().ok();
    if keys.iter().all(|key| number(key).is_some()) {
        sort::by_key(&mut keys, number);
    }
    keys
}

/// A difference in words, names of the protocol between backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// What is new or gone.
    Item(String),
    /// What it was, and what it is.
    Change(String, String),
    /// The fields that are not as they were.
    Fields(Vec<Changed>),
}

impl Difference {
    /// The difference in words.
    #[must_use]
    pub fn told(&self) -> Told {
        let (part, item) = (self.part.as_str(), self.item.as_str());
        let value = |value: &Value| match part == item {
            true => differences::item(part, value),
            false => differences::value(part, item, value),
        };
        match (&self.from, &self.to, self.change) {
            (_, only, Change::Added) | (only, _, Change::Removed) => {
                Told::Item(differences::item(part, only))
            }
            // A sign is one sentence.
            (from, to, Change::Changed) if part == SIGNS => {
                Told::Change(differences::item(part, from), differences::item(part, to))
            }
            (Value::Object(_), Value::Object(_), Change::Changed) => {
                let fields = self.fields();
                let fields =
                    fields.map(|(field, from, to)| differences::changed(part, field, from, to));
                Told::Fields(fields.collect())
            }
            (from, to, Change::Changed) => Told::Change(value(from), value(to)),
        }
    }

    /// The fields of a changed item that are not as they were: the name, what it was, what it is.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value, &Value)> {
        let objects = self.from.as_object().zip(self.to.as_object());
        objects.into_iter().flat_map(|(from, to)| {
            let added = to.keys().filter(|key| !from.contains_key(*key));
            from.keys().chain(added).filter_map(|key| {
                let (old, new) = (from.get(key), to.get(key));
                (old != new).then(|| {
                    (
                        key.as_str(),
                        old.unwrap_or(&Value::Null),
                        new.unwrap_or(&Value::Null),
                    )
                })
            })
        })
    }
}

/// A section that holds items by key, or an item by its fields.
type Section = Map<String, Value>;

/// Two sections that hold items by key. One that is not there holds none.
fn tables<'v>(old: &'v Value, new: &'v Value, none: &'v Section) -> Option<[&'v Section; 2]> {
    let items = |value: &'v Value| match value {
        Value::Null => Some(none),
        value => table(value),
    };
    Some([items(old)?, items(new)?])
}

/// A section that holds items by key.
fn table(value: &Value) -> Option<&Map<String, Value>> {
    value
        .as_object()
        .filter(|fields| !fields.contains_key("stated_in"))
}

/// What an item says, without its origin and its evidence.
fn stated(item: &Value) -> Value {
    let mut value = item.get("value").unwrap_or(item).clone();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("evidence");
        fields.remove("before");
    }
    value
}

fn compare(differences: &mut Vec<Difference>, part: &str, item: &str, from: &Value, to: &Value) {
    if from == to {
        return;
    }
    let change = match (from, to) {
        (Value::Null, _) => Change::Added,
        (_, Value::Null) => Change::Removed,
        _ => Change::Changed,
    };
    differences.push(Difference {
        part: part.into(),
        item: item.into(),
        change,
        from: from.clone(),
        to: to.clone(),
    });
}
