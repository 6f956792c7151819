//! Access control: the allowed origins and hosts.

use alloc::vec::Vec;

use super::refusal::RefusalCause;
use crate::protocol::{
    fields::lossy,
    grammar::{self, Target},
    heads::Request,
    info::{DraftInfo, Purpose},
    lists,
    violation::excerpt,
};

mod host;
mod origin;

pub use self::{
    host::{Host, Hosts, NotAHost},
    origin::{NotAnOrigin, Origin, Origins},
};

/// Access control for opening requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// The allowed origins.
    pub origins: Origins,
    /// The hosts of the server.
    pub hosts: Hosts,
}

impl Access {
    /// Allows these origins, under these hosts.
    #[must_use]
    pub const fn new(origins: Origins, hosts: Hosts) -> Self {
        Self { origins, hosts }
    }

    /// Whether everything is allowed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Checks a request that opens a connection in one of these drafts. The drafts determine which
    /// header fields contain the host and the origin. If they differ, all of these fields count,
    /// because a request may belong to several drafts.
    ///
    /// # Errors
    /// [`RefusalCause::Host`] or [`RefusalCause::Origin`].
    pub fn check<'d>(
        &self,
        drafts: impl Iterator<Item = &'d DraftInfo> + Clone,
        request: &Request<'_>,
    ) -> Result<(), RefusalCause> {
        self.check_host(drafts.clone(), request)?;
        if self.origins == Origins::Any {
            return Ok(());
        }
        self.check_origin(&drafts.collect::<Vec<_>>(), request)
    }

    fn check_origin(
        &self,
        drafts: &[&DraftInfo],
        request: &Request<'_>,
    ) -> Result<(), RefusalCause> {
        let hosts = hosts(drafts, request);
        let named: Option<Vec<Host>> = hosts.into_iter().map(Host::read).collect();
        for value in values(Purpose::Origin, drafts, request) {
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

    /// Checks the host of a request alone, for example if it opens no connection.
    ///
    /// # Errors
    /// [`RefusalCause::Host`].
    pub fn check_host<'d>(
        &self,
        drafts: impl Iterator<Item = &'d DraftInfo>,
        request: &Request<'_>,
    ) -> Result<(), RefusalCause> {
        if self.hosts == Hosts::Any {
            return Ok(());
        }
        self.check_named_host(&drafts.collect::<Vec<_>>(), request)
    }

    fn check_named_host(
        &self,
        drafts: &[&DraftInfo],
        request: &Request<'_>,
    ) -> Result<(), RefusalCause> {
        let mut hosts = hosts(drafts, request).into_iter();
        let other = hosts.find(|value| {
            let host = Host::read(value);
            !self.hosts.include(host.as_ref(), request.secure)
        });
        other.map_or(Ok(()), |value| {
            Err(RefusalCause::Host {
                host: excerpt(value),
            })
        })
    }
}

/// The hosts that a request states: that of an absolute target, or those of its header fields (RFC
/// 9112 §3.2.2).
fn hosts<'r>(drafts: &[&DraftInfo], request: &Request<'r>) -> Vec<&'r [u8]> {
    match grammar::parse_target(request.target) {
        Some(Target::Absolute { authority, .. }) => Vec::from([authority.as_bytes()]),
        _ => values(Purpose::Host, drafts, request),
    }
}

/// The values of the header fields that have this purpose in one of the drafts.
fn values<'r>(purpose: Purpose, drafts: &[&DraftInfo], request: &Request<'r>) -> Vec<&'r [u8]> {
    let mut names: Vec<&str> = Vec::new();
    for draft in drafts {
        if let Some(header) = draft.request_header(purpose) {
            lists::add(&mut names, header.name);
        }
    }
    let mut values = Vec::new();
    for name in names {
        values.extend(request.fields.all(name).map(|field| field.value));
    }
    values
}

/// The default port of a scheme.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}
