//! The WebSocket protocol in every draft, as generated code and the runtime under it.
//!
//! [`Connection`] is the core: bytes in, events out, bytes to be sent; no sockets and no clock.
//! The opening handshake is in [`handshake`], the built-in drafts are in [`drafts`], and
//! [`inspect`] watches a stream without enforcing anything.
//!
//! | feature | what it adds |
//! |---|---|
//! | `macros` (default) | the attribute `#[websocket_draft]`, for a draft or a dialect of one's own |
//! | `std` (default) | the operating system's random source, and WebSockets over blocking streams |
//! | `legacy` | every draft that can be spoken, not the newest ones alone |
//! | `tokio` | acceptor, connector and a WebSocket over async streams |
//! | `stream` | `Stream` and `Sink` of the futures crates for that WebSocket |
//! | `rustls` | TLS for clients over tokio |
//! | `tracing` | spans and events for handshakes and connections |
//! | `deflate` | the compressing extensions |
//! | `http` | requests that another server has parsed |
//! | `hyper` | upgrades of connections of hyper 1 |
//! | `axum` | an extractor for axum |
//! | `simd` | the widest vector instructions of the processor, for large payloads; Rust 1.89 |
//! | `interpreter` | drafts run as data, without generated code |
//!
//! [`internet`] tells what to set on a server that strangers can reach.
//!
//! Without `std`, and with `legacy` and `macros` alone, the crate needs no more than `alloc`,
//! and its user gives the randomness that a client masks with: an [`Entropy`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
extern crate self as wsdraft;

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "std")]
pub mod blocking;
mod budget;
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
#[cfg(feature = "hyper")]
pub mod hyper;
pub mod info;
pub mod inspect;
#[cfg(feature = "tokio")]
pub mod internet;
#[cfg(feature = "interpreter")]
mod interpreter;
mod limits;
pub mod mask;
mod pool;
pub mod receive;
#[cfg(feature = "std")]
mod stream;
pub mod support;
#[cfg(feature = "tokio")]
pub mod tokio;
mod trace;
mod utf8;
#[cfg(feature = "interpreter")]
pub mod vectors;
pub mod versions;
mod violation;

pub use self::{
    budget::{Budget, Reserved},
    close::{Cause, Close, Ending},
    connection::{AsMessage, Connection, Event, Message, MessageRef},
    draft::Draft,
    entropy::{Entropy, NoEntropy},
    error::{Error, HeadPart, Misuse, TrySendError},
    frame::Head,
    info::Role,
    limits::{CloseAnswer, Config, Keepalive, Limit, Limits, Policy},
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
