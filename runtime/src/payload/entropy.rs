//! The source of the unpredictable masking keys of a client (RFC 6455 §10.3).

use alloc::boxed::Box;
use core::fmt;

/// A strong source of random bytes.
///
/// Closures `FnMut(&mut [u8]) -> Result<(), NoEntropy>` implement it. With the feature `std`,
/// [`OsEntropy`] is the operating system's source.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source of randomness",
    label = "not an `Entropy`",
    note = "with the feature `std`, use `wsdraft::OsEntropy`",
    note = "a closure is one if it is `FnMut(&mut [u8]) -> Result<(), NoEntropy>`, `Send` and `Sync`"
)]
pub trait Entropy: Send + Sync {
    /// Fills the slice with random bytes.
    ///
    /// # Errors
    /// [`NoEntropy`] if the source fails.
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

/// Randomness from the operating system: it seeds a generator of each thread (ChaCha20) every 16 KiB,
/// and after a fork. It always fails on targets without an operating system, such as
/// `wasm32-unknown-unknown`.
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
    use std::cell::RefCell;

    use chacha20::{
        ChaCha20Rng,
        rand_core::{Rng as _, SeedableRng as _},
    };

    use super::NoEntropy;

    /// The generator of a thread. A call to the kernel takes three times as long.
    struct Generator {
        /// Replaced with each use, so that what it has made cannot be made again.
        key: [u8; 32],
        /// The process that it is for: after a fork there are two of it.
        process: u32,
        /// Bytes that it still makes.
        left: usize,
    }

    /// Where processes fork, the one that this is.
    fn process() -> u32 {
        if cfg!(unix) { std::process::id() } else { 0 }
    }

    impl Generator {
        /// Bytes that it makes from a seed.
        const MOST: usize = 16 << 10;

        const fn new() -> Self {
            Self {
                key: [0; 32],
                process: 0,
                left: 0,
            }
        }

        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
            let process = process();
            if self.left < bytes.len() || self.process != process {
                self.left = 0;
                getrandom::fill(&mut self.key).map_err(|_| NoEntropy)?;
                (self.left, self.process) = (Self::MOST, process);
            }
            self.left = self.left.saturating_sub(bytes.len());
            let mut stream = ChaCha20Rng::from_seed(self.key);
            stream.fill_bytes(&mut self.key);
            stream.fill_bytes(bytes);
            Ok(())
        }
    }

    thread_local! {
        static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator::new()) };
    }

    pub(super) fn fill(bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let filled = GENERATOR.try_with(|generator| generator.borrow_mut().fill(bytes));
        // A thread that ends has none.
        filled.unwrap_or_else(|_| getrandom::fill(bytes).map_err(|_| NoEntropy))
    }
}

#[cfg(all(feature = "std", target_family = "wasm", target_os = "unknown"))]
mod os {
    pub(super) const fn fill(_: &mut [u8]) -> Result<(), super::NoEntropy> {
        Err(super::NoEntropy)
    }
}

/// Masking nonces. The source fills a block of them at a time.
pub(crate) struct Nonces {
    block: [u8; Self::BLOCK],
    used: usize,
    source: Box<dyn Entropy>,
}

impl Nonces {
    /// Bytes per call of the source. Larger blocks make each nonce cheaper.
    const BLOCK: usize = 480;

    pub(crate) fn new(source: Box<dyn Entropy>) -> Self {
        Self {
            block: [0; Self::BLOCK],
            used: Self::BLOCK,
            source,
        }
    }

    /// Makes sure that drawing the next nonce succeeds.
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
    #[inline]
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
