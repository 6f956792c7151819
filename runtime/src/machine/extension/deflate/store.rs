//! Unused compression states of a thread, for its connections to share.

use alloc::vec::Vec;
use core::cell::RefCell;
use std::thread::LocalKey;

/// The most unused states of a kind that a thread keeps.
const STORED: usize = 4;

/// The unused states of a kind on a thread, each with its settings.
pub(super) type Store<K, S> = RefCell<Vec<(K, S)>>;

/// Takes a state with these settings out of a store; `None` on a thread that ends.
pub(super) fn take<K: PartialEq, S>(store: &'static LocalKey<Store<K, S>>, wanted: K) -> Option<S> {
    let taken = store.try_with(|store| {
        let mut store = store.try_borrow_mut().ok()?;
        let at = store.iter().position(|(key, _)| *key == wanted)?;
        Some(store.swap_remove(at).1)
    });
    taken.ok().flatten()
}

/// Puts a state into a store if it has room.
pub(super) fn put<K, S>(store: &'static LocalKey<Store<K, S>>, key: K, state: S) {
    let _ = store.try_with(|store| {
        if let Ok(mut store) = store.try_borrow_mut() {
            if store.len() < STORED {
                store.push((key, state));
            }
        }
    });
}
