//! Where the unpredictable bytes come from that a client masks with (RFC 6455 §10.3).

use alloc::boxed::Box;
use core::fmt;

/// A strong source of random bytes.
///
/// A closure `FnMut(&mut [u8]) -> Result<(), NoEntropy>` is one; with the feature `std`,
/// [`OsEntropy`] is the operating system's.
pub trait Entropy: Send + Sync {
    /// Fills the slice.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source fails.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

impl<F> Entropy for F
where
    F: FnMut(&mut [u8]) -> Result<(), NoEntropy> + Send + Sync,
{
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self(bytes)
    }
}

/// The source of randomness failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoEntropy;

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness failed")
    }
}

impl core::error::Error for NoEntropy {}

/// The operating system's source of randomness. Where there is no operating system, as on
/// `wasm32-unknown-unknown`, it always fails.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

#[cfg(feature = "std")]
impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        os::fill(bytes)
    }
}

#[cfg(all(
    feature = "std",
    not(all(target_family = "wasm", target_os = "unknown"))
))]
mod os {
    pub(super) fn fill(bytes: &mut [u8]) -> Result<(), super::NoEntropy> {
        getrandom::fill(bytes).map_err(|_| super::NoEntropy)
    }
}

#[cfg(all(feature = "std", target_family = "wasm", target_os = "unknown"))]
mod os {
    pub(super) const fn fill(_: &mut [u8]) -> Result<(), super::NoEntropy> {
        Err(super::NoEntropy)
    }
}

/// Masking nonces, drawn from the source a block at a time.
pub(crate) struct Nonces {
    block: [u8; Self::BLOCK],
    used: usize,
    source: Box<dyn Entropy>,
}

impl Nonces {
    /// One call of the source gives this many bytes, so that a nonce costs next to nothing.
    const BLOCK: usize = 512;

    pub(crate) fn new(source: Box<dyn Entropy>) -> Self {
        Self {
            block: [0; Self::BLOCK],
            used: Self::BLOCK,
            source,
        }
    }

    /// Makes sure that the next nonce can be drawn.
    pub(crate) fn reserve(&mut self) -> Result<(), NoEntropy> {
        if self.block.len() - self.used < 4 {
            self.source.fill(&mut self.block)?;
            self.used = 0;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn draw(&mut self) -> Result<[u8; 4], NoEntropy> {
        if let Some(&nonce) = self
            .block
            .get(self.used..)
            .and_then(|rest| rest.first_chunk())
        {
            self.used += 4;
            return Ok(nonce);
        }
        self.refill()
    }

    #[cold]
    fn refill(&mut self) -> Result<[u8; 4], NoEntropy> {
        self.reserve()?;
        self.used = 4;
        let [a, b, c, d, ..] = self.block;
        Ok([a, b, c, d])
    }
}

impl fmt::Debug for Nonces {
    /// Shows none of the bytes: they must stay unpredictable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonces").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use super::{NoEntropy, Nonces};

    #[test]
    fn every_nonce_is_fresh() {
        let mut counter = 0u32;
        let mut nonces = Nonces::new(Box::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(4) {
                counter += 1;
                chunk.copy_from_slice(&counter.to_be_bytes()[..chunk.len()]);
            }
            Ok(())
        }));
        for expected in 1..1000u32 {
            assert_eq!(nonces.draw(), Ok(expected.to_be_bytes()));
        }
    }

    #[test]
    fn a_failing_source_gives_no_nonce() {
        let mut nonces = Nonces::new(Box::new(|_: &mut [u8]| Err(NoEntropy)));
        assert_eq!(nonces.draw(), Err(NoEntropy));
        assert_eq!(nonces.draw(), Err(NoEntropy));
    }
}
