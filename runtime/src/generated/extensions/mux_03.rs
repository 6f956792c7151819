// Generated from mux-03 in `spec`; do not edit. `cargo build` regenerates it.

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

    /// Information about mux-03.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "mux-03",
        summary: "Several logical connections over one; all data is sent in binary messages that start with a channel ID.",
        tokens: &["mux", "mux_DO_NOT_USE"],
        documents: &["multiplexing-03", "multiplexing-04"],
        issued: Some(info::Date {
            year: 2012,
            month: 8,
            day: Some(7),
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
                fragments_control: false,
            }),
            numbers: Some(multiplex::Numbers::Sized(4)),
            blocks: &[
                multiplex::BlockInfo {
                    name: "AddChannelRequest",
                    opcode: 0,
                    kind: multiplex::BlockKind::AddRequest,
                    by: Some(Role::Client),
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(1),
                        multiplex::BlockField::Encoding(2),
                        multiplex::BlockField::Width(multiplex::Quantity::Size, 2),
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
                        multiplex::BlockField::Encoding(2),
                        multiplex::BlockField::Width(multiplex::Quantity::Size, 2),
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
                        multiplex::BlockField::Reserved(3),
                        multiplex::BlockField::Width(multiplex::Quantity::Quota, 2),
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
                        multiplex::BlockField::Flag(multiplex::Flag::Error),
                        multiplex::BlockField::Reserved(2),
                        multiplex::BlockField::Width(multiplex::Quantity::Size, 2),
                    ],
                    parts: &[
                        multiplex::BlockPart::Fields,
                        multiplex::BlockPart::Channel,
                        multiplex::BlockPart::Number(multiplex::Quantity::Size),
                        multiplex::BlockPart::Reason,
                    ],
                },
                multiplex::BlockInfo {
                    name: "NewChannelSlot",
                    opcode: 4,
                    kind: multiplex::BlockKind::Slots,
                    by: Some(Role::Server),
                    fields: &[
                        multiplex::BlockField::Opcode(3),
                        multiplex::BlockField::Reserved(1),
                        multiplex::BlockField::Width(multiplex::Quantity::Slots, 2),
                        multiplex::BlockField::Width(multiplex::Quantity::Quota, 2),
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
                request_omits: &[],
                response_omits: &[],
            }),
            quotas: Some(multiplex::QuotasInfo {
                cost: multiplex::Cost::Payload,
                client_first: multiplex::Initial::Nothing,
                server_first: multiplex::Initial::Parameter,
                client_others: multiplex::Initial::Slot,
                server_others: multiplex::Initial::Nothing,
                bits: None,
            }),
            drops: None,
            drop_codes: &[],
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
                    name: "errors",
                    feature: multiplex::Feature::Errors,
                    reason: "No source says how the peer hears of an error on the physical connection.",
                },
                multiplex::UnknownInfo {
                    name: "drop-reasons",
                    feature: multiplex::Feature::DropReasons,
                    reason: "The encoder and the decoder of the only known implementation disagree on whether a reason goes with a set or with a clear flag.",
                },
                multiplex::UnknownInfo {
                    name: "fragmented-control",
                    feature: multiplex::Feature::FragmentedControl,
                    reason: "No source says whether a control frame of a channel may be fragmented, so none is.",
                },
                multiplex::UnknownInfo {
                    name: "missing-slots",
                    feature: multiplex::Feature::MissingSlots,
                    reason: "One implementation drops only the channel that was requested without a slot; what the draft says is unknown.",
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

    pub(super) static RULES: [extension::ExtensionRule; 17] = [
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
                citation: "googlearchive/pywebsocket@b621c52",
                evidence: &["googlearchive/pywebsocket@b621c52"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@b621c52",
                evidence: &["googlearchive/pywebsocket@b621c52"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@84a19fb",
                evidence: &["googlearchive/pywebsocket@84a19fb"],
                stated_in: "mux-03",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@b621c52",
                evidence: &["googlearchive/pywebsocket@b621c52"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@b621c52",
                evidence: &["googlearchive/pywebsocket@b621c52"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "inferred: two channels cannot have one ID",
                evidence: &["inferred: two channels cannot have one ID"],
                stated_in: "mux-01",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@4c7910e",
                evidence: &["googlearchive/pywebsocket@4c7910e"],
                stated_in: "mux-03",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@4c7910e",
                evidence: &["googlearchive/pywebsocket@4c7910e"],
                stated_in: "mux-03",
                outcome: info::Outcome::FailWithoutCode,
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
                citation: "googlearchive/pywebsocket@84a19fb",
                evidence: &["googlearchive/pywebsocket@84a19fb"],
                stated_in: "mux-03",
                outcome: info::Outcome::DropWithoutCode,
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
                citation: "googlearchive/pywebsocket@84a19fb",
                evidence: &["googlearchive/pywebsocket@84a19fb"],
                stated_in: "mux-03",
                outcome: info::Outcome::DropWithoutCode,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Channel,
            demand: extension::Demand::Channels(extension::ChannelDemand::WithinQuota),
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of mux-03.
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
        /// A payload must start with a complete channel ID. (googlearchive/pywebsocket@b621c52)
        ChannelIdComplete,
        /// A control block must have a defined opcode. (googlearchive/pywebsocket@b621c52)
        BlockKnown,
        /// Only a client may request a channel; only a server may respond or grant slots. (googlearchive/pywebsocket@84a19fb)
        BlockSentByItsRole,
        /// A control block must be complete. (googlearchive/pywebsocket@b621c52)
        BlockComplete,
        /// A client must encode the request for a channel in a defined way. (googlearchive/pywebsocket@b621c52)
        RequestEncodingKnown,
        /// A server must encode the response to a request for a channel in a defined way. (googlearchive/pywebsocket@b621c52)
        ResponseEncodingKnown,
        /// A client must not request a channel that exists. (inferred: two channels cannot have one ID)
        ChannelFresh,
        /// Data on the physical connection must be in binary messages. (googlearchive/pywebsocket@4c7910e)
        EnvelopeBinary,
        /// The channel ID must be followed by a byte of frame header, unless the channel is the control channel. (googlearchive/pywebsocket@4c7910e)
        InnerHeaderPresent,
        /// A client must not request more channels than it has slots. (googlearchive/pywebsocket@84a19fb)
        SlotAvailable,
        /// An endpoint must not send a frame whose cost exceeds its remaining quota. (googlearchive/pywebsocket@84a19fb)
        QuotaKept,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 17] = [
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

    /// An offer of mux-03.
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

    /// An answer of mux-03.
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
