//! Messages for many connections.

use alloc::{sync::Arc, vec::Vec};
use core::fmt;
use std::sync::{Mutex, PoisonError};

use super::{
    AsMessage, Connection, Core, Message, MessageRef,
    frames::{fits, write},
};
use crate::{
    machine::{
        error::ConnectionError,
        extension::{Alone, Coding},
        limits::Limit,
    },
    payload::buffer::SharedPayload,
    protocol::{draft::Draft, frame::Mask},
};

/// A message that is sent on many connections: its payload is in memory once, also while it waits
/// for slow peers, and it is compressed once. Clones share it.
///
/// ```
/// # async fn tell<S, D>(sockets: &mut [wsdraft::tokio::WebSocket<S, D>]) -> Result<(), wsdraft::Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft {
/// use wsdraft::Prepared;
///
/// let news = Prepared::new("the same for all");
/// for socket in sockets {
///     socket.send(&news).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// Everything that sends a message sends a prepared one, too. The peer receives the same message.
///
/// # What is shared
/// A server shares the payload, in every draft that does not mask what servers send. Where
/// compression was agreed, connections with the same settings share one compressed payload, for up
/// to eight different settings. It refers to no earlier message, so it is also sent where context
/// takeover was agreed: the next message of that connection is then compressed without what
/// preceded it. In all other cases the message is sent like any other, as a copy: by clients, whose
/// frames are masked, and where the whole stream is compressed. Payloads of less than 1 KiB are
/// copied, too, because that takes less memory than sharing them.
///
/// # What counts
/// A shared payload counts in full towards [`Limits::write_buffer`](crate::Limits::write_buffer) of
/// each connection, and once towards a [`Budget`](crate::Budget): from the first connection that
/// queues it until the last one has sent it and the program has dropped it. If the budget has no
/// room for it, it is not sent ([`Limit::SendMemory`]). While memory is scarce, a connection whose
/// peer does not read it fails, as if the connection held a copy.
#[derive(Clone)]
pub struct Prepared(Arc<Inner>);

struct Inner {
    message: Message,
    payload: Arc<SharedPayload>,
    compressed: Mutex<Vec<(Alone, Arc<SharedPayload>)>>,
}

/// The most settings of compression for which payloads are kept.
const FORMS: usize = 8;

/// Shorter payloads are copied.
const SHARED: usize = 1 << 10;

impl Prepared {
    /// Prepares a message.
    pub fn new(message: impl Into<Message>) -> Self {
        let message = message.into();
        Self(Arc::new(Inner {
            payload: SharedPayload::new(message.clone().into_bytes()),
            message,
            compressed: Mutex::new(Vec::new()),
        }))
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.0.message
    }

    /// The payload compressed with these settings; `None` if there are too many others.
    fn compressed(&self, alone: Alone) -> Option<Arc<SharedPayload>> {
        // After a panic, nothing was added. With the lock held, others wait for the result instead
        // of compressing the same.
        let forms = self.0.compressed.lock();
        let mut forms = forms.unwrap_or_else(PoisonError::into_inner);
        if let Some((_, payload)) = forms.iter().find(|(known, _)| *known == alone) {
            return Some(Arc::clone(payload));
        }
        if forms.len() >= FORMS {
            return None;
        }
        let payload = SharedPayload::new(alone.compress(self.0.payload.bytes()).into());
        forms.push((alone, Arc::clone(&payload)));
        Some(payload)
    }
}

impl From<Message> for Prepared {
    fn from(message: Message) -> Self {
        Self::new(message)
    }
}

impl AsMessage for Prepared {
    fn as_message(&self) -> MessageRef<'_> {
        self.0.message.as_message()
    }

    fn prepared(&self) -> Option<&Prepared> {
        Some(self)
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prepared").field(self.message()).finish()
    }
}

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
        let plain = &prepared.0.payload;
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
        Ok(true)
    }

    /// Checks that there is room for a shared payload.
    fn check_shared(&self, payload: &SharedPayload) -> Result<(), ConnectionError> {
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
