//! What the frame machine finds.

use core::ops::Range;

#[cfg(doc)]
use super::Receiver;
use crate::protocol::{frame::Head, info::Kind};

/// One step of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes at the start of the slice that are done with.
    pub consumed: usize,
    /// What they were.
    pub item: Item,
}

/// What a [`Step`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Nothing can be said before the slice has at least this many bytes.
    Incomplete(usize),
    /// What stands here is no frame, and where the next one starts is not known.
    Unreadable,
    /// A frame that is there as a whole, with the place of its payload in the slice.
    Frame(Frame, Range<usize>),
    /// The head of a frame whose payload comes as [`Item::Part`]s.
    Begin(Frame),
    /// A part of that payload, possibly empty.
    Part {
        /// Its place in the slice.
        payload: Range<usize>,
        /// Whether the frame ends with it; then, what it was of the message.
        end: Option<Option<Place>>,
    },
}

/// A frame, its head checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The decoded head.
    pub head: Head,
    /// Where the frame starts in the sender's stream.
    pub offset: u64,
    /// What it is of a message; `None` where it is of none.
    pub place: Option<Place>,
}

impl Frame {
    /// Where the payload starts in the sender's stream.
    #[inline]
    #[must_use]
    pub fn payload_offset(&self) -> u64 {
        self.offset + u64::from(self.head.size)
    }
}

/// A message that is there as a whole, in one frame that ends with its payload.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub(crate) kind: Kind,
    /// Where its payload lies in the slice.
    pub(crate) payload: Range<usize>,
    /// Where its payload starts in the sender's stream.
    pub(crate) offset: u64,
}

/// What a data frame is of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The message.
    pub message: Message,
    /// Whether it is the first frame.
    pub first: bool,
    /// Whether it is the last frame.
    pub last: bool,
}

/// A message that is being received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub kind: Kind,
    /// Claimed reserved bits of its frames so far: an extension has changed the payload, so
    /// that it is not looked into here.
    pub coded: u8,
    /// Whether its text was found not to be UTF-8, and the report let that pass; or whether
    /// parts of it are not known.
    pub faulty: bool,
}
