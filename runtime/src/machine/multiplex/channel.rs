//! The state of a channel.

use super::{incoming::Incoming, judge::Dropped, outgoing::Outgoing};
use crate::protocol::frame::Session;

/// A channel. Unlike its ID, no other channel ever has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelKey(pub(super) u64);

/// How far a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The client has not sent its request.
    Waiting,
    /// The request is not answered.
    Requested,
    /// The channel carries frames.
    Open,
    /// The peer knows nothing more of the channel.
    Over,
}

/// A channel, from its request until the application lets it go.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) id: u32,
    pub(super) phase: Phase,
    /// Whether the server has answered the request.
    pub(super) answered: bool,
    pub(super) session: Session,
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
    /// What the peer may still send.
    pub(super) allowance: u64,
    /// What this endpoint may still send.
    pub(super) quota: u64,
    /// Whether it waits for its turn to send.
    pub(super) queued: bool,
    /// Whether it waits to grant quota.
    pub(super) grants: bool,
    /// Whether the application has to look at it.
    pub(super) touched: bool,
    /// Whether the application has let it go.
    pub(super) released: bool,
    /// Whether the server had no slot for it.
    pub(super) turned_away: bool,
    /// How it was dropped, if it was.
    pub(super) dropped: Option<Dropped>,
}

impl Channel {
    pub(super) fn new(id: u32, phase: Phase) -> Self {
        Self {
            id,
            phase,
            answered: false,
            session: Session::default(),
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            allowance: 0,
            quota: 0,
            queued: false,
            grants: false,
            touched: false,
            released: false,
            turned_away: false,
            dropped: None,
        }
    }

    /// Ends the channel. What can still be read remains, unless the application has let it go.
    pub(super) fn end(&mut self, dropped: Option<Dropped>) {
        self.phase = Phase::Over;
        self.outgoing.abandon();
        if self.released {
            self.incoming.abandon();
        } else {
            self.incoming.end();
        }
        if self.dropped.is_none() {
            self.dropped = dropped;
        }
    }
}
