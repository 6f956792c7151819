//! `wsdraft proxy`: passes connections on unchanged, and lints them as they go.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Write as _},
    net::SocketAddr,
    path::Path,
    pin::pin,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use wsdraft::{
    Role,
    handshake::Address,
    tokio::tls::{Stream, Tls},
};

use super::serve::told_to_end;
use crate::{
    Outcome,
    failure::Failure,
    lint::{
        analyser::Analyser,
        ending::End,
        print::{self, Colour, Printer, Style},
        record::Recorder,
        report::{Each, Event},
        settings::Settings,
    },
    output::{Output, log, log_in_background},
    specs::Specs,
    tls::{self, Trust},
};

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) listen: &'a str,
    pub(crate) upstream: &'a str,
    pub(crate) record: Option<&'a Path>,
    pub(crate) style: Option<Style>,
    pub(crate) colour: Colour,
    pub(crate) only: &'a [String],
    pub(crate) allow: &'a [String],
    pub(crate) draft: Option<&'a str>,
    pub(crate) trust: Trust<'a>,
}

/// Pieces that may wait to be looked at; then connections wait too.
const QUEUE: usize = 256;
/// How long the server may take to be reached.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// Passes connections on until a signal ends it.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let settings = Settings::new(specs, asked.draft, asked.only, asked.allow)?;
    let upstream = Arc::new(Upstream::new(asked)?);
    let default = if output.is_json() {
        Style::Jsonl
    } else {
        Style::Human
    };
    let record = Record::new(asked.record)?;
    let watcher = Watcher {
        settings: &settings,
        source: asked.upstream.into(),
        connections: HashMap::new(),
        printer: print::printer(
            asked.style.unwrap_or(default),
            asked.colour.is_used(),
            *output,
        ),
        output: *output,
        record,
        outcome: Outcome::Fine,
    };
    log_in_background();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(serve(upstream, asked.listen, watcher));
    runtime.shutdown_background();
    outcome
}

/// Something that happened on a connection.
enum Passed {
    Open(Each<SocketAddr>),
    Piece(Role, Vec<u8>),
    End(Role, End),
    Over,
}

type Passing = mpsc::Sender<(u64, Passed)>;

