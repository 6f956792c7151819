//! How long nothing has passed on a connection.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// When something passed last.
#[derive(Debug)]
pub(crate) struct Silence {
    since: Instant,
    /// Milliseconds from then on until something passed last.
    latest: AtomicU64,
}

impl Silence {
    /// Begins now.
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            latest: AtomicU64::new(0),
        }
    }

    /// The time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Something passes.
    pub(crate) fn ends(&self) {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.latest.store(now, Ordering::Relaxed);
    }

    /// Waits until nothing has passed for so long.
    pub(crate) async fn lasts(&self, idle: Duration) {
        loop {
            let latest = Duration::from_millis(self.latest.load(Ordering::Relaxed));
            let silent = self.elapsed().saturating_sub(latest);
            if silent >= idle {
                return;
            }
            sleep(idle.saturating_sub(silent)).await;
        }
    }
}
