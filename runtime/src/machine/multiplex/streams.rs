//! The frames that one endpoint sends on a channel, for an observer.

use alloc::vec::Vec;

use super::{
    incoming::{CONTROL, Reader, append},
    inner::Inner,
};
use crate::{
    machine::{
        extension::{Agreed, ChannelDemand},
        inspect::{Inspector, Observed},
        limits::Limits,
    },
    protocol::{
        draft::Draft,
        frame::{Mask, Session},
        info::Kind,
        violation::Violation,
    },
};

/// Watches the frames that one endpoint sends on a channel.
#[derive(Debug)]
pub(crate) struct Stream<D> {
    inspector: Inspector<D>,
    session: Session,
    /// Bytes that the inspector has got.
    done: u64,
    /// A control frame that is not complete, and where it starts.
    control: Option<(Inner, Vec<u8>, u64)>,
    /// Where the latest frame starts.
    latest: u64,
    frames: u64,
    scratch: Vec<u8>,
}

/// Why a channel cannot be followed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// Its sender does not meet this demand.
    Demand(ChannelDemand),
    /// A control frame comes in fragments, and it is not known whether it may.
    Fragmented,
    /// A control frame that comes in fragments is longer than it is known to be allowed.
    LongControl,
    /// The draft has no such frame.
    NoFrame,
}

/// A frame of a channel, and where it is on the physical connection.
pub(crate) struct Piece<'a> {
    pub(crate) inner: Inner,
    /// Where the byte of frame header is.
    pub(crate) start: u64,
    pub(crate) payload: &'a [u8],
    /// Where a byte of the payload is.
    pub(crate) place: &'a dyn Fn(usize) -> u64,
}

impl<D: Draft + Clone> Stream<D> {
    /// Watches what `reader` reads. The extensions are `None` if it is not known what was agreed.
    pub(crate) fn new(
        draft: D,
        reader: &Reader<'_>,
        session: Session,
        agreed: Option<&Agreed>,
        shown: usize,
    ) -> Self {
        let inspector = match agreed {
            Some(agreed) => Inspector::new(draft, reader.from, session).extended(agreed),
            None => Inspector::with(draft, reader.from, session, u8::MAX, Limits::default()),
        };
        Self {
            inspector: inspector.showing(shown),
            session,
            done: 0,
            control: None,
            latest: 0,
            frames: 0,
            scratch: Vec::new(),
        }
    }
}

impl<D: Draft> Stream<D> {
    /// The number of frames so far.
    pub(crate) const fn frames(&self) -> u64 {
        self.frames
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        let control = self.control.as_ref();
        self.inspector.held()
            + control.map_or(0, |(_, joined, _)| joined.capacity())
            + self.scratch.capacity()
    }

    /// Takes a frame. `known` is whether the dialect says that control frames may be fragmented, or
    /// that they may not.
    ///
    /// # Errors
    /// The channel cannot be followed any further.
    pub(crate) fn take(
        &mut self,
        reader: &Reader<'_>,
        known: bool,
        piece: &Piece<'_>,
        sink: &mut dyn FnMut(Observed),
    ) -> Result<(), Trouble> {
        let Piece { inner, start, .. } = *piece;
        self.frames += 1;
        self.latest = start;
        if let Some((mut control, mut joined, start)) = self.control.take() {
            if inner.kind != Kind::Continuation {
                return Err(Trouble::Demand(ChannelDemand::ControlFragments));
            }
            control.reserved |= inner.reserved;
            joined.extend_from_slice(piece.payload);
            return self.join(reader, (control, joined, start), inner.fin, sink);
        }
        if inner.kind.is_control() && !inner.fin {
            if reader.joins {
                let begun = (inner, piece.payload.into(), start);
                return self.join(reader, begun, false, sink);
            }
            if !known {
                return Err(Trouble::Fragmented);
            }
        }
        self.show(reader, piece, sink)
    }

    /// Goes on with a control frame that comes in fragments.
    fn join(
        &mut self,
        reader: &Reader<'_>,
        (control, joined, start): (Inner, Vec<u8>, u64),
        ends: bool,
        sink: &mut dyn FnMut(Observed),
    ) -> Result<(), Trouble> {
        if joined.len() > CONTROL {
            return Err(Trouble::LongControl);
        }
        if !ends {
            self.control = Some((control, joined, start));
            return Ok(());
        }
        let whole = Piece {
            inner: Inner {
                fin: true,
                ..control
            },
            start,
            payload: &joined,
            place: &|_| start,
        };
        self.show(reader, &whole, sink)
    }

    /// Shows a frame and what it violates.
    fn show(
        &mut self,
        reader: &Reader<'_>,
        piece: &Piece<'_>,
        sink: &mut dyn FnMut(Observed),
    ) -> Result<(), Trouble> {
        let encoded = reader.encode(&self.session, piece.inner, piece.payload.len());
        let encoded = encoded.ok_or(Trouble::NoFrame)?;
        self.scratch.clear();
        append(&encoded, piece.payload, &mut self.scratch);
        let body = self.done + encoded.bytes().len() as u64;
        self.inspector.push(&self.scratch);
        self.done += self.scratch.len() as u64;
        self.scratch.clear();
        self.scratch.shrink_to(Self::KEEP);
        let place = |offset: u64| match offset.checked_sub(body) {
            Some(at) => (piece.place)(usize::try_from(at).unwrap_or(usize::MAX)),
            None => piece.start,
        };
        for observed in self.inspector.by_ref() {
            sink(placed(observed, piece.start, place));
        }
        Ok(())
    }

    /// Shows what is missing at the end.
    pub(crate) fn finish(mut self, sink: &mut dyn FnMut(Observed)) {
        let start = self.latest;
        if self.control.is_some() {
            sink(Observed::Incomplete {
                offset: start,
                needed: 1,
            });
        }
        self.inspector.end_of_input();
        for observed in self.inspector.by_ref() {
            sink(placed(observed, start, |_| start));
        }
    }

    /// A larger capacity than this is freed after each frame.
    const KEEP: usize = 4 << 10;
}

/// An observation where it is on the physical connection, without what the frames of a channel do not
/// have.
fn placed(observed: Observed, start: u64, place: impl Fn(u64) -> u64) -> Observed {
    match observed {
        Observed::Frame {
            fin,
            reserved,
            kind,
            opcode,
            length,
            payload,
            ..
        } => Observed::Frame {
            offset: start,
            fin,
            reserved,
            kind,
            opcode,
            masked: false,
            size: 1,
            mask: Mask::None,
            length,
            payload,
        },
        Observed::Violation(violation) => Observed::Violation(Violation {
            offset: place(violation.offset),
            ..violation
        }),
        Observed::Exceeded { limit, .. } => Observed::Exceeded {
            offset: start,
            limit,
        },
        Observed::Unreadable { .. } => Observed::Unreadable { offset: start },
        Observed::Incomplete { needed, .. } => Observed::Incomplete {
            offset: start,
            needed,
        },
        other @ (Observed::Text(_)
        | Observed::Binary(_)
        | Observed::Coded { .. }
        | Observed::Long { .. }
        | Observed::Ping(_)
        | Observed::Pong(_)
        | Observed::Close(_)) => other,
    }
}
