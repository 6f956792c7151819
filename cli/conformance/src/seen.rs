//! What a peer did.

use wsdraft::{Close, info::Kind, inspect::Checksum};

/// What the peer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It sent a message.
    Message {
        kind: Kind,
        /// Its length in bytes.
        length: u64,
        /// Its first bytes.
        start: Vec<u8>,
        /// The checksum of the others, if there are any.
        rest: Option<Checksum>,
    },
    /// It sent a pong.
    Pong(Vec<u8>),
    /// It sent a close frame.
    Close(Close),
    /// It sent something that is no frame, or that cannot be decoded.
    Garbage,
    /// It ended the stream.
    End(Ended),
    /// It sent nothing in time.
    Silence,
}

/// How the peer ended the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// In good order.
    Closed,
    /// With a reset.
    Reset,
}

impl Seen {
    /// A message that came whole.
    pub(crate) fn message(kind: Kind, bytes: Vec<u8>) -> Self {
        Self::Message {
            kind,
            length: bytes.len() as u64,
            start: bytes,
            rest: None,
        }
    }

    /// Whether it is a message of this kind with this payload.
    pub(crate) fn is_message(&self, wanted: Kind, payload: &[u8]) -> bool {
        let Self::Message {
            kind,
            length,
            start,
            rest,
        } = self
        else {
            return false;
        };
        *kind == wanted
            && *length == payload.len() as u64
            && payload.strip_prefix(&**start).is_some_and(|others| {
                rest.map_or(others.is_empty(), |rest| rest == Checksum::of(others))
            })
    }

    /// What the peer did, in words that follow "the peer".
    pub(crate) fn said(&self) -> String {
        match self {
            Self::Message { kind, length, .. } => {
                let kind = match kind {
                    Kind::Text => "text",
                    _ => "binary",
                };
                format!("sends a {kind} message of {length} bytes")
            }
            Self::Pong(payload) => format!("sends a pong of {} bytes", payload.len()),
            Self::Close(close) => match close.code {
                Some(code) => format!("closes with {code}"),
                None => "closes without a code".into(),
            },
            Self::Garbage => "sends something that is not a readable frame".into(),
            Self::End(Ended::Closed) => "ends the connection without a close frame".into(),
            Self::End(Ended::Reset) => "resets the connection".into(),
            Self::Silence => "does nothing".into(),
        }
    }
}
