//! How the server is reached, and as whom.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use wsdraft::{
    Client,
    client::{ClientBuilder, Proxy},
    handshake::Address,
    tokio::{Connector, tls::Tls},
};

use crate::{failure::Failure, flags::Certificates, specs::Spoken, tls};

/// How the server is reached, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = super::NETWORK)]
pub(super) struct Network {
    #[command(flatten)]
    certificates: Certificates,
    /// PEM file with the client's certificate chain.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// PEM file with the private key of the client's certificate.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// User name and password for basic authentication.
    #[arg(
        short = 'u',
        long,
        value_name = "USER:PASSWORD",
        allow_hyphen_values = true,
        conflicts_with = "bearer"
    )]
    auth: Option<String>,
    /// Token for bearer authentication.
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    bearer: Option<String>,
    /// Connect through this proxy: a URL with the scheme `http`, `https`, `socks5` or `socks5h`.
    #[arg(short = 'x', long, value_name = "URL", conflicts_with = "unix")]
    proxy: Option<String>,
    /// Connect to this address instead of resolving the host; can be repeated. The URL must have
    /// the same host and port.
    #[arg(long, value_name = "HOST:PORT:ADDR", conflicts_with = "unix")]
    resolve: Vec<Resolved>,
    /// Connect to this Unix socket, whatever the host of the URL is.
    #[arg(long, value_name = "PATH")]
    unix: Option<PathBuf>,
    /// Follow up to 10 redirects.
    ///
    /// Another origin gets no header fields of `--header`, no cookies and no credentials. A
    /// redirect never leads from `wss` to `ws`.
    #[arg(short = 'L', long)]
    location: bool,
    /// Open the connection over HTTP/2 (RFC 8441).
    ///
    /// With `wss`, the server has to negotiate `h2`; with `ws`, it has to speak HTTP/2 from the
    /// start.
    #[arg(long, conflicts_with_all = ["unix", "location", "retry"])]
    pub(super) http2: bool,
}

/// An address of a host and port.
#[derive(Clone, Debug)]
struct Resolved {
    host: String,
    port: u16,
    address: IpAddr,
}

impl std::str::FromStr for Resolved {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "expected HOST:PORT:ADDR, as in example.com:443:127.0.0.1";
        let (host, rest) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':').ok_or(FORM)?),
            None => text.split_once(':').ok_or(FORM)?,
        };
        let (port, address) = rest.split_once(':').ok_or(FORM)?;
        let address = address.trim_start_matches('[').trim_end_matches(']');
        Ok(Self {
            host: host.into(),
            port: port.parse().map_err(|_| FORM)?,
            address: address.parse().map_err(|_| FORM)?,
        })
    }
}

impl Network {
    /// Redirects that are followed.
    const REDIRECTS: usize = 10;

    /// Whom the client trusts, and who it is.
    pub(super) fn tls(&self, address: &Address) -> Result<Tls, Failure> {
        // A redirect may lead to a secure address.
        let trust = match self.location {
            true => self.certificates.trust_any(),
            false => self.certificates.trust(address),
        };
        let identity = self.cert.as_deref().zip(self.key.as_deref());
        tls::client_as(trust, identity)
    }

    /// A client that connects like this.
    pub(super) fn client(
        &self,
        connector: Connector<Spoken>,
        others: &[Spoken],
        address: &Address,
        (tls, patience): (&Tls, Duration),
    ) -> Result<Client<Spoken>, Failure> {
        let mut client = ClientBuilder::from(connector)
            .or_drafts(others.iter().copied())
            .tls(tls.clone())
            .connect_timeout(patience)
            .open_timeout(patience);
        if let Some(auth) = &self.auth {
            let (user, password) = auth.split_once(':').ok_or_else(|| {
                Failure::input("--auth: expected a user name and a password: USER:PASSWORD")
            })?;
            client = client.basic_auth(user, password);
        }
        if let Some(token) = &self.bearer {
            client = client.bearer_auth(token);
        }
        if let Some(proxy) = &self.proxy {
            let proxy = Proxy::new(proxy);
            client =
                client.proxy(proxy.map_err(|error| Failure::input(format!("--proxy: {error}")))?);
        }
        if self.location {
            client = client.redirects(Self::REDIRECTS);
        }
        if !self.resolve.is_empty() {
            client = client.resolve(address.host(), self.addresses(address)?);
        }
        Ok(client.build())
    }

    /// The addresses of the server that the user gives.
    fn addresses(&self, address: &Address) -> Result<Vec<IpAddr>, Failure> {
        let host = address.host().trim_start_matches('[').trim_end_matches(']');
        let is_meant =
            |one: &&Resolved| one.host.eq_ignore_ascii_case(host) && one.port == address.port();
        let meant = self.resolve.iter().filter(is_meant);
        let addresses: Vec<IpAddr> = meant.map(|one| one.address).collect();
        if addresses.is_empty() {
            return Err(Failure::input(format!(
                "--resolve: no address is for {host}:{}",
                address.port()
            )));
        }
        Ok(addresses)
    }

    /// The Unix socket to connect to.
    pub(super) fn socket(&self) -> Result<Option<&Path>, Failure> {
        match &self.unix {
            Some(_) if cfg!(not(unix)) => {
                Err(Failure::input("--unix: this system has no Unix sockets"))
            }
            socket => Ok(socket.as_deref()),
        }
    }

    /// What the user can do about a refusal with this status.
    pub(super) fn hint(&self, status: u16) -> Option<&'static str> {
        match status {
            300..=399 if !self.location && !self.http2 => {
                Some("the server redirects: --location follows it")
            }
            401 if self.auth.is_none() && self.bearer.is_none() => {
                Some("the server asks for credentials: --auth USER:PASSWORD or --bearer TOKEN")
            }
            _ => None,
        }
    }
}

/// The address in a URL, which may have user information and the scheme of HTTP.
pub(super) fn address(url: &str) -> Result<Address, Failure> {
    let url = url.trim();
    if !url.contains("://") {
        return Err(Failure::input(format!(
            "{url:?} is no URL: it has to begin with ws:// or wss://, as in ws://127.0.0.1:9001/"
        )));
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // Without what may be a secret.
    let host = authority.rsplit('@').next().unwrap_or_default();
    let plain = match scheme.to_ascii_lowercase().as_str() {
        "http" => format!("ws://{host}{path}"),
        "https" => format!("wss://{host}{path}"),
        _ => format!("{scheme}://{host}{path}"),
    };
    plain
        .parse()
        .map_err(|error| Failure::input(format!("{plain}: {error}")))
}
