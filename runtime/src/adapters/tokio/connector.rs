//! Opening handshakes of a client.

use std::{future::Future, io};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use super::{Error, WebSocket, exchange::Exchange};
#[allow(unused_imports, reason = "named in the documentation")]
use crate::{
    adapters::{connector::Connector, opening::asking::Asking},
    handshake::{address::Address, head::ResponseHead},
    machine::error::{ConnectionError, Misuse},
    protocol::draft::Draft,
};

/// A connector over a tokio stream.
///
/// ```no_run
/// # use wsdraft::{Error, tokio::Connector, handshake::Address};
/// # async fn greet<D: wsdraft::Draft + Clone>(draft: D) -> Result<(), Error> {
/// let address: Address = "ws://127.0.0.1:9001/chat".parse().unwrap();
/// let stream = tokio::net::TcpStream::connect((address.host(), address.port())).await?;
/// let mut socket = Connector::new(draft).connect(stream, &address).await?;
/// socket.send("hello").await?;
/// # Ok(())
/// # }
/// ```
impl<D: Draft + Clone> Connector<D> {
    /// Opens a connection over a stream to the address. The caller is responsible for TLS and
    /// passes the stream inside it.
    ///
    /// # Errors
    /// [`Error::Handshake`] with the address if the server refuses, with its
    /// response, or if its response is invalid. [`Error::Connection`] if the server has disconnected, if it takes
    /// longer than [`Limits::handshake`](crate::Limits::handshake), or for a reason that
    /// [`start`](Self::start) gives. [`Error::Io`] if the stream fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped. To keep it, use
    /// [`start`](Self::start).
    pub async fn connect<S>(&self, stream: S, address: &Address) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.start(stream, address)?.finish().await
    }

    /// Opens a connection. If the server refuses the draft and lists the versions that it supports,
    /// this tries once more with the newest of `others` in that list. `open` opens the stream for
    /// each attempt.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect_common<S, F>(
        &self,
        address: &Address,
        others: &[D],
        mut open: impl FnMut() -> F,
    ) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = io::Result<S>>,
    {
        let error = match self.connect(open().await?, address).await {
            Err(error) => error,
            connected => return connected,
        };
        let refused = error.handshake();
        match refused.and_then(|refused| self.common(refused, others)) {
            Some(other) => other.connect(open().await?, address).await,
            None => Err(error),
        }
    }

    /// Starts a handshake. Its time limit starts now.
    ///
    /// # Errors
    /// [`ConnectionError::Entropy`] if there is no randomness for the request. [`Misuse::Breaks`]
    /// if the request would violate a rule of the draft, for example because it lacks an origin.
    pub fn start<S>(&self, stream: S, address: &Address) -> Result<Connecting<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let exchange = Exchange::new(stream, self.asking(address)?, None);
        Ok(Connecting {
            exchange: Some(exchange.since(Instant::now())),
        })
    }
}

/// An opening handshake in progress.
#[derive(Debug)]
pub struct Connecting<S, D> {
    exchange: Option<Exchange<S, Asking<D>>>,
}

impl<S, D> Connecting<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft + Clone,
{
    /// Sends the request and waits for the response.
    ///
    /// # Errors
    /// As [`Connector::connect`].
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped. Another call continues.
    pub async fn finish(&mut self) -> Result<WebSocket<S, D>, Error> {
        let exchange = self.exchange.as_mut().ok_or(Misuse::Closed)?;
        exchange.complete().await?;
        self.exchange.take().ok_or(Misuse::Closed)?.establish()
    }

    /// The refusal of the server, if its head has arrived.
    #[cfg(feature = "client-no-provider")]
    pub(crate) fn refused(&self) -> Option<Error> {
        let refused = self.exchange.as_ref()?.opening_ref().refused()?;
        Some(refused)
    }

    /// The stream, or `None` once the handshake is complete.
    pub fn stream(&self) -> Option<&S> {
        self.exchange.as_ref().map(Exchange::stream)
    }
}

impl<S, D: Draft> WebSocket<S, D> {
    /// The head of the response with which the server accepted, for example with its cookies. `None`
    /// on a server, or if it was [taken](Self::take_response).
    #[must_use]
    pub const fn response(&self) -> Option<&ResponseHead> {
        self.response.as_ref()
    }

    /// Takes the head of the response, so that the connection no longer holds its memory.
    pub const fn take_response(&mut self) -> Option<ResponseHead> {
        self.response.take()
    }
}
