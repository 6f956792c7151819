//! What an end may still have to read before it comes to what it is to answer.

use std::time::Duration;

/// A place in what an end sends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Frames up to it.
    pub(super) frames: u64,
    /// Bytes up to it.
    pub(super) bytes: u64,
}

/// What lies between two places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backlog {
    pub(super) frames: u64,
    bytes: u64,
}

impl Place {
    /// What lies between this place and a later one.
    pub(super) const fn until(self, later: Self) -> Backlog {
        Backlog {
            frames: later.frames.saturating_sub(self.frames),
            bytes: later.bytes.saturating_sub(self.bytes),
        }
    }
}

impl Backlog {
    /// Bytes a second that a slow line brings.
    const RATE: u64 = 16 << 10;
    /// Bytes that buffers between the ends hold, at most.
    const BUFFERED: u64 = 8 << 20;
    /// Milliseconds in which a slow end is done with a frame.
    const FRAME: u64 = 100;
    /// Frames that a slow end is behind, at most.
    const BEHIND: u64 = 6000;

    /// Time that an end may need for it.
    pub(super) fn time(self) -> Duration {
        let line = Duration::from_micros(self.bytes.min(Self::BUFFERED) * 1_000_000 / Self::RATE);
        line + Duration::from_millis(self.frames.min(Self::BEHIND) * Self::FRAME)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Place;

    #[test]
    fn a_backlog_takes_time_but_not_for_ever() {
        let place = |frames, bytes| Place { frames, bytes };
        let time = |from: Place, to| from.until(to).time();
        assert_eq!(time(place(5, 900), place(5, 900)), Duration::ZERO);
        assert_eq!(
            time(place(0, 0), place(10, 16 << 10)),
            Duration::from_secs(2)
        );
        let most = time(place(0, 0), place(u64::MAX, u64::MAX));
        assert_eq!(most, Duration::from_secs(512 + 600));
    }
}
