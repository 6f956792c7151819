//! Who a draft is: its names, its place in the history, its dates.

use serde::Serialize;
use wsdraft::versions::Version;
use wsdraft_spec::extension::Document;

/// A draft's identity, as `list` and `version` print it.
#[derive(Debug, Serialize)]
pub struct Identity<'a> {
    /// The full name.
    pub name: &'a str,
    /// The short name.
    pub short: &'a str,
    /// The series of documents.
    #[serde(rename = "type")]
    pub series: &'a str,
    /// The number in the series.
    pub revision: Option<u16>,
    /// The number among all drafts.
    pub serial: Option<i16>,
    /// The number of newer drafts, without the RFC.
    pub offset: Option<u16>,
    /// When it was issued.
    pub issued: Option<String>,
    /// When it expired.
    pub expires: Option<String>,
    /// What became of it.
    pub status: &'a str,
    /// The number on the wire.
    pub wire_version: Option<u16>,
}

impl<'a> Identity<'a> {
    /// The identity of a draft.
    pub fn new(version: Version) -> Self {
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
    pub fn of_extension(document: &'a Document) -> Self {
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
