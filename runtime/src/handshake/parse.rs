//! Parsing of request and response heads.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

mod end;
mod error;
mod later;

pub(crate) use self::end::{after_fields, after_line};
pub use self::{
    end::{HeadEnd, bare_head_end, head_end, without_empty_lines},
    error::HeadError,
};
use crate::{
    handshake::proxy_header::ProxyHeader,
    protocol::{
        fields::Fields,
        heads::{Request, Response},
    },
};

/// Limits of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeadLimits {
    /// Maximum number of bytes, including the blank line. 16 KiB by default.
    pub bytes: usize,
    /// Maximum number of header fields, not more than [`HeadLimits::MAX_FIELDS`]. 100 by default.
    pub fields: usize,
}

impl HeadLimits {
    /// The largest number of header fields that can be allowed.
    pub const MAX_FIELDS: usize = 128;
    /// The largest limits that can be set.
    pub(crate) const MOST: Self = Self {
        bytes: usize::MAX,
        fields: Self::MAX_FIELDS,
    };

    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: 16 * 1024,
            fields: 100,
        }
    }

    /// Sets the maximum number of bytes, including the blank line.
    #[must_use]
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets the maximum number of header fields.
    #[must_use]
    pub const fn fields(mut self, fields: usize) -> Self {
        self.fields = fields;
        self
    }

    /// The head limits among all limits.
    #[cfg(feature = "std")]
    pub(crate) const fn of(limits: &crate::machine::limits::Limits) -> Self {
        Self {
            bytes: limits.head,
            fields: limits.fields,
        }
    }
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self::new()
    }
}

/// What ends a head.
const END: &[u8] = b"\r\n\r\n";

/// Collects bytes until a head is complete. Examines each byte once.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadReader {
    /// All bytes received.
    pub(super) bytes: Vec<u8>,
    search: HeadEnd,
    /// Where the head ends, once it is complete.
    pub(super) end: Option<usize>,
}

impl HeadReader {
    /// A reader that has received these bytes, but examined none of them.
    pub(super) fn with(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            ..Self::default()
        }
    }

    /// A reader that has received these bytes, with a head that ends here.
    pub(super) fn complete(bytes: Vec<u8>, end: usize) -> Self {
        Self {
            end: Some(end),
            ..Self::with(bytes)
        }
    }

    /// Receives bytes. Returns the end of the head once it is complete.
    ///
    /// If a head is too long, only the limit and the last piece are kept.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
    ) -> Result<Option<usize>, HeadError> {
        self.bytes.extend_from_slice(bytes);
        if self.end.is_none() {
            self.end = self.search.find(&self.bytes);
            if ProxyHeader::begins(&self.bytes) {
                return Err(HeadError::Malformed {
                    why: "it begins with an unexpected PROXY protocol header",
                });
            }
            let first = self.search.first(&self.bytes);
            if first.is_some_and(|byte| !byte.is_ascii_alphabetic()) {
                return Err(HeadError::Malformed {
                    why: "its first byte cannot begin a request or response",
                });
            }
            // No further bytes can turn this into the end of a head that is accepted here.
            if self.search.bare().is_some() {
                return Err(BARE_LINES);
            }
        }
        let length = self.end.unwrap_or(self.bytes.len());
        if length > limits.bytes {
            Err(HeadError::TooLong {
                limit: limits.bytes,
            })
        } else {
            Ok(self.end)
        }
    }

    /// Skips more of a head that is too long, without keeping it. Returns whether the head
    /// continues.
    #[cfg(feature = "std")]
    pub(super) fn goes_on(&mut self, bytes: &[u8]) -> bool {
        if self.end.is_none() {
            let known = self.bytes.len().saturating_sub(END.len() - 1);
            self.bytes.drain(..known);
            self.bytes.extend_from_slice(bytes);
            self.end = after_fields(&self.bytes);
        }
        self.end.is_none()
    }
}

/// Maximum number of fields in a typical head. Preparing space for the largest allowed number takes
/// longer than parsing such a head.
const USUAL: usize = 20;

/// The error for a head that ends in an empty line other than CR LF after CR LF. Some
/// intermediaries would see the end there, and others would not.
const BARE_LINES: HeadError = HeadError::Malformed {
    why: "its lines end in LF alone, but HTTP requires CR LF",
};

