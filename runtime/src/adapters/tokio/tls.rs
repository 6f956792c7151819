//! Streams for clients: TCP, and TLS over TCP with rustls if the URL has the scheme `wss`.
//!
//! [`Tls`] states whom a client trusts. It secures any stream, so a client can use a tunnel of its
//! own:
//!
//! ```no_run
//! use tokio::io::{AsyncRead, AsyncWrite};
//! use wsdraft::{drafts::newest, handshake::Address, tokio::{Connector, tls::Tls}};
//!
//! # async fn greet(tunnel: impl AsyncRead + AsyncWrite + Unpin)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! let address: Address = "wss://example.com/chat".parse()?;
//! // `tunnel` leads to the server: through SSH, over a Unix socket, over a serial line.
//! let stream = Tls::new()?.wrap(tunnel, address.host()).await?;
//! let mut socket = Connector::new(newest::Draft).connect(stream, &address).await?;
//! socket.send("hello").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Cryptography
//!
//! rustls leaves cryptography to a provider. In this order, a client takes the one that is given to
//! [`TlsBuilder::provider`], the one that the process has installed
//! (`CryptoProvider::install_default`), and with the feature `ring` that of ring. If there is none,
//! the error is [`TlsError::NoProvider`]. So a program that installs another provider uses that one,
//! and with `client-no-provider` instead of `client` it does not even compile ring.

use std::{fmt, io, sync::Arc};

use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// A stream inside TLS.
pub use tokio_rustls::client::TlsStream;
/// The version of rustls that provides the types used here.
pub use tokio_rustls::rustls;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, pki_types::ServerName};

use super::{Connector, Error, WebSocket};
use crate::{adapters::opening::expired, handshake::address::Address, protocol::draft::Draft};

mod builder;
mod stream;

pub use self::{
    builder::{TlsBuilder, TlsError},
    stream::Stream,
};

/// The TLS configuration of a client, with the certificates that it trusts. Clones share it.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
    /// The name that the server has to prove instead of the host.
    server_name: Option<ServerName<'static>>,
}

impl Tls {
    /// Trusts the servers that the operating system trusts (feature `native-roots`), or without
    /// that feature those that Mozilla trusts (feature `webpki-roots`). Reads the certificates of
    /// the system, so a program should do it once.
    ///
    /// # Errors
    /// As [`TlsBuilder::build`].
    pub fn new() -> Result<Self, TlsError> {
        TlsBuilder::default().build()
    }

    /// Chooses roots, a client certificate, the server's name or the cryptography.
    pub fn builder() -> TlsBuilder {
        TlsBuilder::default()
    }

    /// Trusts servers with a certificate that leads to one of these roots.
    ///
    /// # Errors
    /// As [`TlsBuilder::build`].
    pub fn with_roots(roots: RootCertStore) -> Result<Self, TlsError> {
        TlsBuilder::default().roots(roots).build()
    }

    /// Secures connections with this configuration, for example with a certificate verifier of the
    /// application's own. This is the only way to trust every server.
    #[must_use]
    pub fn with_config(config: Arc<ClientConfig>) -> Self {
        Self {
            connector: TlsConnector::from(config),
            server_name: None,
        }
    }

    /// The same configuration for servers with this name, whatever the host of the URL is.
    fn named(mut self, name: Option<ServerName<'static>>) -> Self {
        self.server_name = name;
        self
    }

    /// The same configuration for a proxy, which has a name of its own.
    #[cfg(feature = "client-no-provider")]
    pub(crate) fn for_proxy(&self) -> Self {
        self.clone().named(None)
    }

    /// The same configuration for connections over HTTP/2 (RFC 9113 §3.2).
    #[cfg(all(feature = "client-no-provider", feature = "http2"))]
    pub(crate) fn for_http2(&self) -> Self {
        let mut config = ClientConfig::clone(self.connector.config());
        config.alpn_protocols = vec![stream::HTTP2.to_vec()];
        Self {
            connector: TlsConnector::from(Arc::new(config)),
            server_name: self.server_name.clone(),
        }
    }

    /// Secures a stream to a server with this name or IP address: performs the TLS handshake. The
    /// server has to prove the name, unless [`TlsBuilder::server_name`] states another.
    ///
    /// # Errors
    /// The host is not a valid server name ([`io::ErrorKind::InvalidInput`]), TLS fails, for example
    /// because the server is not trusted ([`io::ErrorKind::InvalidData`] with a [`rustls::Error`]
    /// inside), or the stream fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn wrap<S>(&self, stream: S, host: &str) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = match &self.server_name {
            Some(name) => name.clone(),
            None => ServerName::try_from(host.to_owned())
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?,
        };
        self.connector.connect(name, stream).await
    }

    /// Opens a stream to an address, with TLS if the address requires it. The stream does not delay
    /// small writes, because a [`WebSocket`] gathers its messages itself.
    ///
    /// # Errors
    /// The address cannot be reached, or as [`wrap`](Self::wrap).
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn open(&self, address: &Address) -> io::Result<Stream> {
        let stream = TcpStream::connect((address.host(), address.port())).await?;
        stream.set_nodelay(true)?;
        let stream = Stream::Plain(stream);
        if address.is_secure() {
            self.secure(stream, address.host()).await
        } else {
            Ok(stream)
        }
    }

    /// As [`wrap`](Self::wrap), for a client's stream.
    pub(crate) async fn secure(&self, stream: Stream, host: &str) -> io::Result<Stream> {
        let secured = self.wrap(stream, host).await?;
        Ok(Stream::Secure(Box::new(secured)))
    }
}

impl fmt::Debug for Tls {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

impl<D: Draft + Clone> Connector<D> {
    /// Opens a connection to an address: opens the [stream](Tls::open) and performs the opening
    /// handshake.
    ///
    /// ```no_run
    /// use wsdraft::{handshake::Address, tokio::{Connector, tls::{Tls, rustls::RootCertStore}}};
    /// # async fn greet<D: wsdraft::Draft + Clone>(draft: D, roots: RootCertStore)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let address: Address = "wss://example.com/chat".parse()?;
    /// let tls = Tls::with_roots(roots)?;
    /// let mut socket = Connector::new(draft).open(&address, &tls).await?;
    /// socket.send("hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and [`Error::Io`] as [`Tls::open`].
    /// [`Limits::handshake`](crate::Limits::handshake) limits the time to open the stream, and then
    /// again the time for the opening handshake.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn open(&self, address: &Address, tls: &Tls) -> Result<WebSocket<Stream, D>, Error> {
        let limits = &self.config.limits;
        let Ok(opened) = timeout(limits.handshake, tls.open(address)).await else {
            return Err(expired(limits));
        };
        self.connect(opened?, address).await
    }
}
