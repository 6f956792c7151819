//! What the channels send over the physical connection.

use alloc::vec::Vec;
use core::mem;

use super::{
    channel::Phase,
    channels::{Channels, Over},
    codec::Block,
    numbers,
    outgoing::{Sent, Writer},
};
use crate::{
    machine::{
        connection::Connection,
        error::ConnectionError,
        extension::multiplex::{BlockKind, DropUse},
    },
    protocol::draft::Draft,
};

/// What waits to be sent on the physical connection, so that channels that become ready later still
/// get their turn.
const AHEAD: usize = 64 << 10;

impl<D: Draft> Channels<D> {
    /// Queues on the physical connection what the channels have to send, in turns: one frame of each
    /// channel that has one, again and again, until so much waits that the others can catch up. Call
    /// it again when that is sent. Returns whether something was queued.
    ///
    /// # Errors
    /// The physical connection takes nothing more.
    pub(crate) fn send<P: Draft>(
        &mut self,
        physical: &mut Connection<P>,
    ) -> Result<bool, ConnectionError> {
        let mut queued = false;
        if physical.is_closing() {
            self.blocks.clear();
            self.rest = None;
            self.closes = false;
            return Ok(false);
        }
        if self.over.is_none() {
            self.grant_slots();
            self.ask();
            self.grant_quotas();
        }
        loop {
            self.ask();
            if !self.is_idle(physical) {
                break;
            }
            let sent = self.send_blocks(physical)? || self.send_turn(physical)?;
            if !sent {
                break;
            }
            queued = true;
        }
        if self.closes && self.blocks.is_empty() {
            self.closes = false;
            self.close(physical)?;
            queued = true;
        }
        Ok(queued)
    }

    /// Closes a physical connection that has failed.
    fn close<P: Draft>(&self, physical: &mut Connection<P>) -> Result<(), ConnectionError> {
        if physical.is_closing() {
            return Ok(());
        }
        let drops = self.terms.table.drops;
        let code = match &self.over {
            Some(Over::Failed(_)) => drops.and_then(|drops| drops.physical_close),
            Some(Over::Dropped(_) | Over::Ended) | None => physical.info().local_codes.normal,
        };
        let reason = match (&self.over, code) {
            (Some(Over::Failed(broken)), Some(_)) => broken.rule.map_or("", |rule| rule.id),
            _ => "",
        };
        physical.close(code, reason)
    }

    fn is_idle<P: Draft>(&self, physical: &Connection<P>) -> bool {
        let (queued, limits) = (physical.queued(), physical.limits());
        let next = self.limits.turn.max(self.blocks.first().len());
        let next = next.saturating_add(1 << 10);
        queued == 0 || queued.saturating_add(next) < AHEAD.min(limits.write_buffer)
    }

    /// The number of slots to grant, so that there are as many as there may be channels.
    pub(super) fn slots_due(&self) -> u64 {
        let channels = &self.terms.channels;
        if channels.opened_by == self.role || !channels.needs_slots || self.over.is_some() {
            return 0;
        }
        let granted = self.slots.left();
        let most = self.limits.most_channels() as u64;
        most.saturating_sub(granted + self.len() as u64)
    }

    /// Grants slots.
    fn grant_slots(&mut self) {
        let slots = self.slots_due();
        if slots == 0 {
            return;
        }
        let quota = self
            .limits
            .window
            .min(numbers::largest_number(self.terms.table));
        let block = Block {
            slots,
            quota,
            ..Block::new(BlockKind::Slots, 0)
        };
        self.blocks.push(self.terms.table, &block);
        self.slots.grant(slots, quota);
    }

    /// Asks for channels that have slots. Requests alone never make enough blocks to stop receiving: a
    /// peer that waits for us to receive could not take them.
    fn ask(&mut self) {
        while !self.waiting.is_empty() && self.blocks.len() < Self::TURN {
            let slot = match self.slots.take() {
                Some(slot) => slot,
                None if !self.terms.channels.needs_slots => 0,
                None => return,
            };
            let Some((key, text)) = self.waiting.pop_front() else {
                return;
            };
            self.admit(key, false, 0, slot);
            let Some(channel) = self.all.get_mut(&key) else {
                continue;
            };
            channel.phase = Phase::Requested;
            self.keys.insert(channel.id, key);
            let block = Block {
                text: &text,
                ..Block::new(BlockKind::AddRequest, channel.id)
            };
            self.blocks.push(self.terms.table, &block);
        }
    }

    /// Grants what the applications have read.
    fn grant_quotas(&mut self) {
        while let Some(key) = self.grants.pop_front() {
            let Some(channel) = self.all.get_mut(&key) else {
                continue;
            };
            channel.grants = false;
            let quota = channel.incoming.take_credit();
            if channel.phase != Phase::Open || channel.released || quota == 0 {
                continue;
            }
            channel.allowance = channel.allowance.saturating_add(quota);
            let block = Block {
                quota,
                ..Block::new(BlockKind::Quota, channel.id)
            };
            self.blocks.push(self.terms.table, &block);
        }
    }

    /// Queues the next blocks that wait, in one message.
    fn send_blocks<P: Draft>(
        &mut self,
        physical: &mut Connection<P>,
    ) -> Result<bool, ConnectionError> {
        if self.blocks.is_empty() {
            return Ok(false);
        }
        let mut message = mem::take(&mut self.scratch);
        message.clear();
        numbers::write_id(self.terms.table, self.terms.control, &mut message);
        message.extend_from_slice(self.blocks.first());
        self.blocks.remove_first();
        let sent = physical.coded(self.terms.kind, 0, &message);
        self.keep(message);
        sent.map(|()| true)
    }

    fn keep(&mut self, mut message: Vec<u8>) {
        message.clear();
        message.shrink_to(self.limits.turn.saturating_add(16));
        self.scratch = message;
    }

    /// Queues a frame of the channel whose turn it is.
    fn send_turn<P: Draft>(
        &mut self,
        physical: &mut Connection<P>,
    ) -> Result<bool, ConnectionError> {
        while let Some(key) = self.turns.pop_front() {
            let mut message = mem::take(&mut self.scratch);
            message.clear();
            let Self {
                draft,
                role,
                terms,
                limits,
                all,
                ..
            } = self;
            let Some(channel) = all.get_mut(&key) else {
                self.scratch = message;
                continue;
            };
            channel.queued = false;
            if channel.phase != Phase::Open {
                self.scratch = message;
                continue;
            }
            numbers::write_id(terms.table, channel.id, &mut message);
            let writer = Writer {
                draft,
                role: *role,
                layout: terms.layout,
                quotas: terms.quotas,
                divides_control: terms.channels.fragments_control,
                largest: limits.turn.clamp(1, Self::TURN),
            };
            let session = channel.session;
            let sent = channel
                .outgoing
                .send(&writer, &session, channel.quota, &mut message);
            let finished = channel.outgoing.finished;
            match sent {
                Sent::Frame(cost) => {
                    channel.quota = channel.quota.saturating_sub(cost);
                    let done = physical.coded(terms.kind, 0, &message);
                    self.keep(message);
                    self.queue(key);
                    self.touch(key);
                    return done.map(|()| true);
                }
                Sent::Starved if finished => self.drop_channel(key, DropUse::Normal),
                Sent::Starved | Sent::Blocked => {}
                Sent::Unreadable => self.drop_channel(key, DropUse::ChannelFailed),
            }
            self.keep(message);
            if !self.blocks.is_empty() {
                return self.send_blocks(physical);
            }
        }
        Ok(false)
    }
}
