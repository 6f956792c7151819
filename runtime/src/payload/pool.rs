//! Buffers that the connections of a thread share: an idle connection holds none, and an active
//! one allocates none. Without `std` there are no thread-local variables, and each connection
//! allocates its own.

use alloc::{vec, vec::Vec};

/// The size of an input buffer in bytes, all of them initialised.
pub(crate) const INPUT: usize = 65 << 10;

/// An output buffer with a larger capacity than this is not kept.
const OUTPUT: usize = 64 << 10;

/// An input buffer with arbitrary content.
pub(crate) fn input() -> Vec<u8> {
    shelf::take(|shelf| &mut shelf.inputs).unwrap_or_else(|| vec![0; INPUT])
}

/// Returns an input buffer.
pub(crate) fn return_input(buffer: Vec<u8>) {
    if buffer.len() == INPUT {
        shelf::put(|shelf| &mut shelf.inputs, buffer);
    }
}

/// An empty output buffer.
pub(crate) fn output() -> Vec<u8> {
    shelf::take(|shelf| &mut shelf.outputs).unwrap_or_default()
}

/// Returns an output buffer.
pub(crate) fn return_output(mut buffer: Vec<u8>) {
    if (1..=OUTPUT).contains(&buffer.capacity()) {
        buffer.clear();
        shelf::put(|shelf| &mut shelf.outputs, buffer);
    }
}

#[cfg(feature = "std")]
mod shelf {
    use std::{cell::RefCell, vec::Vec};

    /// Unused buffers.
    pub(super) struct Shelf {
        pub(super) inputs: Vec<Vec<u8>>,
        pub(super) outputs: Vec<Vec<u8>>,
    }

    /// The most unused buffers of a kind that a thread keeps.
    const IDLE: usize = 4;

    thread_local! {
        static SHELF: RefCell<Shelf> = const {
            RefCell::new(Shelf { inputs: Vec::new(), outputs: Vec::new() })
        };
    }

    pub(super) fn take(row: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>) -> Option<Vec<u8>> {
        // A thread that ends has no shelf.
        SHELF
            .try_with(|shelf| row(&mut shelf.borrow_mut()).pop())
            .ok()
            .flatten()
    }

    pub(super) fn put(row: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>, buffer: Vec<u8>) {
        let _ = SHELF.try_with(|shelf| {
            let mut shelf = shelf.borrow_mut();
            let row = row(&mut shelf);
            if row.len() < IDLE {
                row.push(buffer);
            }
        });
    }
}

#[cfg(not(feature = "std"))]
mod shelf {
    use alloc::vec::Vec;

    pub(super) struct Shelf {
        pub(super) inputs: Vec<Vec<u8>>,
        pub(super) outputs: Vec<Vec<u8>>,
    }

    pub(super) fn take(_: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>) -> Option<Vec<u8>> {
        None
    }

    pub(super) fn put(_: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>, _: Vec<u8>) {}
}
