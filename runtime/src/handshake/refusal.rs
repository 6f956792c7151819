//! Why a request is refused, and the response to it.

use alloc::{boxed::Box, format, vec::Vec};
use core::fmt;

use crate::{
    handshake::{content::may_have_content, given, parse::HeadError},
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    protocol::{support, violation::Violation},
};

/// Why a request is refused, and the bytes of the response.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// What is wrong.
    pub cause: RefusalCause,
    /// The status code of the response; `None` if the draft aborts the handshake without a
    /// response.
    pub status: Option<u16>,
    /// The complete response; empty if there is none.
    pub response: Vec<u8>,
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The head is not HTTP, or is too large.
    Head(HeadError),
    /// It violates a rule.
    Violation(Violation),
    /// The application refused it.
    Application,
    /// It does not request an upgrade.
    NoUpgrade,
    /// Its host is not one of the [server's](crate::handshake::Hosts).
    Host {
        /// The host, in printable form.
        host: Box<str>,
    },
    /// Its origin is not [allowed](crate::handshake::Origins).
    Origin {
        /// The origin, in printable form.
        origin: Box<str>,
    },
    /// It exceeds a limit of the server other than the head limits.
    Limit {
        /// The limit.
        limit: Limit,
        /// The value of the limit, in its [unit](Limit::unit).
        value: u64,
    },
}

impl RefusalCause {
    /// Its name in [metrics](crate::metrics::Metrics): the id of the rule that the request violates, or
    /// one of a fixed list.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Head(error) => error.name(),
            Self::Violation(violation) => violation.rule.id,
            Self::Application => "application",
            Self::NoUpgrade => "no-upgrade",
            Self::Host { .. } => HOST_REFUSED,
            Self::Origin { .. } => ORIGIN_REFUSED,
            Self::Limit { limit, .. } => limit.name(),
        }
    }

    /// The rule that was violated, and how; `None` if the cause is another.
    #[must_use]
    pub const fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violation(violation) => Some(violation),
            _ => None,
        }
    }
}

/// It states the length of the response instead of its bytes.
impl fmt::Debug for Refusal {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("cause", &self.cause)
            .field("status", &self.status)
            .field("response", &format_args!("{} bytes", self.response.len()))
            .finish()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            RefusalCause::Head(error) => error.fmt(f),
            RefusalCause::Violation(violation) => violation.fmt(f),
            RefusalCause::Application => write!(
                f,
                "the application refused with status {}",
                self.status.unwrap_or(0)
            ),
            RefusalCause::NoUpgrade => f.write_str("the request asks for no upgrade"),
            RefusalCause::Host { host } => write!(
                f,
                "the host \"{host}\" is not one of this server's ({HOST_REFUSED}, RFC 9110 §7.4)"
            ),
            RefusalCause::Origin { origin } => write!(
                f,
                "the origin \"{origin}\" is not allowed here ({ORIGIN_REFUSED}, RFC 6455 §10.2)"
            ),
            &RefusalCause::Limit { limit, value } => ConnectionError::Limit { limit, value }.fmt(f),
        }
    }
}

impl core::error::Error for Refusal {}

/// The name of a refusal because of the host.
const HOST_REFUSED: &str = "host-refused";
/// The name of a refusal because of the origin.
const ORIGIN_REFUSED: &str = "origin-refused";
/// The server does not accept this origin (RFC 6455 §10.2), or does not have this host.
const FORBIDDEN: u16 = 403;

impl Refusal {
    /// The name of the cause: the id of the rule that the request violates, `host-refused` or
    /// `origin-refused`; `None` for any other cause.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        match &self.cause {
            RefusalCause::Violation(violation) => Some(violation.rule.id),
            RefusalCause::Host { .. } => Some(HOST_REFUSED),
            RefusalCause::Origin { .. } => Some(ORIGIN_REFUSED),
            _ => None,
        }
    }

    /// Refuses a request that the server does not [allow](crate::handshake::Access), because of its
    /// host or its origin, with status code 403.
    #[must_use]
    pub fn access(cause: RefusalCause) -> Self {
        let mut refusal = Self {
            cause,
            status: Some(FORBIDDEN),
            response: Vec::new(),
        };
        refusal.response = response(FORBIDDEN, &[], format!("{refusal}\n").as_bytes());
        refusal
    }

    /// Refuses a request because of its head.
    #[must_use]
    pub fn head(error: HeadError) -> Self {
        let status = error.status();
        Self {
            cause: RefusalCause::Head(error),
            status: Some(status),
            response: response(status, &[], format!("{error}\n").as_bytes()),
        }
    }
}

/// States that the connection closes after the response (RFC 9112 §9.6).
pub(super) const CLOSE: &str = "close";

/// A complete HTTP response with a text, after which the connection closes.
///
/// # Errors
/// [`Misuse::Status`] when the status is no final one; [`Misuse::Unfit`] when a field may not stand
/// in a head; [`Misuse::Reserved`] when one says where the text ends, which is written here.
pub fn plain_response(
    status: u16,
    fields: &[(&str, &str)],
    text: impl AsRef<[u8]>,
) -> Result<Vec<u8>, Misuse> {
    if !(200..=999).contains(&status) {
        return Err(Misuse::Status(status));
    }
    given::response_fields_fit(fields)?;
    Ok(response(status, fields, text.as_ref()))
}

/// As [`plain_response`], with valid fields.
pub(super) fn response(status: u16, fields: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status} {}\r\n", reason(status)).into_bytes();
    support::push_fields(&mut out, fields);
    let given = |name: &str| {
        let mut fields = fields.iter();
        fields.any(|(given, _)| given.eq_ignore_ascii_case(name))
    };
    let may_have_body = may_have_content(status);
    if may_have_body && !given("content-type") {
        support::push_field(&mut out, "Content-Type", b"text/plain; charset=utf-8");
    }
    let body = if may_have_body { body } else { &[] };
    // Responses with the other two status codes end with their head (RFC 9112 §6.3).
    if may_have_body || status == RESET_CONTENT {
        let length = format!("{}", body.len());
        support::push_field(&mut out, "Content-Length", length.as_bytes());
    }
    if !given("connection") {
        support::push_field(&mut out, "Connection", CLOSE.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
    out
}

/// A response with this status code states that its content is empty (RFC 9110 §15.3.6).
const RESET_CONTENT: u16 = 205;

/// The reason phrase of an HTTP status code (RFC 9110 §15, RFC 6585).
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        RESET_CONTENT => "Reset Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
