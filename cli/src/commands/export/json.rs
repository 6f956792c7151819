//! `wsdraft export json`: the whole database as one JSON document.

use clap::Args;
use serde::Serialize;
use wsdraft_spec::{LoadError, Registry, ResolvedDraft, ResolvedExtension, Topics};

use super::{again::Again, document::write, schemas};
use crate::{failure::Failure, flags::Destination, outcome::Outcome, output::Output, specs::Specs};

/// Export drafts with everything that they inherit, extensions, registries and topics as JSON.
///
/// With `--out x.json`, the command also writes the JSON Schema to `x.schema.json`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print the JSON Schema instead of the document.
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    destination: Destination,
}

/// Exports the database.
pub(super) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let again = Again {
        specs,
        what: "json",
        names: &[],
    };
    write(
        || Document::new(specs),
        schemas::database,
        &again,
        arguments.schema,
        &arguments.destination,
        output,
    )
}

/// Every draft of the WebSocket protocol, every extension, IANA's registries, and topics.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "wsdraft database", deny_unknown_fields))]
struct Document<'a> {
    /// What the document is, and the version of its form.
    format: Format,
    /// The drafts with everything that they inherit: the newest first, then those without a
    /// place in the history.
    drafts: Vec<&'a ResolvedDraft>,
    /// The dialects of extensions with everything that they inherit.
    extensions: Vec<&'a ResolvedExtension>,
    /// What is registered with IANA.
    registries: &'a [Registry],
    /// What people meet beside the drafts: causes of close codes, status codes, limits, names of
    /// errors, texts of other software, and terms.
    topics: &'a [Topics],
}

/// The form of a document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Format {
    /// The database, in its first form.
    #[serde(rename = "wsdraft-database/1")]
    Database,
}

impl<'a> Document<'a> {
    /// What there is, built in and from `--spec-dir`.
    fn new(specs: &'a Specs) -> Result<Self, Failure> {
        let database = specs.database();
        let registries = Registry::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let drafts = database.drafts().into_iter();
        Ok(Self {
            format: Format::Database,
            drafts: drafts
                .filter_map(|draft| database.resolved(&draft.short))
                .collect(),
            extensions: database.extensions().iter().collect(),
            registries,
            topics: specs.topics()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{document::check_schema, schemas},
        Document,
    };

    #[test]
    fn the_schema_is_that_of_the_types() {
        check_schema::<Document<'_>>("database.json", schemas::database());
    }
}
