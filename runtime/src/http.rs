//! Detection and opening handshakes in the types of the `http` crate, for servers in which
//! something else has parsed the request and writes the answer.
//!
//! What such a server passes on is less than what was received: the names of header fields
//! are in lower case, and their order is not that of the wire. So a draft with a rule on the
//! order is refused here ([`Error::Order`]), and so is one whose clients would not take the
//! answer in the way that it will be written ([`Error::Written`]): with names in lower case
//! and a field with the date. Offsets in violations are those in a head that has the fields as
//! the map has them.

use alloc::{string::String, sync::Arc, vec::Vec};
use std::fmt;

use ::http::{HeaderMap, Method, Uri, Version as HttpVersion, header::HeaderName, request::Parts};

use crate::{
    Draft, Enforce,
    detect::{self, Detection},
    extension::Extensions,
    handshake::{
        Answer, Field, Fields, HeadLimits, Request, parse,
        server::{
            Established, Offer, Progress, Refusal, RefusalCause, ServerHandshake, ServerOptions,
        },
    },
    info::{DraftInfo, RuleInfo},
    support,
    versions::{Version, Versions},
};

/// Finds the drafts that a request can be of, from its header fields.
pub fn detect_headers<'d>(
    headers: &HeaderMap,
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Detection {
    detect::detect(&Fields::new(&fields(headers), 0), drafts)
}

/// Finds the drafts that a request can be of.
///
/// ```
/// let request = http::Request::get("/chat")
///     .header("Sec-WebSocket-Version", "13")
///     .body(())
///     .unwrap();
/// let found = wsdraft::http::detect_request(&request, wsdraft::drafts::ALL.iter().copied());
/// assert_eq!(found.wire_version, Some(13));
/// for reason in &found.reasons {
///     println!("{reason}");
/// }
/// ```
pub fn detect_request<'d, B>(
    request: &::http::Request<B>,
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Detection {
    detect_headers(request.headers(), drafts)
}

impl Versions {
    /// The draft of a request, detected among the [built-in drafts](crate::drafts::ALL).
    #[must_use]
    pub fn of_request<B>(self, request: &::http::Request<B>) -> Option<Version> {
        self.of_headers(request.headers())
    }

    /// The draft of a request with these header fields, detected among the
    /// [built-in drafts](crate::drafts::ALL).
    #[must_use]
    pub fn of_headers(self, headers: &HeaderMap) -> Option<Version> {
        let drafts = crate::drafts::ALL.iter().copied();
        self.of_detection(&detect_headers(headers, drafts))
    }
}

/// Hands a request to `look` in the shape in which drafts check it. Its offsets are all 0.
///
/// ```
/// # use wsdraft::{Draft, Enforce, Relaxed, Violation};
/// fn check<B>(draft: &dyn Draft, request: &http::Request<B>) -> Result<(), Violation> {
///     let mut report = Enforce::new(Relaxed::NONE, false);
///     let _ = wsdraft::http::with_request(request, false, |request| {
///         draft.check_request(request, &mut report)
///     });
///     report.finish()
/// }
/// ```
pub fn with_request<B, R>(
    request: &::http::Request<B>,
    secure: bool,
    look: impl FnOnce(&Request<'_>) -> R,
) -> R {
    let fields = fields(request.headers());
    look(&Request {
        method: request.method().as_str(),
        target: &target(request.uri()),
        minor_version: minor_version(request.version()),
        fields: Fields::new(&fields, 0),
        body: &[],
        secure,
    })
}

/// The fields of a map, in its order.
fn fields(headers: &HeaderMap) -> Vec<Field<'_>> {
    let fields = headers.iter().map(|(name, value)| Field {
        name: name.as_str(),
        value: value.as_bytes(),
        offset: 0,
    });
    fields.collect()
}

fn target(uri: &Uri) -> String {
    match uri.path_and_query() {
        Some(path) if uri.scheme().is_none() => path.as_str().into(),
        _ => alloc::format!("{uri}"),
    }
}

const fn minor_version(version: HttpVersion) -> u8 {
    match version {
        HttpVersion::HTTP_10 => 0,
        _ => 1,
    }
}

/// Why a request is not upgraded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It asks for no upgrade, or breaks a rule.
    Refused(Refusal),
    /// There are no upgrades in this version of HTTP.
    Version(HttpVersion),
    /// The draft has a rule on the order of header fields, and what is known of the request
    /// does not say in which they came.
    Order {
        /// The draft.
        draft: &'static DraftInfo,
        /// The rule.
        rule: &'static RuleInfo,
    },
    /// A client of the draft would not take the answer as it is going to be written.
    Written {
        /// The draft.
        draft: &'static DraftInfo,
        /// What would be wrong with it.
        cause: RefusalCause,
    },
    /// The server that received the request cannot hand over its connection.
    Unavailable,
}

