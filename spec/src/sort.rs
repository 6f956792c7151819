//! Sorting, compiled once for all types.
//!
//! The standard library compiles its sort for every type, several kilobytes each time. Looking
//! through an index takes a little longer, which lists of thousands of items do not show.

use std::cmp::Ordering;

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
    use super::{by, by_key};

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
