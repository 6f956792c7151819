// Generated from hybi-04 in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    draft::Draft,
    rules::Rule,
    tables::{INFO, RULES},
};

mod draft {
    use wsdraft::{
        Flow, Report, Role,
        frame::{Context, Decode, Encoded, FrameHeader, Outgoing, Session},
        handshake::{Answer, Opening, Request, Response},
        info::DraftInfo,
        support::Vec,
    };

    use super::{INFO, frame, layout, request, response};

    /// The draft hybi-04 (draft-ietf-hybi-thewebsocketprotocol-04, issued 2011-01-11, version 4 on the wire).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Draft;

    impl wsdraft::Draft for Draft {
        #[inline]
        fn info(&self) -> &'static DraftInfo {
            &INFO
        }

        #[inline]
        fn decode(&self, bytes: &[u8], from: Role, session: &Session) -> Decode {
            layout::decode(bytes, from, session)
        }

        #[inline]
        fn check_frame(
            &self,
            header: &FrameHeader,
            context: &Context,
            report: &mut dyn Report,
        ) -> Flow {
            frame::check(header, context, report)
        }

        #[inline]
        fn check_close(
            &self,
            body: &[u8],
            from: Role,
            offset: u64,
            report: &mut dyn Report,
        ) -> Flow {
            frame::check_close(body, from, offset, report)
        }

        #[inline]
        fn encode(
            &self,
            frame: &Outgoing,
            from: Role,
            nonce: [u8; 4],
            session: &Session,
        ) -> Option<Encoded> {
            layout::encode(frame, from, nonce, session)
        }

        #[inline]
        fn check_request(&self, request: &Request<'_>, report: &mut dyn Report) -> Flow {
            request::check(request, report)
        }

        #[inline]
        fn write_response(&self, request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
            response::write(request, answer, out);
        }

        #[inline]
        fn write_response_body(&self, request: &Request<'_>, out: &mut Vec<u8>) {
            response::write_body(request, out);
        }

        #[inline]
        fn write_request(&self, opening: &Opening<'_>, out: &mut Vec<u8>) {
            request::write(opening, out);
        }

        #[inline]
        fn check_response(
            &self,
            request: &Request<'_>,
            response: &Response<'_>,
            report: &mut dyn Report,
        ) -> Flow {
            response::check(request, response, report)
        }

        #[inline]
        fn session(&self, request: &Request<'_>, response: &Response<'_>) -> Session {
            response::session(request, response)
        }
    }
}

#[allow(dead_code)]
mod rules {
    use wsdraft::{Role, Seen, Violation, info::RuleInfo};

    use super::{INFO, RULES};

