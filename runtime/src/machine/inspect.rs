//! Watches one direction of a connection: every frame, every violation, every message.
//!
//! ```
//! use wsdraft::{Role, frame::Session, inspect::{Inspector, Observed}};
//! # fn inspect(draft: impl wsdraft::Draft, bytes: &[u8]) {
//! let mut inspector = Inspector::new(draft, Role::Client, Session::default());
//! inspector.push(bytes);
//! inspector.end_of_input();
//! for observed in inspector.by_ref() {
//!     if let Observed::Violation(violation) = observed {
//!         println!("{violation}");
//!     }
//! }
//! # }
//! ```

use alloc::{boxed::Box, collections::VecDeque, vec::Vec};
use core::ops::Range;

mod checksum;
mod memory;
mod messages;
mod observed;

use self::messages::Gathered;
pub use self::{checksum::Checksum, observed::Observed};
use crate::{
    machine::{
        close::Close,
        extension::{Agreed, Coding},
        limits::{Limit, Limits},
        receive::{Frame, Item, MessagePart, Receiver},
    },
    payload::buffer::Input,
    protocol::{
        draft::Draft,
        frame::Session,
        info::{CloseBody, Kind, Role},
        violation::{Flow, Relaxed, Report, Stop, Violation},
    },
};

/// Watches the frames that one endpoint sends. It checks all rules and enforces none. [`Limits`]
/// bound its memory, or [`showing`](Inspector::showing) does.
#[derive(Debug)]
pub struct Inspector<D> {
    receiver: Receiver<D>,
    limits: Limits,
    /// Bytes of each payload that are shown; if `None`, the limits decide.
    shown: Option<usize>,
    /// Whether the rest of a message is summed up.
    sums: bool,
    input: Vec<u8>,
    /// The frame that comes in chunks, and what is kept of its payload.
    partial: Option<(Frame, Vec<u8>)>,
    /// Bytes of that payload so far.
    length: u64,
    gathered: Gathered,
    coding: Option<Box<Coding>>,
    /// A message could not be decoded, so that no later one can be.
    undecodable: bool,
    violations: Vec<Violation>,
    /// What is shown after the current frame.
    late: Vec<Observed>,
    seen: VecDeque<Observed>,
    /// Bytes of the input that have been consumed.
    done: usize,
    /// Inflated bytes of a compressed stream that have not been taken.
    plain: Input,
    stopped: bool,
    ended: bool,
}

impl<D: Draft> Inspector<D> {
    /// Watches the frames that `from` sends.
    pub fn new(draft: D, from: Role, session: Session) -> Self {
        Self::with(draft, from, session, 0, Limits::default())
    }

    /// As [`new`](Self::new), with the reserved bits that extensions claim, and with limits.
    pub fn with(draft: D, from: Role, session: Session, claimed: u8, limits: Limits) -> Self {
        Self {
            receiver: Receiver::new(draft, from, session, claimed, limits.frame),
            limits,
            shown: None,
            sums: false,
            input: Vec::new(),
            partial: None,
            length: 0,
            gathered: Gathered::default(),
            coding: None,
            undecodable: false,
            violations: Vec::new(),
            late: Vec::new(),
            seen: VecDeque::new(),
            done: 0,
            plain: Input::default(),
            stopped: false,
            ended: false,
        }
    }

    /// Watches with the extensions that the opening handshake has agreed. Frames are shown as they
    /// are sent, and messages decoded. If the whole stream is compressed, the inspector shows the
    /// inflated stream, and offsets count its bytes.
    #[must_use]
    pub fn extended(mut self, agreed: &Agreed) -> Self {
        self.coding = self.receiver.add_extensions(agreed, Relaxed::NONE);
        self
    }

