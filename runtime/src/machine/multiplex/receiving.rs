//! Messages of the physical connection.

use alloc::boxed::Box;

use super::{
    blocks::Rest,
    channel::{Channel, ChannelKey, Phase},
    channels::{Channels, Happened, Over},
    codec::{self, Block},
    incoming::Reader,
    inner::Inner,
    judge::{Broken, Dropped},
    numbers,
};
use crate::{
    machine::extension::{
        ChannelDemand,
        multiplex::{Base, BlockKind, DropUse},
    },
    protocol::{
        draft::Draft,
        info::{Kind, Role},
        violation::Seen,
    },
};

impl<D: Draft> Channels<D> {
    /// Receives a message of the physical connection.
    pub(crate) fn receive(&mut self, kind: Kind, message: &[u8]) {
        if self.over.is_some() {
            return;
        }
        if let Err(broken) = self.message(kind, message) {
            self.fail(broken);
        }
    }

    /// Fails the physical connection.
    fn fail(&mut self, broken: Broken) {
        let dropped = broken.dropped(self.terms.table, DropUse::PhysicalFailed);
        self.end_all(Over::Failed(broken));
        // Without a code, it is not known how the peer would hear of it.
        if dropped.code.is_some() {
            self.write_drop(self.terms.control, &dropped);
        }
        self.closes = true;
    }

    /// Fails the physical connection because the peer's part of a handshake is none, if a rule says
    /// so. Returns whether it does.
    pub(crate) fn fail_handshake(&mut self, by: Role) -> bool {
        match self
            .judge
            .broken(ChannelDemand::ValidHandshake(by), 0, Seen::Nothing)
        {
            Ok(()) => false,
            Err(broken) if broken.rule.is_some_and(|rule| rule.http_status().is_some()) => false,
            Err(broken) => {
                self.fail(broken);
                true
            }
        }
    }

    fn message(&mut self, kind: Kind, message: &[u8]) -> Result<(), Broken> {
        if kind != self.terms.kind {
            let seen = Seen::Nothing;
            self.judge.broken(ChannelDemand::EnvelopeKind, 0, seen)?;
            return Ok(());
        }
        let (id, start) = numbers::read_id(&self.judge, message, ChannelDemand::ChannelIdComplete)?;
        let rest = message.get(start..).unwrap_or_default();
        if id == self.terms.control {
            return self.read_blocks(rest, start);
        }
        let Some(&key) = self.keys.get(&id) else {
            return Ok(());
        };
        let Some((&byte, payload)) = rest.split_first() else {
            return Err(self
                .judge
                .fatal(ChannelDemand::FrameComplete, start, Seen::Nothing));
        };
        let inner = Inner::read(self.terms.layout, self.draft.info(), byte);
        match self.frame(key, inner, payload) {
            Err(broken) if broken.is_local() => {
                self.fail_channel(key, &broken);
                Ok(())
            }
            done => done,
        }
    }

    /// Drops a channel whose peer has violated a rule.
    fn fail_channel(&mut self, key: ChannelKey, broken: &Broken) {
        let dropped = broken.dropped(self.terms.table, DropUse::ChannelFailed);
        self.drop_with(key, &dropped, Some(dropped.clone()));
    }

    /// Takes a frame of a channel.
    fn frame(&mut self, key: ChannelKey, inner: Inner, payload: &[u8]) -> Result<(), Broken> {
        let Self {
            draft,
            role,
            terms,
            judge,
            all,
            limits,
            ..
        } = self;
        let Some(channel) = all.get_mut(&key) else {
            return Ok(());
        };
        let continues = inner.kind == Kind::Continuation;
        let cost = terms.quotas.cost(payload.len() as u64, continues);
        if cost > channel.allowance {
            let left = channel.allowance;
            judge.broken(ChannelDemand::WithinQuota, 0, Seen::Cost { cost, left })?;
        }
        channel.allowance = channel.allowance.saturating_sub(cost);
        let reader = Reader {
            draft,
            from: role.peer(),
            joins: terms.channels.fragments_control,
        };
        let session = channel.session;
        let pushed = channel
            .incoming
            .push(&reader, &session, inner, payload, cost);
        pushed.map_err(|demand| judge.fatal(demand, 0, Seen::Opcode(inner.opcode)))?;
        // Frames that cost nothing are not counted by any quota.
        let most = usize::try_from(limits.window).unwrap_or(usize::MAX);
        let most = most
            .saturating_mul(8)
            .saturating_add(limits.handshake)
            .saturating_add(4 << 10);
        if channel.incoming.unread().len() > most {
            self.drop_channel(key, DropUse::ChannelFailed);
            return Ok(());
        }
        self.offer_grant(key);
        self.touch(key);
        self.drop_stuck(key);
        Ok(())
    }

    /// Takes control blocks. What would cause too many of our own remains for later.
    fn read_blocks(&mut self, bytes: &[u8], before: usize) -> Result<(), Broken> {
        let read = self.read_some(bytes);
        let read = read.map_err(|broken| broken.after(before))?;
        if read < bytes.len() && self.over.is_none() {
            let bytes = bytes.get(read..).unwrap_or_default().into();
            self.rest = Some(Rest {
                bytes,
                from: 0,
                before: before + read,
            });
        }
        Ok(())
    }

    /// Takes control blocks as long as not too many of our own wait; returns how many bytes.
    fn read_some(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        let from = self.role.peer();
        let mut read = 0;
        while let Some(rest) = bytes.get(read..).filter(|rest| !rest.is_empty()) {
            let (block, length) = codec::read_block(&self.judge, from, rest)?;
            self.block(&block)?;
            read += length;
            if self.over.is_some() || self.is_full() {
                break;
            }
        }
        Ok(read)
    }