    /// The rules of hybi-04 that an endpoint can violate. Each value is the index in [`RULES`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        // The opening request.
        /// The request must state a version that the server supports.
        ///
        /// `version-supported`, MUST; pywebsocket note, HyBi 04.
        VersionSupported = 0,
        /// The request method must be GET.
        ///
        /// `request-method`, MUST; googlearchive/pywebsocket@442fcbc; WebSocket::Version, Hixie 75.
        RequestMethod = 1,
        /// The HTTP version of the request must be at least 1.1.
        ///
        /// `request-http-version`, MUST; googlearchive/pywebsocket@442fcbc.
        RequestHttpVersion = 2,
        /// The request target must be a path.
        ///
        /// `request-target`, MUST; googlearchive/pywebsocket@442fcbc.
        RequestTarget = 3,
        /// The request must contain a Host header field.
        ///
        /// `host-present`, MUST; googlearchive/pywebsocket@442fcbc.
        HostPresent = 4,
        /// The Host field value must be a host with an optional port.
        ///
        /// `host-valid`, MUST; inferred: the server builds the connection's URL from it.
        HostValid = 5,
        /// The request must contain an Upgrade header field.
        ///
        /// `upgrade-present`, MUST; googlearchive/pywebsocket@442fcbc.
        UpgradePresent = 6,
        /// The request must not contain more than one Upgrade header field.
        ///
        /// `upgrade-once`, MUST; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        UpgradeOnce = 7,
        /// The Upgrade field value must be websocket (case-insensitive).
        ///
        /// `upgrade-valid`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        UpgradeValid = 8,
        /// The request must contain a Connection header field.
        ///
        /// `connection-present`, MUST; googlearchive/pywebsocket@442fcbc.
        ConnectionPresent = 9,
        /// The request must not contain more than one Connection header field.
        ///
        /// `connection-once`, MUST; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ConnectionOnce = 10,
        /// The Connection field value must be Upgrade (case-insensitive).
        ///
        /// `connection-valid`, MUST; googlearchive/pywebsocket@8fe9152.
        ConnectionValid = 11,
        /// The request must state its origin.
        ///
        /// `origin-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 06.
        OriginPresent = 12,
        /// The request's subprotocols must be tokens separated by commas.
        ///
        /// `subprotocol-valid`, MUST; pywebsocket note, HyBi 04; googlearchive/pywebsocket@e6bac28.
        SubprotocolValid = 13,
        /// The request must state its protocol version.
        ///
        /// `version-present`, MUST; pywebsocket note, HyBi 04.
        VersionPresent = 31,
        /// The request must contain a Sec-WebSocket-Key header field.
        ///
        /// `key-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        KeyPresent = 34,
        /// The Sec-WebSocket-Key field value must be 16 base64-encoded bytes.
        ///
        /// `key-valid`, MUST; googlearchive/pywebsocket@653e4dc.
        KeyValid = 35,
        // The response.
        /// A response that accepts the request must have status code 101.
        ///
        /// `response-status`, MUST; googlearchive/pywebsocket@653e4dc; WebSocket::Version, Hixie 75.
        ResponseStatus = 14,
        /// The response must contain an Upgrade header field.
        ///
        /// `response-upgrade-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseUpgradePresent = 15,
        /// The Upgrade field value must be websocket (case-insensitive).
        ///
        /// `response-upgrade-valid`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        ResponseUpgradeValid = 16,
        /// The response must contain a Connection header field.
        ///
        /// `response-connection-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseConnectionPresent = 17,
        /// The Connection field value must be Upgrade (case-insensitive).
        ///
        /// `response-connection-valid`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseConnectionValid = 18,
        /// The response must not contain more than one Upgrade header field.
        ///
        /// `response-upgrade-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseUpgradeOnce = 21,
        /// The response must not contain more than one Connection header field.
        ///
        /// `response-connection-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseConnectionOnce = 22,
        /// The response must contain a Sec-WebSocket-Accept header field.
        ///
        /// `accept-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        AcceptPresent = 36,
        /// The Sec-WebSocket-Accept field value must be the hash of the key and the protocol's GUID.
        ///
        /// `accept-matches`, MUST; googlearchive/pywebsocket@653e4dc; igrigorik/em-websocket.
        AcceptMatches = 37,
        /// The response must contain a Sec-WebSocket-Nonce header field.
        ///
        /// `nonce-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04; warmcat/libwebsockets@4eaa86b29.
        NoncePresent = 38,
        /// The Sec-WebSocket-Nonce field value must be 16 base64-encoded bytes.
        ///
        /// `nonce-valid`, MUST; WebSocket::Version, HyBi 04; googlearchive/pywebsocket@653e4dc.
        NonceValid = 39,
        /// A server must not agree to an extension that the client did not offer.
        ///
        /// `extensions-offered`, MUST; googlearchive/pywebsocket@653e4dc.
        ExtensionsOffered = 40,
        // Frames.
        /// A sender must set reserved bits to zero unless an extension uses them.
        ///
        /// `reserved-bits-clear`, MUST; googlearchive/pywebsocket@fbdb680.
        ReservedBitsClear = 25,
        /// The most significant bit of an eight-byte payload length must be zero.
        ///
        /// `length-fits`, MUST; googlearchive/pywebsocket@fbdb680.
        LengthFits = 26,
        /// A control frame must not be fragmented.
        ///
        /// `control-frame-final`, MUST; googlearchive/pywebsocket@fbdb680.
        ControlFrameFinal = 27,
        /// A continuation frame must follow a fragment of an unfinished message.
        ///
        /// `continuation-of-nothing`, MUST; googlearchive/pywebsocket@a4855b4.
        ContinuationOfNothing = 28,
        /// A sender must finish a message before it starts another.
        ///
        /// `message-interrupted`, MUST; googlearchive/pywebsocket@a4855b4.
        MessageInterrupted = 29,
        /// The payload of a control frame must not exceed 125 bytes.
        ///
        /// `control-frame-length`, MUST; warmcat/libwebsockets@38e57bbd7.
        ControlFrameLength = 41,
        // Messages.
        /// The payload of a text message must be valid UTF-8; a receiver replaces invalid bytes.
        ///
        /// `text-utf8`, MUST; googlearchive/pywebsocket@a5ada60.
        TextUtf8 = 19,
        // The conversation.
        /// An endpoint that receives a close frame must respond with one, unless it has already sent one.
        ///
        /// `close-answered`, MUST; pywebsocket note, Hixie 76 (HyBi 00); googlearchive/pywebsocket@a5ada60.
        CloseAnswered = 24,
        /// An endpoint must respond to a ping with a pong that has the same payload, unless it has received a close frame.
        ///
        /// `ping-answered`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        PingAnswered = 30,
        /// A close frame that responds to another one must have the same body.
        ///
        /// `close-body-matches`, MUST; pywebsocket note, HyBi 03; igrigorik/em-websocket.
        CloseBodyMatches = 33,
        /// A client must mask each frame with fresh bytes from a strong source of entropy.
        ///
        /// `mask-is-random`, MUST; pywebsocket note, HyBi 05.
        MaskIsRandom = 42,
    }

    impl Rule {
        /// All of them, in the order above.
        pub const ALL: [Self; 40] = [
            Self::VersionSupported,
            Self::RequestMethod,
            Self::RequestHttpVersion,
            Self::RequestTarget,
            Self::HostPresent,
            Self::HostValid,
            Self::UpgradePresent,
            Self::UpgradeOnce,
            Self::UpgradeValid,
            Self::ConnectionPresent,
            Self::ConnectionOnce,
            Self::ConnectionValid,
            Self::OriginPresent,
            Self::SubprotocolValid,
            Self::VersionPresent,
            Self::KeyPresent,
            Self::KeyValid,
            Self::ResponseStatus,
            Self::ResponseUpgradePresent,
            Self::ResponseUpgradeValid,
            Self::ResponseConnectionPresent,
            Self::ResponseConnectionValid,
            Self::ResponseUpgradeOnce,
            Self::ResponseConnectionOnce,
            Self::AcceptPresent,
            Self::AcceptMatches,
            Self::NoncePresent,
            Self::NonceValid,
            Self::ExtensionsOffered,
            Self::ReservedBitsClear,
            Self::LengthFits,
            Self::ControlFrameFinal,
            Self::ContinuationOfNothing,
            Self::MessageInterrupted,
            Self::ControlFrameLength,
            Self::TextUtf8,
            Self::CloseAnswered,
            Self::PingAnswered,
            Self::CloseBodyMatches,
            Self::MaskIsRandom,
        ];

        /// Information about the rule.
        #[inline]
        #[must_use]
        pub fn info(self) -> &'static RuleInfo {
            &RULES[self as usize]
        }

        /// The violated rule; `None` if it is not a rule of this draft.
        #[inline]
        #[must_use]
        pub fn of(violation: &Violation) -> Option<Self> {
            let mut rules = Self::ALL.into_iter();
            rules.find(|rule| core::ptr::eq(rule.info(), violation.rule))
        }

        /// Creates a violation of the rule.
        #[cold]
        pub(super) fn broken(self, by: Role, offset: u64, seen: Seen) -> Violation {
            Violation {
                rule: self.info(),
                draft: &INFO,
                by,
                offset,
                seen,
            }
        }
    }
}

