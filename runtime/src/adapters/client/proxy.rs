//! Which proxy leads to a server.

use std::{env, fmt, string::String, sync::Arc};

use http::{HeaderValue, Uri};
use hyper_util::{
    client::{
        legacy::connect::proxy::{SocksV5, Tunnel},
        proxy::matcher::{Intercept, Matcher},
    },
    rt::TokioIo,
};
use tower_service::Service;

use super::{
    dial::{Dial, uri},
    target::{Credentials, shown},
};
use crate::{
    adapters::{
        connect_error::{Fault, Stage},
        tokio::tls::Stream,
    },
    handshake::address::Address,
};

/// A proxy for connections, and the hosts that are reached without it.
///
/// The URL of a proxy has one of these schemes; user information in it authenticates the client to
/// the proxy:
///
/// | scheme | the proxy speaks | default port |
/// |---|---|---|
/// | `http` | HTTP: a tunnel by `CONNECT` (RFC 9110 §9.3.6), also for `ws` (RFC 6455 §4.1) | 80 |
/// | `https` | the same, over TLS, with the roots of the client | 443 |
/// | `socks5` | SOCKS5 (RFC 1928); the client resolves the host | 1080 |
/// | `socks5h` | SOCKS5; the proxy resolves the host | 1080 |
///
/// A URL without a scheme, as in `HTTP_PROXY=proxy.example:3128`, is that of an `http` proxy, as it is
/// for curl.
///
/// ```
/// use wsdraft::{Client, client::Proxy};
///
/// let proxy = Proxy::new("http://proxy.example:3128")?
///     .basic_auth("me", "secret")
///     .except("localhost, 10.0.0.0/8, .internal.example");
/// let client = Client::builder().proxy(proxy).build();
/// # Ok::<(), wsdraft::client::NotAProxy>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    plain: String,
    secure: String,
    user: Option<Credentials>,
    matcher: Arc<Matcher>,
}

/// Why a text does not state a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAProxy {
    /// The variable with the text, if it is from the environment.
    variable: Option<&'static str>,
    /// Without user information.
    url: String,
}

impl Proxy {
    /// Uses this proxy for all hosts.
    ///
    /// # Errors
    /// The text is not the URL of a proxy.
    pub fn new(url: impl AsRef<str>) -> Result<Self, NotAProxy> {
        let url = checked(None, url.as_ref())?;
        Ok(Self::of(url.clone(), url, ""))
    }

    /// Uses the proxies of the environment as curl does: `HTTP_PROXY` for `ws`, `HTTPS_PROXY` for
    /// `wss`, `ALL_PROXY` where that is not set, and none for the hosts of `NO_PROXY`. The names
    /// may be in lower case. A program that a web server runs (CGI) takes no proxy from the
    /// environment, because a client could set `HTTP_PROXY` by a header field.
    ///
    /// # Errors
    /// A variable does not contain the URL of a proxy. Connecting without it might be worse than
    /// not connecting.
    pub fn from_env() -> Result<Self, NotAProxy> {
        Self::from_variables(|name| env::var(name).ok())
    }

