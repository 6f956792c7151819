//! What becomes of a connection: it is upgraded and echoed, answered, or turned away.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Budget, Ending, Error,
    handshake::Answer,
    tokio::{Acceptor, Requested, Subprotocols},
};

use super::{
    echo::{closed, echo},
    page::{Page, Pings},
};
use crate::{
    events::{AgreedExtension, dialects},
    gate::{Gate, PATIENCE, Place, RETRY, TEXT, UNAVAILABLE},
    output::log,
    proxy_header,
    specs::Spoken,
};

/// What all connections share.
pub(super) struct Server {
    pub(super) acceptor: Acceptor<Spoken>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) subprotocols: Subprotocols,
    pub(super) handshake: Duration,
    /// Whether a header of the PROXY protocol comes first.
    pub(super) proxied: bool,
    pub(super) budget: Budget,
    pub(super) gate: Gate,
    pub(super) page: Page,
}

impl Server {
    /// The schemes of its URLs: for WebSocket, and for pages.
    pub(super) const fn schemes(&self) -> (&'static str, &'static str) {
        match self.tls {
            Some(_) => ("wss", "https"),
            None => ("ws", "http"),
        }
    }
}

/// Serves a connection, if it has a place.
pub(super) async fn admit(
    server: &Server,
    stream: TcpStream,
    peer: &mut String,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    match place {
        Place::Served(_) => connection(server, stream, peer, ends, place).await,
        Place::Told(_) => {
            // It was logged that it is refused; whether it hears it is its own affair.
            let _ = timeout(PATIENCE, connection(server, stream, peer, ends, place)).await;
            Ok(())
        }
        Place::Closed => Ok(()),
    }
}

/// Serves a connection: `ends` closes when the server does. `peer` is what the log
/// calls it; the client that a proxy names is added to that.
async fn connection(
    server: &Server,
    mut stream: TcpStream,
    peer: &mut String,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    // Small messages are not held back to be sent with others; they are gathered here.
    stream.set_nodelay(true)?;
    let before = async {
        if server.proxied {
            let header = proxy_header::take(&mut stream).await?;
            if let Some(client) = header.client {
                *peer = format!("{client} (through {peer})");
            }
        } else if server.tls.is_some() {
            proxy_header::refuse(&stream).await?;
        }
        Ok::<_, io::Error>(())
    };
    match timeout(server.handshake, before).await {
        Ok(taken) => taken?,
        Err(_elapsed) => return Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
    match &server.tls {
        None => upgrade(server, stream, peer, ends, place).await,
        Some(tls) => match timeout(server.handshake, tls.accept(stream)).await {
            Ok(stream) => upgrade(server, stream?, peer, ends, place).await,
            Err(_elapsed) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        },
    }
}

async fn upgrade<S>(
    server: &Server,
    stream: S,
    peer: &str,
    mut ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut accepting = server.acceptor.start(stream);
    let requested = tokio::select! {
        requested = accepting.request() => requested?,
        () = closed(&mut ends) => return Ok(()),
    };
    if !matches!(place, Place::Served(_)) {
        return accepting.respond(UNAVAILABLE, &[RETRY], TEXT).await;
    }
    match requested {
        Requested::Upgrade(offer) => {
            let answer = Answer {
                subprotocol: server.subprotocols.choose(&offer),
                ..Answer::default()
            };
            let mut socket = accepting.accept(&answer).await?;
            let agreed = AgreedExtension::list(socket.connection().agreed());
            if let (Some(dialects), Some(header)) =
                (dialects(&agreed), socket.connection().agreed().header())
            {
                let draft = offer.draft.short;
                log(&format!(
                    "{peer}: open, {draft}, extensions {header} ({dialects})"
                ));
            }
            let mut pings = None;
            if let Some(greeting) = server.page.greeting(&offer) {
                socket.feed(greeting).await?;
                pings = Some(Pings::default());
            }
            let ending = echo(&server.budget, &mut socket, ends, pings).await?;
            match ending.as_ref().and_then(Ending::error) {
                Some(error) => Err(error.into()),
                None => Ok(()),
            }
        }
        other => {
            let request = other.head();
            let (method, target) = (request.method(), request.target());
            let page = server.page.answer(method, target);
            accepting
                .respond(page.status, page.fields, &page.text)
                .await?;
            log(&format!("{peer}: {method} {target}"));
            Ok(())
        }
    }
}
