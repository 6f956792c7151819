//! Buffers that the connections of a thread share: an idle connection holds none, and an active
//! one allocates none. Without `std` there are no thread-local variables, and each connection
//! allocates its own.

use alloc::{vec, vec::Vec};

/// The size of an input buffer in bytes, all of them initialised.
pub(crate) const INPUT: usize = 65 << 10;

/// An output buffer with a larger capacity than this is not kept.
pub(crate) const OUTPUT: usize = 64 << 10;

/// The sizes of smaller input buffers, which are given away with the messages in them.
const GIVEN: [usize; 2] = [17 << 10, 33 << 10];

/// The smallest size of an input buffer that holds a frame of this size; at most [`INPUT`].
pub(crate) fn size_for(frame: usize) -> usize {
    let mut sizes = GIVEN.into_iter();
    sizes.find(|&size| frame <= size).unwrap_or(INPUT)
}

/// An input buffer of such a size, with arbitrary content.
pub(crate) fn input(size: usize) -> Vec<u8> {
    shelf::take(|shelf| shelf.inputs(size)).unwrap_or_else(|| vec![0; size])
}

/// Returns an input buffer.
pub(crate) fn return_input(buffer: Vec<u8>) {
    let size = buffer.len();
    if size == INPUT || GIVEN.contains(&size) {
        shelf::put(|shelf| shelf.inputs(size), buffer);
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

/// Lends a copy of some bytes, the second part after the first, which is short; of much it copies
/// only the beginning.
#[cfg(feature = "tokio")]
pub(crate) fn with_copy<R>([head, rest]: [&[u8]; 2], then: impl FnOnce(&[u8]) -> R) -> R {
    let rest = rest
        .get(..OUTPUT.saturating_sub(head.len()))
        .unwrap_or(rest);
    let mut copy = output();
    copy.reserve_exact(head.len() + rest.len());
    copy.extend_from_slice(head);
    copy.extend_from_slice(rest);
    let result = then(&copy);
    return_output(copy);
    result
}

#[cfg(feature = "std")]
mod shelf {
    use std::{cell::RefCell, vec::Vec};

    /// Unused buffers.
    pub(super) struct Shelf {
        /// By size.
        pub(super) inputs: [Vec<Vec<u8>>; 3],
        pub(super) outputs: Vec<Vec<u8>>,
    }

    impl Shelf {
        /// The input buffers of such a size.
        pub(super) fn inputs(&mut self, size: usize) -> &mut Vec<Vec<u8>> {
            let [smallest, middle, largest] = &mut self.inputs;
            let [small, medium] = super::GIVEN;
            match size {
                _ if size == small => smallest,
                _ if size == medium => middle,
                _ => largest,
            }
        }
    }

    /// The most unused buffers of a kind that a thread keeps.
    const IDLE: usize = 4;

    thread_local! {
        static SHELF: RefCell<Shelf> = const {
            RefCell::new(Shelf { inputs: [Vec::new(), Vec::new(), Vec::new()], outputs: Vec::new() })
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
        inputs: Vec<Vec<u8>>,
        pub(super) outputs: Vec<Vec<u8>>,
    }

    impl Shelf {
        pub(super) fn inputs(&mut self, _: usize) -> &mut Vec<Vec<u8>> {
            &mut self.inputs
        }
    }

    pub(super) fn take(_: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>) -> Option<Vec<u8>> {
        None
    }

    pub(super) fn put(_: impl FnOnce(&mut Shelf) -> &mut Vec<Vec<u8>>, _: Vec<u8>) {}
}
