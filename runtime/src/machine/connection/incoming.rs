//! Receiving: from bytes to events.

use core::{mem, ops::Range};

use super::{Connection, Core, decoding::Coded, loan::Loan};
use crate::{
    machine::{
        error::Error,
        limits::Limit,
        receive::{self, Frame, Item, Place, Receiver, Whole},
    },
    payload::buffer::Assembly,
    protocol::{
        draft::Draft,
        frame::{Head, Length},
        info::Kind,
    },
};

mod limits;

/// What is known of the frame and the message that are being received.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Bytes that must be there before anything more can be said.
    pub(super) needed: usize,
    /// Whether the payload that is coming belongs to a message; it is dropped otherwise.
    wanted: bool,
    /// Bytes of that payload so far.
    length: usize,
    /// Frames of the message so far.
    fragments: usize,
    /// Whether the assembled message is on loan.
    pub(super) lent: bool,
    pub(super) coded: Coded,
}

impl State {
    /// Bytes of a message that are still to come in the frame that is being received.
    pub(super) fn left_of<D: Draft>(&self, receiver: &Receiver<D>) -> usize {
        let direct = self.wanted && !self.coded.message;
        let left = receiver.payload_left().filter(|_| direct);
        left.map_or(0, |left| usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Takes a message back that was on loan.
    #[inline]
    pub(super) fn release(&mut self, message: &mut Assembly) {
        if self.lent {
            self.lent = false;
            message.clear();
        }
    }
}

impl<D: Draft> Connection<D> {
    /// Looks for the next event without taking it, and says whether it is a message. Until
    /// it is taken nothing may be read: it has its place in the buffers.
    #[cfg(feature = "std")]
    pub(crate) fn look(&mut self) -> Result<Option<bool>, Error> {
        if self.ready.is_none() {
            self.ready = self.next_loan()?;
        }
        Ok(self.ready.as_ref().map(Loan::is_message))
    }

    /// Takes an event back that was not handed out, to be the next one.
    #[cfg(feature = "tokio")]
    pub(crate) fn put_back(&mut self, loan: Loan) {
        self.ready = Some(loan);
    }

    /// Takes the message that is next, if it is there in one frame as nearly all are.
    ///
    /// Inlined with all that it calls, so that nothing of it goes through memory.
    #[inline(always)]
    pub(crate) fn next_whole(&mut self) -> Option<Whole> {
        if !self.is_between_frames() {
            return None;
        }
        let (base, bytes) = self.input.waiting();
        let whole = self.core.receiver.message(bytes, self.core.largest)?;
        self.input.take(whole.payload.end);
        Some(Whole {
            payload: base + whole.payload.start..base + whole.payload.end,
            ..whole
        })
    }

    #[inline]
    pub(crate) fn next_loan(&mut self) -> Result<Option<Loan>, Error> {
        match self.next_whole() {
            Some(whole) => Ok(Some(whole.into())),
            None => self.next_other(),
        }
    }

    /// The next event, where it is no message as [`next_whole`](Self::next_whole) takes it.
    #[inline(never)]
    pub(super) fn next_other(&mut self) -> Result<Option<Loan>, Error> {
        match self.ready.take() {
            Some(loan) => Ok(Some(loan)),
            None => {
                let advanced = self.advance();
                if advanced.is_err() {
                    // What can never be handed out takes no memory from others.
                    self.message.abandon();
                }
                advanced
            }
        }
    }

    /// The next event that is wanted; others are passed over.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn next_wanted(
        &mut self,
        wanted: impl Fn(&Loan) -> bool,
    ) -> Result<Option<Loan>, Error> {
        loop {
            match self.next_loan()? {
                Some(loan) if !wanted(&loan) => {}
                found => return Ok(found),
            }
        }
    }

    /// Whether the next event is whatever starts with the next byte.
    #[inline]
    fn is_between_frames(&self) -> bool {
        self.ready.is_none()
            && !self.core.closing.is_over()
            && !self.core.incoming.lent
            && !self.message.has_read()
    }

    /// Works through what was received, up to the next event.
    fn advance(&mut self) -> Result<Option<Loan>, Error> {
        if self.core.closing.is_over() {
            return self.core.after_end();
        }
        self.core.incoming.release(&mut self.message);
        loop {
            let Core {
                receiver, enforce, ..
            } = &mut self.core;
            if self.message.has_read() {
                let Ok(step) = receiver.next(self.message.read(), enforce) else {
                    return Err(self.core.broken());
                };
                self.core.incoming.length += self.message.accept();
                if let Item::Part {
                    end:
                        Some(Some(Place {
                            message,
                            last: true,
                            ..
                        })),
                    ..
                } = step.item
                {
                    return Ok(Some(Loan::Assembled(message)));
                }
                continue;
            }
            let (base, bytes) = self.input.waiting();
            let Ok(step) = receiver.next(bytes, enforce) else {
                return Err(self.core.broken());
            };
            self.input.take(step.consumed);
            let loan = match step.item {
                Item::Frame(frame, place) => {
                    self.frame(&frame, base + place.start..base + place.end)?
                }
                Item::Incomplete(needed) => {
                    self.core.incoming.needed = needed;
                    if self.core.coding.is_some() && self.pump(needed)? {
                        continue;
                    }
                    return self.exhausted();
                }
                item => self.piece(item, base)?,
            };
            if loan.is_some() {
                return Ok(loan);
            }
        }
    }

    /// Takes a frame that is there as a whole.
    #[inline]
    fn frame(&mut self, frame: &Frame, place: Range<usize>) -> Result<Option<Loan>, Error> {
        match frame.place {
            Some(Place {
                message,
                first: true,
                last: true,
            }) if place.len() <= self.core.largest => {
                let offset = frame.payload_offset();
                Ok(Some(match message {
                    receive::Message {
                        coded: 0,
                        kind: Kind::Text,
                        ..
                    } => Loan::Text(place, offset),
                    receive::Message { coded: 0, .. } => Loan::Binary(place),
                    _ if self.core.coding.is_some() => {
                        let part = Place {
                            message,
                            first: true,
                            last: true,
                        };
                        return self.fragment(part, frame, place);
                    }
                    _ => Loan::Coded(message, place),
                }))
            }
            Some(part) => self.fragment(part, frame, place),
            None => self.control(&frame.head, place),
        }
    }

    fn control(&mut self, head: &Head, place: Range<usize>) -> Result<Option<Loan>, Error> {
        self.core.check_whole(head.kind, place.len())?;
        Ok(match head.kind {
            Kind::Extension | Kind::ExtensionControl => Some(Loan::Extension(*head, place)),
            Kind::Ping => {
                self.core.answer_ping(self.input.get(place.clone()));
                Some(Loan::Ping(place))
            }
            Kind::Pong => Some(Loan::Pong(place)),
            Kind::Close => {
                self.core.closed_by_peer(self.input.get(place));
                Some(Loan::Close)
            }
            // A frame without a meaning that no rule refused: it is dropped.
            _ => None,
        })
    }

    fn fragment(
        &mut self,
        part: Place,
        frame: &Frame,
        place: Range<usize>,
    ) -> Result<Option<Loan>, Error> {
        self.begin(Some(part), frame)?;
        self.extend(place)?;
        self.ends(part)
    }

    fn begin(&mut self, part: Option<Place>, frame: &Frame) -> Result<(), Error> {
        if part.is_some_and(|part| part.first) {
            self.message.clear();
            if let Some(account) = &self.core.account {
                account.begins();
            }
        }
        self.core.decides(part, frame);
        self.core
            .begin(part, frame.head.length, self.message.len())?;
        // What an extension inflates has another length.
        let wanted = self.core.incoming.wanted && !self.core.incoming.coded.frame;
        if let (true, Length::Bytes(length)) = (wanted, frame.head.length) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            self.input.announce(length);
            let admitted = self.message.announce(length);
            self.core.admitted(admitted)?;
        }
        Ok(())
    }

