//! What the linter has to say.

use std::{ops::Range, rc::Rc};

use serde::{Serialize, Serializer};
use wsdraft::{Role, Violation, info::DraftInfo};

use super::repeats::Repeated;
use crate::{AgreedExtension, Stopped, ViolationReport, hex::hex};

mod what;

pub use self::what::What;

/// Takes what the linter has to say, as it arises.
pub type Sink<'s> = dyn FnMut(Event) -> Result<(), Stopped> + 's;

/// Something to print.
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
            Self::Note(note) => note.what.is_finding(),
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

/// Bytes as they were on the wire.
#[derive(Debug)]
pub struct Excerpt {
    /// Offset of the first one in its direction.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Which of them are meant.
    pub marked: Range<usize>,
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
    pub what: What,
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
    pub messages: Each<u64>,
    /// Bytes of their payloads.
    pub bytes: Each<u64>,
    /// Bytes of the client and of the server that are missing from the record.
    pub missing: Each<u64>,
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

/// Something of each end.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Each<T> {
    /// The client's.
    pub client: T,
    /// The server's.
    pub server: T,
}

impl<T> Each<T> {
    /// One end's.
    pub const fn of(&self, role: Role) -> &T {
        match role {
            Role::Client => &self.client,
            Role::Server => &self.server,
        }
    }

    /// One end's.
    pub const fn of_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Violated<'a> {
            event: &'static str,
            connection: u64,
            packet: Option<u64>,
            #[serde(flatten)]
            report: ViolationReport,
            #[serde(rename = "in")]
            part: Part,
            frame: Option<u64>,
            message: Option<u64>,
            stream_offset: Option<u64>,
            draft: &'static str,
            since: &'a str,
            required: &'static str,
            seen: String,
            cause: Option<&'a str>,
            hex: Option<String>,
            hex_offset: Option<u64>,
            marked: Option<[usize; 2]>,
        }
        #[derive(Serialize)]
        struct Noted {
            event: &'static str,
            connection: u64,
            packet: Option<u64>,
            by: &'static str,
            offset: u64,
            detail: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            missing: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            needed: Option<u64>,
        }
        #[derive(Serialize)]
        struct Ended<'a> {
            event: &'static str,
            id: u64,
            source: &'a str,
            client: Option<&'a str>,
            server: Option<&'a str>,
            draft: Option<&'static str>,
            candidates: &'a [&'static str],
            reasons: &'a [String],
            extensions: Option<&'a str>,
            agreed: &'a [AgreedExtension],
            subprotocol: Option<&'a str>,
            messages: Each<u64>,
            bytes: Each<u64>,
            missing: Each<u64>,
            violations: u64,
            ended: &'a str,
            clean: Option<bool>,
            not_recorded: &'a [&'static str],
            repeated: &'a [Repeated],
        }
        match self {
            Self::Finding(finding) => Violated {
                event: "violation",
                connection: finding.connection.id,
                packet: finding.packet,
                report: ViolationReport::new(&finding.violation),
                part: finding.part,
                frame: finding.frame,
                message: finding.message,
                stream_offset: finding.stream_offset,
                draft: finding.violation.draft.short,
                since: &finding.since,
                required: finding.violation.rule.summary,
                seen: finding.violation.seen.to_string(),
                cause: finding.cause.as_deref(),
                hex: finding.excerpt.as_ref().map(|excerpt| hex(&excerpt.bytes)),
                hex_offset: finding.excerpt.as_ref().map(|excerpt| excerpt.offset),
                marked: finding
                    .excerpt
                    .as_ref()
                    .map(|excerpt| [excerpt.marked.start, excerpt.marked.end]),
            }
            .serialize(serializer),
            Self::Note(note) => Noted {
                event: note.what.name(),
                connection: note.connection.id,
                packet: note.packet,
                by: note.by.as_str(),
                offset: note.stream_offset,
                detail: note.what.to_string(),
                missing: match note.what {
                    What::Gap { missing, .. } => Some(missing),
                    _ => None,
                },
                needed: match note.what {
                    What::Incomplete { needed } => needed,
                    _ => None,
                },
            }
            .serialize(serializer),
            Self::Connection(summary) => Ended {
                event: "connection",
                id: summary.connection.id,
                source: &summary.connection.source,
                client: summary.connection.client.as_deref(),
                server: summary.connection.server.as_deref(),
                draft: summary.draft.map(|draft| draft.short),
                candidates: &summary.candidates,
                reasons: &summary.reasons,
                extensions: summary.extensions.as_deref(),
                agreed: &summary.agreed,
                subprotocol: summary.subprotocol.as_deref(),
                messages: summary.messages,
                bytes: summary.bytes,
                missing: summary.missing,
                violations: summary.violations,
                ended: &summary.ended,
                clean: summary.clean,
                not_recorded: &summary.not_recorded,
                repeated: &summary.repeated,
            }
            .serialize(serializer),
        }
    }
}