mod tables {
    use wsdraft::{Role, info};

    use super::Rule;

    /// Information about the draft.
    pub static INFO: info::DraftInfo = info::DraftInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-04",
        short: "hybi-04",
        aliases: &[],
        series: "hybi",
        revision: Some(4),
        serial: Some(4),
        wire_version: Some(4),
        rules: &RULES,
        opcodes: &[
            info::OpcodeInfo {
                value: 0x00,
                kind: info::Kind::Continuation,
                name: "continuation",
            },
            info::OpcodeInfo {
                value: 0x01,
                kind: info::Kind::Close,
                name: "close",
            },
            info::OpcodeInfo {
                value: 0x02,
                kind: info::Kind::Ping,
                name: "ping",
            },
            info::OpcodeInfo {
                value: 0x03,
                kind: info::Kind::Pong,
                name: "pong",
            },
            info::OpcodeInfo {
                value: 0x04,
                kind: info::Kind::Text,
                name: "text",
            },
            info::OpcodeInfo {
                value: 0x05,
                kind: info::Kind::Binary,
                name: "binary",
            },
        ],
        opcode_bits: 4,
        close_codes: &[],
        local_codes: info::LocalCodes {
            normal: None,
            going_away: None,
            too_big: None,
            no_status: None,
            abnormal: None,
            internal: None,
            policy: None,
            overloaded: None,
            unsupported: None,
            bad_gateway: None,
        },
        closing: Some(info::Closing {
            body: info::CloseBody::Opaque,
            reply: info::CloseReply::Echo,
        }),
        text_rule: Some(&RULES[Rule::TextUtf8 as usize]),
        reserved_bits: &["RSV1", "RSV2", "RSV3", "RSV4"],
        fragments: true,
        request_headers: &[
            info::HeaderInfo {
                name: "Upgrade",
                purpose: info::Purpose::Upgrade,
                separator: info::Separator::None,
                quoted: false,
                text: Some("websocket"),
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Connection",
                purpose: info::Purpose::Connection,
                separator: info::Separator::None,
                quoted: false,
                text: Some("Upgrade"),
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Host",
                purpose: info::Purpose::Host,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Key",
                purpose: info::Purpose::Key,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Origin",
                purpose: info::Purpose::Origin,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Version",
                purpose: info::Purpose::Version,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[4],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Protocol",
                purpose: info::Purpose::Subprotocol,
                separator: info::Separator::Comma,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Extensions",
                purpose: info::Purpose::Extensions,
                separator: info::Separator::Comma,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Cookie",
                purpose: info::Purpose::Cookie,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
        ],
        accepting_status: Some(101),
        response_headers: &[
            info::HeaderInfo {
                name: "Upgrade",
                purpose: info::Purpose::Upgrade,
                separator: info::Separator::None,
                quoted: false,
                text: Some("websocket"),
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Connection",
                purpose: info::Purpose::Connection,
                separator: info::Separator::None,
                quoted: false,
                text: Some("Upgrade"),
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Accept",
                purpose: info::Purpose::Accept,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: true,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Nonce",
                purpose: info::Purpose::Nonce,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Protocol",
                purpose: info::Purpose::Subprotocol,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Extensions",
                purpose: info::Purpose::Extensions,
                separator: info::Separator::Comma,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
        ],
        request_body: 0,
        response_body: 0,
        bootstraps: &[],
        signs: &[info::SignInfo {
            header: "Sec-WebSocket-Version",
            test: info::SignTest::OneOf(&["4"]),
            hint: false,
        }],
        derives_key: true,
        undetectable: false,
    };

    /// Information about each rule, in the order in which the rules are checked.
    pub static RULES: [info::RuleInfo; 43] = [
        info::RuleInfo {
            id: "version-supported",
            variant: "VersionSupported",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state a version that the server supports.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-method",
            variant: "RequestMethod",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request method must be GET.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &[
                "googlearchive/pywebsocket@442fcbc",
                "WebSocket::Version, Hixie 75",
            ],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-http-version",
            variant: "RequestHttpVersion",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The HTTP version of the request must be at least 1.1.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-target",
            variant: "RequestTarget",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request target must be a path.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "host-present",
            variant: "HostPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Host header field.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "host-valid",
            variant: "HostValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Host field value must be a host with an optional port.",
            citation: "inferred: the server builds the connection's URL from it",
            evidence: &["inferred: the server builds the connection's URL from it"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-present",
            variant: "UpgradePresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain an Upgrade header field.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-once",
            variant: "UpgradeOnce",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must not contain more than one Upgrade header field.",
            citation: "RFC 2616 §4.2",
            evidence: &[
                "RFC 2616 §4.2",
                "inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list",
            ],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-valid",
            variant: "UpgradeValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Upgrade field value must be websocket (case-insensitive).",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04", "WebSocket::Version, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "connection-present",
            variant: "ConnectionPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Connection header field.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "connection-once",
            variant: "ConnectionOnce",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must not contain more than one Connection header field.",
            citation: "RFC 2616 §4.2",
            evidence: &[
                "RFC 2616 §4.2",
                "inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list",
            ],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "connection-valid",
            variant: "ConnectionValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Connection field value must be Upgrade (case-insensitive).",
            citation: "googlearchive/pywebsocket@8fe9152",
            evidence: &["googlearchive/pywebsocket@8fe9152"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "origin-present",
            variant: "OriginPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state its origin.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04", "WebSocket::Version, HyBi 06"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "subprotocol-valid",
            variant: "SubprotocolValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request's subprotocols must be tokens separated by commas.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &[
                "pywebsocket note, HyBi 04",
                "googlearchive/pywebsocket@e6bac28",
            ],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-status",
            variant: "ResponseStatus",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "A response that accepts the request must have status code 101.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &[
                "googlearchive/pywebsocket@653e4dc",
                "WebSocket::Version, Hixie 75",
            ],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-upgrade-present",
            variant: "ResponseUpgradePresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must contain an Upgrade header field.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &["googlearchive/pywebsocket@653e4dc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-upgrade-valid",
            variant: "ResponseUpgradeValid",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The Upgrade field value must be websocket (case-insensitive).",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04", "WebSocket::Version, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-connection-present",
            variant: "ResponseConnectionPresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must contain a Connection header field.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &["googlearchive/pywebsocket@653e4dc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-connection-valid",
            variant: "ResponseConnectionValid",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The Connection field value must be Upgrade (case-insensitive).",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "text-utf8",
            variant: "TextUtf8",
            level: info::Level::Must,
            scope: info::Scope::Message,
            by: None,
            summary: "The payload of a text message must be valid UTF-8; a receiver replaces invalid bytes.",
            citation: "googlearchive/pywebsocket@a5ada60",
            evidence: &["googlearchive/pywebsocket@a5ada60"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Replace,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "host-port",
            variant: "HostPort",
            level: info::Level::Should,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client should omit the scheme's default port from Host and include any other port.",
            citation: "googlearchive/pywebsocket@442fcbc",
            evidence: &["googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "a request shows neither its scheme nor the port to which it was sent",
            ),
        },
        info::RuleInfo {
            id: "response-upgrade-once",
            variant: "ResponseUpgradeOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Upgrade header field.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &[
                "googlearchive/pywebsocket@fbdb680",
                "RFC 2616 §4.2",
                "inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list",
            ],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-connection-once",
            variant: "ResponseConnectionOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Connection header field.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &[
                "googlearchive/pywebsocket@fbdb680",
                "RFC 2616 §4.2",
                "inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list",
            ],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "fields-shuffled",
            variant: "FieldsShuffled",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client may send its header fields in any order.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "close-answered",
            variant: "CloseAnswered",
            level: info::Level::Must,
            scope: info::Scope::Conversation,
            by: None,
            summary: "An endpoint that receives a close frame must respond with one, unless it has already sent one.",
            citation: "pywebsocket note, Hixie 76 (HyBi 00)",
            evidence: &[
                "pywebsocket note, Hixie 76 (HyBi 00)",
                "googlearchive/pywebsocket@a5ada60",
            ],
            stated_in: "hixie-76",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::CloseAnswered),
        },
        info::RuleInfo {
            id: "reserved-bits-clear",
            variant: "ReservedBitsClear",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A sender must set reserved bits to zero unless an extension uses them.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hybi-01",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "length-fits",
            variant: "LengthFits",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "The most significant bit of an eight-byte payload length must be zero.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hybi-01",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "control-frame-final",
            variant: "ControlFrameFinal",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A control frame must not be fragmented.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hybi-01",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "continuation-of-nothing",
            variant: "ContinuationOfNothing",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A continuation frame must follow a fragment of an unfinished message.",
            citation: "googlearchive/pywebsocket@a4855b4",
            evidence: &["googlearchive/pywebsocket@a4855b4"],
            stated_in: "hybi-01",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "message-interrupted",
            variant: "MessageInterrupted",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A sender must finish a message before it starts another.",
            citation: "googlearchive/pywebsocket@a4855b4",
            evidence: &["googlearchive/pywebsocket@a4855b4"],
            stated_in: "hybi-01",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "ping-answered",
            variant: "PingAnswered",
            level: info::Level::Must,
            scope: info::Scope::Conversation,
            by: None,
            summary: "An endpoint must respond to a ping with a pong that has the same payload, unless it has received a close frame.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &[
                "googlearchive/pywebsocket@fbdb680",
                "igrigorik/em-websocket",
            ],
            stated_in: "hybi-01",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::PingAnswered),
        },
        info::RuleInfo {
            id: "version-present",
            variant: "VersionPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state its protocol version.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "cookies-deferred",
            variant: "CookiesDeferred",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client that is told to defer cookies may omit them from the opening handshake.",
            citation: "pywebsocket note, HyBi 02",
            evidence: &["pywebsocket note, HyBi 02", "recalled, unverified"],
            stated_in: "hybi-02",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "nothing on the wire tells a client to defer cookies",
            ),
        },
        info::RuleInfo {
            id: "close-body-matches",
            variant: "CloseBodyMatches",
            level: info::Level::Must,
            scope: info::Scope::Conversation,
            by: None,
            summary: "A close frame that responds to another one must have the same body.",
            citation: "pywebsocket note, HyBi 03",
            evidence: &["pywebsocket note, HyBi 03", "igrigorik/em-websocket"],
            stated_in: "hybi-03",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::CloseBodyMatches),
        },
        info::RuleInfo {
            id: "key-present",
            variant: "KeyPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Sec-WebSocket-Key header field.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04", "WebSocket::Version, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "key-valid",
            variant: "KeyValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Sec-WebSocket-Key field value must be 16 base64-encoded bytes.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &["googlearchive/pywebsocket@653e4dc"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "accept-present",
            variant: "AcceptPresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must contain a Sec-WebSocket-Accept header field.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &["pywebsocket note, HyBi 04", "WebSocket::Version, HyBi 04"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "accept-matches",
            variant: "AcceptMatches",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The Sec-WebSocket-Accept field value must be the hash of the key and the protocol's GUID.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &[
                "googlearchive/pywebsocket@653e4dc",
                "igrigorik/em-websocket",
            ],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "nonce-present",
            variant: "NoncePresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must contain a Sec-WebSocket-Nonce header field.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &[
                "pywebsocket note, HyBi 04",
                "WebSocket::Version, HyBi 04",
                "warmcat/libwebsockets@4eaa86b29",
            ],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "nonce-valid",
            variant: "NonceValid",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The Sec-WebSocket-Nonce field value must be 16 base64-encoded bytes.",
            citation: "WebSocket::Version, HyBi 04",
            evidence: &[
                "WebSocket::Version, HyBi 04",
                "googlearchive/pywebsocket@653e4dc",
            ],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "extensions-offered",
            variant: "ExtensionsOffered",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "A server must not agree to an extension that the client did not offer.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &["googlearchive/pywebsocket@653e4dc"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "control-frame-length",
            variant: "ControlFrameLength",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "The payload of a control frame must not exceed 125 bytes.",
            citation: "warmcat/libwebsockets@38e57bbd7",
            evidence: &["warmcat/libwebsockets@38e57bbd7"],
            stated_in: "hybi-04",
            outcome: info::Outcome::FailWithoutCode,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "mask-is-random",
            variant: "MaskIsRandom",
            level: info::Level::Must,
            scope: info::Scope::Conversation,
            by: Some(Role::Client),
            summary: "A client must mask each frame with fresh bytes from a strong source of entropy.",
            citation: "pywebsocket note, HyBi 05",
            evidence: &["pywebsocket note, HyBi 05"],
            stated_in: "hybi-04",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::MaskingKeysVary),
        },
    ];
}

