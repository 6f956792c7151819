//! What `wsdraft serve` sends back, and what it keeps for that.

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::timeout,
};
use wsdraft::{Budget, ConnectionError, Error, Limit, Message, tokio::WebSocket};

use super::page::Pings;
use super::talk::{Ended, closed, exceeded, go_away, overloaded};
use crate::specs::Spoken;

/// Answers what comes, with the same or with this reply, until either end closes. A
/// connection of the page can ask for pings.
pub(super) async fn echo<S>(
    budget: &Budget,
    socket: &mut WebSocket<S, Spoken>,
    reply: Option<&Message>,
    mut ends: watch::Receiver<()>,
    mut pings: Option<Pings>,
) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let next = async {
            match &mut pings {
                Some(pings) => pings.receive(socket).await,
                None => socket.recv().await,
            }
        };
        let received = tokio::select! {
            received = next => received?,
            () = closed(&mut ends) => return go_away(socket).await,
        };
        match received {
            Some(message) => {
                match send_back(budget, socket, reply.cloned().unwrap_or(message)).await {
                    Err(error) if is_overload(&error) => return overloaded(socket, error).await,
                    sent => sent?,
                }
            }
            None => return Ok(socket.ended().cloned()),
        }
    }
}

/// Sends a message. While it waits for what was sent before, it counts as what connections hold
/// does: but for the allowance, which it shares with what waits.
pub(super) async fn send_back<S>(
    budget: &Budget,
    socket: &mut WebSocket<S, Spoken>,
    message: Message,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (waiting, length) = (socket.connection().queued(), message.as_bytes().len());
    let beyond = (waiting + length).saturating_sub(Budget::ALLOWANCE);
    if waiting > 0 && beyond > 0 {
        let held = budget.reserve(beyond.min(length));
        let _held = held.ok_or_else(|| exceeded(budget, Limit::SendMemory))?;
        // Nothing then waits, so that the message is taken at once, or refused.
        flush(budget, socket).await?;
    }
    // What came together is answered together.
    socket.feed(message).await
}

/// Writes everything. Whoever takes too long for that while memory is scarce is given up.
async fn flush<S>(budget: &Budget, socket: &mut WebSocket<S, Spoken>) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match timeout(budget.patience(), socket.flush()).await {
            Ok(flushed) => return flushed,
            Err(_elapsed) if budget.is_scarce() => return Err(exceeded(budget, Limit::Memory)),
            Err(_elapsed) => {}
        }
    }
}

/// Whether memory that connections share is used up.
pub(super) const fn is_overload(error: &Error) -> bool {
    matches!(
        error,
        Error::Connection(ConnectionError::Limit {
            limit: Limit::Memory | Limit::SendMemory,
            ..
        })
    )
}
