//! The closed vocabulary for multiplexing: several channels, each a connection of its own, over one
//! physical connection.

use alloc::vec::Vec;

use crate::{Extended, Kind, LayoutField, Role};

/// How the frames of the physical connection carry channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Carriage"))]
pub enum Carriage<Fields = Vec<LayoutField>> {
    /// Messages of one kind. A message starts with a channel ID. On the control channel, control
    /// blocks follow. On every other channel, one byte of frame header and the payload of one frame
    /// follow, up to the end of the message. The fragments of a message are joined first.
    Wrapped {
        /// The kind of the messages.
        kind: Kind,
        /// The byte of frame header, from the most significant bit on.
        header: Fields,
    },
    /// Data frames that keep their header. Their payload starts with a channel ID. On the control
    /// channel, control blocks follow.
    Prefixed,
    /// Frames with this claimed opcode. Each contains one block, whose first byte contains the
    /// channel ID.
    Claimed(u8),
}

/// The encoding of a channel ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ChannelIds"))]
pub enum ChannelIds<Widths = Vec<u8>> {
    /// One byte or more, big-endian. As many 1 bits come first as bytes follow the first one, then
    /// a 0 bit, except in the longest form. The list has the number of remaining bits for one byte,
    /// two bytes, and so on.
    Prefixed(Widths),
    /// The highest bits of the block's first byte, see [`BlockField::Channel`].
    Leading {
        /// The value that announces a longer ID after the first byte.
        escape: u8,
        /// Number of bits of the longer ID.
        bits: u8,
    },
}

/// The encoding of a number in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Numbers"))]
pub enum Numbers<Forms = Vec<Extended>> {
    /// Like a payload length: one byte that contains the number or the marker of a longer one.
    Prefixed {
        /// Number of bits of the first byte that are used; the others are zero.
        bits: u8,
        /// The markers and the longer numbers.
        extended: Forms,
    },
    /// Big-endian, with at most this many bytes. A [`BlockField::Width`] contains the number of
    /// bytes minus one.
    Sized(u8),
}

/// What a block does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum BlockKind {
    /// Asks for a new channel.
    AddRequest,
    /// Answers a request for a channel.
    AddResponse,
    /// Adds to the receiver's quota on a channel.
    Quota,
    /// Ends a channel, or the physical connection if it names the control channel.
    Drop,
    /// Permits the receiver to open channels.
    Slots,
    /// Contains a control frame of a channel.
    ControlFrame,
    /// Contains a frame of a channel.
    Frame,
}

/// A field of a block's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum BlockField {
    /// The opcode of the block, with this many bits.
    Opcode(u8),
    /// The channel ID or its escape value, with this many bits.
    Channel(u8),
    /// Reserved bits, which are zero.
    Reserved(u8),
    /// The encoding of the handshake, with this many bits.
    Encoding(u8),
    /// The number of bytes of a number, minus one, with this many bits.
    Width(Quantity, u8),
    /// One bit.
    Flag(Flag),
}

impl BlockField {
    /// Width in bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::Opcode(bits)
            | Self::Channel(bits)
            | Self::Reserved(bits)
            | Self::Encoding(bits)
            | Self::Width(_, bits) => bits,
            Self::Flag(_) => 1,
        }
    }
}

/// What a flag of a block says when it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Flag {
    /// The server refuses the channel.
    Refused,
    /// The channel ends because of an error.
    Error,
    /// The client should use another physical connection.
    Fallback,
}

/// A number in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Quantity {
    /// Number of bytes of the last part.
    Size,
    /// Bytes that the receiver may send.
    Quota,
    /// Number of channels that the receiver may open.
    Slots,
}

impl Quantity {
    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Quota => "quota",
            Self::Slots => "slots",
        }
    }
}

/// A part of a block. A block lists its parts in the order on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum BlockPart {
    /// The byte with the fields.
    Fields,
    /// The channel ID. If the fields contain it, only what follows its escape value.
    Channel,
    /// A number in the encoding of the dialect.
    Number(Quantity),
    /// A big-endian number with this many bits.
    Fixed(Quantity, u8),
    /// The text of a handshake, as long as the size says.
    Handshake,
    /// A reason in UTF-8, as long as the size says.
    Reason,
    /// As long as the size says: nothing, or a drop code (two bytes, big-endian) and a reason in
    /// UTF-8.
    CodeAndReason,
    /// A complete, unmasked control frame that is not fragmented, up to the end of the message.
    ControlFrame,
    /// A complete frame, up to the end of the physical frame.
    Frame,
}

