//! Masking (RFC 6455 §5.3), at least a machine word at a time.

use alloc::vec::Vec;

use self::wide::{Wide, Words};

mod wide;

/// Bytes that are masked at once in long data; the compiler uses vector instructions for a block.
const BLOCK: usize = 64;

/// Bytes that are masked at once in short data: two vectors that every processor supports.
const PAIR: usize = 32;

/// Bytes that are masked before they are appended. Shorter stripes cost more for checking the room,
/// longer ones do not stay in registers.
const STRIPE: usize = 1 << 8;

/// From this length on, aligning blocks and detecting the processor's features pays off.
const LONG: usize = 1 << 11;

/// The key for data that starts at byte `phase` of the payload.
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
    if data.len() < LONG {
        apply_short(data, key)
    } else {
        apply_long(data, key)
    }
}

#[inline]
fn apply_short(data: &mut [u8], key: [u8; 4]) {
    let mut pairs = data.chunks_exact_mut(PAIR);
    for chunk in &mut pairs {
        xor_words(chunk, word(key));
    }
    let half = u32::from_ne_bytes(key);
    let word = word(key);
    let mut words = pairs.into_remainder().chunks_exact_mut(8);
    for chunk in &mut words {
        if let Some(chunk) = chunk.first_chunk_mut::<8>() {
            *chunk = (u64::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
        }
    }
    let rest = words.into_remainder();
    let half_word = rest.len() & 4;
    let (chunk, rest) = rest.split_at_mut(half_word);
    if let Some(chunk) = chunk.first_chunk_mut::<4>() {
        *chunk = (u32::from_ne_bytes(*chunk) ^ half).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
    }
}

fn apply_long(data: &mut [u8], key: [u8; 4]) {
    widest(data.len(), Unmask { data, key });
}

/// Work that is compiled for several sets of vector instructions.
trait Work {
    /// Whether vectors of 512 bits take longer than those of 256.
    const AT_MOST_256: bool;

    fn run(self, with: impl Wide);
}

/// Runs work on `length` bytes with the widest vector instructions of the processor that pay off.
#[inline]
fn widest<W: Work>(length: usize, work: W) {
    #[cfg(feature = "simd")]
    if length >= LONG {
        let level = fearless_simd::Level::new();
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let (true, Some(avx2)) = (W::AT_MOST_256, level.as_avx2()) {
            fearless_simd::Simd::vectorize(
                avx2,
                #[inline(always)]
                || work.run(avx2),
            );
            return;
        }
        fearless_simd::dispatch!(level, simd => work.run(simd));
        return;
    }
    let _ = (length, W::AT_MOST_256);
    work.run(Words);
}

struct Unmask<'a> {
    data: &'a mut [u8],
    key: [u8; 4],
}

impl Work for Unmask<'_> {
    const AT_MOST_256: bool = false;

    #[inline(always)]
    fn run(self, with: impl Wide) {
        // Vectors that cross a cache line take twice as long.
        let ahead = self.data.as_ptr().align_offset(BLOCK).min(self.data.len());
        let (ahead, data) = self.data.split_at_mut(ahead);
        let key = rotate(self.key, ahead.len());
        apply_short(ahead, self.key);
        let (blocks, rest) = data.split_at_mut(data.len() / BLOCK * BLOCK);
        with.blocks(blocks, key);
        apply_short(rest, key);
    }
}

#[inline]
fn xor(chunk: &mut [u8], block: &[u8]) {
    for (byte, key) in chunk.iter_mut().zip(block) {
        *byte ^= key;
    }
}

/// The key twice, as a machine word.
#[inline]
const fn word(key: [u8; 4]) -> u64 {
    let half = u32::from_ne_bytes(key) as u64;
    half << 32 | half
}

