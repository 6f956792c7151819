//! Detection and opening handshakes with the types of the `http` crate, for servers in which other
//! code parses the request and writes the response.
//!
//! Such a server passes on less than it received: the field names are in lower case, and the order
//! of the fields may differ from the order on the wire. A draft with a rule on the order is
//! therefore refused with [`UpgradeError::Order`] unless that rule is relaxed. A draft whose clients would
//! reject the response as the server writes it is refused with [`UpgradeError::Written`]: the server
//! determines the [case](NameCase) of the names and adds a date field. Offsets in violations refer
//! to a head with the fields in the order of the map.
//!
//! The heads that the other adapters keep become values of the crate `http`, too:
//!
//! ```
//! use http::{HeaderMap, Request, Response};
//! use wsdraft::handshake::{Offer, Rejection, ResponseHead};
//!
//! fn of_offer(offer: &Offer) -> http::Result<Request<()>> {
//!     Request::try_from(&offer.request)
//! }
//!
//! fn of_response(response: &ResponseHead) -> http::Result<(Response<()>, HeaderMap)> {
//!     Ok((response.try_into()?, response.fields().try_into()?))
//! }
//!
//! fn refuse(page: Response<String>) -> Rejection {
//!     page.into()
//! }
//! ```
//!
//! [`ClientError::response`](crate::handshake::client::ClientError::response) is the response with
//! which a server refused.

use alloc::{string::String, sync::Arc, vec::Vec};

use ::http::{HeaderMap, Uri, Version as HttpVersion, request::Parts};

mod error;
mod heads;
mod order;
pub(crate) mod pieces;
mod written;

