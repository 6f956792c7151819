//! Decodes payloads that an extension has changed.

use super::{Connection, Core};
use crate::{
    machine::{
        error::ConnectionError,
        extension::Failed,
        limits::Limit,
        receive::{Frame, MessagePart},
    },
    payload::buffer::Assembly,
    protocol::{
        draft::Draft,
        violation::{Seen, Violation},
    },
};

/// What an extension has done to the current payload.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PayloadCoding {
    /// Whether the extension decodes the message.
    pub(super) message: bool,
    /// Whether this frame's payload is compressed.
    pub(super) frame: bool,
    /// Compressed bytes of the message so far.
    pub(super) length: usize,
    /// Offset of the frame's payload in the peer's stream.
    pub(super) offset: u64,
}

impl<D: Draft> Connection<D> {
    /// Inflates more of a compressed stream; returns whether there was more.
    #[inline(never)]
    pub(super) fn pump(&mut self, needed: usize) -> Result<bool, ConnectionError> {
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
    pub(super) fn note_coding(&mut self, part: Option<MessagePart>, frame: &Frame) {
        let Some(coding) = &self.coding else { return };
        let payload = &mut self.incoming.coding;
        let Some(part) = part.filter(|part| part.message.claimed_bits != 0) else {
            *payload = PayloadCoding::default();
            return;
        };
        *payload = PayloadCoding {
            message: true,
            frame: coding.compresses(frame.header.reserved, part.message.claimed_bits),
            length: if part.first { 0 } else { payload.length },
            offset: frame.payload_offset(),
        };
    }

    /// Inflates a chunk of a payload into its message.
    #[inline(never)]
    pub(super) fn decode(
        &mut self,
        chunk: &[u8],
        assembly: &mut Assembly,
    ) -> Result<(), ConnectionError> {
        let limit = self.config.limits.message;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        let decoded = coding.decode(chunk, assembly, limit);
        decoded.map_err(|failed| self.undecodable(failed))
    }

    /// Ends a frame, and with it the compressed unit: the message, or the frame itself.
    pub(super) fn end_compressed(
        &mut self,
        last: bool,
        assembly: &mut Assembly,
    ) -> Result<(), ConnectionError> {
        let limit = self.config.limits.message;
        let compressed = self.incoming.coding.frame;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        if !compressed || !(last || coding.is_by_frame()) {
            return Ok(());
        }
        let done = coding.finish(assembly, limit);
        done.map_err(|failed| self.undecodable(failed))
    }

    #[cold]
    pub(super) fn undecodable(&mut self, failed: Failed) -> ConnectionError {
        match failed {
            Failed::TooLarge => self.exceed(Limit::Message),
            Failed::Memory => self.exceed(Limit::Memory),
            Failed::Rule(rule) => self.fail(ConnectionError::Violation(Violation {
                rule,
                draft: self.receiver.draft().info(),
                by: self.role.peer(),
                offset: self.incoming.coding.offset,
                seen: Seen::Nothing,
            })),
        }
    }
}
