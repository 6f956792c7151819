// Generated from hybi-03 in `spec`; do not edit. `cargo build` regenerates it.

#[allow(unused_imports)]
pub use self::{
    draft::Draft,
    rules::Rule,
    tables::{INFO, RULES},
};

mod draft {
    use wsdraft::{
        Flow, Report, Role,
        frame::{Context, Decode, Encoded, FrameHeader, Outgoing, Plain, Session},
        handshake::{Answer, Opening, Request, Response},
        info::DraftInfo,
        support::Vec,
    };

    use super::{INFO, frame, layout, request, response};

    /// The draft hybi-03 (draft-ietf-hybi-thewebsocketprotocol-03, issued 2010-10-17, version 2 on the wire).
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
        fn plain(&self, bytes: &[u8], from: Role, session: &Session) -> Option<Plain> {
            layout::plain(bytes, from, session)
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

    /// The rules of hybi-03 that an endpoint can violate. Each value is the index in [`RULES`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        // The opening request.
        /// The request must state a version that the server supports.
        ///
        /// `version-supported`, MUST; pywebsocket note, HyBi 02.
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
        /// The Upgrade field value must be WebSocket (case-insensitive).
        ///
        /// `upgrade-valid`, MUST; googlearchive/pywebsocket@8fe9152.
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
        /// `origin-present`, MUST; netty/netty; googlearchive/pywebsocket@442fcbc.
        OriginPresent = 12,
        /// The request's subprotocols must be printable words separated by spaces.
        ///
        /// `subprotocol-valid`, MUST; pywebsocket note, HyBi 04; googlearchive/pywebsocket@fbdb680.
        SubprotocolValid = 13,
        /// The request must contain a Sec-WebSocket-Key1 header field.
        ///
        /// `key1-present`, MUST; pywebsocket note, Hixie 76 (HyBi 00).
        Key1Present = 27,
        /// The number formed by the digits of Sec-WebSocket-Key1 must be a multiple of its number of spaces.
        ///
        /// `key1-valid`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        Key1Valid = 28,
        /// The request must contain a Sec-WebSocket-Key2 header field.
        ///
        /// `key2-present`, MUST; pywebsocket note, Hixie 76 (HyBi 00).
        Key2Present = 29,
        /// The number formed by the digits of Sec-WebSocket-Key2 must be a multiple of its number of spaces.
        ///
        /// `key2-valid`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        Key2Valid = 30,
        /// A client must send its origin in lower case.
        ///
        /// `origin-lower-case`, MUST; googlearchive/pywebsocket@fbdb680.
        OriginLowerCase = 35,
        /// The request must state its protocol version.
        ///
        /// `version-present`, MUST; pywebsocket note, HyBi 02; WebSocket::Version, HyBi 02.
        VersionPresent = 45,
        // The response.
        /// A response that accepts the request must have status code 101.
        ///
        /// `response-status`, MUST; googlearchive/pywebsocket@653e4dc; WebSocket::Version, Hixie 75.
        ResponseStatus = 14,
        /// The response must contain an Upgrade header field.
        ///
        /// `response-upgrade-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseUpgradePresent = 15,
        /// The Upgrade field value must be exactly WebSocket.
        ///
        /// `response-upgrade-valid`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseUpgradeValid = 16,
        /// The response must contain a Connection header field.
        ///
        /// `response-connection-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseConnectionPresent = 17,
        /// The Connection field value must be Upgrade (case-insensitive).
        ///
        /// `response-connection-valid`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseConnectionValid = 18,
        /// The response must state the origin of the request.
        ///
        /// `response-origin-present`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseOriginPresent = 19,
        /// The origin in the response must be the same as in the request.
        ///
        /// `response-origin-matches`, MUST; recalled, unverified.
        ResponseOriginMatches = 20,
        /// The response must state the URL of the connection.
        ///
        /// `response-location-present`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseLocationPresent = 21,
        /// The URL in the response must be the one that the client requested.
        ///
        /// `response-location-matches`, MUST; recalled, unverified.
        ResponseLocationMatches = 22,
        /// The response must not contain more than one Upgrade header field.
        ///
        /// `response-upgrade-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseUpgradeOnce = 25,
        /// The response must not contain more than one Connection header field.
        ///
        /// `response-connection-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseConnectionOnce = 26,
        /// The response must not contain more than one Sec-WebSocket-Origin header field.
        ///
        /// `response-origin-once`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseOriginOnce = 31,
        /// The response must not contain more than one Sec-WebSocket-Location header field.
        ///
        /// `response-location-once`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseLocationOnce = 32,
        /// The response must not contain more than one Sec-WebSocket-Protocol header field.
        ///
        /// `response-subprotocol-once`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseSubprotocolOnce = 33,
        /// The 16 bytes after the response head must be the MD5 hash of both keys and the eight bytes after the request head.
        ///
        /// `response-body-matches`, MUST; googlearchive/pywebsocket@fbdb680.
        ResponseBodyMatches = 34,
        // Frames.
        /// A sender must set reserved bits to zero unless an extension uses them.
        ///
        /// `reserved-bits-clear`, MUST; googlearchive/pywebsocket@fbdb680.
        ReservedBitsClear = 38,
        /// The most significant bit of an eight-byte payload length must be zero.
        ///
        /// `length-fits`, MUST; googlearchive/pywebsocket@fbdb680.
        LengthFits = 39,
        /// A control frame must not be fragmented.
        ///
        /// `control-frame-final`, MUST; googlearchive/pywebsocket@fbdb680.
        ControlFrameFinal = 40,
        /// A continuation frame must follow a fragment of an unfinished message.
        ///
        /// `continuation-of-nothing`, MUST; googlearchive/pywebsocket@a4855b4.
        ContinuationOfNothing = 41,
        /// A sender must finish a message before it starts another.
        ///
        /// `message-interrupted`, MUST; googlearchive/pywebsocket@a4855b4.
        MessageInterrupted = 42,
        // Messages.
        /// The payload of a text message must be valid UTF-8; a receiver replaces invalid bytes.
        ///
        /// `text-utf8`, MUST; googlearchive/pywebsocket@a5ada60.
        TextUtf8 = 23,
        // The conversation.
        /// An endpoint that receives a close frame must respond with one, unless it has already sent one.
        ///
        /// `close-answered`, MUST; pywebsocket note, Hixie 76 (HyBi 00); googlearchive/pywebsocket@a5ada60.
        CloseAnswered = 37,
        /// An endpoint must respond to a ping with a pong that has the same payload, unless it has received a close frame.
        ///
        /// `ping-answered`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        PingAnswered = 43,
        /// A close frame that responds to another one must have the same body.
        ///
        /// `close-body-matches`, MUST; pywebsocket note, HyBi 03; igrigorik/em-websocket.
        CloseBodyMatches = 47,
    }

