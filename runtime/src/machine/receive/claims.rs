//! What agreed extensions may use in frames.

use alloc::boxed::Box;

use crate::{
    machine::extension::{Agreed, Frames, OPAQUE, OpcodeSet},
    protocol::info::Kind,
};

/// The reserved bits and opcodes that extensions claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    /// Bits that any frame may set.
    all: u8,
    /// Further bits that data frames may set.
    data: u8,
    /// Further bits that the first frame of a message may set.
    first: u8,
    /// All claimed opcodes, and those of control frames, if there are any.
    opcodes: Option<Box<[OpcodeSet; 2]>>,
    /// What every message has in [`MessageState::claimed_bits`](super::MessageState::claimed_bits).
    pub(super) opaque: u8,
}

impl Claims {
    /// Claims these bits on any frame.
    pub(super) fn new(bits: u8) -> Self {
        Self {
            all: bits,
            ..Self::default()
        }
    }

    /// Adds the claims of the agreed extensions; `by_frame` tells whether they may change any frame.
    pub(super) fn add(&mut self, agreed: &Agreed, by_frame: bool) {
        for item in agreed.iter() {
            let bits = match item.extension.on {
                Frames::All => &mut self.all,
                Frames::Data => &mut self.data,
                Frames::First => &mut self.first,
            };
            *bits |= item.claimed;
            let [all, control] = &mut **self.opcodes.get_or_insert_default();
            *all = all.with(&item.opcodes);
            *control = control.with(&item.control_opcodes);
        }
        if by_frame {
            self.opaque = OPAQUE;
        }
    }

    /// The bits that a frame of this kind may set.
    #[inline]
    pub(crate) const fn bits(&self, kind: Kind) -> u8 {
        match kind {
            Kind::Text | Kind::Binary => self.all | self.data | self.first,
            Kind::Continuation => self.all | self.data,
            Kind::Close
            | Kind::Ping
            | Kind::Pong
            | Kind::Extension
            | Kind::ExtensionControl
            | Kind::Reserved => self.all,
        }
    }

    /// The kind of frames with this opcode, which the draft reserves.
    #[cold]
    pub(crate) fn kind(&self, opcode: u8) -> Kind {
        match self.opcodes.as_deref() {
            Some([_, control]) if control.contains(opcode) => Kind::ExtensionControl,
            Some([all, _]) if all.contains(opcode) => Kind::Extension,
            _ => Kind::Reserved,
        }
    }
}
