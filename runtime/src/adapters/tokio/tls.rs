//! Streams for clients: TCP, and TLS over TCP with rustls if the URL has the scheme `wss`.

use std::{
    fmt,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use ::tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// The version of rustls that provides the types used here.
pub use tokio_rustls::rustls;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};

use super::{Connector, Error, WebSocket};
use crate::{adapters::opening::expired, handshake::address::Address, protocol::draft::Draft};

/// The TLS configuration of a client, with the certificates that it trusts.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
}

impl Tls {
    /// Trusts servers with a certificate that leads to one of these roots. The crate
    /// `rustls-native-certs` provides the roots of the operating system.
    ///
    /// # Errors
    /// The built-in cryptography supports no safe version of TLS.
    pub fn with_roots(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // The opening handshake uses HTTP/1.1 (RFC 6455 §4.1).
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self::with_config(Arc::new(config)))
    }

    /// Secures connections with this configuration, for example with a client certificate.
    #[must_use]
    pub fn with_config(config: Arc<ClientConfig>) -> Self {
        Self {
            connector: TlsConnector::from(config),
        }
    }

    /// Opens a stream to an address, with TLS if the address requires it. The stream does not delay
    /// small writes, because a [`WebSocket`] gathers its messages itself.
    ///
    /// # Errors
    /// The address cannot be reached, its host is not a valid server name, or TLS fails, for
    /// example because the server is not trusted.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn open(&self, address: &Address) -> io::Result<Stream> {
        let stream = TcpStream::connect((address.host(), address.port())).await?;
        stream.set_nodelay(true)?;
        if !address.is_secure() {
            return Ok(Stream::Plain(stream));
        }
        let name = ServerName::try_from(address.host().to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let secured = self.connector.connect(name, stream).await?;
        Ok(Stream::Secure(Box::new(secured)))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
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

/// A client's stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stream {
    /// Plain TCP.
    Plain(TcpStream),
    /// TLS over TCP.
    Secure(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// The underlying TCP stream.
    #[must_use]
    pub fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Secure(stream) => stream.get_ref().0,
        }
    }
}

/// Calls the same method of either stream.
macro_rules! either {
    ($stream:expr, $method:ident($($argument:expr),*)) => {
        match $stream.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).$method($($argument),*),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).$method($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Secure(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_shutdown(cx))
    }
}
