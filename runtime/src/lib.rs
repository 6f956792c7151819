//! The WebSocket protocol in every draft, as generated code and the runtime that it needs.
//!
//! [`Connection`] is the core: it receives bytes, returns events, and collects the bytes to send.
//! It uses no sockets and no clock. [`handshake`] contains the opening handshake, [`drafts`] the
//! built-in drafts. [`inspect`] watches a stream without enforcing rules.
//!
//! | feature | what it adds |
//! |---|---|
//! | `attribute` (default) | the attribute `#[websocket_draft]` with the name of a draft in [`drafts`] |
//! | `macros` | the generator behind it: your own draft or dialect, or one older draft without `legacy` |
//! | `std` (default) | the operating system's random source, and WebSockets over blocking streams |
//! | `legacy` | all supported drafts, not only the newest ones |
//! | `tokio` | acceptor, connector and a WebSocket over async streams |
//! | `stream` | implementations of the futures crates' `Stream` and `Sink` for that WebSocket |
//! | `client` | [`connect`] and [`Client`]: a client in one line, with TLS, proxies and redirects |
//! | `client-no-provider` | the same, without the next two |
//! | `ring` | cryptography for TLS; without it, the process has to install a provider |
//! | `native-roots` | the certificates that the operating system trusts |
//! | `webpki-roots` | the certificates that Mozilla trusts |
//! | `rustls` | TLS for clients over tokio, without those; part of `client` |
//! | `tracing` | spans and events for handshakes and connections |
//! | `metrics` | counts for the recorder of the crate `metrics`; `metrics::Counters` needs only `std` |
//! | `json` | messages in JSON, with serde |
//! | `multiplex` | several logical connections over one, with the extensions that multiplex |
//! | `deflate` | the compressing extensions |
//! | `http` | opening handshakes for requests that another server has parsed |
//! | `hyper` | upgrades of hyper 1 connections |
//! | `http2` | connections over HTTP/2 with hyper and axum, in both roles (RFC 8441) |
//! | `axum` | an extractor for axum |
//! | `simd` | the widest vector instructions of the processor, for large payloads; Rust 1.89 |
//!
//! [`internet`] describes the settings of a server on the open internet. With all features, `guide`
//! shows how to come here from other crates, and has a cookbook.
//!
//! Without `std`, and with only `legacy` and `macros`, the crate needs only `alloc`. The user then
//! supplies the randomness for a client's masking keys: an [`Entropy`].
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
extern crate self as wsdraft;

// The layers, lowest first. Each layer imports only from itself and from the layers above it in
// this list. Modules do not import each other in circles. A test checks both.

mod payload {
    pub(crate) mod budget;
    pub(crate) mod buffer;
    pub(crate) mod entropy;
    pub mod mask;
    pub(crate) mod pool;
    pub(crate) mod text;
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
    pub(crate) mod lists;
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
    pub(crate) mod metrics;
    #[cfg(feature = "multiplex")]
    pub(crate) mod multiplex;
    pub mod receive;
    pub(crate) mod trace;
}

/// The opening handshake: requests, responses and their contents.
///
/// [`Request`](handshake::Request) and [`Response`](handshake::Response) borrow from the bytes that
/// they were parsed from. A draft decides what is valid; this module only describes the structure.
pub mod handshake {
    pub(crate) mod access;
    pub(crate) mod address;
    pub mod bootstrap;
    pub mod client;
    pub(crate) mod content;
    #[cfg(feature = "std")]
    pub(crate) mod decision;
    #[doc(hidden)]
    pub mod detect;
    pub(crate) mod established;
    pub(crate) mod given;
    pub(crate) mod head;
    #[cfg(feature = "multiplex")]
    pub(crate) mod multiplex;
    pub(crate) mod offer;
    pub mod parse;
    pub(crate) mod proxy_header;
    pub(crate) mod refusal;
    pub(crate) mod replaced;
    pub mod server;
    pub(crate) mod versions;