    impl Rule {
        /// All of them, in the order above.
        pub const ALL: [Self; 44] = [
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
            Self::Key1Present,
            Self::Key1Valid,
            Self::Key2Present,
            Self::Key2Valid,
            Self::OriginLowerCase,
            Self::VersionPresent,
            Self::ResponseStatus,
            Self::ResponseUpgradePresent,
            Self::ResponseUpgradeValid,
            Self::ResponseConnectionPresent,
            Self::ResponseConnectionValid,
            Self::ResponseOriginPresent,
            Self::ResponseOriginMatches,
            Self::ResponseLocationPresent,
            Self::ResponseLocationMatches,
            Self::ResponseUpgradeOnce,
            Self::ResponseConnectionOnce,
            Self::ResponseOriginOnce,
            Self::ResponseLocationOnce,
            Self::ResponseSubprotocolOnce,
            Self::ResponseBodyMatches,
            Self::ReservedBitsClear,
            Self::LengthFits,
            Self::ControlFrameFinal,
            Self::ContinuationOfNothing,
            Self::MessageInterrupted,
            Self::TextUtf8,
            Self::CloseAnswered,
            Self::PingAnswered,
            Self::CloseBodyMatches,
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
        name: "draft-ietf-hybi-thewebsocketprotocol-03",
        short: "hybi-03",
        aliases: &[],
        series: "hybi",
        revision: Some(3),
        serial: Some(3),
        wire_version: Some(2),
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
                text: Some("WebSocket"),
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
                name: "Origin",
                purpose: info::Purpose::Origin,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Protocol",
                purpose: info::Purpose::Subprotocol,
                separator: info::Separator::Space,
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
            info::HeaderInfo {
                name: "Sec-WebSocket-Key1",
                purpose: info::Purpose::Key,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Key2",
                purpose: info::Purpose::Key,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: false,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Draft",
                purpose: info::Purpose::Version,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[2, 3],
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
                text: Some("WebSocket"),
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
                name: "Sec-WebSocket-Origin",
                purpose: info::Purpose::Origin,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: true,
            },
            info::HeaderInfo {
                name: "Sec-WebSocket-Location",
                purpose: info::Purpose::Location,
                separator: info::Separator::None,
                quoted: false,
                text: None,
                versions: &[],
                answers: true,
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
        ],
        request_body: 8,
        response_body: 16,
        bootstraps: &[],
        signs: &[
            info::SignInfo {
                header: "Sec-WebSocket-Key1",
                test: info::SignTest::Present,
                hint: false,
            },
            info::SignInfo {
                header: "Sec-WebSocket-Draft",
                test: info::SignTest::OneOf(&["2", "3"]),
                hint: false,
            },
            info::SignInfo {
                header: "Sec-WebSocket-Version",
                test: info::SignTest::Absent,
                hint: true,
            },
            info::SignInfo {
                header: "Sec-WebSocket-Key2",
                test: info::SignTest::Present,
                hint: false,
            },
        ],
        derives_key: false,
        undetectable: false,
    };