/// Masks a block by words: of bytes, only an optimizer that looks for vectors makes wide accesses.
#[inline(always)]
fn xor_words(chunk: &mut [u8], word: u64) {
    for chunk in chunk.chunks_exact_mut(8) {
        if let Some(chunk) = chunk.first_chunk_mut::<8>() {
            *chunk = (u64::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
        }
    }
}

/// Masks or unmasks in place with a key of any length; an empty key changes nothing. `phase` is the
/// index of the key byte for the first byte of the data.
pub fn apply_cyclic(mut data: &mut [u8], key: &[u8], phase: usize) {
    /// Bytes that are masked at once. Repetitions of the key fill them, for vector instructions.
    const STRETCH: usize = 320;
    if key.is_empty() {
        return;
    }
    let mut at = phase % key.len();
    let periods = STRETCH / key.len() * key.len();
    if data.len() >= STRETCH && periods > 0 {
        let mut stretch = [0; STRETCH];
        for (byte, key) in stretch.iter_mut().zip(key.iter().cycle().skip(at)) {
            *byte = *key;
        }
        let (stretch, _) = stretch.split_at(periods);
        let mut chunks = data.chunks_exact_mut(periods);
        for chunk in &mut chunks {
            xor(chunk, stretch);
        }
        data = chunks.into_remainder();
    }
    while !data.is_empty() {
        let rest = key.get(at..).unwrap_or_default();
        let (period, behind) = data.split_at_mut(rest.len().min(data.len()));
        xor(period, rest);
        (data, at) = (behind, 0);
    }
}

/// The most bytes beyond its data for which [`extend_masked`] makes room.
pub(crate) const SLACK: usize = PAIR;

/// Appends data, masked. Each byte is read and written once.
#[inline]
pub fn extend_masked(out: &mut Vec<u8>, data: &[u8], key: [u8; 4], phase: usize) {
    let key = rotate(key, phase);
    if data.len() < LONG {
        append_short(out, data, key);
    } else {
        out.reserve(data.len() + SLACK);
        widest(data.len(), Append { out, data, key });
    }
}

/// Only copies blocks of a fixed length, because for short data, a call of `memcpy` costs more than
/// the copy itself. The last block overlaps the one before.
#[inline]
fn append_short(out: &mut Vec<u8>, data: &[u8], key: [u8; 4]) {
    out.reserve(data.len() + SLACK);
    let start = out.len();
    let mut blocks = data.chunks_exact(2 * BLOCK);
    for block in &mut blocks {
        out.extend_from_slice(&masked_by_words::<{ 2 * BLOCK }>(block, key));
    }
    let mut pairs = blocks.remainder().chunks_exact(PAIR);
    for pair in &mut pairs {
        out.extend_from_slice(&masked::<PAIR>(pair, key));
    }
    if pairs.remainder().is_empty() {
        return;
    }
    out.extend_from_slice(&[0; PAIR]);
    out.truncate(start + data.len());
    let out = out.get_mut(start..).unwrap_or_default();
    match data.len() {
        0..4 => {
            for ((byte, plain), key) in out.iter_mut().zip(data).zip(key) {
                *byte = plain ^ key;
            }
        }
        4..8 => ends::<4>(out, data, key),
        8..16 => ends::<8>(out, data, key),
        16..PAIR => ends::<16>(out, data, key),
        _ => last::<PAIR>(out, data, key),
    }
}

/// Masks the first and the last `N` bytes.
#[inline]
fn ends<const N: usize>(out: &mut [u8], data: &[u8], key: [u8; 4]) {
    if let (Some(out), Some(data)) = (out.first_chunk_mut::<N>(), data.first_chunk::<N>()) {
        *out = masked(data, key);
    }
    last::<N>(out, data, key);
}

/// Masks the last `N` bytes.
#[inline]
fn last<const N: usize>(out: &mut [u8], data: &[u8], key: [u8; 4]) {
    let key = rotate(key, data.len().wrapping_sub(N));
    if let (Some(out), Some(data)) = (out.last_chunk_mut::<N>(), data.last_chunk::<N>()) {
        *out = masked(data, key);
    }
}

/// A block of data, masked.
#[inline(always)]
fn masked<const N: usize>(data: &[u8], key: [u8; 4]) -> [u8; N] {
    let mut block = [0; N];
    block.copy_from_slice(data);
    if N < 8 {
        xor(&mut block, &key);
    } else {
        xor_words(&mut block, word(key));
    }
    block
}

/// A longer block of data, masked while it is copied.
#[inline(always)]
fn masked_by_words<const N: usize>(data: &[u8], key: [u8; 4]) -> [u8; N] {
    let word = word(key);
    let mut block = [0; N];
    for (out, data) in block.chunks_exact_mut(8).zip(data.chunks_exact(8)) {
        if let (Some(out), Some(data)) = (out.first_chunk_mut::<8>(), data.first_chunk::<8>()) {
            *out = (u64::from_ne_bytes(*data) ^ word).to_ne_bytes();
        }
    }
    block
}

struct Append<'a> {
    out: &'a mut Vec<u8>,
    data: &'a [u8],
    key: [u8; 4],
}

impl Work for Append<'_> {
    // The source is not aligned, so each vector of 512 bits is read across two cache lines.
    const AT_MOST_256: bool = true;

    #[inline(always)]
    fn run(self, with: impl Wide) {
        // Vectors that are written across cache lines cost more than those that are read across them.
        let end = self.out.as_ptr().wrapping_add(self.out.len());
        let ahead = end.align_offset(BLOCK).min(self.data.len());
        let (ahead, data) = self.data.split_at(ahead);
        append_short(self.out, ahead, self.key);
        let key = rotate(self.key, ahead.len());
        let mut stripe = [0; STRIPE];
        let mut stripes = data.chunks_exact(STRIPE);
        for plain in &mut stripes {
            with.stripe(&mut stripe, plain, key);
            self.out.extend_from_slice(&stripe);
        }
        append_short(self.out, stripes.remainder(), key);
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::{SLACK, apply, apply_cyclic, extend_masked, rotate};

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn plainly(data: &[u8], key: &[u8], phase: usize) -> Vec<u8> {
        data.iter()
            .enumerate()
            .map(|(at, byte)| byte ^ key[(phase + at) % key.len()])
            .collect()
    }

    #[test]
    fn every_length_and_phase_is_masked_as_byte_by_byte() {
        for length in (0..300).chain([1000, 2047, 2048, 3072, 4097, 70_001]) {
            let data: Vec<u8> = (0..length).map(|at| (at * 7 + 3) as u8).collect();
            for phase in 0..5 {
                let expected = plainly(&data, &KEY, phase);
                let mut masked = data.clone();
                apply(&mut masked, KEY, phase);
                assert_eq!(masked, expected);
                let mut appended = vec![1, 2, 3];
                extend_masked(&mut appended, &data, KEY, phase);
                assert_eq!(appended[3..], expected);
                for key in [&b"twenty bytes of key."[..], b"k", &[7; 400]] {
                    let mut cyclic = data.clone();
                    apply_cyclic(&mut cyclic, key, phase);
                    assert_eq!(cyclic, plainly(&data, key, phase));
                }
            }
        }
    }

    #[test]
    fn long_data_makes_the_buffer_grow_once() {
        let mut out = Vec::new();
        extend_masked(&mut out, &[0; 1 << 20], KEY, 0);
        assert!(out.capacity() <= (1 << 20) + SLACK);
    }

    #[test]
    fn a_rotated_key_starts_at_the_phase() {
        assert_eq!(rotate(KEY, 0), KEY);
        assert_eq!(rotate(KEY, 5), [0xfa, 0x21, 0x3d, 0x37]);
    }
}
