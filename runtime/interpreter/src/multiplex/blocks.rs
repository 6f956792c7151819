//! Blocks, written and read.

use wsdraft_spec::extension::{
    Block,
    multiplex::{BlockField, BlockPart, ChannelDemand, ChannelIds, Numbers, Quantity},
};

use super::{Format, Read};

/// What a block contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The name of the block.
    pub block: String,
    /// The channel ID.
    pub channel: Option<u32>,
    /// Whether its flag is set.
    pub flag: bool,
    /// The number of the encoding.
    pub encoding: u8,
    /// The quota.
    pub quota: Option<u64>,
    /// The number of slots.
    pub slots: Option<u64>,
    /// The drop code.
    pub code: Option<u16>,
    /// The handshake, the reason or the frame.
    pub last: Vec<u8>,
}

impl Contents {
    fn quantity(&self, quantity: Quantity) -> u64 {
        let given = match quantity {
            Quantity::Size => return self.sized().len() as u64,
            Quantity::Quota => self.quota,
            Quantity::Slots => self.slots,
        };
        given.unwrap_or_default()
    }

    /// The part that the size is about.
    fn sized(&self) -> Vec<u8> {
        let code = self.code.map(u16::to_be_bytes).into_iter().flatten();
        code.chain(self.last.iter().copied()).collect()
    }
}

/// What the fields of a block's first byte say.
#[derive(Default)]
struct Fields {
    opcode: u8,
    channel: Option<u32>,
    flag: bool,
    encoding: u8,
    widths: Vec<(Quantity, usize)>,
    reserved_clear: bool,
}