    #[cfg(feature = "std")]
    pub use self::decision::{Acceptance, Rejection};
    pub use self::{
        access::{Access, Host, Hosts, NotAHost, NotAnOrigin, Origin, Origins},
        address::{Address, NotAnAddress},
        content::check_content,
        given::check_field,
        head::{HeaderFields, RequestHead, ResponseHead},
        offer::{Offer, Requested},
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

/// Counting what a program's connections do.
///
/// [`Counters`](metrics::Counters) counts without another crate, and
#[cfg_attr(feature = "metrics", doc = "[`Emitter`](metrics::Emitter)")]
#[cfg_attr(not(feature = "metrics"), doc = "`Emitter` (feature `metrics`)")]
/// passes everything to the recorder of the crate `metrics`. Both are given to an acceptor or a
/// client. Where nothing is given, counting costs one test for each message.
pub mod metrics {
    #[cfg(feature = "std")]
    pub use crate::adapters::counters::{Counters, Exposition, Snapshot, Traffic, Volume};
    #[cfg(feature = "metrics")]
    pub use crate::adapters::emitter::Emitter;
    pub use crate::machine::metrics::{CloseFrame, End, EndKind, Metrics, SharedMetrics};
}

/// Several logical connections over one physical connection.
///
/// An [extension](crate::extension::multiplex) that multiplexes carries channels, and each channel is a
/// connection like any other.
#[cfg(feature = "multiplex")]
pub mod multiplex {
    #[cfg(feature = "tokio")]
    pub use crate::adapters::tokio::mux::{Channel, Driver, Mux};
    pub use crate::{
        handshake::multiplex::{ControlBlock, Multiplexer, NotMultiplexed, Observer, Sight},
        machine::multiplex::{
            Block, Broken, ChannelKey, Dropped, Format, MultiplexLimits, Over, Unspoken,
        },
    };
}

#[cfg(feature = "std")]
mod adapters {
    pub(crate) mod acceptor;
    #[cfg(feature = "axum")]
    pub mod axum;
    pub mod blocking;
    #[cfg(feature = "client-no-provider")]
    pub mod client;
    #[cfg(feature = "client-no-provider")]
    pub(crate) mod connect_error;
    #[cfg(feature = "tokio")]
    pub(crate) mod connections;
    pub(crate) mod connector;
    pub(crate) mod counters;
    #[cfg(feature = "metrics")]
    pub(crate) mod emitter;
    #[cfg(all(feature = "axum", feature = "client", feature = "attribute"))]
    pub mod guide;
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
        close::{Cause, Close, CloseChange, Ending, TranslatedClose},
        connection::{AsMessage, Connection, Event, Message, MessageRef, NotText},
        error::{ConnectionError, HeadPart, Misuse, Sent, TrySendError},
        extension, inspect,
        limits::{CloseAnswer, Config, Keepalive, Limit, Limits, PingAnswer, Policy},
        receive,
    },
    payload::{
        budget::{Budget, Reserved},
        entropy::{Entropy, NoEntropy},
        mask,
        text::Utf8Bytes,
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
#[cfg(feature = "client-no-provider")]
pub use self::adapters::client::{self, Client, connect};
#[cfg(all(feature = "axum", feature = "client", feature = "attribute"))]
pub use self::adapters::guide;
#[cfg(feature = "http")]
pub use self::adapters::http;
#[cfg(feature = "hyper")]
pub use self::adapters::hyper;
#[cfg(feature = "std")]
pub use self::adapters::{
    blocking,
    stream::{Error, HandshakeError},
};
#[cfg(feature = "tokio")]
pub use self::adapters::{internet, tokio};
#[cfg(feature = "std")]
#[doc(no_inline)]
pub use self::handshake::{Acceptor, Connector};
#[cfg(feature = "json")]
pub use self::machine::connection::JsonError;
#[cfg(feature = "std")]
pub use self::machine::connection::Prepared;
#[cfg(feature = "std")]
pub use self::payload::entropy::OsEntropy;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use wsdraft_macros::__generate;
#[cfg(feature = "attribute")]
pub use wsdraft_macros::websocket_draft;

/// What the attribute does without the generator, with a draft that the build does not have.
#[cfg(not(any(feature = "legacy", feature = "macros")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ($name:tt) => {
        ::core::compile_error!(::core::concat!(
            "no draft ",
            $name,
            " in this build of wsdraft: add its feature `legacy` for every built-in draft, or `macros` for the generator"
        ));
        #[allow(unused_imports)]
        pub use $crate::drafts::newest::*;
    };
}

/// What the attribute does without the generator, with a name that no built-in draft has.
#[cfg(all(feature = "legacy", not(feature = "macros")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ($name:tt) => {
        ::core::compile_error!(::core::concat!(
            "no built-in draft is called ",
            $name,
            "; `wsdraft::drafts` has them all, and the feature `macros` brings the generator for your own"
        ));
        #[allow(unused_imports)]
        pub use $crate::drafts::newest::*;
    };
}

/// The built-in drafts.
pub mod drafts {
    include!("generated/drafts.rs");
}
