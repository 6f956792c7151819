//! `wsdraft proxy`: passes connections on unchanged, and lints them as they go.

use std::{path::PathBuf, pin::pin, sync::Arc, time::Duration};

use clap::Args;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use wsdraft::handshake::{Access as Allowed, Address, Hosts};

mod entry;
mod packets;
mod passed;
mod patience;
mod route;
mod shown;
mod turn;
mod watcher;
mod way;

use self::{
    entry::Entry,
    passed::Passed,
    patience::Patience,
    route::{Route, pass_on},
    watcher::Watcher,
};
use crate::{
    failure::Failure,
    flags::{
        Access, Certificates, Findings, Style,
        heading::{LIMITS, LISTENING, REPORT, UPSTREAM},
        listen, seconds,
    },
    gate::{Gate, Place, turn_away},
    outcome::Outcome,
    output::{Output, log, log_in_background},
    print,
    signals::told_to_end,
    specs::Specs,
    tls,
};

/// Forward connections unchanged to a server, and lint them while they pass.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on, or a port of 127.0.0.1. Port 0 selects any free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9002", value_parser = listen, help_heading = LISTENING)]
    listen: String,
    /// URL of the server, `ws` or `wss`. Only scheme, host and port are used.
    #[arg(long, value_name = "URL", help_heading = UPSTREAM)]
    upstream: String,
    #[command(flatten)]
    access: Access,
    /// File to record to.
    ///
    /// If its name ends in `.pcapng`, the proxy records the traffic as packets. Otherwise, it
    /// records what it finds in the traffic, as one JSON object per line.
    #[arg(long, value_name = "FILE", help_heading = REPORT)]
    record: Option<PathBuf>,
    /// Output format of the findings.
    #[arg(long, help_heading = REPORT)]
    format: Option<Style>,
    #[command(flatten, next_help_heading = UPSTREAM)]
    certificates: Certificates,
    /// Maximum number of connections at a time. Further ones get a response with status code 503.
    #[arg(long, value_name = "NUMBER", default_value_t = 256, help_heading = LIMITS)]
    max_connections: usize,
    /// Maximum time in seconds until a client has sent its request head.
    ///
    /// After that, the client gets a response with status code 408.
    #[arg(long, value_name = "S", default_value_t = 10.0, help_heading = LIMITS)]
    head_timeout: f64,
    /// End a connection after this many seconds without data; 0 disables the limit.
    #[arg(long, value_name = "S", default_value_t = 600.0, help_heading = LIMITS)]
    idle_timeout: f64,
    #[command(flatten, next_help_heading = REPORT)]
    findings: Findings,
}

/// Pieces that may wait to be looked at; then connections wait too.
const QUEUE: usize = 256;
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// Passes connections on until a signal ends it.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let style = arguments
        .format
        .map_or_else(|| print::Style::of(output.is_json()), Into::into);
    let settings = arguments.findings.settings(specs, style)?;
    let route = route(arguments, specs)?;
    let printer = arguments.findings.printer(style, output);
    let (upstream, record) = (&arguments.upstream, arguments.record.as_deref());
    let watcher = Watcher::new(settings, upstream, record, printer, output)?;
    let gate = Gate::new(arguments.max_connections);
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(serve(route, gate, arguments, watcher));
    runtime.shutdown_background();
    outcome
}

/// Where connections are passed on to.
fn route(arguments: &Arguments, specs: &Specs) -> Result<Route, Failure> {
    let allowed = Allowed::new(arguments.access.origins()?, Hosts::Any);
    let entry = Entry::new(allowed, specs.spoken_by_age()?);
    let upstream = &arguments.upstream;
    let address: Address = upstream
        .parse()
        .map_err(|error| Failure::input(format!("{upstream}: {error}")))?;
    let tls = tls::client(arguments.certificates.trust(&address))?;
    let idle = seconds("--idle-timeout", arguments.idle_timeout)?;
    let patience = Patience {
        head: seconds("--head-timeout", arguments.head_timeout)?,
        idle: (!idle.is_zero()).then_some(idle),
    };
    Ok(Route {
        address,
        tls,
        patience,
        entry,
    })
}

async fn serve(
    mut route: Route,
    gate: Gate,
    arguments: &Arguments,
    mut watcher: Watcher,
) -> Result<Outcome, Failure> {
    let listen = &arguments.listen;
    let failed = || Failure::io(listen.clone());
    let listener = TcpListener::bind(listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    route.entry.hosts(arguments.access.hosts(listen, address)?);
    let route = Arc::new(route);
    let mut told = pin!(told_to_end().map_err(Failure::io("signals"))?);
    log(&format!("listening on ws://{address}"));
    let (passing, mut passed) = mpsc::channel(QUEUE);
    let mut connections = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, peer)) => {
                    let place = gate.place();
                    if !matches!(place, Place::Served(_)) {
                        log(&format!("{peer}: {}", gate.why()));
                        turn_away_at(place, client);
                        continue;
                    }
                    connections += 1;
                    let (id, route, passing) = (connections, route.clone(), passing.clone());
                    tokio::spawn(async move {
                        if let Err(error) = pass_on(id, client, peer, &route, &passing).await {
                            log(&format!("{peer}: {error}"));
                        }
                        let _ = passing.send((id, Passed::Over)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    log(&format!("accept: {error}"));
                    tokio::time::sleep(RESPITE).await;
                }
            },
            Some((id, what)) = passed.recv() => watcher.saw(id, what)?,
            () = &mut told => break,
        }
    }
    // What has passed already is still looked at.
    while let Ok((id, what)) = passed.try_recv() {
        watcher.saw(id, what)?;
    }
    watcher.finish()
}

/// Tells a connection that has no place of its own.
fn turn_away_at(place: Place, client: TcpStream) {
    if matches!(place, Place::Told(_)) {
        tokio::spawn(async move {
            turn_away(client).await;
            drop(place);
        });
    }
}
