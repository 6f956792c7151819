//! The TCP connections of a capture, each with its analyser, within bounds.

use std::{collections::HashMap, net::SocketAddr, rc::Rc};

use wsdraft::{Draft, Role, handshake::ProxyHeader};
use wsdraft_spec::sort;

use super::tally::Tally;
use crate::{
    analyser::{Analyser, Protocol},
    bytes::{End, is_tls},
    capture::{Packet, Segment},
    conversation::{Frames, Receipt},
    error::Error,
    finding::Sink,
    settings::{Settings, Share},
    tcp::{Listener, Stream},
};

/// All connections of a capture.
pub(super) struct Connections {
    settings: Rc<Settings>,
    source: Rc<str>,
    /// In boxes, since the table moves what it holds when it grows.
    connections: HashMap<Key, Box<Connection>>,
}

/// The addresses of a connection, the lower one first.
type Key = (SocketAddr, SocketAddr);

/// A connection.
struct Connection {
    stream: Stream,
    analyser: Analyser,
    /// Whether its opening is recorded.
    opened: bool,
    share: Share,
}

impl Connections {
    /// Connections that are followed at a time.
    const MOST: usize = 1 << 14;

    /// No connections yet.
    pub(super) fn new(settings: Rc<Settings>, source: Rc<str>) -> Self {
        Self {
            settings,
            source,
            connections: HashMap::new(),
        }
    }

    /// Takes the next segment, and the packet that brought it.
    pub(super) fn segment(
        &mut self,
        segment: &Segment<'_>,
        packet: &Packet<'_>,
        tally: &mut Tally,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let key = if segment.from < segment.to {
            (segment.from, segment.to)
        } else {
            (segment.to, segment.from)
        };
        let reopens = segment.opens && segment.acknowledged.is_none();
        let known = |connection: &Connection| connection.stream.is_opened_by(segment);
        // The ports are used again.
        if reopens && self.connections.get(&key).is_some_and(|one| !known(one)) {
            self.close(&key, tally, sink)?;
        }
        let is_over = match self.connections.get_mut(&key) {
            Some(connection) => connection.segment(segment, packet, &self.settings, sink)?,
            None if !segment.opens && segment.payload.is_empty() => return Ok(()),
            None => {
                self.make_room(tally, sink)?;
                let connection = Connection::new(&self.settings, self.source.clone(), segment);
                let connection = self
                    .connections
                    .entry(key)
                    .or_insert_with(|| Box::new(connection));
                connection.segment(segment, packet, &self.settings, sink)?
            }
        };
        if is_over {
            self.close(&key, tally, sink)?;
        }
        if self.settings.memory().is_exceeded() {
            let memory = self.settings.memory().clone();
            self.evict(&memory.why(), |_| memory.has_room(), tally, sink)?;
        }
        Ok(())
    }

