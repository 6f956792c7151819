//! Receiving: from bytes to events.

use core::{mem, ops::Range};

use super::{Connection, Core, decoding::PayloadCoding, loan::Loan};
use crate::{
    machine::{
        error::ConnectionError,
        limits::{Limit, PingAnswer},
        receive::{Frame, Item, MessagePart, MessageState, PlainMessage, Receiver},
    },
    payload::buffer::Assembly,
    protocol::{draft::Draft, frame::FrameHeader, info::Kind},
};

mod limits;
mod parts;

/// What is known of the frame and the message that are being received.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Bytes that must be there before the machine can go on.
    pub(super) needed: usize,
    /// Whether the current payload belongs to a message; otherwise it is discarded.
    wanted: bool,
    /// Bytes of the current payload so far.
    length: usize,
    /// Frames of the message so far.
    fragments: usize,
    /// Whether the assembled message is on loan.
    pub(super) lent: bool,
    pub(super) coding: PayloadCoding,
}

impl State {
    /// Bytes of a message that are still to come in the current frame.
    pub(super) fn left_of<D: Draft>(&self, receiver: &Receiver<D>) -> usize {
        let direct = self.wanted && !self.coding.message;
        let left = receiver.payload_left().filter(|_| direct);
        left.map_or(0, |left| usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Takes the assembled message back if it was on loan.
    #[inline]
    pub(super) fn release(&mut self, assembly: &mut Assembly) {
        if self.lent {
            self.lent = false;
            assembly.clear();
        }
    }
}

impl<D: Draft> Connection<D> {
    /// Looks for the next event without taking it, and tells whether it is a message. Until it is
    /// taken nothing may be read, because the event is in the buffers.
    #[cfg(feature = "std")]
    pub(crate) fn look(&mut self) -> Result<Option<bool>, ConnectionError> {
        if self.ready.is_none() {
            self.ready = self.next_loan()?;
        }
        Ok(self.ready.as_ref().map(Loan::is_message))
    }

    /// Makes an event that was not handed out the next one again.
    #[cfg(feature = "tokio")]
    pub(crate) fn put_back(&mut self, loan: Loan) {
        self.ready = Some(loan);
    }

    /// Takes the next message if it is complete in one plain frame, as nearly all are.
    ///
    /// Inlined with all that it calls, so that the result stays in registers.
    #[inline(always)]
    pub(crate) fn next_plain(&mut self) -> Option<PlainMessage> {
        if !self.is_between_frames() {
            return None;
        }
        let (base, bytes) = self.input.waiting();
        let plain = self.core.receiver.plain_message(bytes, self.core.largest)?;
        self.input.take_frame(plain.end);
        self.core.meter.received(plain.kind, plain.payload.len());
        Some(PlainMessage {
            payload: base + plain.payload.start..base + plain.payload.end,
            ..plain
        })
    }

    #[inline]
    pub(crate) fn next_loan(&mut self) -> Result<Option<Loan>, ConnectionError> {
        match self.next_plain() {
            Some(plain) => Ok(Some(plain.into())),
            None => self.next_other(),
        }
    }

    /// The next event if it is not a message that [`next_plain`](Self::next_plain) takes.
    #[inline(never)]
    pub(super) fn next_other(&mut self) -> Result<Option<Loan>, ConnectionError> {
        match self.ready.take() {
            Some(loan) => Ok(Some(loan)),
            None => {
                let advanced = self.advance();
                match &advanced {
                    Ok(Some(loan)) => self.core.count(loan, &self.assembly),
                    Ok(None) => {}
                    // A message that can never be handed out takes no memory from others.
                    Err(_) => self.assembly.abandon(),
                }
                advanced
            }
        }
    }

    /// The next event that is wanted; skips the others.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn next_wanted(
        &mut self,
        wanted: impl Fn(&Loan) -> bool,
    ) -> Result<Option<Loan>, ConnectionError> {
        loop {
            match self.next_loan()? {
                Some(loan) if !wanted(&loan) => {}
                found => return Ok(found),
            }
        }
    }

    /// Whether the next byte of the input starts a frame, and no event waits.
    #[inline]
    fn is_between_frames(&self) -> bool {
        self.ready.is_none()
            && !self.core.closing.is_over()
            && !self.core.incoming.lent
            && !self.assembly.has_read()
    }

    /// Whether there is nothing to receive before something is read, and nothing to do but to read.
    /// Otherwise only receiving can tell.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn is_drained(&mut self) -> bool {
        let core = &mut self.core;
        let drained = self.input.is_empty()
            && self.ready.is_none()
            && !(core.incoming.lent || self.assembly.is_begun())
            && core.receiver.is_between_messages()
            && !(core.closing.is_over() || core.closing.end_of_input)
            && core.coding.is_none()
            && core.account.is_none();
        if drained {
            core.incoming.needed = 1;
        }
        drained
    }

