//! TCP connections, put together from their segments within bounds.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    rc::Rc,
};

use wsdraft::{Role, handshake::ProxyHeader};

use super::{
    Sink, Tally, drain,
    link::{self, Found, Segment},
    packets::Packet,
};
use crate::{
    failure::Failure,
    lint::{
        analyser::{Analyser, Nature},
        ending::End,
        memory::Share,
        report::Each,
        settings::Settings,
    },
};

/// All connections of a capture.
pub(super) struct Flows<'a> {
    settings: &'a Settings<'a>,
    source: Rc<str>,
    flows: HashMap<Key, Flow<'a>>,
}

/// The addresses of a connection, the lower one first.
type Key = (SocketAddr, SocketAddr);

/// A connection.
struct Flow<'a> {
    analyser: Analyser<'a>,
    /// Address of the client.
    client: SocketAddr,
    /// Whether its opening is recorded.
    opened: bool,
    directions: Each<Direction>,
    /// The latest packet.
    packet: u64,
    share: Share<'a>,
}

/// One direction of a connection. Positions count its bytes from the first recorded one on.
#[derive(Debug, Default)]
struct Direction {
    /// Sequence number of the byte at `position`; `None` before there was any.
    next: Option<u32>,
    position: u64,
    /// Pieces beyond a gap: position, packet, bytes, and how many more were not captured.
    early: BTreeMap<u64, (u64, Vec<u8>, usize)>,
    /// Bytes in them.
    waiting: usize,
    /// Where the direction ends.
    finished: Option<u64>,
    ended: bool,
    /// Up to where the other end has said that it has everything, and in which packet it first
    /// went beyond what is recorded.
    acknowledged: Option<(u32, u64)>,
}

impl<'a> Flows<'a> {
    /// Connections that are followed at a time.
    const MOST: usize = 1 << 14;
    /// Bytes of one direction that wait for a gap to be filled.
    const WAITING: usize = 2 << 20;
    /// Packets that a gap is given to be filled after the other end has said that it has it.
    const PATIENCE: u64 = 64;

    /// No connections yet.
    pub(super) fn new(settings: &'a Settings<'a>, source: Rc<str>) -> Self {
        Self {
            settings,
            source,
            flows: HashMap::new(),
        }
    }

    /// Takes the next packet.
    pub(super) fn packet(
        &mut self,
        packet: &Packet<'_>,
        tally: &mut Tally,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        tally.shortened += u64::from(packet.bytes.len() < packet.length);
        let segment = match link::find(packet) {
            Found::Segment(segment) => segment,
            Found::Unread => {
                *tally.unread.entry(packet.link).or_default() += 1;
                return Ok(());
            }
            Found::Fragment => {
                tally.fragments += 1;
                return Ok(());
            }
            Found::Other => return Ok(()),
        };
        let key = if segment.from < segment.to {
            (segment.from, segment.to)
        } else {
            (segment.to, segment.from)
        };
        let reopens = segment.opens && segment.acknowledged.is_none();
        if let Some(flow) = self.flows.get(&key) {
            // The ports are used again.
            if reopens && !flow.is_opened_by(&segment) {
                self.close(&key, tally, sink)?;
            }
        }
        if !self.flows.contains_key(&key) {
            if !segment.opens && segment.payload.is_empty() {
                return Ok(());
            }
            if self.flows.len() >= Self::MOST {
                let most = Self::MOST;
                let why = format!("no more than {most} connections are followed at a time");
                self.evict(&why, |flows| flows.len() <= most - most / 4, tally, sink)?;
            }
            let flow = Flow::new(self.settings, self.source.clone(), &segment);
            self.flows.insert(key, flow);
        }
        let Some(flow) = self.flows.get_mut(&key) else {
            return Ok(());
        };
        flow.segment(&segment, packet.number, self.settings);
        drain(&mut flow.analyser, sink)?;
        flow.count();
        if flow.is_over() {
            self.close(&key, tally, sink)?;
        }
        let memory = self.settings.memory();
        if memory.is_exceeded() {
            self.evict(&memory.why(), |_| memory.has_room(), tally, sink)?;
        }
        Ok(())
    }

