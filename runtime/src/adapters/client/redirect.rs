//! Where a server sends a client instead.

use std::fmt;

use super::target::Target;
use crate::{
    adapters::connect_error::{Fault, Stage},
    handshake::address::Address,
};

/// The most that are followed, if any are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany(pub(super) usize);

impl TooMany {
    pub(super) fn fault(self) -> Fault {
        Fault::new(Stage::Redirect, self.to_string())
    }
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server redirects more than {} times", self.0)
    }
}

/// Whether a response with this status code sends the client elsewhere (RFC 9110 §15.4). The
/// request is a GET, so they all mean the same.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Whether two addresses belong to one origin (RFC 6454 §4), and so to one recipient of credentials.
pub(super) fn same_origin(one: &Address, other: &Address) -> bool {
    let origin = |address: &Address| (address.is_secure(), address.port());
    origin(one) == origin(other) && one.host() == other.host()
}

/// The address that a location means, seen from this one. User information and a fragment in it are
/// ignored.
pub(super) fn follow(from: &Address, location: &str) -> Result<Address, Fault> {
    let location = location.trim();
    let location = location.split('#').next().unwrap_or_default();
    let to = Target::read(&absolute(from, location))
        .map_err(|error| Fault::new(Stage::Redirect, error))?
        .address;
    if from.is_secure() && !to.is_secure() {
        return Err(Fault::new(
            Stage::Redirect,
            format!(
                "{} is not secured by TLS, and {} is",
                to.without_query(),
                from.without_query()
            ),
        ));
    }
    Ok(to)
}

/// Resolves a reference (RFC 3986 §5.2).
fn absolute(from: &Address, reference: &str) -> String {
    let scheme = if from.is_secure() { "wss" } else { "ws" };
    if has_scheme(reference) {
        return reference.into();
    }
    if reference.starts_with("//") {
        return format!("{scheme}:{reference}");
    }
    let start = format!("{scheme}://{}", from.authority());
    let (path, query) = from.resource().split_at(path_end(from.resource()));
    if reference.is_empty() {
        return [&start, path, query].concat();
    }
    if reference.starts_with('?') {
        return [&start, path, reference].concat();
    }
    let (given, query) = reference.split_at(path_end(reference));
    let folder = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
    let folder = if given.starts_with('/') { "" } else { folder };
    [&start, &*without_dots(&[folder, given].concat()), query].concat()
}

fn path_end(resource: &str) -> usize {
    resource.find('?').unwrap_or(resource.len())
}

fn has_scheme(reference: &str) -> bool {
    let colon = reference.find(':').unwrap_or(0);
    let scheme = &reference.as_bytes()[..colon];
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
}

/// Removes the segments `.` and `..` (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    ["/", &kept.join("/")].concat()
}

#[cfg(test)]
mod tests {
    use super::{Address, follow};

    fn from(address: &str, location: &str) -> String {
        let address: Address = address.parse().expect(address);
        match follow(&address, location) {
            Ok(to) => to.to_string(),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn a_location_is_resolved_against_the_address() {
        for (location, to) in [
            ("", "wss://a.example/b/c?d"),
            ("?e", "wss://a.example/b/c?e"),
            ("e", "wss://a.example/b/e"),
            ("./e/../f?g/../h", "wss://a.example/b/f?g/../h"),
            ("../../..", "wss://a.example/"),
            ("/e/.", "wss://a.example/e/"),
            ("//B.example/", "wss://b.example/"),
            ("https://b.example/c#d", "wss://b.example/c"),
            ("wss://me:secret@b.example", "wss://b.example/"),
        ] {
            assert_eq!(from("wss://a.example/b/c?d", location), to, "{location}");
        }
        assert_eq!(
            from("ws://a.example:81", "https://a.example:81"),
            "wss://a.example:81/"
        );
    }

    #[test]
    fn a_location_leads_neither_out_of_tls_nor_nowhere() {
        for location in [
            "ws://a.example/",
            "http://a.example/",
            "ftp://a.example/",
            "//",
        ] {
            let error = from("wss://a.example/", location);
            assert!(error.starts_with("the redirect is not followed"), "{error}");
        }
    }
}
