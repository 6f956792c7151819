//! The messages of a physical connection that carry channels.

use super::{At, ControlBlock, Observer, Sight};
use crate::{
    machine::{
        extension::{
            ChannelDemand,
            multiplex::{BlockKind, Feature},
        },
        multiplex::{Block, Broken, Read, Trouble},
    },
    protocol::{
        draft::Draft,
        info::{Kind, Role},
        violation::Seen,
    },
};

impl<D: Draft + Clone> Observer<D> {
    /// Takes a message of the physical connection.
    pub(super) fn message(&mut self, from: Role, kind: Kind, message: &[u8]) {
        let places = self.side(from).places.take();
        let at = |offset| At {
            from,
            channel: None,
            offset: places.of(offset),
        };
        if kind != self.watched.kind() {
            let rule = self.watched.reading.rule(ChannelDemand::EnvelopeKind);
            self.violates(at(0), rule, Seen::Nothing);
            return;
        }
        let read = self.watched.reading.id(message);
        let Some((id, start)) = self.read(read, &at) else {
            return;
        };
        let rest = message.get(start..).unwrap_or_default();
        if id == self.watched.control() {
            self.blocks(from, rest, &|offset| places.of(start + offset));
            return;
        }
        let Some((&byte, payload)) = rest.split_first() else {
            let rule = self.watched.reading.rule(ChannelDemand::FrameComplete);
            let at = At {
                channel: Some(id),
                ..at(start)
            };
            self.violates(at, rule, Seen::Nothing);
            return;
        };
        let header = (byte, places.of(start));
        self.frame(from, id, header, payload, &|offset| {
            places.of(start + 1 + offset)
        });
    }

    /// Takes a frame of a channel.
    fn frame(
        &mut self,
        from: Role,
        id: u32,
        header: (u8, u64),
        payload: &[u8],
        place: &dyn Fn(usize) -> u64,
    ) {
        let at = At {
            from,
            channel: Some(id),
            offset: header.1,
        };
        let exceeds = self.watched.exceeds(from, id, header.0, payload);
        let Self { watched, seen, .. } = self;
        let taken = watched.frame((from, id), header, payload, place, &mut |observed| {
            seen.push_back(Sight::Channel {
                channel: id,
                observed,
            });
        });
        if let Some((demand, value)) = exceeds {
            self.demand(at, demand, value);
        }
        let reason = |feature, why| {
            let unknown = self.watched.table().unknown(feature);
            unknown.map_or(why, |unknown| unknown.reason)
        };
        let why = match taken {
            Ok(()) => return,
            Err(Trouble::Demand(demand)) => {
                self.demand(at, demand, Seen::Nothing);
                "a frame of the channel is out of order"
            }
            Err(Trouble::Fragmented) => reason(
                Feature::FragmentedControl,
                "a control frame of the channel comes in fragments",
            ),
            Err(Trouble::LongControl) => reason(
                Feature::ControlLength,
                "a control frame of the channel that comes in fragments is long",
            ),
            Err(Trouble::NoFrame) => "the draft has no such frame",
        };
        self.lost(at, why);
    }

    /// Takes control blocks.
    fn blocks(&mut self, from: Role, bytes: &[u8], place: &dyn Fn(usize) -> u64) {
        let mut start = 0;
        while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let at = |offset| At {
                from,
                channel: None,
                offset: place(start + offset),
            };
            let ((block, length), broken) = match self.watched.reading.block(from, rest) {
                Ok(read) => read,
                Err(errors) => {
                    self.read::<()>(Err(errors), &at);
                    // It may have opened, ended or granted something.
                    let why = "the rest of a message with control blocks cannot be read";
                    self.lose_at(from, place(start), why);
                    return;
                }
            };
            let table = self.watched.table();
            let shown = ControlBlock::new(table, &block, place(start));
            let channel = shown.as_ref().and_then(|shown| shown.channel);
            self.seen.extend(shown.map(Sight::Block));
            if let Some(broken) = broken {
                let at = At {
                    channel,
                    ..at(broken.offset)
                };
                self.violates(at, broken.rule, broken.seen);
            }
            self.block(
                At {
                    channel: Some(block.channel),
                    ..at(0)
                },
                &block,
            );
            start += length;
        }
    }

    /// Takes a control block.
    fn block(&mut self, at: At, block: &Block<'_>) {
        let (from, id) = (at.from, block.channel);
        match block.kind {
            BlockKind::AddRequest => self.requested(at, block),
            BlockKind::AddResponse => self.answered(at, block),
            BlockKind::Quota => {
                let unmet = self.watched.ledger.granted(from, id, block.quota);
                self.unmet(at, unmet);
            }
            BlockKind::Drop => {
                self.watched.end(from, id);
                self.watched.ledger.ended(id);
                self.openings.ended(id);
            }
            BlockKind::Slots if block.flag => self.watched.ledger.slots_unknown(),
            BlockKind::Slots => self.watched.ledger.slots(block.slots, block.quota),
            BlockKind::ControlFrame | BlockKind::Frame => {
                self.lost(at, "the dialect does not say how channels are to be read");
            }
        }
    }

    /// What was read, with what it violates.
    fn read<T>(&mut self, read: Read<T>, at: &dyn Fn(usize) -> At) -> Option<T> {
        let (value, broken, fatal) = match read {
            Ok((value, broken)) => (Some(value), broken, None),
            Err((broken, fatal)) => (None, broken, Some(fatal)),
        };
        for Broken { rule, offset, seen } in broken.into_iter().chain(fatal) {
            match rule {
                Some(_) => self.violates(at(offset), rule, seen),
                None => {
                    let At { from, offset, .. } = at(offset);
                    self.lose_at(from, offset, "the dialect does not define this");
                }
            }
        }
        value
    }
}
