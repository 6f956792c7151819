//! A client over HTTP/2.

use super::{Client, attempt::Attempt, network::Deadline, target::Target};
use crate::{
    adapters::{
        connect_error::{Fault, Stage},
        hyper::WebSocket,
        stream::Error,
    },
    protocol::draft::Draft,
};

impl<D: Draft + Clone> Client<D> {
    /// Opens a connection to a URL over HTTP/2 (RFC 8441). Each connection has a stream of TCP of its
    /// own. With the scheme `wss`, TLS has to negotiate `h2`; with `ws`, the server has to be one that
    /// speaks HTTP/2 from the start.
    ///
    /// ```no_run
    /// # async fn greet() -> Result<(), wsdraft::Error> {
    /// let client = wsdraft::Client::new();
    /// let mut socket = client.connect_http2("wss://example.com/chat").await?;
    /// socket.send("hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It follows no redirects and tries no other drafts.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and
    /// [`ClientError::NotAnnounced`](crate::handshake::client::ClientError::NotAnnounced) if the server
    /// does not open connections over HTTP/2.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect_http2(&self, url: impl AsRef<str>) -> Result<WebSocket<D>, Error> {
        let until = Deadline::after(self.open_timeout);
        let target = Target::read(url.as_ref())?;
        Attempt::first(self, target).over_http2(until).await
    }
}

impl<D: Draft + Clone> Attempt<'_, D> {
    async fn over_http2(&self, until: Deadline) -> Result<WebSocket<D>, Error> {
        let address = &self.address;
        let network = self.client.network.over_http2();
        let opened = network.open(address, until).await;
        let stream = opened.map_err(|fault| self.failed(fault))?;
        if address.is_secure() && !stream.is_http2() {
            let fault = Fault::new(
                Stage::Tls,
                "the server does not speak HTTP/2 (no h2 in ALPN)",
            );
            return Err(self.failed(fault).into());
        }
        let opened = self.connector.connect_http2(stream, address);
        self.told(until.limits(Stage::Handshake, opened).await)
    }
}
