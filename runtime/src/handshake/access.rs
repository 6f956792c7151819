//! Who gets in: from which origins a connection may be opened, and under which hosts.

use alloc::{boxed::Box, format, vec::Vec};
use core::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use super::{Request, fields::lossy, server::RefusalCause};
use crate::{
    grammar::{self, Target},
    info::{DraftInfo, Purpose},
    violation::excerpt,
};

/// From which origins a server takes connections.
///
/// A browser says of which page the script is that opens a connection, and any page may try.
/// A server that goes by cookies, or by who is in its network, thus has to check the origin
/// (RFC 6455 §10.2).
///
/// A request without an origin comes from no browser (RFC 6455 §4.2.1) and passes: whoever can
/// leave the origin out can also write any other. A request that names several origins passes
/// if all of them do. What is no origin never passes, but for [`Any`](Self::Any).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origins {
    /// From everywhere. The default, as in other WebSocket libraries: a server behind a proxy
    /// that ends TLS cannot know its own origin, and would turn every browser away.
    #[default]
    Any,
    /// From the server's own pages: scheme, host and port of the origin are those of the
    /// request. The scheme is `https` where the server is [secure](super::Acceptor::secure),
    /// and `http` elsewhere. Behind a proxy that ends TLS, say `secure(true)`; the proxy has to
    /// pass `Host` on.
    Same,
    /// From these.
    These(Vec<Origin>),
}

impl Origins {
    /// From these, such as `https://example.com`.
    ///
    /// ```
    /// use wsdraft::handshake::Origins;
    ///
    /// let origins = Origins::these(["https://example.com", "http://localhost:3000"])?;
    /// assert!(Origins::these(["example.com"]).is_err());
    /// assert!(Origins::these(["https://example.com/"]).is_err());
    /// # Ok::<(), wsdraft::handshake::NotAnOrigin>(())
    /// ```
    ///
    /// # Errors
    /// One of them is no origin.
    pub fn these<'o>(origins: impl IntoIterator<Item = &'o str>) -> Result<Self, NotAnOrigin> {
        let parsed = origins.into_iter().map(str::parse);
        parsed.collect::<Result<_, _>>().map(Self::These)
    }

    fn allow(&self, origin: &Origin, own: Option<&[Host]>, secure: bool) -> bool {
        match self {
            Self::Any => true,
            Self::Same => own.is_some_and(|hosts| {
                !hosts.is_empty() && hosts.iter().all(|host| origin.is_of(host, secure))
            }),
            Self::These(allowed) => allowed.contains(origin),
        }
    }
}

/// Where a script comes from (RFC 6454 §4).
///
/// Two are equal where scheme, host and port are, without regard to case. A port that is left
/// out is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// `null`: a page whose origin the browser does not tell, such as a file or a sandboxed
    /// frame. Any page can make itself one.
    Null,
    /// A scheme, a host and a port.
    #[non_exhaustive]
    Page {
        /// The scheme, in lower case.
        scheme: Box<str>,
        /// The host, in lower case; an IPv6 address in brackets and in its shortest form. Empty
        /// where the scheme has none.
        host: Box<str>,
        /// The port; `None` where it is left out and the scheme has none of its own.
        port: Option<u16>,
    },
}

impl Origin {
    /// Whether it is that of the pages of a host.
    fn is_of(&self, host: &Host, secure: bool) -> bool {
        let own_scheme = if secure { "https" } else { "http" };
        match self {
            Self::Null => false,
            Self::Page {
                scheme,
                host: name,
                port,
            } => {
                **scheme == *own_scheme
                    && *name == host.name
                    && *port == host.port.or_else(|| default_port(own_scheme))
            }
        }
    }
}

/// The port that a scheme has of its own.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        if text == "null" {
            return Ok(Self::Null);
        }
        let wrong = || NotAnOrigin(excerpt(text.as_bytes()));
        let (scheme, authority) = text.split_once("://").ok_or_else(wrong)?;
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return Err(wrong());
        }
        let scheme = scheme.to_ascii_lowercase();
        let own_port = default_port(&scheme);
        // Browsers write the origin of a file with no host, for instance.
        let (host, port) = if authority.is_empty() && own_port.is_none() {
            ("", None)
        } else {
            grammar::split_host(authority.as_bytes()).ok_or_else(wrong)?
        };
        Ok(Self::Page {
            host: normal(host),
            port: port.or(own_port),
            scheme: scheme.into(),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Page { scheme, host, port } => {
                write!(f, "{scheme}://{host}")?;
                match port.filter(|port| Some(*port) != default_port(scheme)) {
                    Some(port) => write!(f, ":{port}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A text that is no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(Box<str>);

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no origin: write a scheme, a host and perhaps a port, such as \
             https://example.com, or null (RFC 6454 §6.2)",
            self.0
        )
    }
}

impl core::error::Error for NotAnOrigin {}

/// The hosts that a server is.
///
/// A page of an attacker can have its name lead to an address of yours, such as 127.0.0.1
/// (DNS rebinding): for the browser, the connection then goes to the attacker's own host. The
/// host that the request names tells.
///
/// This is the host of an absolute request target (RFC 9112 §3.2.2), and otherwise that of the
/// header field. Where a request has several, all have to be the server's. One that names none
/// passes, where the rules of its draft let it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hosts {
    /// Whatever the request names; the default.
    #[default]
    Any,
    /// These.
    These(Vec<Host>),
}

impl Hosts {
    /// These, such as `example.com`, which allows every port, or `example.com:8080`.
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
    /// One of them is no host.
    pub fn these<'h>(hosts: impl IntoIterator<Item = &'h str>) -> Result<Self, NotAHost> {
        let parsed = hosts.into_iter().map(str::parse);
        parsed.collect::<Result<_, _>>().map(Self::These)
    }

    /// The names of the machine for itself: `localhost`, `127.0.0.1` and `[::1]`, with any
    /// port. What a server that listens on a loopback address is to be set to.
    #[must_use]
    pub fn loopback() -> Self {
        let names = ["localhost", "127.0.0.1", "[::1]"];
        Self::These(names.map(|name| Host::new(name, None)).into())
    }

    /// Adds a host, with any port; does nothing where all are the server's.
    #[must_use]
    pub fn and(mut self, host: Host) -> Self {
        if let Self::These(hosts) = &mut self {
            hosts.push(host);
        }
        self
    }

    fn include(&self, named: Option<&Host>, secure: bool) -> bool {
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
    name: Box<str>,
    port: Option<u16>,
}

impl Host {
    fn new(name: &str, port: Option<u16>) -> Self {
        Self {
            name: normal(name),
            port,
        }
    }

    /// Reads the value of a header field.
    fn read(value: &[u8]) -> Option<Self> {
        let (name, port) = grammar::split_host(value)?;
        Some(Self::new(name, port))
    }

    /// Whether this, of the server's own, is the one that a request names.
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

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        Self::read(text.as_bytes()).ok_or_else(|| NotAHost(excerpt(text.as_bytes())))
    }
}