    /// As [`from_env`](Self::from_env), with the environment that this function states.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, NotAProxy> {
        let first = |names: [&'static str; 2]| {
            let mut set = names.into_iter().filter_map(|name| {
                let value = variable(name).filter(|value| !value.is_empty())?;
                Some((name, value))
            });
            set.next()
        };
        let of = |names| match first(names) {
            Some((name, url)) => checked(Some(name), &url).map(Some),
            None => Ok(None),
        };
        if variable("REQUEST_METHOD").is_some() {
            return Ok(Self::of(String::new(), String::new(), ""));
        }
        let all = of(["ALL_PROXY", "all_proxy"])?.unwrap_or_default();
        let plain = of(["HTTP_PROXY", "http_proxy"])?.unwrap_or_else(|| all.clone());
        let secure = of(["HTTPS_PROXY", "https_proxy"])?.unwrap_or(all);
        let except = first(["NO_PROXY", "no_proxy"]);
        let except = except.map(|(_, hosts)| hosts).unwrap_or_default();
        Ok(Self::of(plain, secure, &except))
    }

    fn of(plain: String, secure: String, except: &str) -> Self {
        let matcher = matcher(&plain, &secure, except);
        Self {
            plain,
            secure,
            user: None,
            matcher: Arc::new(matcher),
        }
    }

    /// Connects to these hosts directly. The list has the syntax of `NO_PROXY`: names, which
    /// include their subdomains, IP addresses and networks, separated by commas; `*` means all.
    #[must_use]
    pub fn except(self, hosts: impl AsRef<str>) -> Self {
        let user = self.user;
        let proxy = Self::of(self.plain, self.secure, hosts.as_ref());
        Self { user, ..proxy }
    }

    /// Authenticates to the proxy, instead of by user information in its URL. For a proxy that speaks
    /// HTTP, the user name must not contain a colon (RFC 7617 §2): then each attempt to connect fails.
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.user = Some(Credentials {
            user: user.into(),
            password: password.into(),
        });
        self
    }

    /// The proxy for a server, if it is to be reached through one.
    pub(super) fn route(&self, address: &Address) -> Option<Route> {
        let scheme = if address.is_secure() { "https" } else { "http" };
        let server = format!("{scheme}://{}/", address.authority());
        let found = self.matcher.intercept(&server.parse().ok()?)?;
        let user = self.user.clone();
        Some(Route { found, user })
    }
}

fn matcher(plain: &str, secure: &str, except: &str) -> Matcher {
    let builder = Matcher::builder().http(plain).https(secure);
    builder.no(except).build()
}

/// The proxy for any server, as the URL states it.
fn intercept(url: &str) -> Option<Intercept> {
    const ANY: &str = "http://server.invalid/";
    matcher(url, "", "").intercept(&Uri::from_static(ANY))
}

/// The URL, if a connection can be made by it.
fn checked(variable: Option<&'static str>, url: &str) -> Result<String, NotAProxy> {
    let url = url.trim();
    let found = intercept(url);
    let found =
        found.filter(|found| Kind::of(found.uri()).is_some() && has_valid_port(found.uri()));
    match found {
        Some(_) => Ok(url.into()),
        None => Err(NotAProxy {
            variable,
            url: shown(url),
        }),
    }
}

/// Whether the URL has no port or a valid one. Another port must not become the default one, which
/// would then get the credentials.
fn has_valid_port(proxy: &Uri) -> bool {
    let Some(authority) = proxy.authority() else {
        return false;
    };
    let place = authority.as_str().rsplit('@').next().unwrap_or_default();
    let port = place.strip_prefix(authority.host()).unwrap_or_default();
    port.is_empty() || authority.port_u16().is_some_and(|port| port != 0)
}

// Types that hyper-util does not name in public.
type TunnelError = <Tunnel<Dial> as Service<Uri>>::Error;
type SocksError = <SocksV5<Dial> as Service<Uri>>::Error;

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    Https,
    /// SOCKS5 with an address that the client has resolved.
    Socks,
    /// SOCKS5 with a name.
    SocksWithName,
}

impl Kind {
    fn of(proxy: &Uri) -> Option<Self> {
        Some(match proxy.scheme_str()? {
            "http" => Self::Http,
            "https" => Self::Https,
            "socks5" => Self::Socks,
            "socks5h" => Self::SocksWithName,
            _ => return None,
        })
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks | Self::SocksWithName => 1080,
        }
    }
}

fn server(host: &str, port: u16) -> Result<Uri, Fault> {
    uri(host, port).map_err(|error| Fault::new(Stage::Url, error))
}

/// A proxy that leads to a server.
pub(super) struct Route {
    found: Intercept,
    user: Option<Credentials>,
}

impl Route {
    /// Whether the proxy itself is spoken to over TLS.
    pub(super) fn is_secure(&self) -> bool {
        Kind::of(self.found.uri()) == Some(Kind::Https)
    }

