//! How a server responds to opening requests, for every transport.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

#[cfg(feature = "tokio")]
use crate::adapters::connections::Connections;
#[cfg(feature = "hyper")]
use crate::protocol::fields::NameCase;
use crate::{
    adapters::{
        opening::Serving,
        settings::{borrowed, own, settings},
    },
    handshake::{
        access::{Access, Hosts, Origins},
        decision::{Acceptance, Rejection},
        offer::{Offer, Requested},
        parse::HeadLimits,
        server::{ServerHandshake, ServerOptions},
    },
    machine::{
        error::ConnectionError, extension::Extensions, limits::Config,
        metrics::meter::HandshakeMeter, trace::Trace,
    },
    protocol::{draft::Draft, heads::Answer, info::Role},
};

pub(crate) mod at_once;

/// Responds to opening requests: turns a stream into a WebSocket.
///
/// All adapters share these settings: the drafts, the subprotocols and extensions, and the limits.
/// Each adapter has its own methods that accept a stream: `accept` and `start` for tokio,
/// `accept_blocking` and `start_blocking` for `Read + Write`.
///
/// The caller handles TLS: pass the decrypted stream and set [`secure`](Self::secure).
#[derive(Clone)]
pub struct Acceptor<D> {
    pub(crate) drafts: Arc<[D]>,
    pub(crate) config: Arc<Config>,
    secure: bool,
    access: Arc<Access>,
    pub(crate) extensions: Extensions,
    pub(crate) subprotocols: Subprotocols,
    fields: Vec<(String, String)>,
    #[cfg(feature = "tokio")]
    pub(crate) connections: Option<Connections>,
    #[cfg(feature = "hyper")]
    pub(crate) names: NameCase,
}

/// Which subprotocol an [`Acceptor`] chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subprotocols {
    /// None.
    #[default]
    None,
    /// The client's first choice, whatever it is.
    Any,
    /// The client's first choice among these.
    These(Vec<String>),
}

