//! `wsdraft bridge`: admits clients of every draft in front of a server that speaks one.

use std::{path::PathBuf, pin::pin, sync::Arc, time::Duration};

use clap::Args;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use wsdraft_analysis::Bytes;

mod ending;
mod fields;
mod gateway;
mod leaving;
mod notes;
mod passing;
mod refused;
mod settings;
mod status;
mod upstream;

use self::{
    gateway::admit,
    notes::{Journal, Level},
    settings::{Binary, Gateway},
};
use crate::{
    failure::Failure,
    flags::{
        Access, Certificates, Compression,
        heading::{LIMITS, LISTENING, LOG, PROTOCOL, UPSTREAM},
        hint_of, listen,
    },
    gate::Place,
    outcome::Outcome,
    output::{log, log_in_background},
    signals::told_to_end,
    specs::Specs,
};

/// Accept clients of every draft in front of a server that speaks one, and translate.
///
/// Messages, pings, close codes, subprotocols and the header fields of requests pass in both
/// directions. What the other draft cannot say is translated, and the log says so once for each
/// connection.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on, or a port of 127.0.0.1. Port 0 selects any free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9003", value_parser = listen, help_heading = LISTENING)]
    listen: String,
    /// URL of the server, `ws` or `wss`. A path in it precedes the path of each request.
    #[arg(long, value_name = "URL", help_heading = UPSTREAM)]
    upstream: String,
    /// Drafts of the clients, separated by commas; all by default.
    ///
    /// If several drafts fit a request, the bridge uses the first one in the list. Without a list,
    /// it uses the newest draft that fits.
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = PROTOCOL)]
    drafts: Vec<String>,
    /// Draft of the server; the newest by default.
    #[arg(long, value_name = "DRAFT", help_heading = UPSTREAM)]
    upstream_draft: Option<String>,
    /// What to do with a binary message for an endpoint whose draft has none.
    #[arg(long, value_name = "HOW", default_value = "refuse", help_heading = PROTOCOL)]
    binary: Binary,
    /// Listen with TLS, with the certificate chain in this PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = LISTENING)]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the certificate.
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = LISTENING)]
    tls_key: Option<PathBuf>,
    #[command(flatten, next_help_heading = UPSTREAM)]
    certificates: Certificates,
    #[command(flatten)]
    access: Access,
    /// Keep the fields `Forwarded`, `X-Forwarded-*` and `X-Real-IP` of requests, and add to them.
    ///
    /// Any client can write anything there. Without this flag, the bridge replaces them.
    #[arg(long, help_heading = UPSTREAM)]
    trust_forwarded: bool,
    /// Read a PROXY protocol header, version 1 or 2, before each connection, and use the address
    /// that it states.
    ///
    /// Any host that can connect to the bridge can claim any address.
    #[arg(long, help_heading = LISTENING)]
    proxy_protocol: bool,
    /// Id of a rule, of a draft or of an extension, that clients may violate; can be repeated.
    #[arg(long, value_name = "RULE", help_heading = PROTOCOL)]
    allow: Vec<String>,
    /// Id of a rule that the server may violate; can be repeated.
    #[arg(long, value_name = "RULE", help_heading = UPSTREAM)]
    upstream_allow: Vec<String>,
    /// Extensions to accept from clients, separated by commas; `all` for every built-in one, none
    /// by default.
    #[arg(long, value_name = "LIST", help_heading = PROTOCOL)]
    extensions: Option<String>,
    /// Extensions to offer to the server, separated by commas; `all` for every built-in one, none
    /// by default.
    #[arg(long, value_name = "LIST", help_heading = UPSTREAM)]
    upstream_extensions: Option<String>,
    #[command(flatten)]
    compression: Compression,
    /// Maximum length of a message in bytes, for example `4096` or `64M`.
    #[arg(long, value_name = "BYTES", help_heading = LIMITS)]
    max_message: Option<Bytes>,
    /// Maximum number of connections at a time. Further ones get a response with status code 503.
    #[arg(long, value_name = "N", default_value_t = 4096, help_heading = LIMITS)]
    max_connections: usize,
    /// Memory for the messages of all connections together, in bytes or as in `64M`.
    ///
    /// Each connection has an additional 256 KiB. A message that would exceed the memory ends its
    /// connection.
    #[arg(long, value_name = "BYTES", default_value = "256M", help_heading = LIMITS)]
    memory: Bytes,
    /// Maximum time in seconds until a client has sent its request head.
    ///
    /// After that, the client gets a response with status code 408.
    #[arg(long, value_name = "S", default_value_t = 10.0, help_heading = LIMITS)]
    head_timeout: f64,
    /// Maximum time in seconds until the server has responded to the request.
    ///
    /// After that, the client gets a response with status code 504.
    #[arg(long, value_name = "S", default_value_t = 10.0, help_heading = LIMITS)]
    upstream_timeout: f64,
    /// End a connection after this many seconds without a message or a ping in either direction; 0
    /// disables the limit.
    #[arg(long, value_name = "S", default_value_t = 600.0, help_heading = LIMITS)]
    idle_timeout: f64,
    /// Ping an endpoint that has been silent for this many seconds, if its draft has pings.
    #[arg(long, value_name = "S", help_heading = LIMITS)]
    ping_interval: Option<f64>,
    /// End a connection if nothing comes for this many seconds after such a ping.
    #[arg(
        long,
        value_name = "S",
        default_value_t = 20.0,
        requires = "ping_interval",
        help_heading = LIMITS
    )]
    ping_timeout: f64,
    /// Address to serve `GET /health` and `GET /metrics` on, for example `127.0.0.1:9004`; nowhere by
    /// default.
    ///
    /// The metrics are in the text format of Prometheus. On a loopback address, only requests to
    /// this machine are answered.
    #[arg(long, value_name = "ADDR", value_parser = listen, help_heading = LISTENING)]
    status: Option<String>,
    /// Log only what goes wrong.
    #[arg(short, long, conflicts_with = "verbose", help_heading = LOG)]
    quiet: bool,
    /// Also log what is left out of requests.
    #[arg(short, long, help_heading = LOG)]
    verbose: bool,
    /// Log a JSON object on each line. Only the lines that say where the bridge listens are text.
    #[arg(long, help_heading = LOG)]
    log_json: bool,
}

