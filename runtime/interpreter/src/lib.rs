//! Interprets drafts of the WebSocket protocol as data.
//!
//! [`Interpreted`] is a [`Draft`](wsdraft::Draft) over a resolved spec. It gives the same results
//! as the generated code, more slowly but without a compiler. Tests compare the two on arbitrary
//! input. A tool can therefore run a dialect immediately after its RON file is written.
//! [`interpreted_extension`] does the same for an extension.
//!
//! [`vectors`] derives test vectors from a draft's data.

mod expression;
mod extensions;
mod frames;
mod handshakes;
mod interpreted;
pub mod multiplex;
mod rules;
mod tables;
pub mod vectors;

pub use self::{
    extensions::interpreted as interpreted_extension,
    interpreted::{Interpreted, Unsupported},
};
