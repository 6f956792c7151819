//! How channels end.

use alloc::vec::Vec;

use super::{
    channel::{Channel, ChannelKey, Phase},
    channels::{Channels, Over},
    codec::Block,
    judge::Dropped,
};
use crate::{
    machine::extension::multiplex::{BlockKind, DropUse},
    protocol::draft::Draft,
};

impl<D: Draft> Channels<D> {
    /// Sends what waits, and then drops the channel.
    pub(crate) fn finish(&mut self, key: ChannelKey) {
        if let Some(channel) = self.all.get_mut(&key) {
            channel.outgoing.finished = true;
            self.queue(key);
        }
    }

    /// Lets go of a channel: what it receives is of no interest any more.
    pub(crate) fn release(&mut self, key: ChannelKey) {
        let Some(channel) = self.all.get_mut(&key) else {
            return;
        };
        channel.released = true;
        channel.incoming.abandon();
        channel.outgoing.finished = true;
        match channel.phase {
            Phase::Waiting => {
                self.waiting.retain(|(waiting, _)| *waiting != key);
                self.end(key);
            }
            Phase::Requested => self.drop_channel(key, DropUse::Normal),
            Phase::Open => {
                self.queue(key);
                self.drop_stuck(key);
            }
            Phase::Over => self.forget(key),
        }
    }

    /// Ends a channel that the peer knows nothing more of.
    pub(crate) fn end(&mut self, key: ChannelKey) {
        if let Some(channel) = self.all.get_mut(&key) {
            if self.keys.get(&channel.id) == Some(&key) {
                self.keys.remove(&channel.id);
            }
            channel.end(None);
            self.touch(key);
            self.forget(key);
        }
    }

    /// Ends the channels that wait for slots, if the server grants no more.
    pub(super) fn turn_away(&mut self) {
        if !self.elsewhere {
            return;
        }
        let left = usize::try_from(self.slots.left()).unwrap_or(usize::MAX);
        while self.waiting.len() > left {
            let Some((key, _)) = self.waiting.pop_back() else {
                return;
            };
            if let Some(channel) = self.all.get_mut(&key) {
                channel.turned_away = true;
            }
            self.end(key);
        }
    }

    /// Whether a channel has ended because the server grants no more slots.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_turned_away(&self, key: ChannelKey) -> bool {
        let channel = self.all.get(&key);
        channel.is_some_and(|channel| channel.turned_away)
    }

    /// Drops a channel that nobody reads here, if both ends wait for quota.
    pub(super) fn drop_stuck(&mut self, key: ChannelKey) {
        let stuck = |channel: &Channel| {
            let waits = channel.outgoing.waiting() > 0 && channel.quota == 0;
            channel.phase == Phase::Open && channel.released && waits && channel.allowance == 0
        };
        if self.all.get(&key).is_some_and(stuck) {
            self.drop_channel(key, DropUse::Normal);
        }
    }

    /// Whether the application has let go of all channels.
    #[cfg(feature = "tokio")]
    pub(crate) fn only_lingers(&self) -> bool {
        self.all.values().all(|channel| channel.released)
    }

    /// Forgets a channel that both the peer and the application have let go.
    pub(super) fn forget(&mut self, key: ChannelKey) {
        let over = |channel: &Channel| channel.released && channel.phase == Phase::Over;
        if self.all.get(&key).is_some_and(over) {
            let touched = self.all.remove(&key).is_some_and(|channel| channel.touched);
            if touched {
                self.touched.retain(|other| *other != key);
            }
        }
    }

    /// Drops a channel for one of the uses that drop codes have.
    pub(super) fn drop_channel(&mut self, key: ChannelKey, usage: DropUse) {
        let code = self.terms.table.drop_code_for(usage);
        let dropped = Dropped {
            code,
            ..Dropped::default()
        };
        self.drop_with(key, &dropped, None);
    }

    /// Drops a channel. `noted` is what the application hears of it.
    pub(super) fn drop_with(&mut self, key: ChannelKey, dropped: &Dropped, noted: Option<Dropped>) {
        let Some(channel) = self.all.get_mut(&key) else {
            return;
        };
        let id = channel.id;
        channel.end(noted);
        self.keys.remove(&id);
        self.write_drop(id, dropped);
        self.touch(key);
        self.forget(key);
    }

    pub(super) fn write_drop(&mut self, id: u32, dropped: &Dropped) {
        // Without a code, it may not be known where a reason goes.
        let reason = dropped.code.map_or(&[][..], |_| dropped.reason.as_bytes());
        let block = Block {
            code: dropped.code,
            text: reason,
            ..Block::new(BlockKind::Drop, id)
        };
        self.blocks.push(self.terms.table, &block);
    }

    /// Ends all channels, because the physical connection carries no more.
    pub(crate) fn end_all(&mut self, over: Over) {
        if self.over.is_none() {
            self.over = Some(over);
        }
        self.keys.clear();
        self.waiting.clear();
        self.rest = None;
        self.turns.clear();
        self.grants.clear();
        let all: Vec<_> = self.all.keys().copied().collect();
        for key in all {
            if let Some(channel) = self.all.get_mut(&key) {
                channel.queued = false;
                channel.end(None);
            }
            self.touch(key);
            self.forget(key);
        }
    }
}
