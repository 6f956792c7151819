//! Hands on the bytes of a direction in their order, and what is missing of them.

use wsdraft::Role;

use super::{Direction, Flow, Flows};
use crate::{Error, ending::End, report::Sink};

impl Flow<'_> {
    /// Says what an end has that acknowledges the bytes up to a sequence number.
    pub(super) fn has(&mut self, by: Role, acknowledged: u32) {
        let direction = self.directions.of(by.peer());
        let Some(next) = direction.next else { return };
        let ahead = i64::from(acknowledged.wrapping_sub(next) as i32);
        if let Some(position) = direction.position.checked_add_signed(ahead) {
            self.analyser.acknowledges(by, position);
        }
    }

    /// Takes bytes that are next in their direction, and then missing ones.
    pub(super) fn take(
        &mut self,
        from: Role,
        bytes: &[u8],
        missing: u64,
        packet: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        self.analyser.push(from, bytes, Some(packet), sink)?;
        if missing > 0 {
            self.analyser.gap(from, missing, Some(packet), sink)?;
        }
        self.directions
            .of_mut(from)
            .advance(bytes.len() as u64 + missing);
        Ok(())
    }

    pub(super) fn acknowledge(&mut self, sender: Role, acknowledged: u32, packet: u64) {
        let direction = self.directions.of_mut(sender);
        let Some(next) = direction.next else { return };
        if (acknowledged.wrapping_sub(next) as i32) <= 0 {
            return;
        }
        let since = direction.acknowledged.map_or(packet, |before| before.1);
        direction.acknowledged = Some((acknowledged, since));
    }

    /// Hands on what waits and is next; gaps too, where they will not be filled any more.
    pub(super) fn deliver(
        &mut self,
        from: Role,
        all: bool,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
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
                        return Ok(());
                    };
                    direction.waiting -= bytes.len();
                    let length = bytes.len() as u64;
                    let end = at + length + missing as u64;
                    if end > direction.position {
                        let known = (direction.position - at).min(length) as usize;
                        let missing = end - direction.position.max(at + length);
                        self.take(from, &bytes[known..], missing, number, sink)?;
                    }
                }
                Some(at) if lost => {
                    let missing = at - direction.position;
                    self.analyser.gap(from, missing, Some(packet), sink)?;
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
                    self.analyser.gap(from, missing, None, sink)?;
                }
                self.analyser.end(from, End::Finished);
            }
        }
        Ok(())
    }
}

impl Direction {
    /// Bytes of memory that it takes, roughly: pieces, and the nodes that name them.
    pub(super) fn held(&self) -> usize {
        self.waiting + self.early.len() * 128
    }

    fn advance(&mut self, length: u64) {
        self.position += length;
        self.next = self.next.map(|next| next.wrapping_add(length as u32));
    }
}