async fn serve(
    upstream: Arc<Upstream>,
    listen: &str,
    mut watcher: Watcher<'_>,
) -> Result<Outcome, Failure> {
    let failed = || Failure::io(listen.to_owned());
    let listener = TcpListener::bind(listen).await.map_err(failed())?;
    let address = listener.local_addr().map_err(failed())?;
    let mut told = pin!(told_to_end().map_err(Failure::io("signals"))?);
    log(&format!("listening on ws://{address}"));
    let (passing, mut passed) = mpsc::channel(QUEUE);
    let mut connections = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, peer)) => {
                    connections += 1;
                    let (id, upstream, passing) = (connections, upstream.clone(), passing.clone());
                    tokio::spawn(async move {
                        if let Err(error) = pass_on(id, client, peer, &upstream, &passing).await {
                            log(&format!("{peer}: {error}"));
                        }
                        let _ = passing.send((id, Passed::Over)).await;
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

/// Where connections are passed on to.
struct Upstream {
    address: Address,
    tls: Tls,
}

impl Upstream {
    fn new(asked: &Asked<'_>) -> Result<Self, Failure> {
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
        Ok(Self { address, tls })
    }
}

async fn pass_on(
    id: u64,
    mut client: TcpStream,
    peer: SocketAddr,
    upstream: &Upstream,
    passing: &Passing,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let server = timeout(PATIENCE, upstream.tls.open(&upstream.address)).await??;
    let addresses = Each {
        client: peer,
        server: server.tcp().peer_addr()?,
    };
    let _ = passing.send((id, Passed::Open(addresses))).await;
    let (from_client, to_client) = client.split();
    let is_reset = match server {
        Stream::Plain(mut server) => {
            let (from_server, to_server) = server.split();
            let is_reset = both(
                pass(id, Role::Client, from_client, to_server, passing),
                pass(id, Role::Server, from_server, to_client, passing),
            )
            .await;
            if is_reset {
                server.set_zero_linger()?;
            }
            is_reset
        }
        secured => {
            let (from_server, to_server) = tokio::io::split(secured);
            both(
                pass(id, Role::Client, from_client, to_server, passing),
                pass(id, Role::Server, from_server, to_client, passing),
            )
            .await
        }
    };
    if is_reset {
        // The other end is to see what this one did.
        client.set_zero_linger()?;
    }
    Ok(())
}

/// Waits for both directions to end; whether one was reset, which ends the other one too.
async fn both(one: impl Future<Output = End>, other: impl Future<Output = End>) -> bool {
    let (mut one, mut other) = (pin!(one), pin!(other));
    tokio::select! {
        end = &mut one => end == End::Reset || other.await == End::Reset,
        end = &mut other => end == End::Reset || one.await == End::Reset,
    }
}

/// Passes one direction on, as it is.
async fn pass(
    id: u64,
    from: Role,
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    passing: &Passing,
) -> End {
    let mut buffer = vec![0; Recorder::LARGEST];
    let how = loop {
        match read.read(&mut buffer).await {
            Ok(0) => break End::Finished,
            Ok(length) => {
                let bytes = &buffer[..length];
                // Looked at first: an answer to it cannot come before it then.
                let _ = passing.send((id, Passed::Piece(from, bytes.into()))).await;
                if write.write_all(bytes).await.is_err() {
                    let _ = passing
                        .send((id, Passed::End(from.peer(), End::Reset)))
                        .await;
                    return End::Reset;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break End::Finished,
            Err(_) => break End::Reset,
        }
    };
    let _ = passing.send((id, Passed::End(from, how))).await;
    let _ = write.shutdown().await;
    how
}

/// Looks at what passes.
struct Watcher<'a> {
    settings: &'a Settings<'a>,
    source: Rc<str>,
    connections: HashMap<u64, Analyser<'a>>,
    printer: Box<dyn Printer>,
    output: Output,
    record: Record,
    outcome: Outcome,
}

impl Watcher<'_> {
    fn saw(&mut self, id: u64, what: Passed) -> Result<(), Failure> {
        let packets = &mut self.record.packets;
        if let Passed::Open(addresses) = what {
            packets.open(id, addresses)?;
            let named = Each {
                client: Some(addresses.client.to_string()),
                server: Some(addresses.server.to_string()),
            };
            let analyser = Analyser::new(self.settings, self.source.clone(), named, false);
            self.connections.insert(id, analyser);
            return Ok(());
        }
        let Some(analyser) = self.connections.get_mut(&id) else {
            return Ok(());
        };
        let is_over = matches!(what, Passed::Over);
        match what {
            Passed::Open(_) => {}
            Passed::Piece(from, bytes) => {
                let packet = packets.piece(id, from, &bytes)?;
                analyser.push(from, &bytes, Some(packet));
            }
            Passed::End(from, how) => {
                packets.end(id, from, how)?;
                analyser.end(from, how);
            }
            Passed::Over => {
                packets.close(id)?;
                analyser.finish();
            }
        }
        let events: Vec<Event> = analyser.events().collect();
        if is_over {
            self.connections.remove(&id);
        }
        self.show(&events)
    }

    fn show(&mut self, events: &[Event]) -> Result<(), Failure> {
        let mut text = String::new();
        for event in events {
            if event.is_finding() {
                self.outcome = Outcome::Findings;
            }
            self.printer.event(event, &mut text)?;
            self.record.event(event, self.output)?;
        }
        if text.is_empty() {
            return Ok(());
        }
        self.output.ready(&text)
    }

    fn finish(mut self) -> Result<Outcome, Failure> {
        let mut ids: Vec<u64> = self.connections.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            self.saw(id, Passed::Over)?;
        }
        let mut text = String::new();
        self.printer.end(&mut text)?;
        self.output.ready(&text)?;
        Ok(self.outcome)
    }
}

/// What passed, or what was found in it, written down.
struct Record {
    packets: Recorder,
    log: Option<(File, String)>,
}

impl Record {
    /// Packets if the file's name says so, or else a log of what `lint` finds.
    fn new(file: Option<&Path>) -> Result<Self, Failure> {
        let is_capture = |file: &&Path| {
            let extension = file.extension().and_then(|extension| extension.to_str());
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case("pcapng"))
        };
        let log = file.filter(|file| !is_capture(file)).map(|file| {
            let name = file.display().to_string();
            let created = File::create(file).map_err(Failure::io(name.clone()))?;
            Ok::<_, Failure>((created, name))
        });
        Ok(Self {
            packets: Recorder::new(file.filter(is_capture))?,
            log: log.transpose()?,
        })
    }

    fn event(&mut self, event: &Event, output: Output) -> Result<(), Failure> {
        let Some((log, name)) = &mut self.log else {
            return Ok(());
        };
        let line = format!("{}\n", output.json(event)?);
        log.write_all(line.as_bytes())
            .map_err(Failure::io(name.clone()))
    }
}
