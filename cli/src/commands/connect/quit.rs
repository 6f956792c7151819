//! The signals with which the user ends the command.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use crate::{failure::Failure, signals};

/// The signals so far.
#[derive(Debug, Default)]
pub(super) struct Quit {
    signals: AtomicUsize,
    told: Notify,
}

impl Quit {
    /// What is said of a server that was not waited for.
    pub(super) const NOT_WAITED: &str = "the server was not waited for";

    /// How long the output may take to be written for a user who has insisted.
    const MOMENT: Duration = Duration::from_millis(200);

    /// Notes each signal to end.
    pub(super) fn watch() -> Result<Arc<Self>, Failure> {
        let quit = Arc::<Self>::default();
        let failed = |error| Failure::Io("the signals".into(), error);
        let mut told = Box::pin(signals::told_to_end().map_err(failed)?);
        let noted = Arc::clone(&quit);
        tokio::spawn(async move {
            loop {
                told.await;
                noted.tell();
                match signals::told_to_end() {
                    Ok(again) => told = Box::pin(again),
                    Err(_) => return,
                }
            }
        });
        Ok(quit)
    }

    /// Tells to end.
    pub(super) fn tell(&self) {
        self.signals.fetch_add(1, Relaxed);
        self.told.notify_one();
    }

    /// Passes on the signals to these.
    pub(super) async fn pass_on(&self, others: &[Self]) {
        loop {
            self.notified().await;
            others.iter().for_each(Self::tell);
        }
    }

    /// Whether the user has told.
    pub(super) fn is_told(&self) -> bool {
        self.signals.load(Relaxed) > 0
    }

    /// Whether the user has told twice.
    pub(super) fn insists(&self) -> bool {
        self.signals.load(Relaxed) > 1
    }

    /// Waits for the next signal.
    pub(super) async fn notified(&self) {
        self.told.notified().await;
    }

    /// Waits until what is left to be written is not waited for: until the next signal, or only for
    /// a moment if the user has insisted already.
    pub(super) async fn gives_up(&self) {
        match self.signals.load(Relaxed) {
            0 | 1 => self.notified().await,
            _ => sleep(Self::MOMENT).await,
        }
    }
}
