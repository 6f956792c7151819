//! Whether the user ended a test before it was over.

use tokio::{sync::watch, task::spawn_local};
use wsdraft_conformance::{Played, Suite};

use crate::{failure::Failure, signals::told_to_end};

/// Whether the user ended a test.
#[derive(Clone, Debug)]
pub(super) struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Listens for the signals to end, from now on.
    ///
    /// Runs on a [`LocalSet`](tokio::task::LocalSet).
    pub(super) fn listen() -> Result<Self, Failure> {
        let told = told_to_end().map_err(Failure::io("signals"))?;
        let (sender, receiver) = watch::channel(false);
        spawn_local(async move {
            told.await;
            sender.send_replace(true);
        });
        Ok(Self(receiver))
    }

    /// Waits until the test is ended.
    pub(super) async fn told(&self) {
        let mut told = self.0.clone();
        // The sender is gone only with the signal.
        let _ = told.wait_for(|told| *told).await;
    }

    /// Whether it was ended.
    pub(super) fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// Does something, unless the test is ended before.
    pub(super) async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.told() => None,
            done = work => Some(done),
        }
    }

    /// What to say of a test that was ended.
    pub(super) fn interrupted(&self, suite: &Suite, played: &[Option<Played>]) -> Option<String> {
        let all = suite.cases.iter().filter(|case| case.is_played()).count();
        let done = played.iter().flatten().count();
        self.is_told().then(|| interrupted(done, all))
    }

    /// The failure of a test that was ended before its first case.
    pub(super) fn too_early() -> Failure {
        Failure::input("interrupted before the first case")
    }
}

/// What to say of a test that was ended after so many cases.
pub(super) fn interrupted(done: usize, all: usize) -> String {
    format!("interrupted after {done} of {all} cases")
}
