//! A connection that a server tracks, and closes together with all others.

use std::task::Context;

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::{Error, WebSocket};
use crate::{
    adapters::connections::{Connections, Order, Place},
    machine::{error::ConnectionError, limits::Limit},
    protocol::draft::Draft,
};

/// What a connection has to do with a tracker.
#[derive(Debug, Default)]
pub(super) struct Tracking {
    /// Whether the tracker has closed the connection.
    dismissed: bool,
    place: Option<Box<Place>>,
}

impl Tracking {
    /// Whether there is a tracker.
    #[inline]
    pub(super) const fn is_tracked(&self) -> bool {
        self.place.is_some()
    }

    /// Whether the application is not to blame for this error, and need not know of it.
    pub(super) fn is_expected(&self, error: &ConnectionError) -> bool {
        let late = matches!(error, ConnectionError::Limit { limit, .. } if *limit == Limit::Close);
        self.dismissed && late
    }

    /// Leaves the tracker.
    pub(super) fn leave(&mut self, clean: bool) {
        if let Some(mut place) = self.place.take() {
            place.clean = clean;
        }
    }
}

impl<S, D> WebSocket<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    /// Adds the connection to those that [`Connections::close`] closes, unless it has ended. A
    /// connection from an [`Acceptor`](super::Acceptor::connections) need not be added. Another call
    /// moves it to other connections, and [`into_parts`](Self::into_parts) removes it.
    pub fn track(&mut self, connections: &Connections) {
        self.tracking.place = None;
        if self.ended().is_none() {
            self.tracking.place = Some(Box::new(connections.place()));
        }
    }

    /// Follows the order of the tracker.
    #[cold]
    pub(super) fn heed(&mut self, cx: &Context<'_>) -> Result<(), Error> {
        match self.order(cx) {
            Order::Stay => {}
            Order::Close if self.connection.is_closing() => {}
            Order::Close => {
                let code = self.connection.info().local_codes.going_away;
                self.connection.close(code, "")?;
                self.dismiss();
            }
            Order::Abort => self.abort(),
        }
        Ok(())
    }

    /// Ends the connection at once if the tracker demands it, and returns whether it does.
    #[cold]
    pub(super) fn is_aborted(&mut self, cx: &Context<'_>) -> bool {
        let aborted = self.order(cx) == Order::Abort;
        if aborted {
            self.abort();
        }
        aborted
    }

    fn order(&self, cx: &Context<'_>) -> Order {
        let place = self.tracking.place.as_ref();
        place.map_or(Order::Stay, |place| place.order(cx))
    }

    fn abort(&mut self) {
        self.transport.abandon();
        self.connection.expire(Limit::Close);
        self.dismiss();
    }

    /// Notes that the end of the connection is no news of the peer.
    const fn dismiss(&mut self) {
        self.tracking.dismissed = true;
        self.told = true;
    }
}
