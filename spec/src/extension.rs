//! Extensions as data: what is offered and answered, which bits are claimed, what becomes of
//! a payload.
//!
//! A file states one dialect: what one or several revisions of an extension's draft put on
//! the wire. Like a draft it may extend another one and then states only what changed.

use serde::{Deserialize, Serialize};

use crate::{
    file::Written,
    locate::Path,
    model::{Change, Conflict, Delta, Single, amendment::amendments, facts, rule_variants},
    sources,
    table::Table,
    vocabulary::{Coverage, Date, Evidence, Level, Role},
};

mod check;
mod collection;
mod resolved;

pub use self::{collection::Extensions, resolved::ResolvedExtension};
pub use wsdraft_vocabulary::extension::{
    Demand, Effect, Failure, Frames, Part, Sender, Transform, Value,
};

/// An extension as its file states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Name of the dialect: lower case letters, digits and hyphens.
    pub short: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// Names of sources that the file cites more than once. They hold for what comes after them
    /// in the file.
    #[serde(default, deserialize_with = "sources::table", skip_serializing)]
    pub sources: Table<String, Evidence>,
    /// Evidence for its identity.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
    /// Name of the dialect that this one changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// How much of it the database holds.
    #[serde(default)]
    pub coverage: Coverage,
    /// Drafts and RFCs that define it, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Short names of the drafts of the protocol that define it in their own text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<String>,
    /// What changed, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Where sources contradict each other, and what was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// The names under which it is offered and answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Single<Tokens>>,
    /// What becomes of what is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Single<Transformation>>,
    /// What it takes of the frame's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Single<Claims>>,
    /// The parameter that wraps all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Single<Method>>,
    /// How a connection is opened over another version of HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Single<Bootstrap>>,
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

/// The names under which an extension is offered and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// The names, the one to offer first; an answer has the one that was offered.
    pub names: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// What becomes of what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transformation {
    /// The runtime's name of it.
    pub apply: Transform,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// What an extension takes of the frame's head.
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
    /// Values of opcodes that the drafts to which the extension belongs have room for and do
    /// not define; where it names none, some draft.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opcodes: Vec<u8>,
    /// Values of such opcodes whose frames are control frames.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub control_opcodes: Vec<u8>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The parameter that holds a list of methods, each with parameters of its own.
///
/// The extension's [parameters](Extension::parameters) are then those of the method.
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
    /// The setting by which a server says that it can: its number and its name.
    pub setting: (u16, String),
    /// The method of the request.
    pub method: String,
    /// The value of `:protocol`.
    pub protocol: String,
    /// Fields that the request has.
    pub required: Vec<String>,
    /// Fields that it may have.
    pub optional: Vec<String>,
    /// Fields that it has not.
    pub forbidden: Vec<String>,
    /// Fields of the opening handshake over HTTP/1.1 that mean nothing here.
    pub unprocessed: Vec<String>,
    /// First and last status of an answer that accepts.
    pub success: (u16, u16),
    /// Status of the answer to an unknown `:protocol`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_protocol: Option<u16>,
    /// What closes the byte stream in good order.
    pub end: String,
    /// What breaks it off.
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
    /// Its value in an offer, where it may stand there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Value>,
    /// Its value in an answer, where it may stand there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// Whether it may stand in an answer only where it stood in the offer.
    #[serde(default)]
    pub needs_offer: bool,
    /// Whether an answer to an offer with it must have it.
    #[serde(default)]
    pub owed: bool,
    /// Whether the number in an answer is at most the one in the offer.
    #[serde(default)]
    pub at_most_offered: bool,
    /// What it sets.
    pub effect: Effect,
    /// What it says, in one sentence.
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
    /// Name of its variant in Rust. Files state it only where it is not the id in camel case.
    #[serde(default)]
    pub variant: String,
    /// How binding it is.
    pub level: Level,
    /// What it is about.
    pub scope: Part,
    /// Who must keep it, where not both must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// What it asks for.
    pub require: Demand,
    /// What breaking it leads to.
    pub otherwise: Failure,
    /// What it says, in one sentence.
    pub summary: String,
    /// Evidence, the strongest first.
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
