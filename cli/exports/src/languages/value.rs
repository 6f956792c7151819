//! Values of the tables, in no language yet.

use super::records::Of;

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    OptionalText(Option<String>),
    Number(u64),
    OptionalNumber(Option<u64>),
    /// A number in hexadecimal, with at least this many digits.
    Hex(u64, usize),
    OptionalHex(Option<u64>, usize),
    /// A number that may need 64 bits.
    Wide(u64),
    Flag(bool),
    /// A word of an enumeration.
    Word(&'static str, String),
    OptionalWord(&'static str, Option<String>),
    /// A record of this type.
    Record(&'static str, Vec<Self>),
    OptionalRecord(&'static str, Option<Vec<Self>>),
    /// A list of records of this type.
    List(&'static str, Vec<Self>),
    Texts(Vec<String>),
    /// The record that a definition has.
    Shared(String),
    /// The list of records that a definition has.
    SharedList(String),
}

/// A table with a name.
#[derive(Debug)]
pub(super) struct Definition {
    /// Its name, in words that hyphens join.
    pub(super) name: String,
    /// What it is; empty if only the code of the module uses it.
    pub(super) doc: &'static str,
    /// The type of the value: a record or a list.
    pub(super) of: Of,
    pub(super) value: Value,
}

/// Numbers with names: the values of an enumeration.
#[derive(Debug)]
pub(super) struct Numbers {
    /// The name of the enumeration, in words that hyphens join.
    pub(super) name: &'static str,
    /// What they are.
    pub(super) doc: String,
    /// Whether they are written in hexadecimal.
    pub(super) hex: bool,
    /// The names, the numbers, and what they are.
    pub(super) of: Vec<(String, u64, String)>,
}

/// `going-away` as `GOING_AWAY`.
pub(super) fn shout(kebab: &str) -> String {
    snake(kebab).to_ascii_uppercase()
}

/// `going-away` as `going_away`.
pub(super) fn snake(kebab: &str) -> String {
    lead(kebab.replace('-', "_"))
}

/// `going-away` as `GoingAway`.
pub(super) fn pascal(kebab: &str) -> String {
    lead(wsdraft_spec::camel_case(kebab))
}

/// `going-away` as `goingAway`.
pub(super) fn camel(kebab: &str) -> String {
    let mut name = pascal(kebab);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// No name of any language starts with a digit.
fn lead(name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("N{name}");
    }
    name
}

/// A text in double quotes. `escape` writes the characters that are neither ASCII nor letters.
pub(super) fn quoted(text: &str, escape: impl Fn(char) -> String) -> String {
    let mut out = String::from('"');
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            ' '..='~' => out.push(one),
            _ => out.push_str(&escape(one)),
        }
    }
    out.push('"');
    out
}

/// Whether a character may stand in a file as it is: no sign that changes the direction of the text, no invisible one.
pub(super) fn is_plain(one: char) -> bool {
    one.is_alphanumeric() || "§–…’“”×→".contains(one)
}

/// A text for a comment, in which every character can be seen.
pub(super) fn visible(text: &str) -> String {
    let visible = text.chars().map(|one| match one {
        ' '..='~' => one.to_string(),
        _ if is_plain(one) => one.to_string(),
        _ => format!("U+{:04X}", u32::from(one)),
    });
    visible.collect()
}
