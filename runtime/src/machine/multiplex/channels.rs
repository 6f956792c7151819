//! The channels of a physical connection, without it.

use alloc::{
    collections::{BTreeMap, VecDeque},
    vec::Vec,
};

use super::{
    blocks::{Blocks, Rest},
    channel::{Channel, ChannelKey, Phase},
    judge::{Dropped, Judge},
    limits::{BUFFER, MultiplexLimits},
    numbers,
    refused::Unspoken,
    slots::Slots,
    terms::Terms,
};
use crate::{
    machine::{
        extension::{
            Agreement,
            multiplex::{Base, BlockKind},
        },
        limits::Policy,
    },
    protocol::{draft::Draft, frame::Session, info::Role},
};

/// What happened on the physical connection.
#[derive(Debug)]
pub(crate) enum Happened {
    /// The client asks for a channel. The base says what the text is combined with.
    Requested(ChannelKey, Base, Vec<u8>),
    /// The server has answered the request for a channel. `true` if it refuses.
    Answered(ChannelKey, bool, Vec<u8>),
}

/// Why the physical connection carries no more channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The peer has violated a rule.
    Failed(super::Broken),
    /// The peer has dropped the physical connection.
    Dropped(Dropped),
    /// The physical connection has ended.
    Ended,
}

/// The channels of a physical connection.
#[derive(Debug)]
pub(crate) struct Channels<D> {
    pub(super) draft: D,
    pub(super) role: Role,
    pub(super) terms: Terms,
    pub(super) judge: Judge,
    pub(super) limits: MultiplexLimits,
    pub(super) all: BTreeMap<ChannelKey, Channel>,
    /// The channels that the peer knows.
    pub(super) keys: BTreeMap<u32, ChannelKey>,
    next_key: u64,
    next_id: u32,
    pub(super) slots: Slots,
    /// Requests of a client that wait for slots.
    pub(super) waiting: VecDeque<(ChannelKey, Vec<u8>)>,
    /// Whether the server has told that it grants no more slots here.
    pub(super) elsewhere: bool,
    /// Blocks that wait to be sent.
    pub(super) blocks: Blocks,
    /// The rest of a message that causes many of these blocks.
    pub(super) rest: Option<Rest>,
    /// Channels that have something to send, in the order of their turns.
    pub(super) turns: VecDeque<ChannelKey>,
    /// Channels that have something to grant.
    pub(super) grants: VecDeque<ChannelKey>,
    pub(super) scratch: Vec<u8>,
    pub(super) happened: VecDeque<Happened>,
    pub(super) touched: VecDeque<ChannelKey>,
    pub(super) over: Option<Over>,
    /// Whether the physical connection has still to be closed.
    pub(super) closes: bool,
}

impl<D: Draft> Channels<D> {
    /// The largest part of a payload that is sent at a time, so that it always fits the buffer.
    pub(super) const TURN: usize = BUFFER / 2;

    pub(crate) fn new(
        draft: D,
        role: Role,
        agreement: &Agreement,
        session: Session,
        limits: MultiplexLimits,
        policy: &Policy,
    ) -> Result<(Self, ChannelKey), Unspoken> {
        let (terms, table) = Terms::of(agreement)?;
        let judge = Judge::new(agreement.extension, table, policy.relaxed, policy.strict);
        let mut channels = Self {
            draft,
            role,
            terms,
            judge,
            limits,
            all: BTreeMap::new(),
            keys: BTreeMap::new(),
            next_key: 0,
            next_id: terms.channels.others,
            slots: Slots::default(),
            waiting: VecDeque::new(),
            elsewhere: false,
            blocks: Blocks::default(),
            rest: None,
            turns: VecDeque::new(),
            grants: VecDeque::new(),
            scratch: Vec::new(),
            happened: VecDeque::new(),
            touched: VecDeque::new(),
            over: None,
            closes: false,
        };
        let first = channels.add(terms.channels.first, Phase::Requested);
        channels.keys.insert(terms.channels.first, first);
        let quota = agreement.quota.into();
        channels.admit(first, true, quota, 0);
        channels.begin(first, session);
        Ok((channels, first))
    }

