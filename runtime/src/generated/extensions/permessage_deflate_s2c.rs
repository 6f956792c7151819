// Generated from permessage-deflate-s2c in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{Role, extension, info};

    /// Information about permessage-deflate-s2c.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "permessage-deflate-s2c",
        summary: "DEFLATE compression of each message, with the parameter names of the drafts before revision 14.",
        tokens: &["permessage-deflate"],
        documents: &[
            "permessage-compression-05",
            "permessage-compression-06",
            "permessage-compression-07",
            "permessage-compression-08",
            "permessage-compression-09",
            "permessage-compression-10",
            "permessage-compression-11",
            "permessage-compression-12",
            "permessage-compression-13",
        ],
        issued: Some(info::Date {
            year: 2013,
            month: 6,
            day: Some(19),
        }),
        drafts: &[],
        transform: extension::Transform::DeflateMessages,
        bits: &["RSV1"],
        on: extension::Frames::First,
        opcodes: &[],
        control_opcodes: &[],
        method: None,
        bootstrap: None,
        multiplexing: None,
        parameters: &[
            extension::ParameterInfo {
                name: "s2c_no_context_takeover",
                offer: Some(extension::Value::Flag),
                answer: Some(extension::Value::Flag),
                needs_offer: false,
                owed: true,
                at_most_offered: false,
                effect: extension::Effect::NoContextTakeover(extension::Sender::Of(Role::Server)),
                summary: "The server clears its window before each message.",
            },
            extension::ParameterInfo {
                name: "c2s_no_context_takeover",
                offer: Some(extension::Value::Flag),
                answer: Some(extension::Value::Flag),
                needs_offer: false,
                owed: false,
                at_most_offered: false,
                effect: extension::Effect::NoContextTakeover(extension::Sender::Of(Role::Client)),
                summary: "The client clears its window before each message; in an offer, it says that it supports this.",
            },
            extension::ParameterInfo {
                name: "s2c_max_window_bits",
                offer: Some(extension::Value::Number(8, 15)),
                answer: Some(extension::Value::Number(8, 15)),
                needs_offer: false,
                owed: true,
                at_most_offered: true,
                effect: extension::Effect::WindowBits(extension::Sender::Of(Role::Server)),
                summary: "The base-2 logarithm of the server's maximum window size.",
            },
            extension::ParameterInfo {
                name: "c2s_max_window_bits",
                offer: Some(extension::Value::Flag),
                answer: Some(extension::Value::Number(8, 15)),
                needs_offer: true,
                owed: false,
                at_most_offered: false,
                effect: extension::Effect::WindowBits(extension::Sender::Of(Role::Client)),
                summary: "The base-2 logarithm of the client's maximum window size; in an offer, it says that the client supports the limit.",
            },
        ],
        rules: &RULES,
    };

    pub(super) static RULES: [extension::ExtensionRule; 15] = [
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "offer-parameters-once",
                variant: "OfferParametersOnce",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "An offer must not contain a parameter more than once.",
                citation: "crossbario/autobahn-python@967d2049",
                evidence: &[
                    "crossbario/autobahn-python@967d2049",
                    "inferred: as in the next dialect",
                ],
                stated_in: "permessage-compress",
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
                summary: "A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value.",
                citation: "googlearchive/pywebsocket@3f8f84e",
                evidence: &["googlearchive/pywebsocket@3f8f84e"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Offer,
            demand: extension::Demand::ValidValues,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-parameters-once",
                variant: "AnswerParametersOnce",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not contain a parameter more than once.",
                citation: "crossbario/autobahn-python@967d2049",
                evidence: &[
                    "crossbario/autobahn-python@967d2049",
                    "inferred: as in the next dialect",
                ],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::DistinctParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-values-valid",
                variant: "AnswerValuesValid",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value.",
                citation: "googlearchive/pywebsocket@3f8f84e",
                evidence: &["googlearchive/pywebsocket@3f8f84e"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::ValidValues,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-owed",
                variant: "AnswerOwed",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must contain every parameter for the server's compression that the offer requested.",
                citation: "googlearchive/pywebsocket@d96a519",
                evidence: &["googlearchive/pywebsocket@d96a519"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::OwedParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-within-offer",
                variant: "AnswerWithinOffer",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not state a larger server window than the offer requested.",
                citation: "googlearchive/pywebsocket@d96a519",
                evidence: &["googlearchive/pywebsocket@d96a519"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::WithinOffer,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "listed-once",
                variant: "ListedOnce",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "A server must not agree to the extension more than once.",
                citation: "RFC 7692 §5",
                evidence: &["RFC 7692 §5", "inferred: the bit cannot have two meanings"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::Once,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "frames-kept",
                variant: "FramesKept",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: None,
                summary: "An extension that depends on frame boundaries must not precede this one in the list.",
                citation: "RFC 7692 §5",
                evidence: &["RFC 7692 §5"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::NotAfter(&[
                extension::Transform::DeflateFrames,
                extension::Transform::DeflateEveryFrame,
            ]),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "compressed-once",
                variant: "CompressedOnce",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: None,
                summary: "The agreed extensions must not include another one that compresses.",
                citation: "inferred: compressed data does not become smaller when it is compressed again",
                evidence: &[
                    "inferred: compressed data does not become smaller when it is compressed again",
                ],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::CompressedOnce,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "bits-unshared",
                variant: "BitsUnshared",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: None,
                summary: "The agreed extensions must not include another one that uses the same reserved bit.",
                citation: "RFC 7692 §5",
                evidence: &["RFC 7692 §5"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::DistinctBits,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "payload-deflated",
                variant: "PayloadDeflated",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A compressed message must be DEFLATE data without the last four bytes of its flush.",
                citation: "RFC 7692 §7.2.2",
                evidence: &["RFC 7692 §7.2.2", "python-hyper/wsproto@c9536ed"],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Fail(1007),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Payload,
            demand: extension::Demand::Deflate,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "payload-complete",
                variant: "PayloadComplete",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A compressed message must end at a block boundary.",
                citation: "RFC 7692 §7.2.1",
                evidence: &[
                    "RFC 7692 §7.2.1",
                    "computed: zlib 1.2.13 inflates a message cut within a block without an error, but then fails on the next one",
                ],
                stated_in: "permessage-compress",
                outcome: info::Outcome::Fail(1007),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Payload,
            demand: extension::Demand::BlockBoundary,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "offer-parameters-known",
                variant: "OfferParametersKnown",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "An offer must not contain a parameter that the draft does not define for offers.",
                citation: "googlearchive/pywebsocket@6798770",
                evidence: &["googlearchive/pywebsocket@6798770"],
                stated_in: "permessage-deflate-s2c",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Offer,
            demand: extension::Demand::KnownParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-parameters-known",
                variant: "AnswerParametersKnown",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not contain a parameter that the draft does not define for answers.",
                citation: "googlearchive/pywebsocket@6798770",
                evidence: &["googlearchive/pywebsocket@6798770"],
                stated_in: "permessage-deflate-s2c",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::KnownParameters,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-offered",
                variant: "AnswerOffered",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not limit the client's window unless the offer says that the client supports it.",
                citation: "googlearchive/pywebsocket@1dfec42",
                evidence: &["googlearchive/pywebsocket@1dfec42"],
                stated_in: "permessage-deflate-s2c",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::OfferedParameters,
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of permessage-deflate-s2c.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// An offer must not contain a parameter more than once. (crossbario/autobahn-python@967d2049)
        OfferParametersOnce,
        /// A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value. (googlearchive/pywebsocket@3f8f84e)
        OfferValuesValid,
        /// An answer must not contain a parameter more than once. (crossbario/autobahn-python@967d2049)
        AnswerParametersOnce,
        /// A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value. (googlearchive/pywebsocket@3f8f84e)
        AnswerValuesValid,
        /// An answer must contain every parameter for the server's compression that the offer requested. (googlearchive/pywebsocket@d96a519)
        AnswerOwed,
        /// An answer must not state a larger server window than the offer requested. (googlearchive/pywebsocket@d96a519)
        AnswerWithinOffer,
        /// A server must not agree to the extension more than once. (RFC 7692 §5)
        ListedOnce,
        /// An extension that depends on frame boundaries must not precede this one in the list. (RFC 7692 §5)
        FramesKept,
        /// The agreed extensions must not include another one that compresses. (inferred: compressed data does not become smaller when it is compressed again)
        CompressedOnce,
        /// The agreed extensions must not include another one that uses the same reserved bit. (RFC 7692 §5)
        BitsUnshared,
        /// A compressed message must be DEFLATE data without the last four bytes of its flush. (RFC 7692 §7.2.2)
        PayloadDeflated,
        /// A compressed message must end at a block boundary. (RFC 7692 §7.2.1)
        PayloadComplete,
        /// An offer must not contain a parameter that the draft does not define for offers. (googlearchive/pywebsocket@6798770)
        OfferParametersKnown,
        /// An answer must not contain a parameter that the draft does not define for answers. (googlearchive/pywebsocket@6798770)
        AnswerParametersKnown,
        /// An answer must not limit the client's window unless the offer says that the client supports it. (googlearchive/pywebsocket@1dfec42)
        AnswerOffered,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 15] = [
            Self::OfferParametersOnce,
            Self::OfferValuesValid,
            Self::AnswerParametersOnce,
            Self::AnswerValuesValid,
            Self::AnswerOwed,
            Self::AnswerWithinOffer,
            Self::ListedOnce,
            Self::FramesKept,
            Self::CompressedOnce,
            Self::BitsUnshared,
            Self::PayloadDeflated,
            Self::PayloadComplete,
            Self::OfferParametersKnown,
            Self::AnswerParametersKnown,
            Self::AnswerOffered,
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

    /// An offer of permessage-deflate-s2c.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Offer {
        /// The server clears its window before each message.
        pub s2c_no_context_takeover: bool,
        /// The client clears its window before each message; in an offer, it says that it supports this.
        pub c2s_no_context_takeover: bool,
        /// The base-2 logarithm of the server's maximum window size.
        pub s2c_max_window_bits: Option<u32>,
        /// The base-2 logarithm of the client's maximum window size; in an offer, it says that the client supports the limit.
        pub c2s_max_window_bits: bool,
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
                s2c_no_context_takeover: terms.get("s2c_no_context_takeover").is_some(),
                c2s_no_context_takeover: terms.get("c2s_no_context_takeover").is_some(),
                s2c_max_window_bits: terms
                    .get("s2c_max_window_bits")
                    .and_then(extension::Setting::number),
                c2s_max_window_bits: terms.get("c2s_max_window_bits").is_some(),
            })
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            let mut element = extension::Element::new("permessage-deflate");
            if self.s2c_no_context_takeover {
                element = element.with("s2c_no_context_takeover", None);
            }
            if self.c2s_no_context_takeover {
                element = element.with("c2s_no_context_takeover", None);
            }
            if let Some(value) = self.s2c_max_window_bits {
                element = element.with("s2c_max_window_bits", Some(decimal(value)));
            }
            if self.c2s_max_window_bits {
                element = element.with("c2s_max_window_bits", None);
            }
            element
        }
    }

    /// An answer of permessage-deflate-s2c.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Answer {
        /// The server clears its window before each message.
        pub s2c_no_context_takeover: bool,
        /// The client clears its window before each message; in an offer, it says that it supports this.
        pub c2s_no_context_takeover: bool,
        /// The base-2 logarithm of the server's maximum window size.
        pub s2c_max_window_bits: Option<u32>,
        /// The base-2 logarithm of the client's maximum window size; in an offer, it says that the client supports the limit.
        pub c2s_max_window_bits: Option<u32>,
    }

    impl Answer {
        /// Reads an element of the header field.
        ///
        /// # Errors
        /// The first rule that the element violates.
        #[inline]
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            let terms = extension::read_answer(&INFO, element, None)?;
            Ok(Self {
                s2c_no_context_takeover: terms.get("s2c_no_context_takeover").is_some(),
                c2s_no_context_takeover: terms.get("c2s_no_context_takeover").is_some(),
                s2c_max_window_bits: terms
                    .get("s2c_max_window_bits")
                    .and_then(extension::Setting::number),
                c2s_max_window_bits: terms
                    .get("c2s_max_window_bits")
                    .and_then(extension::Setting::number),
            })
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            let mut element = extension::Element::new("permessage-deflate");
            if self.s2c_no_context_takeover {
                element = element.with("s2c_no_context_takeover", None);
            }
            if self.c2s_no_context_takeover {
                element = element.with("c2s_no_context_takeover", None);
            }
            if let Some(value) = self.s2c_max_window_bits {
                element = element.with("s2c_max_window_bits", Some(decimal(value)));
            }
            if let Some(value) = self.c2s_max_window_bits {
                element = element.with("c2s_max_window_bits", Some(decimal(value)));
            }
            element
        }
    }
}
