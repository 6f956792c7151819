//! What `wsdraft serve` sends back, and what it keeps for that.

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::timeout,
};
use wsdraft::{Budget, ConnectionError, Ending, Error, Limit, Message, tokio::WebSocket};

use super::page::Pings;
use crate::specs::Spoken;

/// Sends back what comes, until either end closes. A connection of the page can ask for pings.
pub(super) async fn echo<S>(
    budget: &Budget,
    socket: &mut WebSocket<S, Spoken>,
    mut ends: watch::Receiver<()>,
    mut pings: Option<Pings>,
) -> Result<Option<Ending>, Error>
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
            // What has ended and only waits for the peer to hang up is not waited for.
            () = closed(&mut ends) => {
                if let Some(ending) = socket.ended() {
                    return Ok(Some(ending.clone()));
                }
                let code = socket.connection().info().local_codes.going_away;
                return socket.close(code, "").await.map(Some);
            }
        };
        match received {
            Some(message) => match send_back(budget, socket, message).await {
                Err(error) if is_overload(&error) => return overloaded(socket, error).await,
                sent => sent?,
            },
            None => return Ok(socket.ended().cloned()),
        }
    }
}

/// Sends a message. While it waits for what was sent before, it counts as what connections hold
/// does: but for the allowance, which it shares with what waits.
async fn send_back<S>(
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

fn exceeded(budget: &Budget, limit: Limit) -> Error {
    let value = budget.bytes() as u64;
    ConnectionError::Limit { limit, value }.into()
}

const fn is_overload(error: &Error) -> bool {
    matches!(
        error,
        Error::Connection(ConnectionError::Limit {
            limit: Limit::Memory | Limit::SendMemory,
            ..
        })
    )
}

/// Closes a connection for whose messages there is no memory.
async fn overloaded<S>(
    socket: &mut WebSocket<S, Spoken>,
    error: Error,
) -> Result<Option<Ending>, Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let codes = socket.connection().info().local_codes;
    let code = codes.overloaded.or(codes.policy).or(codes.too_big);
    // It is why the connection ends, however that goes.
    let _ = socket.close(code, "").await;
    Err(error)
}

/// Waits until the server ends.
pub(super) async fn closed(ends: &mut watch::Receiver<()>) {
    while ends.changed().await.is_ok() {}
}
