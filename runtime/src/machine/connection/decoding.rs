//! What an extension has changed: payloads on their way from the wire to their message.

use super::{Connection, Core};
use crate::{
    machine::{
        error::Error,
        extension::Failed,
        limits::Limit,
        receive::{Frame, Place},
    },
    payload::buffer::Assembly,
    protocol::{
        draft::Draft,
        violation::{Seen, Violation},
    },
};

/// What an extension has done to the payload that is coming.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Coded {
    /// Whether the message is put together by the extension.
    pub(super) message: bool,
    /// Whether this frame's payload is compressed.
    pub(super) frame: bool,
    /// Compressed bytes of the message so far.
    pub(super) length: usize,
    /// Where the frame's payload starts in the peer's stream.
    pub(super) offset: u64,
}

impl<D: Draft> Connection<D> {
    /// Inflates more of a stream; says whether there was more.
    #[inline(never)]
    pub(super) fn pump(&mut self, needed: usize) -> Result<bool, Error> {
        let Self { core, input, .. } = self;
        let Some(coding) = core.stream() else {
            return Ok(false);
        };
        let pumped = coding.pump(input, needed);
        pumped.map_err(|failed| core.undecodable(failed))
    }
}

impl<D: Draft> Core<D> {
    /// Notes what an extension has done to the frame that begins.
    #[inline]
    pub(super) fn decides(&mut self, place: Option<Place>, frame: &Frame) {
        let Some(coding) = &self.coding else { return };
        let coded = &mut self.incoming.coded;
        let Some(place) = place.filter(|place| place.message.coded != 0) else {
            *coded = Coded::default();
            return;
        };
        *coded = Coded {
            message: true,
            frame: coding.compresses(frame.head.reserved, place.message.coded),
            length: if place.first { 0 } else { coded.length },
            offset: frame.payload_offset(),
        };
    }

    /// Inflates a part of a payload into its message.
    #[inline(never)]
    pub(super) fn decode(&mut self, part: &[u8], message: &mut Assembly) -> Result<(), Error> {
        let limit = self.config.limits.message;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        let decoded = coding.decode(part, message, limit);
        decoded.map_err(|failed| self.undecodable(failed))
    }

    /// A frame ends, and its message too if it is the last one: so may what was compressed.
    pub(super) fn unit_ends(&mut self, last: bool, message: &mut Assembly) -> Result<(), Error> {
        let limit = self.config.limits.message;
        let compressed = self.incoming.coded.frame;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        if !compressed || !(last || coding.is_by_frame()) {
            return Ok(());
        }
        let done = coding.finish(message, limit);
        done.map_err(|failed| self.undecodable(failed))
    }

    #[cold]
    pub(super) fn undecodable(&mut self, failed: Failed) -> Error {
        match failed {
            Failed::TooLarge => self.exceed(Limit::Message),
            Failed::Memory => self.exceed(Limit::Memory),
            Failed::Rule(rule) => self.fail(Error::Violation(Violation {
                rule,
                draft: self.receiver.draft().info(),
                by: self.role.peer(),
                offset: self.incoming.coded.offset,
                seen: Seen::Nothing,
            })),
        }
    }
}
