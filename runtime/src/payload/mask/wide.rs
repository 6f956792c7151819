//! How many bytes are masked at once.

#[cfg(feature = "simd")]
use fearless_simd::{Simd, SimdBase};

use super::{BLOCK, PAIR, STRIPE, word, xor_words};

/// How blocks are masked.
pub(super) trait Wide: Copy {
    /// Masks data whose length is a multiple of [`BLOCK`].
    fn blocks(self, data: &mut [u8], key: [u8; 4]);

    /// Masks as much data as a stripe has.
    fn stripe(self, stripe: &mut [u8; STRIPE], data: &[u8], key: [u8; 4]);
}

/// By words, of which the compiler makes vectors: in pairs, because for longer blocks, compilers for
/// processors with AVX-512 gather each vector from eight blocks, which takes four times as long.
#[derive(Clone, Copy)]
pub(super) struct Words;

impl Wide for Words {
    #[inline(always)]
    fn blocks(self, data: &mut [u8], key: [u8; 4]) {
        let word = word(key);
        for pair in data.chunks_exact_mut(PAIR) {
            xor_words(pair, word);
        }
    }

    #[inline(always)]
    fn stripe(self, stripe: &mut [u8; STRIPE], data: &[u8], key: [u8; 4]) {
        let word = word(key);
        for (block, data) in stripe.chunks_exact_mut(BLOCK).zip(data.chunks_exact(BLOCK)) {
            block.copy_from_slice(data);
            xor_words(block, word);
        }
    }
}

/// By vectors, whatever the compiler would make of words.
#[cfg(feature = "simd")]
impl<S: Simd> Wide for S {
    #[inline(always)]
    fn blocks(self, data: &mut [u8], key: [u8; 4]) {
        let pattern = pattern(self, key);
        for vector in data.chunks_exact_mut(S::u8s::LEN) {
            (S::u8s::from_slice(self, vector) ^ pattern).store_slice(vector);
        }
    }

    #[inline(always)]
    fn stripe(self, stripe: &mut [u8; STRIPE], data: &[u8], key: [u8; 4]) {
        let pattern = pattern(self, key);
        let vectors = stripe.chunks_exact_mut(S::u8s::LEN);
        for (vector, data) in vectors.zip(data.chunks_exact(S::u8s::LEN)) {
            (S::u8s::from_slice(self, data) ^ pattern).store_slice(vector);
        }
    }
}

/// The key, as often as a vector has room for it.
#[cfg(feature = "simd")]
#[inline(always)]
fn pattern<S: Simd>(simd: S, key: [u8; 4]) -> S::u8s {
    S::u8s::from_fn(simd, |at| match key {
        [byte, _, _, _] if at % 4 == 0 => byte,
        [_, byte, _, _] if at % 4 == 1 => byte,
        [_, _, byte, _] if at % 4 == 2 => byte,
        [_, _, _, byte] => byte,
    })
}
