//! `wsdraft list`: every draft, and every draft of an extension.

use clap::Args;
use wsdraft_spec::{extension::Document, sort};

use crate::{failure::Failure, identity::Identity, outcome::Outcome, output::Output, specs::Specs};

/// List every draft, and every draft of an extension.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Lists the drafts, the current one and then the newest first, then those of extensions, series by
/// series.
pub(crate) fn run(specs: &Specs, output: Output) -> Result<Outcome, Failure> {
    let mut documents: Vec<&Document> = specs
        .database()
        .extensions()
        .iter()
        .flat_map(|extension| &extension.documents)
        .collect();
    sort::by_key(&mut documents, |document| {
        (
            &document.series,
            document.revision.is_some(),
            std::cmp::Reverse((document.revision, document.issued)),
        )
    });
    let current = specs.database().newest().map(|draft| draft.short.as_str());
    let mut drafts: Vec<Identity<'_>> = specs.versions().iter().map(Identity::new).collect();
    sort::by_key(&mut drafts, |draft| {
        (Some(draft.short) != current, draft.serial.is_none())
    });
    let rows: Vec<_> = drafts
        .into_iter()
        .chain(documents.into_iter().map(Identity::of_extension))
        .collect();
    if output.is_json() {
        output.document(&rows)?;
        return Ok(Outcome::Fine);
    }
    let width = rows.iter().map(|row| row.short.len()).max().unwrap_or(0);
    let mut text = format!(
        "{:<width$} {:>6} {:>7} {:<10} {:<10} {:<17} {}\n",
        "draft", "serial", "version", "issued", "expires", "status", "name"
    );
    for row in rows {
        let mark = if Some(row.short) == current {
            ", the current one"
        } else {
            ""
        };
        let number = |number: Option<String>| number.unwrap_or_else(|| "-".into());
        text.push_str(&format!(
            "{:<width$} {:>6} {:>7} {:<10} {:<10} {:<17} {}{mark}\n",
            row.short,
            number(row.serial.map(|serial| serial.to_string())),
            number(row.wire_version.map(|version| version.to_string())),
            number(row.issued),
            number(row.expires),
            row.status,
            row.name,
        ));
    }
    output.text(&text)?;
    Ok(Outcome::Fine)
}
