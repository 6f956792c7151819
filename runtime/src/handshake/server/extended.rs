//! Requests over a version of HTTP that has no upgrades.

use alloc::{sync::Arc, vec::Vec};

use super::{ServerHandshake, State};
use crate::{
    handshake::{
        bootstrap::{self, pseudo},
        detect,
        head::RequestHead,
        offer::{Offer, Requested},
        parse::HeadError,
        refusal::{Refusal, RefusalCause},
    },
    machine::extension::{BootstrapInfo, ExtensionInfo},
    protocol::{draft::Draft, heads::Request, violation::Enforce},
};

/// A draft that can be spoken over a version of HTTP.
struct Carried<'d, D> {
    /// Its place among the drafts of the server.
    place: usize,
    draft: &'d D,
    extension: &'static ExtensionInfo,
}

/// The handshake of a connection over another version of HTTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over {
    pub(super) bootstrap: &'static BootstrapInfo,
    /// Whether the request asks for another protocol.
    pub(super) unknown: bool,
}

impl<D: Draft> ServerHandshake<D> {
    /// Receives a request over a version of HTTP that has no upgrades, for example `2`, instead of the
    /// bytes of a request over HTTP/1. The pseudo-header fields `:protocol`, `:scheme` and
    /// `:authority` are among the fields; `:method` and `:path` are method and target. TLS secures the
    /// connection if the request or the options say so, or its scheme. Cookies in several fields are
    /// joined, as this version of HTTP asks (RFC 9113 §8.2.3).
    ///
    /// After [`accept`](Self::accept), the output is still the response that switches protocols.
    /// Leave out the [fields](BootstrapInfo::leaves_out) that the bootstrap leaves out, and send the
    /// [status code](BootstrapInfo::success) of the bootstrap. A [`Refusal`] needs no change.
    ///
    /// # Errors
    /// The request is refused.
    pub fn receive_extended(
        &mut self,
        http: &str,
        request: &Request<'_>,
    ) -> Result<Requested, Refusal> {
        let request = Request {
            secure: request.secure || self.options.secure,
            ..*request
        };
        let mut newest = self.drafts.iter().rev().map(Draft::info);
        let newest = newest.find(|draft| bootstrap::of(draft, http).is_some());
        let received = match newest {
            Some(draft) => bootstrap::with_joined_cookies(draft, &request, |request| {
                self.take_extended(http, request)
            }),
            None => self.take_extended(http, &request),
        };
        received.map_err(|refusal| self.told(refusal))
    }

