//! Both directions of a connection, put together from their segments within bounds.

use std::net::SocketAddr;

use wsdraft::Role;

use super::{direction::Direction, listener::Listener};
use crate::{
    bytes::{End, PerRole},
    capture::Segment,
    error::Error,
};

/// A connection.
#[derive(Debug)]
pub(crate) struct Stream {
    /// Address of the client.
    client: SocketAddr,
    directions: PerRole<Direction>,
    /// The latest packet.
    packet: u64,
}

impl Stream {
    /// A connection that this address opened.
    pub(crate) fn new(client: SocketAddr) -> Self {
        Self {
            client,
            directions: PerRole::default(),
            packet: 0,
        }
    }

    /// The latest packet.
    pub(crate) const fn packet(&self) -> u64 {
        self.packet
    }

    /// Bytes of memory that wait, roughly.
    pub(crate) fn held(&self) -> usize {
        let directions = [&self.directions.client, &self.directions.server];
        directions.map(Direction::held).iter().sum()
    }

    /// Whether this segment is the one that opened it, perhaps sent again.
    pub(crate) fn is_opened_by(&self, segment: &Segment<'_>) -> bool {
        let direction = &self.directions.client;
        let first = direction
            .next
            .map(|next| next.wrapping_sub(direction.position as u32));
        self.client == segment.from && first == Some(segment.sequence.wrapping_add(1))
    }

    /// Whether both directions have ended.
    pub(crate) const fn is_over(&self) -> bool {
        self.directions.client.ended && self.directions.server.ended
    }

    /// Takes the next segment.
    pub(crate) fn segment(
        &mut self,
        segment: &Segment<'_>,
        packet: u64,
        listener: &mut dyn Listener,
    ) -> Result<(), Error> {
        self.packet = packet;
        let from = if segment.from == self.client {
            Role::Client
        } else {
            Role::Server
        };
        let direction = self.directions.of_mut(from);
        let sequence = if segment.opens {
            segment.sequence.wrapping_add(1)
        } else {
            segment.sequence
        };
        let next = *direction.next.get_or_insert(sequence);
        direction.opened |= segment.opens;
        let is_first = direction.opened && direction.position == 0 && sequence == next;
        if let Some(acknowledged) = segment.acknowledged {
            // What the first segment acknowledges is where the other direction starts, even if that
            // one's segments are recorded late. A later one may acknowledge some of them.
            if is_first {
                let other = self.directions.of_mut(from.peer());
                other.next.get_or_insert(acknowledged);
            }
            self.has(from, acknowledged, listener);
        }
        let position = self.directions.of(from).position;
        let distance = i64::from(sequence.wrapping_sub(next) as i32);
        if let Some(position) = position.checked_add_signed(distance) {
            self.payload(from, position, segment, listener)?;
        } else if distance < 0 {
            // Some of it is from before the record, and some may not be.
            let before = distance.unsigned_abs() - position;
            if let Some(payload) = segment.payload.get(before as usize..) {
                let segment = Segment {
                    payload,
                    ..*segment
                };
                self.payload(from, 0, &segment, listener)?;
            }
        }
        if let Some(acknowledged) = segment.acknowledged {
            let sender = self.directions.of_mut(from.peer());
            sender.acknowledge(acknowledged, packet);
        }
        self.deliver(from, false, listener)?;
        self.deliver(from.peer(), false, listener)?;
        if segment.resets {
            self.reset(from, listener)?;
        }
        Ok(())
    }

    /// Hands on all that waits, since nothing more comes.
    pub(crate) fn finish(&mut self, listener: &mut dyn Listener) -> Result<(), Error> {
        self.deliver(Role::Client, true, listener)?;
        self.deliver(Role::Server, true, listener)
    }

    fn reset(&mut self, by: Role, listener: &mut dyn Listener) -> Result<(), Error> {
        for role in [Role::Client, Role::Server] {
            self.deliver(role, true, listener)?;
            let how = if role == by { End::Reset } else { End::Record };
            listener.end(role, how);
            self.directions.of_mut(role).ended = true;
        }
        Ok(())
    }

    /// Says what an end has that acknowledges the bytes up to a sequence number.
    fn has(&self, by: Role, acknowledged: u32, listener: &mut dyn Listener) {
        let direction = self.directions.of(by.peer());
        let Some(next) = direction.next else { return };
        let ahead = i64::from(acknowledged.wrapping_sub(next) as i32);
        if let Some(position) = direction.position.checked_add_signed(ahead) {
            listener.acknowledged(by, position);
        }
    }

    /// Takes the payload of a segment that starts at this position.
    fn payload(
        &mut self,
        from: Role,
        position: u64,
        segment: &Segment<'_>,
        listener: &mut dyn Listener,
    ) -> Result<(), Error> {
        let packet = self.packet;
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
            self.hand_on(from, &segment.payload[known..], missing, packet, listener)
        } else {
            direction.keep(position, packet, segment.payload, segment.missing);
            Ok(())
        }
    }

    /// Hands on bytes that are next in their direction, and then missing ones.
    fn hand_on(
        &mut self,
        from: Role,
        bytes: &[u8],
        missing: u64,
        packet: u64,
        listener: &mut dyn Listener,
    ) -> Result<(), Error> {
        listener.bytes(from, bytes, packet)?;
        if missing > 0 {
            listener.gap(from, missing, Some(packet))?;
        }
        let direction = self.directions.of_mut(from);
        direction.advance(bytes.len() as u64 + missing);
        Ok(())
    }

    /// Hands on what waits and is next; gaps too, where they will not be filled any more.
    fn deliver(&mut self, from: Role, all: bool, listener: &mut dyn Listener) -> Result<(), Error> {
        loop {
            let packet = self.packet;
            let direction = self.directions.of_mut(from);
            let lost = direction.is_lost(packet) || all;
            let first = direction.early.first_key_value().map(|(at, _)| *at);
            match first {
                Some(at) if at <= direction.position => {
                    let Some((_, early)) = direction.early.pop_first() else {
                        return Ok(());
                    };
                    direction.waiting -= early.bytes.len();
                    let length = early.bytes.len() as u64;
                    let end = at + length + early.missing as u64;
                    if end > direction.position {
                        let known = (direction.position - at).min(length) as usize;
                        let missing = end - direction.position.max(at + length);
                        let bytes = &early.bytes[known..];
                        self.hand_on(from, bytes, missing, early.packet, listener)?;
                    }
                }
                Some(at) if lost => {
                    let missing = at - direction.position;
                    listener.gap(from, missing, Some(packet))?;
                    direction.advance(missing);
                }
                _ => break,
            }
        }
        self.end(from, all, listener)
    }

    /// Ends a direction whose last byte was handed on.
    fn end(&mut self, from: Role, all: bool, listener: &mut dyn Listener) -> Result<(), Error> {
        let direction = self.directions.of_mut(from);
        if let Some(end) = direction.finished.filter(|_| !direction.ended) {
            let missing = end.saturating_sub(direction.position);
            if missing == 0 || all {
                direction.ended = true;
                if missing > 0 {
                    listener.gap(from, missing, None)?;
                }
                listener.end(from, End::Finished);
            }
        }
        Ok(())
    }
}
