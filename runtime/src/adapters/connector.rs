//! How a client opens connections, for every transport.

use alloc::{string::String, vec::Vec};
use core::{cell::Cell, fmt};

use crate::{
    adapters::{
        opening::asking::Asking,
        settings::{borrowed, settings},
        stream::{Error, HandshakeError},
    },
    handshake::{
        address::Address,
        client::{ClientError, ClientHandshake, ClientOptions},
        given::spoken,
        parse::HeadLimits,
    },
    machine::{
        error::{self, Misuse},
        extension::Extensions,
        limits::{CloseAnswer, Config, Limits, PingAnswer, Policy},
    },
    payload::entropy::{Entropy as _, OsEntropy},
    protocol::{draft::Draft, heads::Opening},
};

/// Opens connections: turns a stream into a WebSocket.
///
/// All adapters share these settings: what to request and to offer, and the limits. Each adapter
/// has its own methods that accept a stream: `connect` and `start` for tokio, `connect_blocking`
/// for `Read + Write`.
///
/// Redirects are not followed; they are returned as [`ClientError::Refused`], which has the status,
/// the fields and the body of the response. The method `response` of a socket returns the head of
/// the response that accepts.
#[derive(Clone)]
pub struct Connector<D> {
    draft: D,
    pub(crate) config: Config,
    origin: Option<String>,
    subprotocols: Vec<String>,
    extensions: Extensions,
    extension_offer: Option<String>,
    cookie: Option<String>,
    fields: Vec<(String, String)>,
    refusal_body: usize,
    /// Why no request can be made.
    unfit: Option<Misuse>,
}

impl<D: Draft + Clone> Connector<D> {
    /// Uses this draft.
    pub const fn new(draft: D) -> Self {
        Self {
            draft,
            config: Config {
                limits: Limits::new(),
                policy: Policy::new(),
                close_answer: CloseAnswer::AtOnce,
                ping_answer: PingAnswer::AtOnce,
                budget: None,
                metrics: None,
            },
            origin: None,
            subprotocols: Vec::new(),
            extensions: Extensions::none(),
            extension_offer: None,
            cookie: None,
            fields: Vec::new(),
            refusal_body: ClientOptions::REFUSAL_BODY,
            unfit: None,
        }
    }

    settings!(core::convert::identity, const);

    /// Sets the origin of the connection.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Offers a subprotocol. List the preferred one first.
    #[must_use]
    pub fn subprotocol(mut self, subprotocol: impl Into<String>) -> Self {
        self.subprotocols.push(subprotocol.into());
        self
    }

    /// Sets the extensions to offer, and to use if the server accepts them; none by default. If
    /// this build does not support one of them, no request is made: [`Misuse::Unspoken`].
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets the text of the extension offer: the value of the header field, instead of the one that
    /// [`extensions`](Self::extensions) generates. Each extension must be among those extensions,
    /// or the [`Policy`] must claim its effects on frames. Otherwise no request is made
    /// ([`Misuse::Unspoken`]), because the server might accept it.
    #[must_use]
    pub fn extension_offer(mut self, offer: impl Into<String>) -> Self {
        self.extension_offer = Some(offer.into());
        self
    }

    /// Sends cookies.
    #[must_use]
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Adds a header field to the request. It replaces a field of the same name, such as the host.
    #[doc(alias = "header")]
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The configuration, to be shared.
    #[cfg(all(feature = "multiplex", feature = "tokio"))]
    pub(crate) fn shared_config(&self) -> std::sync::Arc<Config> {
        std::sync::Arc::new(self.config.clone())
    }

    /// The same settings for channels of a connection.
    #[cfg(all(feature = "multiplex", feature = "tokio"))]
    #[must_use]
    pub(crate) fn of_channels(mut self) -> Self {
        self.extensions = self.extensions.of_channels();
        self.extension_offer = None;
        self
    }

    /// The same settings for another draft.
    #[cfg(feature = "client-no-provider")]
    pub(crate) fn with_draft<E>(self, draft: E) -> Connector<E> {
        Connector {
            draft,
            config: self.config,
            origin: self.origin,
            subprotocols: self.subprotocols,
            extensions: self.extensions,
            extension_offer: self.extension_offer,
            cookie: self.cookie,
            fields: self.fields,
            refusal_body: self.refusal_body,
            unfit: self.unfit,
        }
    }

