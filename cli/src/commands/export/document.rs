//! JSON documents, and the JSON Schemas beside them.

use schemars::{JsonSchema, generate::SchemaSettings};
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
pub(super) fn write<T: Serialize + JsonSchema>(
    document: &T,
    again: &Again<'_>,
    only_schema: bool,
    destination: &Destination,
    out: Output,
) -> Result<Outcome, Failure> {
    let schema = || {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        output::document(&settings.into_generator().into_root_schema_for::<T>())
    };
    let Some(target) = destination.target() else {
        let text = if only_schema {
            schema()?
        } else {
            output::document(document)?
        };
        out.file(&text)?;
        return Ok(Outcome::Fine);
    };
    if only_schema {
        return target.put(&schema()?, &again.command(" --schema", target.file));
    }
    let command = again.command("", target.file);
    let beside = target.file.with_extension("schema.json");
    let beside = Target {
        file: &beside,
        ..target
    };
    let outcomes = [
        target.put(&output::document(document)?, &command)?,
        beside.put(&schema()?, &command)?,
    ];
    Ok(Outcome::findings(outcomes.contains(&Outcome::Findings)))
}
