//! The WebSocket protocol in every draft, as generated code and the runtime under it.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
extern crate self as wsdraft;

pub mod detect;
pub mod digest;
mod draft;
pub mod frame;
pub mod grammar;
pub mod handshake;
pub mod info;
#[cfg(feature = "interpreter")]
mod interpreter;
pub mod mask;
pub mod support;
mod utf8;
pub mod versions;
mod violation;

pub use self::{
    draft::Draft,
    frame::Head,
    info::Role,
    violation::{Enforce, Flow, Relaxed, Report, Seen, Stop, Violation},
};

#[cfg(feature = "interpreter")]
pub use self::interpreter::{Interpreted, Unsupported};
#[cfg(feature = "macros")]
pub use wsdraft_macros::websocket_draft;

/// The built-in drafts.
pub mod drafts {
    include!(concat!(env!("OUT_DIR"), "/drafts.rs"));
}