    /// Opens a stream to the server through the proxy.
    pub(super) async fn open(&self, dial: Dial, address: &Address) -> Result<Stream, Fault> {
        let (proxy, kind) = self.proxy()?;
        if matches!(kind, Kind::Http | Kind::Https) {
            let server = server(address.host(), address.port())?;
            let mut tunnel = Tunnel::new(proxy, dial);
            if let Some(value) = self.authorization()? {
                tunnel = tunnel.with_auth(value);
            }
            let opened = tunnel.call(server).await.map(TokioIo::into_inner);
            return opened.map_err(|error| self.no_tunnel(&error));
        }
        let server = match kind {
            Kind::Socks => server(&dial.resolve(address.host()).await?, address.port())?,
            _ => server(address.host(), address.port())?,
        };
        let mut socks = SocksV5::new(proxy, dial);
        if let Some((user, password)) = self.name_and_password() {
            // Their lengths are written as one byte each (RFC 1929 §2).
            if [&user, &password].iter().any(|text| text.len() > 255) {
                return Err(self
                    .fault("the user name or the password is too long")
                    .permanent());
            }
            socks = socks.with_auth(user, password);
        }
        let opened = socks.call(server).await.map(TokioIo::into_inner);
        opened.map_err(|error| self.no_socks(&error))
    }

    /// The address of the proxy, and what it speaks.
    fn proxy(&self) -> Result<(Uri, Kind), Fault> {
        let proxy = self.found.uri();
        let kind =
            Kind::of(proxy).ok_or_else(|| self.fault("its scheme is not supported").permanent())?;
        let host = proxy.host().unwrap_or_default();
        let at = server(host, proxy.port_u16().unwrap_or_else(|| kind.port()))?;
        Ok((at, kind))
    }

    fn fault(&self, why: impl fmt::Display) -> Fault {
        let proxy = self.found.uri().to_string();
        let proxy = proxy.trim_end_matches('/');
        Fault::new(Stage::Proxy, format!("{proxy}: {why}"))
    }

    fn no_tunnel(&self, error: &TunnelError) -> Fault {
        match error {
            TunnelError::ConnectFailed(error) => match error.downcast_ref::<Fault>() {
                Some(fault) => self.fault(fault).timing_as(fault),
                None => self.fault(error),
            },
            TunnelError::Io(error) => self.fault(error),
            TunnelError::ProxyAuthRequired => self
                .fault("it refuses the credentials (status 407)")
                .permanent(),
            TunnelError::TunnelUnsuccessful => self.fault("it opens no tunnel to the host"),
            TunnelError::TunnelUnexpectedEof => self.fault("it has disconnected"),
            _ => self.fault(error),
        }
    }

    fn no_socks(&self, error: &SocksError) -> Fault {
        match error {
            SocksError::Inner(fault) => self.fault(fault).timing_as(fault),
            SocksError::Io(error) => self.fault(error),
            _ => self.fault(error),
        }
    }

    fn authorization(&self) -> Result<Option<HeaderValue>, Fault> {
        match &self.user {
            Some(user) if user.has_colon() => Err(self
                .fault("the user name contains a colon, which basic authentication does not allow (RFC 7617 §2)")
                .permanent()),
            Some(user) => HeaderValue::try_from(user.basic())
                .map(Some)
                .map_err(|error| self.fault(error)),
            None => Ok(self.found.basic_auth().cloned()),
        }
    }

    fn name_and_password(&self) -> Option<(String, String)> {
        match &self.user {
            Some(user) => Some((user.user.clone(), user.password.clone())),
            None => {
                let (user, password) = self.found.raw_auth()?;
                Some((user.into(), password.into()))
            }
        }
    }
}

impl fmt::Debug for Proxy {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without user information.
        self.matcher.fmt(f)
    }
}

impl fmt::Display for NotAProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(f, "{variable}: ")?;
        }
        let url = &self.url;
        write!(
            f,
            "{url:?} is not the URL of a proxy: http, https, socks5 or socks5h"
        )
    }
}

impl std::error::Error for NotAProxy {}