    /// How the connection is opened, if the request came over a version of HTTP without upgrades.
    #[must_use]
    pub fn bootstrap(&self) -> Option<&'static BootstrapInfo> {
        self.over.map(|over| over.bootstrap)
    }

    fn take_extended(&mut self, http: &str, request: &Request<'_>) -> Result<Requested, Refusal> {
        let plain = |over| Requested::Plain(RequestHead::of(request).over(over));
        let drafts = Arc::clone(&self.drafts);
        let carried = drafts.iter().enumerate().filter_map(|(place, draft)| {
            let extension = bootstrap::of(draft.info(), http)?;
            Some(Carried {
                place,
                draft,
                extension,
            })
        });
        let carried: Vec<_> = carried.collect();
        let newest = carried.last().and_then(|newest| {
            let bootstrap = newest.extension.bootstrap.as_ref()?;
            Some((newest.draft, newest.extension, bootstrap))
        });
        let Some((draft, extension, bootstrap)) = newest.filter(|_| self.state == State::Head)
        else {
            return Ok(plain(None));
        };
        let named = !request.fields.value(pseudo::PROTOCOL).is_empty();
        let asks = bootstrap::asks(bootstrap, request);
        self.over = Some(Over {
            bootstrap,
            unknown: named && !asks && request.method == bootstrap.method,
        });
        self.within_limits(request).map_err(Refusal::head)?;
        if !asks {
            self.check_authority(bootstrap, draft, request)?;
            return Ok(plain(Some(bootstrap)));
        }
        let mut report = Enforce::new(self.options.relaxed, self.options.strict);
        let _ = bootstrap::check_request(extension, draft.info(), request, &mut report);
        let checked = report.finish();
        checked.map_err(|violation| self.refused(RefusalCause::Violation(violation)))?;
        self.judge_extended(&carried, request)
    }

    /// Checks the upgrade that the request stands for.
    fn judge_extended(
        &mut self,
        carried: &[Carried<'_, D>],
        request: &Request<'_>,
    ) -> Result<Requested, Refusal> {
        let Some(Over { bootstrap, .. }) = self.over else {
            return Ok(Requested::Plain(RequestHead::of(request)));
        };
        let Some(Carried { place, draft, .. }) = nearest(bootstrap, carried, request) else {
            return Ok(Requested::Plain(RequestHead::of(request)));
        };
        let judged = bootstrap::as_upgrade(bootstrap, draft, request, |upgrade| {
            let judged = self.judge(&[draft], upgrade);
            judged.map(|chosen| (chosen, RequestHead::of(upgrade)))
        });
        let (chosen, upgrade) = judged
            .map_err(Refusal::head)?
            .map_err(|cause| self.refused(cause))?;
        let secure = upgrade.is_secure();
        let head = RequestHead::of(&Request { secure, ..*request }).over(Some(bootstrap));
        if chosen.is_none() {
            return Ok(Requested::Plain(head));
        }
        self.request = Some(upgrade.clone());
        self.chosen = *place;
        self.state = State::Offered;
        Ok(Requested::Upgrade(Offer {
            request: head,
            ..Offer::of(draft.info(), upgrade)
        }))
    }

    /// Checks the host of a request that opens no connection.
    fn check_authority(
        &self,
        bootstrap: &BootstrapInfo,
        draft: &D,
        request: &Request<'_>,
    ) -> Result<(), Refusal> {
        let infos = self.drafts.iter().map(Draft::info);
        let checked = bootstrap::as_upgrade(bootstrap, &draft, request, |upgrade| {
            let access = self.access.as_ref();
            access.map_or(Ok(()), |access| access.check_host(infos, upgrade))
        });
        checked.map_err(Refusal::head)?.map_err(Refusal::access)
    }

    /// Whether the head keeps the limits, as it would have them over HTTP/1.
    fn within_limits(&self, request: &Request<'_>) -> Result<(), HeadError> {
        const SEPARATORS: usize = 4;
        let limits = &self.options.head;
        let count = request.fields.iter().count();
        if count > limits.fields {
            return Err(HeadError::TooManyFields {
                limit: limits.fields,
            });
        }
        let fields = request.fields.iter();
        let fields = fields.map(|field| field.name.len() + field.value.len() + SEPARATORS);
        let line = request.method.len() + request.target.len() + SEPARATORS;
        if line + fields.sum::<usize>() > limits.bytes {
            return Err(HeadError::TooLong {
                limit: limits.bytes,
            });
        }
        Ok(())
    }
}

/// The draft that a request belongs to, as an upgrade that a client of that draft writes; the newest
/// one if it belongs to none.
fn nearest<'c, 'd, D: Draft>(
    bootstrap: &BootstrapInfo,
    carried: &'c [Carried<'d, D>],
    request: &Request<'_>,
) -> Option<&'c Carried<'d, D>> {
    let fits = |one: &&Carried<'_, D>| {
        let fits = bootstrap::as_upgrade(bootstrap, one.draft, request, |upgrade| {
            detect::matches(one.draft.info(), &upgrade.fields)
        });
        fits.unwrap_or(false)
    };
    let told = |hidden: bool| {
        let mut drafts = carried.iter().rev();
        drafts.find(|one| one.draft.info().undetectable == hidden && fits(one))
    };
    told(false)
        .or_else(|| told(true))
        .or_else(|| carried.last())
}
