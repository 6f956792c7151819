//! The destination of a connection: a URL with one of the protocol's schemes.

use alloc::{format, string::String};
use core::{fmt, str::FromStr};

use crate::protocol::grammar::{self, Target};

/// The parts of a `ws` or `wss` URL (RFC 6455 §3).
///
/// ```
/// use wsdraft::handshake::Address;
///
/// let address: Address = "wss://example.com/chat?room=1".parse()?;
/// assert!(address.is_secure());
/// assert_eq!((address.host(), address.port()), ("example.com", 443));
/// assert_eq!(address.authority(), "example.com");
/// assert_eq!(address.resource(), "/chat?room=1");
/// # Ok::<(), wsdraft::handshake::NotAnAddress>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    secure: bool,
    host: String,
    port: u16,
    resource: String,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAnAddress {
    /// It is not an absolute URL, or contains a character that a URL must not contain.
    Url,
    /// Its host is not in ASCII. An internationalised name has a form that is: `xn--…` (RFC 5890
    /// §2.3.2.1).
    Host,
    /// It has a fragment, which an address must not have (RFC 6455 §3).
    Fragment,
    /// Its scheme is neither `ws` nor `wss`.
    Scheme,
}

impl Address {
    /// Whether the connection is secured by TLS.
    #[inline]
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host to connect to. An IPv6 address has no brackets here.
    #[inline]
    #[must_use]
    pub fn host(&self) -> &str {
        self.host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(&self.host)
    }

    /// The port, including the default port of the scheme.
    #[inline]
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as in a request: the port only if it differs from the scheme's default.
    #[inline]
    #[must_use]
    pub fn authority(&self) -> String {
        if self.port == default_port(self.secure) {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The URL, with an ellipsis in place of its query.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn without_query(&self) -> String {
        without_query(&self.to_string())
    }

    #[inline]
    const fn scheme(&self) -> &'static str {
        if self.secure { "wss" } else { "ws" }
    }

    /// Path and query.
    #[inline]
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The same server, and another path and query.
    ///
    /// ```
    /// use wsdraft::handshake::Address;
    ///
    /// let server: Address = "ws://127.0.0.1:9001".parse()?;
    /// let address = server.with_resource("/chat?room=1")?;
    /// assert_eq!(address.to_string(), "ws://127.0.0.1:9001/chat?room=1");
    /// assert!(server.with_resource("chat").is_err());
    /// # Ok::<(), wsdraft::handshake::NotAnAddress>(())
    /// ```
    ///
    /// # Errors
    /// [`NotAnAddress::Url`] if it does not begin with a slash, or as for a whole URL.
    #[inline]
    pub fn with_resource(&self, resource: &str) -> Result<Self, NotAnAddress> {
        if !resource.starts_with('/') {
            return Err(NotAnAddress::Url);
        }
        format!("{}://{}{resource}", self.scheme(), self.authority()).parse()
    }
}

#[inline]
const fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    #[inline]
    fn from_str(url: &str) -> Result<Self, NotAnAddress> {
        if url.contains('#') {
            return Err(NotAnAddress::Fragment);
        }
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = authority.split(['/', '?']).next();
        if !authority.is_some_and(str::is_ascii) {
            return Err(NotAnAddress::Host);
        }
        let Some(Target::Absolute {
            scheme,
            authority,
            path,
        }) = grammar::parse_target(url)
        else {
            return Err(NotAnAddress::Url);
        };
        let secure = if scheme.eq_ignore_ascii_case("wss") {
            true
        } else if scheme.eq_ignore_ascii_case("ws") {
            false
        } else {
            return Err(NotAnAddress::Scheme);
        };
        let (host, port) = grammar::split_host(authority.as_bytes()).ok_or(NotAnAddress::Url)?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or_else(|| default_port(secure)),
            resource: [slash, path].concat(),
        })
    }
}

impl fmt::Display for Address {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}{}",
            self.scheme(),
            self.authority(),
            self.resource
        )
    }
}

impl fmt::Display for NotAnAddress {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "it is not an absolute URL",
            Self::Host => "write the host name in ASCII (xn--…)",
            Self::Fragment => "a WebSocket URL has no fragment (RFC 6455 §3)",
            Self::Scheme => "its scheme is neither ws nor wss",
        })
    }
}

impl core::error::Error for NotAnAddress {}

/// A URL or a request target, with an ellipsis in place of its query, which may contain secrets.
#[inline]
pub(crate) fn without_query(url: &str) -> String {
    match url.split_once('?') {
        Some((start, _)) => [start, "?…"].concat(),
        None => url.into(),
    }
}
