//! Every draft of the WebSocket protocol as data.
//!
//! A draft is a RON file that states its identity and its changes to the draft that it extends.
//! [`Database::built_in`] reads the files in this crate, resolves the inheritance and checks the
//! result. [`Database::with`] adds the user's own dialects.
//!
//! ```
//! let database = wsdraft_spec::Database::built_in()?;
//! let draft = database.resolved("hybi-17").ok_or("no such draft")?;
//! let rule = draft.rules.get("control-frame-length").ok_or("no such rule")?;
//! assert_eq!(rule.value.evidence[0].to_string(), "RFC 6455 §5.5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A file reads like a changelog. `add`, `amend`, `replace` and `remove` change the inherited
//! items; `amend` changes single fields of one item or of several items. The variant of a rule is
//! derived from its id. A source that is cited more than once has a name.
//!
//! ```
//! let text = r#"Draft(
//!     name: "strict-1", short: "strict-1", type: "strict", status: "private", extends: "hybi-17",
//!     sources: {
//!         manual: Own("Our gateway's manual, chapter 3"),
//!     },
//!     evidence: [manual],
//!     changes: [
//!         (kind: Semantic, text: "404 for both", items: ["rules/host-valid"], evidence: [manual]),
//!     ],
//!     rules: (amend: {
//!         ["host-present", "host-valid"]: (otherwise: Reject(404), evidence: [manual]),
//!     }),
//! )"#;
//! let source = wsdraft_spec::Source { file: "strict-1.ron".into(), text: text.into() };
//! let database = wsdraft_spec::Database::built_in()?.clone().with([source])?;
//! let draft = database.resolved("strict-1").ok_or("no such draft")?;
//! let rule = draft.rules.get("host-valid").ok_or("no such rule")?;
//! assert_eq!(rule.stated_in, "strict-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There are three models in sequence: [`model`] is a file as written, [`ResolvedDraft`] contains
//! every inherited item with its origin, and the generator's model contains the Rust names.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod check;
mod database;
mod diagnostic;
pub mod extension;
mod file;
mod files;
mod keyword;
mod lineage;
mod locate;
pub mod model;
mod printable;
mod reader;
mod registry;
pub mod requirement;
mod resolve;
mod resolved;
pub mod scenario;
mod sign;
pub mod sort;
mod sources;
mod table;
pub mod topic;
pub mod vocabulary;

pub use self::{
    database::{Database, parents, shorts},
    diagnostic::{Diagnostic, Diagnostics, closest, did_you_mean},
    extension::{Extension, Extensions, ResolvedExtension},
    file::{FINGERPRINT, LARGEST, LoadError, Source, read, read_in, to_ron},
    files::files,
    keyword::{camel_case, is_keyword},
    locate::Path,
    printable::Printable,
    registry::{Registration, Registry},
    resolved::{Item, ResolvedDraft},
    scenario::{Scenario, Scenarios},
    table::Table,
    topic::Topics,
};
