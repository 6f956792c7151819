//! How many connections are open at a time, and what those beyond hear.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use wsdraft::handshake::server::plain_response;

/// Connections that are told at a time that there is no place; more of them are just closed.
const TOLD: usize = 64;
/// How long that may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// What the answer is to a request for which there is no place (RFC 9110 §15.6.4).
pub(crate) const UNAVAILABLE: u16 = 503;
/// When it may be sent again: in seconds.
pub(crate) const RETRY: (&str, &str) = ("Retry-After", "5");
/// The text of that answer.
pub(crate) const TEXT: &str = "Too many connections are open. Try again later.\n";

/// Lets so many connections in.
#[derive(Debug)]
pub(crate) struct Gate {
    most: usize,
    served: Arc<Semaphore>,
    told: Arc<Semaphore>,
}

/// What a new connection gets, until this is dropped.
#[derive(Debug)]
pub(crate) enum Place {
    /// It is served.
    Served(
        #[expect(dead_code, reason = "held for as long as the connection")] OwnedSemaphorePermit,
    ),
    /// It is told that there is no place.
    Told(#[expect(dead_code, reason = "held for as long as the answer")] OwnedSemaphorePermit),
    /// It is closed.
    Closed,
}

impl Gate {
    /// Lets `most` connections in.
    pub(crate) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self {
            most,
            served: Arc::new(Semaphore::new(most)),
            told: Arc::new(Semaphore::new(TOLD)),
        }
    }

    /// A place for a connection, if there is one.
    pub(crate) fn place(&self) -> Place {
        let one = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
        one(&self.served)
            .map(Place::Served)
            .or_else(|| one(&self.told).map(Place::Told))
            .unwrap_or(Place::Closed)
    }

    /// How many connections it lets in.
    pub(crate) const fn most(&self) -> usize {
        self.most
    }

    /// Why a connection got no place.
    pub(crate) fn why(&self) -> String {
        format!(
            "refused: {} connections are open, as many as --max-connections allows",
            self.most
        )
    }
}

/// Tells a connection for which there is no place that it may come again.
pub(crate) async fn turn_away(stream: TcpStream) {
    // Whether it hears it is its own affair.
    let _ = timeout(PATIENCE, answer(stream)).await;
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let response = plain_response(UNAVAILABLE, &[RETRY], TEXT);
    let response = response.map_err(std::io::Error::other)?;
    stream.write_all(&response).await?;
    stream.shutdown().await?;
    // Whoever closes before all was read resets the connection, and the answer may be lost.
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}
