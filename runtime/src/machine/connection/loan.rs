//! Turns loans into events and owned messages.

#[cfg(feature = "std")]
use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;

use super::{Connection, Core, Event, Message};
use crate::{
    machine::{
        error::ConnectionError,
        receive::{MessageState, PlainMessage},
    },
    payload::{
        buffer::{Assembly, Input},
        text::Utf8Bytes,
        utf8,
    },
    protocol::{draft::Draft, info::Kind, violation::Stop},
};

/// Where the next event is in the buffers. Ranges are of the input.
#[derive(Debug)]
pub(crate) enum Loan {
    /// A text message in one frame, and the offset of its payload; its text is not checked.
    Text(Range<usize>, u64),
    /// A binary message in one frame.
    Binary(Range<usize>),
    /// A message in one frame with claimed bits that an extension of the application uses.
    Coded(MessageState, Range<usize>),
    Ping(Range<usize>),
    Pong(Range<usize>),
    /// An assembled message; its text was checked as it arrived.
    Assembled(MessageState),
    /// An assembled message that an extension has decoded, and the offset of its last payload; its
    /// text is not checked.
    Decoded(MessageState, u64),
    /// A frame with an opcode that an extension claims: the opcode, whether it is the last of its
    /// message, the reserved bits, and the payload.
    Extension(u8, bool, u8, Range<usize>),
    Close,
    Closed,
}

impl From<PlainMessage> for Loan {
    #[inline]
    fn from(plain: PlainMessage) -> Self {
        if plain.kind == Kind::Text {
            Self::Text(plain.payload, plain.offset)
        } else {
            Self::Binary(plain.payload)
        }
    }
}

