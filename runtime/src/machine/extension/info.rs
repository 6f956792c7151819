//! The static data of an extension in generated code.

pub use wsdraft_vocabulary::{
    extension::{Effect, Frames, Part, Sender, Transform, Value},
    multiplex::ChannelDemand,
};

use crate::protocol::info::{Date, RuleInfo};

mod multiplex;

pub use self::multiplex::{
    Base, BlockField, BlockInfo, BlockKind, BlockPart, Carriage, ChannelIds, ChannelsInfo, Cost,
    DropCodeInfo, DropScope, DropUse, DropsInfo, EncodingInfo, Feature, Flag, HandshakesInfo,
    Initial, MultiplexInfo, Numbers, Quantity, QuotasInfo, UnknownInfo,
};

/// What a rule of an extension asks for.
pub type Demand = wsdraft_vocabulary::extension::Demand<&'static str, &'static [Transform]>;

/// The static data of an extension.
#[derive(Debug)]
pub struct ExtensionInfo {
    /// The name of the dialect.
    pub short: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// The tokens under which it is negotiated; the first one is offered.
    pub tokens: &'static [&'static str],
    /// Short names of the drafts and RFCs that define it, the oldest first.
    pub documents: &'static [&'static str],
    /// When the last of them was issued, if known.
    pub issued: Option<Date>,
    /// Short names of the drafts of the protocol that define it in their own text.
    pub drafts: &'static [&'static str],
    /// What becomes of what is sent.
    pub transform: Transform,
    /// The names of the reserved bits that it claims.
    pub bits: &'static [&'static str],
    /// The frames that may set them.
    pub on: Frames,
    /// The opcodes that it claims.
    pub opcodes: &'static [u8],
    /// The opcodes that it claims for control frames.
    pub control_opcodes: &'static [u8],
    /// The parameter that contains all others, if there is one.
    pub method: Option<MethodInfo>,
    /// How it opens a connection over another version of HTTP, if it does.
    pub bootstrap: Option<BootstrapInfo>,
    /// How it carries several channels, if it does.
    pub multiplexing: Option<MultiplexInfo>,
    /// Its parameters.
    pub parameters: &'static [ParameterInfo],
    /// Its rules, in the order in which they are checked.
    pub rules: &'static [ExtensionRule],
}

impl PartialEq for ExtensionInfo {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.short == other.short
    }
}

impl Eq for ExtensionInfo {}

impl ExtensionInfo {
    /// The rule with this id.
    #[inline]
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'static RuleInfo> {
        let mut rules = self.rules.iter().map(|rule| &rule.info);
        rules.find(|rule| rule.id == id)
    }

    /// Whether this build can carry the channels of this extension, which multiplexes. An
    /// application has to [run](crate::extension::Extensions::with_channels) them.
    #[inline]
    #[must_use]
    pub fn carries(&self) -> bool {
        let known = |table: &MultiplexInfo| {
            let mut needed = MultiplexInfo::NEEDED.iter();
            needed.all(|feature| table.unknown(*feature).is_none())
        };
        cfg!(feature = "multiplex") && self.multiplexing.as_ref().is_some_and(known)
    }

    /// Whether this build implements its transform, without anything that the application has to do.
    #[inline]
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

    /// The rule with this demand.
    #[inline]
    pub(crate) fn demands(&self, demand: &Demand) -> Option<&'static RuleInfo> {
        let mut rules = self.rules.iter();
        rules
            .find(|rule| rule.demand == *demand)
            .map(|rule| &rule.info)
    }
}

/// How a connection is opened over another version of HTTP (RFC 8441 §4, §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootstrapInfo {
    /// The version of HTTP, for example `2`.
    pub http: &'static str,
    /// The setting with which a server announces that it supports this: its number and its name.
    pub setting: (u16, &'static str),
    /// The method of the request.
    pub method: &'static str,
    /// The value of `:protocol`.
    pub protocol: &'static str,
    /// The values of `:scheme` for a connection without TLS and for one with TLS.
    pub schemes: (&'static str, &'static str),
    /// Fields that the request must contain.
    pub required: &'static [&'static str],
    /// Fields of the handshake that it replaces, which do not exist here.
    pub forbidden: &'static [&'static str],
    /// Fields of the handshake that it replaces, which have no meaning here.
    pub unprocessed: &'static [&'static str],
    /// First and last status code of a response that accepts the request.
    pub success: (u16, u16),
    /// Status code of the response to an unknown `:protocol`, if the document states one.
    pub unknown_protocol: Option<u16>,
}

impl BootstrapInfo {
    /// Whether a field belongs to the handshake that this one replaces, and not to this one.
    #[inline]
    #[must_use]
    pub fn leaves_out(&self, field: &str) -> bool {
        let mut names = self.forbidden.iter().chain(self.unprocessed);
        names.any(|name| name.eq_ignore_ascii_case(field))
    }

    /// Whether a response with this status code accepts the request.
    #[inline]
    #[must_use]
    pub const fn accepts(&self, status: u16) -> bool {
        self.success.0 <= status && status <= self.success.1
    }
}

/// A parameter with a list of methods, each with its own parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodInfo {
    /// The name of the parameter.
    pub parameter: &'static str,
    /// The name of the method that has the parameters of the extension.
    pub name: &'static str,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// Its name.
    pub name: &'static str,
    /// The form of its value in an offer; `None` if it is not allowed there.
    pub offer: Option<Value>,
    /// The form of its value in an answer; `None` if it is not allowed there.
    pub answer: Option<Value>,
    /// Whether an answer may contain it only if the offer does.
    pub needs_offer: bool,
    /// Whether the answer to an offer with it must contain it.
    pub owed: bool,
    /// Whether the number in an answer must be at most the number in the offer.
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
    /// What it is about.
    pub part: Part,
    /// What it asks for.
    pub demand: Demand,
}

impl ExtensionRule {
    /// Why an endpoint enforces this rule even if its policy relaxes it; `None` if it does not.
    #[inline]
    #[must_use]
    pub const fn why_not_relaxed(&self) -> Option<&'static str> {
        if let Demand::Channels(demand) = self.demand {
            why_not_relaxed(demand)
        } else {
            None
        }
    }
}

/// Why an endpoint enforces a rule with this demand even if its policy relaxes it.
#[inline]
pub(crate) const fn why_not_relaxed(demand: ChannelDemand) -> Option<&'static str> {
    Some(match demand {
        ChannelDemand::EnvelopeKind
        | ChannelDemand::ChannelIdShortest
        | ChannelDemand::BlockReservedClear
        | ChannelDemand::NumberShortest
        | ChannelDemand::DropCodeComplete
        | ChannelDemand::ValidHandshake(_) => return None,
        ChannelDemand::ChannelIdComplete
        | ChannelDemand::FrameComplete
        | ChannelDemand::ControlInBlock
        | ChannelDemand::KnownBlock
        | ChannelDemand::BlockComplete
        | ChannelDemand::NumberFits
        | ChannelDemand::BlockSender
        | ChannelDemand::KnownEncoding(_)
        | ChannelDemand::ControlFragments => "what violates it cannot be read",
        ChannelDemand::FreshChannel => "the ID would stand for two channels",
        ChannelDemand::SlotAvailable | ChannelDemand::QuotaFits | ChannelDemand::WithinQuota => {
            "it limits what channels can hold"
        }
    })
}
