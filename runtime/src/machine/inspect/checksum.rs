//! Checksums of what an inspector does not keep.

/// A checksum of bytes (FNV-1a with 64 bits), to compare payloads that are not kept. It tells what differs by
/// accident, and is no proof against whoever wants two payloads to have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checksum(u64);

impl Checksum {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;

    /// The checksum of these bytes.
    #[inline]
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = Self::default();
        sum.add(bytes);
        sum
    }

    /// Adds the next bytes. How a payload is cut into pieces makes no difference.
    #[inline]
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(Self::PRIME);
        }
    }
}

/// The checksum of no bytes.
impl Default for Checksum {
    #[inline]
    fn default() -> Self {
        Self(Self::START)
    }
}
