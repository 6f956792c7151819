// Generated from hybi-11 in `spec`; do not edit. `cargo build` regenerates it.

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

    /// The draft hybi-11 (draft-ietf-hybi-thewebsocketprotocol-11, issued 2011-08-23, version 8 on the wire).
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

    /// The rules of hybi-11 that an endpoint can violate. Each value is the index in [`RULES`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        // The opening request.
        /// The request must state a version that the server supports; otherwise the server responds with an error and lists its versions.
        ///
        /// `version-supported`, MUST; pywebsocket note, HyBi 11; googlearchive/pywebsocket@4b4a227.
        VersionSupported = 0,
        /// The request method must be GET.
        ///
        /// `request-method`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        RequestMethod = 1,
        /// The HTTP version of the request must be at least 1.1.
        ///
        /// `request-http-version`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        RequestHttpVersion = 2,
        /// The request target must be a path or an absolute http or ws URI.
        ///
        /// `request-target`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        RequestTarget = 3,
        /// The request must contain a Host header field.
        ///
        /// `host-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        HostPresent = 4,
        /// The Host field value must be a host with an optional port.
        ///
        /// `host-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        HostValid = 5,
        /// The request must contain an Upgrade header field.
        ///
        /// `upgrade-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        UpgradePresent = 6,
        /// The request must not contain more than one Upgrade header field.
        ///
        /// `upgrade-once`, MUST; pywebsocket note, HyBi 08; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        UpgradeOnce = 7,
        /// The Upgrade field value must be websocket (case-insensitive).
        ///
        /// `upgrade-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        UpgradeValid = 8,
        /// The request must contain a Connection header field.
        ///
        /// `connection-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ConnectionPresent = 9,
        /// The Connection field value must include Upgrade (case-insensitive).
        ///
        /// `connection-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ConnectionValid = 10,
        /// The request's subprotocols must be tokens separated by commas.
        ///
        /// `subprotocol-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        SubprotocolValid = 11,
        /// The request must state its protocol version.
        ///
        /// `version-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        VersionPresent = 30,
        /// The request must contain a Sec-WebSocket-Key header field.
        ///
        /// `key-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        KeyPresent = 32,
        /// The Sec-WebSocket-Key field value must be 16 base64-encoded bytes.
        ///
        /// `key-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        KeyValid = 33,
        /// The request's origin, if stated, must be null or origins (scheme, host, optional port) separated by a space, as in RFC 6454.
        ///
        /// `origin-valid`, MUST; pywebsocket note, HyBi 11; RFC 6454 §7.1; inferred: RFC 6454 defines the grammar of the field with this name.
        OriginValid = 39,
        /// Extensions must be tokens with optional parameters.
        ///
        /// `extensions-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ExtensionsValid = 40,
        // The response.
        /// A response that accepts the request must have status code 101.
        ///
        /// `response-status`, MUST; googlearchive/pywebsocket@653e4dc; WebSocket::Version, Hixie 75.
        ResponseStatus = 12,
        /// The response must contain an Upgrade header field.
        ///
        /// `response-upgrade-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseUpgradePresent = 13,
        /// The Upgrade field value must be websocket (case-insensitive).
        ///
        /// `response-upgrade-valid`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        ResponseUpgradeValid = 14,
        /// The response must contain a Connection header field.
        ///
        /// `response-connection-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseConnectionPresent = 15,
        /// The Connection field value must include Upgrade (case-insensitive).
        ///
        /// `response-connection-valid`, MUST; pywebsocket note, HyBi 06; WebSocket::Version, HyBi 06.
        ResponseConnectionValid = 16,
        /// The response must not contain more than one Upgrade header field.
        ///
        /// `response-upgrade-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseUpgradeOnce = 19,
        /// The response must contain a Sec-WebSocket-Accept header field.
        ///
        /// `accept-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        AcceptPresent = 34,
        /// The Sec-WebSocket-Accept field value must be the hash of the key and the protocol's GUID.
        ///
        /// `accept-matches`, MUST; googlearchive/pywebsocket@653e4dc; igrigorik/em-websocket.
        AcceptMatches = 35,
        /// A server must not agree to an extension that the client did not offer.
        ///
        /// `extensions-offered`, MUST; googlearchive/pywebsocket@653e4dc.
        ExtensionsOffered = 36,
        /// Extensions must be tokens with optional parameters.
        ///
        /// `response-extensions-valid`, MUST; pywebsocket note, HyBi 05; googlearchive/pywebsocket@2436ade.
        ResponseExtensionsValid = 41,
        /// The response's subprotocol must be a single token.
        ///
        /// `response-subprotocol-valid`, MUST; pywebsocket note, HyBi 08; WebSocket::Version, HyBi 08.
        ResponseSubprotocolValid = 44,
        /// A server that does not support the requested version should list all the versions that it supports.
        ///
        /// `versions-listed`, SHOULD; pywebsocket note, HyBi 11; WebSocket::Version, HyBi 11.
        VersionsListed = 50,
        // Frames.
        /// A sender must set reserved bits to zero unless an extension uses them.
        ///
        /// `reserved-bits-clear`, MUST; pywebsocket note, HyBi 09; WebSocket::Version, HyBi 09.
        ReservedBitsClear = 22,
        /// A sender must use only opcodes that the protocol defines.
        ///
        /// `opcode-known`, MUST; pywebsocket note, HyBi 09.
        OpcodeKnown = 23,
        /// A client must mask every frame that it sends.
        ///
        /// `client-frame-masked`, MUST; googlearchive/pywebsocket@d5bfe10.
        ClientFrameMasked = 24,
        /// The most significant bit of an eight-byte payload length must be zero.
        ///
        /// `length-fits`, MUST; googlearchive/pywebsocket@3ebb789.
        LengthFits = 25,
        /// A control frame must not be fragmented.
        ///
        /// `control-frame-final`, MUST; googlearchive/pywebsocket@3ebb789.
        ControlFrameFinal = 26,
        /// A continuation frame must follow a fragment of an unfinished message.
        ///
        /// `continuation-of-nothing`, MUST; googlearchive/pywebsocket@a4855b4.
        ContinuationOfNothing = 27,
        /// A sender must finish a message before it starts another.
        ///
        /// `message-interrupted`, MUST; googlearchive/pywebsocket@a4855b4.
        MessageInterrupted = 28,
        /// The payload of a control frame must not exceed 125 bytes.
        ///
        /// `control-frame-length`, MUST; googlearchive/pywebsocket@7ab414d.
        ControlFrameLength = 37,
        // Messages.
        /// The payload of a text message must be valid UTF-8.
        ///
        /// `text-utf8`, MUST; pywebsocket note, HyBi 10; googlearchive/pywebsocket@ad83f14.
        TextUtf8 = 17,
        // Close frames.
        /// The body of a close frame must be empty or start with a two-byte close code.
        ///
        /// `close-code-complete`, MUST; googlearchive/pywebsocket@41a4dd0.
        CloseCodeComplete = 42,
        /// The close code in a close frame must be one that endpoints are allowed to send.
        ///
        /// `close-code-allowed`, MUST; crossbario/autobahn-python@0e4f70c53; pywebsocket note, HyBi 08; googlearchive/pywebsocket@f33374c.
        CloseCodeAllowed = 45,
        /// The reason in a close frame must be valid UTF-8.
        ///
        /// `close-reason-utf8`, MUST; pywebsocket note, HyBi 10.
        CloseReasonUtf8 = 49,
        // The conversation.
        /// An endpoint that receives a close frame must respond with one, unless it has already sent one.
        ///
        /// `close-answered`, MUST; pywebsocket note, Hixie 76 (HyBi 00); googlearchive/pywebsocket@a5ada60.
        CloseAnswered = 21,
        /// An endpoint must respond to a ping with a pong that has the same payload, unless it has received a close frame.
        ///
        /// `ping-answered`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        PingAnswered = 29,
        /// A client must mask each frame with fresh bytes from a strong source of entropy.
        ///
        /// `mask-is-random`, MUST; pywebsocket note, HyBi 05.
        MaskIsRandom = 38,
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
            Self::ConnectionValid,
            Self::SubprotocolValid,
            Self::VersionPresent,
            Self::KeyPresent,
            Self::KeyValid,
            Self::OriginValid,
            Self::ExtensionsValid,
            Self::ResponseStatus,
            Self::ResponseUpgradePresent,
            Self::ResponseUpgradeValid,
            Self::ResponseConnectionPresent,
            Self::ResponseConnectionValid,
            Self::ResponseUpgradeOnce,
            Self::AcceptPresent,
            Self::AcceptMatches,
            Self::ExtensionsOffered,
            Self::ResponseExtensionsValid,
            Self::ResponseSubprotocolValid,
            Self::VersionsListed,
            Self::ReservedBitsClear,
            Self::OpcodeKnown,
            Self::ClientFrameMasked,
            Self::LengthFits,
            Self::ControlFrameFinal,
            Self::ContinuationOfNothing,
            Self::MessageInterrupted,
            Self::ControlFrameLength,
            Self::TextUtf8,
            Self::CloseCodeComplete,
            Self::CloseCodeAllowed,
            Self::CloseReasonUtf8,
            Self::CloseAnswered,
            Self::PingAnswered,
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
        name: "draft-ietf-hybi-thewebsocketprotocol-11",
        short: "hybi-11",
        aliases: &[],
        series: "hybi",
        revision: Some(11),
        serial: Some(11),
        wire_version: Some(8),
        rules: &RULES,
        opcodes: &[
            info::OpcodeInfo {
                value: 0x00,
                kind: info::Kind::Continuation,
                name: "continuation",
            },
            info::OpcodeInfo {
                value: 0x01,
                kind: info::Kind::Text,
                name: "text",
            },
            info::OpcodeInfo {
                value: 0x02,
                kind: info::Kind::Binary,
                name: "binary",
            },
            info::OpcodeInfo {
                value: 0x08,
                kind: info::Kind::Close,
                name: "close",
            },
            info::OpcodeInfo {
                value: 0x09,
                kind: info::Kind::Ping,
                name: "ping",
            },
            info::OpcodeInfo {
                value: 0x0a,
                kind: info::Kind::Pong,
                name: "pong",
            },
        ],
        opcode_bits: 4,
        close_codes: &[
            info::CloseCodeInfo {
                code: 1000,
                name: "normal-closure",
                meaning: "The connection has fulfilled its purpose",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1001,
                name: "going-away",
                meaning: "An endpoint goes away, for example because a server stops or a user leaves a page",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1002,
                name: "protocol-error",
                meaning: "The peer violated the protocol",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1003,
                name: "unsupported-data",
                meaning: "The endpoint does not accept data of this type",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1004,
                name: "too-large",
                meaning: "A message or frame is too large for the endpoint",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1005,
                name: "no-status-received",
                meaning: "Reported when a close frame contained no close code",
                on_wire: false,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1006,
                name: "abnormal-closure",
                meaning: "Reported when the connection ended without a close frame",
                on_wire: false,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1007,
                name: "invalid-utf8",
                meaning: "Text is not valid UTF-8",
                on_wire: true,
                by: None,
            },
        ],
        local_codes: info::LocalCodes {
            normal: Some(1000),
            going_away: Some(1001),
            too_big: Some(1004),
            no_status: Some(1005),
            abnormal: Some(1006),
            internal: None,
            policy: None,
            overloaded: None,
            unsupported: Some(1003),
            bad_gateway: None,
        },
        closing: Some(info::Closing {
            body: info::CloseBody::Status,
            reply: info::CloseReply::Echo,
        }),
        text_rule: Some(&RULES[Rule::TextUtf8 as usize]),
        reserved_bits: &["RSV1", "RSV2", "RSV3"],
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
                separator: info::Separator::Comma,
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
                name: "Origin",
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
                versions: &[8],
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
                separator: info::Separator::Comma,
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
            info::HeaderInfo {
                name: "Sec-WebSocket-Version",
                purpose: info::Purpose::Version,
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
        signs: &[
            info::SignInfo {
                header: "Sec-WebSocket-Version",
                test: info::SignTest::OneOf(&["8"]),
                hint: false,
            },
            info::SignInfo {
                header: "Sec-WebSocket-Origin",
                test: info::SignTest::Absent,
                hint: true,
            },
        ],
        derives_key: false,
        undetectable: false,
    };

    /// Information about each rule, in the order in which the rules are checked.
    pub static RULES: [info::RuleInfo; 51] = [
        info::RuleInfo {
            id: "version-supported",
            variant: "VersionSupported",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must state a version that the server supports; otherwise the server responds with an error and lists its versions.",
            citation: "pywebsocket note, HyBi 11",
            evidence: &[
                "pywebsocket note, HyBi 11",
                "googlearchive/pywebsocket@4b4a227",
            ],
            stated_in: "hybi-11",
            outcome: info::Outcome::RejectWithVersions(426),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-method",
            variant: "RequestMethod",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request method must be GET.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-http-version",
            variant: "RequestHttpVersion",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The HTTP version of the request must be at least 1.1.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "request-target",
            variant: "RequestTarget",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request target must be a path or an absolute http or ws URI.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "host-present",
            variant: "HostPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Host header field.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "host-valid",
            variant: "HostValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Host field value must be a host with an optional port.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-present",
            variant: "UpgradePresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain an Upgrade header field.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-once",
            variant: "UpgradeOnce",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must not contain more than one Upgrade header field.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "RFC 2616 §4.2",
                "inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "upgrade-valid",
            variant: "UpgradeValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Upgrade field value must be websocket (case-insensitive).",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "connection-present",
            variant: "ConnectionPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Connection header field.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "connection-valid",
            variant: "ConnectionValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Connection field value must include Upgrade (case-insensitive).",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "subprotocol-valid",
            variant: "SubprotocolValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request's subprotocols must be tokens separated by commas.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
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
            summary: "The Connection field value must include Upgrade (case-insensitive).",
            citation: "pywebsocket note, HyBi 06",
            evidence: &["pywebsocket note, HyBi 06", "WebSocket::Version, HyBi 06"],
            stated_in: "hybi-06",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "text-utf8",
            variant: "TextUtf8",
            level: info::Level::Must,
            scope: info::Scope::Message,
            by: None,
            summary: "The payload of a text message must be valid UTF-8.",
            citation: "pywebsocket note, HyBi 10",
            evidence: &[
                "pywebsocket note, HyBi 10",
                "googlearchive/pywebsocket@ad83f14",
            ],
            stated_in: "hybi-10",
            outcome: info::Outcome::Fail(1007),
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
            citation: "pywebsocket note, HyBi 09",
            evidence: &["pywebsocket note, HyBi 09", "WebSocket::Version, HyBi 09"],
            stated_in: "hybi-09",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "opcode-known",
            variant: "OpcodeKnown",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A sender must use only opcodes that the protocol defines.",
            citation: "pywebsocket note, HyBi 09",
            evidence: &["pywebsocket note, HyBi 09"],
            stated_in: "hybi-10",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "client-frame-masked",
            variant: "ClientFrameMasked",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: Some(Role::Client),
            summary: "A client must mask every frame that it sends.",
            citation: "googlearchive/pywebsocket@d5bfe10",
            evidence: &["googlearchive/pywebsocket@d5bfe10"],
            stated_in: "hybi-07",
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
            citation: "googlearchive/pywebsocket@3ebb789",
            evidence: &["googlearchive/pywebsocket@3ebb789"],
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "control-frame-final",
            variant: "ControlFrameFinal",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A control frame must not be fragmented.",
            citation: "googlearchive/pywebsocket@3ebb789",
            evidence: &["googlearchive/pywebsocket@3ebb789"],
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
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
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
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
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
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
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
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
            id: "key-present",
            variant: "KeyPresent",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must contain a Sec-WebSocket-Key header field.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "key-valid",
            variant: "KeyValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Sec-WebSocket-Key field value must be 16 base64-encoded bytes.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
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
            citation: "googlearchive/pywebsocket@7ab414d",
            evidence: &["googlearchive/pywebsocket@7ab414d"],
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
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
        info::RuleInfo {
            id: "origin-valid",
            variant: "OriginValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request's origin, if stated, must be null or origins (scheme, host, optional port) separated by a space, as in RFC 6454.",
            citation: "pywebsocket note, HyBi 11",
            evidence: &[
                "pywebsocket note, HyBi 11",
                "RFC 6454 §7.1",
                "inferred: RFC 6454 defines the grammar of the field with this name",
            ],
            stated_in: "hybi-11",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "extensions-valid",
            variant: "ExtensionsValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "Extensions must be tokens with optional parameters.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &[
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@6b9bf5c",
            ],
            stated_in: "hybi-08",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "response-extensions-valid",
            variant: "ResponseExtensionsValid",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "Extensions must be tokens with optional parameters.",
            citation: "pywebsocket note, HyBi 05",
            evidence: &[
                "pywebsocket note, HyBi 05",
                "googlearchive/pywebsocket@2436ade",
            ],
            stated_in: "hybi-05",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "close-code-complete",
            variant: "CloseCodeComplete",
            level: info::Level::Must,
            scope: info::Scope::Close,
            by: None,
            summary: "The body of a close frame must be empty or start with a two-byte close code.",
            citation: "googlearchive/pywebsocket@41a4dd0",
            evidence: &["googlearchive/pywebsocket@41a4dd0"],
            stated_in: "hybi-06",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "pong-unsolicited",
            variant: "PongUnsolicited",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: None,
            summary: "An endpoint may send a pong without having received a ping.",
            citation: "googlearchive/pywebsocket@d5bfe10",
            evidence: &["googlearchive/pywebsocket@d5bfe10"],
            stated_in: "hybi-07",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "response-subprotocol-valid",
            variant: "ResponseSubprotocolValid",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response's subprotocol must be a single token.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &["pywebsocket note, HyBi 08", "WebSocket::Version, HyBi 08"],
            stated_in: "hybi-08",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "close-code-allowed",
            variant: "CloseCodeAllowed",
            level: info::Level::Must,
            scope: info::Scope::Close,
            by: None,
            summary: "The close code in a close frame must be one that endpoints are allowed to send.",
            citation: "crossbario/autobahn-python@0e4f70c53",
            evidence: &[
                "crossbario/autobahn-python@0e4f70c53",
                "pywebsocket note, HyBi 08",
                "googlearchive/pywebsocket@f33374c",
            ],
            stated_in: "hybi-10",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "origin-refused",
            variant: "OriginRefused",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Server),
            summary: "A server that does not accept the origin may respond with status code 403.",
            citation: "googlearchive/pywebsocket@4b4a227",
            evidence: &["googlearchive/pywebsocket@4b4a227"],
            stated_in: "hybi-08",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden("only the server knows which origins it accepts"),
        },
        info::RuleInfo {
            id: "resource-unknown",
            variant: "ResourceUnknown",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Server),
            summary: "A server that does not have the resource may respond with status code 404.",
            citation: "googlearchive/pywebsocket@6b9bf5c",
            evidence: &["googlearchive/pywebsocket@6b9bf5c"],
            stated_in: "hybi-08",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden("only the server knows which resources it has"),
        },
        info::RuleInfo {
            id: "internal-error-reported",
            variant: "InternalErrorReported",
            level: info::Level::Must,
            scope: info::Scope::Policy,
            by: None,
            summary: "An endpoint that meets an internal error must report 1006 to its application and must not send it.",
            citation: "pywebsocket note, HyBi 08",
            evidence: &["pywebsocket note, HyBi 08"],
            stated_in: "hybi-08",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "an endpoint's reports to its application do not appear on the wire",
            ),
        },
        info::RuleInfo {
            id: "close-reason-utf8",
            variant: "CloseReasonUtf8",
            level: info::Level::Must,
            scope: info::Scope::Close,
            by: None,
            summary: "The reason in a close frame must be valid UTF-8.",
            citation: "pywebsocket note, HyBi 10",
            evidence: &["pywebsocket note, HyBi 10"],
            stated_in: "hybi-10",
            outcome: info::Outcome::Fail(1007),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "versions-listed",
            variant: "VersionsListed",
            level: info::Level::Should,
            scope: info::Scope::Response,
            by: Some(Role::Server),
            summary: "A server that does not support the requested version should list all the versions that it supports.",
            citation: "pywebsocket note, HyBi 11",
            evidence: &["pywebsocket note, HyBi 11", "WebSocket::Version, HyBi 11"],
            stated_in: "hybi-11",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Input,
        },
    ];
}

