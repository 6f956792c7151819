// Generated from rfc9220 in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{rules::Rule, tables::INFO};

mod tables {
    use wsdraft::{Role, extension, info};

    /// Information about rfc9220.
    pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
        short: "rfc9220",
        summary: "Connections over an HTTP/3 stream.",
        tokens: &[],
        documents: &["rfc9220"],
        issued: Some(info::Date {
            year: 2022,
            month: 6,
            day: None,
        }),
        drafts: &[],
        transform: extension::Transform::Nothing,
        bits: &[],
        on: extension::Frames::First,
        opcodes: &[],
        control_opcodes: &[],
        method: None,
        bootstrap: Some(extension::BootstrapInfo {
            http: "3",
            setting: (8, "SETTINGS_ENABLE_CONNECT_PROTOCOL"),
            method: "CONNECT",
            protocol: "websocket",
            schemes: ("http", "https"),
            required: &[":method", ":protocol", ":scheme", ":path", ":authority"],
            forbidden: &["connection", "upgrade", "host"],
            unprocessed: &["sec-websocket-key", "sec-websocket-accept"],
            success: (200, 299),
            unknown_protocol: Some(501),
        }),
        multiplexing: None,
        parameters: &[],
        rules: &RULES,
    };

    pub(super) static RULES: [extension::ExtensionRule; 10] = [
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "connect-protocol-announced",
                variant: "ConnectProtocolAnnounced",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must not send the request before the server has announced the setting.",
                citation: "RFC 8441 §3",
                evidence: &["RFC 8441 §3"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "the settings of the HTTP connection show it, and libraries keep them to themselves",
                ),
            },
            part: extension::Part::Request,
            demand: extension::Demand::Documented(
                "the settings of the HTTP connection show it, and libraries keep them to themselves",
            ),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "setting-stays",
                variant: "SettingStays",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Server),
                summary: "A server must set the setting to 0 or 1 and must not change it back to 0.",
                citation: "RFC 8441 §3",
                evidence: &["RFC 8441 §3"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "the settings of the HTTP connection show it, and libraries keep them to themselves",
                ),
            },
            part: extension::Part::Request,
            demand: extension::Demand::Documented(
                "the settings of the HTTP connection show it, and libraries keep them to themselves",
            ),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "pseudo-fields-present",
                variant: "PseudoFieldsPresent",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must state the scheme, the path and the authority in its request.",
                citation: "RFC 8441 §4",
                evidence: &["RFC 8441 §4", "RFC 8441 §5"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::RequiredFields,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "scheme-http",
                variant: "SchemeHttp",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must state the scheme https for a wss URL and http for a ws URL.",
                citation: "RFC 8441 §5",
                evidence: &["RFC 8441 §5"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::Scheme,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "path-absolute",
                variant: "PathAbsolute",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must send a path that starts with a slash.",
                citation: "RFC 8441 §5",
                evidence: &["RFC 8441 §5", "RFC 6455 §3"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::Path,
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "connection-absent",
                variant: "ConnectionAbsent",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must not send the field Connection.",
                citation: "RFC 8441 §5",
                evidence: &["RFC 8441 §5"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::FieldAbsent("connection"),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "upgrade-absent",
                variant: "UpgradeAbsent",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must not send the field Upgrade.",
                citation: "RFC 8441 §5",
                evidence: &["RFC 8441 §5"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::FieldAbsent("upgrade"),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "host-absent",
                variant: "HostAbsent",
                level: info::Level::Should,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client should not send the field Host; :authority carries the host.",
                citation: "RFC 8441 §5",
                evidence: &[
                    "RFC 8441 §5",
                    "inferred: the section says that Host is not part of HTTP/2, and forbids only Connection and Upgrade",
                ],
                stated_in: "rfc8441",
                outcome: info::Outcome::Reject(400),
                visibility: info::Visibility::Input,
            },
            part: extension::Part::Request,
            demand: extension::Demand::FieldAbsent("host"),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "frames-stay-masked",
                variant: "FramesStayMasked",
                level: info::Level::Must,
                scope: info::Scope::Request,
                by: Some(Role::Client),
                summary: "A client must mask its frames as it does over TCP.",
                citation: "RFC 8441 §5",
                evidence: &["RFC 8441 §5"],
                stated_in: "rfc8441",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "the draft's own rule about masking covers it",
                ),
            },
            part: extension::Part::Request,
            demand: extension::Demand::Documented("the draft's own rule about masking covers it"),
        },
        extension::ExtensionRule {
            info: info::RuleInfo {
                id: "unknown-protocol-answered",
                variant: "UnknownProtocolAnswered",
                level: info::Level::Should,
                scope: info::Scope::Request,
                by: Some(Role::Server),
                summary: "A server should respond to an unknown protocol with status code 501.",
                citation: "RFC 9220 §3",
                evidence: &["RFC 9220 §3"],
                stated_in: "rfc9220",
                outcome: info::Outcome::Nothing,
                visibility: info::Visibility::Hidden(
                    "a request for an unknown protocol is no request of this one, so nothing judges its response",
                ),
            },
            part: extension::Part::Request,
            demand: extension::Demand::Documented(
                "a request for an unknown protocol is no request of this one, so nothing judges its response",
            ),
        },
    ];
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Violation, info::RuleInfo};

    use super::tables::RULES;

    /// The rules of rfc9220.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// A client must not send the request before the server has announced the setting. (RFC 8441 §3)
        ConnectProtocolAnnounced,
        /// A server must set the setting to 0 or 1 and must not change it back to 0. (RFC 8441 §3)
        SettingStays,
        /// A client must state the scheme, the path and the authority in its request. (RFC 8441 §4)
        PseudoFieldsPresent,
        /// A client must state the scheme https for a wss URL and http for a ws URL. (RFC 8441 §5)
        SchemeHttp,
        /// A client must send a path that starts with a slash. (RFC 8441 §5)
        PathAbsolute,
        /// A client must not send the field Connection. (RFC 8441 §5)
        ConnectionAbsent,
        /// A client must not send the field Upgrade. (RFC 8441 §5)
        UpgradeAbsent,
        /// A client should not send the field Host; :authority carries the host. (RFC 8441 §5)
        HostAbsent,
        /// A client must mask its frames as it does over TCP. (RFC 8441 §5)
        FramesStayMasked,
        /// A server should respond to an unknown protocol with status code 501. (RFC 9220 §3)
        UnknownProtocolAnswered,
    }

    impl Rule {
        /// Every rule, in the order in which the rules are checked.
        pub const ALL: [Self; 10] = [
            Self::ConnectProtocolAnnounced,
            Self::SettingStays,
            Self::PseudoFieldsPresent,
            Self::SchemeHttp,
            Self::PathAbsolute,
            Self::ConnectionAbsent,
            Self::UpgradeAbsent,
            Self::HostAbsent,
            Self::FramesStayMasked,
            Self::UnknownProtocolAnswered,
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