    /// Information about each rule, in the order in which the rules are checked.
    pub static RULES: [info::RuleInfo; 49] = [
        info::RuleInfo {
            id: "version-supported",
            variant: "VersionSupported",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state a version that the server supports.",
            citation: "pywebsocket note, HyBi 02",
            evidence: &["pywebsocket note, HyBi 02"],
            stated_in: "hybi-02",
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
            summary: "The Upgrade field value must be WebSocket (case-insensitive).",
            citation: "googlearchive/pywebsocket@8fe9152",
            evidence: &["googlearchive/pywebsocket@8fe9152"],
            stated_in: "hixie-76",
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
            citation: "netty/netty",
            evidence: &["netty/netty", "googlearchive/pywebsocket@442fcbc"],
            stated_in: "hixie-75",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "subprotocol-valid",
            variant: "SubprotocolValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request's subprotocols must be printable words separated by spaces.",
            citation: "pywebsocket note, HyBi 04",
            evidence: &[
                "pywebsocket note, HyBi 04",
                "googlearchive/pywebsocket@fbdb680",
            ],
            stated_in: "hixie-76",
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
            summary: "The Upgrade field value must be exactly WebSocket.",
            citation: "googlearchive/pywebsocket@653e4dc",
            evidence: &["googlearchive/pywebsocket@653e4dc"],
            stated_in: "hixie-75",
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
            id: "response-origin-present",
            variant: "ResponseOriginPresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must state the origin of the request.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-origin-matches",
            variant: "ResponseOriginMatches",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The origin in the response must be the same as in the request.",
            citation: "recalled, unverified",
            evidence: &["recalled, unverified"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-location-present",
            variant: "ResponseLocationPresent",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must state the URL of the connection.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-location-matches",
            variant: "ResponseLocationMatches",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The URL in the response must be the one that the client requested.",
            citation: "recalled, unverified",
            evidence: &["recalled, unverified"],
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
            id: "key1-present",
            variant: "Key1Present",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Sec-WebSocket-Key1 header field.",
            citation: "pywebsocket note, Hixie 76 (HyBi 00)",
            evidence: &["pywebsocket note, Hixie 76 (HyBi 00)"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "key1-valid",
            variant: "Key1Valid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The number formed by the digits of Sec-WebSocket-Key1 must be a multiple of its number of spaces.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &[
                "googlearchive/pywebsocket@fbdb680",
                "igrigorik/em-websocket",
            ],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "key2-present",
            variant: "Key2Present",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Sec-WebSocket-Key2 header field.",
            citation: "pywebsocket note, Hixie 76 (HyBi 00)",
            evidence: &["pywebsocket note, Hixie 76 (HyBi 00)"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "key2-valid",
            variant: "Key2Valid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The number formed by the digits of Sec-WebSocket-Key2 must be a multiple of its number of spaces.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &[
                "googlearchive/pywebsocket@fbdb680",
                "igrigorik/em-websocket",
            ],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-origin-once",
            variant: "ResponseOriginOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Origin header field.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-location-once",
            variant: "ResponseLocationOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Location header field.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-subprotocol-once",
            variant: "ResponseSubprotocolOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Protocol header field.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-body-matches",
            variant: "ResponseBodyMatches",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The 16 bytes after the response head must be the MD5 hash of both keys and the eight bytes after the request head.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "origin-lower-case",
            variant: "OriginLowerCase",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: Some(Role::Client),
            summary: "A client must send its origin in lower case.",
            citation: "googlearchive/pywebsocket@fbdb680",
            evidence: &["googlearchive/pywebsocket@fbdb680"],
            stated_in: "hixie-76",
            outcome: info::Outcome::Nothing,
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
            id: "extensions-without-negotiation",
            variant: "ExtensionsWithoutNegotiation",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: None,
            summary: "Endpoints may use an extension that they have agreed on by other means.",
            citation: "pywebsocket note, HyBi 01",
            evidence: &["pywebsocket note, HyBi 01"],
            stated_in: "hybi-01",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "version-present",
            variant: "VersionPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state its protocol version.",
            citation: "pywebsocket note, HyBi 02",
            evidence: &["pywebsocket note, HyBi 02", "WebSocket::Version, HyBi 02"],
            stated_in: "hybi-02",
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
            id: "compression-known",
            variant: "CompressionKnown",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: None,
            summary: "An endpoint may support an extension named compression; its function is not known, and it is never used.",
            citation: "pywebsocket note, HyBi 03",
            evidence: &["pywebsocket note, HyBi 03", "WebSocket::Version, HyBi 03"],
            stated_in: "hybi-03",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
    ];
}

/// The opening request.
#[allow(dead_code)]
pub mod request {
    use wsdraft::{
        Flow, Report, Role,
        grammar::{is_host, is_words},
        handshake::{Opening, Request},
        support::{
            Found, Names, Vec, is_lower_case, is_spaced_number, keyword, push_field, push_fields,
            push_list, push_optional, push_random, push_spaced_number, push_text, request_target,
            request_version, target_is, version,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 9] = [
        "Upgrade",
        "Connection",
        "Host",
        "Origin",
        "Sec-WebSocket-Protocol",
        "Cookie",
        "Sec-WebSocket-Key1",
        "Sec-WebSocket-Key2",
        "Sec-WebSocket-Draft",
    ];

    static NAMES: Names<9> = Names::of(&FIELDS);

    /// Index of `Upgrade` in [`FIELDS`].
    pub const UPGRADE: usize = 0;

    /// Index of `Connection` in [`FIELDS`].
    pub const CONNECTION: usize = 1;

    /// Index of `Host` in [`FIELDS`].
    pub const HOST: usize = 2;

    /// Index of `Origin` in [`FIELDS`].
    pub const ORIGIN: usize = 3;

    /// Index of `Sec-WebSocket-Protocol` in [`FIELDS`].
    pub const SEC_WEBSOCKET_PROTOCOL: usize = 4;

    /// Index of `Cookie` in [`FIELDS`].
    pub const COOKIE: usize = 5;

    /// Index of `Sec-WebSocket-Key1` in [`FIELDS`].
    pub const SEC_WEBSOCKET_KEY1: usize = 6;

    /// Index of `Sec-WebSocket-Key2` in [`FIELDS`].
    pub const SEC_WEBSOCKET_KEY2: usize = 7;

    /// Index of `Sec-WebSocket-Draft` in [`FIELDS`].
    pub const SEC_WEBSOCKET_DRAFT: usize = 8;

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
        // pywebsocket note, HyBi 02, MUST: version-supported
        if let Some(found) = fields.offending(SEC_WEBSOCKET_DRAFT, version(&[2, 3])) {
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
        // googlearchive/pywebsocket@8fe9152, MUST: upgrade-valid
        if let Some(found) = fields.offending(UPGRADE, keyword("WebSocket")) {
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
        // netty/netty, MUST: origin-present
        if let Some(found) = fields.missing(ORIGIN) {
            broken(Rule::OriginPresent, found)?;
        }
        // pywebsocket note, HyBi 04, MUST: subprotocol-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_PROTOCOL, is_words) {
            broken(Rule::SubprotocolValid, found)?;
        }
        // pywebsocket note, Hixie 76 (HyBi 00), MUST: key1-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_KEY1) {
            broken(Rule::Key1Present, found)?;
        }
        // googlearchive/pywebsocket@fbdb680, MUST: key1-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_KEY1, is_spaced_number) {
            broken(Rule::Key1Valid, found)?;
        }
        // pywebsocket note, Hixie 76 (HyBi 00), MUST: key2-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_KEY2) {
            broken(Rule::Key2Present, found)?;
        }
        // googlearchive/pywebsocket@fbdb680, MUST: key2-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_KEY2, is_spaced_number) {
            broken(Rule::Key2Valid, found)?;
        }
        // googlearchive/pywebsocket@fbdb680, MUST: origin-lower-case
        if let Some(found) = fields.offending(ORIGIN, is_lower_case) {
            broken(Rule::OriginLowerCase, found)?;
        }
        // pywebsocket note, HyBi 02, MUST: version-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_DRAFT) {
            broken(Rule::VersionPresent, found)?;
        }
        Ok(())
    }

    /// Appends an opening request: its head and its body.
    #[inline]
    pub fn write(opening: &Opening<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"GET ");
        push_text(out, opening.resource.as_bytes());
        out.extend_from_slice(b" HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n");
        push_field(out, "Host", opening.host.as_bytes());
        push_optional(out, "Origin", opening.origin);
        push_list(
            out,
            "Sec-WebSocket-Protocol",
            opening.subprotocols,
            Some(" "),
        );
        push_optional(out, "Cookie", opening.cookie);
        push_spaced_number(out, "Sec-WebSocket-Key1", opening);
        push_spaced_number(out, "Sec-WebSocket-Key2", opening);
        out.extend_from_slice(b"Sec-WebSocket-Draft: 2\r\n");
        push_fields(out, opening.fields);
        out.extend_from_slice(b"\r\n");
        push_random::<8>(out, opening);
    }
}

