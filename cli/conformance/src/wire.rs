//! The transport to the peer.

use std::{future::Future, io, time::Duration};

/// A transport to the peer. The crate has no sockets: the caller provides them.
pub trait Wire {
    /// Sends these bytes in one write, and keeps what arrives meanwhile for [`receive`](Self::receive).
    ///
    /// # Errors
    /// The peer takes no more.
    fn send(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>>;

    /// Waits for bytes.
    fn receive(&mut self, within: Duration) -> impl Future<Output = Received>;

    /// Waits, and receives nothing.
    fn pause(&mut self, time: Duration) -> impl Future<Output = ()>;

    /// Ends the sending side.
    ///
    /// # Errors
    /// The transport cannot do that, or is gone.
    fn half_close(&mut self) -> impl Future<Output = io::Result<()>>;
}

/// What came from the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing within the time.
    Silence,
    /// The end of the stream.
    End,
    /// The stream was reset.
    Reset,
}
