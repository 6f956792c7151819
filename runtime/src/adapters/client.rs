//! A client in one line: from a URL to an open connection.
//!
//! ```no_run
//! # async fn greet() -> Result<(), wsdraft::Error> {
//! let mut socket = wsdraft::connect("wss://example.com/chat").await?;
//! socket.send("hello").await?;
//! while let Some(message) = socket.recv().await? {
//!     println!("{message:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The URL has the scheme `ws` or `wss`; `http` and `https` mean the same. User information in it
//! becomes basic authentication, and appears neither in the rest of the request nor in an error.
//!
//! [`Client::builder`] sets everything else:
//!
//! ```no_run
//! use std::time::Duration;
//! use wsdraft::{Client, client::Proxy, tokio::tls::Tls};
//!
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder()
//!     .bearer_auth("a token")
//!     .cookie("session=1")
//!     .field("X-Room", "lobby")
//!     .origin("https://example.com")
//!     .subprotocol("chat")
//!     .tls(Tls::builder().root_pem(std::fs::read("ca.pem")?).build()?)
//!     .proxy(Proxy::from_env()?)
//!     .redirects(3)
//!     .connect_timeout(Duration::from_secs(5))
//!     .open_timeout(Duration::from_secs(20))
//!     .build();
//! let mut socket = client.connect("wss://example.com/chat").await?;
//! # socket.send("hello").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//!
//! - It speaks the [newest draft](crate::drafts::newest), unless the builder
//!   [chooses another](ClientBuilder::draft).
//! - It resolves the host, and connects to its addresses until one accepts; if one family of
//!   addresses does not respond, it tries both at once (RFC 6555). `TCP_NODELAY` is set.
//! - It trusts the roots of the operating system: see [`tls`](crate::tokio::tls) for other roots,
//!   client certificates, the name that a server has to prove, and other cryptography. To trust
//!   every server, an application has to write a verifier that does, and pass it in a
//!   [configuration](crate::tokio::tls::Tls::with_config).
//! - It uses no proxy, follows no redirect and offers no extension, unless the builder says so.
//! - It stops after 10 s without a stream, after another 10 s without a response, and after 30 s in
//!   any case. Everything in [`Limits`](crate::Limits) has its default.
//!
//! # Errors
//!
//! [`Error::Connect`](crate::Error::Connect) means that the server was not reached, and states the
//! [`Stage`] that failed: a name without an address, a closed port, a proxy, a certificate.
//! [`Error::Handshake`](crate::Error::Handshake) means that it was reached and has refused, or that
//! its response is not valid.
//!
//! # Connect again
//!
//! [`Reconnect`] calls any function that connects, with the delays that the protocol asks for.

use std::{fmt, future::Future, time::Duration};

use ::tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    adapters::{
        connector::Connector,
        stream::Error,
        tokio::{WebSocket, tls::Stream},
    },
    drafts::newest,
    handshake::address::Address,
    protocol::draft::Draft,
};

mod attempt;
mod backoff;
mod builder;
mod dial;
mod network;
#[cfg(feature = "http2")]
mod over_http2;
mod proxy;
mod reconnect;
mod redirect;
mod resolver;
mod target;

use self::{
    attempt::Attempt,
    network::{Deadline, Network},
    target::Target,
};
pub use self::{
    backoff::Backoff,
    builder::ClientBuilder,
    proxy::{NotAProxy, Proxy},
    reconnect::{Reconnect, Verdict},
};
pub use crate::adapters::connect_error::{ConnectError, Stage};

/// A connection of a client.
pub type Socket<D = newest::Draft> = WebSocket<Stream, D>;

/// Opens a connection to a URL, with the newest draft and the default settings.
///
/// ```no_run
/// # async fn greet() -> Result<(), wsdraft::Error> {
/// let mut socket = wsdraft::connect("wss://example.com/chat").await?;
/// socket.send("hello").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Client::connect`].
///
/// # Cancel safety
/// The stream is closed when the future is dropped.
pub async fn connect(url: impl AsRef<str>) -> Result<Socket, Error> {
    Client::new().connect(url).await
}

/// Opens connections with the same settings. Clones are cheap enough to give one to each task.
#[derive(Clone)]
pub struct Client<D = newest::Draft> {
    connector: Connector<D>,
    /// Drafts to try if the server refuses the first one and lists versions.
    others: Vec<D>,
    network: Network,
    redirects: usize,
    open_timeout: Duration,
}

impl Client {
    /// A client with the newest draft and the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Sets up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new(newest::Draft)
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Draft + Clone> Client<D> {
    /// Opens a connection to a URL.
    ///
    /// # Errors
    /// [`Error::Connect`] if the server cannot be reached or a time limit has passed, otherwise as
    /// [`Connector::connect`].
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect(&self, url: impl AsRef<str>) -> Result<Socket<D>, Error> {
        let until = Deadline::after(self.open_timeout);
        let open = |address: Address| async move { self.open_until(&address, until).await };
        self.connect_until(until, url.as_ref(), open).await
    }

    /// As [`connect`](Self::connect), over streams that this function opens, for example over a Unix
    /// socket or through a tunnel, or ones from [`open`](Self::open) that record what passes. It is
    /// called for each redirect and each other draft. The caller is responsible for TLS.
    ///
    /// ```no_run
    /// # #[cfg(unix)]
    /// # async fn greet() -> Result<(), wsdraft::Error> {
    /// use tokio::net::UnixStream;
    ///
    /// let client = wsdraft::Client::new();
    /// let open = |_| async { Ok(UnixStream::connect("/run/chat.sock").await?) };
    /// let mut socket = client.connect_with("ws://localhost/chat", open).await?;
    /// socket.send("hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and those of the function.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect_with<S, F>(
        &self,
        url: impl AsRef<str>,
        open: impl Fn(Address) -> F,
    ) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = Result<S, Error>>,
    {
        let until = Deadline::after(self.open_timeout);
        self.connect_until(until, url.as_ref(), open).await
    }

    /// Opens the stream to a server that [`connect`](Self::connect) would use: resolves the host,
    /// connects to it, through the proxy if there is one, and secures the stream with TLS if the
    /// address requires it.
    ///
    /// # Errors
    /// [`Error::Connect`] if the server cannot be reached or a time limit has passed.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn open(&self, address: &Address) -> Result<Stream, Error> {
        let until = Deadline::after(self.open_timeout);
        self.open_until(address, until).await
    }

    async fn open_until(&self, address: &Address, until: Deadline) -> Result<Stream, Error> {
        let opened = self.network.open(address, until).await;
        opened.map_err(|fault| fault.at(address.without_query()).into())
    }

    async fn connect_until<S, F>(
        &self,
        until: Deadline,
        url: &str,
        open: impl Fn(Address) -> F,
    ) -> Result<WebSocket<S, D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = Result<S, Error>>,
    {
        let target = Target::read(url)?;
        let mut attempt = Attempt::first(self, target);
        loop {
            let error = match attempt.carry_out(until, &open).await {
                Ok(socket) => return Ok(socket),
                Err(error) => error,
            };
            match attempt.next(&error)? {
                Some(next) => attempt = next,
                None => return Err(error),
            }
        }
    }
}

impl<D: Draft> fmt::Debug for Client<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("connector", &self.connector)
            .field("network", &self.network)
            .field("redirects", &self.redirects)
            .field("open_timeout", &self.open_timeout)
            .finish_non_exhaustive()
    }
}
