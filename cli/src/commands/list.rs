//! `wsdraft list`: every draft.

use serde::Serialize;
use wsdraft::versions::Version;

use crate::{Outcome, failure::Failure, output::Output, specs::Specs};

/// A draft's identity, as `list` and `version` print it.
#[derive(Debug, Serialize)]
pub(crate) struct Identity {
    pub(crate) name: &'static str,
    pub(crate) short: &'static str,
    #[serde(rename = "type")]
    pub(crate) series: &'static str,
    pub(crate) revision: Option<u16>,
    pub(crate) serial: Option<i16>,
    pub(crate) offset: Option<u16>,
    pub(crate) issued: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) wire_version: Option<u16>,
}

impl Identity {
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
}

/// Lists the drafts, the newest first.
pub(crate) fn run(specs: &Specs, output: &Output) -> Result<Outcome, Failure> {
    let rows: Vec<_> = specs.versions().iter().map(Identity::new).collect();
    if output.is_json() {
        output.document(&rows)?;
        return Ok(Outcome::Fine);
    }
    let mut text = format!(
        "{:<9} {:>6} {:>7} {:<10} {:<10} {:<17} {}\n",
        "draft", "serial", "version", "issued", "expires", "status", "name"
    );
    for row in rows {
        let number = |number: Option<String>| number.unwrap_or_else(|| "-".into());
        text.push_str(&format!(
            "{:<9} {:>6} {:>7} {:<10} {:<10} {:<17} {}\n",
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
