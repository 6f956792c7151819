//! Heads of requests and responses, parsed from bytes.

use alloc::vec::Vec;
use core::{mem::MaybeUninit, ops::Range};

mod end;
mod error;
mod later;

pub use self::{
    end::{HeadEnd, bare_head_end, head_end, without_empty_lines},
    error::HeadError,
};
use crate::{
    handshake::proxy_header::ProxyHeader,
    protocol::{
        fields::{Field, Fields},
        grammar,
        heads::{Request, Response},
    },
};

/// Bounds of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Most bytes, the blank line included. 16 KiB by default.
    pub bytes: usize,
    /// Most header fields, at most [`HeadLimits::MAX_FIELDS`]. 100 by default.
    pub fields: usize,
}

impl HeadLimits {
    /// Most header fields that can be allowed.
    pub const MAX_FIELDS: usize = 128;
    /// As much as can be allowed.
    pub(crate) const MOST: Self = Self {
        bytes: usize::MAX,
        fields: Self::MAX_FIELDS,
    };

    /// Those among all limits.
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
        Self {
            bytes: 16 * 1024,
            fields: 100,
        }
    }
}

/// Collects bytes until a head is complete, looking at each byte once.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadReader {
    /// Everything received.
    pub(super) bytes: Vec<u8>,
    search: HeadEnd,
    /// Where the head ends, once it is complete.
    pub(super) end: Option<usize>,
}

impl HeadReader {
    /// A reader that has received these bytes, and looked at none of them.
    pub(super) fn with(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            ..Self::default()
        }
    }

    /// Takes bytes in; gives the end of the head once it is complete.
    ///
    /// Of a head that is too long, no more than the limit and the last piece are kept.
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
                    why: "a header of the PROXY protocol comes first, which is not expected here",
                });
            }
            let first = self.search.first(&self.bytes);
            if first.is_some_and(|byte| !byte.is_ascii_alphabetic()) {
                return Err(HeadError::Malformed {
                    why: "it starts with a byte that starts no request or response",
                });
            }
            // Nothing that is to come makes this an end of the head that is taken here.
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

    /// Passes over more of a head that is too long, keeping none of it; says whether the head
    /// goes on.
    #[cfg(feature = "std")]
    pub(super) fn goes_on(&mut self, bytes: &[u8]) -> bool {
        const END: &[u8] = b"\r\n\r\n";
        if self.end.is_none() {
            let known = self.bytes.len().saturating_sub(END.len() - 1);
            self.bytes.drain(..known);
            self.bytes.extend_from_slice(bytes);
            self.end = memchr::memmem::find(&self.bytes, END).map(|at| at + END.len());
        }
        self.end.is_none()
    }
}

/// Fields that a usual head has at most. Places for all that can be allowed take longer to
/// prepare than such a head takes to parse.
const USUAL: usize = 20;

fn fields<'a, const N: usize>(head: &'a [u8], parsed: &[httparse::Header<'a>]) -> [Field<'a>; N] {
    let start = head.as_ptr() as usize;
    let mut fields = [NO_FIELD; N];
    for (place, header) in fields.iter_mut().zip(parsed) {
        let value = grammar::trim(header.value);
        *place = Field {
            name: header.name,
            value,
            offset: value.as_ptr() as usize - start,
        };
    }
    fields
}

const NO_FIELD: Field<'static> = Field {
    name: "",
    value: &[],
    offset: 0,
};

/// What is wrong with a head that an empty line ends which is no CR LF after a CR LF. Of those who
/// are between the ends, some see the end there and some do not.
const BARE_LINES: HeadError = HeadError::Malformed {
    why: "its lines end in LF alone; those of HTTP end in CR LF",
};

/// Parses a complete request head and hands the request to `look`; `body` is what followed
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
    match request::<USUAL, R, _>(head, body, secure, limits, look) {
        Err((HeadError::TooManyFields { .. }, look)) if limits.fields > USUAL => {
            request::<{ HeadLimits::MAX_FIELDS }, R, _>(head, body, secure, limits, look)
                .map_err(|(error, _)| error)
        }
        done => done.map_err(|(error, _)| error),
    }
}

/// Parses a head of at most `N` fields; where it cannot, gives `look` back.
fn request<const N: usize, R, F: FnOnce(&Request<'_>) -> R>(
    head: &[u8],
    body: &[u8],
    secure: bool,
    limits: &HeadLimits,
    look: F,
) -> Result<R, (HeadError, F)> {
    let mut headers = [const { MaybeUninit::uninit() }; N];
    let headers = &mut headers[..limits.fields.min(N)];
    let mut request = httparse::Request::new(&mut []);
    match request.parse_with_uninit_headers(head, headers) {
        Ok(httparse::Status::Complete(end)) if end < head.len() => Err((BARE_LINES, look)),
        Ok(httparse::Status::Complete(end)) => {
            let fields = fields::<N>(head, request.headers);
            Ok(look(&Request {
                method: request.method.unwrap_or_default(),
                target: request.path.unwrap_or_default(),
                minor_version: request.version.unwrap_or_default(),
                fields: Fields::new(&fields[..request.headers.len()], end),
                body,
                secure,
            }))
        }
        Ok(httparse::Status::Partial) => Err((UNFINISHED, look)),
        Err(httparse::Error::Version) => {
            later::request::<N, R, F>(head, body, secure, limits, look)
        }
        Err(error) => Err((HeadError::from_http(error, limits), look)),
    }
}