/// How long connections may take to close when the bridge ends.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

impl Arguments {
    const fn journal(&self) -> Journal {
        let level = match (self.quiet, self.verbose) {
            (true, _) => Level::Quiet,
            (false, false) => Level::Usual,
            (false, true) => Level::Verbose,
        };
        Journal {
            level,
            json: self.log_json,
        }
    }
}

/// Passes messages on until a signal ends it.
pub(crate) fn run(arguments: &Arguments, specs: &Specs) -> Result<Outcome, Failure> {
    let gateway = settings::gateway(arguments, specs)?;
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    runtime.block_on(serve(gateway, arguments))?;
    // Name lookups and the like that still run hold up nothing.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

async fn serve(mut gateway: Gateway, arguments: &Arguments) -> Result<(), Failure> {
    let listen = &arguments.listen;
    let failed = || Failure::io(listen.clone());
    let listener = TcpListener::bind(listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    gateway.hosts(arguments.access.hosts(listen, address)?);
    let gateway = Arc::new(gateway);
    let mut told = pin!(told_to_end().map_err(Failure::io("signals"))?);
    log(&format!("listening on {}://{address}", gateway.scheme()));
    log(&format!("clients are passed on to {}", gateway.upstream));
    let (ending, ends) = watch::channel(());
    if let Some(status) = &arguments.status {
        let failed = || Failure::io(status.clone());
        let listener = TcpListener::bind(status).await.map_err(failed())?;
        let address = listener.local_addr().map_err(failed())?;
        let hosts = Access::default().hosts(status, address)?;
        log(&format!("status on http://{address}/health and /metrics"));
        let gateway = Arc::clone(&gateway);
        tokio::spawn(status::serve(listener, hosts, gateway, ends.clone()));
    }
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (gateway, ends) = (Arc::clone(&gateway), ends.clone());
                    let place = gateway.gate.place();
                    if !matches!(place, Place::Served(_)) {
                        gateway.journal.error(Some(&peer), gateway.gate.why());
                    }
                    connections.spawn(async move {
                        let mut peer = peer.into();
                        if let Err(error) = admit(&gateway, stream, &mut peer, ends, &place).await {
                            let message = format!("{error}{}", hint_of(&error));
                            gateway.journal.error(Some(&peer), message);
                        }
                    });
                }
                Err(error) => {
                    let message = format!("no connection accepted: {error}");
                    gateway.journal.error(None, message);
                    sleep(RESPITE).await;
                }
            },
            // One that panicked has ended, too.
            Some(_) = connections.join_next() => {}
            () = &mut told => break,
        }
    }
    let again = told_to_end().map_err(Failure::io("signals"))?;
    drop((listener, ending));
    farewell(connections, again, gateway.journal).await;
    Ok(())
}

/// Waits until all connections have ended. Whoever takes longer is cut off, and so is everyone at
/// another signal.
async fn farewell(mut connections: JoinSet<()>, again: impl Future<Output = ()>, journal: Journal) {
    let all = async { while connections.join_next().await.is_some() {} };
    tokio::select! {
        _ = timeout(FAREWELL, all) => {}
        () = again => {}
    }
    let cut = connections.len();
    if cut > 0 {
        let s = if cut == 1 { "" } else { "s" };
        let message =
            format!("{cut} connection{s} cut off before the closing handshake was complete");
        journal.error(None, message);
    }
}