/// What a handshake in a block is to be combined with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Base {
    /// Nothing; it is complete.
    Nothing,
    /// The fields of the last complete request that opened a channel. At first, those of the
    /// request of the physical connection, with only the extensions of the channels. A field
    /// replaces the one with the same name; a field with an empty value removes it. The request line
    /// is always complete.
    LastComplete,
}

/// What a frame of a channel costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Cost {
    /// The number of bytes of its payload.
    Payload,
    /// The number of bytes of its payload, plus one unless it is a continuation frame.
    PayloadAndStart,
}

/// How much an endpoint may send on a new channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Initial {
    /// Nothing, until the peer adds to it.
    Nothing,
    /// What the parameter of the offer says.
    Parameter,
    /// What came with the slot of the channel.
    Slot,
}

/// The cases in which the runtime itself uses a drop code, other than for the violation of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DropUse {
    /// The channel is closed regularly.
    Normal,
    /// A drop of the peer is answered.
    Acknowledged,
    /// The channel fails for a reason without a code of its own.
    ChannelFailed,
    /// The physical connection fails for a reason without a code of its own.
    PhysicalFailed,
    /// Nothing happened on the channel for too long.
    Idle,
    /// The client should use another physical connection.
    Elsewhere,
    /// The endpoint is overloaded.
    Busy,
}

/// What the drop codes of a range end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DropScope {
    /// A channel, regularly.
    Normal,
    /// The physical connection with all its channels.
    Physical,
    /// A channel, after an error.
    Logical,
    /// Something that the peer should do.
    Other,
}

/// A part of multiplexing that may be unknown in a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Feature {
    /// Everything: how a connection of this dialect runs.
    Running,
    /// Blocks that add to a quota, and the quotas themselves.
    FlowControl,
    /// The kind of the messages on the control channel.
    ControlCarriage,
    /// A channel ID that is not in the shortest form.
    LongIds,
    /// Whether the ID of a dropped channel may be used again.
    ReusedIds,
    /// What a response without a request means.
    UnaskedResponses,
    /// What a delta in a response changes.
    DeltaResponses,
    /// Whether a control frame of a channel may be fragmented.
    FragmentedControl,
    /// The largest control frame whose fragments are joined.
    ControlLength,
    /// How a reason and the flag of a drop go together.
    DropReasons,
    /// How the peer hears of an error.
    Errors,
    /// Whether a request without a slot ends only the channel.
    MissingSlots,
    /// The numbers in a block that sends the client elsewhere.
    Fallback,
    /// What follows the first byte of a drop.
    Dropping,
    /// How a request for a channel is answered.
    Answering,
}

/// The requirement of a rule about channels, blocks, and the frames that carry them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ChannelDemand {
    /// Data frames of the physical connection have the kind that carries channels.
    EnvelopeKind,
    /// The channel ID is complete.
    ChannelIdComplete,
    /// The channel ID is in the shortest form.
    ChannelIdShortest,
    /// The byte of frame header is present.
    FrameComplete,
    /// A control frame of a channel is in a block.
    ControlInBlock,
    /// The dialect defines the opcode of the block.
    KnownBlock,
    /// The reserved bits of the block are zero.
    BlockReservedClear,
    /// No part of the block is missing.
    BlockComplete,
    /// Each number of the block is in the shortest form.
    NumberShortest,
    /// The bits that a number does not use are zero.
    NumberFits,
    /// The last part of a drop is empty or long enough for a drop code.
    DropCodeComplete,
    /// The block comes from the endpoint that sends such blocks.
    BlockSender,
    /// The dialect defines the encoding of the handshake that this endpoint sends.
    KnownEncoding(Role),
    /// The handshake that this endpoint sends is one.
    ValidHandshake(Role),
    /// The requested channel does not exist yet.
    FreshChannel,
    /// A slot is left for the requested channel.
    SlotAvailable,
    /// A quota does not grow above the largest number.
    QuotaFits,
    /// A frame costs no more than the quota that is left.
    WithinQuota,
    /// Fragments of control frames do not mix with other frames of the channel.
    ControlFragments,
}
