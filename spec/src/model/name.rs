//! The names of items in a file.

use std::{fmt, ops::Range};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of an item: its section, and its key if the section holds several items.
///
/// Files write `"layout"` and `"rules/text-utf8"`; `"rules[\"text-utf8\"]"` is equivalent. The
/// serialized form is the latter, without the escapes.
#[derive(Clone, Debug)]
pub struct ItemName {
    text: String,
    /// Where the section ends, and where the key is.
    section: usize,
    key: Option<Range<usize>>,
}

impl ItemName {
    /// The section, and the key.
    #[must_use]
    pub fn parts(&self) -> (&str, Option<&str>) {
        let key = self.key.clone().map(|key| &self.text[key]);
        (&self.text[..self.section], key)
    }

    /// The exported form of the name: `layout`, `rules["text-utf8"]`.
    fn canonical(&self) -> String {
        match self.parts() {
            (section, Some(key)) => format!("{section}[{key:?}]"),
            (section, None) => section.to_owned(),
        }
    }
}

impl From<String> for ItemName {
    fn from(text: String) -> Self {
        let bracketed = text.find("[\"").filter(|at| {
            let key = &text[at + 2..];
            key.ends_with("\"]")
        });
        let (section, key) = match (bracketed, text.find('/')) {
            (Some(at), _) => (at, Some(at + 2..text.len() - 2)),
            (None, Some(at)) => (at, Some(at + 1..text.len())),
            (None, None) => (text.len(), None),
        };
        Self { text, section, key }
    }
}

impl PartialEq for ItemName {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for ItemName {}

/// Prints the form in files.
impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for ItemName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.canonical())
    }
}

impl<'de> Deserialize<'de> for ItemName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// Reads names of items and converts them to the exported form.
pub(super) fn canonical<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    let names = Vec::<ItemName>::deserialize(deserializer)?;
    Ok(names.iter().map(ItemName::canonical).collect())
}

#[cfg(test)]
mod tests {
    use super::ItemName;

    #[test]
    fn both_forms_name_the_same() {
        let name = |text: &str| ItemName::from(text.to_owned());
        let plain = name("rules/text-utf8");
        assert_eq!(plain.parts(), ("rules", Some("text-utf8")));
        assert_eq!(plain, name("rules[\"text-utf8\"]"));
        assert_eq!(plain.canonical(), "rules[\"text-utf8\"]");
        assert_eq!(plain.to_string(), "rules/text-utf8");
        assert_eq!(name("layout").parts(), ("layout", None));
        assert_ne!(name("layout"), name("layout/"));
    }
}
