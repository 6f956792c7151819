//! What an observer of channels sees.

use alloc::vec::Vec;

#[cfg(doc)]
use super::Observer;
use crate::{
    machine::{
        extension::multiplex::{
            BlockField, BlockInfo, BlockKind, BlockPart, Flag, MultiplexInfo, Quantity,
        },
        inspect::Observed,
        multiplex::Block,
    },
    protocol::violation::Violation,
};

/// What an [`Observer`] sees, in the order of the stream. Offsets count in the stream of the physical
/// connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sight {
    /// What the frames of a channel contain and violate. They have neither a length nor a mask on the
    /// wire.
    Channel {
        /// The channel.
        channel: u32,
        /// What was observed.
        observed: Observed,
    },
    /// A control block.
    Block(ControlBlock),
    /// The server has opened a channel that the client asks for. If what came before is not known, the
    /// client may not have.
    Opened {
        /// The channel.
        channel: u32,
    },
    /// A violation of a rule about channels, or about the opening handshake of one.
    Violation {
        /// The channel, if it is about one.
        channel: Option<u32>,
        /// The violation.
        violation: Violation,
    },
    /// What follows is not known: nothing more is shown of it.
    Lost {
        /// The channel; `None` for everything that the endpoint sends.
        channel: Option<u32>,
        /// Where that begins.
        offset: u64,
        /// Why.
        why: &'static str,
    },
}

/// A control block. What its kind does not have is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlBlock {
    /// Where it starts.
    pub offset: u64,
    /// Its layout.
    pub info: &'static BlockInfo,
    /// The channel that it is about.
    pub channel: Option<u32>,
    /// Its flag, and whether that is set.
    pub flag: Option<(Flag, bool)>,
    /// The number of its handshake's encoding.
    pub encoding: Option<u8>,
    /// The name of the encoding, if it is defined.
    pub encoding_name: Option<&'static str>,
    /// The number of slots.
    pub slots: Option<u64>,
    /// The quota.
    pub quota: Option<u64>,
    /// The drop code.
    pub code: Option<u16>,
    /// The handshake or the reason.
    pub text: Option<Vec<u8>>,
}

impl ControlBlock {
    pub(super) fn new(table: &MultiplexInfo, block: &Block<'_>, offset: u64) -> Option<Self> {
        let info = table.block_of(block.kind)?;
        let has = |part: &dyn Fn(&BlockPart) -> bool| info.parts.iter().any(part);
        let number = |of| {
            has(&|part| match part {
                BlockPart::Number(number) | BlockPart::Fixed(number, _) => *number == of,
                _ => false,
            })
        };
        let mut flag = None;
        let mut encoding = None;
        for field in info.fields {
            match *field {
                BlockField::Flag(of) => flag = Some((of, block.flag)),
                BlockField::Encoding(_) => encoding = Some(block.encoding),
                BlockField::Opcode(_)
                | BlockField::Channel(_)
                | BlockField::Reserved(_)
                | BlockField::Width(..) => {}
            }
        }
        let known = encoding.and_then(|encoding| table.encoding(encoding));
        let is_drop = block.kind == BlockKind::Drop;
        Some(Self {
            offset,
            info,
            channel: has(&|part| *part == BlockPart::Channel).then_some(block.channel),
            flag,
            encoding,
            encoding_name: known.map(|known| known.name),
            slots: number(Quantity::Slots).then_some(block.slots),
            quota: number(Quantity::Quota).then_some(block.quota),
            code: block.code,
            text: (encoding.is_some() || is_drop).then(|| block.text.into()),
        })
    }
}