    /// Goes on with a message whose rest waits, if some of the blocks that it has caused are sent.
    /// Returns whether it does.
    pub(crate) fn resume(&mut self) -> bool {
        if self.is_full() || self.over.is_some() {
            return false;
        }
        let Some(mut rest) = self.rest.take() else {
            return false;
        };
        let bytes = rest.bytes.get(rest.from..).unwrap_or_default();
        match self.read_some(bytes) {
            Ok(read) if read < bytes.len() && self.over.is_none() => {
                rest.from += read;
                self.rest = Some(rest);
            }
            Ok(_) => {}
            Err(broken) => self.fail(broken.after(rest.before + rest.from)),
        }
        true
    }

    fn block(&mut self, block: &Block<'_>) -> Result<(), Broken> {
        match block.kind {
            BlockKind::AddRequest => self.requested(block),
            BlockKind::AddResponse => self.answered(block),
            BlockKind::Quota => {
                self.granted(block);
                Ok(())
            }
            BlockKind::Drop => {
                self.dropped_by_peer(block);
                Ok(())
            }
            BlockKind::Slots => {
                self.slots_granted(block);
                Ok(())
            }
            BlockKind::ControlFrame | BlockKind::Frame => Err(Broken::unknown()),
        }
    }

    /// What a handshake in this encoding is combined with.
    fn base(&self, by: Role, encoding: u8) -> Result<Base, Broken> {
        let known = self.terms.table.encoding(encoding);
        let base = known.and_then(|known| match by {
            Role::Client => known.request,
            Role::Server => known.response,
        });
        let seen = Seen::Number(encoding.into());
        base.ok_or_else(|| self.judge.fatal(ChannelDemand::KnownEncoding(by), 0, seen))
    }

    /// The client asks for a channel.
    fn requested(&mut self, block: &Block<'_>) -> Result<(), Broken> {
        let id = block.channel;
        let seen = || Seen::Number(id.into());
        if id == self.terms.control || self.keys.contains_key(&id) {
            return Err(self.judge.fatal(ChannelDemand::FreshChannel, 0, seen()));
        }
        let base = match self.base(Role::Client, block.encoding) {
            Ok(base) => base,
            Err(broken) => return self.refuse(id, broken),
        };
        let full = self.len() >= self.limits.most_channels();
        let slot = match self.slots.take() {
            Some(slot) => slot,
            None if !self.terms.channels.needs_slots && !full => 0,
            None => {
                let broken = self.judge.fatal(ChannelDemand::SlotAvailable, 0, seen());
                return self.refuse(id, broken);
            }
        };
        let key = self.add(id, Phase::Requested);
        self.keys.insert(id, key);
        self.admit(key, false, 0, slot);
        self.happened
            .push_back(Happened::Requested(key, base, block.text.into()));
        Ok(())
    }

    /// Drops a channel that is not open.
    fn refuse(&mut self, id: u32, broken: Broken) -> Result<(), Broken> {
        if !broken.is_local() {
            return Err(broken);
        }
        let dropped = broken.dropped(self.terms.table, DropUse::ChannelFailed);
        self.write_drop(id, &dropped);
        Ok(())
    }

    /// The server answers a request. An answer to nothing is ignored.
    fn answered(&mut self, block: &Block<'_>) -> Result<(), Broken> {
        let Some(&key) = self.keys.get(&block.channel) else {
            return Ok(());
        };
        let asks = |channel: &Channel| channel.phase == Phase::Requested && !channel.answered;
        if !self.all.get(&key).is_some_and(asks) {
            return Ok(());
        }
        match self.base(Role::Server, block.encoding)? {
            Base::Nothing => {}
            Base::LastComplete => return Err(Broken::unknown()),
        }
        let text = block.text.into();
        if let Some(channel) = self.all.get_mut(&key) {
            channel.answered = true;
        }
        self.happened
            .push_back(Happened::Answered(key, block.flag, text));
        Ok(())
    }

    /// The peer adds to the quota of a channel.
    fn granted(&mut self, block: &Block<'_>) {
        let terms = self.terms;
        let Some(&key) = self.keys.get(&block.channel) else {
            return;
        };
        let Some(channel) = self.all.get_mut(&key) else {
            return;
        };
        match terms.raised(channel.quota, block.quota) {
            Some(sum) => {
                channel.quota = sum;
                self.queue(key);
            }
            None => {
                let seen = Seen::Number(block.quota);
                let broken = self.judge.fatal(ChannelDemand::QuotaFits, 0, seen);
                self.fail_channel(key, &broken);
            }
        }
    }

    /// The peer drops a channel, or the physical connection.
    fn dropped_by_peer(&mut self, block: &Block<'_>) {
        let dropped = Dropped {
            code: block.code,
            reason: Box::from(&*block.reason()),
            rule: None,
        };
        if block.channel == self.terms.control {
            self.end_all(Over::Dropped(dropped));
            self.closes = true;
            return;
        }
        let Some(&key) = self.keys.get(&block.channel) else {
            return;
        };
        let answer = Dropped {
            code: self.terms.table.drop_code_for(DropUse::Acknowledged),
            ..Dropped::default()
        };
        self.drop_with(key, &answer, Some(dropped));
    }

    /// The server grants slots.
    fn slots_granted(&mut self, block: &Block<'_>) {
        if block.flag {
            self.elsewhere = true;
            self.turn_away();
            return;
        }
        self.slots.grant(block.slots, block.quota);
    }
}
