//! What agreed extensions may use of frames.

use crate::{
    machine::extension::{Agreed, Frames, OPAQUE, OpcodeSet},
    protocol::info::Kind,
};

/// The reserved bits and opcodes that extensions claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    /// Bits that any frame may have set, those beside them of data frames, and those beside
    /// these of the first frame of a message.
    all: u8,
    data: u8,
    first: u8,
    /// Claimed opcodes, and those of control frames among them.
    opcodes: OpcodeSet,
    control_opcodes: OpcodeSet,
    /// What every message has as [`Message::coded`](super::Message::coded).
    pub(super) opaque: u8,
}

impl Claims {
    /// These bits, on any frame.
    pub(super) fn new(bits: u8) -> Self {
        Self {
            all: bits,
            ..Self::default()
        }
    }

    /// What was agreed; `by_frame` says whether any frame may be changed by it.
    pub(super) fn extend(&mut self, agreed: &Agreed, by_frame: bool) {
        for item in agreed.iter() {
            let bits = match item.extension.on {
                Frames::All => &mut self.all,
                Frames::Data => &mut self.data,
                Frames::First => &mut self.first,
            };
            *bits |= item.claimed;
            self.opcodes = self.opcodes.with(&item.opcodes);
            self.control_opcodes = self.control_opcodes.with(&item.control_opcodes);
        }
        if by_frame {
            self.opaque = OPAQUE;
        }
    }

    /// The bits that a frame may have set.
    #[inline]
    pub(crate) const fn bits(&self, kind: Kind) -> u8 {
        match kind {
            Kind::Text | Kind::Binary => self.all | self.data | self.first,
            Kind::Continuation => self.all | self.data,
            _ => self.all,
        }
    }

    /// What frames with an opcode are for that the draft reserves.
    #[cold]
    pub(crate) fn kind(&self, opcode: u8) -> Kind {
        if self.control_opcodes.contains(opcode) {
            Kind::ExtensionControl
        } else if self.opcodes.contains(opcode) {
            Kind::Extension
        } else {
            Kind::Reserved
        }
    }
}
