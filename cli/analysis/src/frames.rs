//! The frames of one direction, on whatever part of them is there.

use wsdraft::{
    Close, Draft, Role, Violation,
    extension::Agreed,
    frame::Session,
    info::{CloseBody, Kind},
    inspect::{Inspector, Observed},
    receive::{Frame, Item, Receiver},
};

use super::conversation::Sent;

mod lost;

/// What the frames showed.
#[derive(Debug)]
pub(super) enum Sighting {
    /// A frame, whose rules come before it, or after it where extensions were agreed.
    Frame(Sent),
    /// A broken rule, in which frame and, where it is of one, in which message.
    Violation(Violation, u64, Option<u64>),
    /// A close frame.
    Close(Close),
    /// What starts at this offset is no frame.
    Unreadable(u64),
    /// Frames can be read again from this offset on.
    Resumed(u64),
}

/// How a direction's frames stand at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Between messages.
    Nothing,
    /// Within a frame that lacks so many bytes at least.
    Frame(u64),
    /// Between the frames of a message.
    Message,
    /// Nobody knows.
    Unknown,
}

/// Reads and checks the frames that one end sends.
pub(super) struct Frames {
    draft: &'static dyn Draft,
    from: Role,
    session: Session,
    claimed: u8,
    receiver: Receiver<&'static dyn Draft>,
    /// Takes the receiver's place where extensions change what is sent.
    inspector: Option<Box<Inspector<&'static dyn Draft>>>,
    state: State,
    /// Offset at which the receiver was started.
    base: u64,
    /// Bytes that wait for more.
    work: Vec<u8>,
    /// Bytes that the receiver lacks.
    needed: usize,
    /// Frames that began.
    frames: u64,
    /// Messages that began.
    begun: u64,
    /// Messages that ended.
    pub(super) messages: u64,
    /// Bytes of their payloads.
    pub(super) bytes: u64,
    /// The message that the payload which comes in parts is of.
    part_of: Option<u64>,
    violations: Vec<Violation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Frames follow each other.
    Reading,
    /// Where a frame starts is not known.
    Lost,
    /// There are no frames to be found.
    Stopped,
}

impl Frames {
    /// The longest payload of a control frame that is held until it is complete.
    const MAX_HELD: usize = 64 << 10;
    /// Bytes of each payload that an inspector keeps: no more is looked at.
    const SHOWN: usize = 128;
    /// From how much room on a buffer is given back when it holds nothing.
    const KEEP: usize = 4 << 10;

    /// Frames that `from` sends.
    pub(super) fn new(
        draft: &'static dyn Draft,
        from: Role,
        session: Session,
        claimed: u8,
    ) -> Self {
        Self {
            draft,
            from,
            session,
            claimed,
            receiver: Receiver::new(draft, from, session, claimed, Self::MAX_HELD),
            inspector: None,
            state: State::Reading,
            base: 0,
            work: Vec::new(),
            needed: 0,
            frames: 0,
            begun: 0,
            messages: 0,
            bytes: 0,
            part_of: None,
            violations: Vec::new(),
        }
    }

    /// Frames of a connection on which these extensions were agreed.
    pub(super) fn extended(
        draft: &'static dyn Draft,
        from: Role,
        session: Session,
        agreed: &Agreed,
    ) -> Self {
        let claimed = agreed
            .iter()
            .fold(0, |claimed, item| claimed | item.claimed);
        let inspector = Inspector::new(draft, from, session)
            .extended(agreed)
            .showing(Self::SHOWN);
        Self {
            inspector: Some(Box::new(inspector)),
            ..Self::new(draft, from, session, claimed)
        }
    }

    /// Frames of which the start is not known: the record begins later than the connection.
    pub(super) fn joined(draft: &'static dyn Draft, from: Role) -> Self {
        Self {
            state: State::Lost,
            ..Self::new(draft, from, Session::default(), u8::MAX)
        }
    }

