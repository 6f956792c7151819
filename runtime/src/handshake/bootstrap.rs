//! Handshakes over versions of HTTP that have no upgrades: the extended CONNECT of HTTP/2 and
//! HTTP/3 (RFC 8441, RFC 9220).
//!
//! The rules of such a handshake are data, in the [extensions](crate::extension::builtin::BOOTSTRAPS)
//! that a [draft names](DraftInfo::bootstraps). An extension replaces some fields of the draft's
//! handshake and leaves the others as they are. So a request is checked twice: by the rules of the
//! extension, and then by those of the draft, as the upgrade that it stands for. Responses are
//! written and read in the same way.
//!
//! The crate [`http`](crate::http) does all this for requests that another server has parsed.
//! Without it, pass the pseudo-header fields `:protocol`, `:scheme` and `:authority` among the fields
//! of a [`Request`], `:method` as its method and `:path` as its target, and call
//! [`ServerHandshake::receive_extended`](super::server::ServerHandshake::receive_extended).
//! A client starts with
//! [`ClientHandshake::extended`](super::client::ClientHandshake::extended).
//!
//! ```
//! use wsdraft::{
//!     Enforce, Relaxed,
//!     drafts::rfc6455 as ws,
//!     handshake::{Field, Fields, Request, bootstrap},
//! };
//!
//! let fields = [(":protocol", "websocket"), (":scheme", "https"), ("connection", "upgrade")];
//! let fields = fields.map(|(name, value)| Field { name, value: value.as_bytes(), offset: 0 });
//! let request = Request {
//!     method: "CONNECT",
//!     target: "/chat",
//!     minor_version: 0,
//!     fields: Fields::new(&fields, 0),
//!     body: &[],
//!     secure: true,
//! };
//! let rules = bootstrap::of(&ws::INFO, "2").expect("RFC 8441");
//! let mut report = Enforce::new(Relaxed::NONE, false);
//! let _ = bootstrap::check_request(rules, &ws::INFO, &request, &mut report);
//! let violation = report.finish().expect_err("no :authority");
//! assert_eq!(violation.rule.id, "pseudo-fields-present");
//! ```

use alloc::vec::Vec;

use super::{
    parse::{self, HeadError, HeadLimits},
    replaced::completed,
};
use crate::{
    machine::extension::{BootstrapInfo, Demand, ExtensionInfo, Part, builtin},
    protocol::{
        draft::Draft,
        fields::{Field, Fields, lossy},
        heads::{Opening, Request},
        info::{DraftInfo, Purpose, Role},
        support,
        violation::{Flow, Report, Seen, Violation},
    },
};

/// The pseudo-header fields of a request (RFC 9113 §8.3.1, RFC 8441 §4).
pub(crate) mod pseudo {
    pub(crate) const METHOD: &str = ":method";
    pub(crate) const PATH: &str = ":path";
    pub(crate) const PROTOCOL: &str = ":protocol";
    pub(crate) const SCHEME: &str = ":scheme";
    pub(crate) const AUTHORITY: &str = ":authority";
}

/// The extension that opens a connection of a draft over a version of HTTP, for example `2`.
#[inline]
#[must_use]
pub fn of(draft: &DraftInfo, http: &str) -> Option<&'static ExtensionInfo> {
    let mut named = draft.bootstraps.iter().filter_map(|name| {
        let mut all = builtin::BOOTSTRAPS.iter().copied();
        all.find(|extension| extension.short == *name)
    });
    named.find(|extension| extension.bootstrap.is_some_and(|own| own.http == http))
}

/// Whether a request asks for the protocol of a bootstrap.
#[inline]
pub(crate) fn asks(bootstrap: &BootstrapInfo, request: &Request<'_>) -> bool {
    request.method == bootstrap.method
        && request.fields.value(pseudo::PROTOCOL) == bootstrap.protocol.as_bytes()
}