    /// The capture ends here.
    pub(super) fn finish(&mut self, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Failure> {
        self.by_age()
            .try_for_each(|key| self.close(&key, tally, sink))
    }

    fn close(&mut self, key: &Key, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Failure> {
        let Some(mut flow) = self.flows.remove(key) else {
            return Ok(());
        };
        for role in [Role::Client, Role::Server] {
            flow.deliver(role, true);
        }
        flow.analyser.finish();
        tally.count(flow.analyser.nature());
        drain(&mut flow.analyser, sink)
    }

    /// Gives up the connections that have been silent for longest, until there is room.
    fn evict(
        &mut self,
        why: &str,
        has_room: impl Fn(&HashMap<Key, Flow<'a>>) -> bool,
        tally: &mut Tally,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        for key in self.by_age() {
            if has_room(&self.flows) {
                break;
            }
            if let Some(mut flow) = self.flows.remove(&key) {
                tally.given_up += 1;
                flow.analyser.give_up(why.into());
                tally.count(flow.analyser.nature());
                drain(&mut flow.analyser, sink)?;
            }
        }
        Ok(())
    }

    /// All connections, the one that has been silent for longest first.
    fn by_age(&self) -> impl Iterator<Item = Key> + use<> {
        let flows = self.flows.iter();
        let mut keys: Vec<_> = flows.map(|(key, flow)| (flow.packet, *key)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, key)| key)
    }
}

impl<'a> Flow<'a> {
    fn new(settings: &'a Settings<'a>, source: Rc<str>, first: &Segment<'_>) -> Self {
        // The one who opens is the client; without that, the one who is asked answers with a
        // status line.
        let answers = if first.opens {
            first.acknowledged.is_some()
        } else {
            first.payload.starts_with(b"HTTP/")
        };
        let (client, server) = if answers {
            (first.to, first.from)
        } else {
            (first.from, first.to)
        };
        let addresses = Each {
            client: Some(client.to_string()),
            server: Some(server.to_string()),
        };
        Self {
            analyser: Analyser::new(settings, source, addresses, false),
            client,
            opened: first.opens,
            directions: Each::default(),
            packet: 0,
            share: Share::new(settings.memory()),
        }
    }

    /// Says how much memory it takes.
    fn count(&mut self) {
        let directions = [&self.directions.client, &self.directions.server];
        let waiting = directions.map(Direction::held).iter().sum::<usize>();
        self.share
            .set(size_of::<Self>() + self.analyser.held() + waiting);
    }

    /// Whether this segment is the one that opened it, perhaps sent again.
    fn is_opened_by(&self, segment: &Segment<'_>) -> bool {
        let direction = &self.directions.client;
        let first = direction
            .next
            .map(|next| next.wrapping_sub(direction.position as u32));
        self.client == segment.from && first == Some(segment.sequence.wrapping_add(1))
    }

    fn is_over(&self) -> bool {
        self.directions.client.ended && self.directions.server.ended
    }

    fn segment(&mut self, segment: &Segment<'_>, packet: u64, settings: &Settings<'_>) {
        self.packet = packet;
        let from = if segment.from == self.client {
            Role::Client
        } else {
            Role::Server
        };
        if self.analyser.nature() == Nature::Unknown && !self.opened {
            if let (Some(draft), [first, ..]) = (settings.forced(), segment.payload) {
                let tls = crate::lint::analyser::is_tls(segment.payload);
                if !first.is_ascii_alphabetic() && !tls && !ProxyHeader::begins(segment.payload) {
                    self.analyser.join(draft, false);
                }
            }
        }
        let direction = self.directions.of_mut(from);
        let sequence = if segment.opens {
            segment.sequence.wrapping_add(1)
        } else {
            segment.sequence
        };
        let next = *direction.next.get_or_insert(sequence);
        let distance = i64::from(sequence.wrapping_sub(next) as i32);
        let position = direction.position.checked_add_signed(distance);
        if let Some(position) = position {
            self.payload(from, position, segment, packet);
        } else if distance < 0 {
            // Some of it is from before the record, and some may not be.
            let before = distance.unsigned_abs() - self.directions.of(from).position;
            if let Some(rest) = segment.payload.get(before as usize..) {
                let segment = Segment {
                    payload: rest,
                    ..*segment
                };
                self.payload(from, 0, &segment, packet);
            }
        }
        if let Some(acknowledged) = segment.acknowledged {
            self.acknowledge(from.peer(), acknowledged, packet);
        }
        self.deliver(from, false);
        self.deliver(from.peer(), false);
        if segment.resets {
            for role in [Role::Client, Role::Server] {
                self.deliver(role, true);
                let how = if role == from {
                    End::Reset
                } else {
                    End::Record
                };
                self.analyser.end(role, how);
                self.directions.of_mut(role).ended = true;
            }
        }
    }

    fn payload(&mut self, from: Role, position: u64, segment: &Segment<'_>, packet: u64) {
        let direction = self.directions.of_mut(from);
        let length = segment.payload.len() as u64;
        let end = position + length + segment.missing as u64;
        if segment.finishes && direction.finished.is_none() {
            direction.finished = Some(end);
        }
        if direction.ended || end <= direction.position {
            return;
        }
        if position <= direction.position {
            let known = (direction.position - position).min(length) as usize;
            let missing = end - direction.position.max(position + length);
            self.take(from, &segment.payload[known..], missing, packet);
        } else {
            let room = Flows::WAITING.saturating_sub(direction.waiting);
            let kept = segment.payload.get(..room).unwrap_or(segment.payload);
            let missing = segment.missing + segment.payload.len() - kept.len();
            let piece = direction.early.entry(position).or_default();
            // Of two pieces that start together the longer one counts.
            if piece.1.len() < kept.len() || piece.1.is_empty() {
                direction.waiting += kept.len();
                direction.waiting -= piece.1.len();
                *piece = (packet, kept.into(), missing);
            }
        }
    }

    /// Takes bytes that are next in their direction, and then missing ones.
    fn take(&mut self, from: Role, bytes: &[u8], missing: u64, packet: u64) {
        self.analyser.push(from, bytes, Some(packet));
        if missing > 0 {
            self.analyser.gap(from, missing, Some(packet));
        }
        self.directions
            .of_mut(from)
            .advance(bytes.len() as u64 + missing);
    }

    fn acknowledge(&mut self, sender: Role, acknowledged: u32, packet: u64) {
        let direction = self.directions.of_mut(sender);
        let Some(next) = direction.next else { return };
        if (acknowledged.wrapping_sub(next) as i32) <= 0 {
            return;
        }
        let since = direction.acknowledged.map_or(packet, |before| before.1);
        direction.acknowledged = Some((acknowledged, since));
    }

    /// Hands on what waits and is next; gaps too, where they will not be filled any more.
    fn deliver(&mut self, from: Role, all: bool) {
        loop {
            let packet = self.packet;
            let direction = self.directions.of_mut(from);
            direction.acknowledged = direction.acknowledged.filter(|(acknowledged, _)| {
                let next = direction.next.unwrap_or_default();
                (acknowledged.wrapping_sub(next) as i32) > 0
            });
            let lost = all
                || direction.waiting >= Flows::WAITING
                || direction.early.len() >= 4096
                || direction
                    .acknowledged
                    .is_some_and(|(_, since)| packet - since > Flows::PATIENCE);
            let first = direction.early.first_key_value().map(|(at, _)| *at);
            match first {
                Some(at) if at <= direction.position => {
                    let Some((_, (number, bytes, missing))) = direction.early.pop_first() else {
                        return;
                    };
                    direction.waiting -= bytes.len();
                    let length = bytes.len() as u64;
                    let end = at + length + missing as u64;
                    if end > direction.position {
                        let known = (direction.position - at).min(length) as usize;
                        let missing = end - direction.position.max(at + length);
                        self.take(from, &bytes[known..], missing, number);
                    }
                }
                Some(at) if lost => {
                    let missing = at - direction.position;
                    self.analyser.gap(from, missing, Some(packet));
                    self.directions.of_mut(from).advance(missing);
                }
                _ => break,
            }
        }
        let direction = self.directions.of_mut(from);
        if let Some(end) = direction.finished.filter(|_| !direction.ended) {
            let missing = end.saturating_sub(direction.position);
            if missing == 0 || all {
                direction.ended = true;
                if missing > 0 {
                    self.analyser.gap(from, missing, None);
                }
                self.analyser.end(from, End::Finished);
            }
        }
    }
}

impl Direction {
    /// Bytes of memory that it takes, roughly: pieces, and the nodes that name them.
    fn held(&self) -> usize {
        self.waiting + self.early.len() * 128
    }

    fn advance(&mut self, length: u64) {
        self.position += length;
        self.next = self.next.map(|next| next.wrapping_add(length as u32));
    }
}
