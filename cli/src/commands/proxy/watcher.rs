//! Looks at what passes.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Write as _},
    net::SocketAddr,
    path::Path,
    rc::Rc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use wsdraft_analysis::{Stopped, settings::Settings};

use super::Passed;
use crate::{
    Outcome,
    failure::Failure,
    input,
    lint::{
        analyser::{Analyser, Nature},
        conversation::Receipt,
        memory::Share,
        print::Printer,
        record::Recorder,
        report::{Each, Event},
    },
    output::{Output, Results, log},
};

/// Looks at what passes.
pub(super) struct Watcher<'a> {
    settings: &'a Settings<'a>,
    source: Rc<str>,
    connections: HashMap<u64, Watched<'a>>,
    /// Pieces so far.
    pieces: u64,
    /// When it began.
    begun: Instant,
    packets: Packets,
    shown: Shown,
}

/// A connection that is followed.
struct Watched<'a> {
    analyser: Analyser<'a>,
    share: Share<'a>,
    /// Its latest piece.
    latest: u64,
}

impl<'a> Watcher<'a> {
    /// Shows what it finds with this printer, and writes it down.
    pub(super) fn new(
        settings: &'a Settings<'a>,
        source: &str,
        record: Option<&Path>,
        printer: Box<dyn Printer>,
        output: Output,
    ) -> Result<Self, Failure> {
        let log = record.filter(|file| !is_capture(file)).map(create);
        Ok(Self {
            settings,
            source: source.into(),
            connections: HashMap::new(),
            pieces: 0,
            begun: Instant::now(),
            packets: Packets::new(record.filter(|file| is_capture(file)))?,
            shown: Shown {
                printer,
                output,
                results: Results::start()?,
                left_out: 0,
                log: log.transpose()?,
                outcome: Outcome::Fine,
                text: String::new(),
                failure: None,
            },
        })
    }

    /// Takes what happened on a connection.
    pub(super) fn saw(&mut self, id: u64, what: Passed) -> Result<(), Failure> {
        self.pieces += 1;
        if let Some(watched) = self.connections.get_mut(&id) {
            watched.analyser.at(Some(self.begun.elapsed()));
        }
        match what {
            Passed::Open(addresses) => return self.open(id, addresses),
            Passed::Piece(from, bytes) => {
                let packet = self
                    .packets
                    .write(|to, now| to.piece(id, from, &bytes, now))?;
                if let Some(watched) = self.connections.get_mut(&id) {
                    watched.latest = self.pieces;
                    let show = &mut |event| self.shown.take(&event);
                    let done = watched.analyser.push(from, &bytes, Some(packet), show);
                    done.map_err(|Stopped| self.shown.failure())?;
                }
            }
            Passed::End(from, how) => {
                self.packets.write(|to, now| to.end(id, from, how, now))?;
                if let Some(watched) = self.connections.get_mut(&id) {
                    watched.analyser.end(from, how);
                }
            }
            Passed::Left(why) => {
                if let Some(watched) = self.connections.get_mut(&id) {
                    watched.analyser.over();
                    let show = &mut |event| self.shown.take(&event);
                    let done = watched.analyser.give_up(why, show);
                    done.map_err(|Stopped| self.shown.failure())?;
                }
            }
            Passed::Over => {
                self.packets.write(|to, _| to.close(id))?;
                if let Some(mut watched) = self.connections.remove(&id) {
                    let show = &mut |event| self.shown.take(&event);
                    let done = watched.analyser.finish(show);
                    done.map_err(|Stopped| self.shown.failure())?;
                }
            }
        }
        if let Some(watched) = self.connections.get_mut(&id) {
            watched.share.set(watched.analyser.held());
        }
        self.evict()?;
        self.shown.flush()
    }

    fn open(&mut self, id: u64, addresses: Each<SocketAddr>) -> Result<(), Failure> {
        self.packets.write(|to, now| to.open(id, addresses, now))?;
        let named = Each {
            client: Some(addresses.client.to_string()),
            server: Some(addresses.server.to_string()),
        };
        let mut analyser = Analyser::new(self.settings, self.source.clone(), named, false);
        analyser.receipt(Receipt::Time);
        let watched = Watched {
            analyser,
            share: Share::new(self.settings.memory()),
            latest: self.pieces,
        };
        self.connections.insert(id, watched);
        Ok(())
    }

