//! Opening handshakes over blocking streams.

use std::io::{Read, Write};

use super::{Acceptor, Connector, Error, Requested, WebSocket, exchange::Exchange};
#[allow(unused_imports, reason = "named in the documentation")]
use crate::{
    adapters::{
        acceptor::at_once::AtOnce,
        opening::{Opening as _, Serving, asking::Asking},
    },
    handshake::{
        address::Address,
        decision::{Acceptance, Rejection},
        head::ResponseHead,
        offer::Offer,
    },
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limits,
    },
    protocol::{draft::Draft, heads::Answer},
};

impl<D: Draft + Clone> Acceptor<D> {
    /// Accepts every valid request over a blocking stream. A request without an upgrade is refused
    /// with status code 426.
    ///
    /// A server with one thread for each client, which continues whatever one client does:
    ///
    /// ```no_run
    /// use std::{io, net::{TcpListener, TcpStream}, sync::Arc, thread, time::Duration};
    /// use wsdraft::{Draft, Error, blocking::Acceptor};
    ///
    /// /// Limit on concurrent connections. Further ones wait in the system's queue.
    /// const CONNECTIONS: usize = 256;
    /// /// How long to wait for a free place or for system resources.
    /// const RESPITE: Duration = Duration::from_millis(100);
    ///
    /// fn serve<D: Draft + Clone + Send + Sync + 'static>(draft: D) -> io::Result<()> {
    ///     let acceptor = Acceptor::new(draft);
    ///     let listener = TcpListener::bind("127.0.0.1:9001")?;
    ///     let places = Arc::new(());
    ///     loop {
    ///         // This loop is one of the owners.
    ///         while Arc::strong_count(&places) > CONNECTIONS {
    ///             thread::sleep(RESPITE);
    ///         }
    ///         let taken = listener.accept().and_then(|(stream, peer)| {
    ///             let (acceptor, place) = (acceptor.clone(), Arc::clone(&places));
    ///             thread::Builder::new().spawn(move || {
    ///                 if let Err(error) = echo(&acceptor, stream) {
    ///                     eprintln!("{peer}: {error}");
    ///                 }
    ///                 drop(place);
    ///             })
    ///         });
    ///         if let Err(error) = taken {
    ///             eprintln!("no connection accepted: {error}");
    ///             thread::sleep(RESPITE);
    ///         }
    ///     }
    /// }
    ///
    /// fn echo<D: Draft + Clone>(acceptor: &Acceptor<D>, stream: TcpStream) -> Result<(), Error> {
    ///     // Silent clients are disconnected.
    ///     stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    ///     stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    ///     let mut socket = acceptor.accept_blocking(stream)?;
    ///     while let Some(message) = socket.recv()? {
    ///         socket.send(message)?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::Refused`] after the client was told, [`Error::Connection`] if the client has
    /// disconnected or takes longer than [`Limits::handshake`], [`Error::Io`] if the stream fails.
    pub fn accept_blocking<S: Read + Write>(&self, stream: S) -> Result<WebSocket<S, D>, Error> {
        let mut exchange = Exchange::new(stream, AtOnce::new(self));
        exchange.until(AtOnce::is_requested)?;
        exchange.opening().accept()?;
        exchange.complete()
    }

