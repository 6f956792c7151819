//! Opening handshakes over blocking streams.

use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use super::{
    Acceptor, Connector, Error, Requested, WebSocket, after,
    transport::{Transport, is_timeout},
};
use crate::{
    adapters::{
        serving::Serving,
        stream::{Unsent, is_gone},
    },
    handshake::address::Address,
    machine::{
        connection::Connection,
        error::{Error as CoreError, Misuse},
        limits::{Limit, Limits},
    },
    protocol::{draft::Draft, heads::Answer},
};

/// Bytes to read at a time.
const CHUNK: usize = 16 << 10;

/// A stream while the opening handshake goes on over it.
#[derive(Debug)]
struct Exchange<S> {
    transport: Transport<S>,
    unsent: Unsent,
    deadline: Instant,
    /// [`Limits::handshake`], in its unit.
    allowed: u64,
    /// [`Limits::close`].
    leaving: Duration,
    heard: bool,
}

impl<S: Read + Write> Exchange<S> {
    fn new(stream: S, limits: &Limits) -> Self {
        Self {
            transport: Transport::new(stream),
            unsent: Unsent::default(),
            deadline: after(limits.handshake),
            allowed: limits.value(Limit::Handshake),
            leaving: limits.close,
            heard: false,
        }
    }

    /// Makes a call until it comes to an end other than that of the stream's own time.
    fn in_time<T>(&mut self, mut call: impl FnMut(&mut Self) -> io::Result<T>) -> Result<T, Error> {
        loop {
            if Instant::now() >= self.deadline {
                return Err(CoreError::Limit {
                    limit: Limit::Handshake,
                    value: self.allowed,
                }
                .into());
            }
            match call(self) {
                Err(error) if is_timeout(&error) => {}
                Err(error) if is_gone(&error) => return Err(self.vanished()),
                done => return Ok(done?),
            }
        }
    }

    /// Writes everything.
    fn flush(&mut self) -> Result<(), Error> {
        self.in_time(|exchange| exchange.transport.flush(&mut exchange.unsent))
    }

    /// Waits for bytes and hands them over.
    fn read<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<R, Error> {
        let mut chunk = [0; CHUNK];
        let length = self.in_time(|exchange| exchange.transport.read(&mut chunk))?;
        if length == 0 {
            return Err(self.vanished());
        }
        self.heard = true;
        Ok(take(chunk.get(..length).unwrap_or_default()))
    }

    fn vanished(&self) -> Error {
        let partial = self.heard;
        CoreError::Vanished { partial }.into()
    }

    /// Goes over to frames.
    fn establish<D: Draft>(
        self,
        (connection, subprotocol): (Connection<D>, Option<Box<str>>),
    ) -> WebSocket<S, D> {
        WebSocket::established(self.transport, connection, subprotocol)
    }
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Accepts every valid request over a blocking stream. One that asks for no upgrade is
    /// refused with status 426.
    ///
    /// A server that goes on whatever one client does, with a thread for each:
    ///
    /// ```no_run
    /// use std::{io, net::{TcpListener, TcpStream}, sync::Arc, thread, time::Duration};
    /// use wsdraft::{Draft, blocking::{Acceptor, Error}};
    ///
    /// /// Connections at a time. More of them wait in the system's queue.
    /// const CONNECTIONS: usize = 256;
    /// /// How long to wait for a place, or for what the system lacks.
    /// const RESPITE: Duration = Duration::from_millis(100);
    ///
    /// fn serve<D: Draft + Clone + Send + Sync + 'static>(draft: D) -> io::Result<()> {
    ///     let acceptor = Acceptor::new(draft);
    ///     let listener = TcpListener::bind("127.0.0.1:9001")?;
    ///     let places = Arc::new(());
    ///     loop {
    ///         // One of the owners is this loop.
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
    ///             eprintln!("no connection taken: {error}");
    ///             thread::sleep(RESPITE);
    ///         }
    ///     }
    /// }
    ///
    /// fn echo<D: Draft + Clone>(acceptor: &Acceptor<D>, stream: TcpStream) -> Result<(), Error> {
    ///     // Who is silent for longer is given up.
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
    /// [`Error::Refused`], after the client was told; [`Error::Connection`] when the client is
    /// gone or takes longer than [`Limits::handshake`]; [`Error::Io`] when the stream fails.
    pub fn accept_blocking<S: Read + Write>(&self, stream: S) -> Result<WebSocket<S, D>, Error> {
        let mut accepting = self.start_blocking(stream);
        let Requested::Upgrade(offer) = accepting.request()?.clone() else {
            return accepting.accept(&Answer::default());
        };
        let fields = self.answer_fields();
        accepting.accept(&self.answer(&offer, &fields))
    }