    /// The same settings, with which no request can be made for this reason, if any.
    #[cfg(feature = "client-no-provider")]
    pub(crate) const fn unfit(mut self, unfit: Option<Misuse>) -> Self {
        self.unfit = unfit;
        self
    }

    /// The same settings without the application's fields of this name.
    #[cfg(feature = "client-no-provider")]
    #[must_use]
    pub(crate) fn without_field(mut self, name: &str) -> Self {
        self.fields
            .retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    /// Whether the application has given a field of this name.
    #[cfg(feature = "client-no-provider")]
    pub(crate) fn has_field(&self, name: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|(given, _)| given.eq_ignore_ascii_case(name))
    }

    /// The settings for a server of another origin: without anything that may be secret.
    #[cfg(feature = "client-no-provider")]
    pub(crate) fn for_strangers(&self) -> Self {
        Self {
            cookie: None,
            fields: Vec::new(),
            ..self.clone()
        }
    }

    /// Sets the maximum number of bytes to keep of the body with which a server refuses; 4 KiB by
    /// default. [`ClientError::Refused`] has the body. [`Limits::handshake`] limits the time to
    /// receive it.
    #[must_use]
    pub const fn refusal_body(mut self, bytes: usize) -> Self {
        self.refusal_body = bytes;
        self
    }

    /// What [`refusal_body`](Self::refusal_body) sets.
    #[cfg(feature = "http2")]
    pub(crate) const fn kept_of_refusal(&self) -> usize {
        self.refusal_body
    }

    /// A client for the newest of `others` that the server lists, if the server has refused the
    /// draft of this client and that draft is a different one.
    #[cfg(feature = "tokio")]
    pub(crate) fn common(&self, error: &ClientError, others: &[D]) -> Option<Self> {
        let ClientError::Refused { versions, .. } = error else {
            return None;
        };
        let draft = crate::handshake::client::best_of(versions, others)?;
        (draft.info() != self.draft.info()).then(|| Self {
            draft: draft.clone(),
            ..self.clone()
        })
    }

    /// Makes the request.
    ///
    /// # Errors
    /// [`error::ConnectionError::Entropy`] if no randomness is available, [`Misuse::Breaks`] if the
    /// request would violate a rule of the draft, [`Misuse::Unfit`] or [`Misuse::Reserved`] if a given
    /// value must not appear in it.
    pub(crate) fn asking(&self, address: &Address) -> Result<Asking<D>, Error> {
        if let Some(misuse) = self.unfit {
            return Err(misuse.into());
        }
        let claimed = self.config.policy.claimed;
        spoken(self.extension_offer.as_deref(), &self.extensions, claimed)?;
        let subprotocols: Vec<_> = self.subprotocols.iter().map(String::as_str).collect();
        let drawn = Cell::new(Ok(()));
        let entropy =
            |bytes: &mut [u8]| drawn.set(drawn.get().and_then(|()| OsEntropy.fill(bytes)));
        let opening = Opening {
            host: &address.authority(),
            resource: address.resource(),
            origin: self.origin.as_deref(),
            subprotocols: &subprotocols,
            extensions: self.extension_offer.as_deref(),
            cookie: self.cookie.as_deref(),
            fields: &borrowed(&self.fields),
            entropy: &entropy,
        };
        let options = ClientOptions {
            head: HeadLimits::of(&self.config.limits),
            relaxed: self.config.policy.relaxed,
            strict: self.config.policy.strict,
            secure: address.is_secure(),
            refusal_body: self.refusal_body,
        };
        let handshake = ClientHandshake::with_extensions(
            self.draft.clone(),
            &opening,
            options,
            self.extensions.clone(),
        );
        drawn.get().map_err(error::ConnectionError::from)?;
        match handshake.check() {
            Err(ClientError::Violation(violation)) => {
                return Err(Misuse::Breaks(violation.rule).into());
            }
            Err(ClientError::Misuse(misuse)) => return Err(misuse.into()),
            checked => checked.map_err(|cause| HandshakeError {
                address: address.clone(),
                cause,
            })?,
        }
        let handshake = handshake.with_metrics(self.config.metrics.as_ref());
        Ok(Asking::new(handshake, address.clone(), self.config.clone()))
    }
}

impl<D: Draft> fmt::Debug for Connector<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("draft", &self.draft.info().short)
            .field("config", &self.config)
            .field("origin", &self.origin)
            .field("extensions", &self.extensions)
            // Subprotocols often contain tokens.
            .finish_non_exhaustive()
    }
}
