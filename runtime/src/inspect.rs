//! Watching one direction of a connection: every frame, every broken rule, every message.
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

use alloc::{
    boxed::Box,
    collections::VecDeque,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;

use crate::{
    buffer::{Assembly, Input},
    close::Close,
    draft::Draft,
    extension::{Agreed, Coding, Failed},
    frame::Session,
    info::{CloseBody, Kind, Level, Role},
    limits::{Limit, Limits},
    receive::{self, Frame, Item, Place, Receiver},
    violation::{Flow, Seen, Violation},
};

/// What an [`Inspector`] saw, in the order of the stream.
///
/// A frame comes before the rules that it breaks, and they come before the message, ping, pong
/// or close that it completes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// A frame, all of it.
    Frame {
        /// Where it starts in the stream.
        offset: u64,
        /// Whether it is its message's last.
        fin: bool,
        /// Its reserved bits, as in [`Head::reserved`](crate::Head::reserved).
        reserved: u8,
        /// What it is for.
        kind: Kind,
        /// Its opcode as on the wire.
        opcode: u8,
        /// Whether it says that it is masked.
        masked: bool,
        /// Bytes of its payload.
        length: u64,
        /// The payload, unmasked; cut at [`Limits::frame`].
        payload: Vec<u8>,
    },
    /// A rule that is broken. What comes after it is read as if the rule did not exist.
    Violation(Violation),
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A message whose payload an extension has changed, as claimed reserved bits say.
    Coded {
        /// [`Kind::Text`] or [`Kind::Binary`].
        kind: Kind,
        /// The claimed bits that are set.
        reserved: u8,
        /// The payload as the extension made it.
        payload: Vec<u8>,
    },
    /// A ping.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// A close frame.
    Close(Close),
    /// A limit was hit by the frame that starts here: its payload is cut, or its message is
    /// not shown.
    Exceeded {
        /// Where the frame starts in the stream.
        offset: u64,
        /// The limit.
        limit: Limit,
    },
    /// What starts here is no frame, and where the next one starts is not known. Nothing comes
    /// after it.
    Unreadable {
        /// Where it starts in the stream.
        offset: u64,
    },
    /// The input ended within a frame, or between the frames of a message.
    Incomplete {
        /// Where the frame starts in the stream.
        offset: u64,
        /// Bytes of it that are missing, or at least so many where that cannot be told.
        needed: u64,
    },
}

/// Watches the frames that one end of a connection sends. Rules are checked, and none is
/// enforced; memory is bounded by [`Limits`].
#[derive(Debug)]
pub struct Inspector<D> {
    receiver: Receiver<D>,
    limits: Limits,
    input: Vec<u8>,
    /// The frame that comes in parts, and what is kept of its payload.
    partial: Option<(Frame, Vec<u8>)>,
    /// Bytes of that payload so far.
    length: u64,
    message: Vec<u8>,
    /// The message is not shown: it exceeds a limit.
    dropped: bool,
    coding: Option<Box<Coding>>,
    /// The message that the extension puts together.
    decoded: Assembly,
    /// Something could not be decoded, so that nothing after it can be.
    undecodable: bool,
    violations: Vec<Violation>,
    seen: VecDeque<Observed>,
    /// Bytes of the input that are done with.
    done: usize,
    /// What was inflated of a stream and is not taken.
    plain: Input,
    stopped: bool,
    ended: bool,
}

impl<D: Draft> Inspector<D> {
    /// Watches the frames that `from` sends.
    pub fn new(draft: D, from: Role, session: Session) -> Self {
        Self::with(draft, from, session, 0, Limits::default())
    }

    /// Watches with these reserved bits claimed by extensions, and within these limits.
    pub fn with(draft: D, from: Role, session: Session, claimed: u8, limits: Limits) -> Self {
        Self {
            receiver: Receiver::new(draft, from, session, claimed, limits.frame),
            limits,
            input: Vec::new(),
            partial: None,
            length: 0,
            message: Vec::new(),
            dropped: false,
            coding: None,
            decoded: Assembly::default(),
            undecodable: false,
            violations: Vec::new(),
            seen: VecDeque::new(),
            done: 0,
            plain: Input::default(),
            stopped: false,
            ended: false,
        }
    }

    /// Watches with the extensions that the opening handshake has agreed: frames are shown as
    /// they are sent, and messages as they were before. Where the whole stream is compressed,
    /// it is what was inflated that is shown, and that offsets count.
    #[must_use]
    pub fn extended(mut self, agreed: &Agreed) -> Self {
        self.coding = self.receiver.extend(agreed);
        self
    }

