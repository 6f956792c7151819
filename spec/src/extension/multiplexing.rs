//! Multiplexing as data: how frames carry channels, the control blocks, and the codes of dropped
//! channels.

use serde::{Deserialize, Serialize};
use wsdraft_vocabulary::multiplex::{
    Base, BlockField, BlockKind, BlockPart, Carriage, ChannelIds, Cost, DropScope, DropUse,
    Feature, Initial, Numbers,
};

use crate::{
    model::{Delta, Single, amendment::amendments, facts},
    resolve::Pass,
    resolved::Item,
    sources,
    table::Table,
    vocabulary::{Evidence, Role},
};

/// What a file states about multiplexing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multiplexing {
    /// How the frames of the physical connection carry channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carriage: Option<Single<Envelope>>,
    /// The channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Single<Channels>>,
    /// The encoding of numbers in blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Single<NumberForm>>,
    /// Blocks by name.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub blocks: Delta<String, Block>,
    /// Encodings of the handshakes in blocks, by name.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub encodings: Delta<String, HandshakeEncoding>,
    /// What handshakes in blocks leave out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handshakes: Option<Single<Handshakes>>,
    /// How much may be sent on a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotas: Option<Single<Quotas>>,
    /// How channels and the physical connection end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<Single<Drops>>,
    /// Drop codes.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub drop_codes: Delta<u16, DropCode>,
    /// What is unknown, by name.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub unknown: Delta<String, Unknown>,
}

/// How the frames of the physical connection carry channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The form.
    pub form: Carriage,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The channels of a physical connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// The encoding of their IDs.
    pub ids: ChannelIds,
    /// The ID of the channel that carries control blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<u32>,
    /// The ID of the channel that the handshake of the physical connection opens.
    pub first: u32,
    /// The lowest ID of the other channels.
    pub others: u32,
    /// The endpoint that opens them.
    pub opened_by: Role,
    /// Whether it needs a slot for each of them.
    #[serde(default)]
    pub needs_slots: bool,
    /// Whether frames of channels that are not open are ignored.
    #[serde(default)]
    pub ignores_unopened: bool,
    /// Whether control frames of a channel may be fragmented.
    #[serde(default)]
    pub fragments_control: bool,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// The encoding of numbers in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberForm {
    /// The form.
    pub form: Numbers,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The opcode.
    pub opcode: u8,
    /// What it does.
    pub kind: BlockKind,
    /// The endpoint that sends it; `None` if both do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// The fields of the first byte, from the most significant bit on.
    pub fields: Vec<BlockField>,
    /// The parts, in the order on the wire.
    pub parts: Vec<BlockPart>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// An encoding of handshakes in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HandshakeEncoding {
    /// Its number.
    pub value: u8,
    /// What a request is combined with; `None` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Base>,
    /// What a response is combined with; `None` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Base>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// What handshakes in blocks leave out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Handshakes {
    /// Header fields that a request leaves out.
    pub request_omits: Vec<String>,
    /// Header fields that a response leaves out.
    pub response_omits: Vec<String>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// How much may be sent on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quotas {
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
    /// Number of bits of the largest quota.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u8>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// How channels and the physical connection end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Drops {
    /// The ranges of drop codes, in ascending order, without overlap.
    pub ranges: Vec<DropRange>,
    /// The close code of a physical connection that fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_close: Option<u16>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A range of drop codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropRange {
    /// First code.
    pub from: u16,
    /// Last code.
    pub to: u16,
    /// What the codes end.
    pub ends: DropScope,
}

/// A drop code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropCode {
    /// Its name: lower case letters, digits and hyphens.
    pub name: String,
    /// Its meaning.
    pub meaning: String,
    /// The case in which the runtime itself uses it, other than for the violation of a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<DropUse>,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// Something that is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unknown {
    /// What it is about.
    pub feature: Feature,
    /// Why it is unknown, and what is done instead.
    pub reason: String,
    /// Evidence.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