impl Format<'_> {
    /// Writes a block; `None` if it does not fit the format.
    #[must_use]
    pub fn block(&self, contents: &Contents) -> Option<Vec<u8>> {
        let (_, block) = self.blocks().find(|(name, _)| *name == contents.block)?;
        let mut bytes = Vec::new();
        for part in &block.parts {
            match part {
                BlockPart::Fields => bytes.push(self.fields(block, contents)?),
                BlockPart::Channel => bytes.extend(self.channel_part(contents.channel?)?),
                BlockPart::Number(quantity) => {
                    bytes.extend(self.quantity(contents.quantity(*quantity))?);
                }
                BlockPart::Fixed(quantity, bits) => {
                    let number = contents.quantity(*quantity).to_be_bytes();
                    bytes.extend(&number[8 - usize::from(*bits) / 8..]);
                }
                BlockPart::Handshake | BlockPart::Reason | BlockPart::CodeAndReason => {
                    bytes.extend(contents.sized());
                }
                BlockPart::ControlFrame | BlockPart::Frame => bytes.extend(&contents.last),
            }
        }
        Some(bytes)
    }

    /// The first byte of a block.
    fn fields(&self, block: &Block, contents: &Contents) -> Option<u8> {
        let mut byte = 0u32;
        for field in &block.fields {
            let value = match field {
                BlockField::Opcode(_) => block.opcode.into(),
                BlockField::Channel(bits) => match self.ids()? {
                    ChannelIds::Prefixed(_) => return None,
                    ChannelIds::Leading { escape, .. } => {
                        let escape = u32::from(*escape);
                        let id = contents.channel?;
                        if id < escape && id >> bits == 0 {
                            id
                        } else {
                            escape
                        }
                    }
                },
                BlockField::Reserved(_) => 0,
                BlockField::Encoding(_) => contents.encoding.into(),
                BlockField::Width(quantity, _) => {
                    self.quantity(contents.quantity(*quantity))?.len() as u32 - 1
                }
                BlockField::Flag(_) => contents.flag.into(),
            };
            byte = byte << field.bits() | value;
        }
        u8::try_from(byte).ok()
    }

    /// A channel ID after the fields.
    fn channel_part(&self, id: u32) -> Option<Vec<u8>> {
        match self.ids()? {
            ChannelIds::Prefixed(_) => self.channel_id(id),
            ChannelIds::Leading { escape, .. } if id < u32::from(*escape) => Some(Vec::new()),
            ChannelIds::Leading { bits, .. } => {
                Some(id.to_be_bytes()[4 - usize::from(*bits) / 8..].to_vec())
            }
        }
    }

    /// A number of a block in as few bytes as possible.
    fn quantity(&self, value: u64) -> Option<Vec<u8>> {
        match self.numbers()? {
            Numbers::Prefixed { .. } => self.number(value),
            Numbers::Sized(most) => {
                let bytes = (8 - value.leading_zeros() as usize / 8).max(1);
                let fits = bytes <= usize::from(*most);
                fits.then(|| value.to_be_bytes()[8 - bytes..].to_vec())
            }
        }
    }

    /// Reads a block at the start of some bytes.
    ///
    /// # Errors
    /// The requirement that it does not meet.
    pub fn read_block(&self, bytes: &[u8]) -> Read<Contents> {
        let missing = ChannelDemand::BlockComplete;
        let lead = self.blocks().find_map(|(_, block)| {
            let at = block
                .parts
                .iter()
                .position(|one| *one == BlockPart::Fields)?;
            Some((at, block))
        });
        // The opcode is at the same place in every block; only the channel ID can precede it.
        let (before, any) = lead.ok_or(missing)?;
        let start = if before == 0 {
            0
        } else {
            self.read_channel_id(bytes).map_err(|_| missing)?.1
        };
        let first = *bytes.get(start).ok_or(missing)?;
        let opcode = read_fields(any, first).opcode;
        let mut blocks = self.blocks();
        let found = blocks.find(|(_, block)| block.opcode == opcode);
        let (name, block) = found.ok_or(ChannelDemand::KnownBlock)?;
        let fields = read_fields(block, first);
        if !fields.reserved_clear {
            return Err(ChannelDemand::BlockReservedClear);
        }
        self.read_parts(name, block, &fields, bytes)
    }

    fn read_parts(
        &self,
        name: &str,
        block: &Block,
        fields: &Fields,
        bytes: &[u8],
    ) -> Read<Contents> {
        let missing = ChannelDemand::BlockComplete;
        let mut contents = Contents {
            block: name.to_owned(),
            flag: fields.flag,
            encoding: fields.encoding,
            ..Contents::default()
        };
        let (mut at, mut size) = (0, None);
        for part in &block.parts {
            let rest = bytes.get(at..).ok_or(missing)?;
            at += match part {
                BlockPart::Fields => 1,
                BlockPart::Channel => {
                    let (id, length) = self.read_channel(fields, rest)?;
                    contents.channel = Some(id);
                    length
                }
                BlockPart::Number(quantity) => {
                    let (value, length) = self.read_quantity(*quantity, fields, rest)?;
                    keep(&mut contents, &mut size, *quantity, value);
                    length
                }
                BlockPart::Fixed(quantity, bits) => {
                    let number = rest.get(..usize::from(*bits) / 8).ok_or(missing)?;
                    keep(&mut contents, &mut size, *quantity, big_endian(number));
                    number.len()
                }
                BlockPart::Handshake | BlockPart::Reason | BlockPart::CodeAndReason => {
                    let size = usize::try_from(size.unwrap_or(0)).map_err(|_| missing)?;
                    let all = rest.get(..size).ok_or(missing)?;
                    contents.last = all.to_vec();
                    if *part == BlockPart::CodeAndReason && size > 0 {
                        let (code, reason) = all
                            .split_first_chunk()
                            .ok_or(ChannelDemand::DropCodeComplete)?;
                        contents.code = Some(u16::from_be_bytes(*code));
                        contents.last = reason.to_vec();
                    }
                    size
                }
                BlockPart::ControlFrame | BlockPart::Frame => {
                    contents.last = rest.to_vec();
                    rest.len()
                }
            };
        }
        if at > bytes.len() {
            return Err(missing);
        }
        Ok((contents, at))
    }

    fn read_channel(&self, fields: &Fields, rest: &[u8]) -> Read<u32> {
        let missing = ChannelDemand::BlockComplete;
        match self.ids().ok_or(missing)? {
            ChannelIds::Prefixed(_) => self.read_channel_id(rest).map_err(|_| missing),
            ChannelIds::Leading { escape, bits } => {
                let id = fields.channel.ok_or(missing)?;
                if id != u32::from(*escape) {
                    return Ok((id, 0));
                }
                let number = rest.get(..usize::from(*bits) / 8).ok_or(missing)?;
                Ok((big_endian(number) as u32, number.len()))
            }
        }
    }

    fn read_quantity(&self, quantity: Quantity, fields: &Fields, rest: &[u8]) -> Read<u64> {
        let missing = ChannelDemand::BlockComplete;
        match self.numbers().ok_or(missing)? {
            Numbers::Prefixed { .. } => self.read_number(rest),
            Numbers::Sized(_) => {
                let mut widths = fields.widths.iter();
                let width = widths.find(|(of, _)| *of == quantity).ok_or(missing)?.1;
                let number = rest.get(..width).ok_or(missing)?;
                Ok((big_endian(number), width))
            }
        }
    }
}

fn keep(contents: &mut Contents, size: &mut Option<u64>, quantity: Quantity, value: u64) {
    match quantity {
        Quantity::Size => *size = Some(value),
        Quantity::Quota => contents.quota = Some(value),
        Quantity::Slots => contents.slots = Some(value),
    }
}

fn read_fields(block: &Block, byte: u8) -> Fields {
    let mut left = 8;
    let mut read = Fields {
        reserved_clear: true,
        ..Fields::default()
    };
    for field in &block.fields {
        let bits = u32::from(field.bits());
        left -= bits;
        let value = (u32::from(byte) >> left & ((1 << bits) - 1)) as u8;
        match field {
            BlockField::Opcode(_) => read.opcode = value,
            BlockField::Channel(_) => read.channel = Some(value.into()),
            BlockField::Reserved(_) => read.reserved_clear &= value == 0,
            BlockField::Encoding(_) => read.encoding = value,
            BlockField::Width(quantity, _) => {
                read.widths.push((*quantity, usize::from(value) + 1));
            }
            BlockField::Flag(_) => read.flag = value == 1,
        }
    }
    read
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}
