//! A draft with everything that it inherits, each item with its origin.

use serde::Serialize;

use crate::{model::*, requirement::Requirement, table::Table, vocabulary::*};

/// An item of a resolved draft and its origin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ItemOf{T}", deny_unknown_fields)
)]
pub struct Item<T> {
    /// The item.
    pub value: T,
    /// Short name of the draft that added it.
    pub since: String,
    /// Short name of the draft that last stated it.
    pub stated_in: String,
}

/// A draft with every inherited fact present.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields)
)]
pub struct ResolvedDraft {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The series.
    #[serde(rename = "type")]
    pub series: String,
    /// Revision within the series.
    pub revision: Option<u16>,
    /// Position in the history.
    pub serial: Option<i16>,
    /// Day of issue.
    pub issued: Option<Date>,
    /// Day of expiry.
    pub expires: Option<Date>,
    /// The draft's status.
    pub status: String,
    /// The version number on the wire.
    pub wire_version: Option<u16>,
    /// Evidence for the identity.
    pub evidence: Vec<Evidence>,
    /// Short names of the drafts that it builds on, from the root to itself.
    pub lineage: Vec<String>,
    /// How much of the draft the database contains.
    pub coverage: Coverage,
    /// Whether nothing in its requests distinguishes it from an older draft.
    pub undetectable: bool,
    /// Changes from its parent.
    pub changes: Vec<Change>,
    /// Contradictions between sources.
    pub conflicts: Vec<Conflict>,
    /// The request line.
    pub request_line: Option<Item<RequestLine>>,
    /// The status line.
    pub status_line: Option<Item<StatusLine>>,
    /// Header fields of the request.
    pub request_headers: Table<String, Item<Header>>,
    /// Header fields of the response.
    pub response_headers: Table<String, Item<Header>>,
    /// Bytes after the request head.
    pub request_body: Option<Item<RequestBody>>,
    /// Bytes after the response head.
    pub response_body: Option<Item<ResponseBody>>,
    /// The key that the handshake derives.
    pub session_key: Option<Item<SessionKey>>,
    /// Other ways to open a connection.
    pub bootstraps: Option<Item<Bootstraps>>,
    /// Signs that identify a request.
    pub signs: Table<String, Item<Sign>>,
    /// The layout of a frame.
    pub layout: Option<Item<Layout>>,
    /// How frames are masked.
    pub masking: Option<Item<Masking>>,
    /// Opcodes by name.
    pub opcodes: Table<String, Item<Opcode>>,
    /// The closing handshake.
    pub closing: Option<Item<Closing>>,
    /// Close codes.
    pub close_codes: Table<u16, Item<CloseCode>>,
    /// Ranges of close codes.
    pub close_ranges: Option<Item<CloseRanges>>,
    /// Rules by id, in the order in which they are checked.
    pub rules: Table<String, Item<Rule>>,
    /// The requirements of the rules, by id.
    #[serde(skip)]
    pub(crate) requirements: Table<String, Requirement>,
}

impl ResolvedDraft {
    /// Creates a draft that states only its identity.
    #[must_use]
    pub(crate) fn empty(draft: &Draft) -> Self {
        Self {
            name: draft.name.clone(),
            short: draft.short.clone(),
            aliases: draft.aliases.clone(),
            series: draft.series.clone(),
            revision: draft.revision,
            serial: draft.serial,
            issued: draft.issued,
            expires: draft.expires,
            status: draft.status.clone(),
            wire_version: draft.wire_version,
            evidence: draft.evidence.clone(),
            lineage: Vec::new(),
            coverage: draft.coverage,
            undetectable: draft.undetectable,
            changes: draft.changes.clone(),
            conflicts: draft.conflicts.clone(),
            request_line: None,
            status_line: None,
            request_headers: Table::default(),
            response_headers: Table::default(),
            request_body: None,
            response_body: None,
            session_key: None,
            bootstraps: None,
            signs: Table::default(),
            layout: None,
            masking: None,
            opcodes: Table::default(),
            closing: None,
            close_codes: Table::default(),
            close_ranges: None,
            rules: Table::default(),
            requirements: Table::default(),
        }
    }

    /// The requirement of a rule, checked against the draft.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.get(id)
    }

    /// The rules in the order in which they are checked, each with its requirement.
    pub fn requirements(&self) -> impl Iterator<Item = (&String, &Item<Rule>, &Requirement)> {
        let rules = self.rules.iter();
        rules.filter_map(|(id, rule)| Some((id, rule, self.requirements.get(id)?)))
    }

    /// Name of the request header field that contains the host; empty if there is none.
    #[must_use]
    pub fn host(&self) -> &str {
        let mut headers = self.request_headers.iter();
        let host = headers.find(|(_, header)| header.value.purpose == Purpose::Host);
        host.map_or("", |(name, _)| name)
    }

    /// Names of the extensions that state other ways to open a connection.
    #[must_use]
    pub fn bootstraps(&self) -> &[String] {
        let bootstraps = self.bootstraps.as_ref();
        bootstraps.map_or(&[], |bootstraps| &bootstraps.value.extensions)
    }

    /// Names of the layout's reserved bits, in wire order.
    #[must_use]
    pub fn reserved_bits(&self) -> Vec<&str> {
        match self.layout.as_ref().map(|layout| &layout.value.form) {
            Some(Form::Prefixed { fields, .. }) => {
                fields.iter().filter_map(LayoutField::reserved).collect()
            }
            Some(Form::Delimited { .. }) | None => Vec::new(),
        }
    }

    /// Width in bits of the field that contains the opcode or the frame type; `None` if the draft
    /// states no layout.
    #[must_use]
    pub fn opcode_bits(&self) -> Option<u8> {
        match &self.layout.as_ref()?.value.form {
            Form::Prefixed { fields, .. } => {
                let mut opcode = fields.iter().filter(|field| field.is_opcode());
                opcode.next().map(LayoutField::bits)
            }
            Form::Delimited { .. } => Some(8),
        }
    }

    /// The close codes that the connection itself uses. No two codes have the same use.
    #[must_use]
    pub fn local_codes(&self) -> LocalCodes {
        let mut codes = LocalCodes::default();
        for (code, entry) in self.close_codes.iter() {
            if let Some(usage) = entry.value.local {
                *codes.of_mut(usage) = Some(*code);
            }
        }
        codes
    }

    /// The range that a close code is in.
    #[must_use]
    pub fn close_range(&self, code: u16) -> Option<&CodeRange> {
        let mut ranges = self.close_ranges.iter().flat_map(|all| &all.value.ranges);
        ranges.find(|range| (range.from..=range.to).contains(&code))
    }

    /// Whether a close frame may contain this code: one that the draft lists, if it says so, and any other if it is in
    /// an open range, or if the draft states no ranges.
    #[must_use]
    pub fn allows_close_code(&self, code: u16) -> bool {
        match self.close_codes.get(&code) {
            Some(known) => known.value.on_wire,
            None if self.close_ranges.is_none() => true,
            None => {
                let range = self.close_range(code);
                range.is_some_and(|range| range.usage.is_open())
            }
        }
    }

    /// Whether the draft has frames of this kind.
    #[must_use]
    pub fn has_frames(&self, kind: Kind) -> bool {
        let mut opcodes = self.opcodes.values();
        opcodes.any(|opcode| opcode.value.kind == kind)
    }

    /// Whether the draft is complete enough to be implemented.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.coverage == Coverage::Complete
    }
}
