//! Values as Lua source.

use std::fmt::{self, Write as _};

/// A value of Lua.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lua {
    Bool(bool),
    Number(u64),
    Text(String),
    /// An element of another table.
    Element(&'static str, usize),
    /// A table with consecutive values.
    List(Vec<Self>),
    /// A table with names, in this order.
    Table(Vec<(String, Self)>),
    /// A word, and values with names.
    Tagged(String, Vec<(String, Self)>),
    /// A table with numbers as keys.
    Numbered(Vec<(u64, Self)>),
}

impl Lua {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    /// A table with these names; those without a value are left out.
    pub(super) fn table<'n>(entries: impl IntoIterator<Item = (&'n str, Option<Self>)>) -> Self {
        let present = |(name, value): (&str, Option<Self>)| Some((name.to_owned(), value?));
        Self::Table(entries.into_iter().filter_map(present).collect())
    }

    /// A word and its operand, if there is one.
    pub(super) fn tagged(word: &str, operand: Option<Self>) -> Self {
        Self::List(
            [Some(Self::text(word)), operand]
                .into_iter()
                .flatten()
                .collect(),
        )
    }

    /// A set of names.
    pub(super) fn set<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let names = names.into_iter();
        Self::Table(
            names
                .map(|name| (name.as_ref().to_owned(), Self::Bool(true)))
                .collect(),
        )
    }
}

impl From<&str> for Lua {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Lua {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<String> for Lua {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Lua {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Lua {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Lua {
    fn from(value: Option<T>) -> Self {
        Self::List(value.into_iter().map(Into::into).collect())
    }
}

/// The value on one line.
impl fmt::Display for Lua {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => quoted(f, text),
            Self::Element(table, at) => write!(f, "{table}[{at}]"),
            Self::List(values) => braces(f, values, |f, value| write!(f, "{value}")),
            Self::Table(entries) => braces(f, entries, |f, (name, value)| {
                key(f, name)?;
                write!(f, " = {value}")
            }),
            Self::Tagged(word, entries) => {
                f.write_str("{ ")?;
                quoted(f, word)?;
                for (name, value) in entries {
                    f.write_str(", ")?;
                    key(f, name)?;
                    write!(f, " = {value}")?;
                }
                f.write_str(" }")
            }
            Self::Numbered(entries) => braces(f, entries, |f, (number, value)| {
                write!(f, "[{number}] = {value}")
            }),
        }
    }
}

fn braces<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    if items.is_empty() {
        return f.write_str("{}");
    }
    for (at, item) in items.iter().enumerate() {
        f.write_str(if at == 0 { "{ " } else { ", " })?;
        write(f, item)?;
    }
    f.write_str(" }")
}

fn key(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    const KEYWORDS: [&str; 22] = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ];
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !KEYWORDS.contains(&name);
    if plain {
        return f.write_str(name);
    }
    f.write_char('[')?;
    quoted(f, name)?;
    f.write_char(']')
}

/// A text in quotes. Bytes that are not printable ASCII are written as numbers.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            ' '..='~' => f.write_char(character)?,
            _ => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    write!(f, "\\{byte:03}")?;
                }
            }
        }
    }
    f.write_char('"')
}
