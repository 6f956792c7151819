//! The static data of an extension in generated code.

pub use wsdraft_vocabulary::extension::{Effect, Frames, Part, Sender, Transform, Value};

use crate::protocol::info::{Date, RuleInfo};

/// What a rule of an extension asks for.
pub type Demand = wsdraft_vocabulary::extension::Demand<&'static str, &'static [Transform]>;

/// Everything static about an extension.
#[derive(Debug)]
pub struct ExtensionInfo {
    /// Name of the dialect.
    pub short: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// The names under which it is offered and answered, the one to offer first.
    pub tokens: &'static [&'static str],
    /// Short names of the drafts and RFCs that define it, the oldest first.
    pub documents: &'static [&'static str],
    /// When the last one of them was issued, as far as that is known.
    pub issued: Option<Date>,
    /// Short names of the drafts of the protocol that define it in their own text.
    pub drafts: &'static [&'static str],
    /// What becomes of what is sent.
    pub transform: Transform,
    /// Names of the reserved bits that it claims.
    pub bits: &'static [&'static str],
    /// The frames on which they may be set.
    pub on: Frames,
    /// Values of opcodes that it claims.
    pub opcodes: &'static [u8],
    /// Values of opcodes that it claims for control frames.
    pub control_opcodes: &'static [u8],
    /// The parameter that wraps all others.
    pub method: Option<MethodInfo>,
    /// Its parameters.
    pub parameters: &'static [ParameterInfo],
    /// Its rules, in the order in which they are checked.
    pub rules: &'static [ExtensionRule],
}

impl PartialEq for ExtensionInfo {
    fn eq(&self, other: &Self) -> bool {
        self.short == other.short
    }
}

impl Eq for ExtensionInfo {}

impl ExtensionInfo {
    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'static RuleInfo> {
        let mut rules = self.rules.iter().map(|rule| &rule.info);
        rules.find(|rule| rule.id == id)
    }

    /// Whether this build can carry out what it does to payloads.
    #[must_use]
    pub const fn runs(&self) -> bool {
        match self.transform {
            Transform::Nothing => true,
            Transform::DeflateMessages
            | Transform::DeflateFrames
            | Transform::DeflateEveryFrame
            | Transform::DeflateStream => cfg!(feature = "deflate"),
            Transform::Multiplex => false,
        }
    }

    /// The rule that asks for this.
    pub(crate) fn demands(&self, demand: &Demand) -> Option<&'static RuleInfo> {
        let mut rules = self.rules.iter();
        rules
            .find(|rule| rule.demand == *demand)
            .map(|rule| &rule.info)
    }
}

/// The parameter that holds a list of methods, each with parameters of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodInfo {
    /// Name of the parameter.
    pub parameter: &'static str,
    /// Name of the method whose parameters are those of the extension.
    pub name: &'static str,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// Its name.
    pub name: &'static str,
    /// Its value in an offer, where it may stand there.
    pub offer: Option<Value>,
    /// Its value in an answer, where it may stand there.
    pub answer: Option<Value>,
    /// Whether it may stand in an answer only where it stood in the offer.
    pub needs_offer: bool,
    /// Whether an answer to an offer with it must have it.
    pub owed: bool,
    /// Whether the number in an answer is at most the one in the offer.
    pub at_most_offered: bool,
    /// What it sets.
    pub effect: Effect,
    /// What it says.
    pub summary: &'static str,
}

/// A rule of an extension.
#[derive(Debug, PartialEq, Eq)]
pub struct ExtensionRule {
    /// What is known about it.
    pub info: RuleInfo,
    /// Whether it is about an offer, an answer, a list or a payload.
    pub part: Part,
    /// What it asks for.
    pub demand: Demand,
}
