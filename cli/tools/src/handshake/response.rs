//! A given response: what it says, and the rules that it breaks.

use serde::Serialize;
use wsdraft::{
    Draft, Violation, digest,
    extension::{Agreed, Extensions},
    handshake::{HeadLimits, Joined, Request, Response, parse, server::Offer},
    info::Purpose,
};

use crate::heads::interim;

/// What a given response is.
#[derive(Debug, Serialize)]
pub(super) struct ResponseReport {
    /// Null where it cannot be read.
    status: Option<u16>,
    reason: Option<String>,
    /// Whether it accepts the request; where it does not, it refuses.
    accepts: Option<bool>,
    /// Whether a client has nothing in it to fail the connection for.
    pub(super) valid: bool,
    /// Whether it breaks no rule at all.
    #[serde(skip)]
    flawless: bool,
}

impl ResponseReport {
    /// Whether it accepts the request.
    pub(super) fn accepts(&self) -> bool {
        self.accepts == Some(true)
    }

    /// A line for people.
    pub(super) fn text(&self) -> String {
        let status = [
            self.status.map(|status| status.to_string()),
            self.reason.clone(),
        ];
        let status: Vec<String> = status.into_iter().flatten().collect();
        let status = status.join(" ");
        let status = status.trim_end();
        let quality = if self.flawless {
            "a valid response"
        } else {
            "a response with faults that fail no connection"
        };
        match (self.accepts, self.valid) {
            (Some(true), true) => format!("{quality}, which accepts it"),
            (Some(false), true) => format!("{quality}, which refuses it with {status}"),
            (Some(true), false) => "not a valid response, though it accepts".into(),
            (Some(false), false) => format!("not a valid response, with {status}"),
            (None, _) => "no response".into(),
        }
    }
}

/// What a given response says.
#[derive(Default)]
pub(super) struct Given {
    pub(super) subprotocol: Option<String>,
    pub(super) extensions: Option<Joined>,
    pub(super) nonce: Option<[u8; 16]>,
    /// The extensions, as they are spoken; none where they break a rule.
    pub(super) agreed: Agreed,
}

/// A response that was looked at.
pub(super) struct Looked {
    pub(super) report: ResponseReport,
    /// What it agrees to, if it accepts.
    pub(super) given: Given,
    pub(super) violations: Vec<Violation>,
    /// Why it cannot be read.
    pub(super) error: Option<String>,
}

/// Looks at the response to a request: what a draft asks of an acceptance is asked of no refusal.
pub(super) fn look(
    draft: &'static dyn Draft,
    request: &Request<'_>,
    offer: &Offer,
    bytes: &[u8],
    extensions: &Extensions,
) -> Looked {
    read(draft, request, offer, bytes, extensions).unwrap_or_else(|problem| Looked {
        report: ResponseReport {
            status: None,
            reason: None,
            accepts: None,
            valid: false,
            flawless: false,
        },
        given: Given::default(),
        violations: Vec::new(),
        error: Some(format!("response: {problem}")),
    })
}

fn read(
    draft: &'static dyn Draft,
    request: &Request<'_>,
    offer: &Offer,
    bytes: &[u8],
    extensions: &Extensions,
) -> Result<Looked, String> {
    let start = interim(bytes)?;
    let info = draft.info();
    let (mut violations, rest) = (Vec::new(), &bytes[start..]);
    let end = parse::head_end(rest).unwrap_or(rest.len());
    let body = &rest[end..rest.len().min(end + info.response_body)];
    let limits = HeadLimits::default();
    let read = parse::with_response(&rest[..end], body, &limits, |response| {
        let _ = draft.check_response(request, response, &mut |violation: Violation| {
            violations.push(violation);
            Ok(())
        });
        let accepts = info.accepts(response);
        let given = if accepts {
            agreed(draft, response)
        } else {
            Given::default()
        };
        let reason = response.reason.to_owned();
        (accepts, given, response.status, reason)
    });
    let (accepts, mut given, status, reason) = read.map_err(|problem| problem.to_string())?;
    if let Some(answered) = &given.extensions {
        let offered = offer.extensions.as_deref().unwrap_or_default();
        match extensions.check(info, offered, answered.text()) {
            Ok(settled) => given.agreed = settled,
            Err(broken) => violations.push(Violation {
                offset: answered.place(broken.offset),
                ..broken
            }),
        }
    }
    for violation in &mut violations {
        violation.offset += start as u64;
    }
    let report = ResponseReport {
        status: Some(status),
        reason: Some(reason),
        accepts: Some(accepts),
        valid: !violations.iter().any(|broken| broken.rule.is_fatal()),
        flawless: violations.is_empty(),
    };
    Ok(Looked {
        report,
        given,
        violations,
        error: None,
    })
}

fn agreed(draft: &'static dyn Draft, response: &Response<'_>) -> Given {
    let field = |purpose| {
        let header = draft.info().response_header(purpose)?;
        response.fields.get(header.name)
    };
    let extensions = draft.info().response_header(Purpose::Extensions);
    Given {
        subprotocol: field(Purpose::Subprotocol).and_then(|field| field.text().map(str::to_owned)),
        extensions: extensions.and_then(|header| response.fields.joined(header.name)),
        nonce: field(Purpose::Nonce).and_then(|field| digest::decode(field.value)),
        agreed: Agreed::default(),
    }
}
