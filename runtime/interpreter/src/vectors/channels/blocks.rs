//! Vectors for rules about blocks.

use wsdraft::Role;
use wsdraft_spec::extension::{
    Block,
    multiplex::{BlockField, BlockKind, BlockPart, ChannelDemand},
};

use super::{ChannelCase, ChannelVectors};
use crate::multiplex::{Carried, Contents};

impl ChannelVectors<'_> {
    /// Cases of rules about blocks that an endpoint sends.
    pub(super) fn of_blocks(&self, by: Role, asked: ChannelDemand) -> Option<Vec<ChannelCase>> {
        use ChannelDemand as D;
        match asked {
            D::KnownBlock => self.unknown_block(by),
            D::BlockReservedClear => self.each(by, |bytes, start, block| {
                let mut changed = bytes.to_vec();
                *changed.get_mut(start)? |= lowest_reserved(block)?;
                Some(changed)
            }),
            D::BlockComplete => self.each(by, |bytes, start, block| {
                let endless = [BlockPart::ControlFrame, BlockPart::Frame];
                let ends = block
                    .parts
                    .last()
                    .is_some_and(|last| endless.contains(last));
                let end = if ends { start } else { bytes.len() - 1 };
                Some(bytes[..end].to_vec())
            }),
            D::NumberShortest => {
                let longer = self.format.number_in(0, 1)?;
                self.empty_drop(by, &[longer])
            }
            D::NumberFits => {
                let widest = (1..).map_while(|at| self.format.number_in(0, at)).last()?;
                let mut topmost = widest;
                *topmost.get_mut(1)? |= 0x80;
                self.empty_drop(by, &[vec![0x80], topmost])
            }
            D::DropCodeComplete => {
                let (name, _) = self.block_of(BlockKind::Drop)?;
                let short = Contents {
                    code: None,
                    last: vec![3],
                    ..self.sample(name)?
                };
                self.case(by, &[], short, self.sample(name)?)
            }
            D::BlockSender => self.wrong_senders(by),
            D::KnownEncoding(_)
            | D::ValidHandshake(_)
            | D::FreshChannel
            | D::SlotAvailable
            | D::QuotaFits => self.of_contents(by, asked),
            D::EnvelopeKind
            | D::ChannelIdComplete
            | D::ChannelIdShortest
            | D::FrameComplete
            | D::ControlInBlock
            | D::WithinQuota
            | D::ControlFragments => None,
        }
    }

    /// Cases of rules about what the blocks mean.
    fn of_contents(&self, by: Role, asked: ChannelDemand) -> Option<Vec<ChannelCase>> {
        use ChannelDemand as D;
        match asked {
            D::KnownEncoding(_) => self.other_handshake(by, |usual| {
                usual.encoding = self.undefined_encoding(&usual.block)?;
                Some(())
            }),
            D::ValidHandshake(_) => self.other_handshake(by, |usual| {
                usual.last = b"no handshake".to_vec();
                Some(())
            }),
            D::FreshChannel => self.other_handshake(by, |usual| {
                usual.channel = self.first();
                Some(())
            }),
            D::SlotAvailable => {
                let (before, usual) = self.handshake(by)?;
                let last = self.control(by, &[usual])?;
                let kept = [before, vec![last.clone()]].concat();
                let broken = vec![last];
                Some(vec![ChannelCase { by, broken, kept }])
            }
            D::QuotaFits => {
                let (name, _) = self.block_of(BlockKind::Quota)?;
                let bits = self.stated.quotas.as_ref()?.value.bits?;
                let grant = |quota| -> Option<Contents> {
                    Some(Contents {
                        quota: Some(quota),
                        ..self.sample(name)?
                    })
                };
                let most = self.control(by, &[grant(u64::MAX >> (64 - bits))?])?;
                self.case(by, &[most], grant(1)?, grant(0)?)
            }
            D::EnvelopeKind
            | D::ChannelIdComplete
            | D::ChannelIdShortest
            | D::FrameComplete
            | D::ControlInBlock
            | D::KnownBlock
            | D::BlockReservedClear
            | D::BlockComplete
            | D::NumberShortest
            | D::NumberFits
            | D::DropCodeComplete
            | D::BlockSender
            | D::WithinQuota
            | D::ControlFragments => None,
        }
    }

    /// The position of the byte with the fields.
    fn start(&self, block: &Block, contents: &Contents) -> Option<usize> {
        if block.parts.first() == Some(&BlockPart::Fields) {
            return Some(0);
        }
        Some(self.format.channel_id(contents.channel?)?.len())
    }

    /// One case: the usual handshake of an endpoint, and a changed one.
    fn other_handshake(
        &self,
        by: Role,
        change: impl FnOnce(&mut Contents) -> Option<()>,
    ) -> Option<Vec<ChannelCase>> {
        let (before, usual) = self.handshake(by)?;
        let mut odd = usual.clone();
        change(&mut odd)?;
        self.case(by, &before, odd, usual)
    }

    /// One case: messages, and then one with either of two blocks.
    fn case(
        &self,
        by: Role,
        before: &[Carried],
        broken: Contents,
        kept: Contents,
    ) -> Option<Vec<ChannelCase>> {
        let with = |block| Some([before, &[self.control(by, &[block])?]].concat());
        Some(vec![ChannelCase {
            by,
            broken: with(broken)?,
            kept: with(kept)?,
        }])
    }

    /// A case for each block that an endpoint sends: its bytes, changed. `change` gets the bytes,
    /// the position of the byte with the fields, and the block.
    fn each(
        &self,
        by: Role,
        change: impl Fn(&[u8], usize, &Block) -> Option<Vec<u8>>,
    ) -> Option<Vec<ChannelCase>> {
        let mut cases = Vec::new();
        for (name, item) in self.stated.blocks.iter() {
            let block = &item.value;
            if block.by.is_some_and(|role| role != by) {
                continue;
            }
            let contents = self.sample(name)?;
            let before = self.before(block.kind)?;
            let bytes = self.format.block(&contents)?;
            let start = self.start(block, &contents)?;
            let Some(changed) = change(&bytes, start, block) else {
                continue;
            };
            let with = |bytes: &[u8]| Some([&*before, &[self.control_bytes(by, bytes)?]].concat());
            cases.push(ChannelCase {
                by,
                broken: with(&changed)?,
                kept: with(&bytes)?,
            });
        }
        Some(cases)
    }

    /// What has to be sent before a block of this kind.
    fn before(&self, kind: BlockKind) -> Option<Vec<Carried>> {
        let channels = &self.stated.channels.as_ref()?.value;
        let mut before = Vec::new();
        let adds = matches!(kind, BlockKind::AddRequest | BlockKind::AddResponse);
        if adds && channels.needs_slots {
            let (name, block) = self.block_of(BlockKind::Slots)?;
            let by = block.by.unwrap_or_else(|| channels.opened_by.peer());
            before.push(self.control(by, &[self.sample(name)?])?);
        }
        if kind == BlockKind::AddResponse {
            let (name, _) = self.block_of(BlockKind::AddRequest)?;
            before.push(self.control(channels.opened_by, &[self.sample(name)?])?);
        }
        Some(before)
    }

    /// The block with the handshake that an endpoint sends, and what comes before it.
    fn handshake(&self, by: Role) -> Option<(Vec<Carried>, Contents)> {
        let kind = match by {
            Role::Client => BlockKind::AddRequest,
            Role::Server => BlockKind::AddResponse,
        };
        let (name, _) = self.block_of(kind)?;
        Some((self.before(kind)?, self.sample(name)?))
    }

    /// Blocks with the highest opcode that is not defined.
    fn unknown_block(&self, by: Role) -> Option<Vec<ChannelCase>> {
        let (name, block) = self.block_of(BlockKind::Drop)?;
        let (shift, bits) = opcode(block)?;
        let mut free = (0..1u8 << bits).rev();
        let free = free.find(|opcode| {
            let mut blocks = self.stated.blocks.values();
            blocks.all(|block| block.value.opcode != *opcode)
        })?;
        let contents = self.sample(name)?;
        let bytes = self.format.block(&contents)?;
        let start = self.start(block, &contents)?;
        let mut changed = bytes.clone();
        let mask = (u8::MAX >> (8 - bits)) << shift;
        changed[start] = changed[start] & !mask | free << shift;
        Some(vec![ChannelCase {
            by,
            broken: vec![self.control_bytes(by, &changed)?],
            kept: vec![self.control_bytes(by, &bytes)?],
        }])
    }

    /// Drops without a last part, whose size is written differently.
    fn empty_drop(&self, by: Role, sizes: &[Vec<u8>]) -> Option<Vec<ChannelCase>> {
        let (name, _) = self.block_of(BlockKind::Drop)?;
        let contents = Contents {
            code: None,
            last: Vec::new(),
            ..self.sample(name)?
        };
        let bytes = self.format.block(&contents)?;
        let (_, start) = bytes.split_last()?;
        let cases = sizes.iter().map(|size| {
            Some(ChannelCase {
                by,
                broken: vec![self.control_bytes(by, &[start, size].concat())?],
                kept: vec![self.control_bytes(by, &bytes)?],
            })
        });
        cases.collect()
    }

    /// Blocks of the other endpoint.
    fn wrong_senders(&self, by: Role) -> Option<Vec<ChannelCase>> {
        let mut cases = Vec::new();
        for (name, item) in self.stated.blocks.iter() {
            if item.value.by != Some(by.peer()) {
                continue;
            }
            let before = self.before(item.value.kind)?;
            let sent = |by| Some([&*before, &[self.control(by, &[self.sample(name)?])?]].concat());
            cases.push(ChannelCase {
                by,
                broken: sent(by)?,
                kept: sent(by.peer())?,
            });
        }
        Some(cases)
    }

    /// The highest number that no encoding has.
    fn undefined_encoding(&self, block: &str) -> Option<u8> {
        let block = &self.stated.blocks.get(block)?.value;
        let mut fields = block.fields.iter();
        let field = fields.find(|field| matches!(field, BlockField::Encoding(_)))?;
        let bits = field.bits();
        let mut free = (0..1u8 << bits).rev();
        free.find(|value| {
            let mut encodings = self.stated.encodings.values();
            encodings.all(|encoding| encoding.value.value != *value)
        })
    }
}

/// The position of a block's opcode above the least significant bit, and its number of bits.
fn opcode(block: &Block) -> Option<(u8, u8)> {
    let mut left = 8;
    for field in &block.fields {
        left -= field.bits();
        if let BlockField::Opcode(bits) = field {
            return Some((left, *bits));
        }
    }
    None
}

/// The lowest reserved bit of a block's first byte.
fn lowest_reserved(block: &Block) -> Option<u8> {
    let mut at = 0;
    for field in block.fields.iter().rev() {
        if matches!(field, BlockField::Reserved(_)) {
            return Some(1 << at);
        }
        at += field.bits();
    }
    None
}