/// Parses a complete request head and passes the request to `look`. `body` contains the bytes after
/// the head.
///
/// # Errors
/// The head is not HTTP, or exceeds a limit.
pub fn with_request<R>(
    head: &[u8],
    body: &[u8],
    secure: bool,
    limits: &HeadLimits,
    look: impl FnOnce(&Request<'_>) -> R,
) -> Result<R, HeadError> {
    let mut look = Some(look);
    let mut seen = None;
    let request = Parts { head, body, secure };
    request.look(limits, &mut |request| {
        seen = look.take().map(|look| look(request))
    })?;
    seen.ok_or(UNFINISHED)
}

/// Parses the request head at the start of these bytes, and passes the request to `look`. Returns
/// the end of the head, too.
///
/// `None` says nothing about the bytes: the head may be incomplete, unusual or invalid. A
/// [`HeadReader`] finds out.
pub(super) fn with_usual_request<R>(
    bytes: &[u8],
    secure: bool,
    limits: &HeadLimits,
    look: impl FnOnce(&Request<'_>) -> R,
) -> Option<(usize, R)> {
    if !bytes.first()?.is_ascii_alphabetic() || ProxyHeader::begins(bytes) {
        return None;
    }
    let mut headers = [const { MaybeUninit::uninit() }; USUAL];
    let headers = &mut headers[..limits.fields.min(USUAL)];
    let mut request = httparse::Request::new(&mut []);
    let parsed = request.parse_with_uninit_headers(bytes, headers);
    let Ok(httparse::Status::Complete(end)) = parsed else {
        return None;
    };
    let (head, body) = bytes.split_at(end);
    // The parser takes line feeds alone for line ends, too.
    if end > limits.bytes || !head.ends_with(END) {
        return None;
    }
    let request = Request {
        method: request.method.unwrap_or_default(),
        target: request.path.unwrap_or_default(),
        minor_version: request.version.unwrap_or_default(),
        fields: Fields::parsed(head, request.headers),
        body,
        secure,
    };
    Some((end, look(&request)))
}

/// What looks at a request. It is a trait object, so that parsing is compiled once.
type LookAtRequest<'l> = dyn FnMut(&Request<'_>) + 'l;

/// What looks at a response.
type LookAtResponse<'l> = dyn FnMut(&Response<'_>) + 'l;

/// What was received of a request.
#[derive(Clone, Copy)]
struct Parts<'h> {
    head: &'h [u8],
    body: &'h [u8],
    secure: bool,
}

impl Parts<'_> {
    fn look(self, limits: &HeadLimits, look: &mut LookAtRequest<'_>) -> Result<(), HeadError> {
        match self.parse::<USUAL>(limits, look) {
            Err(HeadError::TooManyFields { .. }) if limits.fields > USUAL => {
                self.parse::<{ HeadLimits::MAX_FIELDS }>(limits, look)
            }
            done => done,
        }
    }

    /// Parses a head of at most `N` fields.
    fn parse<const N: usize>(
        self,
        limits: &HeadLimits,
        look: &mut LookAtRequest<'_>,
    ) -> Result<(), HeadError> {
        let Self { head, body, secure } = self;
        let mut headers = [const { MaybeUninit::uninit() }; N];
        let headers = &mut headers[..limits.fields.min(N)];
        let mut request = httparse::Request::new(&mut []);
        match request.parse_with_uninit_headers(head, headers) {
            Ok(httparse::Status::Complete(end)) if end < head.len() => return Err(BARE_LINES),
            Ok(httparse::Status::Complete(_)) => look(&Request {
                method: request.method.unwrap_or_default(),
                target: request.path.unwrap_or_default(),
                minor_version: request.version.unwrap_or_default(),
                fields: Fields::parsed(head, request.headers),
                body,
                secure,
            }),
            Ok(httparse::Status::Partial) => return Err(UNFINISHED),
            Err(httparse::Error::Version) => {
                return later::request::<N>(head, body, secure, limits, look);
            }
            Err(error) => return Err(HeadError::from_http(error, limits)),
        }
        Ok(())
    }
}

/// Whether a response with this status code is an interim one, before the final response (RFC 9110
/// §15.2). The status code for switching protocols is not interim.
#[must_use]
pub const fn is_interim(status: u16) -> bool {
    matches!(status, 100 | 102..=199)
}

/// Parses a complete response head and passes the response to `look`. `body` contains the bytes
/// after the head.
///
/// # Errors
/// The head is not HTTP, or exceeds a limit.
pub fn with_response<R>(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: impl FnOnce(&Response<'_>) -> R,
) -> Result<R, HeadError> {
    let mut look = Some(look);
    let mut seen = None;
    look_at_response(head, body, limits, &mut |response| {
        seen = look.take().map(|look| look(response));
    })?;
    seen.ok_or(UNFINISHED)
}

fn look_at_response(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: &mut LookAtResponse<'_>,
) -> Result<(), HeadError> {
    match response::<USUAL>(head, body, limits, look) {
        Err(HeadError::TooManyFields { .. }) if limits.fields > USUAL => {
            response::<{ HeadLimits::MAX_FIELDS }>(head, body, limits, look)
        }
        done => done,
    }
}

/// Parses a head of at most `N` fields.
fn response<const N: usize>(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: &mut LookAtResponse<'_>,
) -> Result<(), HeadError> {
    let mut headers = [const { MaybeUninit::uninit() }; N];
    let headers = &mut headers[..limits.fields.min(N)];
    let mut response = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    match parser.parse_response_with_uninit_headers(&mut response, head, headers) {
        Ok(httparse::Status::Complete(end)) if end < head.len() => return Err(BARE_LINES),
        Ok(httparse::Status::Complete(_)) => look(&Response {
            minor_version: response.version.unwrap_or_default(),
            status: response.code.unwrap_or_default(),
            reason: response.reason.unwrap_or_default(),
            fields: Fields::parsed(head, response.headers),
            body,
        }),
        Ok(httparse::Status::Partial) => return Err(UNFINISHED),
        Err(httparse::Error::Version) => return later::response::<N>(head, body, limits, look),
        Err(error) => return Err(HeadError::from_http(error, limits)),
    }
    Ok(())
}

const UNFINISHED: HeadError = HeadError::Malformed {
    why: "the end of the head",
};