impl From<IpAddr> for Host {
    fn from(address: IpAddr) -> Self {
        Self {
            name: written(address),
            port: None,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// A text that is no host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAHost(Box<str>);

impl fmt::Display for NotAHost {
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

/// The absolute form of a name in DNS is the same host.
fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// A host in the form in which it is compared.
fn normal(host: &str) -> Box<str> {
    let inside = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    match inside.and_then(|address| address.parse::<Ipv6Addr>().ok()) {
        Some(address) => written(address.into()),
        None => host.to_ascii_lowercase().into(),
    }
}

/// An address as a host; one of IPv4 that is mapped to IPv6 is that of IPv4.
fn written(address: IpAddr) -> Box<str> {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("{address}").into(),
        IpAddr::V6(address) => format!("[{address}]").into(),
    }
}

/// Who gets in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// From which origins.
    pub origins: Origins,
    /// Under which hosts.
    pub hosts: Hosts,
}

impl Access {
    /// From these origins, under these hosts.
    #[must_use]
    pub const fn new(origins: Origins, hosts: Hosts) -> Self {
        Self { origins, hosts }
    }

    /// Whether everybody gets in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Judges a request: of the draft `own`, or of none of `drafts` where that is `None`. Which
    /// header fields hold the host and the origin, the drafts tell. A request that lacks the one
    /// of its own draft is held to those of the others. What opens no connection is judged by
    /// its host alone.
    ///
    /// # Errors
    /// [`RefusalCause::Host`] or [`RefusalCause::Origin`].
    pub fn check<'d>(
        &self,
        own: Option<&'d DraftInfo>,
        drafts: impl Iterator<Item = &'d DraftInfo> + Clone,
        request: &Request<'_>,
    ) -> Result<(), RefusalCause> {
        if self.is_open() {
            return Ok(());
        }
        let hosts = match grammar::parse_target(request.target) {
            Some(Target::Absolute { authority, .. }) => Vec::from([authority.as_bytes()]),
            _ => values(Purpose::Host, own, drafts.clone(), request),
        };
        let hosts: Vec<_> = hosts
            .into_iter()
            .map(|value| (value, Host::read(value)))
            .collect();
        let mut named = hosts.iter();
        if let Some((value, _)) =
            named.find(|(_, host)| !self.hosts.include(host.as_ref(), request.secure))
        {
            let host = excerpt(value);
            return Err(RefusalCause::Host { host });
        }
        if own.is_none() || self.origins == Origins::Any {
            return Ok(());
        }
        let named: Option<Vec<Host>> = hosts.into_iter().map(|(_, host)| host).collect();
        for value in values(Purpose::Origin, own, drafts, request) {
            let text = lossy(value);
            let mut origins = text.split_ascii_whitespace().map(str::parse::<Origin>);
            let all = origins.all(|origin| {
                origin.is_ok_and(|origin| {
                    self.origins
                        .allow(&origin, named.as_deref(), request.secure)
                })
            });
            if !all || text.trim().is_empty() {
                return Err(RefusalCause::Origin {
                    origin: excerpt(value),
                });
            }
        }
        Ok(())
    }
}

/// The values of the header field with this purpose: that of the draft, or, where the request
/// lacks it, those of the other drafts.
fn values<'r, 'd>(
    purpose: Purpose,
    own: Option<&'d DraftInfo>,
    drafts: impl Iterator<Item = &'d DraftInfo>,
    request: &Request<'r>,
) -> Vec<&'r [u8]> {
    let of = |draft: &DraftInfo| -> Vec<&'r [u8]> {
        let header = draft.request_header(purpose);
        header.map_or_else(Vec::new, |header| {
            let fields = request.fields.all(header.name);
            fields.map(|field| field.value).collect()
        })
    };
    let mut found = own.map(of).unwrap_or_default();
    if found.is_empty() {
        let mut names: Vec<&str> = drafts
            .filter_map(|draft| Some(draft.request_header(purpose)?.name))
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            found.extend(request.fields.all(name).map(|field| field.value));
        }
    }
    found
}
