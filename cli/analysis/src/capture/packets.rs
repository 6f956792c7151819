//! Packets of a file of either format, one after the other.

use std::time::Duration;

use super::{Source, Tally, pcap, pcapng};
use crate::Error;

/// A packet as it was captured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// What its first header is.
    pub(super) link: u32,
    /// What was captured of it.
    pub(super) bytes: &'a [u8],
    /// Bytes that it had on the wire.
    pub(super) length: usize,
    /// When it passed, on the clock of the record.
    pub(super) time: Option<Duration>,
}

/// Takes packets.
pub(super) type Take<'t> = dyn FnMut(&Packet<'_>, &mut Tally) -> Result<(), Error> + 't;

/// Most bytes of a packet that are believed: a larger number is a damaged file.
pub(super) const LARGEST: usize = 16 << 20;

/// Reads all packets of a file.
pub(super) fn read(
    source: &mut Source,
    tally: &mut Tally,
    take: &mut Take<'_>,
) -> Result<(), Error> {
    let start = source.peek(pcap::Header::SIZE)?;
    match pcap::Header::read(start) {
        Some(header) => pcap::read(source, header, tally, take),
        None => pcapng::read(source, tally, take),
    }
}

/// Two numbers of a file in whichever order it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The least significant byte first.
    Little,
    /// The most significant byte first.
    Big,
}

impl Order {
    /// A number of two bytes; 0 where they are not there.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let bytes = bytes.get(at..).and_then(<[u8]>::first_chunk).copied();
        let bytes = bytes.unwrap_or_default();
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// A number of four bytes; 0 where they are not there.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let bytes = bytes.get(at..).and_then(<[u8]>::first_chunk).copied();
        let bytes = bytes.unwrap_or_default();
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }
}