impl Error {
    /// The answer that the client is owed.
    #[must_use]
    pub fn response(&self) -> ::http::Response<String> {
        let (status, text) = match self {
            Self::Refused(refusal) if !refusal.response.is_empty() => {
                if let Some(response) = whole_response(&refusal.response) {
                    return response;
                }
                (400, self)
            }
            Self::Refused(_) => (400, self),
            Self::Version(_) => (505, self),
            Self::Order { .. } | Self::Written { .. } => (501, self),
            Self::Unavailable => (500, self),
        };
        let mut response = ::http::Response::new(alloc::format!("{text}\n"));
        *response.status_mut() = ::http::StatusCode::from_u16(status).unwrap_or_default();
        response
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Version(version) => write!(f, "there are no upgrades in {version:?}"),
            Self::Order { draft, rule } => write!(
                f,
                "{} cannot be checked after the order of header fields was lost: {} ({})",
                draft.short, rule.summary, rule.id
            ),
            Self::Written { draft, cause } => {
                write!(
                    f,
                    "the answer that {} prescribes cannot be written by this server: ",
                    draft.short
                )?;
                match cause {
                    RefusalCause::Violation(violation) => violation.fmt(f),
                    RefusalCause::Head(error) => error.fmt(f),
                    _ => f.write_str("it would be refused"),
                }
            }
            Self::Unavailable => f.write_str("the server cannot hand over the connection"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The reason phrase that a draft gives the status of its answer, in the extensions of the
/// response; the status's own phrase where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub String);

/// The server's side of an opening handshake whose request was parsed by something else.
///
/// When the [answer](Self::accept) has been written and the connection was handed over, the
/// [rest](Self::take_output) is to be written, and what is read given to
/// [`receive`](Self::receive) until the handshake [is done](Self::is_done).
#[derive(Debug)]
pub struct Upgrade<D> {
    handshake: ServerHandshake<D>,
    offer: Offer,
    output: Vec<u8>,
}

impl<D: Draft> Upgrade<D> {
    /// Checks a request; of several drafts that fit, the last one is spoken.
    ///
    /// # Errors
    /// It is not to be upgraded; tell the client with [`Error::response`].
    pub fn new<B>(
        drafts: impl Into<Arc<[D]>>,
        options: ServerOptions,
        extensions: Extensions,
        request: &::http::Request<B>,
    ) -> Result<Self, Error> {
        Self::of_pieces(
            drafts.into(),
            options,
            extensions,
            request.method(),
            request.uri(),
            request.version(),
            request.headers(),
        )
    }

    /// As [`new`](Self::new), from the parts of a request.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_parts(
        drafts: impl Into<Arc<[D]>>,
        options: ServerOptions,
        extensions: Extensions,
        parts: &Parts,
    ) -> Result<Self, Error> {
        Self::of_pieces(
            drafts.into(),
            options,
            extensions,
            &parts.method,
            &parts.uri,
            parts.version,
            &parts.headers,
        )
    }

    fn of_pieces(
        drafts: Arc<[D]>,
        options: ServerOptions,
        extensions: Extensions,
        method: &Method,
        uri: &Uri,
        version: HttpVersion,
        headers: &HeaderMap,
    ) -> Result<Self, Error> {
        if version > HttpVersion::HTTP_11 {
            return Err(Error::Version(version));
        }
        let target = target(uri);
        let mut handshake =
            ServerHandshake::new(Arc::clone(&drafts), options).with_extensions(extensions);
        let head = head(method.as_str(), &target, version, headers);
        let received = handshake.receive(&head);
        let request = Request {
            method: method.as_str(),
            target: &target,
            minor_version: minor_version(version),
            fields: Fields::default(),
            body: &[],
            secure: options.secure,
        };
        let draft = drafts
            .iter()
            .rev()
            .find(|draft| detect::matches(draft.info(), &Fields::new(&fields(headers), 0)));
        let depends = draft.and_then(|draft| {
            let rule = order_rule(draft, &options, &request, headers)?;
            Some((draft.info(), rule))
        });
        if let Some((draft, rule)) = depends {
            return Err(Error::Order { draft, rule });
        }
        match received? {
            Progress::Offered(offer) => Ok(Self {
                handshake,
                offer,
                output: Vec::new(),
            }),
            Progress::More | Progress::Plain { .. } => Err(handshake.refuse_plain().into()),
        }
    }

    /// What the client asks for.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The answer to write, with its [`Reason`] among the extensions.
    ///
    /// # Errors
    /// [`Error::Written`].
    pub fn accept(&mut self, answer: &Answer<'_>) -> Result<::http::Response<()>, Error> {
        self.handshake.accept(answer);
        let mut head = self.handshake.take_output();
        let end = memchr::memmem::find(&head, b"\r\n\r\n").map_or(head.len(), |at| at + 4);
        self.output = head.split_off(end);
        let draft = self.offer.draft;
        let written = |cause| Error::Written { draft, cause };
        let response = response(&head).map_err(written)?;
        self.handshake
            .check_answer(&as_written(&response))
            .map_err(written)?;
        Ok(response)
    }

    /// Takes bytes in that were read after the request's head.
    pub fn receive(&mut self, bytes: &[u8]) {
        // What follows a request that was accepted is not judged.
        let _ = self.handshake.receive(bytes);
        self.output.extend(self.handshake.take_output());
    }

    /// Takes what has to be sent after the answer's head.
    #[must_use]
    pub fn take_output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.output)
    }

