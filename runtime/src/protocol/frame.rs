//! Frames in the form that every draft shares: the decoded frame header, and the values needed to
//! write one.

use alloc::vec::Vec;

use crate::{
    payload::mask,
    protocol::info::{Kind, Role},
};

/// The masking of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// The payload is not masked.
    None,
    /// With a masking key of four bytes, rotated to start with the byte for the payload's first
    /// byte.
    Four([u8; 4]),
    /// With a derived key of twenty bytes. The byte at `phase` is for the payload's first byte.
    Twenty {
        /// The key.
        key: [u8; 20],
        /// The index of the key's byte that masks the payload's first byte.
        phase: u8,
    },
}

impl Mask {
    /// Masks or unmasks the next bytes in place.
    #[inline]
    pub(crate) fn apply(self, payload: &mut [u8]) {
        match self {
            Self::None => {}
            Self::Four(key) => mask::apply(payload, key, 0),
            Self::Twenty { key, phase } => mask::apply_cyclic(payload, &key, usize::from(phase)),
        }
    }

    /// The mask for the bytes after the next `length` bytes.
    pub(crate) fn advanced(self, length: usize) -> Self {
        match self {
            Self::None => Self::None,
            Self::Four(key) => Self::Four(mask::rotate(key, length % 4)),
            Self::Twenty { key, phase } => {
                let length = (length % key.len()) as u8;
                Self::Twenty {
                    key,
                    phase: (phase + length) % key.len() as u8,
                }
            }
        }
    }
}

/// The length of a frame's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// This many bytes.
    Bytes(u64),
    /// All bytes before the next byte of this value.
    Until(u8),
}

/// A decoded frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// The purpose of the frame.
    pub kind: Kind,
    /// The opcode, as received.
    pub opcode: u8,
    /// Whether this is the message's last frame. The polarity of the bit does not matter.
    pub fin: bool,
    /// The reserved bits. Bit 0 is the first one in the draft's layout.
    pub reserved: u8,
    /// Whether the frame header indicates masking.
    pub masked: bool,
    /// The number of bits of the length form: 7, 16 or 63 in the usual layout.
    pub length_bits: u8,
    /// The number of bytes of the frame header, including a masking key.
    pub size: u8,
    /// The length of the payload.
    pub length: Length,
    /// The masking of the payload.
    pub mask: Mask,
}

impl FrameHeader {
    /// The payload length in bytes, as far as the frame header states it: 0 if the payload extends
    /// to a delimiter.
    #[inline]
    #[must_use]
    pub const fn payload_length(&self) -> u64 {
        match self.length {
            Length::Bytes(length) => length,
            Length::Until(_) => 0,
        }
    }
}

/// The header of a frame that contains a complete message and violates no rule. See
/// [`Draft::plain`](crate::Draft::plain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub kind: Kind,
    /// The number of bytes of the frame header, including a masking key.
    pub size: usize,
    /// The payload length in bytes.
    pub length: usize,
    /// The masking key if the payload is masked, in the form of [`Mask::Four`].
    pub key: Option<[u8; 4]>,
}

/// The result of decoding a frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decode {
    /// The frame header is incomplete. It has at least this many bytes in total.
    Incomplete(usize),
    /// The frame header.
    Header(FrameHeader),
    /// The payload length does not fit in 64 bits.
    Overflow,
}

/// The context that a frame's rules need in addition to its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The role of the sender.
    pub from: Role,
    /// Whether a message is open. If so, only a continuation frame may continue it.
    pub open: bool,
    /// Whether the sender has already sent a close frame.
    pub closed: bool,
    /// The reserved bits that an agreed extension claims, as in [`FrameHeader::reserved`].
    pub claimed: u8,
    /// The offset of the frame, in bytes from the start of the sender's frame stream.
    pub offset: u64,
}

/// Keys that the handshake derives and every frame needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The connection's masking key, for a draft that derives one.
    pub masking_key: Option<[u8; 20]>,
}

/// A frame to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The purpose of the frame.
    pub kind: Kind,
    /// Whether it is the message's last frame.
    pub fin: bool,
    /// The reserved bits that an agreed extension sets.
    pub reserved: u8,
    /// The payload length in bytes.
    pub length: u64,
    /// The opcode, if an agreed extension claims it.
    pub opcode: u8,
}

/// The parts around a payload: the bytes of the frame header, the mask, and a final byte.
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
    /// The maximum number of bytes of a frame header.
    pub const MAX: usize = 16;

    /// An empty frame header without a mask.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX],
            len: 0,
            mask: Mask::None,
            trailer: None,
        }
    }

    /// Appends bytes to the frame header.
    ///
    /// Bytes beyond [`Encoded::MAX`] are discarded. A checked layout has none.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        // A loop: for so few bytes, a call of `memcpy` costs more than the copy itself.
        for &byte in bytes {
            if let Some(place) = self.bytes.get_mut(usize::from(self.len)) {
                *place = byte;
                self.len += 1;
            }
        }
    }

    /// Appends the `size` lowest bytes of an integer, the lowest byte first. The bits above them must
    /// be 0. A header that is made of integers stays in registers, so it costs less than with
    /// [`push`](Self::push).
    ///
    /// Bytes beyond [`Encoded::MAX`] are discarded. A checked layout has none.
    #[inline]
    pub const fn push_integer(&mut self, bytes: u128, size: u8) {
        let at = self.len as u32;
        if at < Self::MAX as u32 {
            let all = u128::from_le_bytes(self.bytes) | bytes << (8 * at);
            self.bytes = all.to_le_bytes();
        }
        let end = self.len.saturating_add(size);
        self.len = if end < Self::MAX as u8 {
            end
        } else {
            Self::MAX as u8
        };
    }

    /// Appends the frame header to a buffer.
    #[inline]
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        // Writing a complete array with a length known at compile time is faster than writing part
        // of it.
        let end = out.len() + usize::from(self.len);
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }

    /// The bytes of the frame header.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The bytes of the frame header from `start` on, to be masked.
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

/// Reads a length with seven bits in each byte, most significant bits first. The most significant
/// bit is set in every byte except the last. Returns the length and the number of bytes read, or
/// `None` if more bytes are needed.
///
/// # Errors
/// [`TooLong`] if the length does not fit in 64 bits or takes more than ten bytes.
#[inline]
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

/// A length that does not fit in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Appends a length in the form that [`counted`] reads.
#[inline]
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
    fn integers_are_pushed_like_their_bytes() {
        for start in 0..=Encoded::MAX {
            for size in 0..=Encoded::MAX {
                let all = 0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201u128;
                let keeps = if size == 0 {
                    0
                } else {
                    u128::MAX >> (128 - 8 * size)
                };
                let (mut whole, mut single) = (Encoded::new(), Encoded::new());
                for encoded in [&mut whole, &mut single] {
                    encoded.push(&[0xff; Encoded::MAX][..start]);
                }
                whole.push_integer(all & keeps, size as u8);
                single.push(&all.to_le_bytes()[..size]);
                assert_eq!(whole, single, "{size} bytes after {start}");
            }
        }
    }

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
