//! Turns loans into events and owned messages.

use alloc::string::String;
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
    payload::{buffer::Assembly, utf8},
    protocol::{draft::Draft, frame::FrameHeader, info::Kind, violation::Stop},
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
    /// A frame with an opcode that an extension claims.
    Extension(FrameHeader, Range<usize>),
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
                    // It may hold part of a message that this one interrupts, if the rule on that is relaxed.
                    assembly.clear();
                    core.incoming.lent = true;
                    let admitted = assembly.push(input.get(range));
                    let replaced = core
                        .admitted(admitted)
                        .and_then(|()| core.replace_invalid(assembly));
                    match replaced {
                        Ok(()) => Event::Text(text_of(assembly)),
                        Err(error) => {
                            assembly.abandon();
                            return Err(fail(core, error));
                        }
                    }
                }
                Err(error) => {
                    assembly.abandon();
                    return Err(fail(core, error));
                }
            },
            Loan::Assembled(state) => {
                core.incoming.lent = true;
                match state {
                    MessageState {
                        claimed_bits: 0,
                        kind: Kind::Text,
                        faulty,
                    } => {
                        // Otherwise it was found to be text as it came.
                        if faulty || core.receiver.text_rule().is_none() {
                            if let Err(error) = core.replace_invalid(assembly) {
                                assembly.abandon();
                                return Err(fail(core, error));
                            }
                        }
                        Event::Text(text_of(assembly))
                    }
                    MessageState {
                        claimed_bits: 0, ..
                    } => Event::Binary(assembly.done()),
                    MessageState {
                        claimed_bits, kind, ..
                    } => Event::Coded {
                        kind,
                        reserved: claimed_bits,
                        payload: assembly.done(),
                    },
                }
            }
            Loan::Decoded(
                MessageState {
                    claimed_bits, kind, ..
                },
                _,
            ) if claimed_bits != 0 => {
                core.incoming.lent = true;
                Event::Coded {
                    kind,
                    reserved: claimed_bits,
                    payload: assembly.done(),
                }
            }
            Loan::Decoded(state, offset) if state.kind == Kind::Text => {
                core.incoming.lent = true;
                let text = match core.decoded_text(assembly.done(), offset) {
                    Ok(Some(_)) => Ok(()),
                    Ok(None) => core.replace_invalid(assembly),
                    Err(error) => Err(error),
                };
                match text {
                    Ok(()) => Event::Text(text_of(assembly)),
                    Err(error) => {
                        assembly.abandon();
                        return Err(fail(core, error));
                    }
                }
            }
            Loan::Decoded(..) => {
                core.incoming.lent = true;
                Event::Binary(assembly.done())
            }
            Loan::Coded(message, range) => Event::Coded {
                kind: message.kind,
                reserved: message.claimed_bits,
                payload: input.get(range),
            },
            Loan::Extension(header, range) => Event::Extension {
                opcode: header.opcode,
                fin: header.fin,
                reserved: header.reserved,
                payload: input.get(range),
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
    /// A message that came in several fragments is handed out without a copy.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_message(&mut self) -> Result<Option<Message>, ConnectionError> {
        let received = self.next_message();
        if received.is_err() {
            // A message that can never be handed out takes no memory from others.
            self.assembly.abandon();
        }
        received
    }

    #[inline]
    fn next_message(&mut self) -> Result<Option<Message>, ConnectionError> {
        loop {
            let Some(loan) = self.next_loan()? else {
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
                    Message::Binary(Bytes::copy_from_slice(input.get(range)))
                }
                Loan::Text(range, offset) => match core.text(input.get(range.clone()), offset)? {
                    Some(text) => Message::Text(text.into()),
                    None => {
                        assembly.clear();
                        let admitted = assembly.push(input.get(range));
                        core.admitted(admitted)?;
                        core.replace_invalid(assembly)?;
                        Message::Text(owned_text(assembly))
                    }
                },
                Loan::Assembled(MessageState {
                    claimed_bits: 0,
                    kind: Kind::Text,
                    faulty,
                }) => {
                    if faulty || core.receiver.text_rule().is_none() {
                        core.replace_invalid(assembly)?;
                    }
                    Message::Text(owned_text(assembly))
                }
                Loan::Decoded(
                    MessageState {
                        claimed_bits: 0,
                        kind: Kind::Text,
                        ..
                    },
                    offset,
                ) => {
                    if core.decoded_text(assembly.done(), offset)?.is_none() {
                        core.replace_invalid(assembly)?;
                    }
                    Message::Text(owned_text(assembly))
                }
                Loan::Assembled(_) | Loan::Decoded(..) => Message::Binary(assembly.take().into()),
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
}

/// From this many bytes on, copying a text costs more than checking it in place.
const LARGE: usize = 4 << 20;

/// The assembled message, which is text.
fn owned_text(assembly: &mut Assembly) -> String {
    if assembly.len() >= LARGE {
        return String::from_utf8(assembly.take()).unwrap_or_default();
    }
    // Copying text that the vector code has checked is faster than `String::from_utf8`, unless all
    // of it is ASCII.
    let text = text_of(assembly).into();
    assembly.clear();
    text
}

/// The assembled message, which is text.
fn text_of(assembly: &Assembly) -> &str {
    utf8::check(assembly.done()).unwrap_or_default()
}
