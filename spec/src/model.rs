//! A draft as it is written: identity, and a delta over the draft that it extends.

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

/// A draft as its file states it.
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
    /// The number that names it on the wire; that of the draft that it extends, where it states
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_version: Option<u16>,
    /// Names of sources that the file cites more than once. They hold for what comes after them
    /// in the file.
    #[serde(default, deserialize_with = "sources::table", skip_serializing)]
    pub sources: Table<String, Evidence>,
    /// Evidence for the identity.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
    /// Short name of the draft that this one changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Whether it is the newest draft. One draft of the database states that; a draft that
    /// extends it does not inherit it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub newest: bool,
    /// How much of the draft the database holds.
    #[serde(default)]
    pub coverage: Coverage,
    /// Whether its requests carry nothing that tells it from an older draft, so that a request
    /// which fits both is taken for one of the older.
    #[serde(default, skip_serializing_if = "is_false")]
    pub undetectable: bool,
    /// What changed, in words, with the items of this file that say it as data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Where sources contradict each other, and what was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Stronger evidence for what is inherited as it stands, by item, for instance
    /// `"rules/text-utf8"`: where this draft says the same. It goes before the evidence that
    /// the item has.
    #[serde(
        default,
        deserialize_with = "sources::by_item",
        skip_serializing_if = "Table::is_empty"
    )]
    pub cited: Table<ItemName, Vec<Evidence>>,

    /// The request line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_line: Option<Single<RequestLine>>,
    /// The status line of a response that accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_line: Option<Single<StatusLine>>,
    /// Header fields of the request, in the order in which a client sends them.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub request_headers: Delta<String, Header>,
    /// Header fields of the response, in the order in which a server sends them.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub response_headers: Delta<String, Header>,
    /// Bytes after the request's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Single<RequestBody>>,
    /// Bytes after the response's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_body: Option<Single<ResponseBody>>,
    /// A key that the handshake derives and frames need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_key: Option<Single<SessionKey>>,
    /// Signs by which a request of this draft is known.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub signs: Delta<String, Sign>,

    /// How a frame is laid out.
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

/// A change, told in our words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// What changed.
    pub text: String,
    /// Items of this draft that say it as data, for instance `rules["length-minimal"]`. Files
    /// write `"rules/length-minimal"`.
    #[serde(
        default,
        deserialize_with = "name::canonical",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub items: Vec<String>,
    /// Where it is told.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// Sources that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// What they disagree about.
    pub about: String,
    /// What each says.
    pub claims: Vec<Claim>,
    /// What this database says, and why.
    pub decision: String,
}

/// What a source says.
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

/// Gives each rule the variant that follows from its id, where it states none; gives the paths
/// of those that are stated and follow from it.
pub(crate) fn rule_variants<R: Amend>(
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
