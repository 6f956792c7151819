//! Receiving: from bytes to events.

use alloc::string::String;
#[cfg(feature = "std")]
use alloc::vec::Vec;
use core::{mem, ops::Range};

use bytes::Bytes;

use super::{Connection, Core, Event, Message};
use crate::{
    buffer::Assembly,
    draft::Draft,
    error::Error,
    extension::Failed,
    frame::{Head, Length},
    info::Kind,
    limits::Limit,
    receive::{self, Frame, Item, Place, Receiver},
    utf8,
    violation::{Seen, Stop, Violation},
};

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
    lent: bool,
    coded: Coded,
}

/// What an extension has done to the payload that is coming.
#[derive(Clone, Copy, Debug, Default)]
struct Coded {
    /// Whether the message is put together by the extension.
    message: bool,
    /// Whether this frame's payload is compressed.
    frame: bool,
    /// Compressed bytes of the message so far.
    length: usize,
    /// Where the frame's payload starts in the peer's stream.
    offset: u64,
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

/// Where an event lies in the buffers.
#[derive(Debug)]
pub(crate) enum Loan {
    Text(Range<usize>, u64),
    Binary(Range<usize>),
    Coded(receive::Message, Range<usize>),
    Ping(Range<usize>),
    Pong(Range<usize>),
    Assembled(receive::Message),
    /// An assembled message that an extension had changed; its text is not checked.
    Decoded(receive::Message, u64),
    /// A frame with an opcode that an extension claims.
    Extension(Head, Range<usize>),
    Close,
    Closed,
}

#[cfg(feature = "std")]
impl Loan {
    /// Whether it is of a message.
    #[inline]
    pub(crate) const fn is_message(&self) -> bool {
        matches!(
            self,
            Self::Text(..)
                | Self::Binary(_)
                | Self::Coded(..)
                | Self::Assembled(_)
                | Self::Decoded(..)
        )
    }
}

impl<D: Draft> Connection<D> {
    /// The next event, or `None` when more must be [read](Self::space) first, or nothing comes
    /// any more because the connection has [ended](Self::ended).
    ///
    /// A message that came in one frame is lent from where it was received. Taking events is
    /// what answers pings and close frames.
    ///
    /// # Errors
    /// [`Error::Violation`] or [`Error::Limit`] when the connection fails, then and on every
    /// further call. What the peer is to be told of it is in the [output](Self::output).
    #[inline]
    pub fn receive(&mut self) -> Result<Option<Event<'_>>, Error> {
        match self.next_loan()? {
            Some(loan) => self.lend(loan),
            None => Ok(None),
        }
    }

