//! Looks at what passes.

use std::{collections::HashMap, net::SocketAddr, path::Path, rc::Rc, time::Instant};

use wsdraft_analysis::{Analyser, PerRole, Protocol, Receipt, Settings, Share, Stopped};
use wsdraft_spec::sort;

use super::{
    packets::{Packets, is_capture},
    passed::Passed,
    shown::Shown,
};
use crate::{
    failure::Failure,
    outcome::Outcome,
    output::{Output, log},
    print::Printer,
};

/// Looks at what passes.
pub(super) struct Watcher {
    settings: Rc<Settings>,
    source: Rc<str>,
    connections: HashMap<u64, Watched>,
    /// Pieces so far.
    pieces: u64,
    /// When it began.
    begun: Instant,
    packets: Packets,
    shown: Shown,
}

/// A connection that is followed.
struct Watched {
    analyser: Analyser,
    share: Share,
    /// Its latest piece.
    latest: u64,
}

impl Watcher {
    /// Shows what it finds with this printer, and writes it down.
    pub(super) fn new(
        settings: Settings,
        source: &str,
        record: Option<&Path>,
        printer: Box<dyn Printer>,
        output: Output,
    ) -> Result<Self, Failure> {
        Ok(Self {
            settings: settings.into(),
            source: source.into(),
            connections: HashMap::new(),
            pieces: 0,
            begun: Instant::now(),
            packets: Packets::new(record.filter(|file| is_capture(file)))?,
            shown: Shown::new(printer, output, record.filter(|file| !is_capture(file)))?,
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
                    let done = watched.analyser.close(show);
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

    fn open(&mut self, id: u64, addresses: PerRole<SocketAddr>) -> Result<(), Failure> {
        self.packets.write(|to, now| to.open(id, addresses, now))?;
        let (client, server) = (addresses.client.to_string(), addresses.server.to_string());
        let analyser = Analyser::new(self.settings.clone(), self.source.clone())
            .between(client, server)
            .cut_short()
            .received_by(Receipt::Time);
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
        let memory = self.settings.memory().clone();
        if !memory.is_exceeded() {
            return Ok(());
        }
        let connections = self.connections.iter();
        let mut ids: Vec<_> = connections
            .map(|(id, watched)| (watched.latest, *id))
            .collect();
        sort::all(&mut ids);
        for (_, id) in ids {
            if memory.has_room() {
                break;
            }
            let Some(mut watched) = self.connections.remove(&id) else {
                continue;
            };
            if watched.analyser.protocol() != Protocol::WebSocket {
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
        sort::all(&mut ids);
        for id in ids {
            self.saw(id, Passed::Over)?;
        }
        self.shown.finish()
    }
}
