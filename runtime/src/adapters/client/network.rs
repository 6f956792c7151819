//! How servers are reached, and within what time.

use std::{future::Future, sync::OnceLock, time::Duration};

use ::tokio::{
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use super::{dial::Dial, proxy::Proxy, resolver::Resolver};
use crate::{
    adapters::{
        connect_error::{Fault, Stage},
        tokio::{
            after,
            tls::{Stream, Tls},
        },
    },
    handshake::address::Address,
};

/// The end of a time limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        Self {
            at: after(Instant::now(), limit),
            limit,
        }
    }

    /// The one that ends first.
    pub(super) fn or(self, other: Self) -> Self {
        if other.at < self.at { other } else { self }
    }

    pub(super) async fn limits<T>(
        self,
        stage: Stage,
        work: impl Future<Output = T>,
    ) -> Result<T, Fault> {
        let done = timeout_at(self.at, work).await;
        done.map_err(|_elapsed| Fault::expired(stage, self.limit))
    }
}

/// How servers are reached.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) resolver: Resolver,
    pub(super) proxy: Option<Proxy>,
    pub(super) tls: Option<Tls>,
    pub(super) connect_timeout: Duration,
    /// Whether TLS to the server, not to a proxy, has to negotiate HTTP/2.
    #[cfg(feature = "http2")]
    is_http2: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            resolver: Resolver::default(),
            proxy: None,
            tls: None,
            connect_timeout: Duration::from_secs(10),
            #[cfg(feature = "http2")]
            is_http2: false,
        }
    }
}

impl Network {
    /// Opens a stream to the server at an address.
    pub(super) async fn open(&self, address: &Address, until: Deadline) -> Result<Stream, Fault> {
        let until = until.or(Deadline::after(self.connect_timeout));
        let dial = Dial::new(self.resolver.clone(), self.connect_timeout);
        let stream = match self.proxy.as_ref().and_then(|proxy| proxy.route(address)) {
            Some(route) => {
                let dial = match route.is_secure() {
                    true => dial.secured(&until.limits(Stage::Tls, self.tls()).await??),
                    false => dial,
                };
                until
                    .limits(Stage::Proxy, route.open(dial, address))
                    .await??
            }
            None => {
                until
                    .limits(Stage::Connect, dial.open_to(address))
                    .await??
            }
        };
        if !address.is_secure() {
            return Ok(stream);
        }
        let tls = until.limits(Stage::Tls, self.tls()).await??;
        #[cfg(feature = "http2")]
        let tls = if self.is_http2 { tls.for_http2() } else { tls };
        let secured = until
            .limits(Stage::Tls, tls.secure(stream, address.host()))
            .await?;
        secured.map_err(|error| Fault::new(Stage::Tls, error))
    }

    /// The same for connections over HTTP/2.
    #[cfg(feature = "http2")]
    pub(super) fn over_http2(&self) -> Self {
        Self {
            is_http2: true,
            ..self.clone()
        }
    }

    /// The settings of the application, or the default ones, which are read once.
    async fn tls(&self) -> Result<Tls, Fault> {
        static DEFAULT: OnceLock<Tls> = OnceLock::new();
        if let Some(tls) = self.tls.as_ref().or_else(|| DEFAULT.get()) {
            return Ok(tls.clone());
        }
        // Other tasks go on while the roots of the system are read from files.
        match spawn_blocking(Tls::new).await {
            Ok(Ok(tls)) => Ok(DEFAULT.get_or_init(|| tls).clone()),
            Ok(Err(error)) => Err(Fault::new(Stage::Tls, error).permanent()),
            Err(error) => Err(Fault::new(Stage::Tls, error)),
        }
    }
}
