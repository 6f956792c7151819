//! Packets, and the numbers of files that hold them.

use std::time::Duration;

/// A packet as it was captured.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What its first header is: a link type, as the tcpdump project numbers them.
    pub link: u32,
    /// What was captured of it.
    pub bytes: &'a [u8],
    /// Bytes that it had on the wire.
    pub length: usize,
    /// When it passed, on the clock of the capture.
    pub time: Option<Duration>,
}

/// Most bytes of a packet that are believed: a larger number is a damaged file.
pub(super) const LARGEST: usize = 16 << 20;

/// The order of the bytes of numbers in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    /// The least significant byte first.
    Little,
    /// The most significant byte first.
    Big,
}

impl ByteOrder {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Little, Self::Big];

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
