//! Detection and opening handshakes in the types of the `http` crate, for servers in which
//! something else has parsed the request and writes the answer.
//!
//! What such a server passes on is less than what was received: the names of header fields
//! are in lower case, and their order is not that of the wire. So a draft with a rule on the
//! order is refused here ([`UpgradeError::Order`]) unless that rule is relaxed, and so is one whose
//! clients would not take the answer in the way that it will be written ([`UpgradeError::Written`]):
//! with names in the [case](NameCase) of the server and a field with the date. Offsets in
//! violations are those in a head that has the fields as the map has them.

use alloc::{string::String, sync::Arc, vec::Vec};

use ::http::{HeaderMap, Method, Uri, Version as HttpVersion, request::Parts};

mod error;
mod order;
mod written;

pub use self::{error::UpgradeError, written::ReasonPhrase};
use self::{
    order::order_rule,
    written::{as_written, push_map, response},
};
pub use crate::protocol::fields::NameCase;
use crate::{
    adapters::acceptor::Acceptor,
    handshake::{
        content::check_content,
        detect::{self, Detection},
        established::Established,
        offer::{Offer, Requested},
        refusal::Refusal,
        server::{ServerHandshake, ServerOptions},
    },
    machine::extension::Extensions,
    protocol::{
        draft::Draft,
        fields::{Field, Fields},
        heads::{Answer, Request},
        versions::{Version, Versions},
    },
};
#[cfg(feature = "hyper")]
use crate::{adapters::opening::Serving, machine::limits::Config};

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
    names: NameCase,
}

impl<D: Draft> Upgrade<D> {
    /// Checks a request by the settings of an acceptor; of several drafts that fit, the last one
    /// is spoken.
    ///
    /// # Errors
    /// It is not to be upgraded; tell the client with [`UpgradeError::response`].
    pub fn by<B>(acceptor: &Acceptor<D>, request: &::http::Request<B>) -> Result<Self, UpgradeError>
    where
        D: Clone,
    {
        Self::of_pieces(acceptor.handshake(), request.into())
    }

    /// Checks a request; of several drafts that fit, the last one is spoken. Every origin and
    /// host is let in; [`by`](Self::by) has an acceptor say which.
    ///
    /// # Errors
    /// As [`by`](Self::by).
    pub fn new<B>(
        drafts: impl Into<Arc<[D]>>,
        options: ServerOptions,
        extensions: Extensions,
        request: &::http::Request<B>,
    ) -> Result<Self, UpgradeError> {
        let handshake = ServerHandshake::new(drafts, options).with_extensions(extensions);
        Self::of_pieces(handshake, request.into())
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
    ) -> Result<Self, UpgradeError> {
        let handshake = ServerHandshake::new(drafts, options).with_extensions(extensions);
        Self::of_pieces(handshake, parts.into())
    }

    pub(crate) fn of_pieces(
        mut handshake: ServerHandshake<D>,
        Pieces {
            method,
            uri,
            version,
            headers,
        }: Pieces<'_>,
    ) -> Result<Self, UpgradeError> {
        if version > HttpVersion::HTTP_11 {
            return Err(UpgradeError::Version(version));
        }
        let target = target(uri);
        let (drafts, options) = (handshake.drafts(), handshake.options());
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
        let chosen = detect::choose(&drafts, &Fields::new(&fields(headers), 0));
        let draft = chosen.and_then(|chosen| drafts.get(chosen));
        let depends = draft.and_then(|draft| {
            let rule = order_rule(draft, &options, &request, headers)?;
            Some((draft.info(), rule))
        });
        if let Some((draft, rule)) = depends {
            return Err(UpgradeError::Order { draft, rule });
        }
        let received = received?;
        // What the draft has behind the head comes with the connection, and not as content.
        check_content(&Fields::new(&fields(headers), 0), 0).map_err(Refusal::head)?;
        match received {
            Some(Requested::Upgrade(offer)) => Ok(Self {
                handshake,
                offer,
                output: Vec::new(),
                names: NameCase::default(),
            }),
            None | Some(Requested::Plain { .. }) => Err(handshake.refuse_plain().into()),
        }
    }

    /// Says how the server writes the names of header fields; in lower case by default.
    #[must_use]
    pub const fn names(mut self, names: NameCase) -> Self {
        self.names = names;
        self
    }

    /// Sets which extensions are agreed to, instead of those given before.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.handshake = self.handshake.with_extensions(extensions);
        self
    }

    /// The extensions that are agreed to.
    #[cfg(feature = "hyper")]
    pub(crate) const fn own_extensions(&self) -> &Extensions {
        self.handshake.extensions()
    }

    /// What is left of the handshake once the answer is accepted and written.
    #[cfg(feature = "hyper")]
    pub(crate) fn serving(self, config: Config) -> Serving<D>
    where
        D: Clone,
    {
        let requested = Requested::Upgrade(self.offer);
        Serving::accepted(self.handshake, requested, self.output.into(), config)
    }

    /// What the client asks for.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The answer to write, with its [`ReasonPhrase`] among the extensions.
    ///
    /// # Errors
    /// [`UpgradeError::Written`], or [`UpgradeError::Misuse`] for what the answer gives.
    pub fn accept(&mut self, answer: &Answer<'_>) -> Result<::http::Response<()>, UpgradeError> {
        self.handshake.accept(answer)?;
        let mut head = self.handshake.take_output();
        let end = memchr::memmem::find(&head, b"\r\n\r\n").map_or(head.len(), |at| at + 4);
        self.output = head.split_off(end);
        let draft = self.offer.draft;
        let written = |cause| UpgradeError::Written { draft, cause };
        let response = response(&head).map_err(written)?;
        self.handshake
            .check_answer(&as_written(&response, self.names))
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

/// What is known of a request that something else has parsed.
#[derive(Clone, Copy)]
pub(crate) struct Pieces<'r> {
    pub(crate) method: &'r Method,
    pub(crate) uri: &'r Uri,
    pub(crate) version: HttpVersion,
    pub(crate) headers: &'r HeaderMap,
}

impl<'r, B> From<&'r ::http::Request<B>> for Pieces<'r> {
    fn from(request: &'r ::http::Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
        }
    }
}

impl<'r> From<&'r Parts> for Pieces<'r> {
    fn from(parts: &'r Parts) -> Self {
        Self {
            method: &parts.method,
            uri: &parts.uri,
            version: parts.version,
            headers: &parts.headers,
        }
    }
}

/// The head of a request, with the fields in the map's order.
fn head(method: &str, target: &str, version: HttpVersion, headers: &HeaderMap) -> Vec<u8> {
    let minor = minor_version(version);
    let mut head = alloc::format!("{method} {target} HTTP/1.{minor}\r\n").into_bytes();
    push_map(&mut head, headers, NameCase::Lower);
    head.extend_from_slice(b"\r\n");
    head
}
