//! The channels of a connection as an observer sees them, without their handshakes.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    incoming::Reader,
    inner::Inner,
    ledger::Ledger,
    reading::Reading,
    refused::Unspoken,
    streams::{Piece, Stream, Trouble},
    terms::Terms,
};
use crate::{
    machine::{
        extension::{
            Agreed, Agreement, ChannelDemand,
            multiplex::{Feature, MultiplexInfo},
        },
        inspect::Observed,
    },
    protocol::{
        draft::Draft,
        frame::Session,
        info::{Kind, Role},
        violation::Seen,
    },
};

/// The channels of a connection, without their handshakes. Each direction of a channel is watched for
/// itself, because an endpoint says when it begins and ends to send on a channel.
#[derive(Debug)]
pub(crate) struct Watched<D> {
    draft: D,
    session: Session,
    terms: Terms,
    shown: usize,
    streams: BTreeMap<(bool, u32), Stream<D>>,
    /// Bytes that the streams hold.
    held: usize,
    pub(crate) reading: Reading,
    pub(crate) ledger: Ledger,
}

impl<D: Draft + Clone> Watched<D> {
    /// Directions of channels that are followed at the same time.
    const MOST: usize = 8192;

    /// The first channel is open, with these extensions.
    pub(crate) fn new(
        draft: D,
        agreement: &Agreement,
        inner: &Agreed,
        session: Session,
        shown: usize,
    ) -> Result<Self, Unspoken> {
        let (terms, table) = Terms::of(agreement)?;
        let mut watched = Self {
            draft,
            session,
            terms,
            shown,
            streams: BTreeMap::new(),
            held: 0,
            reading: Reading::new(agreement.extension, table),
            ledger: Ledger::new(terms, agreement.quota.into()),
        };
        for role in [Role::Client, Role::Server] {
            watched.begin(role, terms.channels.first, Some(inner));
        }
        Ok(watched)
    }

    /// It is known what both endpoints receive from the start on.
    pub(crate) fn begin_ledger(&mut self, agreement: &Agreement) {
        self.ledger = Ledger::new(self.terms, agreement.quota.into());
    }

    /// What this endpoint sends on a channel from now on. Returns whether it can be followed.
    pub(crate) fn begin(&mut self, from: Role, id: u32, agreed: Option<&Agreed>) -> bool {
        self.end(from, id);
        if self.streams.len() >= Self::MOST {
            return false;
        }
        let draft = self.draft.clone();
        let reader = self.terms.reader(&self.draft, from);
        let stream = Stream::new(draft, &reader, self.session, agreed, self.shown);
        self.held += stream.held();
        self.streams.insert(key(from, id), stream);
        true
    }
}

/// The key of a direction of a channel.
fn key(from: Role, id: u32) -> (bool, u32) {
    (from == Role::Server, id)
}

impl<D: Draft> Watched<D> {
    /// The kind of the messages that carry channels.
    pub(crate) const fn kind(&self) -> Kind {
        self.terms.kind
    }

    /// The ID of the channel with the blocks.
    pub(crate) const fn control(&self) -> u32 {
        self.terms.control
    }

    pub(crate) const fn table(&self) -> &'static MultiplexInfo {
        self.terms.table
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        self.held + self.ledger.held()
    }

    /// This endpoint sends nothing more on a channel.
    pub(crate) fn end(&mut self, from: Role, id: u32) {
        if let Some(stream) = self.streams.remove(&key(from, id)) {
            self.held = self.held.saturating_sub(stream.held());
        }
    }

    /// What this endpoint sends is not followed any more.
    pub(crate) fn end_all(&mut self, from: Role) {
        self.streams
            .retain(|(is_server, _), _| *is_server != (from == Role::Server));
        self.held = self.streams.values().map(Stream::held).sum();
    }

    /// Whether it is followed what this endpoint sends on a channel.
    pub(crate) fn follows(&self, from: Role, id: u32) -> bool {
        self.streams.contains_key(&key(from, id))
    }

    /// The number of frames that this endpoint has sent on a channel.
    pub(crate) fn frames(&self, from: Role, id: u32) -> u64 {
        self.streams.get(&key(from, id)).map_or(0, Stream::frames)
    }

    /// What a frame of a channel costs more than its sender may send.
    pub(crate) fn exceeds(
        &mut self,
        from: Role,
        id: u32,
        byte: u8,
        payload: &[u8],
    ) -> Option<(ChannelDemand, Seen)> {
        let continues = self.inner(byte).kind == Kind::Continuation;
        let cost = self.terms.quotas.cost(payload.len() as u64, continues);
        self.ledger.sent(from, id, cost)
    }

    fn inner(&self, byte: u8) -> Inner {
        Inner::read(self.terms.layout, self.draft.info(), byte)
    }

    /// Takes a frame of a channel: the byte of frame header at `start`, and the payload. What nobody
    /// has begun is passed over.
    ///
    /// # Errors
    /// The channel cannot be followed any further.
    pub(crate) fn frame(
        &mut self,
        (from, id): (Role, u32),
        (byte, start): (u8, u64),
        payload: &[u8],
        place: &dyn Fn(usize) -> u64,
        sink: &mut dyn FnMut(Observed),
    ) -> Result<(), Trouble> {
        let inner = self.inner(byte);
        let reader = self.terms.reader(&self.draft, from);
        let known = self
            .terms
            .table
            .unknown(Feature::FragmentedControl)
            .is_none();
        let Some(stream) = self.streams.get_mut(&key(from, id)) else {
            return Ok(());
        };
        let before = stream.held();
        let piece = Piece {
            inner,
            start,
            payload,
            place,
        };
        let taken = stream.take(&reader, known, &piece, sink);
        self.held = (self.held + stream.held()).saturating_sub(before);
        if taken.is_err() {
            self.end(from, id);
        }
        taken
    }

    /// Shows what is missing where this endpoint sends nothing more on any channel.
    pub(crate) fn finish(&mut self, from: Role, sink: &mut dyn FnMut(u32, Observed)) {
        let is_of = |key: &&(bool, u32)| key.0 == (from == Role::Server);
        let ids: Vec<_> = self.streams.keys().filter(is_of).copied().collect();
        for key in ids {
            if let Some(stream) = self.streams.remove(&key) {
                stream.finish(&mut |observed| sink(key.1, observed));
            }
        }
    }
}

impl Terms {
    /// Reads what this endpoint sends.
    fn reader<'a>(&self, draft: &'a dyn Draft, from: Role) -> Reader<'a> {
        Reader {
            draft,
            from,
            joins: self.channels.fragments_control,
        }
    }
}
