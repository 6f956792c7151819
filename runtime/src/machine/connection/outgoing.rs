//! Sends messages and control frames.

use alloc::boxed::Box;

use super::{AsMessage, Connection, Core, MessageRef};
use crate::{
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    payload::utf8,
    protocol::{
        draft::Draft,
        frame::{Encoded, Outgoing},
        info::Kind,
        violation::Relaxed,
    },
};

/// The state of sending.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The message that is being sent in fragments.
    open: Option<Open>,
    /// Bytes of that message so far.
    length: usize,
    /// The pong for the latest ping, if there was no room for it.
    pong: Option<Box<[u8]>>,
}

#[derive(Clone, Debug)]
enum Open {
    Text(utf8::Validator),
    Binary,
}

impl<D: Draft> Connection<D> {
    /// Sends a message.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline]
    pub fn send(&mut self, message: impl AsMessage) -> Result<(), ConnectionError> {
        #[cfg(feature = "std")]
        if let Some(prepared) = message.prepared() {
            return self.send_prepared(prepared);
        }
        self.core.data(message.as_message())
    }

    /// Sends a message even if there is no room for it. The caller makes sure that little waits.
    ///
    /// # Errors
    /// As [`text`](Self::text), but for [`Limit::WriteBuffer`].
    #[cfg(feature = "stream")]
    pub(crate) fn send_regardless(
        &mut self,
        message: MessageRef<'_>,
    ) -> Result<(), ConnectionError> {
        let payload = message.as_bytes();
        self.core.check_sendable()?;
        self.core.check_memory(payload.len())?;
        self.core.queue_message(message.kind(), 0, payload)
    }

    /// Whether a pong waits for room in the output.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) const fn owes_pong(&self) -> bool {
        self.core.outgoing.pong.is_some()
    }

    /// Sends a text message.
    ///
    /// # Errors
    /// [`ConnectionError::Limit`] with [`Limit::WriteBuffer`] while there is no room, or with
    /// [`Limit::SendMemory`] while the [`Budget`](crate::Budget) has none: the message was not
    /// taken; [`ConnectionError::Misuse`] when none can be sent; the error that the connection has
    /// failed with; [`ConnectionError::Entropy`].
    #[inline]
    pub fn text(&mut self, text: &str) -> Result<(), ConnectionError> {
        self.core.data(MessageRef::Text(text))
    }

    /// Sends a binary message.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline]
    pub fn binary(&mut self, bytes: &[u8]) -> Result<(), ConnectionError> {
        self.core.data(MessageRef::Binary(bytes))
    }

    /// Sends the first part of a text message; [`append`](Self::append) to it, and
    /// [`finish`](Self::finish) it. A part may end within a character.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn begin_text(&mut self, part: &[u8]) -> Result<(), ConnectionError> {
        self.core
            .begin_message(Kind::Text, Open::Text(utf8::Validator::new()), part)
    }

    /// Sends the first part of a binary message; [`append`](Self::append) to it, and
    /// [`finish`](Self::finish) it.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn begin_binary(&mut self, part: &[u8]) -> Result<(), ConnectionError> {
        self.core.begin_message(Kind::Binary, Open::Binary, part)
    }

    /// Sends a further part of the message that was begun.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn append(&mut self, part: &[u8]) -> Result<(), ConnectionError> {
        self.core.continue_message(part, false)
    }

    /// Sends the last part of the message that was begun.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn finish(&mut self, part: &[u8]) -> Result<(), ConnectionError> {
        self.core.continue_message(part, true)
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), ConnectionError> {
        self.core.check_open()?;
        self.core.check_room(payload.len())?;
        self.core.control(Kind::Ping, payload)
    }

    /// Sends an unsolicited pong. The connection responds to pings by itself.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), ConnectionError> {
        self.core.check_open()?;
        self.core.check_room(payload.len())?;
        self.core.control(Kind::Pong, payload)
    }
}

impl<D: Draft> Core<D> {
    #[inline]
    pub(super) fn check_open(&self) -> Result<(), ConnectionError> {
        if self.closing.local || self.closing.is_over() {
            Err(self.not_open())
        } else {
            Ok(())
        }
    }

    #[cold]
    fn not_open(&self) -> ConnectionError {
        let error = self
            .closing
            .ending
            .as_ref()
            .and_then(|ending| ending.error());
        error.unwrap_or(ConnectionError::Misuse(Misuse::Closed))
    }

    /// Whether there is room to queue a frame with this payload length. An empty queue takes any frame.
    #[inline]
    pub(super) fn has_room(&self, length: usize) -> bool {
        let waiting = self.output.len();
        let limit = self.config.limits.write_buffer;
        waiting == 0 || length.saturating_add(waiting + Encoded::MAX) <= limit
    }

    #[inline]
    pub(super) fn check_room(&mut self, length: usize) -> Result<(), ConnectionError> {
        if self.has_room(length) {
            return self.check_memory(length);
        }
        let limit = Limit::WriteBuffer;
        Err(ConnectionError::Limit {
            limit,
            value: self.config.limits.value(limit),
        })
    }