    /// Processes the received bytes up to the next event.
    fn advance(&mut self) -> Result<Option<Loan>, ConnectionError> {
        if self.core.closing.is_over() {
            return self.core.after_end();
        }
        self.core.incoming.release(&mut self.assembly);
        loop {
            if self.assembly.has_read() {
                if let Some(taken) = self.take_read() {
                    return taken;
                }
                continue;
            }
            let Core {
                receiver,
                enforce,
                config,
                ..
            } = &mut self.core;
            let (base, bytes) = self.input.waiting();
            let mut report = parts::Keep {
                enforce,
                assembly: &mut self.assembly,
                limit: config.limits.message,
            };
            let Ok(step) = receiver.next(bytes, &mut report) else {
                return Err(self.core.broken());
            };
            self.input.take(step.consumed);
            let goes_on = matches!(step.item, Item::Chunk { end: None, .. });
            let loan = match step.item {
                Item::Frame(frame, payload) => {
                    self.input.announce(step.consumed, false);
                    self.complete_frame(&frame, base + payload.start..base + payload.end)?
                }
                Item::Incomplete(needed) => {
                    self.core.incoming.needed = needed;
                    if self.core.coding.is_some() && self.pump(needed)? {
                        continue;
                    }
                    return self.exhausted();
                }
                item => self.incomplete_frame(item, base)?,
            };
            if loan.is_some() {
                return Ok(loan);
            }
            if goes_on && self.core.coding.is_none() {
                return self.hungry();
            }
        }
    }

    /// Takes what was read straight into the assembly. `None` if the frame ends, and not the message.
    fn take_read(&mut self) -> Option<Result<Option<Loan>, ConnectionError>> {
        let Core {
            receiver, enforce, ..
        } = &mut self.core;
        let Ok(step) = receiver.next(self.assembly.read(), enforce) else {
            return Some(Err(self.core.broken()));
        };
        self.core.incoming.length += self.assembly.accept();
        match step.item {
            Item::Chunk { end: None, .. } => Some(self.hungry()),
            Item::Chunk {
                end: Some(Some(part)),
                ..
            } if part.last => Some(Ok(Some(Loan::Assembled(part.message)))),
            _ => None,
        }
    }

    /// All received bytes are taken, within a payload.
    fn hungry(&mut self) -> Result<Option<Loan>, ConnectionError> {
        self.core.incoming.needed = 1;
        self.exhausted()
    }

    /// Takes a complete frame; `payload` is a range of the input.
    #[inline]
    fn complete_frame(
        &mut self,
        frame: &Frame,
        payload: Range<usize>,
    ) -> Result<Option<Loan>, ConnectionError> {
        match frame.part {
            Some(MessagePart {
                message,
                first: true,
                last: true,
            }) if payload.len() <= self.core.largest => {
                let offset = frame.payload_offset();
                Ok(Some(match message {
                    MessageState {
                        claimed_bits: 0,
                        kind: Kind::Text,
                        ..
                    } => Loan::Text(payload, offset),
                    MessageState {
                        claimed_bits: 0, ..
                    } => Loan::Binary(payload),
                    _ if self.core.coding.is_some() => {
                        let part = MessagePart {
                            message,
                            first: true,
                            last: true,
                        };
                        return self.complete_part(part, frame, payload);
                    }
                    _ => Loan::Coded(message, payload),
                }))
            }
            Some(part) => self.complete_part(part, frame, payload),
            None => self.other_frame(&frame.header, payload),
        }
    }

