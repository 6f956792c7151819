//! What the peer sends on a channel, as a stream of the draft's frames.

use alloc::vec::Vec;

use super::inner::Inner;
use crate::{
    machine::extension::ChannelDemand,
    protocol::{
        draft::Draft,
        frame::{Encoded, Mask, Outgoing as Frame, Session},
        info::{Kind, Role},
    },
};

/// Who reads a channel, and by which rules.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) draft: &'a dyn Draft,
    /// The role of the peer.
    pub(super) from: Role,
    /// Whether fragments of control frames are joined.
    pub(super) joins: bool,
}

impl Reader<'_> {
    /// The header of a frame as the peer would send it on a connection of its own; `None` if the draft
    /// has no such frame.
    pub(super) fn encode(&self, session: &Session, inner: Inner, length: usize) -> Option<Encoded> {
        let frame = Frame {
            kind: match inner.kind {
                // The connection judges an opcode that it does not know.
                Kind::Reserved => Kind::Extension,
                known => known,
            },
            fin: inner.fin,
            reserved: inner.reserved,
            length: length as u64,
            opcode: inner.opcode,
        };
        // A key of zeros leaves the payload as it is.
        self.draft.encode(&frame, self.from, [0; 4], session)
    }
}

/// Appends a frame.
pub(super) fn append(encoded: &Encoded, payload: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(encoded.bytes());
    let start = out.len();
    out.extend_from_slice(payload);
    let written = out.get_mut(start..).unwrap_or_default();
    encoded.mask.apply(written);
    out.extend(encoded.trailer);
}

/// The bytes of a channel that have not been read, and what is needed to write more of them.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    bytes: Vec<u8>,
    read: usize,
    /// What the frames among these bytes have cost.
    held: u64,
    /// What has been read, and not been granted again.
    credit: u64,
    /// A control frame that is not complete.
    control: Option<(Inner, Vec<u8>)>,
    /// Whether a message is open.
    open: bool,
    /// The last frame, if fragments can be joined to it.
    tail: Option<Tail>,
    /// Whether nothing follows these bytes.
    pub(super) ended: bool,
}

/// A short frame at the end that is not the last one of its message.
#[derive(Clone, Copy, Debug)]
struct Tail {
    /// Where it starts.
    start: usize,
    inner: Inner,
    header: usize,
}

/// Longer frames are left as they are.
const SHORT: usize = 125;
/// The largest control frame whose fragments are joined; its size is not known.
pub(super) const CONTROL: usize = 125;

impl Incoming {
    /// A larger capacity than this is freed when everything is read.
    const KEEP: usize = 4 << 10;

