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
//!
//! [`internet`] tells what to set on a server that strangers can reach.
//!
//! Without `std`, and with `legacy` and `macros` alone, the crate needs no more than `alloc`,
//! and its user gives the randomness that a client masks with: an [`Entropy`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
extern crate self as wsdraft;

// The layers from the ground up. Each imports from itself and from those above it in this list, and
// modules do not import in circles: a test checks both.

mod payload {
    pub(crate) mod budget;
    pub(crate) mod buffer;
    pub(crate) mod entropy;
    pub mod mask;
    pub(crate) mod pool;
    pub(crate) mod utf8;
}

mod protocol {
    pub mod digest;
    pub(crate) mod draft;
    pub(crate) mod fields;
    pub mod frame;
    pub mod grammar;
    pub(crate) mod heads;
    pub mod info;
    pub mod support;
    pub mod versions;
    pub(crate) mod violation;
}

mod machine {
    pub(crate) mod close;
    pub(crate) mod connection;
    pub(crate) mod error;
    pub mod extension;
    pub mod inspect;
    pub(crate) mod limits;
    pub mod receive;
    pub(crate) mod trace;
}

/// The opening handshake: requests, responses and what goes into them.
///
/// [`Request`] and [`Response`] borrow from the bytes they were parsed from. What they must
/// look like is a draft's business; this module only gives them a shape.
pub mod handshake {
    pub(crate) mod access;
    pub(crate) mod address;
    pub mod client;
    pub(crate) mod content;
    #[doc(hidden)]
    pub mod detect;
    pub(crate) mod established;
    pub(crate) mod given;
    pub(crate) mod offer;
    pub mod parse;
    pub(crate) mod proxy_header;
    pub(crate) mod refusal;
    pub mod server;
    pub(crate) mod versions;

    pub use self::{
        access::{Access, Host, Hosts, NotAHost, NotAnOrigin, Origin, Origins},
        address::{Address, NotAnAddress},
        content::check_content,
        given::check_field,
        offer::Requested,
        parse::{HeadError, HeadLimits},
        proxy_header::{ProxyHeader, ReadProxyHeader},
    };
    #[cfg(feature = "std")]
    pub use crate::adapters::{
        acceptor::{Acceptor, Subprotocols},
        connector::Connector,
    };
    pub use crate::protocol::{
        fields::{Field, Fields, Index, Joined},
        heads::{Answer, Opening, Request, Response},
    };
}

#[cfg(feature = "std")]
mod adapters {
    pub(crate) mod acceptor;
    #[cfg(feature = "axum")]
    pub mod axum;
    pub mod blocking;
    pub(crate) mod connector;
    #[cfg(feature = "http")]
    pub mod http;
    #[cfg(feature = "hyper")]
    pub mod hyper;
    #[cfg(feature = "tokio")]
    pub mod internet;
    pub(crate) mod opening;
    pub(crate) mod settings;
    pub(crate) mod stream;
    #[cfg(feature = "tokio")]
    pub mod tokio;
}

#[doc(inline)]
pub use self::handshake::detect;
pub use self::{
    machine::{
        close::{Cause, Close, Ending},
        connection::{AsMessage, Connection, Event, Message, MessageRef},
        error::{ConnectionError, HeadPart, Misuse, TrySendError},
        extension, inspect,
        limits::{CloseAnswer, Config, Keepalive, Limit, Limits, Policy},
        receive,
    },
    payload::{
        budget::{Budget, Reserved},
        entropy::{Entropy, NoEntropy},
        mask,
    },
    protocol::{
        digest,
        draft::Draft,
        frame::{self, FrameHeader},
        grammar,
        info::{self, Role},
        support, versions,
        violation::{Enforce, Flow, Relaxed, Report, Seen, Stop, Violation},
    },
};

#[cfg(feature = "axum")]
pub use self::adapters::axum;
#[cfg(feature = "http")]
pub use self::adapters::http;
#[cfg(feature = "hyper")]
pub use self::adapters::hyper;
#[cfg(feature = "std")]
pub use self::adapters::{blocking, stream::Error};
#[cfg(feature = "tokio")]
pub use self::adapters::{internet, tokio};
#[cfg(feature = "std")]
pub use self::payload::entropy::OsEntropy;
#[cfg(feature = "macros")]
pub use wsdraft_macros::websocket_draft;

/// The built-in drafts.
pub mod drafts {
    include!(concat!(env!("OUT_DIR"), "/drafts.rs"));
}