    /// Takes a complete frame that is not a data frame.
    fn other_frame(
        &mut self,
        header: &FrameHeader,
        payload: Range<usize>,
    ) -> Result<Option<Loan>, ConnectionError> {
        self.core.check_other_frame(header.kind, payload.len())?;
        self.core.meter.received(header.kind, payload.len());
        Ok(match header.kind {
            Kind::Extension | Kind::ExtensionControl => {
                let FrameHeader {
                    opcode,
                    fin,
                    reserved,
                    ..
                } = *header;
                Some(Loan::Extension(opcode, fin, reserved, payload))
            }
            Kind::Ping => {
                if self.core.config.ping_answer == PingAnswer::AtOnce {
                    self.core.answer_ping(self.input.get(payload.clone()));
                }
                Some(Loan::Ping(payload))
            }
            Kind::Pong => Some(Loan::Pong(payload)),
            Kind::Close => {
                self.core.closed_by_peer(self.input.get(payload));
                Some(Loan::Close)
            }
            // A frame without a meaning, which no rule forbids: it is discarded.
            Kind::Continuation | Kind::Text | Kind::Binary | Kind::Reserved => None,
        })
    }

    /// Takes the header or a chunk of a frame that is not complete.
    fn incomplete_frame(
        &mut self,
        item: Item,
        base: usize,
    ) -> Result<Option<Loan>, ConnectionError> {
        match item {
            Item::Begin(frame) => {
                if frame.header.kind.is_undivided() {
                    // Only a frame that is too long to be held comes in chunks.
                    self.core.check_other_frame(frame.header.kind, usize::MAX)?;
                }
                self.begin_frame(frame.part, &frame)?;
                Ok(None)
            }
            Item::Chunk { payload, end } => {
                let faulty = match end {
                    Some(part) => part.is_some_and(|part| part.message.faulty),
                    None => self.core.receiver.is_faulty(),
                };
                self.append_chunk(base + payload.start..base + payload.end, faulty)?;
                match end {
                    Some(Some(part)) => self.end_part(part),
                    _ => Ok(None),
                }
            }
            _ => Err(self.core.exceed(Limit::Frame)),
        }
    }

    /// The received bytes hold no further event.
    fn exhausted(&mut self) -> Result<Option<Loan>, ConnectionError> {
        if !self.core.closing.end_of_input {
            return self.make_room().map(|()| None);
        }
        let compressed = self
            .core
            .stream()
            .is_some_and(|coding| !coding.wire().is_empty());
        let partial =
            compressed || !self.input.is_empty() || !self.core.receiver.is_between_messages();
        self.core.vanished(partial);
        self.core.after_end()
    }
}

impl<D: Draft> Core<D> {
    /// The result of receiving on a connection that has ended.
    #[cold]
    fn after_end(&mut self) -> Result<Option<Loan>, ConnectionError> {
        // A response to a close frame can no longer be replaced.
        self.meter.settle();
        let error = self
            .closing
            .ending
            .as_ref()
            .and_then(|ending| ending.error());
        match error {
            None | Some(ConnectionError::Vanished { .. }) => {
                Ok((!mem::replace(&mut self.closing.announced, true)).then_some(Loan::Closed))
            }
            Some(error) => Err(error),
        }
    }

    #[cold]
    pub(super) fn broken(&mut self) -> ConnectionError {
        match mem::take(&mut self.enforce).finish() {
            Err(violation) => self.fail(ConnectionError::Violation(violation)),
            // A report stops only for a violation.
            Ok(()) => self.exceed(Limit::Frame),
        }
    }
}
