//! The static data of an extension that multiplexes.

pub use wsdraft_vocabulary::multiplex::{
    Base, BlockField, BlockKind, BlockPart, Cost, DropScope, DropUse, Feature, Flag, Initial,
    Quantity,
};
use wsdraft_vocabulary::{Extended, LayoutField, Role};

/// How the frames of the physical connection carry channels.
pub type Carriage = wsdraft_vocabulary::multiplex::Carriage<&'static [LayoutField<&'static str>]>;

/// The encoding of a channel ID.
pub type ChannelIds = wsdraft_vocabulary::multiplex::ChannelIds<&'static [u8]>;

/// The encoding of a number in a block.
pub type Numbers = wsdraft_vocabulary::multiplex::Numbers<&'static [Extended]>;

/// How an extension carries several channels over one physical connection.
///
/// What a dialect does not know is `None`, empty, or in [`unknown`](Self::unknown).
#[derive(Debug, PartialEq, Eq)]
pub struct MultiplexInfo {
    /// How the frames of the physical connection carry channels.
    pub carriage: Option<Carriage>,
    /// The channels.
    pub channels: Option<ChannelsInfo>,
    /// The encoding of numbers in blocks.
    pub numbers: Option<Numbers>,
    /// The blocks, in the order of their opcodes.
    pub blocks: &'static [BlockInfo],
    /// The encodings of handshakes in blocks.
    pub encodings: &'static [EncodingInfo],
    /// What handshakes in blocks leave out.
    pub handshakes: Option<HandshakesInfo>,
    /// How much may be sent on a channel, if that is limited.
    pub quotas: Option<QuotasInfo>,
    /// What is known about dropping channels.
    pub drops: Option<DropsInfo>,
    /// The drop codes, in ascending order.
    pub drop_codes: &'static [DropCodeInfo],
    /// What is unknown.
    pub unknown: &'static [UnknownInfo],
}

/// The channels of a physical connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelsInfo {
    /// The encoding of their IDs.
    pub ids: ChannelIds,
    /// The ID of the channel that carries control blocks, if there is one.
    pub control: Option<u32>,
    /// The ID of the channel that the handshake of the physical connection opens.
    pub first: u32,
    /// The lowest ID of the other channels.
    pub others: u32,
    /// The endpoint that opens them.
    pub opened_by: Role,
    /// Whether it needs a slot for each of them.
    pub needs_slots: bool,
    /// Whether frames of channels that are not open are ignored.
    pub ignores_unopened: bool,
    /// Whether control frames of a channel may be fragmented.
    pub fragments_control: bool,
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockInfo {
    /// Its name.
    pub name: &'static str,
    /// Its opcode.
    pub opcode: u8,
    /// What it does.
    pub kind: BlockKind,
    /// The endpoint that sends it, or `None` if both do.
    pub by: Option<Role>,
    /// The fields of its first byte, from the most significant bit on.
    pub fields: &'static [BlockField],
    /// Its parts, in the order on the wire.
    pub parts: &'static [BlockPart],
}

/// An encoding of handshakes in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodingInfo {
    /// Its name.
    pub name: &'static str,
    /// Its number.
    pub value: u8,
    /// What a request is combined with; `None` if unknown.
    pub request: Option<Base>,
    /// What a response is combined with; `None` if unknown.
    pub response: Option<Base>,
}

/// What handshakes in blocks leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakesInfo {
    /// Header fields that a request leaves out.
    pub request_omits: &'static [&'static str],
    /// Header fields that a response leaves out.
    pub response_omits: &'static [&'static str],
}

impl HandshakesInfo {
    /// Whether the handshakes of this endpoint leave out a header field.
    #[inline]
    #[must_use]
    pub fn leaves_out(&self, by: Role, field: &str) -> bool {
        let names = match by {
            Role::Client => self.request_omits,
            Role::Server => self.response_omits,
        };
        names.iter().any(|name| name.eq_ignore_ascii_case(field))
    }
}

