//! The WebSocket protocol in every draft, as generated code and the runtime under it.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
extern crate self as wsdraft;

mod buffer;
mod close;
mod connection;
pub mod detect;
pub mod digest;
mod draft;
mod entropy;
mod error;
pub mod extension;
pub mod frame;
pub mod grammar;
pub mod handshake;
#[cfg(feature = "http")]
pub mod http;
pub mod info;
pub mod inspect;
#[cfg(feature = "interpreter")]
mod interpreter;
mod limits;
pub mod mask;
mod pool;
pub mod receive;
pub mod support;
#[cfg(feature = "tokio")]
pub mod tokio;
mod utf8;
pub mod versions;
mod violation;

pub use self::{
    close::{Cause, Close, Ending},
    connection::{AsMessage, Connection, Event, Message, MessageRef},
    draft::Draft,
    entropy::{Entropy, NoEntropy},
    error::{Error, Misuse},
    frame::Head,
    info::Role,
    limits::{Config, Keepalive, Limit, Limits, Policy},
    violation::{Enforce, Flow, Relaxed, Report, Seen, Stop, Violation},
};

#[cfg(feature = "std")]
pub use self::entropy::OsEntropy;
#[cfg(feature = "interpreter")]
pub use self::interpreter::{Interpreted, Unsupported, interpreted as interpreted_extension};
#[cfg(feature = "macros")]
pub use wsdraft_macros::websocket_draft;

/// The built-in extensions.
pub mod extensions {
    include!(concat!(env!("OUT_DIR"), "/extensions.rs"));
}

/// The built-in drafts.
pub mod drafts {
    include!(concat!(env!("OUT_DIR"), "/drafts.rs"));
}