/// The opening request.
#[allow(dead_code)]
pub mod request {
    use wsdraft::{
        Flow, Report, Role,
        grammar::{is_host, is_origin, is_token_list},
        handshake::{Opening, Request},
        support::{
            Found, Names, Vec, base64_of, is_extensions, keyword, push_field, push_fields,
            push_list, push_optional, push_random_base64, push_text, request_target,
            request_version, target_is, version,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 9] = [
        "Upgrade",
        "Connection",
        "Host",
        "Sec-WebSocket-Key",
        "Origin",
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

    /// Index of `Origin` in [`FIELDS`].
    pub const ORIGIN: usize = 4;

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
        // pywebsocket note, HyBi 11, MUST: version-supported
        if let Some(found) = fields.offending(SEC_WEBSOCKET_VERSION, version(&[8])) {
            broken(Rule::VersionSupported, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: request-method
        if request.method != "GET" {
            broken(Rule::RequestMethod, Found::text(0, request.method))?;
        }
        // pywebsocket note, HyBi 08, MUST: request-http-version
        if request.minor_version < 1 {
            broken(Rule::RequestHttpVersion, request_version(request))?;
        }
        // pywebsocket note, HyBi 08, MUST: request-target
        if !target_is(request.target, &["http", "https", "ws", "wss"]) {
            broken(Rule::RequestTarget, request_target(request))?;
        }
        // pywebsocket note, HyBi 08, MUST: host-present
        if let Some(found) = fields.missing(HOST) {
            broken(Rule::HostPresent, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: host-valid
        if let Some(found) = fields.offending(HOST, is_host) {
            broken(Rule::HostValid, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: upgrade-present
        if let Some(found) = fields.missing(UPGRADE) {
            broken(Rule::UpgradePresent, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: upgrade-once
        if let Some(found) = fields.repeated(UPGRADE) {
            broken(Rule::UpgradeOnce, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: upgrade-valid
        if let Some(found) = fields.offending(UPGRADE, keyword("websocket")) {
            broken(Rule::UpgradeValid, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: connection-present
        if let Some(found) = fields.missing(CONNECTION) {
            broken(Rule::ConnectionPresent, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: connection-valid
        if let Some(found) = fields.lacking(CONNECTION, "Upgrade") {
            broken(Rule::ConnectionValid, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: subprotocol-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_PROTOCOL, is_token_list) {
            broken(Rule::SubprotocolValid, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: version-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_VERSION) {
            broken(Rule::VersionPresent, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: key-present
        if let Some(found) = fields.missing(SEC_WEBSOCKET_KEY) {
            broken(Rule::KeyPresent, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: key-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_KEY, base64_of(16)) {
            broken(Rule::KeyValid, found)?;
        }
        // pywebsocket note, HyBi 11, MUST: origin-valid
        if let Some(found) = fields.offending(ORIGIN, is_origin) {
            broken(Rule::OriginValid, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: extensions-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_EXTENSIONS, is_extensions) {
            broken(Rule::ExtensionsValid, found)?;
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
        push_optional(out, "Origin", opening.origin);
        out.extend_from_slice(b"Sec-WebSocket-Version: 8\r\n");
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
        grammar::is_token,
        handshake::{Answer, Request, Response},
        info::Separator,
        support::{
            Found, Names, Vec, is_extensions, keyword, only_version_refuses, push_base64,
            push_fields, push_optional,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 6] = [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Version",
    ];

    static NAMES: Names<6> = Names::of(&FIELDS);

    /// Index of `Upgrade` in [`FIELDS`].
    pub const UPGRADE: usize = 0;

    /// Index of `Connection` in [`FIELDS`].
    pub const CONNECTION: usize = 1;

    /// Index of `Sec-WebSocket-Accept` in [`FIELDS`].
    pub const SEC_WEBSOCKET_ACCEPT: usize = 2;

    /// Index of `Sec-WebSocket-Protocol` in [`FIELDS`].
    pub const SEC_WEBSOCKET_PROTOCOL: usize = 3;

    /// Index of `Sec-WebSocket-Extensions` in [`FIELDS`].
    pub const SEC_WEBSOCKET_EXTENSIONS: usize = 4;

    /// Index of `Sec-WebSocket-Version` in [`FIELDS`].
    pub const SEC_WEBSOCKET_VERSION: usize = 5;

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
            // pywebsocket note, HyBi 06, MUST: response-connection-valid
            if let Some(found) = fields.lacking(CONNECTION, "Upgrade") {
                broken(Rule::ResponseConnectionValid, found)?;
            }
            // googlearchive/pywebsocket@fbdb680, MUST: response-upgrade-once
            if let Some(found) = fields.repeated(UPGRADE) {
                broken(Rule::ResponseUpgradeOnce, found)?;
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
            // googlearchive/pywebsocket@653e4dc, MUST: extensions-offered
            let offered = request.fields.all("Sec-WebSocket-Extensions");
            if let Some(found) =
                fields.not_offered(SEC_WEBSOCKET_EXTENSIONS, offered, Separator::Comma)
            {
                broken(Rule::ExtensionsOffered, found)?;
            }
            // pywebsocket note, HyBi 05, MUST: response-extensions-valid
            if let Some(found) = fields.offending(SEC_WEBSOCKET_EXTENSIONS, is_extensions) {
                broken(Rule::ResponseExtensionsValid, found)?;
            }
            // pywebsocket note, HyBi 08, MUST: response-subprotocol-valid
            if let Some(found) = fields.offending(SEC_WEBSOCKET_PROTOCOL, is_token) {
                broken(Rule::ResponseSubprotocolValid, found)?;
            }
        }
        if response.status == 426
            && only_version_refuses(|report| super::request::check(request, report))
        {
            // pywebsocket note, HyBi 11, SHOULD: versions-listed
            if let Some(found) = fields.missing(SEC_WEBSOCKET_VERSION) {
                broken(Rule::VersionsListed, found)?;
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
        push_optional(out, "Sec-WebSocket-Protocol", answer.subprotocol);
        push_optional(out, "Sec-WebSocket-Extensions", answer.extensions);
        push_fields(out, answer.fields);
        out.extend_from_slice(b"\r\n");
    }

    /// Appends the bytes that follow the response head. This draft has none.
    #[inline]
    pub fn write_body(_request: &Request<'_>, _out: &mut Vec<u8>) {}

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
        support::{close_code, not_utf8},
    };

    use super::{CloseCode, Rule};

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
        // pywebsocket note, HyBi 09, MUST: reserved-bits-clear
        let stray = header.reserved & !context.claimed;
        if stray != 0 {
            broken(Rule::ReservedBitsClear, 0, Seen::Bits(stray))?;
        }
        // pywebsocket note, HyBi 09, MUST: opcode-known
        if header.kind == Kind::Reserved {
            broken(Rule::OpcodeKnown, 0, Seen::Opcode(header.opcode))?;
        }
        // googlearchive/pywebsocket@d5bfe10, MUST: client-frame-masked
        if context.from == Role::Client && !header.masked {
            broken(Rule::ClientFrameMasked, 1, Seen::Nothing)?;
        }
        // googlearchive/pywebsocket@3ebb789, MUST: length-fits
        if matches!((header.length_bits, length), (63, 9223372036854775808..)) {
            broken(Rule::LengthFits, 1, Seen::Number(length))?;
        }
        // googlearchive/pywebsocket@3ebb789, MUST: control-frame-final
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
        // googlearchive/pywebsocket@7ab414d, MUST: control-frame-length
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
    pub fn check_close(body: &[u8], from: Role, offset: u64, report: &mut dyn Report) -> Flow {
        let mut broken = |rule: Rule, byte: u64, seen: Seen| {
            report.violation(rule.broken(from, offset + byte, seen))
        };
        // googlearchive/pywebsocket@41a4dd0, MUST: close-code-complete
        if body.len() == 1 {
            broken(Rule::CloseCodeComplete, 0, Seen::Number(1))?;
        }
        // crossbario/autobahn-python@0e4f70c53, MUST: close-code-allowed
        if let Some(found) = close_code(body).filter(|&code| !CloseCode(code).is_allowed()) {
            broken(Rule::CloseCodeAllowed, 0, Seen::Number(found.into()))?;
        }
        // pywebsocket note, HyBi 10, MUST: close-reason-utf8
        let reason = body.get(2..).unwrap_or_default();
        if let Some(found) = not_utf8(reason) {
            broken(Rule::CloseReasonUtf8, 2 + found as u64, Seen::text(reason))?;
        }
        Ok(())
    }
}

pub use super::hybi_07::Opcode;
pub use super::hybi_10::CloseCode;
pub use super::hybi_17::layout;
