//! The facts that drafts state.

use serde::{Deserialize, Serialize};

use crate::{sources, vocabulary::*};

/// The request line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestLine {
    /// The method.
    pub method: String,
    /// Minimum minor version of HTTP/1.
    pub minor_version: u8,
    /// Schemes of absolute URIs that are allowed in addition to a path. May be empty.
    #[serde(default)]
    pub absolute: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The status line of a response that accepts the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusLine {
    /// The status code.
    pub status: u16,
    /// The reason phrase that a server sends.
    pub reason: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What it is for.
    pub purpose: Purpose,
    /// The grammar of its value.
    pub value: Grammar,
    /// What an implementation sends in it.
    #[serde(default)]
    pub send: Source,
    /// Name of the field that follows it; if absent, it is sent last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// Bytes that follow the request head and belong to the handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// Number of bytes; a client sends random bytes.
    pub length: usize,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// Bytes that follow the response head and belong to the handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResponseBody {
    /// Their value.
    pub value: Expr,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A key of 20 bytes that the handshake derives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionKey {
    /// Its value.
    pub value: Expr,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// Other ways to open a connection of a draft, each over another version of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bootstraps {
    /// Names of the extensions that state them.
    pub extensions: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A sign that identifies a request of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The header field that is tested.
    pub header: String,
    /// The test.
    pub test: SignTest,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The layout of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The form.
    pub form: Form,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// How frames are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// The endpoint that masks.
    pub by: Role,
    /// What the mask covers.
    pub covers: Cover,
    /// The key: [`Expr::FrameNonce`] alone, or a hash of 20 bytes.
    pub key: Expr,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
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
    /// Whether it has this meaning only in a frame without payload.
    #[serde(default)]
    pub only_empty: bool,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The closing handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// The body of a close frame.
    pub body: CloseBody,
    /// The body of the response.
    pub reply: CloseReply,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A close code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CloseCode {
    /// Its name: lower case letters, digits and hyphens.
    pub name: String,
    /// Its meaning.
    pub meaning: String,
    /// Whether a close frame may contain it. A receiver rejects a close frame with any other code.
    #[serde(default = "yes")]
    pub on_wire: bool,
    /// The only endpoint that may send it; `None` if both may. Checked when sending, not when
    /// receiving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// The case in which the connection itself uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<CodeUse>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

const fn yes() -> bool {
    true
}

/// Ranges of close codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CloseRanges {
    /// The ranges, in ascending order, without overlap.
    pub ranges: Vec<CodeRange>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
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
    /// Who uses the codes.
    pub usage: RangeUse,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name of the Rust variant. A file states it only if it differs from the id in camel case.
    #[serde(default)]
    pub variant: String,
    /// The requirement level.
    pub level: Level,
    /// What it is about.
    pub scope: Scope,
    /// The endpoint that must follow the rule; `None` if both must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// The condition under which the rule applies.
    #[serde(default)]
    pub when: Predicate,
    /// The requirement.
    pub require: Predicate,
    /// The outcome of a violation.
    pub otherwise: Outcome,
    /// One sentence: who must do what.
    pub summary: String,
    /// Id of the rule that is checked after it; if absent, it is checked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Evidence, strongest first.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}