/// Whether a response with this status is an interim one, after which the answer is still to
/// come (RFC 9110 §15.2). The status with which a server switches protocols is none.
#[must_use]
pub const fn is_interim(status: u16) -> bool {
    matches!(status, 100 | 102..=199)
}

/// Where the parts of a valid request's head lie in it, so that it need not be parsed again.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    method: Range<usize>,
    target: Range<usize>,
    minor_version: u8,
    /// Names and values.
    fields: Vec<(Range<usize>, Range<usize>)>,
}

impl Spans {
    /// Of a request that was parsed from `head`.
    pub(super) fn of(head: &[u8], request: &Request<'_>) -> Self {
        let span = |part: &[u8]| {
            let start = (part.as_ptr() as usize).saturating_sub(head.as_ptr() as usize);
            start..start + part.len()
        };
        Self {
            method: span(request.method.as_bytes()),
            target: span(request.target.as_bytes()),
            minor_version: request.minor_version,
            fields: request
                .fields
                .iter()
                .map(|field| (span(field.name.as_bytes()), span(field.value)))
                .collect(),
        }
    }

    /// Hands the request to `look`, as [`with_request`] did.
    pub(super) fn with_request<R>(
        &self,
        head: &[u8],
        body: &[u8],
        secure: bool,
        look: impl FnOnce(&Request<'_>) -> R,
    ) -> R {
        if self.fields.len() <= USUAL {
            self.request::<USUAL, R>(head, body, secure, look)
        } else {
            self.request::<{ HeadLimits::MAX_FIELDS }, R>(head, body, secure, look)
        }
    }

    fn request<const N: usize, R>(
        &self,
        head: &[u8],
        body: &[u8],
        secure: bool,
        look: impl FnOnce(&Request<'_>) -> R,
    ) -> R {
        let bytes = |span: &Range<usize>| head.get(span.clone()).unwrap_or_default();
        // Checked once: nearly all heads are text from end to end.
        let whole = core::str::from_utf8(head).ok();
        let text = |span: &Range<usize>| match whole {
            Some(whole) => whole.get(span.clone()).unwrap_or_default(),
            None => core::str::from_utf8(bytes(span)).unwrap_or_default(),
        };
        let mut fields = [NO_FIELD; N];
        for (place, (name, value)) in fields.iter_mut().zip(&self.fields) {
            *place = Field {
                name: text(name),
                value: bytes(value),
                offset: value.start,
            };
        }
        look(&Request {
            method: text(&self.method),
            target: text(&self.target),
            minor_version: self.minor_version,
            fields: Fields::new(&fields[..self.fields.len().min(N)], head.len()),
            body,
            secure,
        })
    }
}

/// Parses a complete response head and hands the response to `look`; `body` is what followed
/// the head.
///
/// # Errors
/// The head is not HTTP, or exceeds a limit.
pub fn with_response<R>(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: impl FnOnce(&Response<'_>) -> R,
) -> Result<R, HeadError> {
    match response::<USUAL, R, _>(head, body, limits, look) {
        Err((HeadError::TooManyFields { .. }, look)) if limits.fields > USUAL => {
            response::<{ HeadLimits::MAX_FIELDS }, R, _>(head, body, limits, look)
                .map_err(|(error, _)| error)
        }
        done => done.map_err(|(error, _)| error),
    }
}

/// Parses a head of at most `N` fields; where it cannot, gives `look` back.
fn response<const N: usize, R, F: FnOnce(&Response<'_>) -> R>(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: F,
) -> Result<R, (HeadError, F)> {
    let mut headers = [const { MaybeUninit::uninit() }; N];
    let headers = &mut headers[..limits.fields.min(N)];
    let mut response = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    match parser.parse_response_with_uninit_headers(&mut response, head, headers) {
        Ok(httparse::Status::Complete(end)) if end < head.len() => Err((BARE_LINES, look)),
        Ok(httparse::Status::Complete(end)) => {
            let fields = fields::<N>(head, response.headers);
            Ok(look(&Response {
                minor_version: response.version.unwrap_or_default(),
                status: response.code.unwrap_or_default(),
                reason: response.reason.unwrap_or_default(),
                fields: Fields::new(&fields[..response.headers.len()], end),
                body,
            }))
        }
        Ok(httparse::Status::Partial) => Err((UNFINISHED, look)),
        Err(httparse::Error::Version) => later::response::<N, R, F>(head, body, limits, look),
        Err(error) => Err((HeadError::from_http(error, limits), look)),
    }
}

const UNFINISHED: HeadError = HeadError::Malformed {
    why: "the end of the head",
};
