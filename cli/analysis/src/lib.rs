//! Finds the rules of the WebSocket protocol that recorded or passing connections break: which
//! rule, where, by which end, and what is likely behind it.
//!
//! A [`capture`] reader turns a record into the bytes of connections, an
//! [`Analyser`](analyser::Analyser) turns those into [`report`] events. Nothing here knows a draft:
//! the rules are the generated ones, in observe mode. Nothing here opens a file, looks at a clock
//! or writes to a terminal either: the caller gives readers and times, and takes events.

pub mod agreed;
pub mod analyser;
pub mod capture;
mod cause;
pub mod content;
pub mod conversation;
pub mod ending;
mod error;
mod frames;
pub mod hex;
pub mod memory;
mod opening;
pub mod record;
pub mod repeats;
pub mod report;
pub mod settings;
mod trace;
mod violation;

pub use self::{
    agreed::AgreedExtension,
    error::{Error, Stopped},
    violation::ViolationReport,
};
