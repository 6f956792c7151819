//! The events of an analysis: violations, notes, and summaries of connections.

mod cause;
mod event;
mod note_kind;
mod repeats;

pub(crate) use self::{
    cause::{Circumstances, likely},
    repeats::Repeats,
};
pub use self::{
    event::{Event, Finding, Note, Part, Peers, Sink, Summary},
    note_kind::NoteKind,
    repeats::{Repeated, Severity},
};
