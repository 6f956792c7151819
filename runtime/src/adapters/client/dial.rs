//! Streams to a server, or to the proxy that leads there.

use std::{
    error::Error as StdError,
    future::Future,
    io,
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use tower_service::Service;

use super::resolver::{NotResolved, Resolver};
use crate::{
    adapters::{
        connect_error::{Fault, Stage},
        tokio::tls::{Stream, Tls},
    },
    handshake::address::Address,
};

/// Opens TCP streams, and secures those to a proxy that is spoken to over TLS.
#[derive(Clone, Debug)]
pub(super) struct Dial {
    tcp: HttpConnector<Resolver>,
    resolver: Resolver,
    tls: Option<Tls>,
}

/// A host and a port as the URI that connectors take.
pub(super) fn uri(host: &str, port: u16) -> Result<Uri, http::uri::InvalidUri> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.contains(':') {
        format!("http://[{host}]:{port}/").parse()
    } else {
        format!("http://{host}:{port}/").parse()
    }
}

impl Dial {
    /// The addresses of a host share the time. If one family of addresses does not respond for
    /// 300 ms, both are tried at once (RFC 6555).
    pub(super) fn new(resolver: Resolver, timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver.clone());
        tcp.set_connect_timeout(Some(timeout));
        // A WebSocket gathers its messages itself.
        tcp.set_nodelay(true);
        Self {
            tcp,
            resolver,
            tls: None,
        }
    }

    /// To a proxy that is spoken to over TLS.
    pub(super) fn secured(mut self, tls: &Tls) -> Self {
        self.tls = Some(tls.for_proxy());
        self
    }

    /// The first address of a host.
    pub(super) async fn resolve(&self, host: &str) -> Result<String, Fault> {
        if host.parse::<IpAddr>().is_ok() {
            return Ok(host.into());
        }
        let found = self.resolver.addresses(host).await;
        let mut found = found.map_err(|NotResolved(error)| Fault::new(Stage::Resolve, error))?;
        let first = found.next().map(|address| address.ip().to_string());
        Ok(first.unwrap_or_default())
    }

    /// Opens a stream to a server, without TLS.
    pub(super) async fn open_to(self, address: &Address) -> Result<Stream, Fault> {
        let uri = uri(address.host(), address.port());
        self.open(uri.map_err(|error| Fault::new(Stage::Url, error))?)
            .await
    }

    /// Opens a stream.
    async fn open(mut self, uri: Uri) -> Result<Stream, Fault> {
        let host = uri.host().unwrap_or_default();
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let opened = self.tcp.call(uri).await.map_err(|error| fault(&error))?;
        let stream = Stream::Plain(opened.into_inner());
        match &self.tls {
            None => Ok(stream),
            Some(tls) => {
                let secured = tls.secure(stream, &host).await;
                secured.map_err(|error| Fault::new(Stage::Tls, error))
            }
        }
    }
}

/// Whether the name or the connection failed, with the error of the operating system.
fn fault(error: &(dyn StdError + 'static)) -> Fault {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(NotResolved(error)) = error.downcast_ref() {
            return Fault::new(Stage::Resolve, copy(error));
        }
        if let Some(error) = error.downcast_ref() {
            return Fault::new(Stage::Connect, copy(error));
        }
        next = error.source();
    }
    Fault::new(Stage::Connect, error.to_string())
}

/// An equal error; it cannot be taken out of the one that it caused.
fn copy(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

impl Service<Uri> for Dial {
    type Response = TokioIo<Stream>;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Stream>, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dial = self.clone();
        Box::pin(async move { dial.open(uri).await.map(TokioIo::new) })
    }
}