    /// Takes bytes of the stream; what they say comes out of the iterator, which looks at no more
    /// of them than what it is asked for needs.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.stopped || self.ended {
            return;
        }
        match &mut self.coding {
            Some(coding) if coding.is_stream() => coding.wire().push(bytes),
            _ => self.input.extend_from_slice(bytes),
        }
    }

    /// Says that the stream ends here.
    pub const fn end_of_input(&mut self) {
        self.ended = true;
    }

    /// Goes on by a step; says whether that may have shown something.
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
        false
    }

    /// Inflates some more of a stream; says whether there was any.
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
                let offset = self.receiver.offset();
                self.failed(failed, offset);
                self.stopped = true;
                true
            }
        }
    }

    /// Says what is missing at the end of the stream.
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
        self.report_violations();
        if !input.is_empty() || !self.receiver.is_between_messages() {
            self.seen.push_back(Observed::Incomplete { offset, needed });
        }
    }

    /// Does one step; gives the number of bytes that it is done with, or `None` when there is
    /// nothing more to do.
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
            Item::Frame(frame, place) => {
                let payload = bytes.get(place).unwrap_or_default();
                self.length = payload.len() as u64;
                self.whole(frame, payload);
            }
            Item::Begin(frame) => {
                self.length = 0;
                self.partial = Some((frame, Vec::new()));
            }
            Item::Part { payload, end } => self.part(bytes, payload, end),
        }
        Some(step.consumed)
    }

    fn part(&mut self, bytes: &[u8], place: Range<usize>, end: Option<Option<Place>>) {
        let Some((_, kept)) = &mut self.partial else {
            return;
        };
        let payload = bytes.get(place).unwrap_or_default();
        self.length += payload.len() as u64;
        let room = self
            .limits
            .frame
            .saturating_sub(kept.len())
            .min(payload.len());
        kept.extend_from_slice(&payload[..room]);
        if let Some(place) = end {
            if let Some((mut frame, payload)) = self.partial.take() {
                frame.place = place;
                self.frame(&frame, &payload);
                if let Some(place) = frame.place {
                    self.extend(&frame, place, &payload);
                }
            }
        }
    }

    fn whole(&mut self, frame: Frame, payload: &[u8]) {
        if let Some(
            mut place @ Place {
                first: true,
                last: true,
                ..
            },
        ) = frame.place
        {
            // The machine leaves the text of such a message to its caller.
            if place.message.kind == Kind::Text && place.message.coded == 0 {
                let Self {
                    receiver,
                    violations,
                    ..
                } = self;
                let mut observe = |violation: Violation| -> Flow {
                    violations.push(violation);
                    Ok(())
                };
                let offset = frame.offset + u64::from(frame.head.size);
                place.message.faulty =
                    !matches!(receiver.text(payload, offset, &mut observe), Ok(Some(_)));
            }
            self.frame(&frame, payload);
            self.extend(&frame, place, payload);
            return;
        }
        self.frame(&frame, payload);
        match (frame.place, frame.head.kind) {
            (Some(place), _) => self.extend(&frame, place, payload),
            // Too long to be shown, however it came.
            (None, _) if self.length > self.limits.frame as u64 => {}
            (None, Kind::Ping) => self.seen.push_back(Observed::Ping(payload.into())),
            (None, Kind::Pong) => self.seen.push_back(Observed::Pong(payload.into())),
            (None, Kind::Close) => {
                let closing = self.receiver.draft().info().closing;
                let form = closing.map_or(CloseBody::Opaque, |closing| closing.body);
                self.seen
                    .push_back(Observed::Close(Close::read(payload, form)));
            }
            _ => {}
        }
    }

    /// Shows a frame, and the rules that it breaks.
    fn frame(&mut self, frame: &Frame, payload: &[u8]) {
        let head = &frame.head;
        let shown = payload.get(..self.limits.frame).unwrap_or(payload);
        self.seen.push_back(Observed::Frame {
            offset: frame.offset,
            fin: head.fin,
            reserved: head.reserved,
            kind: head.kind,
            opcode: head.opcode,
            masked: head.masked,
            length: self.length,
            payload: shown.into(),
        });
        self.report_violations();
        if self.length > self.limits.frame as u64 {
            self.seen.push_back(Observed::Exceeded {
                offset: frame.offset,
                limit: Limit::Frame,
            });
        }
    }

    fn report_violations(&mut self) {
        self.seen
            .extend(self.violations.drain(..).map(Observed::Violation));
    }

    /// Adds a frame to its message, and shows the message when it is complete.
    fn extend(&mut self, frame: &Frame, place: Place, payload: &[u8]) {
        let offset = frame.offset;
        if place.message.coded != 0 {
            if let Some(coding) = self.coding.take() {
                self.coding = Some(self.decode(coding, frame, place, payload));
                return;
            }
        }
        if place.first {
            self.message.clear();
            self.dropped = false;
        }
        // A frame beyond its limit is cut, and its message is not shown: that was said.
        self.dropped |= self.length > self.limits.frame as u64;
        if !self.dropped && self.message.len() + payload.len() > self.limits.message {
            self.seen.push_back(Observed::Exceeded {
                offset,
                limit: Limit::Message,
            });
            self.dropped = true;
        }
        if self.dropped {
            self.message = Vec::new();
        } else {
            self.message.extend_from_slice(payload);
        }
        if place.last && !self.dropped {
            let message = core::mem::take(&mut self.message);
            self.seen.extend(self.message(place.message, message));
        }
    }

    /// Adds a frame to a message that an extension has changed, and shows the message when it
    /// is complete.
    fn decode(
        &mut self,
        mut coding: Box<Coding>,
        frame: &Frame,
        place: Place,
        payload: &[u8],
    ) -> Box<Coding> {
        let limit = self.limits.message;
        if place.first {
            self.decoded.clear();
            self.dropped = false;
        }
        // A payload that is cut cannot be decoded, nor what refers to it.
        self.undecodable |= self.length > self.limits.frame as u64;
        self.dropped |= self.undecodable;
        if self.dropped {
            return coding;
        }
        let message = &mut self.decoded;
        let compressed = coding.compresses(frame.head.reserved, place.message.coded);
        let done = if compressed {
            coding.decode(payload, message, limit).and_then(|()| {
                if place.last || coding.is_by_frame() {
                    coding.finish(message, limit)
                } else {
                    Ok(())
                }
            })
        } else if message.len() + payload.len() > limit {
            Err(Failed::TooLarge)
        } else {
            message.push(payload);
            Ok(())
        };
        if let Err(failed) = done {
            self.failed(failed, frame.offset);
            (self.dropped, self.undecodable) = (true, true);
        } else if place.last {
            let payload = self.decoded.take();
            let mut message = receive::Message {
                coded: coding.others(place.message.coded),
                ..place.message
            };
            if message.kind == Kind::Text && message.coded == 0 {
                let Self {
                    receiver,
                    violations,
                    ..
                } = self;
                let mut observe = |violation: Violation| -> Flow {
                    violations.push(violation);
                    Ok(())
                };
                let offset = frame.offset + u64::from(frame.head.size);
                let text = receiver.decoded_text(&payload, offset, &mut observe);
                message.faulty = !matches!(text, Ok(Some(_)));
                self.report_violations();
            }
            self.seen.extend(self.message(message, payload));
        }
        coding
    }

    /// Shows that something could not be decoded.
    fn failed(&mut self, failed: Failed, offset: u64) {
        self.seen.push_back(match failed {
            Failed::TooLarge => Observed::Exceeded {
                offset,
                limit: Limit::Message,
            },
            Failed::Rule(rule) => Observed::Violation(Violation {
                rule,
                draft: self.receiver.draft().info(),
                by: self.receiver.from(),
                offset,
                seen: Seen::Nothing,
            }),
        });
    }

    fn message(&self, message: receive::Message, payload: Vec<u8>) -> Option<Observed> {
        let receive::Message {
            kind,
            coded,
            faulty,
        } = message;
        match (kind, coded) {
            (Kind::Text, 0) => {
                let failed = self
                    .receiver
                    .text_rule()
                    .is_some_and(|rule| rule.level == Level::Must);
                let text = || String::from_utf8_lossy(&payload).to_string();
                (!(faulty && failed)).then(text).map(Observed::Text)
            }
            (_, 0) => Some(Observed::Binary(payload)),
            _ => Some(Observed::Coded {
                kind,
                reserved: coded,
                payload,
            }),
        }
    }
}

impl<D: Draft> Iterator for Inspector<D> {
    type Item = Observed;

    /// The next thing seen; `None` when more of the stream must be
    /// [pushed](Inspector::push) first.
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