/// Checks a request against the rules of an extension that opens connections. The rules of the
/// draft are not checked.
///
/// # Errors
/// [`Stop`](crate::Stop) if the report needs no more.
#[inline]
pub fn check_request(
    extension: &'static ExtensionInfo,
    draft: &'static DraftInfo,
    request: &Request<'_>,
    report: &mut dyn Report,
) -> Flow {
    let Some(bootstrap) = &extension.bootstrap else {
        return Ok(());
    };
    let rules = extension.rules.iter();
    for rule in rules.filter(|rule| rule.part == Part::Request) {
        let Some((offset, seen)) = broken(&rule.demand, bootstrap, request) else {
            continue;
        };
        report.violation(Violation {
            rule: &rule.info,
            draft,
            by: Role::Client,
            offset: offset as u64,
            seen,
        })?;
    }
    Ok(())
}

/// Where a request does not meet a demand, and what is there.
#[inline]
fn broken(
    demand: &Demand,
    bootstrap: &BootstrapInfo,
    request: &Request<'_>,
) -> Option<(usize, Seen)> {
    match demand {
        Demand::RequiredFields => {
            let mut required = bootstrap.required.iter();
            required.find_map(|name| required_field(name, request))
        }
        Demand::FieldAbsent(name) => {
            let field = request.fields.get(name)?;
            Some((field.offset, Seen::value(name, field.value)))
        }
        Demand::Scheme => {
            let field = request.fields.get(pseudo::SCHEME)?;
            let (plain, secure) = bootstrap.schemes;
            let known = [plain, secure].map(str::as_bytes).contains(&field.value);
            (!known).then(|| (field.offset, Seen::value(pseudo::SCHEME, field.value)))
        }
        Demand::Path => {
            let relative = !request.target.is_empty() && !request.target.starts_with('/');
            let seen = || Seen::value(pseudo::PATH, request.target.as_bytes());
            relative.then(|| (0, seen()))
        }
        // Demands on offers, answers, lists and payloads are checked elsewhere, and the rest nowhere.
        Demand::KnownParameters
        | Demand::DistinctParameters
        | Demand::ValidValues
        | Demand::Parameter(_)
        | Demand::OfferedParameters
        | Demand::OwedParameters
        | Demand::WithinOffer
        | Demand::Once
        | Demand::DistinctBits
        | Demand::CompressedOnce
        | Demand::NotAfter(_)
        | Demand::NotBefore(_)
        | Demand::Deflate
        | Demand::Channels(_)
        | Demand::BlockBoundary
        | Demand::Documented(_) => None,
    }
}

/// What is wrong with a field that must be there once.
#[inline]
fn required_field(name: &'static str, request: &Request<'_>) -> Option<(usize, Seen)> {
    let missing = Some((request.fields.end(), Seen::Missing(name)));
    let line = match name {
        pseudo::METHOD => Some(request.method),
        pseudo::PATH => Some(request.target),
        _ => None,
    };
    if let Some(part) = line {
        return missing.filter(|_| part.is_empty());
    }
    let mut fields = request.fields.all(name);
    match fields.next() {
        None => missing,
        Some(field) if field.value.is_empty() => missing,
        Some(_) => fields
            .next()
            .map(|again| (again.offset, Seen::value(name, again.value))),
    }
}

