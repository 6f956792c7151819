//! What an extension says about itself: the static data that generated code carries.

use crate::protocol::info::{Date, Role, RuleInfo};

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

    /// The rule that asks for this.
    pub(crate) fn demands(&self, demand: &Demand) -> Option<&'static RuleInfo> {
        let mut rules = self.rules.iter();
        rules
            .find(|rule| rule.demand == *demand)
            .map(|rule| &rule.info)
    }
}

/// What the runtime does to what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transform {
    /// Nothing.
    Nothing,
    /// DEFLATE over each message, whose first frame says so.
    DeflateMessages,
    /// DEFLATE over each data frame that says so.
    DeflateFrames,
    /// DEFLATE over every data frame.
    DeflateEveryFrame,
    /// DEFLATE over the whole byte stream.
    DeflateStream,
    /// Several logical connections over one.
    Multiplex,
}

impl Transform {
    /// Whether this build can carry it out.
    #[must_use]
    pub const fn runs(self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Multiplex => false,
            _ => cfg!(feature = "deflate"),
        }
    }

    /// Whether it compresses.
    #[must_use]
    pub const fn compresses(self) -> bool {
        !matches!(self, Self::Nothing | Self::Multiplex)
    }
}

/// Frames on which a claimed bit may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Frames {
    /// The first frame of a message.
    First,
    /// Every data frame.
    Data,
    /// Every frame.
    All,
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

/// What the value of a parameter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// There is none.
    Flag,
    /// A decimal number without leading zeros, from the first to the second.
    Number(u32, u32),
    /// None, or such a number.
    FlagOrNumber(u32, u32),
    /// Any token.
    Token,
}

/// What a parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The base-2 logarithm of the window of the sender's compressor.
    WindowBits(Sender),
    /// Whether the sender's compressor forgets what it has seen before each unit.
    NoContextTakeover(Sender),
    /// How much the server may send at first on the channel that is open from the start.
    Quota,
    /// Something that only the application knows.
    Application,
}

/// Whose sending a parameter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// That of this end, as the answer says; in an offer it only asks for it.
    Of(Role),
    /// That of the end which receives the parameter, in offer and answer alike.
    Receiver,
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

/// What a rule of an extension is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// One element of the client's list.
    Offer,
    /// One element of the server's list.
    Answer,
    /// The other extensions of the list.
    List,
    /// What is received.
    Payload,
    /// Something else; documentation only.
    Other,
}

/// What a rule of an extension asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// Every parameter is defined, and may stand here.
    KnownParameters,
    /// Each parameter stands there once at most.
    DistinctParameters,
    /// Each value has the form of its parameter.
    ValidValues,
    /// This parameter is there.
    Parameter(&'static str),
    /// A parameter that needs an offer was offered.
    OfferedParameters,
    /// A parameter that the offer makes owed is there.
    OwedParameters,
    /// A number is at most the one that was offered.
    WithinOffer,
    /// The list has the extension once at most.
    Once,
    /// No other extension of the list claims the same reserved bit or opcode.
    DistinctBits,
    /// No other extension of the list compresses.
    CompressedOnce,
    /// No extension with one of these transforms stands before it in the list.
    NotAfter(&'static [Transform]),
    /// No extension with one of these transforms stands after it in the list.
    NotBefore(&'static [Transform]),
    /// What is received is DEFLATE.
    Deflate,
    /// What is received ends at the boundary of a block.
    BlockBoundary,
    /// Documentation only.
    Documented,
}
