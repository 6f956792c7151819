//! Masking (RFC 6455 §5.3).

use alloc::vec::Vec;

/// The key as it applies from byte `phase` on.
#[must_use]
pub const fn rotate(key: [u8; 4], phase: usize) -> [u8; 4] {
    [key[phase % 4], key[(phase + 1) % 4], key[(phase + 2) % 4], key[(phase + 3) % 4]]
}

/// Masks or unmasks in place.
pub fn apply(data: &mut [u8], key: [u8; 4], phase: usize) {
    for (at, byte) in data.iter_mut().enumerate() {
        *byte ^= key[(phase + at) % 4];
    }
}

/// Masks or unmasks in place with a key of any length.
pub fn apply_cyclic(data: &mut [u8], key: &[u8], phase: usize) {
    if key.is_empty() {
        return;
    }
    for (at, byte) in data.iter_mut().enumerate() {
        *byte ^= key[(phase + at) % key.len()];
    }
}

/// Appends masked data.
pub fn extend_masked(out: &mut Vec<u8>, data: &[u8], key: [u8; 4], phase: usize) {
    out.extend(data.iter().enumerate().map(|(at, byte)| byte ^ key[(phase + at) % 4]));
}

/// Unmasks in place; gives the length of a prefix that is ASCII.
pub fn apply_ascii(data: &mut [u8], key: [u8; 4], phase: usize) -> usize {
    apply(data, key, phase);
    data.iter().position(|byte| !byte.is_ascii()).unwrap_or(data.len())
}
