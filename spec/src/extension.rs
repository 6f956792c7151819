//! Extensions as data: offers and answers, claimed bits, and the transformation of payloads.
//!
//! A file states one dialect: the wire format of one or several revisions of an extension's draft.
//! Like a draft, a dialect may extend another one and then states only its changes.

use serde::{Deserialize, Serialize};

use crate::{
    file::Written,
    locate::Path,
    model::{Change, Conflict, Delta, Single, amendment::amendments, facts, rule_variants},
    sources,
    table::Table,
    vocabulary::{Coverage, Date, Evidence, Level, Role},
};

pub(crate) mod bootstraps;
mod check;
mod collection;
mod multiplexing;
mod resolved;

pub use self::{
    collection::Extensions,
    multiplexing::{
        Block, Channels, DropCode, DropRange, Drops, Envelope, HandshakeEncoding, Handshakes,
        Multiplexing, NumberForm, Quotas, ResolvedMultiplexing, Unknown,
    },
    resolved::ResolvedExtension,
};
pub use wsdraft_vocabulary::extension::{
    Demand, Effect, Failure, Frames, Part, Sender, Transform, Value,
};
pub use wsdraft_vocabulary::multiplex;

/// An extension as written in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Name of the dialect: lower case letters, digits and hyphens.
    pub short: String,
    /// One sentence that describes the extension.
    pub summary: String,
    /// Names of sources that the file cites more than once. They apply to everything after them in
    /// the file.
    #[serde(default, deserialize_with = "sources::table", skip_serializing)]
    pub sources: Table<String, Evidence>,
    /// Evidence for its identity.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
    /// Name of the dialect that this one changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// How much of the extension the database contains.
    #[serde(default)]
    pub coverage: Coverage,
    /// Drafts and RFCs that define it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Short names of the protocol drafts whose text defines it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<String>,
    /// The changes, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Contradictions between sources, and the decisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// The names used for it in offers and answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Single<Tokens>>,
    /// The transformation of sent data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Single<Transformation>>,
    /// The reserved bits and opcodes that it claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Single<Claims>>,
    /// The parameter that contains all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Single<Method>>,
    /// How a connection is opened over another version of HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Single<Bootstrap>>,
    /// How it carries several channels over one connection.
    #[serde(default, skip_serializing_if = "Multiplexing::is_empty")]
    pub multiplexing: Multiplexing,
    /// Parameters by name.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub parameters: Delta<String, Parameter>,
    /// Rules by id, in the order in which they are checked.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub rules: Delta<String, ExtensionRule>,
}

/// A draft or RFC that defines an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// The series.
    #[serde(rename = "type")]
    pub series: String,
    /// Revision within the series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u16>,
    /// Day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// Day of expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// `draft`, `obsolete`, `proposed-standard` or another word for its standing.
    pub status: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The names used for an extension in offers and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// The names, preferred name first. An answer repeats the name of the offer.
    pub names: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The transformation of sent data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transformation {
    /// The runtime's name for the transformation.
    pub apply: Transform,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The reserved bits and opcodes that an extension claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Names of reserved bits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bits: Vec<String>,
    /// Frames on which the bits may be set.
    #[serde(default)]
    pub on: Frames,
    /// Opcode values that fit the layouts of the extension's drafts but are undefined there. If the
    /// extension lists no drafts, one matching draft is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opcodes: Vec<u8>,
    /// Values of such opcodes whose frames are control frames.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub control_opcodes: Vec<u8>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The parameter that contains a list of methods, each with its own parameters.
///
/// The extension's [parameters](Extension::parameters) then belong to the method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Name of the parameter.
    pub parameter: String,
    /// Name of the method.
    pub name: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// How a connection is opened over another version of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// The version of HTTP.
    pub http: String,
    /// The setting that announces support by the server: its number and its name.
    pub setting: (u16, String),
    /// The method of the request.
    pub method: String,
    /// The value of `:protocol`.
    pub protocol: String,
    /// The values of `:scheme` for a connection without TLS and for one with TLS.
    pub schemes: (String, String),
    /// Fields that the request must contain.
    pub required: Vec<String>,
    /// Fields that the request may contain.
    pub optional: Vec<String>,
    /// Fields that the request must not contain.
    pub forbidden: Vec<String>,
    /// Fields of the opening handshake over HTTP/1.1 that have no meaning here.
    pub unprocessed: Vec<String>,
    /// First and last status code of a response that accepts the request.
    pub success: (u16, u16),
    /// Status code of the response to an unknown `:protocol`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_protocol: Option<u16>,
    /// The signal that ends the byte stream regularly.
    pub end: String,
    /// The signal that aborts the byte stream.
    pub abort: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its value in an offer; `None` if offers cannot contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Value>,
    /// Its value in an answer; `None` if answers cannot contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// Whether an answer may contain it only if the offer did.
    #[serde(default)]
    pub needs_offer: bool,
    /// Whether an answer must contain it if the offer did.
    #[serde(default)]
    pub owed: bool,
    /// Whether the number in an answer must not exceed the number in the offer.
    #[serde(default)]
    pub at_most_offered: bool,
    /// What it sets.
    pub effect: Effect,
    /// One sentence that describes the parameter.
    pub summary: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A rule of an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtensionRule {
    /// Name of the Rust variant. A file states it only if it differs from the id in camel case.
    #[serde(default)]
    pub variant: String,
    /// The requirement level.
    pub level: Level,
    /// What it is about.
    pub scope: Part,
    /// The endpoint that must follow the rule; `None` if both must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// The requirement.
    pub require: Demand,
    /// The outcome of a violation.
    pub otherwise: Failure,
    /// One sentence: who must do what.
    pub summary: String,
    /// Evidence, strongest first.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

facts!(
    Document,
    Tokens,
    Transformation,
    Claims,
    Method,
    Bootstrap,
    Parameter,
    ExtensionRule
);

amendments! {
    TokensAmendment of Tokens { names: Vec<String> }
    TransformAmendment of Transformation { apply: Transform }
    ClaimsAmendment of Claims {
        bits: Vec<String>, on: Frames, opcodes: Vec<u8>, control_opcodes: Vec<u8>
    }
    MethodAmendment of Method { parameter: String, name: String }
    BootstrapAmendment of Bootstrap {
        http: String, setting: (u16, String), method: String, protocol: String,
        schemes: (String, String),
        required: Vec<String>, optional: Vec<String>, forbidden: Vec<String>,
        unprocessed: Vec<String>, success: (u16, u16), unknown_protocol: Option<u16>,
        end: String, abort: String
    }
    ParameterAmendment of Parameter {
        offer: Option<Value>, answer: Option<Value>, needs_offer: bool, owed: bool,
        at_most_offered: bool, effect: Effect, summary: String
    }
    ExtensionRuleAmendment of ExtensionRule {
        variant: String, level: Level, scope: Part, by: Option<Role>, require: Demand,
        otherwise: Failure, summary: String
    }
}

impl Written for Extension {
    fn sources(&self) -> &Table<String, Evidence> {
        &self.sources
    }

    fn derive_variants(&mut self) -> Vec<Path> {
        rule_variants(&mut self.rules, |rule| &mut rule.variant)
    }
}