    pub(super) fn add(&mut self, id: u32, phase: Phase) -> ChannelKey {
        let key = ChannelKey(self.next_key);
        self.next_key += 1;
        self.all.insert(key, Channel::new(id, phase));
        key
    }

    /// Sets the quotas of a new channel.
    pub(super) fn admit(&mut self, key: ChannelKey, first: bool, parameter: u64, slot: u64) {
        let (terms, role) = (self.terms, self.role);
        if let Some(channel) = self.all.get_mut(&key) {
            channel.quota = terms.initial(role, first, parameter, slot);
            channel.allowance = terms.initial(role.peer(), first, parameter, slot);
        }
    }

    /// Lets a channel carry frames.
    pub(crate) fn begin(&mut self, key: ChannelKey, session: Session) {
        let window = self
            .limits
            .window
            .min(numbers::largest_number(self.terms.table));
        let Some(channel) = self.all.get_mut(&key) else {
            return;
        };
        if channel.phase != Phase::Requested {
            return;
        }
        channel.phase = Phase::Open;
        channel.session = session;
        channel
            .incoming
            .add_credit(window.saturating_sub(channel.allowance));
        self.offer_grant(key);
        self.queue(key);
    }

    /// Lists a channel among those that grant quota, if it has enough to grant.
    pub(super) fn offer_grant(&mut self, key: ChannelKey) {
        let enough = (self.limits.window / 2).max(1);
        if let Some(channel) = self.all.get_mut(&key) {
            let open = channel.phase == Phase::Open && !channel.released;
            if open && !channel.grants && channel.incoming.credit() >= enough {
                channel.grants = true;
                self.grants.push_back(key);
            }
        }
    }

    /// Lists a channel among those that have something to send.
    pub(super) fn queue(&mut self, key: ChannelKey) {
        if let Some(channel) = self.all.get_mut(&key) {
            if channel.phase == Phase::Open && !channel.queued {
                channel.queued = true;
                self.turns.push_back(key);
            }
        }
    }

    /// Notes that the application has to look at a channel.
    pub(super) fn touch(&mut self, key: ChannelKey) {
        if let Some(channel) = self.all.get_mut(&key) {
            if !channel.touched && !channel.released {
                channel.touched = true;
                self.touched.push_back(key);
            }
        }
    }

    /// A channel that can be read or written again, or has ended.
    pub(crate) fn next_touched(&mut self) -> Option<ChannelKey> {
        let key = self.touched.pop_front()?;
        if let Some(channel) = self.all.get_mut(&key) {
            channel.touched = false;
        }
        Some(key)
    }

    pub(crate) fn next_happened(&mut self) -> Option<Happened> {
        self.happened.pop_front()
    }

    /// A new channel of a client, whose request follows; `None` if there are too many or no more are
    /// granted.
    pub(crate) fn open(&mut self) -> Option<ChannelKey> {
        let opens = self.terms.channels.opened_by == self.role;
        let full = self.all.len() >= self.limits.most_channels();
        let largest = numbers::largest_id(self.terms.table);
        if !opens || full || self.elsewhere || self.over.is_some() || self.next_id > largest {
            return None;
        }
        let key = self.add(self.next_id, Phase::Waiting);
        self.next_id += 1;
        Some(key)
    }

    /// Asks for a channel as soon as there is a slot.
    pub(crate) fn request(&mut self, key: ChannelKey, text: Vec<u8>) {
        let channel = self.all.get(&key);
        if channel.is_some_and(|channel| channel.phase == Phase::Waiting) {
            self.waiting.push_back((key, text));
            self.turn_away();
        }
    }

