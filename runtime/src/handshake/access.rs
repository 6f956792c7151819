//! Who gets in: from which origins a connection may be opened, and under which hosts.

use alloc::vec::Vec;

use super::refusal::RefusalCause;
use crate::protocol::{
    fields::lossy,
    grammar::{self, Target},
    heads::Request,
    info::{DraftInfo, Purpose},
    violation::excerpt,
};

mod host;
mod origin;

pub use self::{
    host::{Host, Hosts, NotAHost},
    origin::{NotAnOrigin, Origin, Origins},
};

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

    /// Judges a request that opens a connection in one of these drafts. Which header fields hold
    /// the host and the origin, the drafts tell; where they differ, each counts, since a request
    /// may be of several drafts.
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
        let hosts = hosts(drafts.clone(), request);
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

    /// Judges a request by its host alone, such as one that opens no connection.
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

/// The hosts that a request names: that of an absolute target, or those of its header fields
/// (RFC 9112 §3.2.2).
fn hosts<'r, 'd>(
    drafts: impl Iterator<Item = &'d DraftInfo>,
    request: &Request<'r>,
) -> Vec<&'r [u8]> {
    match grammar::parse_target(request.target) {
        Some(Target::Absolute { authority, .. }) => Vec::from([authority.as_bytes()]),
        _ => values(Purpose::Host, drafts, request),
    }
}

/// The values of the header fields that have this purpose in one of the drafts.
fn values<'r, 'd>(
    purpose: Purpose,
    drafts: impl Iterator<Item = &'d DraftInfo>,
    request: &Request<'r>,
) -> Vec<&'r [u8]> {
    let mut names: Vec<&str> = drafts
        .filter_map(|draft| Some(draft.request_header(purpose)?.name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let fields = names.iter().flat_map(|name| request.fields.all(name));
    fields.map(|field| field.value).collect()
}

/// The port that a scheme has of its own.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}
