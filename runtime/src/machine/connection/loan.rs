//! Events, and the messages to keep, from where they lie in the buffers.

use alloc::string::String;
#[cfg(feature = "std")]
use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;

use super::{Connection, Core, Event, Message};
use crate::{
    machine::{
        error::Error,
        receive::{self, Whole},
    },
    payload::{buffer::Assembly, utf8},
    protocol::{draft::Draft, frame::Head, info::Kind, violation::Stop},
};

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

impl From<Whole> for Loan {
    #[inline]
    fn from(whole: Whole) -> Self {
        match whole.kind {
            Kind::Text => Self::Text(whole.payload, whole.offset),
            _ => Self::Binary(whole.payload),
        }
    }
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
        let loan = match self.next_whole() {
            Some(whole) if whole.kind == Kind::Binary => {
                return Ok(Some(Event::Binary(self.payload_of(whole))));
            }
            Some(whole) => whole.into(),
            None => match self.next_other()? {
                Some(loan) => loan,
                None => return Ok(None),
            },
        };
        self.lend(loan)
    }

    /// The event that a loan stands for.
    #[inline]
    pub(crate) fn lend(&mut self, loan: Loan) -> Result<Option<Event<'_>>, Error> {
        self.lend_or(loan, |_, error| error)
    }

    /// The payload of a message that was taken.
    #[inline]
    pub(crate) fn payload_of(&self, whole: Whole) -> &[u8] {
        self.input.get(whole.payload)
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
                    // Of a message that this one has interrupted, if that may be.
                    message.clear();
                    core.incoming.lent = true;
                    let admitted = message.push(input.get(place));
                    let replaced = core.admitted(admitted).and_then(|()| core.replace(message));
                    match replaced {
                        Ok(()) => Event::Text(text_of(message)),
                        Err(error) => {
                            message.abandon();
                            return Err(fail(core, error));
                        }
                    }
                }
                Err(error) => {
                    message.abandon();
                    return Err(fail(core, error));
                }
            },
            Loan::Assembled(whole) => {
                core.incoming.lent = true;
                match whole {
                    receive::Message {
                        coded: 0,
                        kind: Kind::Text,
                        faulty,
                    } => {
                        // Otherwise it was found to be text as it came.
                        if faulty || core.receiver.text_rule().is_none() {
                            if let Err(error) = core.replace(message) {
                                message.abandon();
                                return Err(fail(core, error));
                            }
                        }
                        Event::Text(text_of(message))
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
                let text = match core.decoded_text(message.done(), offset) {
                    Ok(Some(_)) => Ok(()),
                    Ok(None) => core.replace(message),
                    Err(error) => Err(error),
                };
                match text {
                    Ok(()) => Event::Text(text_of(message)),
                    Err(error) => {
                        message.abandon();
                        return Err(fail(core, error));
                    }
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
        let received = self.next_message();
        if received.is_err() {
            // What can never be handed out takes no memory from others.
            self.message.abandon();
        }
        received
    }

    #[inline]
    fn next_message(&mut self) -> Result<Option<Message>, Error> {
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
                    None => {
                        message.clear();
                        let admitted = message.push(input.get(place));
                        core.admitted(admitted)?;
                        core.replace(message)?;
                        Message::Text(owned_text(message))
                    }
                },
                Loan::Assembled(receive::Message {
                    coded: 0,
                    kind: Kind::Text,
                    faulty,
                }) => {
                    if faulty || core.receiver.text_rule().is_none() {
                        core.replace(message)?;
                    }
                    Message::Text(owned_text(message))
                }
                Loan::Decoded(
                    receive::Message {
                        coded: 0,
                        kind: Kind::Text,
                        ..
                    },
                    offset,
                ) => {
                    if core.decoded_text(message.done(), offset)?.is_none() {
                        core.replace(message)?;
                    }
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
}

/// From how many bytes on to copy a text costs more than to check it in place.
const LARGE: usize = 4 << 20;

/// The assembled message, which is text.
fn owned_text(message: &mut Assembly) -> String {
    if message.len() >= LARGE {
        return String::from_utf8(message.take()).unwrap_or_default();
    }
    // To copy what the vector code has checked is faster than to let `String::from_utf8` check
    // it in place, unless all of it is ASCII.
    let text = text_of(message).into();
    message.clear();
    text
}

/// The assembled message, which is text.
fn text_of(message: &Assembly) -> &str {
    utf8::check(message.done()).unwrap_or_default()
}