    /// Lets the application decide about each valid request for a connection. It sees the whole
    /// [request](Offer::request). It accepts, adds fields to the response, chooses a subprotocol,
    /// and hands on a value with the connection, or it refuses with any response. A request without
    /// an upgrade is refused with status code 426.
    ///
    /// ```no_run
    /// # use wsdraft::{Error, blocking::Acceptor, handshake::{Acceptance, Rejection}};
    /// # fn serve<D: wsdraft::Draft + Clone>(acceptor: Acceptor<D>, stream: std::net::TcpStream) -> Result<(), Error> {
    /// let (mut socket, room) = acceptor.accept_blocking_with(stream, |offer| {
    ///     match offer.resource.strip_prefix("/rooms/") {
    ///         Some(room) => Ok(Acceptance::new().with(room.to_owned())),
    ///         None => Err(Rejection::new(404).body("no such room\n")),
    ///     }
    /// })?;
    /// socket.send(format!("this is {room}"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The time of the decision counts towards [`Limits::handshake`], but nothing can interrupt it.
    /// If it takes too long, the client is refused with status code 503.
    ///
    /// # Errors
    /// As [`accept_blocking`](Self::accept_blocking); [`Error::Refused`] also if the application
    /// refuses or decides too late. [`Error::Connection`] with a [`Misuse`] if a value of the
    /// application must not appear in a response; nothing is sent then.
    pub fn accept_blocking_with<S: Read + Write, T>(
        &self,
        stream: S,
        decide: impl FnOnce(Offer) -> Result<Acceptance<T>, Rejection>,
    ) -> Result<(WebSocket<S, D>, T), Error> {
        let mut exchange = Exchange::new(stream, self.serving());
        exchange.until(Serving::is_requested)?;
        let value = match exchange.opening().requested().cloned() {
            Some(Requested::Upgrade(offer)) => {
                let decision = decide(offer.clone());
                if exchange.is_late() {
                    exchange.opening().undecided();
                    None
                } else {
                    self.decided(exchange.opening(), &offer, decision)?
                }
            }
            _ => {
                exchange.opening().accept(&Answer::default())?;
                None
            }
        };
        // A refusal is an error here.
        let socket = exchange.complete()?;
        Ok((socket, value.ok_or(Misuse::Closed)?))
    }

    /// Starts a handshake over a blocking stream, for the caller to accept or refuse. Its time
    /// starts here.
    pub fn start_blocking<S: Read + Write>(&self, stream: S) -> Accepting<S, D> {
        Accepting {
            exchange: Exchange::new(stream, self.serving()),
        }
    }
}

/// An opening handshake in progress: wait for the [`request`](Self::request), then
/// [`accept`](Self::accept) it or send another [response](Self::respond).
#[derive(Debug)]
pub struct Accepting<S, D> {
    exchange: Exchange<S, Serving<D>>,
}

impl<S, D> Accepting<S, D>
where
    S: Read + Write,
    D: Draft + Clone,
{
    /// Waits for the request.
    ///
    /// # Errors
    /// As [`Acceptor::accept_blocking`].
    pub fn request(&mut self) -> Result<&Requested, Error> {
        self.exchange.until(Serving::is_requested)?;
        let requested = self.exchange.opening().requested();
        requested.ok_or_else(|| Misuse::Closed.into())
    }

    /// Accepts the request, and returns when the response is written. A request without an upgrade
    /// is refused with status code 426.
    ///
    /// # Errors
    /// As [`Acceptor::accept_blocking`], and [`ConnectionError::Entropy`] if no randomness was available
    /// for the nonce.
    pub fn accept(mut self, answer: &Answer<'_>) -> Result<WebSocket<S, D>, Error> {
        self.exchange.until(Serving::is_requested)?;
        self.exchange.opening().accept(answer)?;
        self.exchange.complete()
    }

    /// Sends a complete HTTP response instead of an upgrade, for example a page or a refusal.
    /// Returns the stream, which the caller must close. If the request has a body, read it first:
    /// see [how streams are closed](super#closing).
    ///
    /// # Errors
    /// As [`Acceptor::accept_blocking`].
    pub fn respond(mut self, status: u16, fields: &[(&str, &str)], text: &str) -> Result<S, Error> {
        self.exchange.until(Serving::is_requested)?;
        self.exchange.opening().respond(status, fields, text)?;
        self.exchange.flush()?;
        Ok(self.exchange.into_stream())
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        self.exchange.stream()
    }
}

impl<D: Draft + Clone> Connector<D> {
    /// Opens a connection over a blocking stream that leads to the address.
    ///
    /// # Errors
    /// [`Error::Handshake`] with the address if the server refuses (with its
    /// response) or sends an invalid response. [`Error::Connection`] if the server has disconnected or takes longer than
    /// [`Limits::handshake`]; with [`ConnectionError::Entropy`] if no randomness is available for the
    /// request; with [`Misuse::Breaks`] if the request would violate a rule of the draft, for
    /// example because it lacks an origin. [`Error::Io`] if the stream fails.
    pub fn connect_blocking<S: Read + Write>(
        &self,
        stream: S,
        address: &Address,
    ) -> Result<WebSocket<S, D>, Error> {
        Exchange::new(stream, self.asking(address)?).complete()
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
