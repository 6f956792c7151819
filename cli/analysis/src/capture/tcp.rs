//! TCP connections, put together from their segments within bounds.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    rc::Rc,
};

use wsdraft::{Draft, Role, handshake::ProxyHeader};

use super::{
    Sink, Tally,
    link::{self, Found, Segment},
    packets::Packet,
};
use crate::{
    Error,
    analyser::{Analyser, Nature},
    conversation::Receipt,
    ending::End,
    frames::Frames,
    memory::Share,
    report::Each,
    settings::Settings,
};

mod deliver;

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
    ) -> Result<(), Error> {
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
        flow.analyser.at(packet.time);
        flow.segment(&segment, packet.number, self.settings, sink)?;
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
    pub(super) fn finish(&mut self, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.by_age()
            .try_for_each(|key| self.close(&key, tally, sink))
    }

    fn close(&mut self, key: &Key, tally: &mut Tally, sink: &mut Sink<'_>) -> Result<(), Error> {
        let Some(mut flow) = self.flows.remove(key) else {
            return Ok(());
        };
        for role in [Role::Client, Role::Server] {
            flow.deliver(role, true, sink)?;
        }
        flow.analyser.finish(sink)?;
        tally.count(flow.analyser.nature());
        Ok(())
    }

    /// Gives up the connections that have been silent for longest, until there is room.
    fn evict(
        &mut self,
        why: &str,
        has_room: impl Fn(&HashMap<Key, Flow<'a>>) -> bool,
        tally: &mut Tally,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        for key in self.by_age() {
            if has_room(&self.flows) {
                break;
            }
            if let Some(mut flow) = self.flows.remove(&key) {
                tally.given_up += 1;
                flow.analyser.give_up(why.into(), sink)?;
                tally.count(flow.analyser.nature());
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

impl<'a> Flow<'a> {
    fn new(settings: &'a Settings<'a>, source: Rc<str>, first: &Segment<'_>) -> Self {
        let answers = is_from_server(first, settings.forced());
        let (client, server) = if answers {
            (first.to, first.from)
        } else {
            (first.from, first.to)
        };
        let addresses = Each {
            client: Some(client.to_string()),
            server: Some(server.to_string()),
        };
        let mut analyser = Analyser::new(settings, source, addresses, false);
        analyser.receipt(Receipt::Acknowledged);
        Self {
            analyser,
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

    fn segment(
        &mut self,
        segment: &Segment<'_>,
        packet: u64,
        settings: &Settings<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        self.packet = packet;
        let from = if segment.from == self.client {
            Role::Client
        } else {
            Role::Server
        };
        if self.analyser.nature() == Nature::Unknown && !self.opened {
            if let (Some(draft), [first, ..]) = (settings.forced(), segment.payload) {
                let tls = crate::analyser::is_tls(segment.payload);
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
        if let Some(acknowledged) = segment.acknowledged {
            self.has(from, acknowledged);
        }
        let direction = self.directions.of_mut(from);
        let distance = i64::from(sequence.wrapping_sub(next) as i32);
        let position = direction.position.checked_add_signed(distance);
        if let Some(position) = position {
            self.payload(from, position, segment, packet, sink)?;
        } else if distance < 0 {
            // Some of it is from before the record, and some may not be.
            let before = distance.unsigned_abs() - self.directions.of(from).position;
            if let Some(rest) = segment.payload.get(before as usize..) {
                let segment = Segment {
                    payload: rest,
                    ..*segment
                };
                self.payload(from, 0, &segment, packet, sink)?;
            }
        }
        if let Some(acknowledged) = segment.acknowledged {
            self.acknowledge(from.peer(), acknowledged, packet);
        }
        self.deliver(from, false, sink)?;
        self.deliver(from.peer(), false, sink)?;
        if segment.resets {
            for role in [Role::Client, Role::Server] {
                self.deliver(role, true, sink)?;
                let how = if role == from {
                    End::Reset
                } else {
                    End::Record
                };
                self.analyser.end(role, how);
                self.directions.of_mut(role).ended = true;
            }
        }
        Ok(())
    }

    fn payload(
        &mut self,
        from: Role,
        position: u64,
        segment: &Segment<'_>,
        packet: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let direction = self.directions.of_mut(from);
        let length = segment.payload.len() as u64;
        let end = position + length + segment.missing as u64;
        if segment.finishes && direction.finished.is_none() {
            direction.finished = Some(end);
        }
        if direction.ended || end <= direction.position {
            return Ok(());
        }
        if position <= direction.position {
            let known = (direction.position - position).min(length) as usize;
            let missing = end - direction.position.max(position + length);
            self.take(from, &segment.payload[known..], missing, packet, sink)?;
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
        Ok(())
    }
}
