//! The settings of a client.

use std::{net::IpAddr, time::Duration};

use super::{Client, attempt::AUTHORIZATION, network::Network, proxy::Proxy, target::Credentials};
#[allow(unused_imports, reason = "named in the documentation")]
use crate::handshake::client::ClientError;
use crate::{
    adapters::{connector::Connector, tokio::tls::Tls},
    drafts,
    machine::{
        error::{HeadPart, Misuse},
        extension::Extensions,
        limits::{Limits, Policy},
        metrics::Metrics,
    },
    payload::budget::Budget,
    protocol::draft::Draft,
};

/// Builds a [`Client`]. What it has no method for, such as the time of the answer to a close frame,
/// is set on a [`Connector`], which a builder can be made [from](Self::from).
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder<D: Draft = drafts::newest::Draft> {
    client: Client<D>,
}

impl<D: Draft + Clone> From<Connector<D>> for ClientBuilder<D> {
    /// A builder with the settings of this connector.
    fn from(connector: Connector<D>) -> Self {
        let client = Client {
            connector,
            others: Vec::new(),
            network: Network::default(),
            redirects: 0,
            open_timeout: Duration::from_secs(30),
        };
        Self { client }
    }
}

impl<D: Draft + Clone> ClientBuilder<D> {
    /// Uses this draft, with the default settings.
    pub fn new(draft: D) -> Self {
        Connector::new(draft).into()
    }

    /// Uses another draft, and no [others](Self::or_drafts).
    ///
    /// ```no_run
    /// # use wsdraft::{Client, Draft};
    /// # async fn greet(draft: &'static dyn Draft) -> Result<(), wsdraft::Error> {
    /// // A module of `wsdraft::drafts`, one of your own, or one that is chosen at run time.
    /// let client = Client::builder().draft(draft).build();
    /// let mut socket = client.connect("ws://camera.local/").await?;
    /// # socket.send("hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn draft<E: Draft + Clone>(self, draft: E) -> ClientBuilder<E> {
        let client = Client {
            connector: self.client.connector.with_draft(draft),
            others: Vec::new(),
            network: self.client.network,
            redirects: self.client.redirects,
            open_timeout: self.client.open_timeout,
        };
        ClientBuilder { client }
    }

    /// If the server refuses the draft and lists the versions that it supports, tries once more
    /// with the newest of these drafts in that list.
    ///
    /// ```
    /// # use wsdraft::{Client, Draft, drafts};
    /// let newest: &'static dyn Draft = &drafts::newest::Draft;
    /// let client = Client::builder()
    ///     .draft(newest)
    ///     .or_drafts(drafts::ALL.iter().copied())
    ///     .build();
    /// ```
    pub fn or_drafts(mut self, others: impl IntoIterator<Item = D>) -> Self {
        self.client.others = others.into_iter().collect();
        self
    }

    /// Adds a header field to the request. It replaces a field of the same name, such as the host.
    #[doc(alias = "header")]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.client.connector = self.client.connector.field(name, value);
        self
    }

    /// Authenticates to the server with a user name and a password (RFC 7617), instead of with the
    /// user information of the URL. With a colon in the user name, no request is made
    /// ([`Misuse::Unfit`]): it could not be told from the password.
    pub fn basic_auth(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        let credentials = Credentials {
            user: user.into(),
            password: password.into(),
        };
        let unfit = credentials.has_colon().then_some(Misuse::Unfit {
            part: HeadPart::UserName,
            byte: Some(b':'),
        });
        let mut builder = self.authorization(credentials.basic());
        builder.client.connector = builder.client.connector.unfit(unfit);
        builder
    }

    /// Authenticates to the server with a token (RFC 6750).
    pub fn bearer_auth(self, token: impl AsRef<str>) -> Self {
        self.authorization(format!("Bearer {}", token.as_ref()))
    }

    /// Replaces earlier credentials.
    fn authorization(mut self, value: String) -> Self {
        let connector = self.client.connector.without_field(AUTHORIZATION);
        self.client.connector = connector.unfit(None).field(AUTHORIZATION, value);
        self
    }

    /// Sends cookies.
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.client.connector = self.client.connector.cookie(cookie);
        self
    }

    /// Sets the origin of the connection. Programs have none by default; some drafts require one.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.client.connector = self.client.connector.origin(origin);
        self
    }

    /// Offers a subprotocol. List the preferred one first.
    pub fn subprotocol(mut self, subprotocol: impl Into<String>) -> Self {
        self.client.connector = self.client.connector.subprotocol(subprotocol);
        self
    }

    /// Sets the extensions to offer, for example `Extensions::compression()` (feature `deflate`). By
    /// default there are none, because compression costs memory for each connection.
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.client.connector = self.client.connector.extensions(extensions);
        self
    }

    /// Sets the limits of each connection, including those of the opening handshake.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.client.connector = self.client.connector.limits(limits);
        self
    }

    /// Sets how strictly rules are enforced.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.client.connector = self.client.connector.policy(policy);
        self
    }

    /// Shares memory among all connections of this client, and with everything else that uses this
    /// budget.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.client.connector = self.client.connector.budget(budget);
        self
    }

    /// Sets what counts the opening handshakes and connections; nothing by default. An attempt that
    /// reaches no server is not counted.
    pub fn metrics(mut self, metrics: impl Metrics + 'static) -> Self {
        self.client.connector = self.client.connector.metrics(metrics);
        self
    }

    /// Sets whom to trust, and who the client is; by default [`Tls::new`], once for the process, with
    /// the first connection that needs it. That reads files, on a thread for blocking work.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.client.network.tls = Some(tls);
        self
    }

    /// Connects through this proxy; by default, connects directly, whatever the environment says.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.client.network.proxy = Some(proxy);
        self
    }

    /// Follows up to this many redirects (status codes 301, 302, 303, 307 and 308); by default
    /// none, so that a redirect is [`ClientError::Refused`].
    ///
    /// To another origin go neither header fields of the application, nor cookies, nor credentials.
    /// The client certificate, the subprotocols and the origin go to every server.
    /// A redirect never leads from `wss` to `ws`.
    pub fn redirects(mut self, most: usize) -> Self {
        self.client.redirects = most;
        self
    }

    /// Resolves this host to these addresses, instead of asking the operating system.
    pub fn resolve(
        mut self,
        host: impl AsRef<str>,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        let addresses = addresses.into_iter().collect();
        self.client.network.resolver.fix(host.as_ref(), addresses);
        self
    }

    /// Limits the time to resolve, to connect, for the proxy, and for the TLS handshake; 10 s by
    /// default. Each redirect has this time again.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.client.network.connect_timeout = limit;
        self
    }

    /// Limits the time until the connection is open, with everything that this takes; 30 s by
    /// default. [`Limits::handshake`] limits each opening handshake, too.
    pub fn open_timeout(mut self, limit: Duration) -> Self {
        self.client.open_timeout = limit;
        self
    }

    /// Builds the client.
    #[must_use]
    pub fn build(self) -> Client<D> {
        self.client
    }
}
