//! The tasks that drive a client's HTTP/2 connection.

use std::{
    future::Future,
    mem::take,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use ::hyper::rt::Executor;
use ::tokio::{runtime::Handle, task::JoinSet, time::timeout};

/// Tasks that end with this value, at the latest after the time that they have for what is still to
/// be written. Otherwise a server that opens no window, or allows no stream, would keep them and the
/// TCP connection for ever.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    set: Arc<Mutex<JoinSet<()>>>,
    grace: Duration,
}

impl Tasks {
    /// Runs what hyper asks for among these tasks.
    pub(super) fn executor(&self) -> Spawn {
        Spawn(Arc::downgrade(&self.set))
    }

    /// Gives the tasks this time at the end; none by default.
    pub(super) fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        let mut tasks = take(&mut *self.set.lock().unwrap_or_else(PoisonError::into_inner));
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let grace = self.grace;
        if !grace.is_zero() {
            runtime.spawn(async move {
                let ended = async { while tasks.join_next().await.is_some() {} };
                let _ = timeout(grace, ended).await;
            });
        }
    }
}

/// Runs futures among [`Tasks`], as long as these exist.
#[derive(Clone, Debug)]
pub(super) struct Spawn(Weak<Mutex<JoinSet<()>>>);

impl<F> Executor<F> for Spawn
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        if let Some(set) = self.0.upgrade() {
            let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
            set.spawn(future);
        }
    }
}
