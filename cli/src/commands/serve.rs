//! `wsdraft serve`: a server for every draft on one port, with a page to try it.

use std::{net::SocketAddr, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use clap::Args;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use wsdraft::{
    Budget, Limits, Policy, Role,
    tokio::{Acceptor, Subprotocols},
};
use wsdraft_analysis::Bytes;

mod bench;
mod broadcast;
mod connection;
mod echo;
mod exec;
mod files;
mod journal;
mod mode;
mod page;
mod record;
mod room;
mod stage;
mod talk;
mod tap;
mod watched;

use self::{
    bench::{BY_PATH, Bench, LIST},
    connection::{Server, admit},
    files::Files,
    journal::{Entry, Logging},
    mode::Modes,
    page::Page,
    room::Room,
};
use crate::{
    failure::Failure,
    flags::{
        Access, Compression,
        heading::{LIMITS, LISTENING, PROTOCOL},
        hint_of, listen,
    },
    gate::{Gate, Place},
    outcome::Outcome,
    output::{Output, log, log_in_background},
    signals::told_to_end,
    specs::{Specs, Spoken},
    tls,
};

/// Run a server for every draft on one port, with a test page at `/`.
///
/// It sends each message back, unless told otherwise.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    modes: Modes,
    /// Serve the files in this folder to requests that are not for WebSocket.
    ///
    /// `/` is its `index.html`, if there is one. No folder is listed, and no file is served whose name
    /// begins with a full stop, or that a link leads to outside of the folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    logging: Logging,
    /// Address and port to listen on, or a port of 127.0.0.1. Port 0 selects any free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9001", value_parser = listen, help_heading = LISTENING)]
    listen: String,
    /// Drafts to support, separated by commas; all by default.
    ///
    /// If several drafts fit a request, the server uses the first one in the list. Without a list,
    /// it uses the newest draft that fits.
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = PROTOCOL)]
    drafts: Vec<String>,
    /// Serve over TLS with the certificate chain in this PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = LISTENING)]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the certificate.
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = LISTENING)]
    tls_key: Option<PathBuf>,
    /// Maximum length of a message in bytes, for example `4096` or `64M`.
    #[arg(long, value_name = "BYTES", help_heading = LIMITS)]
    max_message: Option<Bytes>,
    /// Maximum number of connections at a time. Further ones get a response with status code 503.
    ///
    /// Each channel of a connection counts as one.
    #[arg(long, value_name = "N", default_value_t = 4096, help_heading = LIMITS)]
    max_connections: usize,
    /// Memory for the messages of all connections together, in bytes or as in `64M`.
    ///
    /// Each connection has an additional 128 KiB. A message that would exceed the memory ends its
    /// connection. If extensions carry channels, half of it is for these alone: a connection with 64
    /// of them takes 30 MiB. Where that is too much, a connection has fewer channels, or none.
    #[arg(long, value_name = "BYTES", default_value = "256M", help_heading = LIMITS)]
    memory: Bytes,
    /// Subprotocols to accept, separated by commas; any by default.
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = PROTOCOL)]
    subprotocols: Vec<String>,
    #[command(flatten)]
    access: Access,
    /// Id of a rule, of a draft or of an extension, that clients may violate; can be repeated.
    #[arg(long, value_name = "RULE", help_heading = PROTOCOL)]
    allow: Vec<String>,
    /// Extensions to accept, separated by commas; `all` for every built-in one, none by default.
    ///
    /// Each may have parameters, for example `permessage-deflate; server_max_window_bits=10;
    /// client_no_context_takeover`. With `mux`, which `all` does not include, a connection can have
    /// up to 64 channels, and each of them is served like a connection.
    #[arg(long, value_name = "LIST", help_heading = PROTOCOL)]
    extensions: Option<String>,
    #[command(flatten)]
    compression: Compression,
    /// Read a PROXY protocol header, version 1 or 2, before each connection, and log the address
    /// that it states.
    ///
    /// Any host that can connect to the server can claim any address.
    #[arg(long, help_heading = LISTENING)]
    proxy_protocol: bool,
}

/// How long connections may take to close when the server ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// Serves until a signal ends it.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    if arguments.modes.fault.as_deref() == Some(LIST) {
        let drafts = drafts(specs, &arguments.drafts)?;
        output.text(&Bench::faults(BY_PATH, specs, &drafts)?.list())?;
        return Ok(Outcome::Fine);
    }
    let server = server(arguments, specs)?;
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    runtime.block_on(serve(server, arguments))?;
    // Name lookups and the like that still run hold up nothing.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