/// Passes to `look` the upgrade that a request stands for: with what a client of the draft sends in
/// the fields that the bootstrap leaves out, and with all other fields of the request.
///
/// # Errors
/// The authority or the path cannot appear in a head of HTTP/1.
pub(crate) fn as_upgrade<R>(
    bootstrap: &BootstrapInfo,
    draft: &dyn Draft,
    request: &Request<'_>,
    look: impl FnOnce(&Request<'_>) -> R,
) -> Result<R, HeadError> {
    let stated = request.fields.value(pseudo::SCHEME) == bootstrap.schemes.1.as_bytes();
    let secure = request.secure || stated;
    let mut written = Vec::new();
    let opening = Opening {
        host: &lossy(request.fields.value(pseudo::AUTHORITY)),
        resource: request.target,
        origin: None,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        // Nobody looks at the challenge: the server answers it to itself.
        entropy: &|bytes| bytes.fill(0),
    };
    draft.write_request(&opening, &mut written);
    parse::with_request(&written, &[], secure, &HeadLimits::MOST, |model| {
        let given = kept(bootstrap, &request.fields);
        let fields = completed(&model.fields, given, |name| bootstrap.leaves_out(name));
        look(&Request {
            fields: Fields::new(&fields, request.fields.end()),
            ..*model
        })
    })
}

/// Passes to `look` the request with its cookies in one field: later versions of HTTP split them (RFC
/// 9113 §8.2.3).
pub(crate) fn with_joined_cookies<R>(
    draft: &DraftInfo,
    request: &Request<'_>,
    look: impl FnOnce(&Request<'_>) -> R,
) -> R {
    let name = draft
        .request_header(Purpose::Cookie)
        .map_or("", |header| header.name);
    let cookies: Vec<_> = request.fields.all(name).collect();
    let [first, _, ..] = cookies.as_slice() else {
        return look(request);
    };
    let values: Vec<_> = cookies.iter().map(|cookie| cookie.value).collect();
    let joined = values.join(&b"; "[..]);
    let others = request.fields.iter();
    let others = others.filter(|field| !field.name.eq_ignore_ascii_case(name));
    let cookie = Field {
        value: &joined,
        ..*first
    };
    let fields: Vec<_> = others.chain([cookie]).collect();
    look(&Request {
        fields: Fields::new(&fields, request.fields.end()),
        ..*request
    })
}

/// The fields that mean the same in both handshakes.
#[inline]
pub(crate) fn kept<'f>(
    bootstrap: &BootstrapInfo,
    fields: &Fields<'f>,
) -> impl Iterator<Item = Field<'f>> {
    let fields = fields.iter();
    fields.filter(|field| !field.name.starts_with(':') && !bootstrap.leaves_out(field.name))
}

/// The head of the response that switches protocols, which a response that accepts stands for: with
/// what a server of the draft answers in the fields that the bootstrap leaves out, and with all other
/// fields of the response.
///
/// # Errors
/// The draft's own response cannot be read.
#[inline]
pub(crate) fn as_switch(
    bootstrap: &BootstrapInfo,
    draft: &dyn Draft,
    request: &Request<'_>,
    fields: &Fields<'_>,
) -> Result<Vec<u8>, HeadError> {
    let mut written = Vec::new();
    draft.write_response(
        request,
        &crate::protocol::heads::Answer::default(),
        &mut written,
    );
    let line = parse::after_line(&written).unwrap_or_default();
    let mut head = Vec::from(&written[..line]);
    parse::with_response(&written, &[], &HeadLimits::MOST, |model| {
        let given = kept(bootstrap, fields);
        for field in completed(&model.fields, given, |name| bootstrap.leaves_out(name)) {
            support::push_field(&mut head, field.name, field.value);
        }
    })?;
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

/// A head of HTTP/1 without the fields that a bootstrap forbids.
pub(crate) fn without_forbidden(bootstrap: &BootstrapInfo, response: &[u8]) -> Vec<u8> {
    let end = parse::after_fields(response).map_or(response.len(), |end| end - 2);
    let (head, body) = response.split_at(end);
    let forbidden = |line: &[u8]| {
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let mut names = bootstrap.forbidden.iter();
        names.any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
    };
    let lines = head.split_inclusive(|&byte| byte == b'\n');
    let mut kept = Vec::with_capacity(response.len());
    for line in lines.filter(|line| !forbidden(line)) {
        kept.extend_from_slice(line);
    }
    kept.extend_from_slice(body);
    kept
}
