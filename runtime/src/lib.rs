//! The WebSocket protocol in every draft, as generated code and the runtime under it.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
extern crate self as wsdraft;

pub mod digest;
mod draft;
pub mod frame;
pub mod grammar;
pub mod handshake;
pub mod info;
pub mod mask;
pub mod support;
pub mod utf8;
mod violation;

pub use self::{
    draft::Draft,
    frame::Head,
    info::Role,
    violation::{Enforce, Flow, Relaxed, Report, Seen, Stop, Violation},
};