pub use self::{error::UpgradeError, pieces::Protocol, written::ReasonPhrase};
use self::{
    order::order_rule,
    pieces::Pieces,
    written::{as_written, extended, request_head, response},
};
pub use crate::protocol::fields::NameCase;
use crate::{
    adapters::acceptor::Acceptor,
    handshake::{
        content::check_content,
        detect::{self, Detection},
        established::Established,
        offer::{Offer, Requested},
        parse::{self, HeadError},
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

/// Finds the drafts that a request can belong to, from its header fields.
pub fn detect_headers<'d>(
    headers: &HeaderMap,
    drafts: impl IntoIterator<Item = &'d dyn Draft>,
) -> Detection {
    detect::detect(&Fields::new(&fields(headers), 0), drafts)
}

/// Finds the drafts that a request can belong to.
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

/// Passes a request to `look` in the form that drafts check. All its offsets are 0.
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
pub(crate) fn fields(headers: &HeaderMap) -> Vec<Field<'_>> {
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

/// The server's side of an opening handshake whose request was parsed by other code.
///
/// After the [response](Self::accept) has been written and the connection was handed over, write
/// the [rest](Self::take_output) and pass received bytes to [`receive`](Self::receive) until the
/// handshake [is done](Self::is_done).
#[derive(Debug)]
pub struct Upgrade<D> {
    handshake: ServerHandshake<D>,
    offer: Offer,
    output: Vec<u8>,
    names: NameCase,
}

impl<D: Draft> Upgrade<D> {
    /// Checks a request with the settings of an acceptor. If several drafts fit, the last one is
    /// used.
    ///
    /// # Errors
    /// The request must not be upgraded. Send [`UpgradeError::response`] to the client.
    pub fn by<B>(acceptor: &Acceptor<D>, request: &::http::Request<B>) -> Result<Self, UpgradeError>
    where
        D: Clone,
    {
        Self::of_pieces(acceptor.handshake(), request.into())
    }

    /// Checks a request. If several drafts fit, the last one is used. All origins and hosts are
    /// allowed; use [`by`](Self::by) to restrict them with an acceptor.
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
        pieces: Pieces<'_>,
    ) -> Result<Self, UpgradeError> {
        if let Some(http) = pieces.without_upgrades() {
            let received =
                pieces.with_extended(|request| handshake.receive_extended(http, request))?;
            if handshake.bootstrap().is_none() || pieces.lacks_protocol() {
                handshake.count_failed(HeadError::Version.name());
                return Err(UpgradeError::Version(pieces.version));
            }
            return Self::of_requested(handshake, Some(received));
        }
        let Pieces {
            method,
            uri,
            version,
            headers,
            ..
        } = pieces;
        if version > HttpVersion::HTTP_11 {
            handshake.count_failed(HeadError::Version.name());
            return Err(UpgradeError::Version(version));
        }
        let target = target(uri);
        let (drafts, options) = (handshake.drafts(), handshake.options());
        let head = request_head(method.as_str(), &target, minor_version(version), headers);
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
            handshake.count_failed(rule.id);
            return Err(UpgradeError::Order { draft, rule });
        }
        let received = received?;
        // Bytes that the draft puts after the head arrive on the connection, not as content.
        check_content(&Fields::new(&fields(headers), 0), 0)
            .inspect_err(|error| handshake.count_failed(error.name()))
            .map_err(Refusal::head)?;
        Self::of_requested(handshake, received)
    }

    fn of_requested(
        mut handshake: ServerHandshake<D>,
        requested: Option<Requested>,
    ) -> Result<Self, UpgradeError> {
        match requested {
            Some(Requested::Upgrade(offer)) => {
                handshake.count_offered();
                Ok(Self {
                    handshake,
                    offer,
                    output: Vec::new(),
                    names: NameCase::default(),
                })
            }
            None | Some(Requested::Plain(_)) => Err(handshake.refuse_plain().into()),
        }
    }

    /// Sets how the server writes field names; in lower case by default.
    #[must_use]
    pub const fn names(mut self, names: NameCase) -> Self {
        self.names = names;
        self
    }

    /// Sets the supported extensions, instead of those given before.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.handshake = self.handshake.with_extensions(extensions);
        self
    }

    /// Whether the request came over a version of HTTP without upgrades.
    #[cfg(feature = "http2")]
    pub(crate) fn is_extended(&self) -> bool {
        self.handshake.bootstrap().is_some()
    }

    /// The supported extensions.
    #[cfg(feature = "hyper")]
    pub(crate) const fn own_extensions(&self) -> &Extensions {
        self.handshake.extensions()
    }

    /// The rest of the handshake, after the response is accepted and written.
    #[cfg(feature = "hyper")]
    pub(crate) fn serving(self, config: Arc<Config>) -> Serving<D>
    where
        D: Clone,
    {
        Serving::accepted(self.handshake, self.output.into(), config)
    }

    /// What the client requests.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The response to write, with its [`ReasonPhrase`] among the extensions.
    ///
    /// # Errors
    /// [`UpgradeError::Written`], or [`UpgradeError::Misuse`] if a given value must not appear in the response.
    pub fn accept(&mut self, answer: &Answer<'_>) -> Result<::http::Response<()>, UpgradeError> {
        self.handshake.count_accepted();
        let response = self.answered(answer);
        response.inspect_err(|error| self.count_failed(error))
    }

    /// Counts this handshake as failed.
    pub(crate) fn count_failed(&self, error: &UpgradeError) {
        self.handshake.count_failed(error.name());
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Result<::http::Response<()>, UpgradeError> {
        self.handshake.accept(answer)?;
        let mut head = self.handshake.take_output();
        let end = parse::after_fields(&head).unwrap_or(head.len());
        self.output = head.split_off(end);
        let draft = self.offer.draft;
        let written = |cause| UpgradeError::Written { draft, cause };
        let response = response(&head).map_err(written)?;
        self.handshake
            .check_answer(&as_written(&response, self.names))
            .map_err(written)?;
        Ok(match self.handshake.bootstrap() {
            Some(bootstrap) => extended(bootstrap, response),
            None => response,
        })
    }

    /// Receives bytes that were read after the request's head.
    pub fn receive(&mut self, bytes: &[u8]) {
        // The bytes after an accepted request are not checked here.
        let _ = self.handshake.receive(bytes);
        self.output.extend(self.handshake.take_output());
    }

    /// Returns the bytes to send after the head of the response.
    #[must_use]
    pub fn take_output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.output)
    }

    /// Whether the handshake is complete, except for sending the output.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.handshake.is_done()
    }

    /// Starts the framing. Returns `None` while the handshake is not complete.
    #[must_use]
    pub fn finish(self) -> Option<Established<D>>
    where
        D: Clone,
    {
        self.handshake.finish()
    }
}
