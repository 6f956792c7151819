//! `wsdraft list`: every draft, and every draft of an extension.

use serde::Serialize;
use wsdraft::versions::Version;
use wsdraft_spec::extension::Document;

use crate::{Outcome, failure::Failure, output::Output, specs::Specs};

/// A draft's identity, as `list` and `version` print it.
#[derive(Debug, Serialize)]
pub(crate) struct Identity<'a> {
    pub(crate) name: &'a str,
    pub(crate) short: &'a str,
    #[serde(rename = "type")]
    pub(crate) series: &'a str,
    pub(crate) revision: Option<u16>,
    pub(crate) serial: Option<i16>,
    pub(crate) offset: Option<u16>,
    pub(crate) issued: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) status: &'a str,
    pub(crate) wire_version: Option<u16>,
}

impl<'a> Identity<'a> {
    /// The identity of a draft.
    pub(crate) fn new(version: Version) -> Self {
        Self {
            name: version.name(),
            short: version.short(),
            series: version.series(),
            revision: version.revision(),
            serial: version.serial(),
            offset: version.offset(),
            issued: version.issued().map(|date| date.to_string()),
            expires: version.expires().map(|date| date.to_string()),
            status: version.status(),
            wire_version: version.number(),
        }
    }

    /// The identity of a draft of an extension.
    fn of_extension(document: &'a Document) -> Self {
        Self {
            name: &document.name,
            short: &document.short,
            series: &document.series,
            revision: document.revision,
            serial: None,
            offset: None,
            issued: document.issued.map(|date| date.to_string()),
            expires: document.expires.map(|date| date.to_string()),
            status: &document.status,
            wire_version: None,
        }
    }
}

/// Lists the drafts, the newest first, then those of extensions, series by series.
pub(crate) fn run(specs: &Specs, output: &Output) -> Result<Outcome, Failure> {
    let mut documents: Vec<&Document> = specs
        .database()
        .extensions()
        .iter()
        .flat_map(|extension| &extension.documents)
        .collect();
    documents.sort_by_key(|document| {
        (
            &document.series,
            document.revision.is_some(),
            std::cmp::Reverse((document.revision, document.issued)),
        )
    });
    let drafts = specs.versions().iter().map(Identity::new);
    let rows: Vec<_> = drafts
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
        let number = |number: Option<String>| number.unwrap_or_else(|| "-".into());
        text.push_str(&format!(
            "{:<width$} {:>6} {:>7} {:<10} {:<10} {:<17} {}\n",
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
