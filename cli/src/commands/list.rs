//! `wsdraft list`: every draft.

use serde::Serialize;
use wsdraft_spec::model::Draft;

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
    pub(crate) offset: Option<i16>,
    pub(crate) issued: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) status: &'a str,
    pub(crate) wire_version: Option<u16>,
}

impl<'a> Identity<'a> {
    /// The identity of a draft; offsets count back from the newest serial.
    pub(crate) fn new(draft: &'a Draft, newest: Option<i16>) -> Self {
        Self {
            name: &draft.name,
            short: &draft.short,
            series: &draft.series,
            revision: draft.revision,
            serial: draft.serial,
            offset: newest
                .zip(draft.serial)
                .map(|(newest, serial)| newest - serial),
            issued: draft.issued.map(|date| date.to_string()),
            expires: draft.expires.map(|date| date.to_string()),
            status: &draft.status,
            wire_version: draft.wire_version,
        }
    }
}

/// Lists the drafts, the newest first.
pub(crate) fn run(specs: &Specs, output: &Output) -> Result<Outcome, Failure> {
    let drafts = specs.database().drafts();
    let newest = drafts.iter().filter_map(|draft| draft.serial).max();
    let rows: Vec<_> = drafts
        .into_iter()
        .map(|draft| Identity::new(draft, newest))
        .collect();
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
