//! The closed vocabulary in which an extension is written.

use alloc::{string::String, vec::Vec};

use crate::{Outcome, Role, Scope, Visibility};

/// What the runtime does to what is sent, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Transform {
    /// Nothing; payloads are handed out as they came, with the claimed bits.
    Nothing,
    /// DEFLATE over each message, whose first frame says by the claimed bit that it was done.
    DeflateMessages,
    /// DEFLATE over each data frame that says by the claimed bit that it was done.
    DeflateFrames,
    /// DEFLATE over every data frame, without a sign.
    DeflateEveryFrame,
    /// DEFLATE over the whole byte stream after the opening handshake.
    DeflateStream,
    /// Several logical connections over one.
    Multiplex,
}

impl Transform {
    /// Whether it compresses.
    #[must_use]
    pub const fn compresses(self) -> bool {
        match self {
            Self::DeflateMessages
            | Self::DeflateFrames
            | Self::DeflateEveryFrame
            | Self::DeflateStream => true,
            Self::Nothing | Self::Multiplex => false,
        }
    }
}

/// Frames on which a claimed bit may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Frames {
    /// The first frame of a message.
    #[default]
    First,
    /// Every data frame.
    Data,
    /// Every frame.
    All,
}

/// What the value of a parameter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Sender {
    /// That of this end, as the answer says; in an offer it only asks for it.
    Of(Role),
    /// That of the end which receives the parameter, in offer and answer alike.
    Receiver,
}

/// What a rule of an extension is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Part {
    /// One element of the client's list.
    Offer,
    /// One element of the server's list.
    Answer,
    /// The other extensions of the list.
    List,
    /// What is received in a frame or message, or the stream.
    Payload,
    /// A request over another version of HTTP; documentation only.
    Request,
}

impl Part {
    /// What the rule is about, in the words of a draft.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Self::Offer => Scope::Request,
            Self::Answer | Self::List => Scope::Response,
            Self::Payload => Scope::Message,
            Self::Request => Scope::Policy,
        }
    }
}

/// What a rule of an extension asks for.
///
/// The specification owns its texts; compiled extensions have them as static data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Demand"))]
pub enum Demand<Text = String, Transforms = Vec<Transform>> {
    /// Every parameter is defined, and may stand here.
    KnownParameters,
    /// Each parameter stands there once at most.
    DistinctParameters,
    /// Each value has the form of its parameter.
    ValidValues,
    /// This parameter is there.
    Parameter(Text),
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
    NotAfter(Transforms),
    /// No extension with one of these transforms stands after it in the list.
    NotBefore(Transforms),
    /// What is received is DEFLATE.
    Deflate,
    /// What is received ends at the boundary of a block.
    BlockBoundary,
    /// Documentation only; why nothing that is checked shows whether it is kept.
    Documented(Text),
}

/// What breaking a rule of an extension leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Failure {
    /// The offer is passed over.
    Decline,
    /// The client gives the connection up.
    Abort,
    /// The connection is failed with this close code.
    Fail(u16),
    /// The connection is failed without one.
    FailWithoutCode,
    /// Nothing.
    Nothing,
}

impl Failure {
    /// What it leads to, in the words of a draft.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Decline | Self::Nothing => Outcome::Nothing,
            Self::Abort => Outcome::Abort,
            Self::Fail(code) => Outcome::Fail(code),
            Self::FailWithoutCode => Outcome::FailWithoutCode,
        }
    }
}

impl<Text: AsRef<str>, Transforms> Demand<Text, Transforms> {
    /// What shows whether a rule is kept that asks for this.
    #[must_use]
    pub fn visibility(&self) -> Visibility<'_> {
        match self {
            Self::Documented(why) => Visibility::Hidden(why.as_ref()),
            Self::KnownParameters
            | Self::DistinctParameters
            | Self::ValidValues
            | Self::Parameter(_)
            | Self::OfferedParameters
            | Self::OwedParameters
            | Self::WithinOffer
            | Self::Once
            | Self::DistinctBits
            | Self::CompressedOnce
            | Self::NotAfter(_)
            | Self::NotBefore(_)
            | Self::Deflate
            | Self::BlockBoundary => Visibility::Input,
        }
    }
}

impl<Text, Transforms> Demand<Text, Transforms> {
    /// The same with other texts and lists.
    pub fn map<U, Us>(
        &self,
        text: impl FnOnce(&Text) -> U,
        transforms: impl FnOnce(&Transforms) -> Us,
    ) -> Demand<U, Us> {
        match self {
            Self::KnownParameters => Demand::KnownParameters,
            Self::DistinctParameters => Demand::DistinctParameters,
            Self::ValidValues => Demand::ValidValues,
            Self::Parameter(name) => Demand::Parameter(text(name)),
            Self::OfferedParameters => Demand::OfferedParameters,
            Self::OwedParameters => Demand::OwedParameters,
            Self::WithinOffer => Demand::WithinOffer,
            Self::Once => Demand::Once,
            Self::DistinctBits => Demand::DistinctBits,
            Self::CompressedOnce => Demand::CompressedOnce,
            Self::NotAfter(others) => Demand::NotAfter(transforms(others)),
            Self::NotBefore(others) => Demand::NotBefore(transforms(others)),
            Self::Deflate => Demand::Deflate,
            Self::BlockBoundary => Demand::BlockBoundary,
            Self::Documented(why) => Demand::Documented(text(why)),
        }
    }
}
