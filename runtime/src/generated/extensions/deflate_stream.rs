// Generated from deflate-stream in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    rules::Rule,
    tables::INFO,
    terms::{Answer, Offer},
};

mod tables {
    use wsdraft::{Role, extension, info};

    /// Information about deflate-stream.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "deflate-stream",
        summary: "DEFLATE compression of the whole byte stream after the opening handshake, including frame headers and control frames.",
        tokens: &["deflate-stream"],
        documents: &[],
        issued: None,
        drafts: &[
            "hybi-04", "hybi-05", "hybi-06", "hybi-07", "hybi-08", "hybi-09", "hybi-10",
        ],
        transform: extension::Transform::DeflateStream,
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
                summary: "An offer must not contain parameters.",
                citation: "googlearchive/pywebsocket@47f0873",
                evidence: &["googlearchive/pywebsocket@47f0873"],
                stated_in: "deflate-stream",
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
                summary: "An answer must not contain parameters.",
                citation: "googlearchive/pywebsocket@47f0873",
                evidence: &[
                    "googlearchive/pywebsocket@47f0873",
                    "inferred: the answer contains only the token",
                ],
                stated_in: "deflate-stream",
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
                citation: "inferred: a stream is compressed only once",
                evidence: &["inferred: a stream is compressed only once"],
                stated_in: "deflate-stream",
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
                stated_in: "deflate-stream",
                outcome: info::Outcome::Abort,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::List,
            demand: extension::Demand::CompressedOnce,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "stream-deflated",
                variant: "StreamDeflated",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "The stream must be DEFLATE data without a wrapper, with a window of at most 32 KiB.",
                citation: "warmcat/libwebsockets@26111bc4c",
                evidence: &[
                    "warmcat/libwebsockets@26111bc4c",
                    "warmcat/libwebsockets@66a36ff57",
                ],
                stated_in: "deflate-stream",
                outcome: info::Outcome::FailWithoutCode,
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Payload,
            demand: extension::Demand::Deflate,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "stream-goes-on",
                variant: "StreamGoesOn",
                level: info::Level::Must,
                scope: info::Scope::Message,
                by: None,
                summary: "A block that is marked as the last one must not end the connection; a new stream must start at the next byte.",
                citation: "googlearchive/pywebsocket@30990c9",
                evidence: &["googlearchive/pywebsocket@30990c9"],
                stated_in: "deflate-stream",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "the next bytes are read as a new stream, so a violation also violates the rule that the stream must be DEFLATE data",
                ),
            },
            part: extension::Part::Payload,
            demand: extension::Demand::Documented(
                "the next bytes are read as a new stream, so a violation also violates the rule that the stream must be DEFLATE data",
            ),
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of deflate-stream.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// An offer must not contain parameters. (googlearchive/pywebsocket@47f0873)
        OfferParametersKnown,
        /// An answer must not contain parameters. (googlearchive/pywebsocket@47f0873)
        AnswerParametersKnown,
        /// A server must not agree to the extension more than once. (inferred: a stream is compressed only once)
        ListedOnce,
        /// The agreed extensions must not include another one that compresses. (inferred: compressed data does not become smaller when it is compressed again)
        CompressedOnce,
        /// The stream must be DEFLATE data without a wrapper, with a window of at most 32 KiB. (warmcat/libwebsockets@26111bc4c)
        StreamDeflated,
        /// A block that is marked as the last one must not end the connection; a new stream must start at the next byte. (googlearchive/pywebsocket@30990c9)
        StreamGoesOn,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 6] = [
            Self::OfferParametersKnown,
            Self::AnswerParametersKnown,
            Self::ListedOnce,
            Self::CompressedOnce,
            Self::StreamDeflated,
            Self::StreamGoesOn,
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

    /// An offer of deflate-stream.
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
            extension::Element::new("deflate-stream")
        }
    }

    /// An answer of deflate-stream.
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
            extension::Element::new("deflate-stream")
        }
    }
}
