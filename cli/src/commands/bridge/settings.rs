//! The gateway that is asked for.

use std::time::Duration;

use clap::ValueEnum;
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Budget, Keepalive, Limits, Policy, Role,
    handshake::{Address, Hosts},
    metrics::Counters,
    tokio::{Acceptor, Connector},
};

use super::{
    Arguments,
    notes::Journal,
    upstream::{Upstream, ping_answer},
};
use crate::{
    failure::Failure,
    flags::seconds,
    gate::Gate,
    specs::{Specs, Spoken},
    tls,
};

/// The longest body of a refusal that is passed on.
const REFUSAL_BODY: usize = 64 << 10;

/// What becomes of a binary message for an endpoint whose draft has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Binary {
    /// End the connection.
    Refuse,
    /// Pass it on as text in base64.
    Base64,
}

/// What all connections share.
pub(super) struct Gateway {
    pub(super) acceptor: Acceptor<Spoken>,
    pub(super) upstream: Upstream,
    pub(super) tls: Option<TlsAcceptor>,
    /// How long a request may take.
    pub(super) head: Duration,
    /// Whether a header of the PROXY protocol comes first.
    pub(super) proxied: bool,
    /// How long nothing may pass.
    pub(super) idle: Option<Duration>,
    /// Whether silent endpoints are pinged.
    pub(super) keeps_alive: bool,
    pub(super) binary: Binary,
    pub(super) budget: Budget,
    pub(super) gate: Gate,
    pub(super) clients: Counters,
    pub(super) journal: Journal,
}

impl Gateway {
    /// The scheme of its URL.
    pub(super) const fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "wss",
            None => "ws",
        }
    }

    /// Sets under which hosts connections are taken.
    pub(super) fn hosts(&mut self, hosts: Hosts) {
        self.acceptor = self.acceptor.clone().hosts(hosts);
    }
}

/// The gateway that is asked for.
pub(super) fn gateway(arguments: &Arguments, specs: &Specs) -> Result<Gateway, Failure> {
    let drafts = drafts(specs, &arguments.drafts)?;
    let draft = specs.spoken_or_newest(arguments.upstream_draft.as_deref())?;
    let budget = Budget::new(arguments.memory.0);
    let head = seconds("--head-timeout", arguments.head_timeout)?;
    let idle = seconds("--idle-timeout", arguments.idle_timeout)?;
    let pem = arguments.tls_cert.as_ref().zip(arguments.tls_key.as_ref());
    let tls = pem
        .map(|(certificates, key)| tls::acceptor(certificates, key))
        .transpose()?;
    let extensions = arguments.extensions.as_deref().unwrap_or_default();
    let extensions = specs.named_extensions(extensions, false)?;
    let clients = Counters::new();
    let relaxed = specs.relaxed(&drafts, &arguments.allow, Role::Client)?;
    let acceptor = Acceptor::any(drafts)
        .limits(limits(arguments, head)?)
        .budget(budget.clone())
        .policy(Policy::relaxed(relaxed))
        .extensions(arguments.compression.apply(extensions))
        .origins(arguments.access.origins()?)
        .metrics(clients.clone())
        .ping_answer(ping_answer(draft.info()))
        .secure(tls.is_some());
    Ok(Gateway {
        acceptor,
        upstream: upstream(arguments, specs, draft, &budget)?,
        tls,
        head,
        proxied: arguments.proxy_protocol,
        idle: (!idle.is_zero()).then_some(idle),
        keeps_alive: arguments.ping_interval.is_some(),
        binary: arguments.binary,
        budget,
        gate: Gate::new(arguments.max_connections),
        clients,
        journal: arguments.journal(),
    })
}

/// The drafts to speak with clients, the preferred ones last.
fn drafts(specs: &Specs, names: &[String]) -> Result<Vec<Spoken>, Failure> {
    if names.is_empty() {
        return specs.spoken_by_age();
    }
    let named = names.iter().rev().map(|name| specs.spoken(name));
    named.collect()
}

/// The limits of both connections, of which the opening handshake may take so long.
fn limits(arguments: &Arguments, handshake: Duration) -> Result<Limits, Failure> {
    let mut limits = Limits::default().handshake(handshake);
    if let Some(bytes) = &arguments.max_message {
        limits.message = bytes.0;
        limits.frame = limits.frame.max(bytes.0);
    }
    if let Some(interval) = arguments.ping_interval {
        let interval = seconds("--ping-interval", interval)?;
        let timeout = seconds("--ping-timeout", arguments.ping_timeout)?;
        limits = limits.keepalive(Keepalive::new(interval, timeout));
    }
    Ok(limits)
}

/// The server, and how it is asked.
fn upstream(
    arguments: &Arguments,
    specs: &Specs,
    draft: Spoken,
    budget: &Budget,
) -> Result<Upstream, Failure> {
    let url = &arguments.upstream;
    let wrong = |why: &str| Failure::input(format!("--upstream {url}: {why}"));
    let address: Address = url.parse().map_err(|error| wrong(&format!("{error}")))?;
    if address.resource().contains('?') {
        return Err(wrong(
            "a query cannot precede the path of a request: state only a path",
        ));
    }
    let patience = seconds("--upstream-timeout", arguments.upstream_timeout)?;
    let extensions = arguments.upstream_extensions.as_deref().unwrap_or_default();
    let extensions = specs.named_extensions(extensions, false)?;
    let relaxed = specs.relaxed(&[draft], &arguments.upstream_allow, Role::Server)?;
    let limits = limits(arguments, patience)?;
    let connector = Connector::new(draft)
        .limits(limits.clone())
        .budget(budget.clone())
        .policy(Policy::relaxed(relaxed))
        .extensions(arguments.compression.apply(extensions))
        .refusal_body(REFUSAL_BODY);
    Ok(Upstream {
        tls: tls::client(arguments.certificates.trust(&address))?,
        address,
        draft,
        connector,
        limits,
        counters: Counters::new(),
        patience,
        trusting: arguments.trust_forwarded,
    })
}