#[cfg(feature = "std")]
impl Loan {
    /// Whether it is a message.
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
    /// The next event. `None` if more bytes must be [read](Self::space) first, or if the
    /// connection has [ended](Self::ended) and no more events come.
    ///
    /// A message that came in one frame is borrowed from the input, without a copy. This call also
    /// responds to pings and close frames.
    ///
    /// # Errors
    /// [`ConnectionError::Violation`] or [`ConnectionError::Limit`] if the connection fails, now and on every further
    /// call. The [output](Self::output) then holds the close frame for the peer.
    #[inline]
    pub fn receive(&mut self) -> Result<Option<Event<'_>>, ConnectionError> {
        let loan = match self.next_plain() {
            Some(plain) if plain.kind == Kind::Binary => {
                return Ok(Some(Event::Binary(self.payload_of(plain))));
            }
            Some(plain) => plain.into(),
            None => match self.next_other()? {
                Some(loan) => loan,
                None => return Ok(None),
            },
        };
        self.lend(loan)
    }

    /// Turns a loan into its event.
    #[inline]
    pub(crate) fn lend(&mut self, loan: Loan) -> Result<Option<Event<'_>>, ConnectionError> {
        self.lend_or(loan, |_, error| error)
    }

    /// The payload of a plain message.
    #[inline]
    pub(crate) fn payload_of(&self, plain: PlainMessage) -> &[u8] {
        self.input.get(plain.payload)
    }

    /// As [`lend`](Self::lend). If the connection fails, the error comes with the remaining output,
    /// because a caller that passes the event on cannot come back for it.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn lend_or_leave(
        &mut self,
        loan: Loan,
    ) -> Result<Option<Event<'_>>, (ConnectionError, Vec<u8>)> {
        self.lend_or(loan, |core, error| (error, core.output.take()))
    }

    #[inline]
    fn lend_or<E>(
        &mut self,
        loan: Loan,
        fail: impl FnOnce(&mut Core<D>, ConnectionError) -> E,
    ) -> Result<Option<Event<'_>>, E> {
        let Self {
            core,
            input,
            assembly,
            ..
        } = self;
        Ok(Some(match loan {
            Loan::Binary(range) => Event::Binary(input.get(range)),
            Loan::Text(range, offset) => match core.text(input.get(range.clone()), offset) {
                Ok(Some(text)) => Event::Text(text),
                Ok(None) => {
                    core.incoming.lent = true;
                    if let Err(error) = core.assemble_replaced(assembly, input.get(range)) {
                        assembly.abandon();
                        return Err(fail(core, error));
                    }
                    Event::Text(assembly.as_text())
                }
                Err(error) => {
                    assembly.abandon();
                    return Err(fail(core, error));
                }
            },
            Loan::Assembled(state) => {
                core.incoming.lent = true;
                if let Err(error) = core.check_assembled(assembly, state) {
                    assembly.abandon();
                    return Err(fail(core, error));
                }
                assembled(assembly, state)
            }
            Loan::Decoded(state, offset) => {
                core.incoming.lent = true;
                if let Err(error) = core.check_decoded(assembly, state, offset) {
                    assembly.abandon();
                    return Err(fail(core, error));
                }
                assembled(assembly, state)
            }
            Loan::Coded(state, range) => coded(state, input.get(range)),
            Loan::Extension(opcode, fin, reserved, payload) => Event::Extension {
                opcode,
                fin,
                reserved,
                payload: input.get(payload),
            },
            Loan::Ping(range) => Event::Ping(input.get(range)),
            Loan::Pong(range) => Event::Pong(input.get(range)),
            Loan::Close => return Ok(core.closing.peer.as_deref().map(Event::Close)),
            Loan::Closed => return Ok(core.closing.ending.as_deref().map(Event::Closed)),
        }))
    }

    /// The next message, owned; `None` as in [`receive`](Self::receive). Skips all other events,
    /// and drops the reserved bits of messages that an extension of the application has changed.
    ///
    /// A message that came in several fragments is handed out without a copy. So is a message of 8 KiB
    /// or more that nearly fills the buffer it came in: it keeps that buffer, which has at most twice
    /// its length and 2 KiB.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    #[inline]
    pub fn receive_message(&mut self) -> Result<Option<Message>, ConnectionError> {
        let Some(plain) = self.next_plain() else {
            return self.next_message(None);
        };
        match self.kept(&plain) {
            Some(message) => Ok(Some(message)),
            None => self.next_message(Some(plain.into())),
        }
    }

    /// A plain message to keep, if it is binary, or short and valid text.
    ///
    /// Inlined, so that it is made where it is returned: moving it would wait for the stores.
    #[inline(always)]
    pub(crate) fn kept(&mut self, plain: &PlainMessage) -> Option<Message> {
        let range = plain.payload.clone();
        Some(
            match (plain.kind == Kind::Text, Input::gives_away(&range)) {
                (true, true) => return None,
                (true, false) => Message::Text(utf8::check(self.input.get(range)).ok()?.into()),
                (false, true) => Message::Binary(self.input.give(range)),
                (false, false) => Message::Binary(Bytes::copy_from_slice(self.input.get(range))),
            },
        )
    }

    /// The next message, which is this loan if that is one.
    #[inline(never)]
    pub(crate) fn next_message(
        &mut self,
        loan: Option<Loan>,
    ) -> Result<Option<Message>, ConnectionError> {
        let received = self.owned_message(loan);
        if received.is_err() {
            // A message that can never be handed out takes no memory from others.
            self.assembly.abandon();
        }
        received
    }

    #[inline]
    fn owned_message(
        &mut self,
        mut first: Option<Loan>,
    ) -> Result<Option<Message>, ConnectionError> {
        loop {
            let loan = match first.take() {
                Some(loan) => Some(loan),
                None => self.next_loan()?,
            };
            let Some(loan) = loan else {
                return Ok(None);
            };
            let Self {
                core,
                input,
                assembly,
                ..
            } = self;
            return Ok(Some(match loan {
                Loan::Binary(range) | Loan::Coded(_, range) => {
                    Message::Binary(input.hand_out(range))
                }
                Loan::Text(range, offset) if Input::gives_away(&range) => {
                    let payload = input.hand_out(range);
                    Message::Text(match Utf8Bytes::checked(payload.clone()) {
                        Some(text) => text,
                        None => {
                            core.text(&payload, offset)?;
                            core.assemble_replaced(assembly, &payload)?;
                            owned_text(assembly)
                        }
                    })
                }
                Loan::Text(range, offset) => match core.text(input.get(range.clone()), offset)? {
                    Some(text) => Message::Text(text.into()),
                    None => {
                        core.assemble_replaced(assembly, input.get(range))?;
                        Message::Text(owned_text(assembly))
                    }
                },
                Loan::Assembled(state) => {
                    core.check_assembled(assembly, state)?;
                    owned(assembly, state)
                }
                Loan::Decoded(state, offset) => {
                    core.check_decoded(assembly, state, offset)?;
                    owned(assembly, state)
                }
                Loan::Ping(_)
                | Loan::Pong(_)
                | Loan::Extension(..)
                | Loan::Close
                | Loan::Closed => continue,
            }));
        }
    }
}

