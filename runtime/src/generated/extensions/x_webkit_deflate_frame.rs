// Generated from x-webkit-deflate-frame in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{Role, extension, info};

    /// Information about x-webkit-deflate-frame.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "x-webkit-deflate-frame",
        summary: "deflate-frame as WebKit implemented it before the draft was finished.",
        tokens: &["x-webkit-deflate-frame"],
        documents: &[],
        issued: None,
        drafts: &[],
        transform: extension::Transform::DeflateFrames,
        bits: &["RSV1"],
        on: extension::Frames::Data,
        opcodes: &[],
        control_opcodes: &[],
        method: None,
        bootstrap: None,
        multiplexing: None,
        parameters: &[
            extension::ParameterInfo {
                name: "no_context_takeover",
                offer: Some(extension::Value::Flag),
                answer: Some(extension::Value::Flag),
                needs_offer: false,
                owed: false,
                at_most_offered: false,
                effect: extension::Effect::NoContextTakeover(extension::Sender::Receiver),
                summary: "The peer's compressor clears its window before each frame.",
            },
            extension::ParameterInfo {
                name: "max_window_bits",
                offer: Some(extension::Value::Number(8, 15)),
                answer: Some(extension::Value::Number(8, 15)),
                needs_offer: false,
                owed: false,
                at_most_offered: false,
                effect: extension::Effect::WindowBits(extension::Sender::Receiver),
                summary: "The base-2 logarithm of the maximum window size of the peer's compressor.",
            },
        ],
        rules: &RULES,
    };

    pub(super) static RULES: [extension::ExtensionRule; 10] = [
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "listed-once",
                variant: "ListedOnce",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "A server must not agree to the extension more than once.",
                citation: "inferred: a frame is compressed only once",
                evidence: &["inferred: a frame is compressed only once"],
                stated_in: "deflate-application-data",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::Once,
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
                stated_in: "deflate-application-data",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::CompressedOnce,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "payload-deflated",
                variant: "PayloadDeflated",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A compressed payload must be DEFLATE data without the last four bytes of its flush.",
                citation: "googlearchive/pywebsocket@3fb535b",
                evidence: &["googlearchive/pywebsocket@3fb535b"],
                stated_in: "deflate-application-data",
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
                summary: "A compressed payload must end at a block boundary.",
                citation: "inferred: the following data could not be read otherwise",
                evidence: &["inferred: the following data could not be read otherwise"],
                stated_in: "deflate-application-data",
                outcome: info::Outcome::Fail(1007),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Payload,
            demand: extension::Demand::BlockBoundary,
        },
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
                stated_in: "deflate-frame-window-bits",
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
                stated_in: "deflate-frame-window-bits",
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
                citation: "inferred: two values cannot both apply",
                evidence: &["inferred: two values cannot both apply"],
                stated_in: "deflate-frame-window-bits",
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
                stated_in: "deflate-frame-window-bits",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::ValidValues,
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
                stated_in: "deflate-frame-window-bits",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::DistinctBits,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "answer-parameters-known",
                variant: "AnswerParametersKnown",
                level: info::Level::Must,
                scope: info::Scope::Response,
                by: Some(Role::Server),
                summary: "An answer must not contain parameters other than max_window_bits and no_context_takeover.",
                citation: "WebKit/WebKit, WebSocketDeflateFramer.cpp",
                evidence: &["WebKit/WebKit, WebSocketDeflateFramer.cpp"],
                stated_in: "x-webkit-deflate-frame",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Answer,
            demand: extension::Demand::KnownParameters,
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of x-webkit-deflate-frame.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// A server must not agree to the extension more than once. (inferred: a frame is compressed only once)
        ListedOnce,
        /// The agreed extensions must not include another one that compresses. (inferred: compressed data does not become smaller when it is compressed again)
        CompressedOnce,
        /// A compressed payload must be DEFLATE data without the last four bytes of its flush. (googlearchive/pywebsocket@3fb535b)
        PayloadDeflated,
        /// A compressed payload must end at a block boundary. (inferred: the following data could not be read otherwise)
        PayloadComplete,
        /// An offer must not contain a parameter more than once. (inferred: two values cannot both apply)
        OfferParametersOnce,
        /// A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value. (googlearchive/pywebsocket@3f8f84e)
        OfferValuesValid,
        /// An answer must not contain a parameter more than once. (inferred: two values cannot both apply)
        AnswerParametersOnce,
        /// A window must have 8 to 15 bits, written without leading zeros, and a flag must not have a value. (googlearchive/pywebsocket@3f8f84e)
        AnswerValuesValid,
        /// The agreed extensions must not include another one that uses the same reserved bit. (RFC 7692 §5)
        BitsUnshared,
        /// An answer must not contain parameters other than max_window_bits and no_context_takeover. (WebKit/WebKit, WebSocketDeflateFramer.cpp)
        AnswerParametersKnown,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 10] = [
            Self::ListedOnce,
            Self::CompressedOnce,
            Self::PayloadDeflated,
            Self::PayloadComplete,
            Self::OfferParametersOnce,
            Self::OfferValuesValid,
            Self::AnswerParametersOnce,
            Self::AnswerValuesValid,
            Self::BitsUnshared,
            Self::AnswerParametersKnown,
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

    /// An offer of x-webkit-deflate-frame.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Offer {
        /// The peer's compressor clears its window before each frame.
        pub no_context_takeover: bool,
        /// The base-2 logarithm of the maximum window size of the peer's compressor.
        pub max_window_bits: Option<u32>,
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
                no_context_takeover: terms.get("no_context_takeover").is_some(),
                max_window_bits: terms
                    .get("max_window_bits")
                    .and_then(extension::Setting::number),
            })
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            let mut element = extension::Element::new("x-webkit-deflate-frame");
            if self.no_context_takeover {
                element = element.with("no_context_takeover", None);
            }
            if let Some(value) = self.max_window_bits {
                element = element.with("max_window_bits", Some(decimal(value)));
            }
            element
        }
    }

    /// An answer of x-webkit-deflate-frame.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Answer {
        /// The peer's compressor clears its window before each frame.
        pub no_context_takeover: bool,
        /// The base-2 logarithm of the maximum window size of the peer's compressor.
        pub max_window_bits: Option<u32>,
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
                no_context_takeover: terms.get("no_context_takeover").is_some(),
                max_window_bits: terms
                    .get("max_window_bits")
                    .and_then(extension::Setting::number),
            })
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            let mut element = extension::Element::new("x-webkit-deflate-frame");
            if self.no_context_takeover {
                element = element.with("no_context_takeover", None);
            }
            if let Some(value) = self.max_window_bits {
                element = element.with("max_window_bits", Some(decimal(value)));
            }
            element
        }
    }
}
