//! Who a draft is: its names, its place in the history, its dates.

use serde::Serialize;
use wsdraft::versions::Version;
use wsdraft_spec::extension::Document;

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
    pub(crate) fn of_extension(document: &'a Document) -> Self {
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
