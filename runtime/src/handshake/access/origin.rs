//! The origins from which a server accepts connections.

use alloc::{boxed::Box, vec::Vec};
use core::{fmt, str::FromStr};

use super::{
    default_port,
    host::{Host, normal},
};
use crate::protocol::{grammar, violation::excerpt};

/// The origins from which a server accepts connections.
///
/// A browser says of which page the script is that opens a connection, and any page may try.
/// A server that goes by cookies, or by who is in its network, thus has to check the origin
/// (RFC 6455 §10.2).
///
/// A request without an origin does not come from a browser (RFC 6455 §4.2.1) and is allowed: a
/// client that can omit the origin can also state any other. A request with several origins is
/// allowed if all of them are allowed. Only [`Any`](Self::Any) allows a value that is not an
/// origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origins {
    /// All origins. This is the default, as in other WebSocket libraries: a server behind a proxy
    /// that terminates TLS does not know its own origin and would refuse every browser.
    #[default]
    Any,
    /// Only the server's own pages: scheme, host and port of the origin must equal those of the
    /// request. The scheme is `https` if the server is
    /// [secure](crate::handshake::Acceptor::secure), and `http` otherwise. Behind a proxy that
    /// terminates TLS, set `secure(true)`; the proxy must pass `Host` on.
    Same,
    /// Only these.
    These(Vec<Origin>),
}

impl Origins {
    /// Only these, for example `https://example.com`.
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
    /// One of them is not an origin.
    pub fn these<'o>(origins: impl IntoIterator<Item = &'o str>) -> Result<Self, NotAnOrigin> {
        let parsed = origins.into_iter().map(str::parse);
        parsed.collect::<Result<_, _>>().map(Self::These)
    }

    pub(super) fn allow(&self, origin: &Origin, own: Option<&[Host]>, secure: bool) -> bool {
        match self {
            Self::Any => true,
            Self::Same => own.is_some_and(|hosts| {
                !hosts.is_empty() && hosts.iter().all(|host| origin.is_of(host, secure))
            }),
            Self::These(allowed) => allowed.contains(origin),
        }
    }
}

/// The origin of a script (RFC 6454 §4).
///
/// Two origins are equal if their schemes, hosts and ports are equal, compared case-insensitively.
/// An omitted port is the default port of the scheme.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// `null`: the browser does not state the page's origin, for example for a file or a sandboxed
    /// frame. Any page can obtain this origin.
    Null,
    /// A scheme, a host and a port.
    #[non_exhaustive]
    Page {
        /// The scheme, in lower case.
        scheme: Box<str>,
        /// The host, in lower case; an IPv6 address in brackets and in its shortest form. Empty if
        /// the scheme has none.
        host: Box<str>,
        /// The port; `None` if it is omitted and the scheme has no default port.
        port: Option<u16>,
    },
}

impl Origin {
    /// Whether it is the origin of a host's pages.
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
        // For example, browsers write the origin of a file without a host.
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
    #[inline]
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

/// A text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(Box<str>);

impl fmt::Display for NotAnOrigin {
    #[inline]
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
