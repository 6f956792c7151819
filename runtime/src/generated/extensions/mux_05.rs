// Generated from mux-05 in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{
        Role,
        extension::{self, multiplex},
        info,
    };

    /// Information about mux-05.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "mux-05",
        summary: "Several logical connections over one; numbers are encoded like payload lengths.",
        tokens: &["mux", "mux_DO_NOT_USE"],
        documents: &["multiplexing-05", "multiplexing-06"],
        issued: Some(info::Date {
            year: 2012,
            month: 9,
            day: Some(20),
        }),
        drafts: &[],
        transform: extension::Transform::Multiplex,
        bits: &[],
        on: extension::Frames::First,
        opcodes: &[],
        control_opcodes: &[],
        method: None,
        bootstrap: None,
        multiplexing: Some(multiplex::MultiplexInfo {
            carriage: Some(multiplex::Carriage::Wrapped {
                kind: info::Kind::Binary,
                header: &[
                    multiplex::LayoutField::Final,
                    multiplex::LayoutField::Reserved("RSV1"),
                    multiplex::LayoutField::Reserved("RSV2"),
                    multiplex::LayoutField::Reserved("RSV3"),
                    multiplex::LayoutField::Opcode(4),
                ],
            }),
            channels: Some(multiplex::ChannelsInfo {
                ids: multiplex::ChannelIds::Prefixed(&[7, 14, 21, 29]),
                control: Some(0),
                first: 1,
                others: 2,
                opened_by: Role::Client,
                needs_slots: true,
                ignores_unopened: true,
                fragments_control: true,
            }),
            numbers: Some(multiplex::Numbers::Prefixed {
                bits: 7,
                extended: &[
                    multiplex::Extended {
                        marker: 126,
                        bits: 16,
                    },
                    multiplex::Extended {
                        marker: 127,
                        bits: 63,
                    },
                ],
            }),
            blocks: &[
                multiplex::BlockInfo {
                    name: "AddChannelRequest",
                    opcode: 0,
                    kind: multiplex::BlockKind::AddRequest,
                    by: Some(Role::Client),
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(3),
                        multiplex::BlockField::Encoding(2),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Channel,
                        multiplex::BlockPart::Number(multiplex::Quantity::Size),
                        multiplex::BlockPart::Handshake,
                    ],
                },
                multiplex::BlockInfo {
                    name: "AddChannelResponse",
                    opcode: 1,
                    kind: multiplex::BlockKind::AddResponse,
                    by: Some(Role::Server),
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Flag(multiplex::Flag::Refused),
                        multiplex::BlockField::Reserved(2),
                        multiplex::BlockField::Encoding(2),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Channel,
                        multiplex::BlockPart::Number(multiplex::Quantity::Size),
                        multiplex::BlockPart::Handshake,
                    ],
                },
                multiplex::BlockInfo {
                    name: "FlowControl",
                    opcode: 2,
                    kind: multiplex::BlockKind::Quota,
                    by: None,
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(5),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Channel,
                        multiplex::BlockPart::Number(multiplex::Quantity::Quota),
                    ],
                },
                multiplex::BlockInfo {
                    name: "DropChannel",
                    opcode: 3,
                    kind: multiplex::BlockKind::Drop,
                    by: None,
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(5),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Channel,
                        multiplex::BlockPart::Number(multiplex::Quantity::Size),
                        multiplex::BlockPart::CodeAndReason,
                    ],
                },
                multiplex::BlockInfo {
                    name: "NewChannelSlot",
                    opcode: 4,
                    kind: multiplex::BlockKind::Slots,
                    by: Some(Role::Server),
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(4),
                        multiplex::BlockField::Flag(multiplex::Flag::Fallback),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Number(multiplex::Quantity::Slots),
                        multiplex::BlockPart::Number(multiplex::Quantity::Quota),
                    ],
                },
            ],
            encodings: &[
                multiplex::EncodingInfo {
                    name: "identity",
                    value: 0,
                    request: Some(multiplex::Base::Nothing),
                    response: Some(multiplex::Base::Nothing),
                },
                multiplex::EncodingInfo {
                    name: "delta",
                    value: 1,
                    request: Some(multiplex::Base::LastComplete),
                    response: None,
                },
            ],
            handshakes: Some(multiplex::HandshakesInfo {
                request_omits: &[
                    "Upgrade",
                    "Connection",
                    "Sec-WebSocket-Key",
                    "Sec-WebSocket-Version",
                ],
                response_omits: &["Upgrade", "Connection", "Sec-WebSocket-Accept"],
            }),
            quotas: Some(multiplex::QuotasInfo {
                cost: multiplex::Cost::Payload,
                client_first: multiplex::Initial::Nothing,
                server_first: multiplex::Initial::Parameter,
                client_others: multiplex::Initial::Slot,
                server_others: multiplex::Initial::Nothing,
                bits: Some(63),
            }),
            drops: Some(multiplex::DropsInfo {
                ranges: &[
                    (1000, 1999, multiplex::DropScope::Normal),
                    (2000, 2999, multiplex::DropScope::Physical),
                    (3000, 3999, multiplex::DropScope::Logical),
                    (4000, 4999, multiplex::DropScope::Other),
                ],
                physical_close: Some(1011),
            }),
            drop_codes: &[
                multiplex::DropCodeInfo {
                    code: 1000,
                    name: "normal-closure",
                    meaning: "The channel is closed regularly.",
                    local: Some(multiplex::DropUse::Normal),
                },
                multiplex::DropCodeInfo {
                    code: 2001,
                    name: "invalid-envelope",
                    meaning: "A message of the physical connection does not carry a channel.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2002,
                    name: "channel-id-truncated",
                    meaning: "A channel ID is incomplete.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2003,
                    name: "frame-truncated",
                    meaning: "A frame of a channel is incomplete.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2004,
                    name: "unknown-block",
                    meaning: "A control block has an undefined opcode.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2005,
                    name: "invalid-block",
                    meaning: "A control block is invalid.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2006,
                    name: "channel-exists",
                    meaning: "A requested channel exists already.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 2007,
                    name: "slot-violation",
                    meaning: "A channel was requested without a slot.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 3001,
                    name: "handshake-failure",
                    meaning: "The handshake of a channel failed.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 3002,
                    name: "unknown-encoding",
                    meaning: "The handshake of a channel has an undefined encoding.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 3005,
                    name: "quota-violation",
                    meaning: "The cost of a frame exceeds the remaining quota.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 3006,
                    name: "quota-overflow",
                    meaning: "A quota grew above the largest number.",
                    local: None,
                },
                multiplex::DropCodeInfo {
                    code: 3008,
                    name: "acknowledged",
                    meaning: "The peer has dropped the channel.",
                    local: Some(multiplex::DropUse::Acknowledged),
                },
            ],
            unknown: &[
                multiplex::UnknownInfo {
                    name: "delta-responses",
                    feature: multiplex::Feature::DeltaResponses,
                    reason: "No source says which fields a delta in a response changes, so responses are sent complete, and a delta is refused.",
                },
                multiplex::UnknownInfo {
                    name: "long-ids",
                    feature: multiplex::Feature::LongIds,
                    reason: "One implementation refuses a channel ID that is not in the shortest form, and another accepts it; the drop code for it is unknown.",
                },
                multiplex::UnknownInfo {
                    name: "reused-ids",
                    feature: multiplex::Feature::ReusedIds,
                    reason: "No source says whether the ID of a dropped channel may be used again, so a client uses each ID once.",
                },
                multiplex::UnknownInfo {
                    name: "unasked-responses",
                    feature: multiplex::Feature::UnaskedResponses,
                    reason: "No source says what a response without a request means.",
                },
                multiplex::UnknownInfo {
                    name: "missing-slots",
                    feature: multiplex::Feature::MissingSlots,
                    reason: "One implementation drops only the channel that was requested without a slot; what the draft says is unknown.",
                },
                multiplex::UnknownInfo {
                    name: "control-length",
                    feature: multiplex::Feature::ControlLength,
                    reason: "No source says how long a control frame may be whose fragments are joined, so the limit of the protocol applies.",
                },
                multiplex::UnknownInfo {
                    name: "fallback",
                    feature: multiplex::Feature::Fallback,
                    reason: "Two implementations contradict each other on the numbers of a NewChannelSlot that sends the client elsewhere.",
                },
            ],
        }),
        parameters: &[extension::ParameterInfo {
            name: "quota",
            offer: Some(extension::Value::Number(0, 4294967295)),
            answer: None,
            needs_offer: false,
            owed: false,
            at_most_offered: false,
            effect: extension::Effect::Quota,
            summary: "The quota for the server on the first channel before it receives more; none by default.",
        }],
        rules: &RULES,
    };

    pub(super) static RULES: [extension::ExtensionRule; 25] = [
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "offer-parameters-once",
                variant: "OfferParametersOnce",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "An offer must not contain a parameter more than once.",
                citation: "inferred: two values cannot both apply",
                evidence: &["inferred: two values cannot both apply"],
                stated_in: "mux-01",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Offer,
            demand: extension::Demand::DistinctParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "offer-values-valid",
                variant: "OfferValuesValid",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A quota must be a number below 2 to the power of 32.",
                citation: "googlearchive/pywebsocket@84a19fb",
                evidence: &[
                    "googlearchive/pywebsocket@84a19fb",
                    "googlearchive/pywebsocket@c459a5f",
                ],
                stated_in: "mux-01",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Offer,
            demand: extension::Demand::ValidValues,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-parameters-known",
                variant: "AnswerParametersKnown",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not contain parameters.",
                citation: "googlearchive/pywebsocket@84a19fb",
                evidence: &[
                    "googlearchive/pywebsocket@84a19fb",
                    "googlearchive/pywebsocket@c459a5f",
                ],
                stated_in: "mux-01",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::KnownParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "listed-once",
                variant: "ListedOnce",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "A server must not agree to the extension more than once.",
                citation: "inferred: a payload has only one channel ID",
                evidence: &["inferred: a payload has only one channel ID"],
                stated_in: "mux-01",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::Once,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "channels-keep-frames",
                variant: "ChannelsKeepFrames",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: None,
                summary: "An extension that depends on frame boundaries must not precede this one in the list.",
                citation: "googlearchive/pywebsocket@f46a6a3",
                evidence: &["googlearchive/pywebsocket@f46a6a3"],
                stated_in: "mux-01",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::NotAfter(&[
                extension::Transform::DeflateFrames,
                extension::Transform::DeflateEveryFrame,
                extension::Transform::DeflateStream,
            ]),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "connection-keeps-no-history",
                variant: "ConnectionKeepsNoHistory",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: None,
                summary: "An extension that keeps its compression context must not follow this one in the list.",
                citation: "googlearchive/pywebsocket@f46a6a3",
                evidence: &["googlearchive/pywebsocket@f46a6a3"],
                stated_in: "mux-01",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::NotBefore(&[
                extension::Transform::DeflateMessages,
                extension::Transform::DeflateFrames,
                extension::Transform::DeflateEveryFrame,
            ]),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "channel-id-complete",
                variant: "ChannelIdComplete",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A payload must start with a complete channel ID.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2002),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Envelope,
            demand: extension::Demand::Channels(extension::ChannelDemand::ChannelIdComplete),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "block-known",
                variant: "BlockKnown",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A control block must have a defined opcode.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2004),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::KnownBlock),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "block-sent-by-its-role",
                variant: "BlockSentByItsRole",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "Only a client may request a channel; only a server may respond or grant slots.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::BlockSender),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "block-complete",
                variant: "BlockComplete",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A control block must be complete.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::BlockComplete),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "request-encoding-known",
                variant: "RequestEncodingKnown",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: Some(Role::Client),
                summary: "A client must encode the request for a channel in a defined way.",
                citation: "googlearchive/pywebsocket@559050c",
                evidence: &["googlearchive/pywebsocket@559050c"],
                stated_in: "mux-05",
                outcome: info::Outcome::Drop(3002),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::KnownEncoding(
                Role::Client,
            )),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "response-encoding-known",
                variant: "ResponseEncodingKnown",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: Some(Role::Server),
                summary: "A server must encode the response to a request for a channel in a defined way.",
                citation: "googlearchive/pywebsocket@b621c52",
                evidence: &["googlearchive/pywebsocket@b621c52"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::KnownEncoding(
                Role::Server,
            )),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "channel-fresh",
                variant: "ChannelFresh",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: Some(Role::Client),
                summary: "A client must not request a channel that exists.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2006),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::FreshChannel),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "envelope-binary",
                variant: "EnvelopeBinary",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "Data on the physical connection must be in binary messages.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2001),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Envelope,
            demand: extension::Demand::Channels(extension::ChannelDemand::EnvelopeKind),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "inner-header-present",
                variant: "InnerHeaderPresent",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "The channel ID must be followed by a byte of frame header, unless the channel is the control channel.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2003),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Envelope,
            demand: extension::Demand::Channels(extension::ChannelDemand::FrameComplete),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "slot-available",
                variant: "SlotAvailable",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: Some(Role::Client),
                summary: "A client must not request more channels than it has slots.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &["googlearchive/pywebsocket@c459a5f"],
                stated_in: "mux-05",
                outcome: info::Outcome::Drop(2007),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::SlotAvailable),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "quota-kept",
                variant: "QuotaKept",
                level: info::Level::Must,
                scope: info::Scope::Frame,
                by: None,
                summary: "An endpoint must not send a frame whose cost exceeds its remaining quota.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &[
                    "googlearchive/pywebsocket@c459a5f",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::Drop(3005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Channel,
            demand: extension::Demand::Channels(extension::ChannelDemand::WithinQuota),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "number-shortest",
                variant: "NumberShortest",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A number in a control block must be in the shortest form.",
                citation: "googlearchive/pywebsocket@0be636c",
                evidence: &[
                    "googlearchive/pywebsocket@0be636c",
                    "jetty/jetty.project@28b3ee8b",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::NumberShortest),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "number-fits",
                variant: "NumberFits",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "The most significant bit of a number in a control block must be 0.",
                citation: "googlearchive/pywebsocket@0be636c",
                evidence: &[
                    "googlearchive/pywebsocket@0be636c",
                    "jetty/jetty.project@28b3ee8b",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::NumberFits),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "block-reserved-clear",
                variant: "BlockReservedClear",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "The reserved bits of a control block must be 0.",
                citation: "googlearchive/pywebsocket@9eea66b",
                evidence: &[
                    "googlearchive/pywebsocket@9eea66b",
                    "jetty/jetty.project@28b3ee8b",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::BlockReservedClear),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "drop-code-complete",
                variant: "DropCodeComplete",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "The last part of a DropChannel must be empty or have at least 2 bytes.",
                citation: "googlearchive/pywebsocket@9eea66b",
                evidence: &[
                    "googlearchive/pywebsocket@9eea66b",
                    "jetty/jetty.project@28b3ee8b",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::FailPhysical(2005),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::DropCodeComplete),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "request-valid",
                variant: "RequestValid",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: Some(Role::Client),
                summary: "A client must request a channel with a valid handshake.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &["googlearchive/pywebsocket@c459a5f"],
                stated_in: "mux-05",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::ValidHandshake(
                Role::Client,
            )),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "quota-bounded",
                variant: "QuotaBounded",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A quota must not grow to 2 to the power of 63 or more.",
                citation: "googlearchive/pywebsocket@ebf5da4",
                evidence: &[
                    "googlearchive/pywebsocket@ebf5da4",
                    "jetty/jetty.project@28b3ee8b",
                    "chromium/chromium net/websockets/websocket_mux.h, 2013",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::Drop(3006),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Block,
            demand: extension::Demand::Channels(extension::ChannelDemand::QuotaFits),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "control-fragments-together",
                variant: "ControlFragmentsTogether",
                level: info::Level::Must,
                scope: info::Scope::Frame,
                by: None,
                summary: "No other frame of a channel may come between the fragments of a control frame.",
                citation: "googlearchive/pywebsocket@745d24a",
                evidence: &[
                    "googlearchive/pywebsocket@745d24a",
                    "googlearchive/pywebsocket@c459a5f",
                ],
                stated_in: "mux-05",
                outcome: info::Outcome::DropWithoutCode,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Channel,
            demand: extension::Demand::Channels(extension::ChannelDemand::ControlFragments),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "drop-answered",
                variant: "DropAnswered",
                level: info::Level::Should,
                scope: info::Scope::Frame,
                by: None,
                summary: "An endpoint should respond to a DropChannel with one of its own.",
                citation: "googlearchive/pywebsocket@c459a5f",
                evidence: &["googlearchive/pywebsocket@c459a5f"],
                stated_in: "mux-05",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "a DropChannel may also have been sent before the peer's arrived",
                ),
            },
            part: extension::Part::Channel,
            demand: extension::Demand::Documented(
                "a DropChannel may also have been sent before the peer's arrived",
            ),
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of mux-05.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// An offer must not contain a parameter more than once. (inferred: two values cannot both apply)
        OfferParametersOnce,
        /// A quota must be a number below 2 to the power of 32. (googlearchive/pywebsocket@84a19fb)
        OfferValuesValid,
        /// An answer must not contain parameters. (googlearchive/pywebsocket@84a19fb)
        AnswerParametersKnown,
        /// A server must not agree to the extension more than once. (inferred: a payload has only one channel ID)
        ListedOnce,
        /// An extension that depends on frame boundaries must not precede this one in the list. (googlearchive/pywebsocket@f46a6a3)
        ChannelsKeepFrames,
        /// An extension that keeps its compression context must not follow this one in the list. (googlearchive/pywebsocket@f46a6a3)
        ConnectionKeepsNoHistory,
        /// A payload must start with a complete channel ID. (googlearchive/pywebsocket@c459a5f)
        ChannelIdComplete,
        /// A control block must have a defined opcode. (googlearchive/pywebsocket@c459a5f)
        BlockKnown,
        /// Only a client may request a channel; only a server may respond or grant slots. (googlearchive/pywebsocket@c459a5f)
        BlockSentByItsRole,
        /// A control block must be complete. (googlearchive/pywebsocket@c459a5f)
        BlockComplete,
        /// A client must encode the request for a channel in a defined way. (googlearchive/pywebsocket@559050c)
        RequestEncodingKnown,
        /// A server must encode the response to a request for a channel in a defined way. (googlearchive/pywebsocket@b621c52)
        ResponseEncodingKnown,
        /// A client must not request a channel that exists. (googlearchive/pywebsocket@c459a5f)
        ChannelFresh,
        /// Data on the physical connection must be in binary messages. (googlearchive/pywebsocket@c459a5f)
        EnvelopeBinary,
        /// The channel ID must be followed by a byte of frame header, unless the channel is the control channel. (googlearchive/pywebsocket@c459a5f)
        InnerHeaderPresent,
        /// A client must not request more channels than it has slots. (googlearchive/pywebsocket@c459a5f)
        SlotAvailable,
        /// An endpoint must not send a frame whose cost exceeds its remaining quota. (googlearchive/pywebsocket@c459a5f)
        QuotaKept,
        /// A number in a control block must be in the shortest form. (googlearchive/pywebsocket@0be636c)
        NumberShortest,
        /// The most significant bit of a number in a control block must be 0. (googlearchive/pywebsocket@0be636c)
        NumberFits,
        /// The reserved bits of a control block must be 0. (googlearchive/pywebsocket@9eea66b)
        BlockReservedClear,
        /// The last part of a DropChannel must be empty or have at least 2 bytes. (googlearchive/pywebsocket@9eea66b)
        DropCodeComplete,
        /// A client must request a channel with a valid handshake. (googlearchive/pywebsocket@c459a5f)
        RequestValid,
        /// A quota must not grow to 2 to the power of 63 or more. (googlearchive/pywebsocket@ebf5da4)
        QuotaBounded,
        /// No other frame of a channel may come between the fragments of a control frame. (googlearchive/pywebsocket@745d24a)
        ControlFragmentsTogether,
        /// An endpoint should respond to a DropChannel with one of its own. (googlearchive/pywebsocket@c459a5f)
        DropAnswered,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 25] = [
            Self::OfferParametersOnce,
            Self::OfferValuesValid,
            Self::AnswerParametersKnown,
            Self::ListedOnce,
            Self::ChannelsKeepFrames,
            Self::ConnectionKeepsNoHistory,
            Self::ChannelIdComplete,
            Self::BlockKnown,
            Self::BlockSentByItsRole,
            Self::BlockComplete,
            Self::RequestEncodingKnown,
            Self::ResponseEncodingKnown,
            Self::ChannelFresh,
            Self::EnvelopeBinary,
            Self::InnerHeaderPresent,
            Self::SlotAvailable,
            Self::QuotaKept,
            Self::NumberShortest,
            Self::NumberFits,
            Self::BlockReservedClear,
            Self::DropCodeComplete,
            Self::RequestValid,
            Self::QuotaBounded,
            Self::ControlFragmentsTogether,
            Self::DropAnswered,
        ];

        /// Information about the rule.
        #[inline]
        #[must_use]
        pub fn info(self) -> &'static RuleInfo {
            &RULES[self as usize].info
        }

        /// The violated rule; `None` if it is not a rule of this extension.
        #[inline]
        #[must_use]
        pub fn of(violation: &Violation) -> Option<Self> {
            let mut rules = Self::ALL.into_iter();
            rules.find(|rule| core::ptr::eq(rule.info(), violation.rule))
        }
    }
}

#[allow(dead_code)]
mod terms {
    use wsdraft::{extension, support::decimal};

    use super::INFO;

    /// An offer of mux-05.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Offer {
        /// The quota for the server on the first channel before it receives more; none by default.
        pub quota: Option<u32>,
    }

    impl Offer {
        /// Reads an element of the header field.
        ///
        /// # Errors
        /// The first rule that the element violates.
        #[inline]
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            let terms = extension::read_offer(&INFO, element)?;
            Ok(Self {
                quota: terms.get("quota").and_then(extension::Setting::number),
            })
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            let mut element = extension::Element::new("mux");
            if let Some(value) = self.quota {
                element = element.with("quota", Some(decimal(value)));
            }
            element
        }
    }

    /// An answer of mux-05.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Answer {}

    impl Answer {
        /// Reads an element of the header field.
        ///
        /// # Errors
        /// The first rule that the element violates.
        #[inline]
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            extension::read_answer(&INFO, element, None)?;
            Ok(Self {})
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            extension::Element::new("mux")
        }
    }
}
