//! Control blocks, as the data of a dialect describes them.

use alloc::{string::String, vec::Vec};

use super::{
    judge::{Broken, Judge},
    numbers::{
        Cursor, big_endian, bytes_of, most, read_id, read_number, width_of, write_id, write_number,
    },
};
use crate::{
    machine::extension::{
        ChannelDemand,
        multiplex::{BlockField, BlockInfo, BlockKind, BlockPart, Flag, MultiplexInfo, Quantity},
    },
    protocol::{info::Role, violation::Seen},
};

/// A control block. What its kind does not have is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What it does.
    pub kind: BlockKind,
    /// The channel that it is about.
    pub channel: u32,
    /// Its flag.
    pub flag: bool,
    /// The number of its handshake's encoding.
    pub encoding: u8,
    /// The number of slots.
    pub slots: u64,
    /// The quota.
    pub quota: u64,
    /// The drop code.
    pub code: Option<u16>,
    /// The handshake, the reason, or the frame.
    pub text: &'a [u8],
}

impl<'a> Block<'a> {
    /// A block that contains nothing more.
    #[must_use]
    pub const fn new(kind: BlockKind, channel: u32) -> Self {
        Self {
            kind,
            channel,
            flag: false,
            encoding: 0,
            slots: 0,
            quota: 0,
            code: None,
            text: &[],
        }
    }

    /// The reason of a drop, with U+FFFD for invalid UTF-8.
    #[must_use]
    pub fn reason(&self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }

    const fn number(&self, of: Quantity) -> u64 {
        match of {
            Quantity::Size => match (self.kind, self.code) {
                (BlockKind::Drop, Some(_)) => 2 + self.text.len() as u64,
                _ => self.text.len() as u64,
            },
            Quantity::Quota => self.quota,
            Quantity::Slots => self.slots,
        }
    }

    const fn set_number(&mut self, of: Quantity, value: u64) {
        match of {
            Quantity::Size => {}
            Quantity::Quota => self.quota = value,
            Quantity::Slots => self.slots = value,
        }
    }
}

/// The place of a quantity among the widths of a block.
const fn place(of: Quantity) -> usize {
    match of {
        Quantity::Size => 0,
        Quantity::Quota => 1,
        Quantity::Slots => 2,
    }
}

/// The first byte of a block, taken apart.
#[derive(Clone, Copy, Default)]
struct Fields {
    encoding: u8,
    flag: bool,
    reserved: u8,
    widths: [u8; 3],
}

/// The fields of a byte with their values, from the most significant bit on.
fn values(fields: &'static [BlockField], byte: u8) -> impl Iterator<Item = (BlockField, u8)> {
    let mut left = 8u8;
    fields.iter().map(move |field| {
        left = left.saturating_sub(field.bits());
        let value = byte.checked_shr(left.into()).unwrap_or(0);
        (*field, value & most(field.bits()) as u8)
    })
}

impl Fields {
    fn read(block: &BlockInfo, byte: u8) -> Self {
        let mut read = Self {
            widths: [1; 3],
            ..Self::default()
        };
        for (field, value) in values(block.fields, byte) {
            match field {
                BlockField::Opcode(_) | BlockField::Channel(_) => {}
                BlockField::Reserved(_) => read.reserved |= value,
                BlockField::Encoding(_) => read.encoding = value,
                BlockField::Width(of, _) => read.widths[place(of)] = value + 1,
                BlockField::Flag(Flag::Refused | Flag::Error | Flag::Fallback) => {
                    read.flag = value != 0;
                }
            }
        }
        read
    }

    fn write(info: &BlockInfo, block: &Block<'_>) -> u8 {
        let mut byte = 0u32;
        for field in info.fields {
            let value = match *field {
                BlockField::Opcode(_) => info.opcode,
                BlockField::Channel(_) => block.channel as u8,
                BlockField::Reserved(_) => 0,
                BlockField::Encoding(_) => block.encoding,
                BlockField::Width(of, _) => width_of(block.number(of)) as u8 - 1,
                BlockField::Flag(Flag::Refused | Flag::Error | Flag::Fallback) => block.flag.into(),
            };
            byte = byte << field.bits() | u32::from(value) & most(field.bits()) as u32;
        }
        byte as u8
    }
}

/// The opcode in the first byte of a block.
fn opcode(table: &MultiplexInfo, byte: u8) -> u8 {
    let fields = table.blocks.first().map_or(&[][..], |block| block.fields);
    let mut values = values(fields, byte);
    let found = values.find(|(field, _)| matches!(field, BlockField::Opcode(_)));
    found.map_or(byte, |(_, opcode)| opcode)
}

