//! Multiplexing run as data: channel IDs, numbers and blocks, written and read as an extension
//! states them.
//!
//! [`observe`] reads what both endpoints send over a physical connection and reports each
//! requirement that is not met.

use wsdraft_spec::{
    extension::{
        Block, ResolvedMultiplexing,
        multiplex::{ChannelDemand, ChannelIds, Numbers},
    },
    vocabulary::Extended,
};

mod blocks;
mod observe;

pub use self::{
    blocks::Contents,
    observe::{Carried, Fault, Setting, observe},
};

/// The wire format of an extension that multiplexes.
#[derive(Clone, Copy, Debug)]
pub struct Format<'a> {
    stated: &'a ResolvedMultiplexing,
}

/// Something that was read, and its number of bytes.
pub type Read<T> = Result<(T, usize), ChannelDemand>;

impl<'a> Format<'a> {
    /// The format that an extension states.
    #[must_use]
    pub const fn new(stated: &'a ResolvedMultiplexing) -> Self {
        Self { stated }
    }

    fn ids(&self) -> Option<&'a ChannelIds> {
        self.stated.channels.as_ref().map(|item| &item.value.ids)
    }

    fn numbers(&self) -> Option<&'a Numbers> {
        self.stated.numbers.as_ref().map(|item| &item.value.form)
    }

    /// The blocks with their names.
    fn blocks(&self) -> impl Iterator<Item = (&'a str, &'a Block)> {
        let blocks = self.stated.blocks.iter();
        blocks.map(|(name, item)| (name.as_str(), &item.value))
    }

    /// A channel ID in the shortest form; `None` if it is too large or is part of a block's first
    /// byte.
    #[must_use]
    pub fn channel_id(&self, id: u32) -> Option<Vec<u8>> {
        (1..=4).find_map(|bytes| self.channel_id_in(id, bytes))
    }

    /// A channel ID in this number of bytes.
    #[must_use]
    pub fn channel_id_in(&self, id: u32, bytes: usize) -> Option<Vec<u8>> {
        let Some(ChannelIds::Prefixed(widths)) = self.ids() else {
            return None;
        };
        let width = u32::from(*widths.get(bytes.checked_sub(1)?)?);
        if u64::from(id) >> width != 0 {
            return None;
        }
        // As many 1 bits as bytes follow the first one, at the top of the number.
        let ones = ((1u64 << (bytes - 1)) - 1) << (8 * bytes + 1 - bytes);
        let number = ones | u64::from(id);
        Some(number.to_be_bytes()[8 - bytes..].to_vec())
    }

    /// Reads a channel ID, in any form.
    ///
    /// # Errors
    /// It is incomplete, or not at the start of a message.
    pub fn read_channel_id(&self, bytes: &[u8]) -> Read<u32> {
        let missing = ChannelDemand::ChannelIdComplete;
        let Some(ChannelIds::Prefixed(widths)) = self.ids() else {
            return Err(missing);
        };
        let first = *bytes.first().ok_or(missing)?;
        let more = (first.leading_ones() as usize).min(widths.len().saturating_sub(1));
        let all = bytes.get(..=more).ok_or(missing)?;
        let whole = all.iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
        let width = widths.get(more).ok_or(missing)?;
        let id = whole & ((1 << width) - 1);
        Ok((id as u32, more + 1))
    }

    /// A number in the shortest form; `None` if it is too large or has its width elsewhere.
    #[must_use]
    pub fn number(&self, value: u64) -> Option<Vec<u8>> {
        (0..=8).find_map(|longer| self.number_in(value, longer))
    }

    /// A number in the first byte, or in the form at this position after it.
    #[must_use]
    pub fn number_in(&self, value: u64, longer: usize) -> Option<Vec<u8>> {
        let Some(Numbers::Prefixed { bits, extended }) = self.numbers() else {
            return None;
        };
        let Some(at) = longer.checked_sub(1) else {
            let markers = (1u64 << bits) - extended.len() as u64;
            return (value < markers).then(|| vec![value as u8]);
        };
        let Extended { marker, bits } = extended.get(at)?;
        let fits = u32::from(*bits) >= 64 || value >> bits == 0;
        let bytes = usize::from(*bits).div_ceil(8);
        let number = &value.to_be_bytes()[8 - bytes..];
        fits.then(|| [&[*marker], number].concat())
    }

    /// Reads a number.
    ///
    /// # Errors
    /// It is incomplete, not in the shortest form, or has unused bits that are not zero.
    pub fn read_number(&self, bytes: &[u8]) -> Read<u64> {
        let missing = ChannelDemand::BlockComplete;
        let Some(Numbers::Prefixed { bits, extended }) = self.numbers() else {
            return Err(missing);
        };
        let first = *bytes.first().ok_or(missing)?;
        if u32::from(first) >> bits != 0 {
            return Err(ChannelDemand::NumberFits);
        }
        let Some(form) = extended.iter().find(|form| form.marker == first) else {
            return Ok((first.into(), 1));
        };
        let end = 1 + usize::from(form.bits).div_ceil(8);
        let all = bytes.get(1..end).ok_or(missing)?;
        let value = all
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        if form.bits < 64 && value >> form.bits != 0 {
            return Err(ChannelDemand::NumberFits);
        }
        if self
            .number(value)
            .is_none_or(|shortest| shortest.len() < end)
        {
            return Err(ChannelDemand::NumberShortest);
        }
        Ok((value, end))
    }
}