impl Subprotocols {
    /// The chosen one of those that the client offers.
    #[must_use]
    pub fn choose<'o>(&self, offer: &'o Offer) -> Option<&'o str> {
        let mut offered = offer.subprotocols.iter();
        let chosen = match self {
            Self::None => None,
            Self::Any => offered.next(),
            Self::These(supported) => offered.find(|&one| supported.contains(one)),
        };
        chosen.map(String::as_str)
    }
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Supports one draft.
    pub fn new(draft: D) -> Self {
        Self::any([draft])
    }

    /// Supports several drafts. If a request fits more than one, the last one is used.
    ///
    /// If a request fits none of them, the last one decides how it is refused.
    pub fn any(drafts: impl IntoIterator<Item = D>) -> Self {
        Self {
            drafts: drafts.into_iter().collect(),
            config: Arc::default(),
            secure: false,
            access: Arc::default(),
            extensions: Extensions::none(),
            subprotocols: Subprotocols::None,
            fields: Vec::new(),
            #[cfg(feature = "tokio")]
            connections: None,
            #[cfg(feature = "hyper")]
            names: NameCase::default(),
        }
    }

    settings!(own);

    /// Sets whether TLS secures the streams, here or in a proxy in front of this server. Some
    /// drafts tell the client, and [`Origins::Same`] depends on it.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets the allowed origins. By default all origins are allowed; [`Origins`] gives the reasons.
    /// A request from any other origin is refused with status code 403.
    ///
    /// ```
    /// use wsdraft::handshake::{Acceptor, Hosts, Origins};
    ///
    /// # fn acceptor<D: wsdraft::Draft + Clone>(draft: D) -> Result<Acceptor<D>, Box<dyn std::error::Error>> {
    /// let acceptor = Acceptor::new(draft)
    ///     .secure(true)
    ///     .origins(Origins::these(["https://example.com"])?)
    ///     .hosts(Hosts::these(["ws.example.com"])?);
    /// # Ok(acceptor)
    /// # }
    /// ```
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        Arc::make_mut(&mut self.access).origins = origins;
        self
    }

    /// Sets the hosts of this server; any host by default. A request to another host is refused
    /// with status code 403, even if it does not request an upgrade.
    #[must_use]
    pub fn hosts(mut self, hosts: Hosts) -> Self {
        Arc::make_mut(&mut self.access).hosts = hosts;
        self
    }

    /// Sets the supported extensions; none by default. If this build does not support one of them,
    /// every request fails with [`Misuse::Unspoken`](crate::Misuse::Unspoken).
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets the supported subprotocols. They apply when the application does not choose one itself.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.subprotocols = subprotocols;
        self
    }

    /// Adds a header field to the response. It applies when the application does not supply its
    /// own.
    #[doc(alias = "header")]
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// How opening requests are checked.
    pub(crate) fn options(&self) -> ServerOptions {
        ServerOptions {
            head: HeadLimits::of(&self.config.limits),
            relaxed: self.config.policy.relaxed,
            strict: self.config.policy.strict,
            secure: self.secure,
        }
    }

    /// Makes the response to an offer and passes it to a function.
    #[cfg(feature = "hyper")]
    pub(crate) fn answer<R>(&self, offer: &Offer, then: impl FnOnce(&Answer<'_>) -> R) -> R {
        then(&Answer {
            subprotocol: self.subprotocols.choose(offer),
            fields: &borrowed(&self.fields),
            ..Answer::default()
        })
    }

    /// Responds to an offer as the application has decided, and returns the value that it hands on;
    /// `None` if it refuses.
    pub(crate) fn decided<T>(
        &self,
        serving: &mut Serving<D>,
        offer: &Offer,
        decision: Result<Acceptance<T>, Rejection>,
    ) -> Result<Option<T>, ConnectionError> {
        let acceptance = match decision {
            Ok(acceptance) => acceptance,
            Err(rejection) => return serving.reject(&rejection).map(|()| None),
        };
        let own = |(name, _): &(&str, &str)| {
            let mut given = acceptance.fields.iter();
            !given.any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        let mut fields = borrowed(&self.fields);
        fields.retain(own);
        fields.extend(borrowed(&acceptance.fields));
        let subprotocol = match &acceptance.subprotocol {
            Some(chosen) => chosen.as_deref(),
            None => self.subprotocols.choose(offer),
        };
        serving.accept(&Answer {
            subprotocol,
            fields: &fields,
            ..Answer::default()
        })?;
        Ok(Some(acceptance.into_value()))
    }

    /// What counts a handshake that starts.
    #[inline]
    pub(crate) fn meter(&self) -> HandshakeMeter {
        HandshakeMeter::started(self.config.metrics.as_ref(), Role::Server)
    }

    /// A handshake with these settings.
    #[inline]
    pub(crate) fn handshake(&self) -> ServerHandshake<D> {
        self.handshake_with(self.meter(), Trace::handshake(Role::Server))
    }

    /// A handshake with these settings that has already started.
    #[inline]
    pub(crate) fn handshake_with(&self, meter: HandshakeMeter, trace: Trace) -> ServerHandshake<D> {
        ServerHandshake::with(
            Arc::clone(&self.drafts),
            self.options(),
            (!self.access.is_open()).then(|| Arc::clone(&self.access)),
            self.extensions.clone(),
            (meter, trace),
        )
    }

    /// Starts a handshake.
    #[inline]
    pub(crate) fn serving(&self) -> Serving<D> {
        Serving::new(self.handshake(), self.config.clone())
    }

    /// Responds to the received request: accepts its offer or refuses it.
    pub(crate) fn accept_on(&self, serving: &mut Serving<D>) -> Result<(), ConnectionError> {
        let subprotocol = match &self.subprotocols {
            Subprotocols::None => None,
            supported => match serving.requested() {
                Some(Requested::Upgrade(offer)) => supported.choose(offer).map(String::from),
                _ => None,
            },
        };
        serving.accept(&Answer {
            subprotocol: subprotocol.as_deref(),
            fields: &borrowed(&self.fields),
            ..Answer::default()
        })
    }
}

impl<D: Draft> fmt::Debug for Acceptor<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let drafts: Vec<_> = self.drafts.iter().map(|draft| draft.info().short).collect();
        f.debug_struct("Acceptor")
            .field("drafts", &drafts)
            .field("config", &self.config)
            .field("secure", &self.secure)
            .field("access", &self.access)
            .field("subprotocols", &self.subprotocols)
            .finish_non_exhaustive()
    }
}