/// Reads the block at the start of these bytes, which `from` has sent. Returns it and its length.
///
/// # Errors
/// The violated rule.
pub(super) fn read_block<'a>(
    judge: &Judge,
    from: Role,
    bytes: &'a [u8],
) -> Result<(Block<'a>, usize), Broken> {
    let blocks = judge.table.blocks;
    let leads = blocks.first().and_then(|block| block.parts.first());
    let before = match leads {
        Some(BlockPart::Channel) => read_id(judge, bytes)?.1,
        _ => 0,
    };
    let missing = |at| judge.fatal(ChannelDemand::BlockComplete, at, Seen::Nothing);
    let byte = *bytes.get(before).ok_or_else(|| missing(before))?;
    let opcode = opcode(judge.table, byte);
    let Some(info) = judge.table.block(opcode) else {
        return Err(judge.fatal(ChannelDemand::KnownBlock, before, Seen::Opcode(opcode)));
    };
    if info.by.is_some_and(|by| by != from) {
        return Err(judge.fatal(ChannelDemand::BlockSender, before, Seen::Opcode(opcode)));
    }
    let fields = Fields::read(info, byte);
    if fields.reserved != 0 {
        judge.broken(ChannelDemand::BlockReservedClear, before, Seen::Byte(byte))?;
    }
    let mut block = Block {
        flag: fields.flag,
        encoding: fields.encoding,
        ..Block::new(info.kind, 0)
    };
    let mut cursor = Cursor { bytes, at: 0 };
    let mut size = 0;
    for part in info.parts {
        read_part(judge, *part, &fields, &mut block, &mut size, &mut cursor)?;
    }
    Ok((block, cursor.at))
}

/// Reads a part of a block.
fn read_part<'a>(
    judge: &Judge,
    part: BlockPart,
    fields: &Fields,
    block: &mut Block<'a>,
    size: &mut u64,
    cursor: &mut Cursor<'a>,
) -> Result<(), Broken> {
    let at = cursor.at;
    let missing = || judge.fatal(ChannelDemand::BlockComplete, at, Seen::Nothing);
    match part {
        BlockPart::Fields => cursor.at += 1,
        BlockPart::Channel => {
            let (id, length) = read_id(judge, cursor.rest()).map_err(|broken| broken.after(at))?;
            block.channel = id;
            cursor.at += length;
        }
        BlockPart::Number(of) => {
            let number = read_number(judge, cursor, fields.widths[place(of)])?;
            if of == Quantity::Size {
                *size = number;
            }
            block.set_number(of, number);
        }
        BlockPart::Fixed(of, bits) => {
            let number = cursor
                .take(bytes_of(bits))
                .map(big_endian)
                .ok_or_else(missing)?;
            block.set_number(of, number);
        }
        BlockPart::Handshake | BlockPart::Reason => {
            block.text = cursor.take(*size).ok_or_else(missing)?;
        }
        BlockPart::CodeAndReason => {
            let text = cursor.take(*size).ok_or_else(missing)?;
            match text {
                [] => {}
                [high, low, reason @ ..] => {
                    block.code = Some(u16::from_be_bytes([*high, *low]));
                    block.text = reason;
                }
                [_] => {
                    let seen = Seen::Number(1);
                    judge.broken(ChannelDemand::DropCodeComplete, at, seen)?;
                }
            }
        }
        BlockPart::ControlFrame | BlockPart::Frame => {
            block.text = cursor.rest();
            cursor.at += block.text.len();
        }
    }
    Ok(())
}

/// Appends a block; nothing if the dialect has no such block.
pub(super) fn write_block(table: &MultiplexInfo, block: &Block<'_>, out: &mut Vec<u8>) {
    let (Some(info), Some(numbers)) = (table.block_of(block.kind), table.numbers) else {
        return;
    };
    let coded = info.parts.contains(&BlockPart::CodeAndReason);
    let block = &match block.kind {
        BlockKind::Drop if !coded => Block {
            code: None,
            ..*block
        },
        _ => *block,
    };
    for part in info.parts {
        match *part {
            BlockPart::Fields => out.push(Fields::write(info, block)),
            BlockPart::Channel => write_id(table, block.channel, out),
            BlockPart::Number(of) => write_number(numbers, block.number(of), out),
            BlockPart::Fixed(of, bits) => {
                let bytes = block.number(of).to_be_bytes();
                let skipped = bytes.len().saturating_sub(bytes_of(bits) as usize);
                out.extend_from_slice(&bytes[skipped..]);
            }
            BlockPart::CodeAndReason => {
                if let Some(code) = block.code {
                    out.extend_from_slice(&code.to_be_bytes());
                    out.extend_from_slice(block.text);
                }
            }
            BlockPart::Handshake
            | BlockPart::Reason
            | BlockPart::ControlFrame
            | BlockPart::Frame => out.extend_from_slice(block.text),
        }
    }
}