    /// Whether the handshake is complete, but for sending the output.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.handshake.is_done()
    }

    /// Goes over to frames; `None` while the handshake is not complete.
    #[must_use]
    pub fn finish(self) -> Option<Established<D>>
    where
        D: Clone,
    {
        self.handshake.finish()
    }
}

/// The head of a request, with the fields in the map's order.
fn head(method: &str, target: &str, version: HttpVersion, headers: &HeaderMap) -> Vec<u8> {
    let minor = minor_version(version);
    let mut head = alloc::format!("{method} {target} HTTP/1.{minor}\r\n").into_bytes();
    push_map(&mut head, headers);
    head.extend_from_slice(b"\r\n");
    head
}

fn push_map(out: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        support::push_field(out, name.as_str(), value.as_bytes());
    }
}

/// The rule of a draft whose verdict changes when the fields come in another order, with their
/// names as the draft spells them.
fn order_rule<D: Draft>(
    draft: &D,
    options: &ServerOptions,
    request: &Request<'_>,
    headers: &HeaderMap,
) -> Option<&'static RuleInfo> {
    let known = draft.info().request_headers;
    let position = |name: &HeaderName| {
        let mut names = known.iter().map(|header| header.name);
        names.position(|known| known.eq_ignore_ascii_case(name.as_str()))
    };
    let verdict = |names: &[&HeaderName]| {
        let mut fields = Vec::new();
        for &name in names {
            let spelled = position(name).map_or(name.as_str(), |at| known[at].name);
            fields.extend(headers.get_all(name).iter().map(|value| Field {
                name: spelled,
                value: value.as_bytes(),
                offset: 0,
            }));
        }
        let request = Request {
            fields: Fields::new(&fields, 0),
            ..*request
        };
        let mut report = Enforce::new(options.relaxed, options.strict);
        let _ = draft.check_request(&request, &mut report);
        report.finish().err().map(|violation| violation.rule)
    };
    let mut names: Vec<&HeaderName> = headers.keys().collect();
    let given = verdict(&names);
    names.reverse();
    let reversed = verdict(&names);
    names.sort_by_key(|name| position(name).unwrap_or(known.len()));
    let verdicts = [given, reversed, verdict(&names)];
    let mut broken = verdicts.iter().flatten().copied();
    broken.find(|&rule| verdicts.iter().any(|&verdict| verdict != Some(rule)))
}

/// The head of an answer, parsed.
fn response(head: &[u8]) -> Result<::http::Response<()>, RefusalCause> {
    let limits = HeadLimits::default();
    let parsed = parse::with_response(head, &[], &limits, |response| {
        let mut made = ::http::Response::new(());
        *made.status_mut() = ::http::StatusCode::from_u16(response.status).ok()?;
        for field in response.fields.iter() {
            made.headers_mut().append(
                HeaderName::from_bytes(field.name.as_bytes()).ok()?,
                ::http::HeaderValue::from_bytes(field.value).ok()?,
            );
        }
        made.extensions_mut().insert(Reason(response.reason.into()));
        Some(made)
    });
    let malformed = parse::HeadError::Malformed {
        why: "a header field of the answer",
    };
    parsed
        .map_err(RefusalCause::Head)?
        .ok_or(RefusalCause::Head(malformed))
}

/// A whole response, parsed; `None` where it is none.
fn whole_response(bytes: &[u8]) -> Option<::http::Response<String>> {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n")? + 4;
    let (head, text) = bytes.split_at(end);
    let text = String::from_utf8_lossy(text).into_owned();
    Some(response(head).ok()?.map(|()| text))
}

/// The head of an answer as servers write it that have it in these types.
fn as_written(response: &::http::Response<()>) -> Vec<u8> {
    let phrase = response.extensions().get::<Reason>();
    let phrase = phrase.map_or("", |Reason(phrase)| phrase);
    let status = response.status().as_u16();
    let mut head = alloc::format!("HTTP/1.1 {status} {phrase}\r\n").into_bytes();
    push_map(&mut head, response.headers());
    support::push_field(&mut head, "date", b"Thu, 01 Jan 1970 00:00:00 GMT");
    head.extend_from_slice(b"\r\n");
    head
}