impl<D: Draft> Core<D> {
    #[inline]
    fn text<'a>(
        &mut self,
        payload: &'a [u8],
        offset: u64,
    ) -> Result<Option<&'a str>, ConnectionError> {
        match self.receiver.text(payload, offset, &mut self.enforce) {
            Ok(text) => Ok(text),
            Err(Stop) => Err(self.broken()),
        }
    }

    fn decoded_text<'a>(
        &mut self,
        payload: &'a [u8],
        offset: u64,
    ) -> Result<Option<&'a str>, ConnectionError> {
        match self
            .receiver
            .decoded_text(payload, offset, &mut self.enforce)
        {
            Ok(text) => Ok(text),
            Err(Stop) => Err(self.broken()),
        }
    }

    /// Puts text with invalid UTF-8 into the assembly, with U+FFFD in its place. Part of a message
    /// that this one interrupts, if a relaxed rule allows that, is lost.
    fn assemble_replaced(
        &mut self,
        assembly: &mut Assembly,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        assembly.begin(false);
        let admitted = assembly.push(payload);
        self.admitted(admitted)?;
        self.replace_invalid(assembly)
    }

    /// Replaces invalid UTF-8 in an assembled message, whose text was checked as it arrived.
    fn check_assembled(
        &mut self,
        assembly: &mut Assembly,
        state: MessageState,
    ) -> Result<(), ConnectionError> {
        if state.is_text() && state.faulty {
            return self.replace_invalid(assembly);
        }
        Ok(())
    }

    /// Checks the text of a decoded message, and replaces invalid UTF-8 if that passes.
    fn check_decoded(
        &mut self,
        assembly: &mut Assembly,
        state: MessageState,
        offset: u64,
    ) -> Result<(), ConnectionError> {
        if state.is_text() && self.decoded_text(assembly.done(), offset)?.is_none() {
            return self.replace_invalid(assembly);
        }
        Ok(())
    }
}

/// The event of an assembled message, which is checked.
fn assembled(assembly: &Assembly, state: MessageState) -> Event<'_> {
    match state {
        state if state.is_text() => Event::Text(assembly.as_text()),
        MessageState {
            claimed_bits: 0, ..
        } => Event::Binary(assembly.done()),
        state => coded(state, assembly.done()),
    }
}

/// The event of a message that an extension of the application has changed.
const fn coded(state: MessageState, payload: &[u8]) -> Event<'_> {
    Event::Coded {
        kind: state.kind,
        reserved: state.claimed_bits,
        payload,
    }
}

/// The assembled message, which is checked, without its reserved bits.
fn owned(assembly: &mut Assembly, state: MessageState) -> Message {
    if state.is_text() {
        Message::Text(owned_text(assembly))
    } else {
        Message::Binary(assembly.take().into())
    }
}

/// From this many bytes on, copying a text costs more than checking it in place.
const LARGE: usize = 4 << 20;

/// The assembled message, which is text.
fn owned_text(assembly: &mut Assembly) -> Utf8Bytes {
    if let Some(text) = assembly.take_text() {
        return text.into();
    }
    if assembly.len() >= LARGE {
        return Utf8Bytes::checked(assembly.take().into()).unwrap_or_default();
    }
    let text = assembly.as_text().into();
    assembly.clear();
    text
}
