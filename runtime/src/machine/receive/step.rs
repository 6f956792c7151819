//! What the frame machine finds.

use core::ops::Range;

#[cfg(doc)]
use super::Receiver;
use crate::protocol::{frame::FrameHeader, info::Kind};

/// One step of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes at the start of the slice that the machine has consumed.
    pub consumed: usize,
    /// What they were.
    pub item: Item,
}

/// What a [`Step`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// The slice must have at least this many bytes before the machine can go on.
    Incomplete(usize),
    /// The bytes are not a frame, and it is not known where the next frame starts.
    Unreadable,
    /// A complete frame, and the range of its payload in the slice.
    Frame(Frame, Range<usize>),
    /// The header of a frame whose payload comes as [`Item::Chunk`]s.
    Begin(Frame),
    /// A chunk of that payload, possibly empty.
    Chunk {
        /// Its range in the slice.
        payload: Range<usize>,
        /// `Some` if the frame ends with this chunk: the part of a message that the frame was,
        /// if it was a data frame.
        end: Option<Option<MessagePart>>,
    },
}

/// A frame whose header has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The decoded header.
    pub header: FrameHeader,
    /// Where the frame starts in the sender's stream.
    pub offset: u64,
    /// Its position in its message; `None` for control frames and frames of extensions.
    pub part: Option<MessagePart>,
}

impl Frame {
    /// Where the payload starts in the sender's stream.
    #[inline]
    #[must_use]
    pub fn payload_offset(&self) -> u64 {
        self.offset + u64::from(self.header.size)
    }
}

/// A complete message in one [plain](crate::Draft::plain) frame, or in one with a delimiter.
#[derive(Clone, Debug)]
pub(crate) struct PlainMessage {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub(crate) kind: Kind,
    /// The range of its payload in the slice.
    pub(crate) payload: Range<usize>,
    /// Where its frame ends in the slice.
    pub(crate) end: usize,
    /// Where its payload starts in the sender's stream.
    pub(crate) offset: u64,
}

/// The part of a message that one data frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePart {
    /// The message, as known after this part.
    pub message: MessageState,
    /// Whether this is the first frame of the message.
    pub first: bool,
    /// Whether this is the last frame of the message.
    pub last: bool,
}

/// What is known of a message that is being received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageState {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub kind: Kind,
    /// The claimed reserved bits that its frames have set so far. If any is set, an extension has
    /// changed the payload, and the machine does not check its text.
    pub claimed_bits: u8,
    /// Whether its text is not valid UTF-8 and the report let that pass, or whether bytes of it
    /// were skipped.
    pub faulty: bool,
}

impl MessageState {
    /// Whether it is a text message that no extension has changed.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text) && self.claimed_bits == 0
    }
}
