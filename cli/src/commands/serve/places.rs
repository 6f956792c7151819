//! How many connections are served at once, and what those beyond are told.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use wsdraft::tokio::{Accepting, Error};

use super::Spoken;

/// Connections that are told at a time that there is no place; more of them are just closed.
const TOLD: usize = 64;
/// How long that may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// What the answer is to a request for which there is no place (RFC 9110 §15.6.4).
const UNAVAILABLE: u16 = 503;

/// Places for connections.
pub(super) struct Places {
    most: usize,
    served: Arc<Semaphore>,
    told: Arc<Semaphore>,
}

/// What a new connection gets, until this is dropped.
pub(super) enum Place {
    /// It is served.
    Served(
        #[expect(dead_code, reason = "held for as long as the connection")] OwnedSemaphorePermit,
    ),
    /// It is told that there is no place.
    Told(#[expect(dead_code, reason = "held for as long as the answer")] OwnedSemaphorePermit),
    /// It is closed.
    Closed,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self {
            most,
            served: Arc::new(Semaphore::new(most)),
            told: Arc::new(Semaphore::new(TOLD)),
        }
    }

    /// A place for a connection, if there is one.
    pub(super) fn take(&self) -> Place {
        let one = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
        one(&self.served)
            .map(Place::Served)
            .or_else(|| one(&self.told).map(Place::Told))
            .unwrap_or(Place::Closed)
    }

    /// Why a connection got no place.
    pub(super) fn why(&self) -> String {
        format!("refused: {} connections are served already", self.most)
    }
}

/// Tells a client that there is no place for it.
pub(super) async fn refuse<S>(accepting: &mut Accepting<S, Spoken>) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let text = "All places are taken. Try again later.\n";
    accepting.respond(UNAVAILABLE, &[], text).await
}
