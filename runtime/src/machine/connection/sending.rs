//! Sends messages and prepared messages.

use alloc::sync::Arc;

use super::{
    Connection, Core,
    as_message::AsMessage,
    frames::{fits, write},
    message::MessageRef,
    prepared::Prepared,
};
use crate::{
    machine::{error::ConnectionError, extension::Coding, limits::Limit},
    payload::buffer::SharedPayload,
    protocol::{draft::Draft, frame::Mask},
};

/// Shorter payloads are copied.
const SHARED: usize = 1 << 10;

/// What is to be sent.
#[derive(Clone, Copy)]
pub(crate) enum Sending<'a> {
    Message(MessageRef<'a>),
    Prepared(&'a Prepared),
}

impl<'a> Sending<'a> {
    #[inline]
    pub(crate) fn of(message: &'a (impl AsMessage + ?Sized)) -> Self {
        match message.prepared() {
            Some(prepared) => Self::Prepared(prepared),
            None => Self::Message(message.as_message()),
        }
    }

    /// The message, if it is long enough to be written without a copy.
    #[inline]
    pub(crate) const fn large(self, large: usize) -> Option<MessageRef<'a>> {
        match self {
            Self::Message(message) if message.len() >= large => Some(message),
            _ => None,
        }
    }
}

impl<D: Draft> Connection<D> {
    /// Sends a message or a prepared message.
    #[inline]
    pub(crate) fn send_one(&mut self, message: Sending<'_>) -> Result<(), ConnectionError> {
        match message {
            Sending::Message(message) => self.send(message),
            Sending::Prepared(prepared) => self.send_prepared(prepared),
        }
    }

    /// Some of the bytes behind the [output](Self::output), if it is not all.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn behind(&self) -> &[u8] {
        self.core.output.behind()
    }

    #[inline(never)]
    pub(super) fn send_prepared(&mut self, prepared: &Prepared) -> Result<(), ConnectionError> {
        self.core.check_sendable()?;
        if self.core.queue_shared(prepared)? {
            return Ok(());
        }
        self.send(prepared.as_message())
    }
}

impl<D: Draft> Core<D> {
    /// Queues the shared payload of a message; `false` if there is none for this connection.
    fn queue_shared(&mut self, prepared: &Prepared) -> Result<bool, ConnectionError> {
        let kind = prepared.as_message().kind();
        let plain = prepared.payload();
        let masks = self
            .encode(kind, true, 0, plain.bytes(), [0; 4])
            .is_none_or(|encoded| encoded.mask != Mask::None);
        if masks || self.coding.as_deref().is_some_and(Coding::is_stream) {
            return Ok(false);
        }
        let coding = self.coding.as_deref();
        let alone = coding.and_then(|coding| coding.alone(plain.bytes().len()));
        let (payload, reserved) = match alone {
            None => (Arc::clone(plain), 0),
            Some((alone, bit)) => match prepared.compressed(alone) {
                Some(payload) => (payload, bit),
                None => return Ok(false),
            },
        };
        let bytes = payload.bytes();
        let encoded = self.encode(kind, true, reserved, bytes, [0; 4]);
        let encoded = fits(&encoded, kind, bytes)?;
        if bytes.len() < SHARED {
            self.check_room(bytes.len())?;
            write(encoded, bytes, self.output.bytes());
        } else {
            self.check_shared(&payload)?;
            encoded.append_to(self.output.bytes());
            self.output.share(Arc::clone(&payload));
            if let Some(trailer) = encoded.trailer {
                self.output.bytes().push(trailer);
            }
        }
        self.output.appended();
        if let (Some(coding), true) = (&mut self.coding, alone.is_some()) {
            coding.interrupted();
        }
        self.meter.sent(kind, plain.bytes().len());
        Ok(true)
    }

    /// Checks that there is room for a shared payload.
    pub(super) fn check_shared(&self, payload: &SharedPayload) -> Result<(), ConnectionError> {
        let admitted = |budget| payload.is_admitted(budget);
        let limit = if !self.has_room(payload.bytes().len()) {
            Limit::WriteBuffer
        } else if !self.config.budget.as_ref().is_none_or(admitted) {
            Limit::SendMemory
        } else {
            return Ok(());
        };
        let value = self.config.value(limit);
        Err(ConnectionError::Limit { limit, value })
    }
}
