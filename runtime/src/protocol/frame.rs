//! Frames as every draft has them: the decoded header, and what is needed to write one.

use alloc::vec::Vec;

use crate::protocol::info::{Kind, Role};

/// How a payload is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Not at all.
    None,
    /// With four bytes, already rotated so that the first one is for the payload's first byte.
    Four([u8; 4]),
    /// With a derived key of twenty bytes, of which `phase` is for the payload's first byte.
    Twenty {
        /// The key.
        key: [u8; 20],
        /// Index of the key's byte that masks the payload's first byte.
        phase: u8,
    },
}

/// How long a frame's payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// This many bytes.
    Bytes(u64),
    /// Up to, and not including, the next byte of this value.
    Until(u8),
}

/// The header of a frame, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// What the frame is for.
    pub kind: Kind,
    /// The opcode as on the wire.
    pub opcode: u8,
    /// Whether this is the message's last frame, whatever the polarity of the bit.
    pub fin: bool,
    /// The reserved bits: bit 0 is the first one that the draft's layout names.
    pub reserved: u8,
    /// Whether the frame says that it is masked.
    pub masked: bool,
    /// Bits of the form in which the length is written: 7, 16 or 63 in the usual layout.
    pub length_bits: u8,
    /// Bytes of the header, a masking key included.
    pub size: u8,
    /// How long the payload is.
    pub length: Length,
    /// How the payload is masked.
    pub mask: Mask,
}

impl FrameHeader {
    /// Bytes of the payload, as far as the header tells: 0 where it goes up to a delimiter.
    #[inline]
    #[must_use]
    pub const fn payload_length(&self) -> u64 {
        match self.length {
            Length::Bytes(length) => length,
            Length::Until(_) => 0,
        }
    }
}

/// The header of a frame that holds a whole message and breaks no rule; see
/// [`Draft::plain`](crate::Draft::plain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub kind: Kind,
    /// Bytes of the header, a masking key included.
    pub size: usize,
    /// Bytes of the payload.
    pub length: usize,
    /// The masking key, where the payload is masked, as [`Mask::Four`] has it.
    pub key: Option<[u8; 4]>,
}

/// What decoding a header led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decode {
    /// The header is not complete: it has at least this many bytes in all.
    Incomplete(usize),
    /// The header.
    Header(FrameHeader),
    /// The length does not fit 64 bits.
    Overflow,
}

/// What a frame's rules need to know beyond its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who sent the frame.
    pub from: Role,
    /// Whether a message is open, so that only a continuation may go on.
    pub open: bool,
    /// Whether the sender has sent a close frame before.
    pub closed: bool,
    /// Reserved bits that an agreed extension claims, as in [`FrameHeader::reserved`].
    pub claimed: u8,
    /// Where the frame starts: bytes from the start of the sender's frame stream.
    pub offset: u64,
}

/// Keys that the handshake derived and every frame needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The connection's masking key, in a draft that derives one.
    pub masking_key: Option<[u8; 20]>,
}

/// A frame to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What it is for.
    pub kind: Kind,
    /// Whether it is the message's last frame.
    pub fin: bool,
    /// Reserved bits that an agreed extension sets.
    pub reserved: u8,
    /// Bytes of its payload.
    pub length: u64,
    /// Its opcode, where it is one that an agreed extension claims.
    pub opcode: u8,
}

/// What goes around a payload: the header's bytes, the mask, and a closing byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    bytes: [u8; Self::MAX],
    len: u8,
    /// The mask to apply to the payload.
    pub mask: Mask,
    /// A byte to write after the payload.
    pub trailer: Option<u8>,
}

impl Encoded {
    /// Most bytes that a header can have.
    pub const MAX: usize = 16;

    /// An empty header without a mask.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX],
            len: 0,
            mask: Mask::None,
            trailer: None,
        }
    }

    /// Appends bytes to the header.
    ///
    /// Bytes beyond [`Encoded::MAX`] are dropped; a checked layout has none.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        // A loop: for so few bytes a call of `memcpy` costs more than they do.
        for &byte in bytes {
            if let Some(place) = self.bytes.get_mut(usize::from(self.len)) {
                *place = byte;
                self.len += 1;
            }
        }
    }

    /// Appends the header to a buffer.
    #[inline]
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        // All of a length that is known at compile time is written faster than part of it.
        let end = out.len() + usize::from(self.len);
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }

    /// The header's bytes.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The header's bytes from `start` on, to be masked.
    #[inline]
    pub fn bytes_mut(&mut self, start: usize) -> &mut [u8] {
        let end = usize::from(self.len);
        &mut self.bytes[start.min(end)..end]
    }
}

impl Default for Encoded {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads a length of seven bits a byte, the most significant first, the top bit set on all
/// but the last: the length and the bytes that it fills, or `None` where more are needed.
///
/// # Errors
/// [`TooLong`] where the length does not fit 64 bits or fills more than ten bytes.
pub fn counted(bytes: &[u8]) -> Result<Option<(u64, usize)>, TooLong> {
    let mut length = 0u64;
    for (at, &byte) in bytes.iter().enumerate().take(10) {
        if length >> 57 != 0 {
            return Err(TooLong);
        }
        length = length << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(Some((length, at + 1)));
        }
    }
    if bytes.len() < 10 {
        Ok(None)
    } else {
        Err(TooLong)
    }
}

/// A length that does not fit 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Appends a length in the form that [`counted`] reads.
pub fn write_counted(length: u64, encoded: &mut Encoded) {
    let groups = (64 - length.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group == 0 { 0 } else { 0x80 };
        encoded.push(&[(length >> (7 * group)) as u8 & 0x7f | more]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoded, TooLong, counted, write_counted};

    #[test]
    fn counted_lengths_read_back() {
        for length in [0, 1, 127, 128, 300, 16_383, 16_384, u64::MAX >> 8, u64::MAX] {
            let mut encoded = Encoded::new();
            write_counted(length, &mut encoded);
            let size = encoded.bytes().len();
            assert_eq!(counted(encoded.bytes()), Ok(Some((length, size))));
            for cut in 0..size {
                assert_eq!(counted(&encoded.bytes()[..cut]), Ok(None));
            }
        }
    }

    #[test]
    fn endless_lengths_are_refused() {
        assert_eq!(counted(&[0x80; 10]), Err(TooLong));
        assert_eq!(counted(&[0xff; 10]), Err(TooLong));
        assert_eq!(counted(&[0x80; 9]), Ok(None));
    }
}
