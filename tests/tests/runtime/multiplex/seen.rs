//! What a server sends over its physical connection, read without its own code for that.

use wsdraft::{
    Role,
    extension::{ExtensionInfo, multiplex::BlockKind},
    multiplex::Format,
};

/// What a server sends over its physical connection.
#[derive(Debug, Default)]
pub(super) struct Multiplexed {
    /// Dropped channels.
    pub(super) drops: Vec<(u32, Option<u16>)>,
    /// Quotas that are granted.
    pub(super) quotas: Vec<(u32, u64)>,
    /// Channels that are answered, and whether they are refused.
    pub(super) answers: Vec<(u32, bool)>,
    /// Frames of channels: the byte of frame header, and the payload.
    pub(super) frames: Vec<(u32, u8, Vec<u8>)>,
    /// The close code.
    pub(super) close: Option<u16>,
}

impl Multiplexed {
    /// Reads what a server has sent since the physical handshake.
    pub(super) fn of(dialect: &'static ExtensionInfo, mut bytes: &[u8]) -> Self {
        let format = Format::of(dialect).unwrap();
        let mut seen = Self::default();
        while let [first, length, rest @ ..] = bytes {
            let (length, skipped) = match length {
                126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), 2),
                127 => (
                    u64::from_be_bytes(rest[..8].try_into().unwrap()) as usize,
                    8,
                ),
                short => (usize::from(*short), 0),
            };
            let (payload, rest) = rest[skipped..].split_at(length);
            bytes = rest;
            match first {
                0x82 => seen.message(&format, payload),
                0x88 => seen.close = Some(u16::from_be_bytes([payload[0], payload[1]])),
                other => panic!("{other:x}"),
            }
        }
        seen
    }

    fn message(&mut self, format: &Format, payload: &[u8]) {
        let (id, start) = format.channel_id(payload).unwrap();
        let mut rest = &payload[start..];
        if id != 0 {
            self.frames.push((id, rest[0], rest[1..].to_vec()));
            return;
        }
        while !rest.is_empty() {
            let (block, length) = format.read(Role::Server, rest).unwrap();
            match block.kind {
                BlockKind::Drop => self.drops.push((block.channel, block.code)),
                BlockKind::Quota => self.quotas.push((block.channel, block.quota)),
                BlockKind::AddResponse => self.answers.push((block.channel, block.flag)),
                BlockKind::AddRequest
                | BlockKind::Slots
                | BlockKind::ControlFrame
                | BlockKind::Frame => {}
            }
            rest = &rest[length..];
        }
    }
}
