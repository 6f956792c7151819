//! What both endpoints may send and open, for an observer of both.

use alloc::collections::{BTreeMap, BTreeSet};

use super::{slots::Slots, terms::Terms};
use crate::{
    machine::extension::{ChannelDemand, multiplex::Initial},
    protocol::{info::Role, violation::Seen},
};

/// The channels that exist, the quotas of both endpoints, and the slots. Everything here depends on
/// what each endpoint had received when it sent something, so nothing is judged any more when that is
/// not known.
#[derive(Debug)]
pub(crate) struct Ledger {
    terms: Terms,
    channels: BTreeMap<u32, Quotas>,
    /// IDs of channels that have ended.
    used: BTreeSet<u32>,
    slots: Slots,
    /// Whether all slots are known.
    knows_slots: bool,
    /// Whether anything is known.
    known: bool,
}

/// What the endpoints may send on a channel; `None` if that is not known.
#[derive(Clone, Copy, Debug)]
struct Quotas {
    client: Option<u64>,
    server: Option<u64>,
}

impl Quotas {
    const fn of(&mut self, by: Role) -> &mut Option<u64> {
        match by {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

/// A demand that is not met.
type Unmet = Option<(ChannelDemand, Seen)>;

impl Ledger {
    /// The first channel is open. `parameter` is the quota that the offer states.
    pub(super) fn new(terms: Terms, parameter: u64) -> Self {
        let mut ledger = Self {
            terms,
            channels: BTreeMap::new(),
            used: BTreeSet::new(),
            slots: Slots::default(),
            knows_slots: true,
            known: true,
        };
        let quotas = ledger.initial(true, parameter, 0);
        ledger.channels.insert(terms.channels.first, quotas);
        ledger
    }

    fn initial(&self, first: bool, parameter: u64, slot: u64) -> Quotas {
        let of = |by| Some(self.terms.initial(by, first, parameter, slot));
        Quotas {
            client: of(Role::Client),
            server: of(Role::Server),
        }
    }

    /// Forgets everything, because something is not known.
    pub(crate) fn forget(&mut self) {
        self.known = false;
        self.channels.clear();
        self.used.clear();
        self.slots = Slots::default();
    }

    /// Whether it is known what both endpoints had received.
    pub(crate) const fn is_known(&self) -> bool {
        self.known
    }

    /// The number of IDs that it knows.
    pub(crate) fn len(&self) -> usize {
        self.channels.len() + self.used.len()
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        // Half of the nodes of a tree may be empty.
        2 * self.channels.len() * size_of::<(u32, Quotas)>()
            + 2 * self.used.len() * size_of::<u32>()
            + self.slots.held()
    }

    /// The client asks for a channel.
    pub(crate) fn requested(&mut self, id: u32) -> Unmet {
        let seen = Seen::Number(id.into());
        if id == self.terms.control || self.channels.contains_key(&id) {
            return Some((ChannelDemand::FreshChannel, seen));
        }
        if !self.known {
            return None;
        }
        let slot = self.slots.take();
        if slot.is_none() && self.terms.channels.needs_slots && self.knows_slots {
            return Some((ChannelDemand::SlotAvailable, seen));
        }
        let mut quotas = self.initial(false, 0, slot.unwrap_or_default());
        let depends = |by| self.terms.quotas.initial(by, false) == Initial::Slot;
        let unknown = self.used.contains(&id);
        for by in [Role::Client, Role::Server] {
            // Frames of the channel that had the ID before may still be on their way.
            if unknown || slot.is_none() && depends(by) {
                *quotas.of(by) = None;
            }
        }
        self.channels.insert(id, quotas);
        None
    }

    /// The server answers a request.
    pub(crate) fn answered(&mut self, id: u32, refused: bool) {
        if refused {
            self.ended(id);
        }
    }

    /// An endpoint ends a channel.
    pub(crate) fn ended(&mut self, id: u32) {
        if id == self.terms.control {
            // The physical connection is over.
            self.forget();
        } else if self.channels.remove(&id).is_some() {
            self.used.insert(id);
        }
    }

    /// An endpoint sends a frame with this cost.
    pub(crate) fn sent(&mut self, by: Role, id: u32, cost: u64) -> Unmet {
        let quota = self.channels.get_mut(&id)?.of(by);
        let left = (*quota)?;
        *quota = left.checked_sub(cost);
        let exceeds = quota.is_none();
        exceeds.then_some((ChannelDemand::WithinQuota, Seen::Cost { cost, left }))
    }

    /// An endpoint adds to the quota of its peer.
    pub(crate) fn granted(&mut self, by: Role, id: u32, more: u64) -> Unmet {
        let quota = self.channels.get_mut(&id)?.of(by.peer());
        let left = (*quota)?;
        *quota = self.terms.raised(left, more);
        let exceeds = quota.is_none();
        exceeds.then_some((ChannelDemand::QuotaFits, Seen::Number(more)))
    }

    /// The server grants slots.
    pub(crate) fn slots(&mut self, slots: u64, quota: u64) {
        if self.known && !self.slots.grant(slots, quota) {
            self.slots_unknown();
        }
    }

    /// It is not known how many slots there are.
    pub(crate) const fn slots_unknown(&mut self) {
        self.knows_slots = false;
    }
}
