//! What an analysis finds.

use std::rc::Rc;

use serde::Serialize;
use wsdraft::{Role, Violation, info::DraftInfo};

use super::{note_kind::NoteKind, repeats::Repeated};
use crate::{
    bytes::{Excerpt, PerRole},
    conversation::AgreedExtension,
    error::Stopped,
};

/// Takes what an analysis finds, as it arises.
pub type Sink<'s> = dyn FnMut(Event) -> Result<(), Stopped> + 's;

/// What an analysis finds.
#[derive(Debug)]
pub enum Event {
    /// A broken rule.
    Finding(Box<Finding>),
    /// Something else that happened.
    Note(Note),
    /// A connection ended, or its record did.
    Connection(Box<Summary>),
}

impl Event {
    /// Whether the command ends with status 1 for it.
    pub const fn is_finding(&self) -> bool {
        match self {
            Self::Finding(_) => true,
            Self::Note(note) => note.kind.is_finding(),
            Self::Connection(_) => false,
        }
    }
}

/// The part of a direction that a violation's offset counts in.
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
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Frames => "frames",
        }
    }
}

/// A broken rule, and where.
#[derive(Debug)]
pub struct Finding {
    /// What is broken.
    pub violation: Violation,
    /// On which connection.
    pub connection: Rc<Peers>,
    /// The packet with the byte that breaks it.
    pub packet: Option<u64>,
    /// What the violation's offset counts in; `None` where the record has no bytes.
    pub part: Part,
    /// Which frame of the sender, from 1.
    pub frame: Option<u64>,
    /// Which message of the sender, from 1.
    pub message: Option<u64>,
    /// Offset of the byte in the sender's direction of the connection.
    pub stream_offset: Option<u64>,
    /// The bytes around it.
    pub excerpt: Option<Excerpt>,
    /// The draft that brought the rule.
    pub since: String,
    /// What is likely behind it.
    pub cause: Option<String>,
}

/// The ends of a connection.
#[derive(Debug)]
pub struct Peers {
    /// Its number, from 1.
    pub id: u64,
    /// Name of what it was recorded in.
    pub source: Rc<str>,
    /// Name of what the server's bytes were recorded in, where that is another.
    pub server_source: Option<Rc<str>>,
    /// Address of the client.
    pub client: Option<String>,
    /// Address of the server.
    pub server: Option<String>,
}

impl Peers {
    /// Name of what one end's bytes were recorded in.
    pub fn source_of(&self, by: Role) -> &str {
        match &self.server_source {
            Some(server) if by == Role::Server => server,
            _ => &self.source,
        }
    }
}

/// Something that is no broken rule.
#[derive(Debug)]
pub struct Note {
    /// On which connection.
    pub connection: Rc<Peers>,
    /// In which packet.
    pub packet: Option<u64>,
    /// In whose direction.
    pub by: Role,
    /// Offset in that direction of the connection.
    pub stream_offset: u64,
    /// What.
    pub kind: NoteKind,
}

/// What a connection was.
#[derive(Debug)]
pub struct Summary {
    /// Its ends.
    pub connection: Rc<Peers>,
    /// Its draft, if a draft fits.
    pub draft: Option<&'static DraftInfo>,
    /// The drafts that its request can be of.
    pub candidates: Vec<&'static str>,
    /// Why it was taken to be of that draft.
    pub reasons: Vec<String>,
    /// The agreed extensions.
    pub extensions: Option<String>,
    /// Which they are.
    pub agreed: Vec<AgreedExtension>,
    /// The agreed subprotocol.
    pub subprotocol: Option<String>,
    /// Messages from the client and from the server.
    pub messages: PerRole<u64>,
    /// Bytes of their payloads.
    pub bytes: PerRole<u64>,
    /// Bytes of the client and of the server that are missing from the record.
    pub missing: PerRole<u64>,
    /// Broken rules that were not filtered away.
    pub violations: u64,
    /// How it ended, in words.
    pub ended: String,
    /// Whether it ended as the draft has it; `None` where that is not recorded.
    pub clean: Option<bool>,
    /// What the record cannot tell, as rule ids.
    pub not_recorded: Vec<&'static str>,
    /// What was found more often than it was shown.
    pub repeated: Vec<Repeated>,
}
