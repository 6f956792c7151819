//! Names of hosts become addresses.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use ::tokio::net::lookup_host;
use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

type Resolving = dyn Future<Output = Result<vec::IntoIter<SocketAddr>, NotResolved>> + Send;

/// Asks the operating system, except for the names that the application has resolved.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolver {
    fixed: Arc<BTreeMap<String, Vec<IpAddr>>>,
}

/// A name without an address.
#[derive(Debug)]
pub(super) struct NotResolved(pub(super) io::Error);

impl Resolver {
    pub(super) fn fix(&mut self, host: &str, addresses: Vec<IpAddr>) {
        let fixed = Arc::make_mut(&mut self.fixed);
        fixed.insert(host.to_ascii_lowercase(), addresses);
    }

    /// At least one address. Its port means nothing.
    pub(super) async fn addresses(
        &self,
        host: &str,
    ) -> Result<vec::IntoIter<SocketAddr>, NotResolved> {
        let found = match self.known(host) {
            Some(known) => known,
            None => lookup_host((host, 0)).await.map_err(NotResolved)?.collect(),
        };
        if found.is_empty() {
            let error = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            return Err(NotResolved(error));
        }
        Ok(found.into_iter())
    }

    fn known(&self, host: &str) -> Option<Vec<SocketAddr>> {
        let addresses = self.fixed.get(&host.to_ascii_lowercase())?;
        let addresses = addresses.iter();
        Some(addresses.map(|ip| SocketAddr::new(*ip, 0)).collect())
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = NotResolved;
    type Future = Pin<Box<Resolving>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NotResolved>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move { resolver.addresses(name.as_str()).await })
    }
}

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotResolved {}
