//! Refusals.

use alloc::{format, string::String, vec::Vec};

use super::{ServerHandshake, extended::Over, versions};
use crate::{
    handshake::{
        bootstrap::{self, without_forbidden},
        refusal::{CLOSE, Refusal, RefusalCause, plain_response, response},
    },
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    protocol::{
        draft::Draft,
        info::{DraftInfo, Purpose},
        violation::Violation,
    },
};

impl<D: Draft> ServerHandshake<D> {
    pub(super) fn refused(&self, cause: RefusalCause) -> Refusal {
        match cause {
            RefusalCause::Violation(violation) => self.refuse_violation(violation),
            RefusalCause::Head(error) => Refusal::head(error),
            cause => Refusal::access(cause),
        }
    }

    fn refuse_violation(&self, violation: Violation) -> Refusal {
        let outcome = violation.rule.outcome;
        let status = outcome.http_status().map(|status| self.status(status));
        let versions = outcome.lists_versions();
        let response = status.map_or_else(Vec::new, |status| {
            let text = format!("{violation}\n");
            self.explained(violation.draft, status, versions, &text)
        });
        Refusal {
            cause: RefusalCause::Violation(violation),
            status,
            response,
        }
    }

    /// A response with the header fields that state what the server supports.
    fn explained(&self, draft: &DraftInfo, status: u16, versions: bool, text: &str) -> Vec<u8> {
        let mut fields = Vec::new();
        let list = self.versions();
        if let (true, Some(header)) = (versions, draft.request_header(Purpose::Version)) {
            fields.push((header.name, list.as_str()));
        }
        let constant = |purpose| {
            let header = draft.response_header(purpose)?;
            Some((header.name, header.text?)).filter(|_| status == UPGRADE_REQUIRED)
        };
        fields.extend(constant(Purpose::Upgrade));
        // A sender of the Upgrade field must list it in Connection (RFC 9110 §7.8).
        let connection = constant(Purpose::Connection)
            .map(|(name, option)| (name, format!("{option}, {CLOSE}")));
        if let Some((name, options)) = &connection {
            fields.push((name, options));
        }
        response(status, &fields, text.as_bytes())
    }

    /// Refuses a request without an upgrade, and states what the server supports.
    #[must_use]
    pub fn refuse_plain(&self) -> Refusal {
        let text = "This is a WebSocket server.\n";
        let status = match self.over {
            Some(Over {
                bootstrap,
                unknown: true,
            }) => bootstrap.unknown_protocol.unwrap_or(BAD_REQUEST),
            _ => self.status(UPGRADE_REQUIRED),
        };
        self.told(Refusal {
            cause: RefusalCause::NoUpgrade,
            status: Some(status),
            response: self.drafts.last().map_or_else(
                || response(status, &[], text.as_bytes()),
                |draft| self.explained(draft.info(), status, true, text),
            ),
        })
    }

    /// The status code to refuse with: one that asks for an upgrade (RFC 9110 §15.5.22) has no place
    /// where there are none.
    fn status(&self, status: u16) -> u16 {
        match self.over {
            Some(_) if status == UPGRADE_REQUIRED => BAD_REQUEST,
            _ => status,
        }
    }

    pub(super) fn told(&self, mut refusal: Refusal) -> Refusal {
        if let Some(over) = &self.over {
            refusal.response = without_forbidden(over.bootstrap, &refusal.response);
        }
        self.tell(&refusal);
        refusal
    }

    pub(super) fn tell(&self, refusal: &Refusal) {
        let limit = match refusal.cause {
            RefusalCause::Limit { limit, value } => Some((limit, value)),
            _ => None,
        };
        self.meter.failed(refusal.cause.name());
        let violation = refusal.cause.violation();
        self.trace
            .refused(refusal.status, violation, limit, refusal);
    }

    /// Refuses because the handshake takes longer than `value`, the limit in milliseconds.
    #[must_use]
    pub fn expire(&self, value: u64) -> Refusal {
        self.late(REQUEST_TIMEOUT, value)
    }

    /// Refuses because the application has not decided within `value`, the limit in milliseconds.
    #[must_use]
    pub fn undecided(&self, value: u64) -> Refusal {
        self.late(UNAVAILABLE, value)
    }

    fn late(&self, status: u16, value: u64) -> Refusal {
        let limit = Limit::Handshake;
        let text = format!("{}\n", ConnectionError::Limit { limit, value });
        self.told(Refusal {
            cause: RefusalCause::Limit { limit, value },
            status: Some(status),
            response: response(status, &[], text.as_bytes()),
        })
    }

    /// The version numbers of the supported drafts on the wire, the newest first. Over another
    /// version of HTTP, only those of the drafts that can be spoken over it.
    #[must_use]
    pub fn versions(&self) -> String {
        let drafts = self.drafts.iter().map(Draft::info);
        match self.over {
            Some(Over { bootstrap, .. }) => {
                versions(drafts.filter(|draft| bootstrap::of(draft, bootstrap.http).is_some()))
            }
            None => versions(drafts),
        }
    }

    /// Refuses the request, with an HTTP status code and further header fields.
    ///
    /// # Errors
    /// As [`plain_response`].
    pub fn refuse(
        &self,
        status: u16,
        fields: &[(&str, &str)],
        text: impl AsRef<[u8]>,
    ) -> Result<Refusal, Misuse> {
        let response = plain_response(status, fields, text)?;
        Ok(self.told(Refusal {
            cause: RefusalCause::Application,
            status: Some(status),
            response,
        }))
    }
}

/// The request is invalid (RFC 9110 §15.5.1).
const BAD_REQUEST: u16 = 400;
/// The client must request an upgrade or another version (RFC 9110 §15.5.22).
const UPGRADE_REQUIRED: u16 = 426;
/// The request took too long (RFC 9110 §15.5.9).
const REQUEST_TIMEOUT: u16 = 408;
/// The server is too busy to decide (RFC 9110 §15.6.4).
const UNAVAILABLE: u16 = 503;
