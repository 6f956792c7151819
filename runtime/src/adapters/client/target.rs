//! URLs as users write them: with `http` too, and with user information.

use std::{fmt, string::String};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;

use crate::{
    adapters::connect_error::{ConnectError, Fault, Stage},
    handshake::address::{Address, NotAnAddress, without_query},
};

/// Where to connect to, and as whom.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) address: Address,
    pub(super) user: Option<Credentials>,
}

/// A name and a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

impl fmt::Debug for Credentials {
    /// No log needs to contain these.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// The scheme of WebSockets for a scheme of HTTP, which has the same port.
fn scheme(given: &str) -> &str {
    const ALIASES: [(&str, &str); 2] = [("http", "ws"), ("https", "wss")];
    let alias = |(alias, _): &&(&str, &str)| given.eq_ignore_ascii_case(alias);
    ALIASES
        .iter()
        .find(alias)
        .map_or(given, |(_, scheme)| scheme)
}

impl Target {
    /// Reads a URL with the scheme `ws`, `wss`, `http` or `https`.
    pub(super) fn read(url: &str) -> Result<Self, ConnectError> {
        Self::parse(url.trim()).map_err(|error| Fault::new(Stage::Url, error).at(shown(url)))
    }

    fn parse(url: &str) -> Result<Self, NotAnAddress> {
        let (given, rest) = url.split_once("://").ok_or(NotAnAddress::Url)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if !user.is_none_or(is_user_information) {
            return Err(NotAnAddress::Url);
        }
        let user = user.filter(|user| !user.is_empty()).map(Credentials::read);
        // Basic credentials cannot express such a name (RFC 7617 §2).
        if user.as_ref().is_some_and(Credentials::has_colon) {
            return Err(NotAnAddress::Url);
        }
        Ok(Self {
            address: [scheme(given), "://", host, path].concat().parse()?,
            user,
        })
    }
}

/// Whether a URL may contain this before its host (RFC 3986 §3.2.1). Other readers of URLs would
/// find another host behind anything else.
fn is_user_information(text: &str) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:".contains(&byte);
    text.bytes().all(is_allowed)
}

impl Credentials {
    /// Whether the user name has a colon, so that it cannot be told from the password (RFC 7617 §2).
    pub(super) fn has_colon(&self) -> bool {
        self.user.contains(':')
    }

    /// The value of a header field (RFC 7617 §2).
    pub(super) fn basic(&self) -> String {
        let pair = format!("{}:{}", self.user, self.password);
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// Reads the user information of a URL (RFC 3986 §3.2.1).
    fn read(user_information: &str) -> Self {
        let (user, password) = user_information
            .split_once(':')
            .unwrap_or((user_information, ""));
        let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Self {
            user: decoded(user),
            password: decoded(password),
        }
    }
}

/// A faulty URL without its query, and without anything that may be user information, wherever it
/// seems to end.
pub(super) fn shown(url: &str) -> String {
    let shown = match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => [scheme, "://", rest].concat(),
        (None, Some((_, rest))) => rest.into(),
        (_, None) => url.into(),
    };
    without_query(&shown)
}

#[cfg(test)]
mod tests {
    use super::{Target, shown};

    #[test]
    fn the_schemes_of_http_are_those_of_websockets() {
        for (given, read) in [
            ("http://example.com", "ws://example.com/"),
            ("HTTPS://Example.com:443/a?b", "wss://example.com/a?b"),
            ("https://example.com:80/", "wss://example.com:80/"),
            ("ws://[::1]:9001?x", "ws://[::1]:9001/?x"),
        ] {
            let target = Target::read(given).expect(given);
            assert_eq!(target.address.to_string(), read);
            assert_eq!(target.user, None);
        }
    }

    #[test]
    fn user_information_is_taken_out_and_decoded() {
        let target = Target::read("wss://me%40work:a%3Ab%2f:c@example.com/x@y").expect("a URL");
        assert_eq!(target.address.to_string(), "wss://example.com/x@y");
        let user = target.user.expect("credentials");
        assert_eq!((&*user.user, &*user.password), ("me@work", "a:b/:c"));
        let target = Target::read("ws://token@example.com").expect("a URL");
        let user = target.user.expect("credentials");
        assert_eq!((&*user.user, &*user.password), ("token", ""));
    }

    #[test]
    fn a_faulty_url_shows_no_user_information() {
        for faulty in [
            "ws://me:secret@",
            "ws://me:sec/ret@example.com",
            "ws://me:secret@example.com/#fragment",
            "ftp://me:secret@example.com",
            "me:secret@example.com",
            "ftp://example.com/?token=secret",
            "ws://me:secret@exa mple.com",
            "ws://me:sec\\ret@example.com",
            "ws://secret.example\\@example.com",
            "ws://a@b:secret@example.com",
            "ws://a%3Ab:secret@example.com",
        ] {
            let error = Target::read(faulty)
                .map(drop)
                .expect_err(faulty)
                .to_string();
            assert!(
                !error.contains("secret") && !error.contains("ret@"),
                "{error}"
            );
        }
        assert_eq!(shown("ftp://example.com"), "ftp://example.com");
    }
}
