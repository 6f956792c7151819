//! What this endpoint sends on a channel: a stream of the draft's frames.

use alloc::vec::Vec;

use super::inner::{Inner, Layout};
use crate::{
    machine::extension::multiplex::QuotasInfo,
    protocol::{
        draft::Draft,
        frame::{Decode, FrameHeader, Length, Mask, Session},
        info::{Kind, Role},
    },
};

/// How frames are sent.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) draft: &'a dyn Draft,
    /// The role of this endpoint.
    pub(super) role: Role,
    pub(super) layout: Layout,
    pub(super) quotas: QuotasInfo,
    /// Whether control frames may be fragmented.
    pub(super) divides_control: bool,
    /// Maximum number of bytes of a payload.
    pub(super) largest: usize,
}

/// The frames that wait to be sent.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    sent: usize,
    frame: Option<Current>,
    /// Whether no more bytes come.
    pub(super) finished: bool,
}

/// The frame that is being sent.
#[derive(Clone, Copy, Debug)]
struct Current {
    inner: Inner,
    /// Whether a part of it has been sent.
    begun: bool,
    left: usize,
    mask: Mask,
}

/// What came of an attempt to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Nothing: bytes of a frame are missing.
    Starved,
    /// Nothing: quota is missing.
    Blocked,
    /// A frame with this cost.
    Frame(u64),
    /// Nothing: these are no frames of the draft.
    Unreadable,
}

impl Outgoing {
    /// A larger capacity than this is freed when everything is sent.
    const KEEP: usize = 4 << 10;

    /// The number of bytes that wait.
    pub(super) fn waiting(&self) -> usize {
        self.bytes.len().saturating_sub(self.sent)
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Forgets what waits.
    pub(super) fn abandon(&mut self) {
        *self = Self {
            finished: true,
            ..Self::default()
        };
    }

    /// Appends the next frame, or as much of it as the quota allows.
    pub(super) fn send(
        &mut self,
        writer: &Writer<'_>,
        session: &Session,
        quota: u64,
        out: &mut Vec<u8>,
    ) -> Sent {
        let current = match self.frame {
            Some(current) => current,
            None => match self.next(writer, session) {
                Some(Ok(current)) => current,
                Some(Err(())) => return Sent::Unreadable,
                None => return Sent::Starved,
            },
        };
        self.frame = Some(current);
        let continues = current.begun || current.inner.kind == Kind::Continuation;
        let cost = |payload| writer.quotas.cost(payload, continues);
        let start = cost(0);
        let Some(allowed) = quota.checked_sub(start) else {
            return Sent::Blocked;
        };
        let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
        let largest = writer.largest.min(current.left);
        let there = self.waiting();
        if there < largest {
            return Sent::Starved;
        }
        let taken = largest.min(allowed);
        let whole = current.inner.kind.is_control() && !writer.divides_control;
        if whole && taken < current.left {
            return Sent::Blocked;
        }
        // The first part may be empty: a peer that grants no more than one byte still gets it all.
        if taken == 0 && current.left > 0 && start == 0 {
            return Sent::Blocked;
        }
        self.emit(writer, current, taken, out);
        Sent::Frame(cost(taken as u64))
    }

    /// The next frame, without its header.
    fn next(&mut self, writer: &Writer<'_>, session: &Session) -> Option<Result<Current, ()>> {
        let bytes = self.bytes.get(self.sent..)?;
        if bytes.is_empty() {
            return None;
        }
        let header = match writer.draft.decode(bytes, writer.role, session) {
            Decode::Incomplete(_) => return None,
            Decode::Header(header) => header,
            Decode::Overflow => return Some(Err(())),
        };
        let Length::Bytes(left) = header.length else {
            return Some(Err(()));
        };
        let Ok(left) = usize::try_from(left) else {
            return Some(Err(()));
        };
        let FrameHeader {
            kind,
            opcode,
            fin,
            reserved,
            size,
            mask,
            ..
        } = header;
        self.sent += usize::from(size);
        Some(Ok(Current {
            inner: Inner {
                kind,
                opcode,
                fin,
                reserved,
            },
            begun: false,
            left,
            mask,
        }))
    }

    /// Appends this much of the current frame.
    fn emit(&mut self, writer: &Writer<'_>, mut current: Current, taken: usize, out: &mut Vec<u8>) {
        let info = writer.draft.info();
        let ends = taken == current.left;
        let mut inner = Inner {
            fin: current.inner.fin && ends,
            ..current.inner
        };
        if current.begun {
            let mut opcodes = info.opcodes.iter();
            let found = opcodes.find(|opcode| opcode.kind == Kind::Continuation);
            inner.opcode = found.map_or(0, |opcode| opcode.value);
            inner.kind = Kind::Continuation;
            inner.reserved = 0;
        }
        out.push(inner.write(writer.layout, info));
        let end = self.sent + taken;
        let payload = self.bytes.get(self.sent..end).unwrap_or_default();
        let start = out.len();
        out.extend_from_slice(payload);
        let copied = out.get_mut(start..).unwrap_or_default();
        current.mask.apply(copied);
        current.mask = current.mask.advanced(taken);
        current.left -= taken;
        current.begun = true;
        self.frame = (!ends).then_some(current);
        self.sent = end;
        self.tidy();
    }

    fn tidy(&mut self) {
        if self.sent >= self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            self.bytes.shrink_to(Self::KEEP);
        } else if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }
}
