//! Sorting, compiled once for all types.
//!
//! The standard library compiles its sort for every type, several kilobytes each time. Looking
//! through an index takes a little longer, which lists of thousands of items do not show. It sorts
//! what it collects into a set or map too, so [`set`] and [`map`] insert one item after the other.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// Sorts by a key. Equal items keep their order.
pub fn by_key<T, K: Ord>(items: &mut [T], key: impl FnMut(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let order = order(items.len(), &|one, other| keys[one].cmp(&keys[other]));
    arrange(items, order);
}

/// Sorts by a comparison. Equal items keep their order.
pub fn by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|one, other| {
        compare(&items[one], &items[other])
    });
    arrange(items, order);
}

/// Sorts by the order of the items themselves.
pub fn all<T: Ord>(items: &mut [T]) {
    by(items, Ord::cmp);
}

/// Collects items into a set.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// Collects entries into a map. Of entries with equal keys, the last one stays.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// Which item comes first, second and so on.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

fn arrange<T>(items: &mut [T], mut order: Vec<usize>) {
    for first in 0..items.len() {
        // Each circle of places once: what is settled refers to itself.
        let mut at = first;
        while order[at] != first {
            let from = std::mem::replace(&mut order[at], at);
            items.swap(at, from);
            at = from;
        }
        order[at] = at;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{all, by, by_key, map, set};

    #[test]
    fn lists_are_sorted_as_the_standard_library_does() {
        let mut seed = 1_u64;
        for length in 0..200 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                seed >> 60
            };
            let items: Vec<(u64, usize)> = (0..length).map(|at| (next(), at)).collect();
            let mut sorted = items.clone();
            sorted.sort_by_key(|(key, _)| *key);
            let mut ours = items.clone();
            by_key(&mut ours, |(key, _)| *key);
            assert_eq!(ours, sorted);
            assert_eq!(set(items.clone()), BTreeSet::from_iter(items.clone()));
            assert_eq!(map(items.clone()), BTreeMap::from_iter(items.clone()));
            let mut ours = items.clone();
            all(&mut ours);
            assert!(ours.is_sorted());
            let mut ours = items;
            by(&mut ours, |one, other| one.0.cmp(&other.0));
            assert_eq!(ours, sorted);
        }
    }

    #[test]
    fn the_last_item_comes_first_without_a_walk_for_each() {
        let count = 1 << 20;
        let mut items: Vec<u32> = (1..count).chain([0]).collect();
        by_key(&mut items, |item| *item);
        assert!(items.into_iter().eq(0..count));
    }
}
