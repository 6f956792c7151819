//! How long to wait before the next attempt to connect.

use std::{boxed::Box, fmt, time::Duration};

use crate::payload::entropy::{Entropy, OsEntropy};

/// Delays for attempts to connect again: a random time of up to 5 s at first, so that the clients
/// of a server that has failed do not return at once, and then longer ones after each failure
/// (RFC 6455 §7.2.3; the drafts have it since hybi-13).
///
/// The first delay is between 0 and [`first`](Self::first). The second is between that and twice
/// that, and so on (truncated binary exponential backoff). Once that would be more than
/// [`longest`](Self::longest), each delay is between half of that and that.
///
/// ```
/// use std::time::Duration;
/// use wsdraft::client::Backoff;
///
/// let mut backoff = Backoff::new().longest(Duration::from_secs(15));
/// assert!(backoff.next_delay() <= Duration::from_secs(5));
/// assert!(backoff.next_delay() >= Duration::from_secs(5));
/// assert!(backoff.next_delay() <= Duration::from_secs(15));
/// backoff.reset();
/// assert!(backoff.next_delay() <= Duration::from_secs(5));
/// ```
pub struct Backoff {
    first: Duration,
    longest: Duration,
    /// Delays since the last reset.
    failures: u32,
    source: Box<dyn Entropy>,
}

impl Backoff {
    /// "A value chosen randomly between 0 and 5 seconds" (RFC 6455 §7.2.3).
    const FIRST: Duration = Duration::from_secs(5);
    /// The RFC leaves this to the client.
    const LONGEST: Duration = Duration::from_secs(60);

    /// Delays of up to 5 s at first and of at most 60 s.
    #[must_use]
    pub fn new() -> Self {
        Self {
            first: Self::FIRST,
            longest: Self::LONGEST,
            failures: 0,
            source: Box::new(OsEntropy),
        }
    }

    /// Sets the most that the first delay can be; 5 s by default.
    #[must_use]
    pub const fn first(mut self, first: Duration) -> Self {
        self.first = first;
        self
    }

    /// Sets the most that any delay can be; 60 s by default.
    #[must_use]
    pub const fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Draws the random part of each delay from this source, 8 bytes in little-endian order, where
    /// 0 is the shortest delay. If the source fails, the delay is the longest one.
    #[must_use]
    pub fn entropy(mut self, source: impl Entropy + 'static) -> Self {
        self.source = Box::new(source);
        self
    }

    /// How long to wait now. Counts as a failure: the next delay is longer.
    pub fn next_delay(&mut self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let most = self.first.saturating_mul(factor).min(self.longest);
        let least = if self.failures == 0 {
            Duration::ZERO
        } else {
            most / 2
        };
        self.failures = self.failures.saturating_add(1);
        least + self.part_of(most - least)
    }

    /// The next delay is a first one again.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }

    /// A random part of a duration.
    fn part_of(&mut self, whole: Duration) -> Duration {
        let mut drawn = [0; 8];
        if self.source.fill(&mut drawn).is_err() {
            return whole;
        }
        let nanos = whole.as_nanos().min(u64::MAX.into());
        let nanos = (nanos * u128::from(u64::from_le_bytes(drawn))) >> u64::BITS;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Backoff {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backoff")
            .field("first", &self.first)
            .field("longest", &self.longest)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
