//! Every draft of the WebSocket protocol as data.
//!
//! A draft is a RON file that states its identity and what it changes from the draft that it
//! extends. [`Database::built_in`] reads the files that come with this crate, resolves the
//! inheritance and checks the result; [`Database::with`] adds one's own dialects.
//!
//! ```
//! let database = wsdraft_spec::Database::built_in()?;
//! let draft = database.resolved("hybi-17").ok_or("no such draft")?;
//! let rule = draft.rules.get("control-frame-length").ok_or("no such rule")?;
//! assert_eq!(rule.value.evidence[0].to_string(), "RFC 6455 §5.5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Three models follow one another: [`model`] is a file as written, [`ResolvedDraft`] has
//! everything inherited and its origin, and the generator's own model has the names of Rust.

mod check;
mod database;
mod diagnostic;
pub mod extension;
mod keyword;
mod lineage;
mod locate;
pub mod model;
mod printable;
mod registry;
mod resolve;
mod resolved;
mod sign;
mod table;
pub mod vocabulary;

pub use self::{
    database::{Database, FILES, LARGEST, LoadError, Source, parents, read, read_in, shorts},
    diagnostic::{Diagnostic, Diagnostics, closest, did_you_mean},
    extension::{Extension, Extensions, ResolvedExtension},
    keyword::is_keyword,
    locate::Path,
    printable::Printable,
    registry::{Registration, Registry},
    resolved::{Item, ResolvedDraft},
    table::Table,
};
