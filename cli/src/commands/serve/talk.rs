//! A connection that is open, and what every mode does with one.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
};
use wsdraft::{Budget, ConnectionError, Ending, Error, Limit, handshake::Offer, tokio::WebSocket};

use super::{journal::Journal, page::Pings, record::Record};
pub(super) use crate::signals::closed;
use crate::specs::Spoken;

/// What a mode needs besides the connection.
pub(super) struct Talk<'a> {
    pub(super) budget: &'a Budget,
    pub(super) journal: Journal,
    /// Whether TLS secures the connection.
    pub(super) is_secure: bool,
    /// The subprotocol that was chosen.
    pub(super) subprotocol: Option<&'a str>,
    pub(super) record: &'a Record,
    pub(super) offer: &'a Offer,
    /// What the log calls the peer.
    pub(super) peer: &'a str,
    /// What a connection of the page can ask for.
    pub(super) pings: Option<Pings>,
    /// Closes when the server ends.
    pub(super) ends: watch::Receiver<()>,
}

/// How a connection ended, if it did by itself.
pub(super) type Ended = Result<Option<Ending>, Error>;

/// Closes a connection because the server ends.
pub(super) async fn go_away<S>(socket: &mut WebSocket<S, Spoken>) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // What has ended and only waits for the peer to hang up is not waited for.
    if let Some(ending) = socket.ended() {
        return Ok(Some(ending.clone()));
    }
    let code = socket.connection().info().local_codes.going_away;
    socket.close(code, "").await.map(Some)
}

/// Closes a connection for whose messages there is no memory.
pub(super) async fn overloaded<S>(socket: &mut WebSocket<S, Spoken>, error: Error) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let codes = socket.connection().info().local_codes;
    let code = codes.overloaded.or(codes.policy).or(codes.too_big);
    // It is why the connection ends, however that goes.
    let _ = socket.close(code, "").await;
    Err(error)
}

/// The memory that connections share is used up.
pub(super) fn exceeded(budget: &Budget, limit: Limit) -> Error {
    let value = budget.bytes() as u64;
    ConnectionError::Limit { limit, value }.into()
}

/// How long a peer may take to take something where nothing else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
