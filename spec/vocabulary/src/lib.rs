//! The vocabulary for drafts of the WebSocket protocol and its extensions.
//!
//! Each word is defined here once. The spec reads it from a file, the generator prints it as Rust,
//! and the runtime stores it in static data. No enum of this crate is `non_exhaustive`: a new word
//! causes a compile error in every place that must handle it.
//!
//! The feature `serde` reads and writes the words; the feature `schema` describes them in a JSON
//! Schema. The crate does not need the standard library.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod closing;
mod evidence;
pub mod extension;
mod frame;
mod grammar;
mod handshake;
pub mod multiplex;
mod outcome;
mod rule;

use core::fmt;

pub use self::{
    closing::{CloseBody, CloseReply, CodeUse, LocalCodes, RangeUse},
    evidence::{ChangeKind, Coverage, Date, Evidence},
    frame::{Cover, Delimiter, Extended, Form, Kind, LayoutField, TypeRange},
    grammar::{Grammar, RandomValue, Separator},
    handshake::{Expr, GivenInRequest, GivenInResponse, Purpose, SignTest, Source},
    outcome::Outcome,
    rule::{Conversation, Level, Predicate, Scope, Visibility},
};

/// One of the two endpoints of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// The endpoint that sends the opening request.
    Client,
    /// The endpoint that responds to it.
    Server,
}

impl Role {
    /// The other endpoint.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// `client` or `server`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