    /// Starts a handshake over a blocking stream that the caller decides about. Its time runs
    /// from here.
    pub fn start_blocking<S: Read + Write>(&self, stream: S) -> Accepting<S, D> {
        Accepting {
            exchange: Exchange::new(stream, &self.config.limits),
            serving: self.serving(),
        }
    }
}

/// An opening handshake that goes on: wait for the [`request`](Self::request), then
/// [`accept`](Self::accept) it or [`respond`](Self::respond) otherwise.
#[derive(Debug)]
pub struct Accepting<S, D> {
    exchange: Exchange<S>,
    serving: Serving<D>,
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
        while self.serving.requested().is_none() {
            if self.serving.refusal().is_some() {
                self.told_refusal()?;
            }
            let Self { exchange, serving } = self;
            match exchange.read(|bytes| serving.receive(bytes)) {
                Err(Error::Connection(CoreError::Limit {
                    limit: Limit::Handshake,
                    value,
                })) => {
                    self.serving.expire(value);
                    // The time that is left for the answer is that of one write.
                    self.exchange.deadline = after(Duration::from_secs(1));
                }
                done => done?,
            }
        }
        self.serving
            .requested()
            .ok_or_else(|| Misuse::Closed.into())
    }

    /// Accepts the request, and is done when the answer is written. A request that asks for no
    /// upgrade is refused with status 426.
    ///
    /// # Errors
    /// As [`Acceptor::accept_blocking`]; [`CoreError::Entropy`] when no nonce could be drawn.
    pub fn accept(mut self, answer: &Answer<'_>) -> Result<WebSocket<S, D>, Error> {
        self.request()?;
        self.serving.accept(answer)?;
        self.told_refusal()?;
        loop {
            self.write()?;
            if self.serving.is_done() {
                break;
            }
            let Self { exchange, serving } = &mut self;
            exchange.read(|bytes| serving.receive(bytes))?;
        }
        let established = self.serving.establish().ok_or(Misuse::Closed)?;
        Ok(self.exchange.establish(established))
    }

    /// Answers with a whole response of HTTP instead of an upgrade, such as a page or a
    /// refusal; gives the stream back, which is to be closed. Of a request with a body, that is
    /// to be read first: see [how streams are closed](super#closing).
    ///
    /// # Errors
    /// As [`Acceptor::accept_blocking`].
    pub fn respond(mut self, status: u16, fields: &[(&str, &str)], text: &str) -> Result<S, Error> {
        self.request()?;
        self.serving.respond(status, fields, text)?;
        self.write()?;
        Ok(self.exchange.transport.stream)
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        &self.exchange.transport.stream
    }

    fn write(&mut self) -> Result<(), Error> {
        self.exchange.unsent.push(&self.serving.take_output());
        self.exchange.flush()
    }

    /// Tells the client of a refusal, if there is one, and gives it as the error.
    fn told_refusal(&mut self) -> Result<(), Error> {
        let Some(refusal) = self.serving.refusal().cloned() else {
            return Ok(());
        };
        // The client may be gone; it is refused all the same.
        let _ = self.write();
        let Self { exchange, serving } = self;
        let deadline = after(exchange.leaving);
        exchange
            .transport
            .drain(deadline, |bytes| serving.goes_on(bytes));
        Err(refusal.into())
    }
}

impl<D: Draft + Clone> Connector<D> {
    /// Opens a connection over a blocking stream that leads to the address.
    ///
    /// # Errors
    /// [`Error::Handshake`] when the server refuses, with the versions that it lists, or
    /// answers wrongly; [`Error::Connection`] when it is gone or takes longer than
    /// [`Limits::handshake`], with [`CoreError::Entropy`] when there is no randomness for the
    /// request, or with [`Misuse::Breaks`] when the request would break a rule of the draft, for
    /// instance because it lacks an origin; [`Error::Io`] when the stream fails.
    pub fn connect_blocking<S: Read + Write>(
        &self,
        stream: S,
        address: &Address,
    ) -> Result<WebSocket<S, D>, Error> {
        let mut asking = self.asking(address)?;
        let mut exchange = Exchange::new(stream, &self.config.limits);
        exchange.unsent.push(asking.request());
        exchange.flush()?;
        loop {
            match exchange.read(|bytes| asking.receive(bytes)) {
                Ok(done) => {
                    if done? {
                        break;
                    }
                }
                Err(error) => return Err(asking.refused().map_or(error, Into::into)),
            }
        }
        let established = asking.establish().ok_or(Misuse::Closed)?;
        Ok(exchange.establish(established))
    }
}