/// How much may be sent on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotasInfo {
    /// What a frame costs its sender.
    pub cost: Cost,
    /// What the client may send on the first channel at the start.
    pub client_first: Initial,
    /// What the server may send on the first channel at the start.
    pub server_first: Initial,
    /// What the client may send on another channel at the start.
    pub client_others: Initial,
    /// What the server may send on another channel at the start.
    pub server_others: Initial,
    /// Number of bits of the largest quota, if known.
    pub bits: Option<u8>,
}

impl QuotasInfo {
    /// What an endpoint may send at the start on the first channel, or on another one.
    #[inline]
    #[must_use]
    pub const fn initial(&self, by: Role, first: bool) -> Initial {
        match (by, first) {
            (Role::Client, true) => self.client_first,
            (Role::Server, true) => self.server_first,
            (Role::Client, false) => self.client_others,
            (Role::Server, false) => self.server_others,
        }
    }

    /// What a frame costs its sender.
    #[inline]
    #[must_use]
    pub const fn cost(&self, payload: u64, continues: bool) -> u64 {
        match self.cost {
            Cost::Payload => payload,
            Cost::PayloadAndStart => payload.saturating_add(!continues as u64),
        }
    }
}

/// What is known about dropping channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DropsInfo {
    /// The ranges of drop codes: first code, last code, and what they end.
    pub ranges: &'static [(u16, u16, DropScope)],
    /// The close code of a physical connection that fails, if known.
    pub physical_close: Option<u16>,
}

/// A drop code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DropCodeInfo {
    /// The code.
    pub code: u16,
    /// Its name.
    pub name: &'static str,
    /// Its meaning, in one sentence.
    pub meaning: &'static str,
    /// The case in which the connection itself uses it, other than for the violation of a rule.
    pub local: Option<DropUse>,
}

/// Something that is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub feature: Feature,
    /// Why it is unknown, or what is done instead.
    pub reason: &'static str,
}

impl MultiplexInfo {
    /// What has to be known of a dialect so that its channels can be run.
    pub const NEEDED: [Feature; 3] = [
        Feature::Running,
        Feature::FlowControl,
        Feature::ControlCarriage,
    ];

    /// The block with this opcode.
    #[inline]
    #[must_use]
    pub fn block(&self, opcode: u8) -> Option<&'static BlockInfo> {
        self.blocks.iter().find(|block| block.opcode == opcode)
    }

    /// The block of this kind.
    #[inline]
    #[must_use]
    pub fn block_of(&self, kind: BlockKind) -> Option<&'static BlockInfo> {
        self.blocks.iter().find(|block| block.kind == kind)
    }

    /// The encoding with this number.
    #[inline]
    #[must_use]
    pub fn encoding(&self, value: u8) -> Option<&'static EncodingInfo> {
        let mut encodings = self.encodings.iter();
        encodings.find(|encoding| encoding.value == value)
    }

    /// A drop code, if the dialect defines it.
    #[inline]
    #[must_use]
    pub fn drop_code(&self, code: u16) -> Option<&'static DropCodeInfo> {
        self.drop_codes.iter().find(|known| known.code == code)
    }

    /// The drop code for a use, if the dialect has one.
    #[inline]
    #[must_use]
    pub fn drop_code_for(&self, usage: DropUse) -> Option<u16> {
        let mut codes = self.drop_codes.iter();
        let code = codes.find(|known| known.local == Some(usage))?;
        Some(code.code)
    }

    /// What a drop code ends, defined or not.
    #[inline]
    #[must_use]
    pub fn drop_scope(&self, code: u16) -> Option<DropScope> {
        let mut ranges = self.drops?.ranges.iter();
        let range = ranges.find(|(from, to, _)| (*from..=*to).contains(&code))?;
        Some(range.2)
    }

    /// Why something is unknown; `None` if it is known.
    #[inline]
    #[must_use]
    pub fn unknown(&self, feature: Feature) -> Option<&'static UnknownInfo> {
        let mut unknown = self.unknown.iter();
        unknown.find(|unknown| unknown.feature == feature)
    }
}