    /// Bytes of the direction that are done with, and those that wait.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.receiver.offset() + self.work.len() as u64
    }

    /// How the direction stands.
    pub(super) fn rest(&mut self) -> Rest {
        if self.state != State::Reading {
            Rest::Unknown
        } else if let Some(inspector) = &mut self.inspector {
            inspector.end_of_input();
            inspector
                .find_map(|seen| match seen {
                    Observed::Incomplete { needed, .. } => Some(Rest::Frame(needed)),
                    _ => None,
                })
                .unwrap_or(Rest::Nothing)
        } else if !self.work.is_empty() {
            Rest::Frame(self.needed.saturating_sub(self.work.len()).max(1) as u64)
        } else if let Some(left) = self.receiver.payload_left() {
            Rest::Frame(left)
        } else if self.receiver.is_between_messages() {
            Rest::Nothing
        } else {
            Rest::Message
        }
    }

    /// Whether what is there of it ends in the middle of a frame or a message.
    pub(super) fn is_amid(&self) -> bool {
        self.state == State::Reading
            && match &self.inspector {
                Some(inspector) => !inspector.is_between_messages(),
                None => !self.work.is_empty() || !self.receiver.is_between_messages(),
            }
    }

    /// Takes a piece that came as one.
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Sighting)) {
        match self.state {
            State::Reading => {}
            State::Stopped => {
                self.base += bytes.len() as u64;
                return;
            }
            State::Lost if self.is_start(bytes) => {
                sink(Sighting::Resumed(self.offset()));
                self.base += self.receiver.offset();
                self.receiver = self.fresh();
                self.state = State::Reading;
            }
            State::Lost => {
                self.base += bytes.len() as u64;
                return;
            }
        }
        if self.inspector.is_some() {
            self.inspect(bytes, sink);
            return;
        }
        let mut work = core::mem::take(&mut self.work);
        work.extend_from_slice(bytes);
        let mut done = 0;
        while self.state == State::Reading {
            let Some(consumed) = self.step(work.get_mut(done..).unwrap_or_default(), sink) else {
                break;
            };
            done += consumed;
        }
        if self.state == State::Reading {
            work.drain(..done.min(work.len()));
        } else {
            self.base += work.len().saturating_sub(done) as u64;
            work.clear();
        }
        if work.capacity() > Self::KEEP.max(2 * work.len()) {
            work.shrink_to(work.len());
        }
        self.work = work;
    }

    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        let inspector = self.inspector.as_ref();
        self.work.capacity() + inspector.map_or(0, |inspector| inspector.held())
    }

    /// Takes a piece through the extensions.
    fn inspect(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Sighting)) {
        self.base += bytes.len() as u64;
        let Some(inspector) = &mut self.inspector else {
            return;
        };
        inspector.push(bytes);
        let mut message = None;
        for seen in inspector {
            match seen {
                Observed::Frame {
                    kind,
                    fin,
                    offset,
                    mask,
                    size,
                    length,
                    payload,
                    ..
                } => {
                    sink(Sighting::Frame(Sent::new(
                        (kind, fin),
                        offset,
                        (mask, size),
                        length,
                        &payload,
                    )));
                    self.frames += 1;
                    self.begun += u64::from(matches!(kind, Kind::Text | Kind::Binary));
                    message = Some(self.begun).filter(|_| kind.is_data());
                }
                Observed::Violation(violation) => {
                    sink(Sighting::Violation(violation, self.frames.max(1), message));
                }
                Observed::Text(text) => {
                    self.messages += 1;
                    self.bytes += text.len() as u64;
                }
                Observed::Binary(payload) | Observed::Coded { payload, .. } => {
                    self.messages += 1;
                    self.bytes += payload.len() as u64;
                }
                Observed::Long { kind, length, .. } if kind.is_data() => {
                    self.messages += 1;
                    self.bytes += length;
                }
                Observed::Close(close) => sink(Sighting::Close(close)),
                Observed::Unreadable { offset } => {
                    sink(Sighting::Unreadable(offset));
                    self.state = State::Stopped;
                }
                _ => {}
            }
        }
    }

    /// Does one step; gives what it consumed, or `None` where more is needed.
    fn step(&mut self, bytes: &mut [u8], sink: &mut dyn FnMut(Sighting)) -> Option<usize> {
        let Self {
            receiver,
            violations,
            ..
        } = self;
        let mut observe = |violation: Violation| {
            violations.push(violation);
            Ok(())
        };
        let step = receiver.next(bytes, &mut observe).ok()?;
        let mut frame = self.frames + 1;
        let mut message = None;
        let mut close = None;
        let mut sent = None;
        let said = |found: &Frame, length, payload: &[u8]| {
            let masked = (found.head.mask, found.head.size);
            let kind = (found.head.kind, found.head.fin);
            Sent::new(kind, found.offset, masked, length, payload)
        };
        match &step.item {
            Item::Incomplete(needed) => self.needed = *needed,
            Item::Unreadable => {}
            Item::Frame(found, payload) => {
                let body = bytes.get(payload.clone()).unwrap_or_default();
                sent = Some(said(found, body.len() as u64, body));
                self.frames += 1;
                if let Some(part) = found.part {
                    self.begun += u64::from(part.first);
                    self.messages += u64::from(part.last);
                    self.bytes += body.len() as u64;
                    message = Some(self.begun);
                    let plain = part.message.kind == Kind::Text && part.message.claimed_bits == 0;
                    // The machine leaves the text of such a message to its caller.
                    if part.first && part.last && plain {
                        let at = found.payload_offset();
                        let _ = receiver.text(body, at, &mut observe);
                    }
                } else if found.head.kind == Kind::Close {
                    let closing = self.draft.info().closing;
                    let form = closing.map_or(CloseBody::Opaque, |closing| closing.body);
                    close = Some(Close::read(body, form));
                }
            }
            Item::Begin(found) => {
                sent = Some(said(found, found.head.payload_length().max(1), &[]));
                self.frames += 1;
                if let Some(part) = found.part {
                    self.begun += u64::from(part.first);
                    message = Some(self.begun);
                } else if found.head.kind == Kind::Close {
                    close = Some(Close::default());
                }
                self.part_of = message;
            }
            Item::Chunk { payload, end } => {
                frame = self.frames;
                message = self.part_of;
                if message.is_some() {
                    self.bytes += payload.len() as u64;
                }
                if let Some(Some(part)) = end {
                    self.messages += u64::from(part.last);
                }
            }
        }
        for mut violation in self.violations.drain(..) {
            violation.offset += self.base;
            sink(Sighting::Violation(violation, frame, message));
        }
        if let Some(mut sent) = sent {
            sent.offset += self.base;
            sink(Sighting::Frame(sent));
        }
        if let Some(close) = close {
            sink(Sighting::Close(close));
        }
        match step.item {
            Item::Incomplete(_) => None,
            Item::Unreadable => {
                sink(Sighting::Unreadable(self.base + self.receiver.offset()));
                self.state = State::Stopped;
                None
            }
            _ => Some(step.consumed),
        }
    }
}
