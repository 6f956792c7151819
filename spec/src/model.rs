//! A draft as it is written: identity, and a delta over the draft that it extends.

use serde::{Deserialize, Serialize};

use crate::{table::Table, vocabulary::*};

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
    /// Evidence for the identity.
    pub evidence: Vec<Evidence>,
    /// Short name of the draft that this one changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
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
    /// `rules["text-utf8"]`: where this draft says the same. It goes before the evidence that
    /// the item has.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub cited: Table<String, Vec<Evidence>>,

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

/// What a draft does to a section that holds one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Single<T> {
    /// States it for the first time.
    Add(T),
    /// States it anew.
    Replace(T),
    /// Withdraws it.
    Remove,
}

/// What a draft does to a section that holds things by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(deserialize = "K: Deserialize<'de> + PartialEq + std::fmt::Debug, V: Deserialize<'de>")
)]
pub struct Delta<K, V> {
    /// New things.
    #[serde(default = "Table::default", skip_serializing_if = "Table::is_empty")]
    pub add: Table<K, V>,
    /// Things stated anew; they keep their place in the order.
    #[serde(default = "Table::default", skip_serializing_if = "Table::is_empty")]
    pub replace: Table<K, V>,
    /// Things withdrawn.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<K>,
}

impl<K, V> Delta<K, V> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.replace.is_empty() && self.remove.is_empty()
    }
}

impl<K, V> Default for Delta<K, V> {
    fn default() -> Self {
        Self {
            add: Table::default(),
            replace: Table::default(),
            remove: Vec::new(),
        }
    }
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
    /// Items of this draft that say it as data, for instance `rules["length-minimal"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Where it is told.
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
    pub by: Evidence,
    /// Its claim.
    pub says: String,
}

/// The request line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestLine {
    /// The method.
    pub method: String,
    /// Lowest minor version of HTTP/1.
    pub minor_version: u8,
    /// Schemes of the absolute URIs that are allowed beside a path; may be empty.
    #[serde(default)]
    pub absolute: Vec<String>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// The status line of a response that accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusLine {
    /// The status code.
    pub status: u16,
    /// The reason phrase that a server sends.
    pub reason: String,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What it is for.
    pub purpose: Purpose,
    /// What its value looks like.
    pub value: Grammar,
    /// What an implementation puts into it.
    #[serde(default)]
    pub send: Source,
    /// Name of the field before which it is sent, where it does not come last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// Bytes that follow the request's head and belong to the handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// How many; a client sends random ones.
    pub length: usize,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// Bytes that follow the response's head and belong to the handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResponseBody {
    /// What they are.
    pub value: Expr,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// A key of 20 bytes that the handshake derives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionKey {
    /// What it is.
    pub value: Expr,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// A sign by which a request of a draft is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The header field to look at.
    pub header: String,
    /// What it must be like.
    pub test: SignTest,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// How a frame is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The form.
    pub form: Form,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// How frames are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// Who masks.
    pub by: Role,
    /// What the mask covers.
    pub covers: Cover,
    /// The key: [`Expr::FrameNonce`] alone, or a hash of 20 bytes.
    pub key: Expr,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// An opcode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Opcode {
    /// The value on the wire.
    pub value: u8,
    /// What it is for.
    pub kind: Kind,
    /// Whether it means this only on a frame without payload.
    #[serde(default)]
    pub only_empty: bool,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// The closing handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// What a close frame's body holds.
    pub body: CloseBody,
    /// What the answer carries.
    pub reply: CloseReply,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// A close code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CloseCode {
    /// Its name: lower case letters, digits and hyphens.
    pub name: String,
    /// What it says.
    pub meaning: String,
    /// Whether it may stand in a close frame; a receiver refuses one with another code.
    #[serde(default = "yes")]
    pub on_wire: bool,
    /// Who sends it, where not both do. It binds who sends; no receiver refuses it for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// What the connection itself uses it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<CodeUse>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

const fn yes() -> bool {
    true
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to what it may skip"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Ranges of close codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CloseRanges {
    /// The ranges, in ascending order, without overlap.
    pub ranges: Vec<CodeRange>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// A range of close codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeRange {
    /// First code.
    pub from: u16,
    /// Last code.
    pub to: u16,
    /// Whose they are.
    pub usage: RangeUse,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name of its variant in Rust.
    pub variant: String,
    /// How binding it is.
    pub level: Level,
    /// What it is about.
    pub scope: Scope,
    /// Who must keep it, where not both must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// When it holds.
    #[serde(default)]
    pub when: Predicate,
    /// What it asks for.
    pub require: Predicate,
    /// What breaking it leads to.
    pub otherwise: Outcome,
    /// What it says, in one sentence.
    pub summary: String,
    /// Id of the rule before which it is checked, where it does not come last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Evidence, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// Something that states its evidence.
pub trait Fact {
    /// Where it comes from.
    fn evidence(&self) -> &[Evidence];

    /// Puts stronger evidence first.
    fn cite(&mut self, evidence: &[Evidence]);
}

macro_rules! facts {
    ($($name:ident),*) => {$(
        impl $crate::model::Fact for $name {
            fn evidence(&self) -> &[$crate::vocabulary::Evidence] {
                &self.evidence
            }

            fn cite(&mut self, evidence: &[$crate::vocabulary::Evidence]) {
                self.evidence.retain(|present| !evidence.contains(present));
                self.evidence.splice(0..0, evidence.iter().cloned());
            }
        }
    )*};
}

pub(crate) use facts;

facts!(
    Change,
    RequestLine,
    StatusLine,
    Header,
    RequestBody,
    ResponseBody,
    SessionKey,
    Sign,
    Layout,
    Masking,
    Opcode,
    Closing,
    CloseCode,
    CloseRanges,
    Rule
);
