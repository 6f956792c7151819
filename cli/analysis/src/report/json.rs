//! Events as JSON.

use serde::{Serialize, Serializer};

use super::violation::ViolationReport;
use crate::{
    bytes::{PerRole, hex},
    conversation::{AgreedExtension, CarriedChannels},
    finding::{Event, Finding, Note, NoteKind, Part, Repeated, Summary},
};

/// A violation.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<u32>,
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

impl<'a> From<&'a Finding> for Violated<'a> {
    fn from(finding: &'a Finding) -> Self {
        let violation = &finding.violation;
        let excerpt = finding.excerpt.as_ref();
        Self {
            event: "violation",
            connection: finding.connection.id,
            packet: finding.packet,
            report: ViolationReport::new(violation),
            part: finding.part,
            frame: finding.frame,
            message: finding.message,
            channel: finding.channel,
            stream_offset: finding.stream_offset,
            draft: violation.draft.short,
            since: &finding.since,
            required: violation.rule.summary,
            seen: violation.seen.to_string(),
            cause: finding.cause.as_deref(),
            hex: excerpt.map(|excerpt| hex(&excerpt.bytes)),
            hex_offset: excerpt.map(|excerpt| excerpt.offset),
            marked: excerpt.map(|excerpt| [excerpt.marked.start, excerpt.marked.end]),
        }
    }
}

/// A note.
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

impl From<&Note> for Noted {
    fn from(note: &Note) -> Self {
        let (missing, needed) = match note.kind {
            NoteKind::Gap { missing, .. } => (Some(missing), None),
            NoteKind::Incomplete { needed } => (None, needed),
            _ => (None, None),
        };
        Self {
            event: note.kind.name(),
            connection: note.connection.id,
            packet: note.packet,
            by: note.by.as_str(),
            offset: note.stream_offset,
            detail: note.kind.to_string(),
            missing,
            needed,
        }
    }
}

/// The summary of a connection.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<&'a CarriedChannels>,
    subprotocol: Option<&'a str>,
    messages: PerRole<u64>,
    bytes: PerRole<u64>,
    missing: PerRole<u64>,
    violations: u64,
    ended: &'a str,
    clean: Option<bool>,
    not_recorded: &'a [&'static str],
    repeated: &'a [Repeated],
}

impl<'a> From<&'a Summary> for Ended<'a> {
    fn from(summary: &'a Summary) -> Self {
        let peers = &summary.connection;
        Self {
            event: "connection",
            id: peers.id,
            source: &peers.source,
            client: peers.client.as_deref(),
            server: peers.server.as_deref(),
            draft: summary.draft.map(|draft| draft.short),
            candidates: &summary.candidates,
            reasons: &summary.reasons,
            extensions: summary.extensions.as_deref(),
            agreed: &summary.agreed,
            channels: summary.channels.as_ref(),
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
    }
}

/// Writes an object with a field `event`, as in the output of `lint --json`.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Finding(finding) => Violated::from(&**finding).serialize(serializer),
            Self::Note(note) => Noted::from(note).serialize(serializer),
            Self::Connection(summary) => Ended::from(&**summary).serialize(serializer),
        }
    }
}
