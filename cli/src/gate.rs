//! How many connections are open at a time, and what those beyond hear.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use wsdraft::handshake::server::plain_response;

/// Lets so many connections in.
#[derive(Debug)]
pub(crate) struct Gate {
    places: Arc<Semaphore>,
    /// Connections that are being turned away at the same time.
    farewells: Arc<Semaphore>,
}

/// A place, which is free again when this is dropped.
pub(crate) type Place = OwnedSemaphorePermit;

impl Gate {
    /// Connections that are turned away with an answer; where there are more, they are dropped.
    const FAREWELLS: usize = 64;
    /// How long one may take that is turned away.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// Seconds after which it may try again.
    const RETRY: &str = "5";

    /// Lets `most` connections in.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            farewells: Arc::new(Semaphore::new(Self::FAREWELLS)),
        }
    }

    /// A place for one more connection, if there is one.
    pub(crate) fn place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Tells a connection for which there is no place that it may come again.
    pub(crate) fn turn_away(&self, stream: TcpStream) {
        let Ok(turn) = Arc::clone(&self.farewells).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let _ = timeout(Self::PATIENCE, answer(stream, Self::RETRY)).await;
            drop(turn);
        });
    }
}

async fn answer(mut stream: TcpStream, retry: &str) -> std::io::Result<()> {
    let text = "As many connections are open as may be. Try again later.\n";
    let response = plain_response(503, &[("Retry-After", retry)], text);
    let response = response.map_err(std::io::Error::other)?;
    stream.write_all(&response).await?;
    stream.shutdown().await?;
    // Whoever closes before all was read resets the connection, and the answer may be lost.
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}
