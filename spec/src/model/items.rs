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
    /// Lowest minor version of HTTP/1.
    pub minor_version: u8,
    /// Schemes of the absolute URIs that are allowed beside a path; may be empty.
    #[serde(default)]
    pub absolute: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
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
    /// What its value looks like.
    pub value: Grammar,
    /// What an implementation puts into it.
    #[serde(default)]
    pub send: Source,
    /// Name of the field before which it is sent, where it does not come last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
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
    #[serde(deserialize_with = "sources::list")]
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
    #[serde(deserialize_with = "sources::list")]
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
    #[serde(deserialize_with = "sources::list")]
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
    #[serde(deserialize_with = "sources::list")]
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
    #[serde(deserialize_with = "sources::list")]
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
    /// Whether it means this only on a frame without payload.
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
    /// What a close frame's body holds.
    pub body: CloseBody,
    /// What the answer carries.
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
    /// Whose they are.
    pub usage: RangeUse,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name of its variant in Rust. Files state it only where it is not the id in camel case.
    #[serde(default)]
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
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}