/// The server that is asked for.
fn server(arguments: &Arguments, specs: &Specs) -> Result<Server, Failure> {
    let drafts = drafts(specs, &arguments.drafts)?;
    let mut limits = Limits::default();
    if let Some(Bytes(max_message)) = arguments.max_message {
        limits.message = max_message;
        limits.frame = limits.frame.max(max_message);
    }
    let handshake = limits.handshake;
    let pem = arguments.tls_cert.as_ref().zip(arguments.tls_key.as_ref());
    let tls = pem
        .map(|(certificates, key)| tls::acceptor(certificates, key))
        .transpose()?;
    let extensions = arguments.extensions.as_deref().unwrap_or_default();
    let carries = arguments.modes.carries();
    let extensions = specs.named_extensions(extensions, carries)?;
    let extensions = arguments.compression.apply(extensions);
    let inner = extensions.of_channels();
    let memory = arguments.memory.0;
    let room = Room::new(memory / 2, &drafts, extensions.supported());
    let budget = Budget::new(if room.is_needed() {
        memory - memory / 2
    } else {
        memory
    });
    let acceptor = Acceptor::any(drafts.iter().copied())
        .limits(limits)
        .budget(budget.clone())
        .policy(Policy::relaxed(specs.relaxed(
            &drafts,
            &arguments.allow,
            Role::Client,
        )?))
        .extensions(extensions.clone())
        .origins(arguments.access.origins_or(arguments.modes.origins())?)
        .secure(tls.is_some());
    let subprotocols = if arguments.subprotocols.is_empty() {
        Subprotocols::Any
    } else {
        Subprotocols::These(arguments.subprotocols.clone())
    };
    Ok(Server {
        room,
        inner: acceptor.clone().extensions(inner),
        acceptor,
        tls,
        subprotocols,
        handshake,
        proxied: arguments.proxy_protocol,
        budget,
        gate: Gate::new(arguments.max_connections),
        page: Page::new(specs, &drafts)?,
        journal: arguments.logging.journal(),
        mode: arguments.modes.mode(specs, &drafts)?,
        files: arguments.dir.as_deref().map(Files::new).transpose()?,
    })
}

/// The drafts to speak, the preferred ones last.
fn drafts(specs: &Specs, names: &[String]) -> Result<Vec<Spoken>, Failure> {
    if names.is_empty() {
        return specs.spoken_by_age();
    }
    let named = names.iter().rev().map(|name| specs.spoken(name));
    named.collect()
}

async fn serve(mut server: Server, arguments: &Arguments) -> Result<(), Failure> {
    let listen = &arguments.listen;
    let failed = || Failure::io(listen.clone());
    let listener = TcpListener::bind(listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    let hosts = arguments.access.hosts(listen, address)?;
    server.inner = server.inner.hosts(hosts.clone());
    server.acceptor = server.acceptor.hosts(hosts);
    let server = Arc::new(server);
    let signals = || Failure::io("signals");
    let mut told = pin!(told_to_end().map_err(signals())?);
    let (scheme, page) = server.schemes();
    log(&format!("listening on {scheme}://{address}"));
    server.journal.note(
        None,
        &Entry::Page {
            url: &format!("{page}://{address}/"),
        },
    );

    if let Some(needed) = server.room.lacks().filter(|_| arguments.modes.carries()) {
        let memory = arguments.memory.0;
        let message = format!(
            "--memory: {memory} is too little for channels, so there will be none; they need {needed} bytes or more"
        );
        server.journal.error(None, &message);
    }

    let (ending, ends) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve_one(Arc::clone(&server), stream, peer, ends.clone()));
                }
                Err(error) => {
                    let message = format!("no connection accepted: {error}");
                    server.journal.error(None, &message);
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
    let again = told_to_end().map_err(signals())?;
    tokio::select! {
        // Whoever takes longer is cut off.
        _ = timeout(FAREWELL, farewell) => {}
        () = again => {}
    }
    // What is dropped ends its process.
    let _ = timeout(RESPITE, connections.shutdown()).await;
    Ok(())
}

/// Serves a connection, if it has a place.
async fn serve_one(
    server: Arc<Server>,
    stream: TcpStream,
    peer: SocketAddr,
    ends: watch::Receiver<()>,
) {
    let place = server.gate.place();
    let mut peer = peer.to_string();
    if !matches!(place, Place::Served(_)) {
        server.journal.error(Some(&peer), &server.gate.why());
    }
    if let Err(error) = admit(&server, stream, &mut peer, ends, &place).await {
        let message = format!("{error}{}", hint_of(&error));
        server.journal.error(Some(&peer), &message);
    }
}