    /// Adds what came of a payload to the message.
    fn extend(&mut self, place: Range<usize>) -> Result<(), Error> {
        let Self {
            core,
            input,
            message,
            ..
        } = self;
        core.extend(place.len(), message.len())?;
        if core.incoming.coded.frame {
            return core.decode(input.get(place), message);
        }
        if core.incoming.wanted {
            let admitted = message.push(input.get(place));
            return core.admitted(admitted);
        }
        Ok(())
    }

    /// A frame of a message ends.
    fn ends(&mut self, part: Place) -> Result<Option<Loan>, Error> {
        let coded = self.core.incoming.coded;
        if coded.message {
            self.core.unit_ends(part.last, &mut self.message)?;
            if !part.last {
                return Ok(None);
            }
            let mut message = part.message;
            if let Some(coding) = &self.core.coding {
                message.coded = coding.others(message.coded);
            }
            return Ok(Some(Loan::Decoded(message, coded.offset)));
        }
        Ok(part.last.then_some(Loan::Assembled(part.message)))
    }

    /// Takes what there is of a frame that is not there as a whole.
    fn piece(&mut self, item: Item, base: usize) -> Result<Option<Loan>, Error> {
        match item {
            Item::Begin(frame) => {
                if frame.head.kind.is_whole() {
                    // Only one that is too long to be held comes in parts.
                    self.core.check_whole(frame.head.kind, usize::MAX)?;
                }
                self.begin(frame.place, &frame)?;
                Ok(None)
            }
            Item::Part { payload, end } => {
                self.extend(base + payload.start..base + payload.end)?;
                match end {
                    Some(Some(place)) => self.ends(place),
                    _ => Ok(None),
                }
            }
            _ => Err(self.core.exceed(Limit::Frame)),
        }
    }

    /// Nothing more can be said of what is there.
    fn exhausted(&mut self) -> Result<Option<Loan>, Error> {
        if !self.core.closing.end_of_input {
            return self.make_room().map(|()| None);
        }
        let coded = self
            .core
            .stream()
            .is_some_and(|coding| !coding.wire().is_empty());
        let partial = coded || !self.input.is_empty() || !self.core.receiver.is_between_messages();
        self.core.vanished(partial);
        self.core.after_end()
    }
}

impl<D: Draft> Core<D> {
    /// Answers on behalf of a connection that has ended.
    #[cold]
    fn after_end(&mut self) -> Result<Option<Loan>, Error> {
        let error = self
            .closing
            .ending
            .as_ref()
            .and_then(|ending| ending.error());
        match error {
            None | Some(Error::Vanished { .. }) => {
                Ok((!mem::replace(&mut self.closing.announced, true)).then_some(Loan::Closed))
            }
            Some(error) => Err(error),
        }
    }

    #[cold]
    pub(super) fn broken(&mut self) -> Error {
        match mem::take(&mut self.enforce).finish() {
            Err(violation) => self.fail(Error::Violation(violation)),
            // A report stops only over a violation.
            Ok(()) => self.exceed(Limit::Frame),
        }
    }
}