    /// Gives up the connections that have been silent for longest where all take too much. Their
    /// bytes still pass.
    fn evict(&mut self) -> Result<(), Failure> {
        let memory = self.settings.memory();
        if !memory.is_exceeded() {
            return Ok(());
        }
        let connections = self.connections.iter();
        let mut ids: Vec<_> = connections
            .map(|(id, watched)| (watched.latest, *id))
            .collect();
        ids.sort_unstable();
        for (_, id) in ids {
            if memory.has_room() {
                break;
            }
            let Some(mut watched) = self.connections.remove(&id) else {
                continue;
            };
            if watched.analyser.nature() != Nature::WebSocket {
                log(&format!(
                    "connection {id} is not followed: {}",
                    memory.why()
                ));
            }
            let show = &mut |event| self.shown.take(&event);
            let done = watched.analyser.give_up(memory.why(), show);
            done.map_err(|Stopped| self.shown.failure())?;
        }
        Ok(())
    }

    /// Shows what there is to say at the end.
    pub(super) fn finish(mut self) -> Result<Outcome, Failure> {
        let mut ids: Vec<u64> = self.connections.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            self.saw(id, Passed::Over)?;
        }
        self.shown.finish()
    }
}

/// Whether what passed is to be written down as packets: the file's name says so.
fn is_capture(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("pcapng"))
}

/// What passed as packets, and the file for them.
struct Packets {
    recorder: Recorder<BufWriter<File>>,
    name: String,
}

impl Packets {
    fn new(file: Option<&Path>) -> Result<Self, Failure> {
        let (out, name) = file.map(create).transpose()?.unzip();
        let name = name.unwrap_or_default();
        let recorder = Recorder::new(out.map(BufWriter::new)).map_err(Failure::io(&name))?;
        Ok(Self { recorder, name })
    }

    fn write<T>(
        &mut self,
        write: impl FnOnce(&mut Recorder<BufWriter<File>>, Duration) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let written = write(&mut self.recorder, now.unwrap_or_default());
        written.map_err(Failure::io(&self.name))
    }
}

/// Creates a file; gives it and its name.
fn create(file: &Path) -> Result<(File, String), Failure> {
    let name = file.display().to_string();
    let created = File::create(file).map_err(Failure::io(&name))?;
    Ok((created, name))
}

/// What was found, as it is shown and written down.
struct Shown {
    printer: Box<dyn Printer>,
    output: Output,
    results: Results,
    /// Events that are not shown, since nobody reads those before.
    left_out: u64,
    /// What is found, an object a line.
    log: Option<(File, String)>,
    outcome: Outcome,
    text: String,
    /// Why an event could not be shown.
    failure: Option<Failure>,
}

impl Shown {
    fn take(&mut self, event: &Event) -> Result<(), Stopped> {
        self.event(event).map_err(|failure| {
            self.failure = Some(failure);
            Stopped
        })
    }

    /// Why the last event could not be shown.
    fn failure(&mut self) -> Failure {
        self.failure.take().unwrap_or(Failure::ClosedPipe)
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if event.is_finding() {
            self.outcome = Outcome::Findings;
        }
        if let Some((log, name)) = &mut self.log {
            let line = format!("{}\n", self.output.json(event)?);
            log.write_all(line.as_bytes())
                .map_err(Failure::io(name.clone()))?;
        }
        if !self.results.has_room() {
            self.left_out += 1;
            return Ok(());
        }
        self.tell_left_out();
        self.printer.event(event, &mut self.text)?;
        if self.text.len() > input::CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    /// Says how much is not shown, when more can be.
    fn tell_left_out(&mut self) {
        match core::mem::take(&mut self.left_out) {
            0 => {}
            count => log(&format!(
                "nobody read standard output for a while: {count} events were not shown"
            )),
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        if self.text.is_empty() {
            return self.results.check();
        }
        self.results.write(core::mem::take(&mut self.text))
    }

    fn finish(mut self) -> Result<Outcome, Failure> {
        self.tell_left_out();
        self.printer.end(&mut self.text)?;
        self.flush()?;
        match self.results.finish()? {
            0 => {}
            bytes => log(&format!(
                "nobody reads standard output: {bytes} bytes of results were not written"
            )),
        }
        Ok(self.outcome)
    }
}
