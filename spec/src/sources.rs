//! Sources that a file names once and cites by that name.
//!
//! A file may begin with `sources: { note: Note("HyBi 08"), … }` and then write
//! `evidence: [note]`. Names are resolved while the file is read, so that nothing after that
//! knows them. serde has no place for such a table, which is why it stands in a variable of the
//! thread for as long as [`read`] takes.

use std::{cell::RefCell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{
        self, EnumAccess, IntoDeserializer, VariantAccess, Visitor, value::EnumAccessDeserializer,
    },
};

use crate::{diagnostic::did_you_mean, model::ItemName, table::Table, vocabulary::Evidence};

/// A source of the file that is being read.
struct Named {
    name: String,
    source: Evidence,
    cited: bool,
}

thread_local! {
    /// `None` while no file is read.
    static NAMED: RefCell<Option<Vec<Named>>> = const { RefCell::new(None) };
}

/// Reads a file; gives what was read, and the names of sources that nothing cites.
pub(crate) fn read<T>(read: impl FnOnce() -> T) -> (T, Vec<String>) {
    NAMED.set(Some(Vec::new()));
    let value = read();
    let named = NAMED.take().unwrap_or_default();
    let unused = named.into_iter().filter(|named| !named.cited);
    (value, unused.map(|named| named.name).collect())
}

/// Reads the table of sources, for what comes after it.
pub(crate) fn table<'de, D>(deserializer: D) -> Result<Table<String, Evidence>, D::Error>
where
    D: Deserializer<'de>,
{
    let table = Table::<Name, Evidence>::deserialize(deserializer)?;
    let mut sources = Table::default();
    for (Name(name), source) in table.iter() {
        let named = Named {
            name: name.clone(),
            source: source.clone(),
            cited: false,
        };
        if !NAMED.with_borrow_mut(|all| all.as_mut().is_none_or(|all| enter(all, named))) {
            return Err(de::Error::custom(format_args!(
                "an earlier draft of this file names a source {name:?} already"
            )));
        }
        sources.set(name.clone(), source.clone());
    }
    Ok(sources)
}

/// Enters a source whose name is new; says whether it is.
fn enter(all: &mut Vec<Named>, named: Named) -> bool {
    let is_new = all.iter().all(|known| known.name != named.name);
    if is_new {
        all.push(named);
    }
    is_new
}

/// Reads evidence in which names of sources may stand.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Evidence>, D::Error> {
    let list = Vec::<Cited>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Cited(evidence)| evidence).collect())
}

/// Reads one piece of evidence, or the name of a source.
pub(crate) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Evidence, D::Error> {
    Cited::deserialize(deserializer).map(|Cited(evidence)| evidence)
}

/// Reads evidence by item, in which names of sources may stand.
pub(crate) fn by_item<'de, D>(deserializer: D) -> Result<Table<ItemName, Vec<Evidence>>, D::Error>
where
    D: Deserializer<'de>,
{
    let read = Table::<ItemName, Vec<Cited>>::deserialize(deserializer)?;
    let mut table = Table::default();
    for (item, list) in read.iter() {
        let evidence = list.iter().map(|Cited(evidence)| evidence.clone());
        table.set(item.clone(), evidence.collect());
    }
    Ok(table)
}

/// The name of a source, or of a kind of evidence: an identifier.
#[derive(Debug, PartialEq)]
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Identifier;

        impl Visitor<'_> for Identifier {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name without quotes")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Word, E> {
                Ok(Word(word.to_owned()))
            }
        }

        deserializer.deserialize_identifier(Identifier)
    }
}

/// The name that a source is given.
#[derive(Debug, PartialEq)]
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Word(name) = Word::deserialize(deserializer)?;
        if is_name(&name) {
            return Ok(Self(name));
        }
        Err(de::Error::custom(format_args!(
            "{name:?} is no name of a source: lower case letters, digits and underscores, starting with a letter"
        )))
    }
}

/// Kinds of evidence start with an upper case letter, so that names never hide them.
fn is_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Evidence, written out or by the name of a source.
struct Cited(Evidence);

impl<'de> Deserialize<'de> for Cited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Citation;

        impl<'de> Visitor<'de> for Citation {
            type Value = Evidence;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("evidence or the name of a source")
            }

            fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Evidence, A::Error> {
                let (Word(word), content) = data.variant()?;
                if is_name(&word) {
                    content.unit_variant()?;
                    return find(&word);
                }
                let kind = Kind { word, content };
                Evidence::deserialize(EnumAccessDeserializer::new(kind))
            }
        }

        deserializer
            .deserialize_enum("Evidence", &[], Citation)
            .map(Cited)
    }
}

/// The source of a name.
fn find<E: de::Error>(name: &str) -> Result<Evidence, E> {
    NAMED.with_borrow_mut(|all| {
        let all = all.as_deref_mut().unwrap_or_default();
        if let Some(known) = all.iter_mut().find(|known| known.name == name) {
            known.cited = true;
            return Ok(known.source.clone());
        }
        let hint = match did_you_mean(name, all.iter().map(|known| known.name.as_str())) {
            none if none.is_empty() => "; name it in `sources`, above what cites it".to_owned(),
            hint => hint,
        };
        Err(E::custom(format_args!("no source {name:?}{hint}")))
    })
}

/// A kind of evidence whose name was read already.
struct Kind<C> {
    word: String,
    content: C,
}

impl<'de, C: VariantAccess<'de>> EnumAccess<'de> for Kind<C> {
    type Error = C::Error;
    type Variant = C;

    fn variant_seed<S>(self, seed: S) -> Result<(S::Value, C), C::Error>
    where
        S: de::DeserializeSeed<'de>,
    {
        let word: de::value::StringDeserializer<C::Error> = self.word.into_deserializer();
        Ok((seed.deserialize(word)?, self.content))
    }
}
