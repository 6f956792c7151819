//! Messages for many connections.

use alloc::{boxed::Box, sync::Arc};
use core::{array, fmt};
use std::sync::OnceLock;

use super::message::Message;
use crate::{machine::extension::Alone, payload::buffer::SharedPayload};

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
/// room for it, it is not sent ([`Limit::SendMemory`](crate::Limit::SendMemory)). While memory is scarce, a connection whose
/// peer does not read it fails, as if the connection held a copy.
#[derive(Clone)]
pub struct Prepared(Arc<Inner>);

struct Inner {
    message: Message,
    /// Made for the first connection that shares it: most streams take a message at once.
    payload: OnceLock<Arc<SharedPayload>>,
    compressed: OnceLock<Box<[Form; FORMS]>>,
}

/// A payload that is compressed with these settings.
type Form = OnceLock<(Alone, Arc<SharedPayload>)>;

/// The most settings of compression for which payloads are kept.
const FORMS: usize = 8;

impl Prepared {
    /// Prepares a message.
    pub fn new(message: impl Into<Message>) -> Self {
        Self(Arc::new(Inner {
            message: message.into(),
            payload: OnceLock::new(),
            compressed: OnceLock::new(),
        }))
    }

    /// The message.
    #[inline]
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.0.message
    }

    /// The payload.
    pub(super) fn payload(&self) -> &Arc<SharedPayload> {
        let Inner {
            message, payload, ..
        } = &*self.0;
        payload.get_or_init(|| SharedPayload::new(message.clone().into_bytes()))
    }

    /// The payload compressed with these settings; `None` if there are too many others.
    pub(super) fn compressed(&self, alone: Alone) -> Option<&Arc<SharedPayload>> {
        let empty = || Box::new(array::from_fn(|_| Form::new()));
        // Others wait for a form that is being made instead of compressing the same.
        let mut forms = self.0.compressed.get_or_init(empty).iter().map(|form| {
            form.get_or_init(|| {
                let compressed = alone.compress(self.0.message.as_bytes());
                (alone, SharedPayload::new(compressed.into()))
            })
        });
        let (_, payload) = forms.find(|(known, _)| *known == alone)?;
        Some(payload)
    }
}

impl From<Message> for Prepared {
    fn from(message: Message) -> Self {
        Self::new(message)
    }
}

impl fmt::Debug for Prepared {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prepared").field(self.message()).finish()
    }
}
