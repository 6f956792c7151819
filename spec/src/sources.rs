//! Named sources of a file.
//!
//! A file may begin with `sources: { note: Note("HyBi 08"), … }` and then write `evidence: [note]`.
//! Names are resolved while the file is read and do not exist afterwards. serde cannot pass such a
//! table along, so a thread-local variable holds it during [`read`].

use std::{cell::RefCell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{
        self, EnumAccess, IntoDeserializer, VariantAccess, Visitor, value::EnumAccessDeserializer,
    },
};

use crate::{diagnostic::did_you_mean, table::Table, vocabulary::Evidence};

/// A source of the file that is being read.
struct Named {
    name: String,
    source: Evidence,
    cited: bool,
}

thread_local! {
    /// `None` while no file is being read.
    static NAMED: RefCell<Option<Vec<Named>>> = const { RefCell::new(None) };
}

/// Reads a file. Returns the result and the names of sources that nothing cites.
pub(crate) fn read<T>(read: impl FnOnce() -> T) -> (T, Vec<String>) {
    NAMED.set(Some(Vec::new()));
    let value = read();
    let named = NAMED.take().unwrap_or_default();
    let unused = named.into_iter().filter(|named| !named.cited);
    (value, unused.map(|named| named.name).collect())
}

/// Reads the table of sources and stores it for the rest of the file.
pub(crate) fn table<'de, D>(deserializer: D) -> Result<Table<String, Evidence>, D::Error>
where
    D: Deserializer<'de>,
{
    let table = Table::<Name, Stated>::deserialize(deserializer)?;
    let mut sources = Table::default();
    for (Name(name), Stated(source)) in table.iter() {
        let named = Named {
            name: name.clone(),
            source: source.clone(),
            cited: false,
        };
        if !NAMED.with_borrow_mut(|all| all.as_mut().is_none_or(|all| enter(all, named))) {
            return Err(de::Error::custom(format_args!(
                "an earlier draft in this file already names a source {name:?}"
            )));
        }
        sources.set(name.clone(), source.clone());
    }
    Ok(sources)
}

/// Adds a source. Returns whether its name is new.
fn enter(all: &mut Vec<Named>, named: Named) -> bool {
    let is_new = all.iter().all(|known| known.name != named.name);
    if is_new {
        all.push(named);
    }
    is_new
}

/// Reads evidence that may contain names of sources.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Evidence>, D::Error> {
    let list = Vec::<Cited>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Cited(evidence)| evidence).collect())
}

/// Reads one piece of evidence or the name of a source.
pub(crate) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Evidence, D::Error> {
    Cited::deserialize(deserializer).map(|Cited(evidence)| evidence)
}

/// Reads evidence by item. The evidence may contain names of sources.
pub(crate) fn by_item<'de, K, D>(deserializer: D) -> Result<Table<K, Vec<Evidence>>, D::Error>
where
    K: Deserialize<'de> + Clone + PartialEq + fmt::Debug,
    D: Deserializer<'de>,
{
    let read = Table::<K, List>::deserialize(deserializer)?;
    Ok(read.map(|List(evidence)| evidence))
}

/// Evidence that may contain names of sources.
#[derive(Clone)]
struct List(Vec<Evidence>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        list(deserializer).map(Self)
    }
}

/// The name of a source or of a kind of evidence: an identifier.
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

/// The name of a source.
#[derive(PartialEq)]
struct Name(String);

/// Prints the name as errors print every other key of a table.
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Word(name) = Word::deserialize(deserializer)?;
        if is_name(&name) {
            return Ok(Self(name));
        }
        Err(de::Error::custom(format_args!(
            "{name:?} is not a valid name of a source; write lower case letters, digits and underscores, starting with a letter"
        )))
    }
}

/// Kinds of evidence start with an upper-case letter, so names never hide them.
fn is_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Evidence, written out or cited by the name of a source.
struct Cited(Evidence);

impl<'de> Deserialize<'de> for Cited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let citation = Citation { names: true };
        deserializer
            .deserialize_enum("Evidence", &[], citation)
            .map(Self)
    }
}

/// Evidence, written out.
struct Stated(Evidence);

impl<'de> Deserialize<'de> for Stated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let citation = Citation { names: false };
        deserializer
            .deserialize_enum("Evidence", &[], citation)
            .map(Self)
    }
}

/// Reads evidence.
struct Citation {
    /// Whether the name of a source may stand for it.
    names: bool,
}

impl<'de> Visitor<'de> for Citation {
    type Value = Evidence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.names {
            "evidence or the name of a source"
        } else {
            "evidence"
        })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Evidence, A::Error> {
        let (Word(word), content) = data.variant()?;
        if !is_name(&word) {
            let kind = Kind { word, content };
            return Evidence::deserialize(EnumAccessDeserializer::new(kind));
        }
        content.unit_variant()?;
        if self.names {
            return find(&word);
        }
        Err(de::Error::custom(format_args!(
            "a source must state evidence; it cannot cite the source {word:?}"
        )))
    }
}

/// Finds the source with a name.
fn find<E: de::Error>(name: &str) -> Result<Evidence, E> {
    NAMED.with_borrow_mut(|all| {
        let all = all.as_deref_mut().unwrap_or_default();
        if let Some(known) = all.iter_mut().find(|known| known.name == name) {
            known.cited = true;
            return Ok(known.source.clone());
        }
        let hint = match did_you_mean(name, all.iter().map(|known| known.name.as_str())) {
            none if none.is_empty() => {
                "; name it in `sources`, above the first citation".to_owned()
            }
            hint => hint,
        };
        Err(E::custom(format_args!("no source {name:?}{hint}")))
    })
}

/// A kind of evidence whose name has already been read.
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
