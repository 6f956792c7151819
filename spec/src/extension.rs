//! Extensions as data: what is offered and answered, which bits are claimed, what becomes of
//! a payload.
//!
//! A file states one dialect: what one or several revisions of an extension's draft put on
//! the wire. Like a draft it may extend another one and then states only what changed.

use serde::{Deserialize, Serialize};

use crate::{
    model::{Change, Conflict, Delta, Single, facts},
    resolve::{Pass, Problem},
    resolved::Item,
    table::Table,
    vocabulary::{Coverage, Date, Evidence, Level, Role},
};

mod check;
mod collection;
mod vocabulary;

pub(crate) use self::collection::parse;
pub use self::{collection::Extensions, vocabulary::*};

/// An extension as its file states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Name of the dialect: lower case letters, digits and hyphens.
    pub short: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// Evidence for its identity.
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
    pub transform: Option<Single<Transform>>,
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
    pub evidence: Vec<Evidence>,
}

/// What becomes of what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transform {
    /// The runtime's name of it.
    pub apply: Transforming,
    /// Evidence.
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
    pub evidence: Vec<Evidence>,
}

/// A rule of an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtensionRule {
    /// Name of its variant in Rust.
    pub variant: String,
    /// How binding it is.
    pub level: Level,
    /// What it is about.
    pub scope: ExtensionScope,
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
    pub evidence: Vec<Evidence>,
}

facts!(
    Document,
    Tokens,
    Transform,
    Claims,
    Method,
    Bootstrap,
    Parameter,
    ExtensionRule
);

/// An extension with everything that it inherits, each item with its origin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields)
)]
pub struct ResolvedExtension {
    /// Name of the dialect.
    pub short: String,
    /// What it does.
    pub summary: String,
    /// Evidence for its identity.
    pub evidence: Vec<Evidence>,
    /// Names of the dialects that it builds on, the root first, itself last.
    pub lineage: Vec<String>,
    /// How much of it the database holds.
    pub coverage: Coverage,
    /// Drafts and RFCs that define it, the oldest first.
    pub documents: Vec<Document>,
    /// Drafts of the protocol that define it in their own text.
    pub drafts: Vec<String>,
    /// What changed from its parent.
    pub changes: Vec<Change>,
    /// Contradictions among the sources.
    pub conflicts: Vec<Conflict>,
    /// The names under which it is offered and answered.
    pub tokens: Option<Item<Tokens>>,
    /// What becomes of what is sent.
    pub transform: Option<Item<Transform>>,
    /// What it takes of the frame's head.
    pub claims: Option<Item<Claims>>,
    /// The parameter that wraps all others.
    pub method: Option<Item<Method>>,
    /// How a connection is opened over another version of HTTP.
    pub bootstrap: Option<Item<Bootstrap>>,
    /// Parameters by name.
    pub parameters: Table<String, Item<Parameter>>,
    /// Rules by id, in the order in which they are checked.
    pub rules: Table<String, Item<ExtensionRule>>,
}

impl ResolvedExtension {
    /// The names under which it is offered, the one to offer first.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        self.tokens
            .as_ref()
            .map_or(&[], |tokens| tokens.value.names.as_slice())
    }

    /// Whether it can be negotiated: it is complete, and has a name to offer.
    #[must_use]
    pub fn is_negotiable(&self) -> bool {
        self.coverage == Coverage::Complete && self.tokens.is_some()
    }
}

/// Applies `extension` to its resolved parent.
fn resolve(
    extension: &Extension,
    parent: Option<&ResolvedExtension>,
) -> (ResolvedExtension, Vec<Problem>) {
    let inherited = parent.cloned();
    let mut resolved = ResolvedExtension {
        short: extension.short.clone(),
        summary: extension.summary.clone(),
        evidence: extension.evidence.clone(),
        lineage: inherited
            .as_ref()
            .map_or_else(Vec::new, |parent| parent.lineage.clone()),
        coverage: extension.coverage,
        documents: extension.documents.clone(),
        drafts: extension.drafts.clone(),
        changes: extension.changes.clone(),
        conflicts: extension.conflicts.clone(),
        tokens: inherited.as_ref().and_then(|parent| parent.tokens.clone()),
        transform: inherited
            .as_ref()
            .and_then(|parent| parent.transform.clone()),
        claims: inherited.as_ref().and_then(|parent| parent.claims.clone()),
        method: inherited.as_ref().and_then(|parent| parent.method.clone()),
        bootstrap: inherited
            .as_ref()
            .and_then(|parent| parent.bootstrap.clone()),
        parameters: inherited
            .as_ref()
            .map_or_else(Table::default, |parent| parent.parameters.clone()),
        rules: inherited.map_or_else(Table::default, |parent| parent.rules),
    };
    resolved.lineage.push(extension.short.clone());
    let mut pass = Pass::new(&extension.short, extension.extends.as_deref());
    pass.single("tokens", &mut resolved.tokens, extension.tokens.as_ref());
    pass.single(
        "transform",
        &mut resolved.transform,
        extension.transform.as_ref(),
    );
    pass.single("claims", &mut resolved.claims, extension.claims.as_ref());
    pass.single("method", &mut resolved.method, extension.method.as_ref());
    pass.single(
        "bootstrap",
        &mut resolved.bootstrap,
        extension.bootstrap.as_ref(),
    );
    pass.delta(
        "parameters",
        &mut resolved.parameters,
        &extension.parameters,
    );
    pass.delta("rules", &mut resolved.rules, &extension.rules);
    (resolved, pass.problems)
}
