//! Who gets in: from which origins a connection may be opened, and under which hosts.

use alloc::vec::Vec;

use super::{Request, fields::lossy, server::RefusalCause};
use crate::{
    grammar::{self, Target},
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

/// The port that a scheme has of its own.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}