/// The response to the opening request.
#[allow(dead_code, clippy::collapsible_if)]
pub mod response {
    use wsdraft::{
        Flow, Report, Role,
        digest::md5,
        frame::Session,
        handshake::{Answer, Request, Response},
        support::{
            Found, Names, Vec, keyword, location, push_field, push_fields, push_optional,
            response_body, spaced_number,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 5] = [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Origin",
        "Sec-WebSocket-Location",
        "Sec-WebSocket-Protocol",
    ];

    static NAMES: Names<5> = Names::of(&FIELDS);

    /// Index of `Upgrade` in [`FIELDS`].
    pub const UPGRADE: usize = 0;

    /// Index of `Connection` in [`FIELDS`].
    pub const CONNECTION: usize = 1;

    /// Index of `Sec-WebSocket-Origin` in [`FIELDS`].
    pub const SEC_WEBSOCKET_ORIGIN: usize = 2;

    /// Index of `Sec-WebSocket-Location` in [`FIELDS`].
    pub const SEC_WEBSOCKET_LOCATION: usize = 3;

    /// Index of `Sec-WebSocket-Protocol` in [`FIELDS`].
    pub const SEC_WEBSOCKET_PROTOCOL: usize = 4;

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
            // googlearchive/pywebsocket@653e4dc, MUST: response-upgrade-valid
            if let Some(found) = fields.unlike(UPGRADE, b"WebSocket") {
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
            // googlearchive/pywebsocket@fbdb680, MUST: response-origin-present
            if let Some(found) = fields.missing(SEC_WEBSOCKET_ORIGIN) {
                broken(Rule::ResponseOriginPresent, found)?;
            }
            // recalled, unverified, MUST: response-origin-matches
            if let Some(found) = fields.unlike(SEC_WEBSOCKET_ORIGIN, request.fields.value("Origin"))
            {
                broken(Rule::ResponseOriginMatches, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-location-present
            if let Some(found) = fields.missing(SEC_WEBSOCKET_LOCATION) {
                broken(Rule::ResponseLocationPresent, found)?;
            }
            // recalled, unverified, MUST: response-location-matches
            if let Some(found) =
                fields.unlike(SEC_WEBSOCKET_LOCATION, location(request, "Host").as_bytes())
            {
                broken(Rule::ResponseLocationMatches, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-upgrade-once
            if let Some(found) = fields.repeated(UPGRADE) {
                broken(Rule::ResponseUpgradeOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-connection-once
            if let Some(found) = fields.repeated(CONNECTION) {
                broken(Rule::ResponseConnectionOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-origin-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_ORIGIN) {
                broken(Rule::ResponseOriginOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-location-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_LOCATION) {
                broken(Rule::ResponseLocationOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-subprotocol-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_PROTOCOL) {
                broken(Rule::ResponseSubprotocolOnce, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-body-matches
            if *response.body
                != md5(&[
                    &spaced_number(request.fields.value("Sec-WebSocket-Key1")),
                    &spaced_number(request.fields.value("Sec-WebSocket-Key2")),
                    request.body,
                ])
            {
                broken(Rule::ResponseBodyMatches, response_body(response))?;
            }
        }
        Ok(())
    }

    /// Appends the head of the response to a valid request.
    #[inline]
    pub fn write(request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n",
        );
        if let Some(field) = request.fields.get("Origin") {
            push_field(out, "Sec-WebSocket-Origin", field.value);
        }
        push_field(
            out,
            "Sec-WebSocket-Location",
            location(request, "Host").as_bytes(),
        );
        push_optional(out, "Sec-WebSocket-Protocol", answer.subprotocol);
        push_fields(out, answer.fields);
        out.extend_from_slice(b"\r\n");
    }

    /// Appends the bytes that follow the response head.
    #[inline]
    pub fn write_body(request: &Request<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(&md5(&[
            &spaced_number(request.fields.value("Sec-WebSocket-Key1")),
            &spaced_number(request.fields.value("Sec-WebSocket-Key2")),
            request.body,
        ]));
    }

    /// Derives the keys that frames need. This draft needs none.
    #[inline]
    #[must_use]
    pub fn session(_request: &Request<'_>, _response: &Response<'_>) -> Session {
        Session { masking_key: None }
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
            report.violation(rule.broken(context.from, context.offset + byte, seen))
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
}

pub use super::hixie_75::CloseCode;
pub use super::hybi_01::Opcode;
pub use super::hybi_01::layout;
