//! The frames of a channel without lengths and masks, as they are inside physical messages.

use crate::{
    machine::extension::multiplex::{Carriage, LayoutField, MultiplexInfo},
    protocol::info::{DraftInfo, Kind},
};

/// The fields of the byte before the payload of a frame.
pub(super) type Layout = &'static [LayoutField<&'static str>];

/// The byte before the payload of a frame, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) kind: Kind,
    pub(super) opcode: u8,
    pub(super) fin: bool,
    /// As in [`FrameHeader::reserved`](crate::FrameHeader::reserved).
    pub(super) reserved: u8,
}

/// The kind of the messages that carry channels, and the layout of the byte.
pub(super) fn layout(table: &MultiplexInfo) -> Option<(Kind, Layout)> {
    match table.carriage {
        Some(Carriage::Wrapped { kind, header }) => Some((kind, header)),
        Some(Carriage::Prefixed | Carriage::Claimed(_)) | None => None,
    }
}

/// The mask of this many bits.
const fn ones(bits: u8) -> u8 {
    match bits {
        0..=7 => (1 << bits) - 1,
        _ => u8::MAX,
    }
}

/// The reserved bit of a draft with this name.
fn reserved_bit(draft: &DraftInfo, name: &str) -> u8 {
    let at = draft.reserved_bits.iter().position(|known| *known == name);
    at.and_then(|at| 1u8.checked_shl(at as u32)).unwrap_or(0)
}

impl Inner {
    pub(super) fn read(layout: Layout, draft: &DraftInfo, byte: u8) -> Self {
        let (mut fin, mut reserved, mut opcode) = (true, 0, 0);
        let mut left = 8u8;
        for field in layout {
            left = left.saturating_sub(field.bits());
            let value = byte.checked_shr(left.into()).unwrap_or(0) & ones(field.bits());
            match field {
                LayoutField::Final => fin = value != 0,
                LayoutField::More => fin = value == 0,
                LayoutField::Reserved(name) if value != 0 => {
                    reserved |= reserved_bit(draft, name);
                }
                LayoutField::Opcode(_) => opcode = value,
                LayoutField::Reserved(_) | LayoutField::Masked | LayoutField::Length(_) => {}
            }
        }
        let mut known = draft.opcodes.iter();
        let known = known.find(|known| known.value == opcode);
        Self {
            kind: known.map_or(Kind::Reserved, |known| known.kind),
            opcode,
            fin,
            reserved,
        }
    }

    pub(super) fn write(&self, layout: Layout, draft: &DraftInfo) -> u8 {
        let mut byte = 0u32;
        for field in layout {
            let value = match field {
                LayoutField::Final => self.fin.into(),
                LayoutField::More => (!self.fin).into(),
                LayoutField::Reserved(name) => {
                    u8::from(self.reserved & reserved_bit(draft, name) != 0)
                }
                LayoutField::Opcode(_) => self.opcode,
                LayoutField::Masked | LayoutField::Length(_) => 0,
            };
            byte = byte << field.bits() | u32::from(value & ones(field.bits()));
        }
        byte as u8
    }
}
