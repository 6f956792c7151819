//! Masking (RFC 6455 §5.3), a machine word or more at a time.

use alloc::vec::Vec;

/// Bytes that are masked at once; the compiler turns a block into vector instructions.
const BLOCK: usize = 64;

/// The key as it applies from byte `phase` on.
#[inline]
#[must_use]
pub const fn rotate(key: [u8; 4], phase: usize) -> [u8; 4] {
    u32::from_le_bytes(key)
        .rotate_right(8 * (phase as u32 & 3))
        .to_le_bytes()
}

/// Masks or unmasks in place; `phase` is the index of the first byte in the payload.
#[inline]
pub fn apply(data: &mut [u8], key: [u8; 4], phase: usize) {
    let key = rotate(key, phase);
    if data.len() < BLOCK {
        apply_short(data, key)
    } else {
        apply_long(data, key)
    }
}

#[inline]
fn apply_short(data: &mut [u8], key: [u8; 4]) {
    let half = u32::from_ne_bytes(key);
    let word = u64::from(half) << 32 | u64::from(half);
    let mut words = data.chunks_exact_mut(8);
    for chunk in &mut words {
        if let Some(chunk) = chunk.first_chunk_mut::<8>() {
            *chunk = (u64::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
        }
    }
    for (byte, key) in words.into_remainder().iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

fn apply_long(data: &mut [u8], key: [u8; 4]) {
    let block = spread(key);
    let mut blocks = data.chunks_exact_mut(BLOCK);
    for chunk in &mut blocks {
        xor(chunk, &block);
    }
    apply_short(blocks.into_remainder(), key);
}

const fn spread(key: [u8; 4]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut at = 0;
    while at < BLOCK {
        block[at] = key[at % 4];
        at += 1;
    }
    block
}

#[inline]
fn xor(chunk: &mut [u8], block: &[u8]) {
    for (byte, key) in chunk.iter_mut().zip(block) {
        *byte ^= key;
    }
}

/// Masks or unmasks in place with a key of any length; an empty one changes nothing.
pub fn apply_cyclic(data: &mut [u8], key: &[u8], phase: usize) {
    if key.is_empty() {
        return;
    }
    // Whole periods of the key make a stretch that is long enough for vector instructions.
    let periods = BLOCK.div_ceil(key.len()) * key.len();
    let stretch: Vec<u8> = key
        .iter()
        .copied()
        .cycle()
        .skip(phase % key.len())
        .take(periods)
        .collect();
    for chunk in data.chunks_mut(periods) {
        for (byte, key) in chunk.iter_mut().zip(&stretch) {
            *byte ^= key;
        }
    }
}

/// Appends masked data: the mask is applied while it is copied.
pub fn extend_masked(out: &mut Vec<u8>, data: &[u8], key: [u8; 4], phase: usize) {
    let key = rotate(key, phase);
    let block = spread(key);
    out.reserve(data.len());
    let blocks = data.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    for chunk in blocks {
        let mut masked = block;
        xor(&mut masked, chunk);
        out.extend_from_slice(&masked);
    }
    let start = out.len();
    out.extend_from_slice(rest);
    apply_short(&mut out[start..], key);
}

/// Unmasks everything in place, and gives the length of a prefix that is ASCII: all of it, or
/// a number of whole blocks. One pass, while the data is in the cache.
pub fn apply_ascii(data: &mut [u8], key: [u8; 4], phase: usize) -> usize {
    let key = rotate(key, phase);
    let block = spread(key);
    let length = data.len();
    let mut ascii = 0;
    while let Some(chunk) = data
        .get_mut(ascii..)
        .and_then(|rest| rest.first_chunk_mut::<BLOCK>())
    {
        xor(chunk, &block);
        if chunk.iter().fold(0, |all, byte| all | byte) & 0x80 != 0 {
            apply_long(&mut data[ascii + BLOCK..], key);
            return ascii;
        }
        ascii += BLOCK;
    }
    let rest = &mut data[ascii..];
    apply_short(rest, key);
    if rest.is_ascii() { length } else { ascii }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::{apply, apply_ascii, apply_cyclic, extend_masked, rotate};

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn plainly(data: &[u8], key: &[u8], phase: usize) -> Vec<u8> {
        data.iter()
            .enumerate()
            .map(|(at, byte)| byte ^ key[(phase + at) % key.len()])
            .collect()
    }

    #[test]
    fn every_length_and_phase_is_masked_as_byte_by_byte() {
        for length in (0..300).chain([1000, 4097]) {
            let data: Vec<u8> = (0..length).map(|at| (at * 7 + 3) as u8).collect();
            for phase in 0..5 {
                let expected = plainly(&data, &KEY, phase);
                let mut masked = data.clone();
                apply(&mut masked, KEY, phase);
                assert_eq!(masked, expected);
                let mut appended = vec![1, 2, 3];
                extend_masked(&mut appended, &data, KEY, phase);
                assert_eq!(appended[3..], expected);
                let mut cyclic = data.clone();
                apply_cyclic(&mut cyclic, b"twenty bytes of a key", phase);
                assert_eq!(cyclic, plainly(&data, b"twenty bytes of a key", phase));
            }
        }
    }

    #[test]
    fn a_rotated_key_starts_at_the_phase() {
        assert_eq!(rotate(KEY, 0), KEY);
        assert_eq!(rotate(KEY, 5), [0xfa, 0x21, 0x3d, 0x37]);
    }

    #[test]
    fn the_ascii_prefix_is_never_too_long() {
        for length in [0, 1, 63, 64, 65, 200] {
            for bad in 0..=length {
                let mut data = vec![b'a'; length];
                if let Some(byte) = data.get_mut(bad) {
                    *byte = 0xc3;
                }
                let plain = data.clone();
                apply(&mut data, KEY, 2);
                let ascii = apply_ascii(&mut data, KEY, 2);
                assert_eq!(data, plain);
                assert!(if bad == length {
                    ascii == length
                } else {
                    ascii <= bad && bad - ascii < 64 + length % 64
                });
            }
        }
    }
}
