// Generated from deflate-application-data in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{Role, extension, info};

    /// Information about deflate-application-data.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "deflate-application-data",
        summary: "DEFLATE compression of the payload of every data frame; no bit marks compressed frames.",
        tokens: &["deflate-application-data", "x-deflate-application-data"],
        documents: &["perframe-deflate-00", "perframe-deflate-01"],
        issued: Some(info::Date {
            year: 2011,
            month: 7,
            day: Some(7),
        }),
        drafts: &[],
        transform: extension::Transform::DeflateEveryFrame,
        bits: &[],
        on: extension::Frames::First,
        opcodes: &[],
        control_opcodes: &[],
        method: None,
        bootstrap: None,
        multiplexing: None,
        parameters: &[],
        rules: &RULES,
    };

    pub(super) static RULES: [extension::ExtensionRule; 6] = [
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "offer-parameters-known",
                variant: "OfferParametersKnown",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "An offer must not contain a parameter that the draft does not define.",
                citation: "googlearchive/pywebsocket@3fb535b",
                evidence: &["googlearchive/pywebsocket@3fb535b"],
                stated_in: "deflate-application-data",
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
                summary: "An answer must not contain a parameter that the draft does not define.",
                citation: "googlearchive/pywebsocket@3fb535b",
                evidence: &[
                    "googlearchive/pywebsocket@3fb535b",
                    "inferred: the answer contains only the token",
                ],
                stated_in: "deflate-application-data",
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
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of deflate-application-data.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// An offer must not contain a parameter that the draft does not define. (googlearchive/pywebsocket@3fb535b)
        OfferParametersKnown,
        /// An answer must not contain a parameter that the draft does not define. (googlearchive/pywebsocket@3fb535b)
        AnswerParametersKnown,
        /// A server must not agree to the extension more than once. (inferred: a frame is compressed only once)
        ListedOnce,
        /// The agreed extensions must not include another one that compresses. (inferred: compressed data does not become smaller when it is compressed again)
        CompressedOnce,
        /// A compressed payload must be DEFLATE data without the last four bytes of its flush. (googlearchive/pywebsocket@3fb535b)
        PayloadDeflated,
        /// A compressed payload must end at a block boundary. (inferred: the following data could not be read otherwise)
        PayloadComplete,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 6] = [
            Self::OfferParametersKnown,
            Self::AnswerParametersKnown,
            Self::ListedOnce,
            Self::CompressedOnce,
            Self::PayloadDeflated,
            Self::PayloadComplete,
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
    use wsdraft::extension;

    use super::INFO;

    /// An offer of deflate-application-data.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Offer {}

    impl Offer {
        /// Reads an element of the header field.
        ///
        /// # Errors
        /// The first rule that the element violates.
        #[inline]
        pub fn read(element: &extension::Element) -> Result<Self, extension::Fault> {
            extension::read_offer(&INFO, element)?;
            Ok(Self {})
        }

        /// Returns the element with this content.
        #[inline]
        #[must_use]
        pub fn element(&self) -> extension::Element {
            extension::Element::new("deflate-application-data")
        }
    }

    /// An answer of deflate-application-data.
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
            extension::Element::new("deflate-application-data")
        }
    }
}
