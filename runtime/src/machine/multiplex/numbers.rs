//! Channel IDs and numbers, as the data of a dialect describes them.

use alloc::vec::Vec;

use super::judge::{Broken, Judge};
use crate::{
    machine::extension::{
        ChannelDemand,
        multiplex::{ChannelIds, Extended, MultiplexInfo, Numbers},
    },
    protocol::violation::Seen,
};

/// Received bytes, and how far they are read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let length = usize::try_from(length).ok()?;
        let taken = self.rest().get(..length)?;
        self.at += length;
        Some(taken)
    }
}

/// A big-endian number.
pub(super) fn big_endian(bytes: &[u8]) -> u64 {
    let shift = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    bytes.iter().fold(0, shift)
}

pub(super) const fn bytes_of(bits: u8) -> u64 {
    bits.div_ceil(8) as u64
}

/// The largest number of this many bits.
pub(super) const fn most(bits: u8) -> u64 {
    match bits {
        0 => 0,
        1..=63 => (1 << bits) - 1,
        _ => u64::MAX,
    }
}

/// Reads a channel ID at the start of these bytes. Returns it and its length.
///
/// # Errors
/// The violated rule.
pub(super) fn read_id(judge: &Judge, bytes: &[u8]) -> Result<(u32, usize), Broken> {
    let Some(ChannelIds::Prefixed(widths)) = judge.table.channels.map(|channels| channels.ids)
    else {
        return Err(Broken::unknown());
    };
    let truncated = || judge.fatal(ChannelDemand::ChannelIdComplete, bytes.len(), Seen::Nothing);
    let first = bytes.first().ok_or_else(truncated)?;
    let form = (first.leading_ones() as usize).min(widths.len().saturating_sub(1));
    let bits = widths.get(form).copied().unwrap_or_default();
    let length = form + 1;
    let id = big_endian(bytes.get(..length).ok_or_else(truncated)?) & most(bits);
    let shorter = form.checked_sub(1).and_then(|form| widths.get(form));
    if shorter.is_some_and(|bits| id <= most(*bits)) {
        judge.broken(ChannelDemand::ChannelIdShortest, 0, Seen::Number(id))?;
    }
    Ok((u32::try_from(id).unwrap_or(u32::MAX), length))
}

/// Appends a channel ID in its shortest form; nothing if the dialect has no form for it.
pub(super) fn write_id(table: &MultiplexInfo, id: u32, out: &mut Vec<u8>) {
    let Some(ChannelIds::Prefixed(widths)) = table.channels.map(|channels| channels.ids) else {
        return;
    };
    let mut forms = widths.iter().enumerate();
    let Some((form, _)) = forms.find(|(_, bits)| u64::from(id) <= most(**bits)) else {
        return;
    };
    let ones = !(0xff_u8.checked_shr(form as u32).unwrap_or(0));
    let mark = u64::from(ones) << (8 * form);
    let bytes = (u64::from(id) | mark).to_be_bytes();
    out.extend_from_slice(bytes.get(7 - form.min(7)..).unwrap_or_default());
}

/// The largest channel ID.
pub(super) fn largest_id(table: &MultiplexInfo) -> u32 {
    match table.channels.map(|channels| channels.ids) {
        Some(ChannelIds::Prefixed(widths)) => {
            let bits = widths.last().copied().unwrap_or_default();
            u32::try_from(most(bits)).unwrap_or(u32::MAX)
        }
        Some(ChannelIds::Leading { bits, .. }) => u32::try_from(most(bits)).unwrap_or(u32::MAX),
        None => 0,
    }
}

/// Reads a number. `width` is its number of bytes if a field says it.
pub(super) fn read_number(
    judge: &Judge,
    cursor: &mut Cursor<'_>,
    width: u8,
) -> Result<u64, Broken> {
    let start = cursor.at;
    let missing = || judge.fatal(ChannelDemand::BlockComplete, start, Seen::Nothing);
    match judge.table.numbers {
        Some(Numbers::Prefixed { bits, extended }) => {
            let first = cursor.take(1).map(big_endian).ok_or_else(missing)?;
            if first > most(bits) {
                return Err(judge.fatal(ChannelDemand::NumberFits, start, Seen::Byte(first as u8)));
            }
            let form = extended
                .iter()
                .position(|form| u64::from(form.marker) == first);
            let Some(form) = form else {
                return Ok(first);
            };
            let Extended { bits, .. } = extended[form];
            let number = cursor
                .take(bytes_of(bits))
                .map(big_endian)
                .ok_or_else(missing)?;
            if number > most(bits) {
                return Err(judge.fatal(ChannelDemand::NumberFits, start, Seen::Number(number)));
            }
            if number <= shorter(extended, form) {
                judge.broken(ChannelDemand::NumberShortest, start, Seen::Number(number))?;
            }
            Ok(number)
        }
        Some(Numbers::Sized(_)) => {
            let number = cursor
                .take(u64::from(width))
                .map(big_endian)
                .ok_or_else(missing)?;
            if width > 1 && number <= most(8 * (width - 1)) {
                judge.broken(ChannelDemand::NumberShortest, start, Seen::Number(number))?;
            }
            Ok(number)
        }
        None => Err(Broken::unknown()),
    }
}

/// The largest number that a shorter form than this one can hold.
fn shorter(extended: &[Extended], form: usize) -> u64 {
    match form.checked_sub(1).and_then(|form| extended.get(form)) {
        Some(shorter) => most(shorter.bits),
        None => {
            let markers = extended.iter().map(|form| u64::from(form.marker));
            markers.min().unwrap_or_default().saturating_sub(1)
        }
    }
}

/// Appends a number in its shortest form.
pub(super) fn write_number(numbers: Numbers, number: u64, out: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    match numbers {
        Numbers::Prefixed { extended, .. } => {
            if number <= shorter(extended, 0) {
                out.push(number as u8);
                return;
            }
            let mut forms = extended.iter();
            if let Some(form) = forms.find(|form| number <= most(form.bits)) {
                out.push(form.marker);
                let skipped = bytes.len().saturating_sub(bytes_of(form.bits) as usize);
                out.extend_from_slice(&bytes[skipped..]);
            }
        }
        Numbers::Sized(_) => {
            let skipped = bytes.len() - width_of(number);
            out.extend_from_slice(&bytes[skipped..]);
        }
    }
}

/// The number of bytes of a number in its shortest form.
pub(super) const fn width_of(number: u64) -> usize {
    let bits = u64::BITS - number.leading_zeros();
    match bits.div_ceil(8) {
        0 => 1,
        bytes => bytes as usize,
    }
}

/// The largest number that a block can hold.
pub(super) fn largest_number(table: &MultiplexInfo) -> u64 {
    match table.numbers {
        Some(Numbers::Prefixed { extended, .. }) => {
            extended.last().map_or(0, |form| most(form.bits))
        }
        Some(Numbers::Sized(bytes)) => most(bytes.saturating_mul(8)),
        None => 0,
    }
}
