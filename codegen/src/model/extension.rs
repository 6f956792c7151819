//! An extension as a Rust module.

use wsdraft_spec::{
    extension::{
        Block, Bootstrap, Channels, Demand, DropCode, Drops, Effect, Frames, HandshakeEncoding,
        Handshakes, Part, Quotas, Transform, Unknown, Value,
        multiplex::{Carriage, Numbers},
    },
    vocabulary::Date,
};

use super::RuleModel;

/// An extension.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionModule<'a> {
    /// Doc comment of the static data.
    pub(crate) doc: String,
    /// Doc comment of the enum of rules.
    pub(crate) rules_doc: String,
    pub(crate) short: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) tokens: &'a [String],
    /// Short names of the documents that define it.
    pub(crate) documents: Vec<&'a str>,
    /// Day of issue of the newest of them.
    pub(crate) issued: Option<Date>,
    pub(crate) drafts: &'a [String],
    pub(crate) transform: Transform,
    pub(crate) bits: &'a [String],
    pub(crate) on: Frames,
    pub(crate) opcodes: &'a [u8],
    pub(crate) control_opcodes: &'a [u8],
    pub(crate) method: Option<MethodModel<'a>>,
    pub(crate) bootstrap: Option<&'a Bootstrap>,
    pub(crate) multiplexing: Option<MultiplexModel<'a>>,
    pub(crate) parameters: Vec<ParameterModel<'a>>,
    pub(crate) rules: Vec<ExtensionRuleModel<'a>>,
    pub(crate) offer: Terms<'a>,
    pub(crate) answer: Terms<'a>,
}

/// The parameter that contains all others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MethodModel<'a> {
    pub(crate) parameter: &'a str,
    pub(crate) name: &'a str,
}

/// How several channels are carried.
#[derive(Clone, Debug)]
pub(crate) struct MultiplexModel<'a> {
    pub(crate) carriage: Option<&'a Carriage>,
    pub(crate) channels: Option<&'a Channels>,
    pub(crate) numbers: Option<&'a Numbers>,
    /// Blocks with their names, in the order of their opcodes.
    pub(crate) blocks: Vec<(&'a str, &'a Block)>,
    /// Encodings with their names.
    pub(crate) encodings: Vec<(&'a str, &'a HandshakeEncoding)>,
    pub(crate) handshakes: Option<&'a Handshakes>,
    pub(crate) quotas: Option<&'a Quotas>,
    pub(crate) drops: Option<&'a Drops>,
    /// Drop codes, in ascending order.
    pub(crate) drop_codes: Vec<(u16, &'a DropCode)>,
    /// What is unknown, with its name.
    pub(crate) unknown: Vec<(&'a str, &'a Unknown)>,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParameterModel<'a> {
    pub(crate) name: &'a str,
    pub(crate) offer: Option<Value>,
    pub(crate) answer: Option<Value>,
    pub(crate) needs_offer: bool,
    pub(crate) owed: bool,
    pub(crate) at_most_offered: bool,
    pub(crate) effect: Effect,
    pub(crate) summary: &'a str,
}

/// A rule.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionRuleModel<'a> {
    pub(crate) info: RuleModel<'a>,
    /// Doc comment of the variant.
    pub(crate) doc: String,
    pub(crate) part: Part,
    pub(crate) demand: &'a Demand,
}

/// An offer or an answer.
#[derive(Clone, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) doc: String,
    /// The name that its parameters follow.
    pub(crate) name: &'a str,
    /// If a parameter contains that name and all others: the extension and the parameter.
    pub(crate) within: Option<(&'a str, &'a str)>,
    pub(crate) terms: Vec<Term<'a>>,
}

/// A parameter of an offer or an answer.
#[derive(Clone, Debug)]
pub(crate) struct Term<'a> {
    pub(crate) name: &'a str,
    /// Name of the field.
    pub(crate) field: String,
    /// Doc comment of the field.
    pub(crate) doc: &'a str,
    pub(crate) value: Value,
}
