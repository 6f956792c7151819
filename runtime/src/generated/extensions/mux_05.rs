// Generated from mux-05 in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{Role, extension, info};

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
        multiplexing: None,
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

    pub(super) static RULES: [extension::ExtensionRule; 6] = [
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
                    "googlearchive/pywebsocket@HEAD",
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
                    "googlearchive/pywebsocket@HEAD",
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
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 6] = [
            Self::OfferParametersOnce,
            Self::OfferValuesValid,
            Self::AnswerParametersKnown,
            Self::ListedOnce,
            Self::ChannelsKeepFrames,
            Self::ConnectionKeepsNoHistory,
        ];

        /// Information about the rule.
        #[must_use]
        pub fn info(self) -> &'static RuleInfo {
            &RULES[self as usize].info
        }

        /// The violated rule; `None` if it is not a rule of this extension.
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
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            let terms = extension::read_offer(&INFO, element)?;
            Ok(Self {
                quota: terms.get("quota").and_then(extension::Setting::number),
            })
        }

        /// Returns the element with this content.
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
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            extension::read_answer(&INFO, element, None)?;
            Ok(Self {})
        }

        /// Returns the element with this content.
        #[must_use]
        pub fn element(&self) -> extension::Element {
            extension::Element::new("mux")
        }
    }
}
