//! A draft's changes to the items that it inherits.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        self, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{SeqAccessDeserializer, StrDeserializer, U64Deserializer},
    },
};

use super::{Amend, Fact};
use crate::{table::Table, vocabulary::Evidence};

/// A draft's change to a section that holds one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub enum Single<T: Amend> {
    /// Adds the item.
    Add(T),
    /// Changes some fields of the inherited item.
    Amend(T::Amendment),
    /// Replaces the inherited item.
    Replace(T),
    /// Removes the inherited item.
    Remove,
}

impl<T: Amend> Single<T> {
    /// The evidence of the statement; `None` for a removal.
    pub(crate) fn evidence(&self) -> Option<&[Evidence]> {
        match self {
            Self::Add(fact) | Self::Replace(fact) => Some(fact.evidence()),
            Self::Amend(amendment) => Some(amendment.evidence()),
            Self::Remove => None,
        }
    }
}

/// A draft's changes to a section that holds items by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(
        serialize = "K: Serialize, V: Serialize",
        deserialize = "K: Deserialize<'de> + Clone + PartialEq + fmt::Debug, V: Deserialize<'de>"
    )
)]
pub struct Delta<K, V: Amend> {
    /// New items.
    #[serde(default = "Table::default", skip_serializing_if = "Table::is_empty")]
    pub add: Table<K, V>,
    /// Items with some changed fields; they keep their position. In a file, a list of keys may
    /// replace a key; all of these items then change in the same way.
    #[serde(
        default = "Table::default",
        deserialize_with = "by_keys",
        skip_serializing_if = "Table::is_empty"
    )]
    pub amend: Table<K, V::Amendment>,
    /// Replaced items; they keep their position.
    #[serde(default = "Table::default", skip_serializing_if = "Table::is_empty")]
    pub replace: Table<K, V>,
    /// Keys of removed items.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<K>,
}

impl<K, V: Amend> Delta<K, V> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty()
            && self.amend.is_empty()
            && self.replace.is_empty()
            && self.remove.is_empty()
    }
}

impl<K: PartialEq, V: Amend> Delta<K, V> {
    /// Statements without evidence: the field and the key of each.
    pub(crate) fn unproven(&self) -> impl Iterator<Item = (&'static str, &K)> {
        let stated = [("add", &self.add), ("replace", &self.replace)];
        let stated = stated.into_iter().flat_map(|(verb, table)| {
            table
                .iter()
                .map(move |(key, fact)| (verb, key, fact.evidence()))
        });
        let amended = self.amend.iter();
        let amended = amended.map(|(key, amendment)| ("amend", key, amendment.evidence()));
        stated
            .chain(amended)
            .filter(|(.., evidence)| evidence.is_empty())
            .map(|(verb, key, _)| (verb, key))
    }

    /// The field that contains the statement on a key.
    pub(crate) fn verb(&self, key: &K) -> &'static str {
        if self.amend.position(key).is_some() {
            "amend"
        } else if self.replace.position(key).is_some() {
            "replace"
        } else {
            "add"
        }
    }
}

impl<K, V: Amend> Default for Delta<K, V> {
    fn default() -> Self {
        Self {
            add: Table::default(),
            amend: Table::default(),
            replace: Table::default(),
            remove: Vec::new(),
        }
    }
}

/// Reads a map whose keys may be lists of keys.
fn by_keys<'de, D, K, A>(deserializer: D) -> Result<Table<K, A>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Clone + PartialEq + fmt::Debug,
    A: Deserialize<'de> + Clone,
{
    struct Entries<K, A>(PhantomData<(K, A)>);

    impl<'de, K, A> Visitor<'de> for Entries<K, A>
    where
        K: Deserialize<'de> + Clone + PartialEq + fmt::Debug,
        A: Deserialize<'de> + Clone,
    {
        type Value = Table<K, A>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map by keys or by lists of keys, without duplicates")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut table = Table::default();
            while let Some(Keys(keys)) = map.next_key()? {
                let mut fresh: Vec<K> = Vec::new();
                for key in keys {
                    if table.position(&key).is_some() || fresh.contains(&key) {
                        return Err(de::Error::custom(format_args!(
                            "{key:?} appears twice in this map; remove one of them"
                        )));
                    }
                    fresh.push(key);
                }
                let value: A = map.next_value()?;
                for key in fresh {
                    table.set(key, value.clone());
                }
            }
            Ok(table)
        }
    }

    deserializer.deserialize_map(Entries(PhantomData))
}

/// A key or a list of keys.
struct Keys<K>(Vec<K>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Keys<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany<K>(PhantomData<K>);

        impl<'de, K: Deserialize<'de>> Visitor<'de> for OneOrMany<K> {
            type Value = Vec<K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key or a list of keys")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                let key: StrDeserializer<'_, E> = key.into_deserializer();
                K::deserialize(key).map(|key| vec![key])
            }

            fn visit_u64<E: de::Error>(self, key: u64) -> Result<Self::Value, E> {
                let key: U64Deserializer<E> = key.into_deserializer();
                K::deserialize(key).map(|key| vec![key])
            }

            fn visit_seq<S: SeqAccess<'de>>(self, keys: S) -> Result<Self::Value, S::Error> {
                let keys = Vec::deserialize(SeqAccessDeserializer::new(keys))?;
                if keys.is_empty() {
                    return Err(de::Error::custom("the list of keys is empty"));
                }
                Ok(keys)
            }
        }

        deserializer
            .deserialize_any(OneOrMany(PhantomData))
            .map(Keys)
    }
}
