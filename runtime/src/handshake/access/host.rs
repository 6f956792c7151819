//! The hosts of a server.

use alloc::{boxed::Box, format, vec::Vec};
use core::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use super::default_port;
use crate::protocol::{grammar, violation::excerpt};

/// The hosts of a server.
///
/// An attacker's page can make its name resolve to an address of yours, for example 127.0.0.1 (DNS
/// rebinding). The browser then treats the connection as one to the attacker's own host. Only the
/// host in the request reveals this.
///
/// The host is that of an absolute request target (RFC 9112 §3.2.2), or otherwise that of the
/// header field. If a request states several hosts, the server must have all of them. A request
/// without a host is allowed if the rules of its draft allow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hosts {
    /// Any host; the default.
    #[default]
    Any,
    /// These.
    These(Vec<Host>),
}

impl Hosts {
    /// Only these, for example `example.com`, which allows every port, or `example.com:8080`.
    ///
    /// ```
    /// use wsdraft::handshake::Hosts;
    ///
    /// let hosts = Hosts::these(["example.com", "[2001:db8::1]:9001"])?;
    /// assert!(Hosts::these(["https://example.com"]).is_err());
    /// # Ok::<(), wsdraft::handshake::NotAHost>(())
    /// ```
    ///
    /// # Errors
    /// One of them is not a host.
    pub fn these<'h>(hosts: impl IntoIterator<Item = &'h str>) -> Result<Self, NotAHost> {
        let parsed = hosts.into_iter().map(str::parse);
        parsed.collect::<Result<_, _>>().map(Self::These)
    }

    /// The machine's names for itself: `localhost`, `127.0.0.1` and `[::1]`, with any port. Use
    /// this for a server that listens on a loopback address.
    #[inline]
    #[must_use]
    pub fn loopback() -> Self {
        let names = ["localhost", "127.0.0.1", "[::1]"];
        Self::These(names.map(|name| Host::new(name, None)).into())
    }

    /// Adds a host, with any port. Does nothing if any host is allowed.
    #[inline]
    #[must_use]
    pub fn and(mut self, host: Host) -> Self {
        if let Self::These(hosts) = &mut self {
            hosts.push(host);
        }
        self
    }

    pub(super) fn include(&self, named: Option<&Host>, secure: bool) -> bool {
        match self {
            Self::Any => true,
            Self::These(own) => {
                named.is_some_and(|named| own.iter().any(|own| own.covers(named, secure)))
            }
        }
    }
}

/// A host, with or without a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host {
    pub(super) name: Box<str>,
    pub(super) port: Option<u16>,
}

impl Host {
    fn new(name: &str, port: Option<u16>) -> Self {
        Self {
            name: normal(name),
            port,
        }
    }

    /// Reads the value of a header field.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let (name, port) = grammar::split_host(value)?;
        Some(Self::new(name, port))
    }

    /// Whether this host of the server is the one that a request states.
    fn covers(&self, named: &Self, secure: bool) -> bool {
        let scheme = if secure { "https" } else { "http" };
        without_dot(&self.name) == without_dot(&named.name)
            && self
                .port
                .is_none_or(|port| named.port.or_else(|| default_port(scheme)) == Some(port))
    }
}

impl FromStr for Host {
    type Err = NotAHost;

    #[inline]
    fn from_str(text: &str) -> Result<Self, NotAHost> {
        Self::read(text.as_bytes()).ok_or_else(|| NotAHost(excerpt(text.as_bytes())))
    }
}

impl From<IpAddr> for Host {
    #[inline]
    fn from(address: IpAddr) -> Self {
        Self {
            name: written(address),
            port: None,
        }
    }
}

impl fmt::Display for Host {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// A text that is not a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAHost(Box<str>);

impl fmt::Display for NotAHost {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no host: write a name or an address, an IPv6 one in brackets, and perhaps \
             a port (RFC 9110 §7.2)",
            self.0
        )
    }
}

impl core::error::Error for NotAHost {}

/// An absolute DNS name (with a final dot) is the same host.
fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// A host in the form used for comparison.
pub(super) fn normal(host: &str) -> Box<str> {
    let inside = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    match inside.and_then(|address| address.parse::<Ipv6Addr>().ok()) {
        Some(address) => written(address.into()),
        None => host.to_ascii_lowercase().into(),
    }
}

/// An address as a host. An IPv4-mapped IPv6 address becomes the IPv4 address.
fn written(address: IpAddr) -> Box<str> {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("{address}").into(),
        IpAddr::V6(address) => format!("[{address}]").into(),
    }
}