    /// Takes bytes of the stream. The iterator returns what they contain, and reads them only as
    /// far as it must.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.stopped || self.ended {
            return;
        }
        match &mut self.coding {
            Some(coding) if coding.is_stream() => coding.wire().push(bytes),
            _ => self.input.extend_from_slice(bytes),
        }
    }

    /// Whether the bytes so far end with a complete frame and a complete message. Exact between
    /// two pushes, when the iterator has returned everything.
    pub fn is_between_messages(&self) -> bool {
        self.input.len() == self.done
            && self.partial.is_none()
            && self.receiver.is_between_messages()
    }

    /// Says that the stream ends here.
    pub const fn end_of_input(&mut self) {
        self.ended = true;
    }

    /// Takes a step; returns whether that may have shown something.
    fn advance(&mut self) -> bool {
        if self.stopped {
            return false;
        }
        let mut input = core::mem::take(&mut self.input);
        let consumed = self.step(input.get_mut(self.done..).unwrap_or_default());
        self.input = input;
        if let Some(consumed) = consumed {
            self.done += consumed;
            return true;
        }
        self.input.drain(..self.done.min(self.input.len()));
        self.done = 0;
        if self.stopped {
            self.rest();
            return true;
        }
        if self.inflate() {
            return true;
        }
        if self.ended {
            self.stopped = true;
            self.conclude();
            return true;
        }
        self.rest();
        false
    }

    /// Inflates more of a compressed stream; returns whether there was more.
    fn inflate(&mut self) -> bool {
        let Some(coding) = self.coding.as_mut().filter(|coding| coding.is_stream()) else {
            return false;
        };
        match coding.pump(&mut self.plain, 0) {
            Ok(pumped) => {
                let (_, piece) = self.plain.waiting();
                let length = piece.len();
                self.input.extend_from_slice(piece);
                self.plain.take(length);
                pumped
            }
            Err(failed) => {
                let failed = self.failed(failed, self.receiver.offset());
                self.seen.push_back(failed);
                self.stopped = true;
                true
            }
        }
    }

    /// Shows what is missing at the end of the stream.
    fn conclude(&mut self) {
        let mut input = core::mem::take(&mut self.input);
        let (offset, needed) = if let Some((frame, _)) = &self.partial {
            (frame.offset, self.receiver.payload_left().unwrap_or(1))
        } else {
            let offset = self.receiver.offset();
            let step = self.receiver.next(&mut input, &mut |_: Violation| Ok(()));
            match step.map(|step| step.item) {
                Ok(Item::Incomplete(needed)) => (offset, (needed - input.len().min(needed)) as u64),
                _ => (offset, 1),
            }
        };
        self.report();
        if !input.is_empty() || !self.receiver.is_between_messages() {
            self.seen.push_back(Observed::Incomplete { offset, needed });
        }
    }

    /// Takes one step; returns the number of consumed bytes, or `None` if there is nothing more to
    /// do.
    fn step(&mut self, bytes: &mut [u8]) -> Option<usize> {
        let Self {
            receiver,
            violations,
            ..
        } = self;
        let mut observe = |violation: Violation| -> Flow {
            violations.push(violation);
            Ok(())
        };
        let step = receiver.next(bytes, &mut observe).ok()?;
        match step.item {
            Item::Incomplete(_) => return None,
            Item::Unreadable => {
                self.seen.push_back(Observed::Unreadable {
                    offset: self.receiver.offset(),
                });
                self.stopped = true;
                return None;
            }
            Item::Frame(frame, payload) => {
                let payload = bytes.get(payload).unwrap_or_default();
                self.length = payload.len() as u64;
                self.complete_frame(frame, payload);
            }
            Item::Begin(frame) => {
                self.length = 0;
                if let Some(part) = frame.part {
                    self.start(part);
                }
                self.partial = Some((frame, Vec::new()));
            }
            Item::Chunk { payload, end } => self.chunk(bytes, payload, end),
        }
        Some(step.consumed)
    }

    fn chunk(&mut self, bytes: &[u8], payload: Range<usize>, end: Option<Option<MessagePart>>) {
        let Some((mut frame, mut kept)) = self.partial.take() else {
            return;
        };
        let payload = bytes.get(payload).unwrap_or_default();
        self.length += payload.len() as u64;
        let most = self.shown.unwrap_or(self.limits.frame);
        let room = most.saturating_sub(kept.len()).min(payload.len());
        kept.extend_from_slice(&payload[..room]);
        if let Some(part) = frame.part {
            self.grow(&frame, part, payload);
        }
        let Some(part) = end else {
            self.partial = Some((frame, kept));
            return;
        };
        frame.part = part;
        let message = part.and_then(|part| self.finish(&frame, part));
        self.show_frame(&frame, &kept);
        self.seen.extend(message);
        if self.shown.is_some() {
            self.show_control(frame.header.kind, &kept);
        }
    }

    fn complete_frame(&mut self, frame: Frame, payload: &[u8]) {
        let message = frame.part.and_then(|mut part| {
            let message = &mut part.message;
            // The machine leaves the text of such a message to its caller.
            if part.first && part.last && message.kind == Kind::Text && message.claimed_bits == 0 {
                message.faulty = self.is_faulty(|receiver, report| {
                    receiver.text(payload, frame.payload_offset(), report)
                });
            }
            self.start(part);
            self.grow(&frame, part, payload);
            self.finish(&frame, part)
        });
        self.show_frame(&frame, payload);
        self.seen.extend(message);
        // Without this, a frame beyond its limit would be shown if it arrives complete.
        if self.shown.is_some() || self.length <= self.limits.frame as u64 {
            self.show_control(frame.header.kind, payload);
        }
    }

    /// Shows the content of a control frame. `payload` is what is kept of its payload.
    fn show_control(&mut self, kind: Kind, payload: &[u8]) {
        let control = match kind {
            Kind::Ping | Kind::Pong if self.exceeds(self.length) => Observed::Long {
                kind,
                reserved: 0,
                length: self.length,
                start: payload[..payload.len().min(self.shown.unwrap_or_default())].into(),
                rest: None,
            },
            Kind::Ping => Observed::Ping(payload.into()),
            Kind::Pong => Observed::Pong(payload.into()),
            Kind::Close if payload.len() as u64 == self.length => {
                let closing = self.receiver.draft().info().closing;
                let form = closing.map_or(CloseBody::Opaque, |closing| closing.body);
                Observed::Close(Close::read(payload, form))
            }
            Kind::Close => Observed::Close(Close::default()),
            Kind::Continuation
            | Kind::Text
            | Kind::Binary
            | Kind::Extension
            | Kind::ExtensionControl
            | Kind::Reserved => return,
        };
        self.seen.push_back(control);
    }

    /// Whether text violates a rule; keeps the violation for the report.
    fn is_faulty<'a>(
        &mut self,
        text: impl FnOnce(&Receiver<D>, &mut dyn Report) -> Result<Option<&'a str>, Stop>,
    ) -> bool {
        let mut observe = |violation: Violation| -> Flow {
            self.violations.push(violation);
            Ok(())
        };
        !matches!(text(&self.receiver, &mut observe), Ok(Some(_)))
    }

    /// Shows a frame and the rules that it violates.
    fn show_frame(&mut self, frame: &Frame, payload: &[u8]) {
        let header = &frame.header;
        let most = self.shown.unwrap_or(self.limits.frame);
        let shown = payload.get(..most).unwrap_or(payload);
        self.seen.push_back(Observed::Frame {
            offset: frame.offset,
            fin: header.fin,
            reserved: header.reserved,
            kind: header.kind,
            opcode: header.opcode,
            masked: header.masked,
            size: header.size,
            mask: header.mask,
            length: self.length,
            payload: shown.into(),
        });
        if self.shown.is_none() && self.length > self.limits.frame as u64 {
            self.late.insert(
                0,
                Observed::Exceeded {
                    offset: frame.offset,
                    limit: Limit::Frame,
                },
            );
        }
        self.report();
    }

    /// Shows what the latest frame violates or exceeds.
    fn report(&mut self) {
        self.seen
            .extend(self.violations.drain(..).map(Observed::Violation));
        self.seen.extend(self.late.drain(..));
    }
}

impl<D: Draft> Iterator for Inspector<D> {
    type Item = Observed;

    /// The next observation; `None` if more of the stream must be [pushed](Inspector::push) first.
    fn next(&mut self) -> Option<Observed> {
        loop {
            if let Some(observed) = self.seen.pop_front() {
                return Some(observed);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}
