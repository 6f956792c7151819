// Generated from hybi-15 in `spec`; do not edit. `cargo build` regenerates it.

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

    /// The draft hybi-15 (draft-ietf-hybi-thewebsocketprotocol-15, issued 2011-09-17, version 13 on the wire).
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

    /// The rules of hybi-15 that an endpoint can violate. Each value is the index in [`RULES`].
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
        /// The request target must be a path or an absolute http or https URI.
        ///
        /// `request-target`, MUST; inferred: RFC 6455 §4.1; the draft that introduced it is not known.
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
        /// The Upgrade field value must include websocket (case-insensitive).
        ///
        /// `upgrade-valid`, MUST; inferred: RFC 6455 §4.2.1; the draft that introduced it is not known.
        UpgradeValid = 7,
        /// The request must contain a Connection header field.
        ///
        /// `connection-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ConnectionPresent = 8,
        /// The Connection field value must include Upgrade (case-insensitive).
        ///
        /// `connection-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ConnectionValid = 9,
        /// The request's subprotocols must be tokens separated by commas.
        ///
        /// `subprotocol-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        SubprotocolValid = 10,
        /// The request must state its protocol version.
        ///
        /// `version-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        VersionPresent = 31,
        /// The request must contain a Sec-WebSocket-Key header field.
        ///
        /// `key-present`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        KeyPresent = 32,
        /// The request must not contain more than one Sec-WebSocket-Key header field.
        ///
        /// `key-once`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14.
        KeyOnce = 33,
        /// The Sec-WebSocket-Key field value must be 16 base64-encoded bytes.
        ///
        /// `key-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        KeyValid = 34,
        /// The request must not contain more than one Sec-WebSocket-Version header field.
        ///
        /// `version-once`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14; googlearchive/pywebsocket@23306b0.
        VersionOnce = 41,
        /// The request's origin, if stated, must be null or origins (scheme, host, optional port) separated by a space, as in RFC 6454.
        ///
        /// `origin-valid`, MUST; pywebsocket note, HyBi 11; RFC 6454 §7.1; inferred: RFC 6454 defines the grammar of the field with this name.
        OriginValid = 42,
        /// A client must not offer the same subprotocol more than once.
        ///
        /// `subprotocols-distinct`, MUST; inferred: RFC 6455 §4.1; the draft that introduced it is not known.
        SubprotocolsDistinct = 43,
        /// Extensions must be tokens with optional parameters.
        ///
        /// `extensions-valid`, MUST; pywebsocket note, HyBi 08; googlearchive/pywebsocket@6b9bf5c.
        ExtensionsValid = 44,
        // The response.
        /// A response that accepts the request must have status code 101.
        ///
        /// `response-status`, MUST; googlearchive/pywebsocket@653e4dc; WebSocket::Version, Hixie 75.
        ResponseStatus = 11,
        /// The response must contain an Upgrade header field.
        ///
        /// `response-upgrade-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseUpgradePresent = 12,
        /// The Upgrade field value must be websocket (case-insensitive).
        ///
        /// `response-upgrade-valid`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        ResponseUpgradeValid = 13,
        /// The response must contain a Connection header field.
        ///
        /// `response-connection-present`, MUST; googlearchive/pywebsocket@653e4dc.
        ResponseConnectionPresent = 14,
        /// The Connection field value must include Upgrade (case-insensitive).
        ///
        /// `response-connection-valid`, MUST; pywebsocket note, HyBi 06; WebSocket::Version, HyBi 06.
        ResponseConnectionValid = 15,
        /// The response must not contain more than one Upgrade header field.
        ///
        /// `response-upgrade-once`, MUST; googlearchive/pywebsocket@fbdb680; RFC 2616 §4.2; inferred: the field has a single value, and HTTP allows a field to be repeated only if its value is a list.
        ResponseUpgradeOnce = 18,
        /// The response must contain a Sec-WebSocket-Accept header field.
        ///
        /// `accept-present`, MUST; pywebsocket note, HyBi 04; WebSocket::Version, HyBi 04.
        AcceptPresent = 35,
        /// The response must not contain more than one Sec-WebSocket-Accept header field.
        ///
        /// `accept-once`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14.
        AcceptOnce = 36,
        /// The Sec-WebSocket-Accept field value must be the hash of the key and the protocol's GUID.
        ///
        /// `accept-matches`, MUST; googlearchive/pywebsocket@653e4dc; igrigorik/em-websocket.
        AcceptMatches = 37,
        /// A server must not agree to an extension that the client did not offer.
        ///
        /// `extensions-offered`, MUST; googlearchive/pywebsocket@653e4dc.
        ExtensionsOffered = 38,
        /// The response must not contain more than one Sec-WebSocket-Extensions header field.
        ///
        /// `response-extensions-once`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14.
        ResponseExtensionsOnce = 45,
        /// Extensions must be tokens with optional parameters.
        ///
        /// `response-extensions-valid`, MUST; pywebsocket note, HyBi 05; googlearchive/pywebsocket@2436ade.
        ResponseExtensionsValid = 46,
        /// The response must not contain more than one Sec-WebSocket-Protocol header field.
        ///
        /// `response-subprotocol-once`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14.
        ResponseSubprotocolOnce = 49,
        /// The response's subprotocol must be a single token.
        ///
        /// `response-subprotocol-valid`, MUST; pywebsocket note, HyBi 08; WebSocket::Version, HyBi 08.
        ResponseSubprotocolValid = 50,
        /// A server that does not support the requested version must list all the versions that it supports.
        ///
        /// `versions-listed`, MUST; pywebsocket note, HyBi 15; WebSocket::Version, HyBi 15.
        VersionsListed = 56,
        /// A server must not choose a subprotocol that the client did not offer.
        ///
        /// `subprotocol-offered`, MUST; pywebsocket note, HyBi 13; WebSocket::Version, HyBi 13.
        SubprotocolOffered = 57,
        /// A server that responds with status code 401 must send WWW-Authenticate.
        ///
        /// `authentication-challenged`, MUST; RFC 9110 §15.5.2; pywebsocket note, HyBi 13; WebSocket::Version, HyBi 13.
        AuthenticationChallenged = 61,
        // Frames.
        /// A sender must set reserved bits to zero unless an extension uses them.
        ///
        /// `reserved-bits-clear`, MUST; pywebsocket note, HyBi 09; WebSocket::Version, HyBi 09.
        ReservedBitsClear = 21,
        /// A sender must use only opcodes that the protocol defines.
        ///
        /// `opcode-known`, MUST; pywebsocket note, HyBi 09.
        OpcodeKnown = 22,
        /// A client must mask every frame that it sends.
        ///
        /// `client-frame-masked`, MUST; pywebsocket note, HyBi 15; WebSocket::Version, HyBi 15.
        ClientFrameMasked = 23,
        /// A server must not mask frames.
        ///
        /// `server-frame-unmasked`, MUST; pywebsocket note, HyBi 15; WebSocket::Version, HyBi 15.
        ServerFrameUnmasked = 24,
        /// A sender must encode the payload length in the shortest form.
        ///
        /// `length-minimal`, MUST; pywebsocket note, HyBi 14; WebSocket::Version, HyBi 14.
        LengthMinimal = 25,
        /// The most significant bit of an eight-byte payload length must be zero.
        ///
        /// `length-fits`, MUST; googlearchive/pywebsocket@3ebb789.
        LengthFits = 26,
        /// A control frame must not be fragmented.
        ///
        /// `control-frame-final`, MUST; googlearchive/pywebsocket@3ebb789.
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
        /// `control-frame-length`, MUST; googlearchive/pywebsocket@7ab414d.
        ControlFrameLength = 39,
        /// An endpoint must not send data frames after a close frame; a receiver discards them.
        ///
        /// `data-after-close`, MUST; inferred: RFC 6455 §5.5.1; the draft that introduced it is not known.
        DataAfterClose = 62,
        // Messages.
        /// The payload of a text message must be valid UTF-8.
        ///
        /// `text-utf8`, MUST; pywebsocket note, HyBi 10; googlearchive/pywebsocket@ad83f14.
        TextUtf8 = 16,
        // Close frames.
        /// The body of a close frame must be empty or start with a two-byte close code.
        ///
        /// `close-code-complete`, MUST; googlearchive/pywebsocket@41a4dd0.
        CloseCodeComplete = 47,
        /// The close code in a close frame must be one that endpoints are allowed to send.
        ///
        /// `close-code-allowed`, MUST; crossbario/autobahn-python@0e4f70c53; pywebsocket note, HyBi 08; googlearchive/pywebsocket@f33374c.
        CloseCodeAllowed = 51,
        /// The reason in a close frame must be valid UTF-8.
        ///
        /// `close-reason-utf8`, MUST; pywebsocket note, HyBi 10.
        CloseReasonUtf8 = 55,
        // The conversation.
        /// An endpoint that receives a close frame must respond with one, unless it has already sent one.
        ///
        /// `close-answered`, MUST; pywebsocket note, Hixie 76 (HyBi 00); googlearchive/pywebsocket@a5ada60.
        CloseAnswered = 20,
        /// An endpoint must respond to a ping with a pong that has the same payload, unless it has received a close frame.
        ///
        /// `ping-answered`, MUST; googlearchive/pywebsocket@fbdb680; igrigorik/em-websocket.
        PingAnswered = 30,
        /// A client must mask each frame with fresh bytes from a strong source of entropy.
        ///
        /// `mask-is-random`, MUST; pywebsocket note, HyBi 05.
        MaskIsRandom = 40,
        /// A client must not send anything after its request until it has received the response.
        ///
        /// `client-waits`, MUST; inferred: RFC 6455 §4.1; the draft that introduced it is not known.
        ClientWaits = 65,
        /// A client should let the server close the transport after the closing handshake.
        ///
        /// `server-ends-transport`, SHOULD; inferred: RFC 6455 §7.1.1; the draft that introduced it is not known.
        ServerEndsTransport = 66,
    }

    impl Rule {
        /// All of them, in the order above.
        pub const ALL: [Self; 56] = [
            Self::VersionSupported,
            Self::RequestMethod,
            Self::RequestHttpVersion,
            Self::RequestTarget,
            Self::HostPresent,
            Self::HostValid,
            Self::UpgradePresent,
            Self::UpgradeValid,
            Self::ConnectionPresent,
            Self::ConnectionValid,
            Self::SubprotocolValid,
            Self::VersionPresent,
            Self::KeyPresent,
            Self::KeyOnce,
            Self::KeyValid,
            Self::VersionOnce,
            Self::OriginValid,
            Self::SubprotocolsDistinct,
            Self::ExtensionsValid,
            Self::ResponseStatus,
            Self::ResponseUpgradePresent,
            Self::ResponseUpgradeValid,
            Self::ResponseConnectionPresent,
            Self::ResponseConnectionValid,
            Self::ResponseUpgradeOnce,
            Self::AcceptPresent,
            Self::AcceptOnce,
            Self::AcceptMatches,
            Self::ExtensionsOffered,
            Self::ResponseExtensionsOnce,
            Self::ResponseExtensionsValid,
            Self::ResponseSubprotocolOnce,
            Self::ResponseSubprotocolValid,
            Self::VersionsListed,
            Self::SubprotocolOffered,
            Self::AuthenticationChallenged,
            Self::ReservedBitsClear,
            Self::OpcodeKnown,
            Self::ClientFrameMasked,
            Self::ServerFrameUnmasked,
            Self::LengthMinimal,
            Self::LengthFits,
            Self::ControlFrameFinal,
            Self::ContinuationOfNothing,
            Self::MessageInterrupted,
            Self::ControlFrameLength,
            Self::DataAfterClose,
            Self::TextUtf8,
            Self::CloseCodeComplete,
            Self::CloseCodeAllowed,
            Self::CloseReasonUtf8,
            Self::CloseAnswered,
            Self::PingAnswered,
            Self::MaskIsRandom,
            Self::ClientWaits,
            Self::ServerEndsTransport,
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
        name: "draft-ietf-hybi-thewebsocketprotocol-15",
        short: "hybi-15",
        aliases: &[],
        series: "hybi",
        revision: Some(15),
        serial: Some(15),
        wire_version: Some(13),
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
                name: "reserved",
                meaning: "Reserved; a meaning may be defined later",
                on_wire: false,
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
                name: "invalid-payload-data",
                meaning: "The data of a message does not match its type",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1008,
                name: "policy-violation",
                meaning: "A message violates a policy of the endpoint",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1009,
                name: "message-too-big",
                meaning: "A message is too big for the endpoint",
                on_wire: true,
                by: None,
            },
            info::CloseCodeInfo {
                code: 1010,
                name: "mandatory-extension",
                meaning: "The server did not agree to an extension that the client requires",
                on_wire: true,
                by: Some(Role::Client),
            },
        ],
        local_codes: info::LocalCodes {
            normal: Some(1000),
            going_away: Some(1001),
            too_big: Some(1009),
            no_status: Some(1005),
            abnormal: Some(1006),
            internal: None,
            policy: Some(1008),
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
                separator: info::Separator::Comma,
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
                versions: &[13],
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
                quoted: true,
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
                quoted: true,
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
            info::HeaderInfo {
                name: "WWW-Authenticate",
                purpose: info::Purpose::Http,
                separator: info::Separator::None,
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
            test: info::SignTest::OneOf(&["13"]),
            hint: false,
        }],
        derives_key: false,
        undetectable: false,
    };

    /// Information about each rule, in the order in which the rules are checked.
    pub static RULES: [info::RuleInfo; 67] = [
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
            summary: "The request target must be a path or an absolute http or https URI.",
            citation: "inferred: RFC 6455 §4.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
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
            id: "upgrade-valid",
            variant: "UpgradeValid",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The Upgrade field value must include websocket (case-insensitive).",
            citation: "inferred: RFC 6455 §4.2.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.2.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
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
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client may include the port in Host if it is not the scheme's default port.",
            citation: "inferred: RFC 6455 §4.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
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
            citation: "pywebsocket note, HyBi 15",
            evidence: &["pywebsocket note, HyBi 15", "WebSocket::Version, HyBi 15"],
            stated_in: "hybi-15",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "server-frame-unmasked",
            variant: "ServerFrameUnmasked",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: Some(Role::Server),
            summary: "A server must not mask frames.",
            citation: "pywebsocket note, HyBi 15",
            evidence: &["pywebsocket note, HyBi 15", "WebSocket::Version, HyBi 15"],
            stated_in: "hybi-15",
            outcome: info::Outcome::Fail(1002),
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "length-minimal",
            variant: "LengthMinimal",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "A sender must encode the payload length in the shortest form.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Fail(1002),
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
            id: "key-once",
            variant: "KeyOnce",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must not contain more than one Sec-WebSocket-Key header field.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
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
            id: "accept-once",
            variant: "AcceptOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Accept header field.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
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
            id: "version-once",
            variant: "VersionOnce",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "The request must not contain more than one Sec-WebSocket-Version header field.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &[
                "pywebsocket note, HyBi 14",
                "WebSocket::Version, HyBi 14",
                "googlearchive/pywebsocket@23306b0",
            ],
            stated_in: "hybi-14",
            outcome: info::Outcome::Reject(400),
            visibility: info::Visibility::Input,
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
            id: "subprotocols-distinct",
            variant: "SubprotocolsDistinct",
            level: info::Level::Must,
            scope: info::Scope::Request,
            by: None,
            summary: "A client must not offer the same subprotocol more than once.",
            citation: "inferred: RFC 6455 §4.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
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
            id: "response-extensions-once",
            variant: "ResponseExtensionsOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Extensions header field.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Abort,
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
            id: "response-subprotocol-once",
            variant: "ResponseSubprotocolOnce",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "The response must not contain more than one Sec-WebSocket-Protocol header field.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
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
            level: info::Level::Must,
            scope: info::Scope::Policy,
            by: Some(Role::Server),
            summary: "A server that does not accept the origin must respond with an HTTP error, for example status code 403.",
            citation: "inferred: RFC 6455 §4.2.2; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.2.2; the draft that introduced it is not known"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden("only the server knows which origins it accepts"),
        },
        info::RuleInfo {
            id: "resource-unknown",
            variant: "ResourceUnknown",
            level: info::Level::Must,
            scope: info::Scope::Policy,
            by: Some(Role::Server),
            summary: "A server that does not have the resource must respond with an HTTP error, for example status code 404.",
            citation: "inferred: RFC 6455 §4.2.2; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.2.2; the draft that introduced it is not known"],
            stated_in: "hybi-14",
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
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: Some(Role::Server),
            summary: "A server that does not support the requested version must list all the versions that it supports.",
            citation: "pywebsocket note, HyBi 15",
            evidence: &["pywebsocket note, HyBi 15", "WebSocket::Version, HyBi 15"],
            stated_in: "hybi-15",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "subprotocol-offered",
            variant: "SubprotocolOffered",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: None,
            summary: "A server must not choose a subprotocol that the client did not offer.",
            citation: "pywebsocket note, HyBi 13",
            evidence: &["pywebsocket note, HyBi 13", "WebSocket::Version, HyBi 13"],
            stated_in: "hybi-13",
            outcome: info::Outcome::Abort,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "authentication-asked",
            variant: "AuthenticationAsked",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Server),
            summary: "A server may respond with status code 401 and WWW-Authenticate, and the client may then authenticate itself.",
            citation: "pywebsocket note, HyBi 13",
            evidence: &["pywebsocket note, HyBi 13", "WebSocket::Version, HyBi 13"],
            stated_in: "hybi-13",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "redirect-followed",
            variant: "RedirectFollowed",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client may follow a redirect (a 3xx status code), but need not.",
            citation: "pywebsocket note, HyBi 13",
            evidence: &["pywebsocket note, HyBi 13", "WebSocket::Version, HyBi 13"],
            stated_in: "hybi-13",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "reconnect-delayed",
            variant: "ReconnectDelayed",
            level: info::Level::Should,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client should wait a random time, such as up to five seconds, to reconnect after an abnormal closure, longer after each failure.",
            citation: "pywebsocket note, HyBi 13",
            evidence: &["pywebsocket note, HyBi 13", "WebSocket::Version, HyBi 13"],
            stated_in: "hybi-13",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule concerns several connections, and nothing shows whether the same client made them",
            ),
        },
        info::RuleInfo {
            id: "authentication-challenged",
            variant: "AuthenticationChallenged",
            level: info::Level::Must,
            scope: info::Scope::Response,
            by: Some(Role::Server),
            summary: "A server that responds with status code 401 must send WWW-Authenticate.",
            citation: "RFC 9110 §15.5.2",
            evidence: &[
                "RFC 9110 §15.5.2",
                "pywebsocket note, HyBi 13",
                "WebSocket::Version, HyBi 13",
            ],
            stated_in: "hybi-13",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "data-after-close",
            variant: "DataAfterClose",
            level: info::Level::Must,
            scope: info::Scope::Frame,
            by: None,
            summary: "An endpoint must not send data frames after a close frame; a receiver discards them.",
            citation: "inferred: RFC 6455 §5.5.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §5.5.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Discard,
            visibility: info::Visibility::Input,
        },
        info::RuleInfo {
            id: "version-retried",
            variant: "VersionRetried",
            level: info::Level::May,
            scope: info::Scope::Policy,
            by: Some(Role::Client),
            summary: "A client whose version is refused may repeat the opening handshake with a version that the server lists.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule only permits something, so nothing violates it",
            ),
        },
        info::RuleInfo {
            id: "tls-supported",
            variant: "TlsSupported",
            level: info::Level::Must,
            scope: info::Scope::Policy,
            by: None,
            summary: "An implementation must support TLS.",
            citation: "pywebsocket note, HyBi 14",
            evidence: &["pywebsocket note, HyBi 14", "WebSocket::Version, HyBi 14"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Hidden(
                "the rule concerns what an implementation can do, not what it does",
            ),
        },
        info::RuleInfo {
            id: "client-waits",
            variant: "ClientWaits",
            level: info::Level::Must,
            scope: info::Scope::Conversation,
            by: Some(Role::Client),
            summary: "A client must not send anything after its request until it has received the response.",
            citation: "inferred: RFC 6455 §4.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §4.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::WaitsForResponse),
        },
        info::RuleInfo {
            id: "server-ends-transport",
            variant: "ServerEndsTransport",
            level: info::Level::Should,
            scope: info::Scope::Conversation,
            by: Some(Role::Client),
            summary: "A client should let the server close the transport after the closing handshake.",
            citation: "inferred: RFC 6455 §7.1.1; the draft that introduced it is not known",
            evidence: &["inferred: RFC 6455 §7.1.1; the draft that introduced it is not known"],
            stated_in: "hybi-14",
            outcome: info::Outcome::Nothing,
            visibility: info::Visibility::Conversation(info::Conversation::ServerEndsTransport),
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
        info::Separator,
        support::{
            Found, Names, Vec, base64_of, is_quoted_extensions, push_field, push_fields, push_list,
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
        if let Some(found) = fields.offending(SEC_WEBSOCKET_VERSION, version(&[13])) {
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
        // inferred: RFC 6455 §4.1; the draft that introduced it is not known, MUST: request-target
        if !target_is(request.target, &["http", "https"]) {
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
        // inferred: RFC 6455 §4.2.1; the draft that introduced it is not known, MUST: upgrade-valid
        if let Some(found) = fields.lacking(UPGRADE, "websocket") {
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
        // pywebsocket note, HyBi 14, MUST: key-once
        if let Some(found) = fields.repeated(SEC_WEBSOCKET_KEY) {
            broken(Rule::KeyOnce, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: key-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_KEY, base64_of(16)) {
            broken(Rule::KeyValid, found)?;
        }
        // pywebsocket note, HyBi 14, MUST: version-once
        if let Some(found) = fields.repeated(SEC_WEBSOCKET_VERSION) {
            broken(Rule::VersionOnce, found)?;
        }
        // pywebsocket note, HyBi 11, MUST: origin-valid
        if let Some(found) = fields.offending(ORIGIN, is_origin) {
            broken(Rule::OriginValid, found)?;
        }
        // inferred: RFC 6455 §4.1; the draft that introduced it is not known, MUST: subprotocols-distinct
        if let Some(found) = fields.duplicated(SEC_WEBSOCKET_PROTOCOL, Separator::Comma) {
            broken(Rule::SubprotocolsDistinct, found)?;
        }
        // pywebsocket note, HyBi 08, MUST: extensions-valid
        if let Some(found) = fields.offending(SEC_WEBSOCKET_EXTENSIONS, is_quoted_extensions) {
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
        out.extend_from_slice(b"Sec-WebSocket-Version: 13\r\n");
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
            Found, Names, Vec, is_quoted_extensions, keyword, only_version_refuses, push_base64,
            push_fields, push_optional,
        },
    };

    use super::Rule;

    /// The header fields that the draft refers to.
    pub static FIELDS: [&str; 7] = [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Version",
        "WWW-Authenticate",
    ];

    static NAMES: Names<7> = Names::of(&FIELDS);

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

    /// Index of `WWW-Authenticate` in [`FIELDS`].
    pub const WWW_AUTHENTICATE: usize = 6;

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
            // pywebsocket note, HyBi 14, MUST: accept-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_ACCEPT) {
                broken(Rule::AcceptOnce, found)?;
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
            // pywebsocket note, HyBi 14, MUST: response-extensions-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_EXTENSIONS) {
                broken(Rule::ResponseExtensionsOnce, found)?;
            }
            // pywebsocket note, HyBi 05, MUST: response-extensions-valid
            if let Some(found) = fields.offending(SEC_WEBSOCKET_EXTENSIONS, is_quoted_extensions) {
                broken(Rule::ResponseExtensionsValid, found)?;
            }
            // pywebsocket note, HyBi 14, MUST: response-subprotocol-once
            if let Some(found) = fields.repeated(SEC_WEBSOCKET_PROTOCOL) {
                broken(Rule::ResponseSubprotocolOnce, found)?;
            }
            // pywebsocket note, HyBi 08, MUST: response-subprotocol-valid
            if let Some(found) = fields.offending(SEC_WEBSOCKET_PROTOCOL, is_token) {
                broken(Rule::ResponseSubprotocolValid, found)?;
            }
        }
        if response.status == 426
            && only_version_refuses(|report| super::request::check(request, report))
        {
            // pywebsocket note, HyBi 15, MUST: versions-listed
            if let Some(found) = fields.missing(SEC_WEBSOCKET_VERSION) {
                broken(Rule::VersionsListed, found)?;
            }
        }
        if accepts {
            // pywebsocket note, HyBi 13, MUST: subprotocol-offered
            let offered = request.fields.all("Sec-WebSocket-Protocol");
            if let Some(found) =
                fields.not_offered(SEC_WEBSOCKET_PROTOCOL, offered, Separator::Comma)
            {
                broken(Rule::SubprotocolOffered, found)?;
            }
        }
        if response.status == 401 {
            // RFC 9110 §15.5.2, MUST: authentication-challenged
            if let Some(found) = fields.missing(WWW_AUTHENTICATE) {
                broken(Rule::AuthenticationChallenged, found)?;
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
        // pywebsocket note, HyBi 15, MUST: client-frame-masked
        if context.from == Role::Client && !header.masked {
            broken(Rule::ClientFrameMasked, 1, Seen::Nothing)?;
        }
        // pywebsocket note, HyBi 15, MUST: server-frame-unmasked
        if context.from == Role::Server && header.masked {
            broken(Rule::ServerFrameUnmasked, 1, Seen::Nothing)?;
        }
        // pywebsocket note, HyBi 14, MUST: length-minimal
        if matches!(
            (header.length_bits, length),
            (16, 0..=125) | (63, 0..=65535),
        ) {
            broken(Rule::LengthMinimal, 1, Seen::Number(length))?;
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
        // inferred: RFC 6455 §5.5.1; the draft that introduced it is not known, MUST: data-after-close
        if header.kind.is_data() && context.closed {
            broken(Rule::DataAfterClose, 0, Seen::Nothing)?;
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
pub use super::hybi_14::CloseCode;
pub use super::hybi_17::layout;
