//! What happens on a connection, one JSON object or line of text each.

use serde::Serialize;
use wsdraft::{
    Close,
    info::{DraftInfo, Kind},
    inspect::Observed,
};

pub use wsdraft_analysis::{AgreedExtension, report::ViolationReport};

use wsdraft_analysis::hex;

mod block;
mod dropped;
mod text;

pub use self::{block::Block, dropped::DropReport};

/// What both ends agreed on, as it follows the name of the draft.
#[derive(Debug)]
pub struct Agreed<'a> {
    /// The subprotocol.
    pub subprotocol: Option<&'a str>,
    /// The extensions: the header's value.
    pub extensions: Option<&'a str>,
    /// Which extensions they are.
    pub dialects: &'a [AgreedExtension],
}

/// What `inspect` and `connect` print.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// A frame.
    Frame {
        /// Where it starts in the stream.
        offset: u64,
        /// Whether it is its message's last, whatever the polarity of the bit.
        fin: bool,
        /// Names of the reserved bits that are set.
        rsv: Vec<&'static str>,
        /// What it is for.
        opcode: &'static str,
        /// Its opcode on the wire.
        opcode_value: u8,
        /// Whether it is masked.
        masked: bool,
        /// Bytes of its payload.
        length: u64,
        /// The payload, unmasked, in hex.
        payload: String,
    },
    /// A message.
    Message(Message),
    /// A ping.
    Ping {
        /// Its payload in hex.
        data: String,
        /// Bytes of all of it, where only its start is shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<u64>,
    },
    /// A pong.
    Pong {
        /// Its payload in hex.
        data: String,
        /// Bytes of all of it, where only its start is shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<u64>,
    },
    /// A close frame.
    Close {
        /// Its status code.
        code: Option<u16>,
        /// Its reason.
        reason: Box<str>,
    },
    /// A broken rule.
    Violation(ViolationReport),
    /// The input ends within a frame or a message.
    Incomplete {
        /// Where the frame starts.
        offset: u64,
        /// Bytes that it lacks at least.
        needed: u64,
    },
    /// A limit of this program is hit: the payload is cut, or the message not shown.
    Limit {
        /// Where the frame that hits it starts.
        offset: u64,
        /// The limit.
        limit: &'static str,
    },
    /// A connection is open.
    Open {
        /// The draft.
        draft: &'static str,
        /// The subprotocol that was agreed.
        subprotocol: Option<String>,
        /// The extensions that were agreed: the header's value.
        extensions: Option<String>,
        /// Which they are.
        agreed: Vec<AgreedExtension>,
    },
    /// A server refused to open a connection.
    Refused {
        /// The status of its answer.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The versions that it lists.
        versions: Vec<u16>,
        /// The header fields of its answer.
        fields: Vec<(String, String)>,
        /// The body of its answer, as far as it is kept.
        body: String,
    },
    /// A channel was dropped without a closing handshake.
    Dropped(DropReport),
    /// A control block of a connection that carries channels.
    Block(Block),
    /// What follows is not followed any further: on the channel, or on any.
    Lost {
        /// Where that begins.
        offset: u64,
        /// Why.
        detail: &'static str,
    },
    /// What stands here is no frame; nothing after it can be read.
    Unreadable {
        /// Where.
        offset: u64,
    },
}

/// An event, and the channel that it is on, where the connection carries channels.
#[derive(Debug, Serialize)]
pub struct Told<'a> {
    /// The event.
    #[serde(flatten)]
    pub event: &'a Event,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
}

/// A message.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Message {
    /// Text.
    Text {
        /// The text.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The payload in hex, where an extension has changed it.
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<String>,
        /// Bytes of all of it, where only its start is shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<u64>,
    },
    /// Bytes.
    Binary {
        /// The bytes in hex.
        data: String,
        /// How many they are, where only the first ones are shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<u64>,
    },
}

impl Event {
    /// A text message.
    pub const fn text(text: String) -> Self {
        Self::Message(Message::Text {
            text: Some(text),
            data: None,
            length: None,
        })
    }