facts!(
    Envelope,
    Channels,
    NumberForm,
    Block,
    HandshakeEncoding,
    Handshakes,
    Quotas,
    Drops,
    DropCode,
    Unknown
);

amendments! {
    EnvelopeAmendment of Envelope { form: Carriage }
    ChannelsAmendment of Channels {
        ids: ChannelIds, control: Option<u32>, first: u32, others: u32, opened_by: Role,
        needs_slots: bool, ignores_unopened: bool, fragments_control: bool
    }
    NumberFormAmendment of NumberForm { form: Numbers }
    BlockAmendment of Block {
        opcode: u8, kind: BlockKind, by: Option<Role>, fields: Vec<BlockField>,
        parts: Vec<BlockPart>
    }
    HandshakeEncodingAmendment of HandshakeEncoding {
        value: u8, request: Option<Base>, response: Option<Base>
    }
    HandshakesAmendment of Handshakes {
        request_omits: Vec<String>, response_omits: Vec<String>
    }
    QuotasAmendment of Quotas {
        cost: Cost, client_first: Initial, server_first: Initial, client_others: Initial,
        server_others: Initial, bits: Option<u8>
    }
    DropsAmendment of Drops { ranges: Vec<DropRange>, physical_close: Option<u16> }
    DropCodeAmendment of DropCode { name: String, meaning: String, local: Option<DropUse> }
    UnknownAmendment of Unknown { feature: Feature, reason: String }
}

impl Multiplexing {
    /// Whether nothing is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Multiplexing with everything that is inherited, each item with its origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields)
)]
pub struct ResolvedMultiplexing {
    /// How the frames of the physical connection carry channels.
    pub carriage: Option<Item<Envelope>>,
    /// The channels.
    pub channels: Option<Item<Channels>>,
    /// The encoding of numbers in blocks.
    pub numbers: Option<Item<NumberForm>>,
    /// Blocks by name.
    pub blocks: Table<String, Item<Block>>,
    /// Encodings of the handshakes in blocks, by name.
    pub encodings: Table<String, Item<HandshakeEncoding>>,
    /// What handshakes in blocks leave out.
    pub handshakes: Option<Item<Handshakes>>,
    /// How much may be sent on a channel.
    pub quotas: Option<Item<Quotas>>,
    /// How channels and the physical connection end.
    pub drops: Option<Item<Drops>>,
    /// Drop codes.
    pub drop_codes: Table<u16, Item<DropCode>>,
    /// What is unknown, by name.
    pub unknown: Table<String, Item<Unknown>>,
}

impl ResolvedMultiplexing {
    /// The range of a drop code.
    #[must_use]
    pub fn drop_range(&self, code: u16) -> Option<DropRange> {
        let mut ranges = self.drops.as_ref()?.value.ranges.iter();
        ranges
            .find(|range| (range.from..=range.to).contains(&code))
            .copied()
    }

    /// Applies the changes of a file.
    pub(super) fn apply(&mut self, pass: &mut Pass<'_>, written: &Multiplexing) {
        pass.single("carriage", &mut self.carriage, written.carriage.as_ref());
        pass.single("channels", &mut self.channels, written.channels.as_ref());
        pass.single("numbers", &mut self.numbers, written.numbers.as_ref());
        pass.delta("blocks", &mut self.blocks, &written.blocks);
        pass.delta("encodings", &mut self.encodings, &written.encodings);
        let handshakes = written.handshakes.as_ref();
        pass.single("handshakes", &mut self.handshakes, handshakes);
        pass.single("quotas", &mut self.quotas, written.quotas.as_ref());
        pass.single("drops", &mut self.drops, written.drops.as_ref());
        pass.delta("drop_codes", &mut self.drop_codes, &written.drop_codes);
        pass.delta("unknown", &mut self.unknown, &written.unknown);
    }
}
