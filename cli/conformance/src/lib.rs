//! Tests servers and clients of the WebSocket protocol for conformance.
//!
//! The cases are made from the data: each rule of a draft has inputs that break only it and inputs
//! that just keep it, and `spec/scenarios` has conversations. A [`Suite`] has the cases for a draft
//! and a role, and [`play`] plays one over a [`Wire`] that the caller opens. This crate has no
//! sockets, no terminal and no files.
//!
//! A [`Verdict`] tells what the specification forbids from what it tolerates.

mod aborting;
mod bounds;
mod case;
mod chopped;
mod farewell;
mod faults;
mod frames;
mod hello;
mod limits;
mod log;
pub mod measure;
mod opening;
mod play;
mod react;
mod removed;
pub mod report;
mod scenes;
mod seen;
mod sends;
mod setup;
mod spelling;
mod suite;
mod talk;
mod tell;
mod tolerance;
mod usual;
mod vectors;
mod verdict;
mod wire;

pub use self::{
    case::Case,
    hello::{Hello, hello, negotiates},
    log::{Entry, Log, Logged, Mark, Side},
    opening::Answered,
    play::{Played, play},
    removed::Removed,
    setup::Setup,
    suite::Suite,
    tell::tell,
    tolerance::Tolerance,
    verdict::{Judgement, Verdict},
    wire::{Received, Wire},
};
