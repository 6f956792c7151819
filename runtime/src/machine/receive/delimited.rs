//! Messages in frames that end with a delimiter, which need as little as those with a length.

use alloc::boxed::Box;

use super::{Mask, PlainMessage, Receiver};
use crate::protocol::{
    draft::Draft,
    frame::{Context, FrameHeader, Length},
    info::Kind,
    violation::{Flow, Stop, Violation},
};

/// The form of frames that hold a whole message and end with a delimiter. Their first byte is their
/// header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delimited {
    first: u8,
    delimiter: u8,
    header: FrameHeader,
}

impl Delimited {
    /// The form of the frame that starts with `bytes` and has this header.
    fn of(header: &FrameHeader, bytes: &[u8]) -> Option<Self> {
        let is_whole = header.fin && matches!(header.kind, Kind::Text | Kind::Binary);
        let is_bare = header.size == 1 && header.reserved == 0 && header.mask == Mask::None;
        match header.length {
            Length::Until(delimiter) if is_whole && is_bare => Some(Self {
                first: *bytes.first()?,
                delimiter,
                header: *header,
            }),
            Length::Until(_) | Length::Bytes(_) => None,
        }
    }
}

impl<D: Draft> Receiver<D> {
    /// Notes the form of the frame that starts with `bytes` and has this header.
    #[inline]
    pub(super) fn note_delimited(&mut self, header: &FrameHeader, bytes: &[u8]) {
        if self.delimited.is_none() && matches!(header.length, Length::Until(_)) {
            self.delimited = Delimited::of(header, bytes).map(Box::new);
        }
    }

    /// The message at the start of `bytes`, if it is complete in a frame of the form that has been
    /// noted, breaks no rule about frame headers, and has a payload of at most `largest` bytes. No
    /// message is open, and the sender has not sent a close frame.
    pub(super) fn delimited_message(
        &mut self,
        bytes: &[u8],
        largest: usize,
    ) -> Option<PlainMessage> {
        let form = self.delimited.as_ref()?;
        let payload = bytes.strip_prefix(&[form.first])?;
        let longest = payload.len().min(largest.saturating_add(1));
        let length = memchr::memchr(form.delimiter, &payload[..longest])?;
        let context = Context {
            from: self.from,
            open: false,
            closed: false,
            claimed: self.claims.bits(form.header.kind),
            offset: self.offset,
        };
        let mut stop = |_: Violation| -> Flow { Err(Stop) };
        let checked = self.draft.check_frame(&form.header, &context, &mut stop);
        checked.ok()?;
        let (start, offset) = (1, self.offset + 1);
        let end = start + length + 1;
        self.offset += end as u64;
        Some(PlainMessage {
            kind: form.header.kind,
            payload: start..start + length,
            end,
            offset,
        })
    }
}
