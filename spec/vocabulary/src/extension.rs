//! The closed vocabulary for extensions.

use alloc::{string::String, vec::Vec};

use crate::{Outcome, Role, Scope, Visibility, multiplex::ChannelDemand};

/// How the runtime transforms sent data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Transform {
    /// No transformation; payloads are delivered unchanged, together with the claimed bits.
    Nothing,
    /// DEFLATE compression of each message whose first frame has the claimed bit set.
    DeflateMessages,
    /// DEFLATE compression of each data frame that has the claimed bit set.
    DeflateFrames,
    /// DEFLATE compression of every data frame; no bit marks compressed frames.
    DeflateEveryFrame,
    /// DEFLATE compression of the whole byte stream after the opening handshake.
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

/// Frames that may have a claimed bit set.
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

/// The form of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Value {
    /// No value.
    Flag,
    /// A decimal number without leading zeros, from the first to the second number, inclusive.
    Number(u32, u32),
    /// No value, or a number as in [`Number`](Self::Number).
    FlagOrNumber(u32, u32),
    /// Any token.
    Token,
}

/// What a parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Effect {
    /// The base-2 logarithm of the sender's compression window size.
    WindowBits(Sender),
    /// Whether the sender's compressor clears its window before each frame or message.
    NoContextTakeover(Sender),
    /// The server's initial quota on the channel that is open from the start.
    Quota,
    /// A meaning that only the application knows.
    Application,
}

/// The endpoint whose sending a parameter affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Sender {
    /// This endpoint, as stated in an answer; in an offer, the parameter is only a request.
    Of(Role),
    /// The endpoint that receives the parameter, in offers and answers.
    Receiver,
}

/// The subject of an extension's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Part {
    /// One element of the client's list of extensions.
    Offer,
    /// One element of the server's list of extensions.
    Answer,
    /// The other extensions in the list.
    List,
    /// The received data of a frame, a message or the stream.
    Payload,
    /// A request that opens a connection over another version of HTTP.
    Request,
    /// A frame or message of the physical connection that carries a channel.
    Envelope,
    /// A control block.
    Block,
    /// The frames of a channel.
    Channel,
}

impl Part {
    /// The corresponding scope of a draft's rule.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Self::Offer => Scope::Request,
            Self::Answer | Self::List => Scope::Response,
            Self::Payload | Self::Envelope | Self::Block => Scope::Message,
            Self::Request => Scope::Request,
            Self::Channel => Scope::Frame,
        }
    }

    /// Whether the rule is about channels, blocks, or the frames that carry them.
    #[must_use]
    pub const fn is_of_channels(self) -> bool {
        match self {
            Self::Envelope | Self::Block | Self::Channel => true,
            Self::Offer | Self::Answer | Self::List | Self::Payload | Self::Request => false,
        }
    }
}

impl ChannelDemand {
    /// The subject of a rule with this requirement.
    #[must_use]
    pub const fn part(self) -> Part {
        match self {
            Self::EnvelopeKind
            | Self::ChannelIdComplete
            | Self::ChannelIdShortest
            | Self::FrameComplete
            | Self::ControlInBlock => Part::Envelope,
            Self::KnownBlock
            | Self::BlockReservedClear
            | Self::BlockComplete
            | Self::NumberShortest
            | Self::NumberFits
            | Self::DropCodeComplete
            | Self::BlockSender
            | Self::KnownEncoding(_)
            | Self::ValidHandshake(_)
            | Self::FreshChannel
            | Self::SlotAvailable
            | Self::QuotaFits => Part::Block,
            Self::WithinQuota | Self::ControlFragments => Part::Channel,
        }
    }
}

/// The requirement of an extension's rule.
///
/// The spec owns its texts; compiled extensions have static texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Demand"))]
pub enum Demand<Text = String, Transforms = Vec<Transform>> {
    /// Every parameter is defined and allowed here.
    KnownParameters,
    /// No parameter appears more than once.
    DistinctParameters,
    /// Each value has the form that its parameter requires.
    ValidValues,
    /// This parameter is present.
    Parameter(Text),
    /// Every parameter that needs an offer was offered.
    OfferedParameters,
    /// Every parameter that the offer requires is present.
    OwedParameters,
    /// No number exceeds the offered one.
    WithinOffer,
    /// The list contains the extension at most once.
    Once,
    /// No other extension in the list claims the same reserved bit or opcode.
    DistinctBits,
    /// No other extension in the list compresses.
    CompressedOnce,
    /// No extension with one of these transformations precedes it in the list.
    NotAfter(Transforms),
    /// No extension with one of these transformations follows it in the list.
    NotBefore(Transforms),
    /// The received data is valid DEFLATE data.
    Deflate,
    /// The received data ends at a block boundary.
    BlockBoundary,
    /// The request contains every field that the bootstrap requires, once.
    RequiredFields,
    /// The request does not contain this field, which the bootstrap forbids.
    FieldAbsent(Text),
    /// The scheme of the request is one of the two of the bootstrap.
    Scheme,
    /// The path of the request starts with a slash.
    Path,
    /// Something of the channels, the blocks and the frames that carry them.
    Channels(ChannelDemand),
    /// Not checked; the text says why nothing shows a violation.
    Documented(Text),
}

/// The outcome of violating an extension's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Failure {
    /// The server declines the offer.
    Decline,
    /// The server refuses the request with this HTTP status code.
    Reject(u16),
    /// The client aborts the handshake.
    Abort,
    /// The receiver fails the connection with this close code.
    Fail(u16),
    /// The receiver fails the connection without a close code.
    FailWithoutCode,
    /// The receiver drops the channel with this drop code.
    Drop(u16),
    /// The receiver drops the channel without a drop code.
    DropWithoutCode,
    /// The receiver fails the physical connection with this drop code.
    FailPhysical(u16),
    /// Nothing.
    Nothing,
}

impl Failure {
    /// The corresponding outcome of a draft's rule.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Decline | Self::Nothing => Outcome::Nothing,
            Self::Reject(status) => Outcome::Reject(status),
            Self::Abort => Outcome::Abort,
            Self::Fail(code) => Outcome::Fail(code),
            Self::FailWithoutCode => Outcome::FailWithoutCode,
            Self::Drop(code) => Outcome::Drop(code),
            Self::DropWithoutCode => Outcome::DropWithoutCode,
            Self::FailPhysical(code) => Outcome::FailPhysical(code),
        }
    }
}

impl<Text: AsRef<str>, Transforms> Demand<Text, Transforms> {
    /// What shows whether a rule with this requirement is followed.
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
            | Self::BlockBoundary
            | Self::RequiredFields
            | Self::FieldAbsent(_)
            | Self::Scheme
            | Self::Path
            | Self::Channels(_) => Visibility::Input,
        }
    }
}

impl<Text, Transforms> Demand<Text, Transforms> {
    /// Converts the texts and the lists.
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
            Self::RequiredFields => Demand::RequiredFields,
            Self::FieldAbsent(name) => Demand::FieldAbsent(text(name)),
            Self::Scheme => Demand::Scheme,
            Self::Path => Demand::Path,
            Self::Channels(asked) => Demand::Channels(*asked),
            Self::Documented(why) => Demand::Documented(text(why)),
        }
    }
}
