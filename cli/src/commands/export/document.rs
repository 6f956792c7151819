//! JSON documents, and the JSON Schemas beside them.

use serde::Serialize;

use super::again::Again;
use crate::{
    failure::Failure,
    flags::Destination,
    outcome::Outcome,
    output::{self, Output},
    written::Target,
};

/// Writes a document, or its schema; to a file both, one beside the other.
pub(super) fn write<T: Serialize>(
    document: impl FnOnce() -> Result<T, Failure>,
    schema: impl FnOnce() -> &'static str,
    again: &Again<'_>,
    only_schema: bool,
    destination: &Destination,
    out: Output,
) -> Result<Outcome, Failure> {
    let Some(target) = destination.target() else {
        if only_schema {
            out.file(schema())?;
        } else {
            out.file(&output::document(&document()?)?)?;
        }
        return Ok(Outcome::Fine);
    };
    if only_schema {
        return target.put(schema(), &again.command(" --schema", target.file));
    }
    let command = again.command("", target.file);
    let beside = target.file.with_extension("schema.json");
    let beside = Target {
        file: &beside,
        ..target
    };
    let outcomes = [
        target.put(&output::document(&document()?)?, &command)?,
        beside.put(schema(), &command)?,
    ];
    Ok(Outcome::findings(outcomes.contains(&Outcome::Findings)))
}

/// Whether the file of a schema has that of a type; with `WSDRAFT_UPDATE`, it gets it.
#[cfg(test)]
pub(super) fn check_schema<T: schemars::JsonSchema>(file: &str, schema: &str) {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let of_type = settings.into_generator().into_root_schema_for::<T>();
    let text = output::document(&of_type).unwrap();
    if std::env::var_os("WSDRAFT_UPDATE").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/");
        std::fs::write(format!("{folder}{file}"), text).unwrap();
        return;
    }
    let how = "WSDRAFT_UPDATE=1 cargo test -p wsdraft-cli --bin wsdraft schema";
    assert!(text == schema, "schemas/{file}; to accept: {how}");
}
