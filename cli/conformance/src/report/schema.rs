//! The JSON Schema of reports.

use schemars::{Schema, generate::SchemaSettings};

use super::Document;

/// The JSON Schema of what a report is in JSON.
#[must_use]
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Document>()
}
