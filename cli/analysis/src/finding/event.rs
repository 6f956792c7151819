//! What an analysis finds.

use std::rc::Rc;

use serde::Serialize;
use wsdraft::{Role, Violation, info::DraftInfo};

use super::{note_kind::NoteKind, repeats::Repeated};
use crate::{
    bytes::{Excerpt, PerRole},
    conversation::{AgreedExtension, CarriedChannels},
    error::Stopped,
};

/// Receives the events of an analysis as they occur.
pub type Sink<'s> = dyn FnMut(Event) -> Result<(), Stopped> + 's;

/// An event of an analysis.
#[derive(Debug)]
pub enum Event {
    /// A violation of a rule.
    Finding(Box<Finding>),
    /// Another observation.
    Note(Note),
    /// The end of a connection, or the end of its record.
    Connection(Box<Summary>),
}

impl Event {
    /// Returns whether the exit status of the command is 1 because of this event.
    pub const fn is_finding(&self) -> bool {
        match self {
            Self::Finding(_) => true,
            Self::Note(note) => note.kind.is_finding(),
            Self::Connection(_) => false,
        }
    }
}

/// The part of a direction that contains a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The opening request.
    Request,
    /// The response to it.
    Response,
    /// The frames.
    Frames,
}

impl Part {
    /// Returns the name of the part.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Frames => "frames",
        }
    }
}

/// A violation of a rule, and its position.
#[derive(Debug)]
pub struct Finding {
    /// The violation.
    pub violation: Violation,
    /// The connection.
    pub connection: Rc<Peers>,
    /// The packet with the byte that violates the rule.
    pub packet: Option<u64>,
    /// The part of the direction to which the violation's offset refers.
    pub part: Part,
    /// The number of the frame among those of the sender, from 1.
    pub frame: Option<u64>,
    /// The number of the message among those of the sender, from 1.
    pub message: Option<u64>,
    /// The channel, if the connection carries channels and the rule is about one.
    pub channel: Option<u32>,
    /// The offset of the byte in the sender's direction of the connection; `None` if the record
    /// does not contain the bytes of the direction.
    pub stream_offset: Option<u64>,
    /// The bytes around the violation.
    pub excerpt: Option<Excerpt>,
    /// The draft that introduced the rule.
    pub since: String,
    /// A likely cause.
    pub cause: Option<String>,
}

/// The endpoints of a connection, and its place in the records.
#[derive(Debug)]
pub struct Peers {
    /// The number of the connection, from 1.
    pub id: u64,
    /// The name of the record.
    pub source: Rc<str>,
    /// The name of the record of the server's bytes, if it is a different one.
    pub server_source: Option<Rc<str>>,
    /// The address of the client.
    pub client: Option<String>,
    /// The address of the server.
    pub server: Option<String>,
}

impl Peers {
    /// Returns the name of the record that contains the bytes of this endpoint.
    pub fn source_of(&self, by: Role) -> &str {
        match &self.server_source {
            Some(server) if by == Role::Server => server,
            _ => &self.source,
        }
    }
}

/// An observation that is not a violation.
#[derive(Debug)]
pub struct Note {
    /// The connection.
    pub connection: Rc<Peers>,
    /// The packet.
    pub packet: Option<u64>,
    /// The sender of the direction.
    pub by: Role,
    /// The offset in this direction of the connection.
    pub stream_offset: u64,
    /// The observation.
    pub kind: NoteKind,
}

/// The summary of a connection.
#[derive(Debug)]
pub struct Summary {
    /// The connection.
    pub connection: Rc<Peers>,
    /// The draft of the connection, if a draft fits.
    pub draft: Option<&'static DraftInfo>,
    /// The drafts that the request can belong to.
    pub candidates: Vec<&'static str>,
    /// The reasons for the choice of the draft.
    pub reasons: Vec<String>,
    /// The agreed extensions, as text.
    pub extensions: Option<String>,
    /// The agreed extensions, one by one.
    pub agreed: Vec<AgreedExtension>,
    /// The channels, if the connection carried some.
    pub channels: Option<CarriedChannels>,
    /// The agreed subprotocol.
    pub subprotocol: Option<String>,
    /// The number of messages from the client and from the server.
    pub messages: PerRole<u64>,
    /// The number of payload bytes in these messages.
    pub bytes: PerRole<u64>,
    /// The number of bytes from the client and from the server that the record lacks.
    pub missing: PerRole<u64>,
    /// The number of violations that the settings do not filter out.
    pub violations: u64,
    /// How the connection ended, in words.
    pub ended: String,
    /// Whether the connection ended as the draft requires; `None` if the record does not show it.
    pub clean: Option<bool>,
    /// The ids of the rules that the record does not allow to check.
    pub not_recorded: Vec<&'static str>,
    /// The findings that were found more often than they were shown.
    pub repeated: Vec<Repeated>,
}