    /// Answers the request for a channel. If it is refused, the channel is over.
    pub(crate) fn answer(&mut self, key: ChannelKey, refused: bool, text: &[u8]) {
        let Some(channel) = self.all.get_mut(&key) else {
            return;
        };
        if channel.phase != Phase::Requested {
            return;
        }
        let block = super::Block {
            flag: refused,
            text,
            ..super::Block::new(BlockKind::AddResponse, channel.id)
        };
        self.blocks.push(self.terms.table, &block);
        if refused {
            self.keys.remove(&channel.id);
            channel.end(None);
            self.touch(key);
            self.forget(key);
        }
    }

    /// Appends what the application of a channel is to read before any frames.
    pub(crate) fn append(&mut self, key: ChannelKey, bytes: &[u8]) {
        if let Some(channel) = self.all.get_mut(&key) {
            channel.incoming.append(bytes);
            self.touch(key);
        }
    }

    /// What the application of a channel can read; `None` at its end.
    pub(crate) fn unread(&self, key: ChannelKey) -> Option<&[u8]> {
        let incoming = &self.all.get(&key)?.incoming;
        let unread = incoming.unread();
        (!unread.is_empty() || !incoming.ended).then_some(unread)
    }

    /// Notes that the application of a channel has read these bytes.
    pub(crate) fn consume(&mut self, key: ChannelKey, length: usize) {
        if let Some(channel) = self.all.get_mut(&key) {
            channel.incoming.consume(length);
            self.offer_grant(key);
        }
    }

    /// Takes frames to send on a channel; returns how many bytes fit. `None` if the channel is over.
    pub(crate) fn write(&mut self, key: ChannelKey, bytes: &[u8]) -> Option<usize> {
        let channel = self.all.get_mut(&key)?;
        if channel.phase == Phase::Over || channel.outgoing.finished {
            return None;
        }
        let room = BUFFER.saturating_sub(channel.outgoing.waiting());
        let taken = bytes.get(..room).unwrap_or(bytes);
        channel.outgoing.push(taken);
        self.queue(key);
        Some(taken.len())
    }

    /// Whether the peer knows nothing more of a channel.
    pub(crate) fn is_over(&self, key: ChannelKey) -> bool {
        let channel = self.all.get(&key);
        channel.is_none_or(|channel| channel.phase == Phase::Over)
    }

    /// What the peer may still send on a channel.
    pub(crate) fn allowance(&self, key: ChannelKey) -> u64 {
        let channel = self.all.get(&key);
        channel.map_or(0, |channel| channel.allowance)
    }

    /// How a channel was dropped, if the peer or a rule has dropped it.
    pub(crate) fn dropped(&self, key: ChannelKey) -> Option<&Dropped> {
        self.all.get(&key)?.dropped.as_ref()
    }

    /// The ID of a channel on the wire.
    pub(crate) fn id(&self, key: ChannelKey) -> Option<u32> {
        self.all.get(&key).map(|channel| channel.id)
    }

    /// The number of channels that wait for slots.
    #[cfg(feature = "tokio")]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Why there are no more channels, if there are none.
    pub(crate) const fn over(&self) -> Option<&Over> {
        self.over.as_ref()
    }

    /// Whether blocks wait of which the peer's own are the reason, so that no more of them should be
    /// read.
    pub(crate) fn is_congested(&self) -> bool {
        self.rest.is_some() || self.is_full()
    }

    /// Whether the blocks that wait are too many to cause more of them.
    pub(super) fn is_full(&self) -> bool {
        const MARK: usize = 64 << 10;
        self.blocks.len() >= MARK
    }

    /// Whether there is something to send.
    #[cfg(feature = "tokio")]
    pub(crate) fn has_work(&self) -> bool {
        let asks = !self.waiting.is_empty() && self.slots.left() > 0;
        !self.blocks.is_empty()
            || !self.turns.is_empty()
            || !self.grants.is_empty()
            || self.closes
            || self.slots_due() > 0
            || (asks && self.over.is_none())
    }

    /// The number of channels.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}
