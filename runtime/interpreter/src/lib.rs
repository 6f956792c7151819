//! Drafts of the WebSocket protocol run as data.
//!
//! [`Interpreted`] is a [`Draft`](wsdraft::Draft) over a resolved spec. It says what the generated
//! code says, more slowly and without a compiler; tests compare the two on arbitrary input. A
//! tool can so run a dialect whose RON file was written a moment ago. [`interpreted_extension`]
//! does the same for an extension.
//!
//! [`vectors`] makes test vectors from a draft's data.

mod expression;
mod extensions;
mod frames;
mod handshakes;
mod interpreted;
mod rules;
mod tables;
pub mod vectors;

pub use self::{
    extensions::interpreted as interpreted_extension,
    interpreted::{Interpreted, Unsupported},
};
