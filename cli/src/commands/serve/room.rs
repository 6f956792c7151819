//! The memory for the channels of connections.

use wsdraft::{
    Budget, Draft as _, Reserved,
    extension::{ExtensionInfo, elements},
    handshake::Offer,
    info::Purpose,
    multiplex::MultiplexLimits,
};

use crate::specs::Spoken;

/// The channels that a connection has if there is room for them.
const CHANNELS: usize = 64;
/// What a client may send on a channel before it is read.
const WINDOW: u64 = 16 << 10;

/// The memory for channels. The messages of connections without channels have memory of their own.
#[derive(Debug)]
pub(super) struct Room {
    /// The extensions that carry channels here.
    carriers: Vec<&'static ExtensionInfo>,
    share: Budget,
}

/// There is no room.
#[derive(Debug)]
pub(super) struct Full;

/// The room of one connection, until this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) limits: MultiplexLimits,
    _reserved: Reserved,
}

impl Room {
    /// One channel alone is a connection.
    const FEWEST: usize = 2;

    /// The room in so many bytes, for connections of these drafts.
    pub(super) fn new(
        bytes: usize,
        drafts: &[Spoken],
        extensions: impl Iterator<Item = &'static ExtensionInfo>,
    ) -> Self {
        let has_extensions = |draft: &Spoken| {
            let header = draft.info().request_header(Purpose::Extensions);
            header.is_some()
        };
        let can_agree = drafts.iter().any(has_extensions);
        let carriers = extensions.filter(|info| can_agree && info.carries());
        Self {
            carriers: carriers.collect(),
            share: Budget::new(bytes),
        }
    }

    /// Whether there can be channels at all.
    pub(super) fn is_needed(&self) -> bool {
        !self.carriers.is_empty()
    }

    /// The `--memory` that channels need, where this is not enough for any.
    pub(super) fn lacks(&self) -> Option<usize> {
        // A connection leaves as much as it takes.
        let needed = 2 * Self::bytes(&Self::limits(Self::FEWEST));
        (self.is_needed() && self.share.bytes() < needed).then_some(2 * needed)
    }

    /// Takes room for the channels that a client asks for, if it does and can have some.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn of(&self, offer: &Offer, carries: bool) -> Result<Option<Taken>, Full> {
        let mut offered = elements(offer.extensions.as_deref().unwrap_or_default());
        let asks = offered.any(|element| {
            let mut carriers = self.carriers.iter();
            carriers.any(|info| info.tokens.contains(&element.token.as_str()))
        });
        if !(carries && asks) {
            return Ok(None);
        }
        self.take().map(Some).ok_or(Full)
    }

    /// Room for a connection: for fewer channels where it is short.
    fn take(&self) -> Option<Taken> {
        let mut channels = CHANNELS;
        while channels >= Self::FEWEST {
            let limits = Self::limits(channels);
            if let Some(reserved) = self.share.reserve(Self::bytes(&limits)) {
                return Some(Taken {
                    limits,
                    _reserved: reserved,
                });
            }
            channels /= 2;
        }
        None
    }

    /// What a connection with channels holds at most. It has messages of its own, too.
    fn bytes(limits: &MultiplexLimits) -> usize {
        limits.most_held().saturating_add(Budget::ALLOWANCE)
    }

    fn limits(channels: usize) -> MultiplexLimits {
        let limits = MultiplexLimits::new().channels(channels).window(WINDOW);
        limits.bytes(WINDOW.saturating_mul(channels as u64))
    }

    /// Why there are no channels.
    pub(super) fn why(&self) -> String {
        format!(
            "no channels: {} bytes of --memory are for channels, and too few of these are left",
            self.share.bytes()
        )
    }
}
