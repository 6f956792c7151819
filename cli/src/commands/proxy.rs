//! `wsdraft proxy`: passes connections on unchanged, and lints them as they go.

use std::{io, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Duration};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use wsdraft::{
    Role,
    handshake::{Access, Address, Hosts, server::plain_response},
    tokio::tls::Tls,
};

mod entry;
mod patience;
mod turn;
mod watcher;
mod way;

use self::{
    entry::{Entered, Entry, drain},
    patience::{Activity, Expired, Patience},
    watcher::Watcher,
    way::Way,
};
use crate::{
    Outcome,
    access::{Entrance, hint},
    failure::Failure,
    gate::{Gate, Place, turn_away},
    lint::{
        ending::End,
        memory::Bytes,
        print::{self, Colour, Style},
        repeats::Most,
        report::Each,
    },
    output::{Output, log, log_in_background},
    signals::told_to_end,
    specs::Specs,
    tls::{self, Trust},
};

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) listen: &'a str,
    pub(crate) upstream: &'a str,
    pub(crate) entrance: &'a Entrance,
    pub(crate) record: Option<&'a Path>,
    pub(crate) style: Option<Style>,
    pub(crate) colour: Colour,
    pub(crate) only: &'a [String],
    pub(crate) allow: &'a [String],
    pub(crate) draft: Option<&'a str>,
    pub(crate) trust: Trust<'a>,
    pub(crate) most: Option<Most>,
    pub(crate) memory: Bytes,
    pub(crate) max_connections: usize,
    pub(crate) head_timeout: f64,
    pub(crate) idle_timeout: f64,
}

/// Pieces that may wait to be looked at; then connections wait too.
const QUEUE: usize = 256;
/// How long an end may take to be told why it is left.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long the server may take to be reached.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// Passes connections on until a signal ends it.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let style = asked.style.unwrap_or_else(|| Style::of(*output));
    let settings = crate::lint::settings(specs, asked.draft, asked.only, asked.allow)?
        .within(asked.most.unwrap_or_else(|| style.most()), asked.memory);
    let access = Access::new(asked.entrance.origins()?, Hosts::Any);
    let entry = Entry::new(access, specs.spoken_by_age()?);
    let route = Route::new(asked, entry)?;
    let printer = print::printer(style, asked.colour.is_used(), *output);
    let watcher = Watcher::new(&settings, asked.upstream, asked.record, printer, *output)?;
    let gate = Gate::new(asked.max_connections);
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(serve(route, gate, asked, watcher));
    runtime.shutdown_background();
    outcome
}

/// Something that happened on a connection.
enum Passed {
    Open(Each<SocketAddr>),
    Piece(Role, Vec<u8>),
    End(Role, End),
    Left(String),
    Over,
}

type Passing = mpsc::Sender<(u64, Passed)>;

async fn serve(
    mut route: Route,
    gate: Gate,
    asked: &Asked<'_>,
    mut watcher: Watcher<'_>,
) -> Result<Outcome, Failure> {
    let failed = || Failure::io(asked.listen.to_owned());
    let listener = TcpListener::bind(asked.listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    route
        .entry
        .hosts(asked.entrance.hosts(asked.listen, address)?);
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

/// Where connections are passed on to, and how long they may take.
struct Route {
    address: Address,
    tls: Tls,
    patience: Patience,
    entry: Entry,
}

impl Route {
    fn new(asked: &Asked<'_>, entry: Entry) -> Result<Self, Failure> {
        let address: Address = asked
            .upstream
            .parse()
            .map_err(|error| Failure::input(format!("{}: {error}", asked.upstream)))?;
        let trust = if address.is_secure() {
            asked.trust
        } else {
            Trust::Nothing
        };
        let tls = tls::client(trust)?;
        let seconds = |name: &str, seconds: f64| {
            Duration::try_from_secs_f64(seconds)
                .map_err(|error| Failure::input(format!("{name}: {error}")))
        };
        let idle = seconds("--idle-timeout", asked.idle_timeout)?;
        let patience = Patience {
            head: seconds("--head-timeout", asked.head_timeout)?,
            idle: (!idle.is_zero()).then_some(idle),
        };
        Ok(Self {
            address,
            tls,
            patience,
            entry,
        })
    }
}

async fn pass_on(
    id: u64,
    mut client: TcpStream,
    peer: SocketAddr,
    route: &Route,
    passing: &Passing,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (judged, turn) = match route.entry.enter(&mut client, route.patience.head).await? {
        Entered::Passes(judged, turn) => (judged, turn),
        Entered::Refused(refusal) => {
            log(&format!("{peer}: {refusal}{}", hint(&refusal)));
            return Ok(());
        }
        Entered::Late => {
            let expired = Expired::Head(route.patience.head);
            tell_late(&mut client).await;
            return Err(io::Error::new(io::ErrorKind::TimedOut, expired.to_string()));
        }
    };
    let server = timeout(PATIENCE, route.tls.open(&route.address)).await??;
    let addresses = Each {
        client: peer,
        server: server.tcp().peer_addr()?,
    };
    // What the server takes to be reached is not the client's time.
    let activity = Activity::new();
    let _ = passing.send((id, Passed::Open(addresses))).await;
    let way = Way {
        id,
        passing,
        activity: &activity,
        patience: route.patience,
        turn: &turn,
    };
    let ended = way.between(&mut client, &judged, server).await?;
    match ended {
        Ok(false) => {
            if turn.was_cut() {
                log(&format!(
                    "{peer}: what followed its request did not pass: with --host or --origin, and on a loopback address, a connection has one request"
                ));
                drain(&mut client).await;
            }
            Ok(())
        }
        // The other end is to see what this one did.
        Ok(true) => client.set_zero_linger(),
        Err(expired) => {
            let _ = passing.send((id, Passed::Left(expired.to_string()))).await;
            if matches!(expired, Expired::Head(_)) && !activity.has_answer() {
                tell_late(&mut client).await;
            }
            Err(io::Error::new(io::ErrorKind::TimedOut, expired.to_string()))
        }
    }
}

/// Tells a client that its head took too long.
async fn tell_late(client: &mut TcpStream) {
    if let Ok(response) = plain_response(408, &[], "The request is not complete.\n") {
        let _ = timeout(FAREWELL, client.write_all(&response)).await;
    }
}