    /// The bytes to be read.
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.read..).unwrap_or_default()
    }

    /// What has been read, and not been granted again.
    pub(super) const fn credit(&self) -> u64 {
        self.credit
    }

    /// Adds to what is to be granted.
    pub(super) const fn add_credit(&mut self, credit: u64) {
        self.credit = self.credit.saturating_add(credit);
    }

    /// Grants what has been read.
    pub(super) const fn take_credit(&mut self) -> u64 {
        core::mem::replace(&mut self.credit, 0)
    }

    /// Notes that these bytes have been read.
    pub(super) fn consume(&mut self, length: usize) {
        let left = self.unread().len();
        let length = length.min(left);
        let freed = if length == left {
            self.held
        } else {
            let part = u128::from(self.held) * length as u128 / left.max(1) as u128;
            part as u64
        };
        self.held -= freed;
        self.credit += freed;
        self.read += length;
        if self.read == self.bytes.len() {
            self.tail = None;
            self.read = 0;
            self.bytes.clear();
            self.bytes.shrink_to(Self::KEEP);
        } else if self.read > self.bytes.len() / 2 {
            self.bytes.drain(..self.read);
            let read = self.read;
            self.tail = self.tail.and_then(|tail| {
                let start = tail.start.checked_sub(read)?;
                Some(Tail { start, ..tail })
            });
            self.read = 0;
        }
    }

    /// Appends bytes that are no frames.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.tail = None;
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the stream. What can still be read remains.
    pub(super) fn end(&mut self) {
        self.ended = true;
        self.control = None;
    }

    /// Forgets everything that has not been read.
    pub(super) fn abandon(&mut self) {
        *self = Self {
            ended: true,
            ..Self::default()
        };
    }

    /// Takes a frame with this cost.
    ///
    /// # Errors
    /// The demand that it does not meet.
    pub(super) fn push(
        &mut self,
        reader: &Reader<'_>,
        session: &Session,
        inner: Inner,
        payload: &[u8],
        cost: u64,
    ) -> Result<(), ChannelDemand> {
        if self.ended {
            self.credit += cost;
            return Ok(());
        }
        if let Some((mut control, mut joined)) = self.control.take() {
            if inner.kind != Kind::Continuation {
                return Err(ChannelDemand::ControlFragments);
            }
            joined.extend_from_slice(payload);
            // The connection over the channel judges them.
            control.reserved |= inner.reserved;
            self.credit += cost;
            return self.control(reader, session, control, joined, inner.fin);
        }
        if inner.kind.is_control() && !inner.fin && reader.joins {
            self.credit += cost;
            return self.control(reader, session, inner, payload.into(), false);
        }
        let continues = inner.kind == Kind::Continuation;
        let plain = inner.reserved == 0;
        let mut skips = false;
        if !inner.kind.is_control() && inner.kind != Kind::Reserved {
            skips = continues && self.open && payload.is_empty() && !inner.fin && plain;
            self.open = !inner.fin;
        }
        if skips {
            self.credit += cost;
            return Ok(());
        }
        self.held += cost;
        if !(continues && plain && self.join(reader, session, inner, payload)) {
            self.frame(reader, session, inner, payload);
        }
        Ok(())
    }

    /// Goes on with a control frame that comes in fragments.
    fn control(
        &mut self,
        reader: &Reader<'_>,
        session: &Session,
        control: Inner,
        joined: Vec<u8>,
        ends: bool,
    ) -> Result<(), ChannelDemand> {
        if joined.len() > CONTROL {
            return Err(ChannelDemand::ControlFragments);
        }
        if ends {
            let whole = Inner {
                fin: true,
                ..control
            };
            self.frame(reader, session, whole, &joined);
        } else {
            self.control = Some((control, joined));
        }
        Ok(())
    }

    /// Joins a fragment to the frame before it, if both are short. Fragments may be very short, and
    /// cost less than the header that a frame has here.
    fn join(
        &mut self,
        reader: &Reader<'_>,
        session: &Session,
        inner: Inner,
        payload: &[u8],
    ) -> bool {
        let Some(tail) = self.tail else {
            return false;
        };
        let from = tail.start + tail.header;
        let length = self.bytes.len().saturating_sub(from) + payload.len();
        if tail.start < self.read || length > SHORT {
            return false;
        }
        let mut joined = self.bytes.split_off(from.min(self.bytes.len()));
        joined.extend_from_slice(payload);
        self.bytes.truncate(tail.start);
        let whole = Inner {
            fin: inner.fin,
            ..tail.inner
        };
        self.frame(reader, session, whole, &joined);
        true
    }

    /// Appends a frame as the peer would send it on a connection of its own.
    fn frame(&mut self, reader: &Reader<'_>, session: &Session, inner: Inner, payload: &[u8]) {
        let encoded = reader.encode(session, inner, payload.len());
        let Some(encoded) = encoded else {
            self.end();
            return;
        };
        let (start, header) = (self.bytes.len(), encoded.bytes().len());
        append(&encoded, payload, &mut self.bytes);
        let plain = matches!(encoded.mask, Mask::None | Mask::Four([0, 0, 0, 0]));
        let joins = plain && encoded.trailer.is_none() && !inner.fin;
        if !inner.kind.is_control() {
            self.tail = joins.then_some(Tail {
                start,
                inner,
                header,
            });
        } else {
            self.tail = None;
        }
        if inner.kind == Kind::Close {
            self.end();
        }
    }
}
