//! How a server answers opening requests, whatever it reads them from.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

#[cfg(feature = "hyper")]
use crate::protocol::fields::NameCase;
use crate::{
    adapters::{
        opening::Serving,
        settings::{borrowed, settings},
    },
    handshake::{
        access::{Access, Hosts, Origins},
        offer::{Offer, Requested},
        parse::HeadLimits,
        server::{ServerHandshake, ServerOptions},
    },
    machine::{error::ConnectionError, extension::Extensions, limits::Config},
    protocol::{draft::Draft, heads::Answer},
};

/// Answers opening requests: from a stream to a WebSocket.
///
/// This is what the adapters have in common: which drafts are spoken, what is agreed to, and
/// the limits. How a stream is then given to it stands with the adapter: `accept` and `start`
/// over tokio, `accept_blocking` and `start_blocking` over `Read + Write`.
///
/// TLS is the caller's: give the stream inside it, and say that it is
/// [`secure`](Self::secure).
#[derive(Clone)]
pub struct Acceptor<D> {
    pub(crate) drafts: Arc<[D]>,
    pub(crate) config: Config,
    secure: bool,
    access: Arc<Access>,
    pub(crate) extensions: Extensions,
    pub(crate) subprotocols: Subprotocols,
    fields: Vec<(String, String)>,
    #[cfg(feature = "hyper")]
    pub(crate) names: NameCase,
}

/// Which subprotocol an [`Acceptor`] agrees to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subprotocols {
    /// None.
    #[default]
    None,
    /// The one that the client likes best, whatever it is.
    Any,
    /// The one that the client likes best among these.
    These(Vec<String>),
}

impl Subprotocols {
    /// The one that is chosen of those that the client offers.
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
    /// Speaks one draft.
    pub fn new(draft: D) -> Self {
        Self::any([draft])
    }

    /// Speaks several drafts; of those that fit a request, the last one.
    ///
    /// A request that is of none of them is refused as the last one has it.
    pub fn any(drafts: impl IntoIterator<Item = D>) -> Self {
        Self {
            drafts: drafts.into_iter().collect(),
            config: Config::default(),
            secure: false,
            access: Arc::default(),
            extensions: Extensions::none(),
            subprotocols: Subprotocols::None,
            fields: Vec::new(),
            #[cfg(feature = "hyper")]
            names: NameCase::default(),
        }
    }

    settings!();

    /// Says whether the streams are secured by TLS, here or in a proxy before this server. Some
    /// drafts tell it to the client, and [`Origins::Same`] goes by it.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets from which origins connections are taken; from all by default, which
    /// [`Origins`] has the reasons for. A request from any other is refused with the status 403.
    ///
    /// ```
    /// use wsdraft::{blocking::Acceptor, handshake::{Hosts, Origins}};
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

    /// Sets which hosts this server is; any by default. A request to another one is refused with
    /// the status 403, also where it asks for no upgrade.
    #[must_use]
    pub fn hosts(mut self, hosts: Hosts) -> Self {
        Arc::make_mut(&mut self.access).hosts = hosts;
        self
    }

    /// Sets which extensions are agreed to; none by default. With one that this build cannot speak
    /// nothing is accepted: [`Misuse::Unspoken`](crate::Misuse::Unspoken).
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets which subprotocols are agreed to where the application does not decide itself.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.subprotocols = subprotocols;
        self
    }

    /// Adds a header field to the answers where the application does not give them itself.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// How opening requests are treated.
    pub(crate) const fn options(&self) -> ServerOptions {
        ServerOptions {
            head: HeadLimits::of(&self.config.limits),
            relaxed: self.config.policy.relaxed,
            strict: self.config.policy.strict,
            secure: self.secure,
        }
    }

    /// Makes the answer to an offer, and does this with it.
    pub(crate) fn answer<R>(&self, offer: &Offer, then: impl FnOnce(&Answer<'_>) -> R) -> R {
        then(&Answer {
            subprotocol: self.subprotocols.choose(offer),
            fields: &borrowed(&self.fields),
            ..Answer::default()
        })
    }

    /// A handshake by these settings.
    pub(crate) fn handshake(&self) -> ServerHandshake<D> {
        ServerHandshake::new(Arc::clone(&self.drafts), self.options())
            .with_access(Arc::clone(&self.access))
            .with_extensions(self.extensions.clone())
    }

    /// Starts a handshake.
    pub(crate) fn serving(&self) -> Serving<D> {
        Serving::new(self.handshake(), self.config.clone())
    }

    /// Answers the request that is there: accepts what it offers, or refuses it.
    pub(crate) fn accept_on(&self, serving: &mut Serving<D>) -> Result<(), ConnectionError> {
        match serving.requested().cloned() {
            Some(Requested::Upgrade(offer)) => self.answer(&offer, |answer| serving.accept(answer)),
            _ => serving.accept(&Answer::default()),
        }
    }
}

impl<D: Draft> fmt::Debug for Acceptor<D> {
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