    #[inline]
    pub(super) fn data(&mut self, message: MessageRef<'_>) -> Result<(), ConnectionError> {
        let payload = message.as_bytes();
        self.check_data(payload)?;
        self.queue_message(message.kind(), 0, payload)
    }

    /// Checks that a message can be sent.
    #[inline]
    pub(super) fn check_data(&mut self, payload: &[u8]) -> Result<(), ConnectionError> {
        self.check_sendable()?;
        self.check_room(payload.len())
    }

    /// Checks that a message may be sent, apart from room for it.
    #[inline]
    pub(super) fn check_sendable(&self) -> Result<(), ConnectionError> {
        self.check_open()?;
        if self.outgoing.open.is_some() {
            return Err(Misuse::MessageOpen.into());
        }
        Ok(())
    }

    fn begin_message(
        &mut self,
        kind: Kind,
        mut open: Open,
        part: &[u8],
    ) -> Result<(), ConnectionError> {
        self.check_open()?;
        if !self.receiver.draft().info().fragments {
            return Err(Misuse::NoFragments.into());
        }
        if self.outgoing.open.is_some() {
            return Err(Misuse::MessageOpen.into());
        }
        open.check_part(part, false)?;
        self.check_room(part.len())?;
        self.queue_data(kind, false, 0, part)?;
        self.outgoing.open = Some(open);
        self.outgoing.length = part.len();
        Ok(())
    }

    fn continue_message(&mut self, part: &[u8], fin: bool) -> Result<(), ConnectionError> {
        self.check_open()?;
        self.check_room(part.len())?;
        let Some(open) = &self.outgoing.open else {
            return Err(Misuse::NoMessageOpen.into());
        };
        // The state must not change if the part cannot be sent.
        let mut open = open.clone();
        open.check_part(part, fin)?;
        self.queue_data(Kind::Continuation, fin, 0, part)?;
        self.outgoing.length += part.len();
        if fin {
            self.meter.sent(open.kind(), self.outgoing.length);
        }
        self.outgoing.open = (!fin).then_some(open);
        Ok(())
    }

    /// Responds to a ping at once, or when there is room.
    ///
    /// Without room, only the pong for the latest ping is kept (RFC 6455 §5.5.3), so that a flood of
    /// pings fills no more than the write buffer.
    ///
    /// If a ping is longer than a pong may be, the pong is cut: it still shows that this endpoint is
    /// alive.
    pub(super) fn answer_ping(&mut self, payload: &[u8]) {
        if self.closing.local {
            return;
        }
        // Only a relaxed rule lets the peer send more than this endpoint may.
        let fitting = if self.config.policy.relaxed == Relaxed::NONE {
            payload.len()
        } else {
            self.fitting(Kind::Pong, payload.len())
        };
        let Some(payload) = payload.get(..fitting) else {
            return;
        };
        if self.outgoing.pong.is_none() && self.has_room(fitting) && self.has_memory(fitting) {
            // A draft without pongs, or a failing source of entropy, means no response.
            let _ = self.queue(Kind::Pong, true, payload);
        } else {
            self.outgoing.pong = Some(payload.into());
        }
    }

    /// How many bytes of a payload this endpoint may send in a control frame.
    pub(super) fn fitting(&self, kind: Kind, length: usize) -> usize {
        let keeps = |length| self.check_control(kind, length).is_ok();
        if keeps(length) {
            return length;
        }
        let (mut fits, mut breaks) = (0, length);
        while breaks - fits > 1 {
            let middle = fits + (breaks - fits) / 2;
            if keeps(middle) {
                fits = middle;
            } else {
                breaks = middle;
            }
        }
        fits
    }

    /// Queues the pong that waits for room.
    #[inline]
    pub(super) fn flush_pong(&mut self) {
        if self.outgoing.pong.is_some() {
            self.flush_owed_pong();
        }
    }

    #[cold]
    fn flush_owed_pong(&mut self) {
        if let Some(payload) = self.outgoing.pong.take() {
            self.answer_ping(&payload);
        }
    }

    /// Queues a control frame after checking it against the rules for the peer's frames.
    pub(super) fn control(&mut self, kind: Kind, payload: &[u8]) -> Result<(), ConnectionError> {
        self.check_control(kind, payload.len())?;
        self.queue(kind, true, payload)
    }

    /// Checks a control frame with a payload of `length` bytes against the rules for the peer's frames.
    pub(super) fn check_control(&self, kind: Kind, length: usize) -> Result<(), Misuse> {
        self.check_outgoing(&Outgoing {
            kind,
            fin: true,
            reserved: 0,
            length: length as u64,
            opcode: 0,
        })
    }

    /// Whether a message is being sent in fragments.
    pub(super) const fn is_message_open(&self) -> bool {
        self.outgoing.open.is_some()
    }
}

impl Open {
    const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Binary => Kind::Binary,
        }
    }

    /// Checks a further part of the message.
    fn check_part(&mut self, part: &[u8], fin: bool) -> Result<(), Misuse> {
        match self {
            Self::Text(text) => match text.push(part) {
                Ok(()) if !fin || text.is_complete() => Ok(()),
                _ => Err(Misuse::NotText),
            },
            Self::Binary => Ok(()),
        }
    }
}
