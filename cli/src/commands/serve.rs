//! `wsdraft serve`: an echo server for every draft on one port, with a page to try it.

use std::{future::Future, io, path::Path, pin::pin, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Budget, Draft, Ending, Limits, Policy,
    handshake::Answer,
    tokio::{Accepting, Acceptor, Error, Requested, Subprotocols},
};

mod echo;

use self::echo::echo;
use crate::{
    Outcome,
    access::{Entrance, hint_of},
    arguments::Compressing,
    events::{AgreedExtension, dialects},
    failure::Failure,
    gate::{Gate, PATIENCE, Place, RETRY, TEXT, UNAVAILABLE},
    output::{log, log_in_background},
    proxy_header,
    signals::told_to_end,
    specs::Specs,
    tls,
};

/// The page that is served on `/`.
const PAGE: &str = include_str!("serve.html");
/// The resource under which the first message tells the draft that was negotiated, which a
/// page has no other way to know.
const TELLING: &str = "/telling";
/// How long connections may take to close when the server ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

type Spoken = &'static dyn Draft;

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) listen: &'a str,
    pub(crate) drafts: &'a [String],
    pub(crate) tls: Option<(&'a Path, &'a Path)>,
    pub(crate) max_message: Option<usize>,
    pub(crate) max_connections: usize,
    pub(crate) memory: usize,
    pub(crate) subprotocols: &'a [String],
    pub(crate) allow: &'a [String],
    pub(crate) extensions: Option<&'a str>,
    pub(crate) compression: Compressing,
    pub(crate) proxy_protocol: bool,
    pub(crate) entrance: &'a Entrance,
}

/// Serves until a signal ends it.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>) -> Result<Outcome, Failure> {
    let server = Server::new(specs, asked)?;
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    runtime.block_on(serve(server, asked))?;
    // Name lookups and the like that still run hold up nothing.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

/// What all connections share.
struct Server {
    acceptor: Acceptor<Spoken>,
    tls: Option<TlsAcceptor>,
    subprotocols: Subprotocols,
    handshake: Duration,
    /// Whether a header of the PROXY protocol comes first.
    proxied: bool,
    budget: Budget,
    gate: Gate,
}

impl Server {
    fn new(specs: &Specs, asked: &Asked<'_>) -> Result<Self, Failure> {
        let drafts = drafts(specs, asked.drafts)?;
        let mut limits = Limits::default();
        if let Some(max_message) = asked.max_message {
            limits.message = max_message;
            limits.frame = limits.frame.max(max_message);
        }
        let handshake = limits.handshake;
        let tls = asked
            .tls
            .map(|(certificates, key)| tls::acceptor(certificates, key))
            .transpose()?;
        let extensions = specs.named_extensions(asked.extensions.unwrap_or_default())?;
        let budget = Budget::new(asked.memory);
        let acceptor = Acceptor::any(drafts.iter().copied())
            .limits(limits)
            .budget(budget.clone())
            .policy(Policy::relaxed(specs.relaxed(&drafts, asked.allow)?))
            .extensions(asked.compression.apply(extensions))
            .origins(asked.entrance.origins()?)
            .secure(tls.is_some());
        let subprotocols = if asked.subprotocols.is_empty() {
            Subprotocols::Any
        } else {
            Subprotocols::These(asked.subprotocols.to_vec())
        };
        Ok(Self {
            acceptor,
            tls,
            subprotocols,
            handshake,
            proxied: asked.proxy_protocol,
            budget,
            gate: Gate::new(asked.max_connections),
        })
    }

    const fn schemes(&self) -> (&'static str, &'static str) {
        match self.tls {
            Some(_) => ("wss", "https"),
            None => ("ws", "http"),
        }
    }
}

/// The drafts to speak, the preferred ones last.
fn drafts(specs: &Specs, names: &[String]) -> Result<Vec<Spoken>, Failure> {
    if names.is_empty() {
        return specs.spoken_by_age();
    }
    let named = names.iter().rev().map(|name| specs.spoken(name));
    named.collect()
}

async fn serve(mut server: Server, asked: &Asked<'_>) -> Result<(), Failure> {
    let failed = || Failure::io(asked.listen.to_owned());
    let listener = TcpListener::bind(asked.listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    server.acceptor = server
        .acceptor
        .hosts(asked.entrance.hosts(asked.listen, address)?);
    let server = Arc::new(server);
    let mut told = pin!(told_to_end().map_err(Failure::io("signals"))?);
    let (scheme, page) = server.schemes();
    log(&format!("listening on {scheme}://{address}"));
    log(&format!("{page}://{address}/ is a page that connects back"));

    let (ending, ends) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (server, ends) = (Arc::clone(&server), ends.clone());
                    let place = server.gate.place();
                    if !matches!(place, Place::Served(_)) {
                        log(&format!("{peer}: {}", server.gate.why()));
                    }
                    connections.spawn(async move {
                        let mut peer = peer.to_string();
                        if let Err(error) = admit(&server, stream, &mut peer, ends, &place).await {
                            log(&format!("{peer}: {error}{}", hint_of(&error)));
                        }
                    });
                }
                Err(error) => {
                    log(&format!("no connection accepted: {error}"));
                    sleep(RESPITE).await;
                }
            },
            // One that panicked has ended, too.
            Some(_) = connections.join_next() => {}
            () = &mut told => break,
        }
    }
    drop((listener, ending));
    let farewell = async { while connections.join_next().await.is_some() {} };
    // Whoever takes longer is cut off.
    let _ = timeout(FAREWELL, farewell).await;
    Ok(())
}

/// Serves a connection, if it has a place.
async fn admit(
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
            if offer.resource == TELLING {
                socket.send(offer.draft.short).await?;
            }
            let ending = echo(&server.budget, &mut socket, ends).await?;
            match ending.as_ref().and_then(Ending::error) {
                Some(error) => Err(error.into()),
                None => Ok(()),
            }
        }
        Requested::Plain { method, target } => {
            page(&mut accepting, &method, &target).await?;
            log(&format!("{peer}: {method} {target}"));
            Ok(())
        }
    }
}

/// Waits until the server ends.
async fn closed(ends: &mut watch::Receiver<()>) {
    while ends.changed().await.is_ok() {}
}

/// Answers a request that is of no draft.
fn page<'a, S>(
    accepting: &'a mut Accepting<S, Spoken>,
    method: &'a str,
    target: &'a str,
) -> impl Future<Output = Result<(), Error>> + 'a
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let path = target.split('?').next();
    let (status, fields, text): (_, &[_], _) = match (method, path) {
        ("GET", Some("/")) => (200, &[("Content-Type", "text/html; charset=utf-8")], PAGE),
        ("GET", _) => (404, &[], "There is a page at /.\n"),
        _ => (405, &[("Allow", "GET")], "There is a page to GET at /.\n"),
    };
    accepting.respond(status, fields, text)
}