    /// The event that a loan stands for.
    #[inline]
    fn lend(&mut self, loan: Loan) -> Result<Option<Event<'_>>, Error> {
        self.lend_or(loan, |_, error| error)
    }

    /// The event that a loan stands for; where the connection fails with it, the error and what
    /// the peer is still to be told, since a caller that passes the event on cannot come back
    /// for that.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn lend_or_leave(
        &mut self,
        loan: Loan,
    ) -> Result<Option<Event<'_>>, (Error, Vec<u8>)> {
        self.lend_or(loan, |core, error| (error, core.output.take()))
    }

    #[inline]
    fn lend_or<E>(
        &mut self,
        loan: Loan,
        fail: impl FnOnce(&mut Core<D>, Error) -> E,
    ) -> Result<Option<Event<'_>>, E> {
        let Self {
            core,
            input,
            message,
            ..
        } = self;
        Ok(Some(match loan {
            Loan::Binary(place) => Event::Binary(input.get(place)),
            Loan::Text(place, offset) => match core.text(input.get(place.clone()), offset) {
                Ok(Some(text)) => Event::Text(text),
                Ok(None) => {
                    message.push(input.get(place));
                    core.incoming.lent = true;
                    Event::Text(replaced(message))
                }
                Err(error) => return Err(fail(core, error)),
            },
            Loan::Assembled(whole) => {
                core.incoming.lent = true;
                match whole {
                    receive::Message {
                        coded: 0,
                        kind: Kind::Text,
                        faulty,
                    } => {
                        if faulty || core.receiver.text_rule().is_none() {
                            Event::Text(replaced(message))
                        } else {
                            // It was found to be text as it came.
                            Event::Text(utf8::check(message.done()).unwrap_or_default())
                        }
                    }
                    receive::Message { coded: 0, .. } => Event::Binary(message.done()),
                    receive::Message { coded, kind, .. } => Event::Coded {
                        kind,
                        reserved: coded,
                        payload: message.done(),
                    },
                }
            }
            Loan::Decoded(receive::Message { coded, kind, .. }, _) if coded != 0 => {
                core.incoming.lent = true;
                Event::Coded {
                    kind,
                    reserved: coded,
                    payload: message.done(),
                }
            }
            Loan::Decoded(whole, offset) if whole.kind == Kind::Text => {
                core.incoming.lent = true;
                match core.decoded_text(message.done(), offset) {
                    Ok(Some(_)) => Event::Text(utf8::check(message.done()).unwrap_or_default()),
                    Ok(None) => Event::Text(replaced(message)),
                    Err(error) => return Err(fail(core, error)),
                }
            }
            Loan::Decoded(..) => {
                core.incoming.lent = true;
                Event::Binary(message.done())
            }
            Loan::Coded(whole, place) => Event::Coded {
                kind: whole.kind,
                reserved: whole.coded,
                payload: input.get(place),
            },
            Loan::Extension(head, place) => Event::Extension {
                opcode: head.opcode,
                fin: head.fin,
                reserved: head.reserved,
                payload: input.get(place),
            },
            Loan::Ping(place) => Event::Ping(input.get(place)),
            Loan::Pong(place) => Event::Pong(input.get(place)),
            Loan::Close => return Ok(core.closing.peer.as_deref().map(Event::Close)),
            Loan::Closed => return Ok(core.closing.ending.as_deref().map(Event::Closed)),
        }))
    }

    /// The next message, to keep; `None` as in [`receive`](Self::receive). All other events
    /// are passed over, and so is what an extension has done to a message.
    ///
    /// One that came in parts is handed out without a copy.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_message(&mut self) -> Result<Option<Message>, Error> {
        loop {
            let Some(loan) = self.next_loan()? else {
                return Ok(None);
            };
            let Self {
                core,
                input,
                message,
                ..
            } = self;
            return Ok(Some(match loan {
                Loan::Binary(place) | Loan::Coded(_, place) => {
                    Message::Binary(Bytes::copy_from_slice(input.get(place)))
                }
                Loan::Text(place, offset) => match core.text(input.get(place.clone()), offset)? {
                    Some(text) => Message::Text(text.into()),
                    None => Message::Text(String::from_utf8_lossy(input.get(place)).into()),
                },
                Loan::Assembled(receive::Message {
                    coded: 0,
                    kind: Kind::Text,
                    ..
                }) => Message::Text(owned_text(message)),
                Loan::Decoded(
                    receive::Message {
                        coded: 0,
                        kind: Kind::Text,
                        ..
                    },
                    offset,
                ) => {
                    core.decoded_text(message.done(), offset)?;
                    Message::Text(owned_text(message))
                }
                Loan::Assembled(_) | Loan::Decoded(..) => Message::Binary(message.take().into()),
                Loan::Ping(_)
                | Loan::Pong(_)
                | Loan::Extension(..)
                | Loan::Close
                | Loan::Closed => continue,
            }));
        }
    }

    /// Looks for the next event without taking it, and says whether it is a message. Until
    /// it is taken nothing may be read: it has its place in the buffers.
    #[cfg(feature = "std")]
    pub(crate) fn look(&mut self) -> Result<Option<bool>, Error> {
        if self.ready.is_none() {
            self.ready = self.next_loan()?;
        }
        Ok(self.ready.as_ref().map(Loan::is_message))
    }

    #[inline]
    pub(crate) fn next_loan(&mut self) -> Result<Option<Loan>, Error> {
        if self.is_between_frames() {
            let (base, bytes) = self.input.waiting();
            if let Some(whole) = self.core.receiver.message(bytes, self.core.largest) {
                self.input.take(whole.payload.end);
                let place = base + whole.payload.start..base + whole.payload.end;
                return Ok(Some(match whole.kind {
                    Kind::Text => Loan::Text(place, whole.offset),
                    _ => Loan::Binary(place),
                }));
            }
        }
        match self.ready.take() {
            Some(loan) => Ok(Some(loan)),
            None => self.advance(),
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
                let offset = frame.offset + u64::from(frame.head.size);
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
        if place.len() > self.core.config.limits.frame {
            return Err(self.core.exceed(Limit::Frame));
        }
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
        }
        self.core.decides(part, frame);
        self.core
            .begin(part, frame.head.length, self.message.len())?;
        // What an extension inflates has another length.
        let wanted = self.core.incoming.wanted && !self.core.incoming.coded.frame;
        if let (true, Length::Bytes(length)) = (wanted, frame.head.length) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            self.input.announce(length);
            self.message.announce(length);
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
            message.push(input.get(place));
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
                    return Err(self.core.exceed(Limit::Frame));
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

    /// Inflates more of a stream; says whether there was more.
    #[inline(never)]
    fn pump(&mut self, needed: usize) -> Result<bool, Error> {
        let Self { core, input, .. } = self;
        let Some(coding) = core.stream() else {
            return Ok(false);
        };
        let pumped = coding.pump(input, needed);
        pumped.map_err(|failed| core.undecodable(failed))
    }

    /// Nothing more can be said of what is there.
    fn exhausted(&mut self) -> Result<Option<Loan>, Error> {
        if !self.core.closing.end_of_input {
            return Ok(None);
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

/// The assembled message as text, with U+FFFD in the place of what is not UTF-8.
fn owned_text(message: &mut Assembly) -> String {
    // To copy what the vector code has checked is faster than to let `String::from_utf8` check
    // it in place, unless all of it is ASCII.
    let text = utf8::check(message.done()).ok().map(String::from);
    let text = text.unwrap_or_else(|| String::from_utf8_lossy(message.done()).into_owned());
    message.clear();
    text
}

fn replaced(message: &mut Assembly) -> &str {
    message.replace_invalid();
    utf8::check(message.done()).unwrap_or_default()
}

impl<D: Draft> Core<D> {
    #[inline]
    fn text<'a>(&mut self, payload: &'a [u8], offset: u64) -> Result<Option<&'a str>, Error> {
        match self.receiver.text(payload, offset, &mut self.enforce) {
            Ok(text) => Ok(text),
            Err(Stop) => Err(self.broken()),
        }
    }

    fn decoded_text<'a>(
        &mut self,
        payload: &'a [u8],
        offset: u64,
    ) -> Result<Option<&'a str>, Error> {
        match self
            .receiver
            .decoded_text(payload, offset, &mut self.enforce)
        {
            Ok(text) => Ok(text),
            Err(Stop) => Err(self.broken()),
        }
    }

    /// Notes what an extension has done to the frame that begins.
    #[inline]
    fn decides(&mut self, place: Option<Place>, frame: &Frame) {
        let Some(coding) = &self.coding else { return };
        let coded = &mut self.incoming.coded;
        let Some(place) = place.filter(|place| place.message.coded != 0) else {
            *coded = Coded::default();
            return;
        };
        *coded = Coded {
            message: true,
            frame: coding.compresses(frame.head.reserved, place.message.coded),
            length: if place.first { 0 } else { coded.length },
            offset: frame.offset + u64::from(frame.head.size),
        };
    }

    /// Inflates a part of a payload into its message.
    #[inline(never)]
    fn decode(&mut self, part: &[u8], message: &mut Assembly) -> Result<(), Error> {
        let limit = self.config.limits.message;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        let decoded = coding.decode(part, message, limit);
        decoded.map_err(|failed| self.undecodable(failed))
    }

    /// A frame ends, and its message too if it is the last one: so may what was compressed.
    fn unit_ends(&mut self, last: bool, message: &mut Assembly) -> Result<(), Error> {
        let limit = self.config.limits.message;
        let compressed = self.incoming.coded.frame;
        let Some(coding) = &mut self.coding else {
            return Ok(());
        };
        if !compressed || !(last || coding.is_by_frame()) {
            return Ok(());
        }
        let done = coding.finish(message, limit);
        done.map_err(|failed| self.undecodable(failed))
    }

    #[cold]
    fn undecodable(&mut self, failed: Failed) -> Error {
        match failed {
            Failed::TooLarge => self.exceed(Limit::Message),
            Failed::Rule(rule) => self.fail(Error::Violation(Violation {
                rule,
                draft: self.receiver.draft().info(),
                by: self.role.peer(),
                offset: self.incoming.coded.offset,
                seen: Seen::Nothing,
            })),
        }
    }

    /// A data frame begins: checks what it announces before any of it is kept.
    fn begin(&mut self, place: Option<Place>, length: Length, so_far: usize) -> Result<(), Error> {
        let limits = &self.config.limits;
        self.incoming.wanted = place.is_some();
        self.incoming.length = 0;
        if let Some(place) = place {
            self.incoming.fragments = if place.first {
                1
            } else {
                self.incoming.fragments + 1
            };
            if self.incoming.fragments > limits.fragments {
                return Err(self.exceed(Limit::Fragments));
            }
        }
        match length {
            Length::Bytes(length) => self.check_length(length, length, so_far),
            Length::Until(_) => Ok(()),
        }
    }

    /// So many bytes more of a payload have come.
    fn extend(&mut self, length: usize, so_far: usize) -> Result<(), Error> {
        self.incoming.length += length;
        self.check_length(self.incoming.length as u64, length as u64, so_far)?;
        if self.incoming.coded.frame {
            self.incoming.coded.length += length;
        }
        Ok(())
    }

    /// Checks the length of a frame, and of the message with so much more of it.
    fn check_length(&mut self, frame: u64, more: u64, so_far: usize) -> Result<(), Error> {
        let limits = &self.config.limits;
        if frame > limits.frame as u64 {
            return Err(self.exceed(Limit::Frame));
        }
        if self.incoming.coded.frame {
            // What it inflates to is checked as it comes. This bounds what inflates to nothing.
            let most = limits.message + limits.message / 8 + 1024;
            if more.saturating_add(self.incoming.coded.length as u64) > most as u64 {
                return Err(self.exceed(Limit::Message));
            }
        } else if self.incoming.wanted && more.saturating_add(so_far as u64) > limits.message as u64
        {
            return Err(self.exceed(Limit::Message));
        }
        Ok(())
    }

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
    fn broken(&mut self) -> Error {
        match mem::take(&mut self.enforce).finish() {
            Err(violation) => self.fail(Error::Violation(violation)),
            // A report stops only over a violation.
            Ok(()) => self.exceed(Limit::Frame),
        }
    }
}