/// The opening request.
#[allow(dead_code)]
pub mod request {
    use wsdraft::{
        Flow, Report, Role,
        grammar::{is_host, is_token_list},
        handshake::{Opening, Request},
        support::{
            Found, Names, Vec, base64_of, keyword, push_field, push_fields, push_list,
            push_optional, push_random_base64, push_text, request_target, request_version,
            target_is, version,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 9] = [
        "Upgrade",
        "Connection",
        "Host",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Origin",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Cookie",
    ];

    static NAMES: Names<9> = Names::of(&FIELDS);

    /// Index of `Upgrade` in [`FIELDS`].
    pub const UPGRADE: usize = 0;

    /// Index of `Connection` in [`FIELDS`].
    pub const CONNECTION: usize = 1;

    /// Index of `Host` in [`FIELDS`].
    pub const HOST: usize = 2;

    /// Index of `Sec-WebSocket-Key` in [`FIELDS`].
    pub const SEC_WEBSOCKET_KEY: usize = 3;

    /// Index of `Sec-WebSocket-Origin` in [`FIELDS`].
    pub const SEC_WEBSOCKET_ORIGIN: usize = 4;

    /// Index of `Sec-WebSocket-Version` in [`FIELDS`].
    pub const SEC_WEBSOCKET_VERSION: usize = 5;

    /// Index of `Sec-WebSocket-Protocol` in [`FIELDS`].
    pub const SEC_WEBSOCKET_PROTOCOL: usize = 6;

    /// Index of `Sec-WebSocket-Extensions` in [`FIELDS`].
    pub const SEC_WEBSOCKET_EXTENSIONS: usize = 7;

    /// Index of `Cookie` in [`FIELDS`].
    pub const COOKIE: usize = 8;

    /// Checks an opening request.
    ///
    /// # Errors
    /// `Stop` if the report ends the check.
    #[inline]
    pub fn check(request: &Request<'_>, report: &mut dyn Report) -> Flow {
        let fields = request.fields.index_by(&NAMES);
        let mut broken = |rule: Rule, found: Found| {
            report.violation(rule.broken(Role::Client, found.offset, found.seen))
        };
        // pywebsocket note, HyBi 04, MUST: version-supported
        if let Some(found) = fields.offending(SEC_WEBSOCKET_VERSION, version(&[4])) {
            broken(Rule::VersionSupported, found)?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: request-method
        if request.method != "GET" {
            broken(Rule::RequestMethod, Found::text(0, request.method))?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: request-http-version
        if request.minor_version < 1 {
            broken(Rule::RequestHttpVersion, request_version(request))?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: request-target
        if !target_is(request.target, &[]) {
            broken(Rule::RequestTarget, request_target(request))?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: host-present
        if let Some(found) = fields.missing(HOST) {
            broken(Rule::HostPresent, found)?;
        }
        // inferred: the server builds the connection's URL from it, MUST: host-valid
        if let Some(found) = fields.offending(HOST, is_host) {
            broken(Rule::HostValid, found)?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: upgrade-present
        if let Some(found) = fields.missing(UPGRADE) {
            broken(Rule::UpgradePresent, found)?;
        }
        // RFC 2616 §4.2, MUST: upgrade-once
        if let Some(found) = fields.repeated(UPGRADE) {
            broken(Rule::UpgradeOnce, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: upgrade-valid
        if let Some(found) = fields.offending(UPGRADE, keyword("websocket")) {
            broken(Rule::UpgradeValid, found)?;
        }
        // googlearchive/pywebsocket@442fcbc, MUST: connection-present
        if let Some(found) = fields.missing(CONNECTION) {
            broken(Rule::ConnectionPresent, found)?;
        }
        // RFC 2616 §4.2, MUST: connection-once
        if let Some(found) = fields.repeated(CONNECTION) {
            broken(Rule::ConnectionOnce, found)?;
        }
        // googlearchive/pywebsocket@8fe9152, MUST: connection-valid
        if let Some(found) = fields.offending(CONNECTION, keyword("Upgrade")) {
            broken(Rule::ConnectionValid, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: origin-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_ORIGIN) {
            broken(Rule::OriginPresent, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: subprotocol-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_PROTOCOL, is_token_list) {
            broken(Rule::SubprotocolValid, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: version-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_VERSION) {
            broken(Rule::VersionPresent, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: key-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_KEY) {
            broken(Rule::KeyPresent, found)?;
        }
        // googlearchive/pywebsocket@653e4dc, MUST: key-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_KEY, base64_of(16)) {
            broken(Rule::KeyValid, found)?;
        }
        Ok(())
    }

    /// Appends an opening request: its head and its body.
    #[inline]
    pub fn write(opening: &Opening<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"GET ");
        push_text(out, opening.resource.as_bytes());
        out.extend_from_slice(b" HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        push_field(out, "Host", opening.host.as_bytes());
        push_random_base64::<16>(out, "Sec-WebSocket-Key", opening);
        push_optional(out, "Sec-WebSocket-Origin", opening.origin);
        out.extend_from_slice(b"Sec-WebSocket-Version: 4\r\n");
        push_list(
            out,
            "Sec-WebSocket-Protocol",
            opening.subprotocols,
            Some(", "),
        );
        push_optional(out, "Sec-WebSocket-Extensions", opening.extensions);
        push_optional(out, "Cookie", opening.cookie);
        push_fields(out, opening.fields);
        out.extend_from_slice(b"\r\n");
    }
}

/// The response to the opening request.
#[allow(dead_code, clippy::collapsible_if)]
pub mod response {
    use wsdraft::{
        Flow, Report, Role,
        digest::{base64, sha1},
        frame::Session,
        handshake::{Answer, Request, Response},
        info::Separator,
        support::{Found, Names, Vec, base64_of, keyword, push_base64, push_fields, push_optional},
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 6] = [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Nonce",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
    ];

    static NAMES: Names<6> = Names::of(&FIELDS);

    /// Index of `Upgrade` in [`FIELDS`].
    pub const UPGRADE: usize = 0;

    /// Index of `Connection` in [`FIELDS`].
    pub const CONNECTION: usize = 1;

    /// Index of `Sec-WebSocket-Accept` in [`FIELDS`].
    pub const SEC_WEBSOCKET_ACCEPT: usize = 2;

    /// Index of `Sec-WebSocket-Nonce` in [`FIELDS`].
    pub const SEC_WEBSOCKET_NONCE: usize = 3;

    /// Index of `Sec-WebSocket-Protocol` in [`FIELDS`].
    pub const SEC_WEBSOCKET_PROTOCOL: usize = 4;

    /// Index of `Sec-WebSocket-Extensions` in [`FIELDS`].
    pub const SEC_WEBSOCKET_EXTENSIONS: usize = 5;

    /// Checks the response to `request`.
    ///
    /// # Errors
    /// `Stop` if the report ends the check.
    #[inline]
    pub fn check(request: &Request<'_>, response: &Response<'_>, report: &mut dyn Report) -> Flow {
        let fields = response.fields.index_by(&NAMES);
        let accepts = super::INFO.accepts(response);
        let mut broken = |rule: Rule, found: Found| {
            report.violation(rule.broken(Role::Server, found.offset, found.seen))
        };
        // googlearchive/pywebsocket@653e4dc, MUST: response-status
        if (accepts || response.status < 200) && response.status != 101 {
            broken(Rule::ResponseStatus, Found::number(9, response.status))?;
        }
        if accepts {
            // googlearchive/pywebsocket@653e4dc, MUST: response-upgrade-present
            if let Some(found) = fields.missing(UPGRADE) {
                broken(Rule::ResponseUpgradePresent, found)?;
            }
            // pywebsocket note, HyBi 04, MUST: response-upgrade-valid
            if let Some(found) = fields.offending(UPGRADE, keyword("websocket")) {
                broken(Rule::ResponseUpgradeValid, found)?;
            }
            // googlearchive/pywebsocket@653e4dc, MUST: response-connection-present
            if let Some(found) = fields.missing(CONNECTION) {
                broken(Rule::ResponseConnectionPresent, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-connection-valid
            if let Some(found) = fields.offending(CONNECTION, keyword("Upgrade")) {
                broken(Rule::ResponseConnectionValid, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-upgrade-once
            if let Some(found) = fields.repeated(UPGRADE) {
                broken(Rule::ResponseUpgradeOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-connection-once
            if let Some(found) = fields.repeated(CONNECTION) {
                broken(Rule::ResponseConnectionOnce, found)?;
            }
            // pywebsocket note, HyBi 04, MUST: accept-present
            if let Some(found) = fields.missing(SEC_WEBSOCKET_ACCEPT) {
                broken(Rule::AcceptPresent, found)?;
            }
            // googlearchive/pywebsocket@653e4dc, MUST: accept-matches
            if let Some(found) = fields.unlike(
                SEC_WEBSOCKET_ACCEPT,
                base64(&sha1(&[
                    request.fields.value("Sec-WebSocket-Key"),
                    b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                ]))
                .as_bytes(),
            ) {
                broken(Rule::AcceptMatches, found)?;
            }
            // pywebsocket note, HyBi 04, MUST: nonce-present
            if let Some(found) = fields.missing(SEC_WEBSOCKET_NONCE) {
                broken(Rule::NoncePresent, found)?;
            }
            // WebSocket::Version, HyBi 04, MUST: nonce-valid
            if let Some(found) = fields.offending(SEC_WEBSOCKET_NONCE, base64_of(16)) {
                broken(Rule::NonceValid, found)?;
            }
            // googlearchive/pywebsocket@653e4dc, MUST: extensions-offered
            let offered = request.fields.all("Sec-WebSocket-Extensions");
            if let Some(found) =
                fields.not_offered(SEC_WEBSOCKET_EXTENSIONS, offered, Separator::Comma)
            {
                broken(Rule::ExtensionsOffered, found)?;
            }
        }
        Ok(())
    }

    /// Appends the head of the response to a valid request.
    #[inline]
    pub fn write(request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        );
        push_base64(
            out,
            "Sec-WebSocket-Accept",
            &sha1(&[
                request.fields.value("Sec-WebSocket-Key"),
                b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
            ]),
        );
        push_base64(out, "Sec-WebSocket-Nonce", &answer.nonce);
        push_optional(out, "Sec-WebSocket-Protocol", answer.subprotocol);
        push_optional(out, "Sec-WebSocket-Extensions", answer.extensions);
        push_fields(out, answer.fields);
        out.extend_from_slice(b"\r\n");
    }

    /// Appends the bytes that follow the response head. This draft has none.
    #[inline]
    pub fn write_body(_request: &Request<'_>, _out: &mut Vec<u8>) {}

    /// Derives the keys that frames need.
    #[inline]
    #[must_use]
    pub fn session(request: &Request<'_>, response: &Response<'_>) -> Session {
        Session {
            masking_key: Some(sha1(&[
                request.fields.value("Sec-WebSocket-Key"),
                response.fields.value("Sec-WebSocket-Nonce"),
                b"61AC5F19-FBBA-4540-B96F-6561F1AB40A8",
            ])),
        }
    }
}

/// Checks of frames.
pub mod frame {
    use wsdraft::{
        Flow, Report, Role, Seen,
        frame::{Context, FrameHeader},
        info::Kind,
    };

    use super::Rule;

    #[allow(unused_imports)]
    pub use super::layout::{decode, encode};

    /// Checks a frame header.
    ///
    /// # Errors
    /// `Stop` if the report ends the check.
    #[inline]
    pub fn check(header: &FrameHeader, context: &Context, report: &mut dyn Report) -> Flow {
        let mut broken = |rule: Rule, byte: u64, seen: Seen| {
            report.violation(rule.broken(context.from, start(context) + byte, seen))
        };
        let length = header.payload_length();
        // googlearchive/pywebsocket@fbdb680, MUST: reserved-bits-clear
        let stray = header.reserved & !context.claimed;
        if stray != 0 {
            broken(
                Rule::ReservedBitsClear,
                u64::from(stray & 0x07 == 0),
                Seen::Bits(stray),
            )?;
        }
        // googlearchive/pywebsocket@fbdb680, MUST: length-fits
        if matches!((header.length_bits, length), (63, 9223372036854775808..)) {
            broken(Rule::LengthFits, 1, Seen::Number(length))?;
        }
        // googlearchive/pywebsocket@fbdb680, MUST: control-frame-final
        if header.kind.is_control() && !header.fin {
            broken(Rule::ControlFrameFinal, 0, Seen::Nothing)?;
        }
        // googlearchive/pywebsocket@a4855b4, MUST: continuation-of-nothing
        if header.kind == Kind::Continuation && !context.open {
            broken(Rule::ContinuationOfNothing, 0, Seen::Opcode(header.opcode))?;
        }
        // googlearchive/pywebsocket@a4855b4, MUST: message-interrupted
        if matches!(header.kind, Kind::Text | Kind::Binary) && context.open {
            broken(Rule::MessageInterrupted, 0, Seen::Opcode(header.opcode))?;
        }
        // warmcat/libwebsockets@38e57bbd7, MUST: control-frame-length
        if header.kind.is_control() && length > 125 {
            broken(Rule::ControlFrameLength, 1, Seen::Number(length))?;
        }
        Ok(())
    }

    /// Checks the unmasked body of a close frame, which starts at `offset`.
    ///
    /// # Errors
    /// `Stop` if the report ends the check.
    #[inline]
    pub fn check_close(_body: &[u8], _from: Role, _offset: u64, _report: &mut dyn Report) -> Flow {
        Ok(())
    }

    /// Where the header starts in the sender's stream: four bytes precede a masked frame.
    fn start(context: &Context) -> u64 {
        context.offset + if context.from == Role::Client { 4 } else { 0 }
    }
}

pub use super::hixie_75::CloseCode;
pub use super::hybi_01::Opcode;

/// The wire format of frames.
pub mod layout {
    use wsdraft::{
        Role,
        digest::sha1,
        frame::{Decode, Encoded, FrameHeader, Length, Mask, Outgoing, Session},
        info::Kind,
        mask::apply_cyclic,
    };

    /// Decodes the header of the frame that starts at `bytes[0]`.
    #[inline]
    #[must_use]
    pub fn decode(bytes: &[u8], from: Role, session: &Session) -> Decode {
        if from != Role::Client {
            return fields(bytes);
        }
        // The four bytes that precede the frame, and the masked frame header.
        let Some((&nonce, covered)) = bytes.split_first_chunk::<4>() else {
            return Decode::Incomplete(6);
        };
        let key = sha1(&[&nonce, &session.masking_key.unwrap_or_default()]);
        let mut clear = [0; 10];
        let length = covered.len().min(10);
        let clear = &mut clear[..length];
        clear.copy_from_slice(&covered[..length]);
        apply_cyclic(clear, &key, 0);
        match fields(clear) {
            Decode::Incomplete(needed) => Decode::Incomplete(needed + 4),
            Decode::Header(mut header) => {
                header.mask = Mask::Twenty {
                    key,
                    phase: header.size % 20,
                };
                header.masked = true;
                header.size += 4;
                Decode::Header(header)
            }
            Decode::Overflow => Decode::Overflow,
        }
    }

    /// The purpose of each opcode.
    const KINDS: [Kind; 16] = [
        Kind::Continuation,
        Kind::Close,
        Kind::Ping,
        Kind::Pong,
        Kind::Text,
        Kind::Binary,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
        Kind::Reserved,
    ];

    #[inline]
    fn fields(bytes: &[u8]) -> Decode {
        let [first, second, ..] = *bytes else {
            return Decode::Incomplete(2);
        };
        let opcode = first & 0x0f;
        let (length, length_bits, size) = match second & 0x7f {
            126 => {
                let [_, _, b0, b1, ..] = *bytes else {
                    return Decode::Incomplete(4);
                };
                (u64::from_be_bytes([0, 0, 0, 0, 0, 0, b0, b1]), 16, 4)
            }
            127 => {
                let [_, _, b0, b1, b2, b3, b4, b5, b6, b7, ..] = *bytes else {
                    return Decode::Incomplete(10);
                };
                (u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]), 63, 10)
            }
            short => (u64::from(short), 7, 2),
        };
        let mask = Mask::None;
        Decode::Header(FrameHeader {
            kind: KINDS[usize::from(opcode)],
            opcode,
            fin: first & 0x80 != 0,
            reserved: ((first >> 6) & 1)
                | (((first >> 5) & 1) << 1)
                | (((first >> 4) & 1) << 2)
                | (((second >> 7) & 1) << 3),
            masked: false,
            length_bits,
            size: size as u8,
            length: Length::Bytes(length),
            mask,
        })
    }

    /// Encodes a frame header. Returns `None` if the layout has no such frame.
    #[inline]
    #[must_use]
    pub fn encode(
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
    ) -> Option<Encoded> {
        let opcode: u8 = match frame.kind {
            Kind::Continuation => 0x00,
            Kind::Close => 0x01,
            Kind::Ping => 0x02,
            Kind::Pong => 0x03,
            Kind::Text => 0x04,
            Kind::Binary => 0x05,
            Kind::Extension | Kind::ExtensionControl => frame.opcode & 0x0f,
            _ => return None,
        };
        let length = frame.length;
        let (marker, extended, size): (u8, u64, u8) = match length {
            0..=125 => (length as u8, 0, 2),
            126..=65535 => (126, length.swap_bytes() >> 48, 4),
            65536..=9223372036854775807 => (127, length.swap_bytes(), 10),
            _ => return None,
        };
        let masked = from == Role::Client;
        let first = (u8::from(frame.fin) << 7)
            | ((frame.reserved & 1) << 6)
            | (((frame.reserved >> 1) & 1) << 5)
            | (((frame.reserved >> 2) & 1) << 4)
            | opcode;
        let second = (((frame.reserved >> 3) & 1) << 7) | marker;
        let header = u128::from(u16::from_le_bytes([first, second])) | (u128::from(extended) << 16);
        let mut encoded = Encoded::new();
        if masked {
            encoded.push_integer(u32::from_le_bytes(nonce).into(), 4);
        }
        encoded.push_integer(header, size);
        if masked {
            let key = sha1(&[&nonce, &session.masking_key.unwrap_or_default()]);
            apply_cyclic(encoded.bytes_mut(4), &key, 0);
            encoded.mask = Mask::Twenty { key, phase: size };
        }
        Some(encoded)
    }
}
