//! An ordered map that rejects duplicate keys. RON would silently overwrite them.

use std::{fmt, marker::PhantomData, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
};

/// A map that keeps the written order and has no duplicate keys. Clones share their entries until one
/// of them changes: a draft inherits most of its parent's.
#[derive(Debug, PartialEq, Eq)]
pub struct Table<K, V> {
    entries: Vec<Arc<(K, V)>>,
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
        }
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

impl<K, V> Table<K, V> {
    /// The entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|entry| (&entry.0, &entry.1))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|entry| &entry.0)
    }

    /// The values, in order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|entry| &entry.1)
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: PartialEq, V> Table<K, V> {
    /// The value of a key.
    pub fn get<Q: ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: PartialEq<Q>,
    {
        let entry = self.entries.iter().find(|entry| entry.0 == *key)?;
        Some(&entry.1)
    }

    /// The position of a key.
    pub fn position(&self, key: &K) -> Option<usize> {
        self.entries.iter().position(|entry| entry.0 == *key)
    }

    /// Appends a value, or replaces the value with the same key.
    pub fn set(&mut self, key: K, value: V) {
        match self.position(&key) {
            Some(at) => self.entries[at] = Arc::new((key, value)),
            None => self.entries.push(Arc::new((key, value))),
        }
    }

    /// Inserts a new value before the entry at this position.
    pub fn insert(&mut self, at: usize, key: K, value: V) {
        let at = at.min(self.entries.len());
        self.entries.insert(at, Arc::new((key, value)));
    }
}

impl<K: Clone, V: Clone> Table<K, V> {
    /// The entries, in order, with mutable values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|entry| {
            let (key, value) = Arc::make_mut(entry);
            (&*key, value)
        })
    }

    /// The mutable value of a key.
    pub(crate) fn get_mut<Q: ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: PartialEq<Q>,
    {
        let entry = self.entries.iter_mut().find(|entry| entry.0 == *key)?;
        Some(&mut Arc::make_mut(entry).1)
    }

    /// The same keys, with other values.
    pub(crate) fn map<W>(self, convert: impl Fn(V) -> W) -> Table<K, W> {
        let entries = self.entries.into_iter().map(|entry| {
            let (key, value) = Arc::unwrap_or_clone(entry);
            Arc::new((key, convert(value)))
        });
        Table {
            entries: entries.collect(),
        }
    }

    /// Removes an entry and returns its value.
    pub fn remove(&mut self, key: &K) -> Option<V>
    where
        K: PartialEq,
    {
        let at = self.position(key)?;
        Some(Arc::unwrap_or_clone(self.entries.remove(at)).1)
    }
}

impl<K: Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(feature = "schema")]
impl<K: schemars::JsonSchema, V: schemars::JsonSchema> schemars::JsonSchema for Table<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::collections::BTreeMap::<K, V>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<K, V>::json_schema(generator)
    }
}

impl<'de, K, V> Deserialize<'de> for Table<K, V>
where
    K: Deserialize<'de> + PartialEq + fmt::Debug,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K, V> Visitor<'de> for Entries<K, V>
        where
            K: Deserialize<'de> + PartialEq + fmt::Debug,
            V: Deserialize<'de>,
        {
            type Value = Table<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map without duplicate keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut table = Table::default();
                while let Some(key) = map.next_key::<K>()? {
                    if table.position(&key).is_some() {
                        return Err(de::Error::custom(format_args!(
                            "{key:?} appears twice in this map; remove one of them"
                        )));
                    }
                    let value = map.next_value()?;
                    table.entries.push(Arc::new((key, value)));
                }
                Ok(table)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn equal_keys_are_refused_where_they_stand() {
        let error =
            ron::from_str::<Table<String, u8>>("{\n  \"a\": 1,\n  \"a\": 2,\n}").unwrap_err();
        assert_eq!(error.span.start.line, 3);
        assert!(error.to_string().contains("\"a\" appears twice"), "{error}");
    }

    #[test]
    fn a_clone_changes_alone() {
        let table: Table<String, u8> = ron::from_str("{\"b\": 1, \"a\": 2}").unwrap();
        let mut other = table.clone();
        *other.get_mut("b").unwrap() = 3;
        assert_eq!(other.remove(&"a".into()), Some(2));
        assert_eq!((table.get("b"), table.get("a")), (Some(&1), Some(&2)));
        assert_eq!((other.get("b"), other.get("a")), (Some(&3), None));
    }

    #[test]
    fn order_is_kept() {
        let table: Table<String, u8> = ron::from_str("{\"b\": 1, \"a\": 2}").unwrap();
        assert_eq!(table.keys().collect::<Vec<_>>(), ["b", "a"]);
    }
}
