//! A draft as written: its identity and its changes to the draft that it extends.

use serde::{Deserialize, Serialize};

use crate::{
    file::Written, keyword::camel_case, locate::Path, sources, table::Table, vocabulary::*,
};

pub(crate) mod amendment;
mod delta;
mod fact;
mod items;
mod name;

pub(crate) use self::fact::facts;
pub use self::{
    amendment::*,
    delta::{Delta, Single},
    fact::Fact,
    items::*,
    name::ItemName,
};

/// A draft as written in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Full name, for instance `draft-ietf-hybi-thewebsocketprotocol-17`.
    pub name: String,
    /// Short name: lower case letters, digits and hyphens.
    pub short: String,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The series: `hixie`, `hybi`, `rfc`, or a private one.
    #[serde(rename = "type")]
    pub series: String,
    /// Revision within the series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u16>,
    /// Position in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<i16>,
    /// Day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// Day of expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// `draft`, `obsolete`, `proposed-standard` or another word for its standing.
    pub status: String,
    /// The version number on the wire. If absent, it is inherited from the draft that this one
    /// extends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_version: Option<u16>,
    /// Names of sources that the file cites more than once. They apply to everything after them in
    /// the file.
    #[serde(default, deserialize_with = "sources::table", skip_serializing)]
    pub sources: Table<String, Evidence>,
    /// Evidence for the identity.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
    /// Short name of the draft that this one extends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Whether it is the newest draft. Exactly one draft of the database states this; drafts that
    /// extend it do not inherit it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub newest: bool,
    /// How much of the draft the database contains.
    #[serde(default)]
    pub coverage: Coverage,
    /// Whether nothing in its requests distinguishes it from an older draft. A request that matches
    /// both is then treated as a request of the older draft.
    #[serde(default, skip_serializing_if = "is_false")]
    pub undetectable: bool,
    /// The changes in words, with the items of this file that state them as data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Contradictions between sources, and the decisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Stronger evidence for unchanged inherited items, by item, for example `"rules/text-utf8"`.
    /// It precedes the item's inherited evidence.
    #[serde(
        default,
        deserialize_with = "sources::by_item",
        skip_serializing_if = "Table::is_empty"
    )]
    pub cited: Table<ItemName, Vec<Evidence>>,

    /// The request line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_line: Option<Single<RequestLine>>,
    /// The status line of a response that accepts the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_line: Option<Single<StatusLine>>,
    /// Header fields of the request, in the order in which a client sends them.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub request_headers: Delta<String, Header>,
    /// Header fields of the response, in the order in which a server sends them.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub response_headers: Delta<String, Header>,
    /// Bytes after the request head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Single<RequestBody>>,
    /// Bytes after the response head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_body: Option<Single<ResponseBody>>,
    /// A key that the handshake derives for frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_key: Option<Single<SessionKey>>,
    /// Other ways to open a connection of this draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstraps: Option<Single<Bootstraps>>,
    /// Signs that identify a request of this draft.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub signs: Delta<String, Sign>,

    /// The layout of a frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Single<Layout>>,
    /// How frames are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masking: Option<Single<Masking>>,
    /// Opcodes by name.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub opcodes: Delta<String, Opcode>,

    /// The closing handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Single<Closing>>,
    /// Close codes.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub close_codes: Delta<u16, CloseCode>,
    /// Ranges of close codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_ranges: Option<Single<CloseRanges>>,

    /// Rules by id, in the order in which they are checked.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub rules: Delta<String, Rule>,
}

/// A change, described in our own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The description.
    pub text: String,
    /// Items of this draft that state it as data, for example `rules["length-minimal"]`. Files
    /// write `"rules/length-minimal"`.
    #[serde(
        default,
        deserialize_with = "name::canonical",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub items: Vec<String>,
    /// The sources that describe it.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A contradiction between sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// The subject of the disagreement.
    pub about: String,
    /// The claims of the sources.
    pub claims: Vec<Claim>,
    /// The decision of this database, with the reason.
    pub decision: String,
}

/// The claim of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The source.
    #[serde(deserialize_with = "sources::one")]
    pub by: Evidence,
    /// Its claim.
    pub says: String,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to what it may skip"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Written for Draft {
    fn sources(&self) -> &Table<String, Evidence> {
        &self.sources
    }

    fn derive_variants(&mut self) -> Vec<Path> {
        rule_variants(&mut self.rules, |rule| &mut rule.variant)
    }
}

/// Derives the variant of each rule without one from its id. Returns the paths of stated variants
/// that equal the derived one.
pub(crate) fn rule_variants<R: Amend + Clone>(
    rules: &mut Delta<String, R>,
    variant: impl Fn(&mut R) -> &mut String,
) -> Vec<Path> {
    let mut derivable = Vec::new();
    for (verb, table) in [("add", &mut rules.add), ("replace", &mut rules.replace)] {
        for (id, rule) in table.iter_mut() {
            let variant = variant(rule);
            let derived = camel_case(id);
            if variant.is_empty() {
                *variant = derived;
            } else if *variant == derived {
                let path = Path::root().field("rules").field(verb).key(id);
                derivable.push(path.field("variant"));
            }
        }
    }
    derivable
}