    /// A binary message.
    pub fn binary(data: &[u8]) -> Self {
        Self::Message(Message::Binary {
            data: hex(data),
            length: None,
        })
    }

    /// A ping.
    pub fn ping(data: &[u8]) -> Self {
        Self::Ping {
            data: hex(data),
            length: None,
        }
    }

    /// A pong.
    pub fn pong(data: &[u8]) -> Self {
        Self::Pong {
            data: hex(data),
            length: None,
        }
    }

    /// A close frame.
    pub fn close(close: Close) -> Self {
        Self::Close {
            code: close.code,
            reason: close.reason,
        }
    }

    /// What an inspector of this draft saw; `None` for what this program does not know.
    pub fn observed(observed: Observed, draft: &DraftInfo) -> Option<Self> {
        Some(match observed {
            Observed::Frame {
                offset,
                fin,
                reserved,
                kind,
                opcode,
                masked,
                length,
                payload,
                ..
            } => Self::Frame {
                offset,
                fin,
                rsv: names(reserved, draft),
                opcode: kind.as_str(),
                opcode_value: opcode,
                masked,
                length,
                payload: hex(&payload),
            },
            Observed::Violation(violation) => Self::Violation(ViolationReport::new(&violation)),
            Observed::Text(text) => Self::text(text),
            Observed::Binary(data) => Self::binary(&data),
            Observed::Coded { kind, payload, .. } => Self::coded(kind, &payload, None),
            Observed::Long {
                kind,
                reserved,
                length,
                start,
                ..
            } => Self::long(kind, reserved, length, start),
            Observed::Ping(data) => Self::ping(&data),
            Observed::Pong(data) => Self::pong(&data),
            Observed::Close(close) => Self::close(close),
            Observed::Exceeded { offset, limit } => Self::Limit {
                offset,
                limit: limit.as_str(),
            },
            Observed::Unreadable { offset } => Self::Unreadable { offset },
            Observed::Incomplete { offset, needed } => Self::Incomplete { offset, needed },
            _ => return None,
        })
    }

    /// A message that an extension has changed, in hex.
    fn coded(kind: Kind, payload: &[u8], length: Option<u64>) -> Self {
        let data = hex(payload);
        Self::Message(if kind == Kind::Text {
            Message::Text {
                text: None,
                data: Some(data),
                length,
            }
        } else {
            Message::Binary { data, length }
        })
    }

    /// A message, ping or pong of which only the start is shown.
    fn long(kind: Kind, reserved: u8, length: u64, start: Vec<u8>) -> Self {
        let length = Some(length);
        match kind {
            Kind::Ping => Self::Ping {
                data: hex(&start),
                length,
            },
            Kind::Pong => Self::Pong {
                data: hex(&start),
                length,
            },
            Kind::Text if reserved == 0 => Self::Message(Message::Text {
                text: Some(start_of_text(start)),
                data: None,
                length,
            }),
            Kind::Text
            | Kind::Binary
            | Kind::Continuation
            | Kind::Close
            | Kind::Extension
            | Kind::ExtensionControl
            | Kind::Reserved => Self::coded(kind, &start, length),
        }
    }

    /// Whether this is something to report, so that the command ends with status 1.
    pub const fn is_finding(&self) -> bool {
        matches!(
            self,
            Self::Violation(_)
                | Self::Incomplete { .. }
                | Self::Limit { .. }
                | Self::Unreadable { .. }
                | Self::Lost { .. }
                | Self::Refused { .. }
                | Self::Dropped(_)
        )
    }
}

/// The start of a text, without what may only be a part of a character.
fn start_of_text(mut bytes: Vec<u8>) -> String {
    let cut = match std::str::from_utf8(&bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    bytes.truncate(cut);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn names(reserved: u8, draft: &DraftInfo) -> Vec<&'static str> {
    let names = draft.reserved_bits.iter().enumerate();
    names
        .filter(|(bit, _)| reserved >> bit & 1 == 1)
        .map(|(_, name)| *name)
        .collect()
}
