//! The linter: what a recorded or passing connection breaks, where, and whose doing it was.
//!
//! A [`capture`] reader turns a file into bytes of connections, an [`Analyser`](analyser::Analyser)
//! turns those into [`report`] events, and a [`mod@print`] style shows them. Nothing here knows a
//! draft: the rules are the generated ones, in observe mode.

pub(crate) mod analyser;
pub(crate) mod capture;
mod cause;
pub(crate) mod content;
pub(crate) mod conversation;
pub(crate) mod ending;
mod frames;
pub(crate) mod memory;
mod opening;
pub(crate) mod print;
pub(crate) mod record;
pub(crate) mod repeats;
pub(crate) mod report;
pub(crate) mod settings;
mod trace;
