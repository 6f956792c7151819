//! The JSON Schemas of what the command exports. They are packed.

use wsdraft_packed::{Files, Packed};

const SCHEMAS: Files = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

static UNPACKED: Packed = Packed::new(SCHEMAS);

/// The schema of `export json`.
pub(super) fn database() -> &'static str {
    UNPACKED.text(const { SCHEMAS.index("database.json") })
}

/// The schema of `export vectors`.
pub(super) fn vectors() -> &'static str {
    UNPACKED.text(const { SCHEMAS.index("vectors.json") })
}
