//! The database of the WebSocket protocol's drafts, in the forms that other tools and languages read.
//!
//! Each function takes a [`Database`](wsdraft_spec::Database) and returns [`Document`]s. The functions read no files
//! and write none, and the same database gives the same documents.

pub mod facts;
mod formats;
mod hash;
mod kaitai;
pub mod languages;
mod mask_key;
mod origin;
mod scapy;
pub mod site;
mod suricata;
mod texts;
mod wireshark;
pub mod words;

pub use self::{kaitai::kaitai, scapy::scapy, suricata::suricata, wireshark::wireshark};

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The path below the folder of the export, with `/` between its parts.
    pub path: String,
    /// The whole content.
    pub text: String,
}
