//! Small lists, without the sorts, sets and joins of the standard library: each of them is thousands
//! of lines to compile, for a few items.

use alloc::{string::String, vec::Vec};

/// Adds an item to a sorted list, unless it is there. Returns whether it was added. Each call takes
/// as long as the list is, so a peer must not decide how many items it gets.
pub(crate) fn add<T: Ord>(sorted: &mut Vec<T>, item: T) -> bool {
    match sorted.binary_search(&item) {
        Ok(_) => false,
        Err(at) => {
            sorted.insert(at, item);
            true
        }
    }
}

/// The items with a separator between them.
pub(crate) fn joined(items: &[impl AsRef<str>], separator: &str) -> String {
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push_str(separator);
        }
        text.push_str(item.as_ref());
    }
    text
}