    /// Makes room for one more connection.
    fn make_room(&mut self, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Error> {
        if self.connections.len() < Self::MOST {
            return Ok(());
        }
        let most = Self::MOST;
        let why = format!("no more than {most} connections are followed at a time");
        let room = |connections: &HashMap<_, _>| connections.len() <= most - most / 4;
        self.evict(&why, room, tally, sink)
    }

    /// The capture ends here.
    pub(super) fn finish(&mut self, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.by_age()
            .try_for_each(|key| self.close(&key, tally, sink))
    }

    /// Ends a connection.
    fn close(&mut self, key: &Key, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Error> {
        let Some(mut connection) = self.connections.remove(key) else {
            return Ok(());
        };
        let Connection {
            stream, analyser, ..
        } = &mut *connection;
        stream.finish(&mut Analysed { analyser, sink })?;
        analyser.close(sink)?;
        tally.count(analyser.protocol());
        Ok(())
    }

    /// Gives up the connections that have been silent for longest, until there is room.
    fn evict(
        &mut self,
        why: &str,
        has_room: impl Fn(&HashMap<Key, Box<Connection>>) -> bool,
        tally: &mut Tally,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        for key in self.by_age() {
            if has_room(&self.connections) {
                break;
            }
            if let Some(mut connection) = self.connections.remove(&key) {
                tally.given_up += 1;
                connection.analyser.give_up(why.into(), sink)?;
                tally.count(connection.analyser.protocol());
            }
        }
        Ok(())
    }

    /// All connections, the one that has been silent for longest first.
    fn by_age(&self) -> impl Iterator<Item = Key> + use<> {
        let connections = self.connections.iter();
        let mut keys: Vec<_> = connections
            .map(|(key, connection)| (connection.stream.packet(), *key))
            .collect();
        sort::all(&mut keys);
        keys.into_iter().map(|(_, key)| key)
    }
}

impl Connection {
    fn new(settings: &Rc<Settings>, source: Rc<str>, first: &Segment<'_>) -> Self {
        let (client, server) = if is_from_server(first, settings.forced()) {
            (first.to, first.from)
        } else {
            (first.from, first.to)
        };
        let analyser = Analyser::new(settings.clone(), source)
            .between(client.to_string(), server.to_string())
            .cut_short()
            .received_by(Receipt::Acknowledged);
        Self {
            stream: Stream::new(client),
            analyser,
            opened: first.opens,
            share: Share::new(settings.memory()),
        }
    }

    /// Says how much memory it takes.
    fn count(&mut self) {
        let held = self.analyser.held() + self.stream.held();
        self.share.set(size_of::<Self>() + held);
    }

    /// Takes the next segment; gives whether it is the last one.
    fn segment(
        &mut self,
        segment: &Segment<'_>,
        packet: &Packet<'_>,
        settings: &Settings,
        sink: &mut Sink<'_>,
    ) -> Result<bool, Error> {
        self.analyser.at(packet.time);
        let payload = segment.payload;
        if self.analyser.protocol() == Protocol::Unknown && !self.opened {
            if let (Some(draft), [first, ..]) = (settings.forced(), payload) {
                let is_other = is_tls(payload) || ProxyHeader::begins(payload);
                if !first.is_ascii_alphabetic() && !is_other {
                    self.analyser.join(draft, false);
                }
            }
        }
        let analyser = &mut self.analyser;
        let mut analysed = Analysed { analyser, sink };
        self.stream.segment(segment, packet.number, &mut analysed)?;
        self.count();
        Ok(self.stream.is_over())
    }
}

/// Whether the first segment of a connection that is recorded comes from its server.
fn is_from_server(first: &Segment<'_>, draft: Option<&'static dyn Draft>) -> bool {
    // The one who opens is the client; without that, the one who is asked answers.
    if first.opens {
        return first.acknowledged.is_some();
    }
    let answers = first.payload.starts_with(b"HTTP/");
    let method = first.payload.iter().take_while(|b| b.is_ascii_uppercase());
    let method = method.count();
    let asks = method > 0 && first.payload.get(method) == Some(&b' ');
    if answers || asks {
        return answers;
    }
    // The record begins in the middle.
    let sends =
        |role| draft.is_some_and(|draft| Frames::joined(draft, role).is_start(first.payload));
    match (sends(Role::Client), sends(Role::Server)) {
        (true, false) => false,
        (false, true) => true,
        // Systems give high ports to who connects.
        _ => first.from.port() < first.to.port(),
    }
}

/// What segments carry, on its way to an analyser.
struct Analysed<'a, 's, 'e> {
    analyser: &'a mut Analyser,
    sink: &'s mut Sink<'e>,
}

impl Listener for Analysed<'_, '_, '_> {
    fn bytes(&mut self, from: Role, bytes: &[u8], packet: u64) -> Result<(), Error> {
        Ok(self.analyser.push(from, bytes, Some(packet), self.sink)?)
    }

    fn gap(&mut self, from: Role, missing: u64, packet: Option<u64>) -> Result<(), Error> {
        Ok(self.analyser.gap(from, missing, packet, self.sink)?)
    }

    fn end(&mut self, from: Role, how: End) {
        self.analyser.end(from, how);
    }

    fn acknowledged(&mut self, by: Role, bytes: u64) {
        self.analyser.acknowledges(by, bytes);
    }
}
