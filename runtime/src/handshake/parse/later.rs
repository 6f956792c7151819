//! Heads of a later HTTP/1 version than the parser supports.

use alloc::vec::Vec;

use super::{BARE_LINES, HeadError, HeadLimits, LookAtRequest, LookAtResponse, UNFINISHED};
use crate::protocol::{
    fields::Fields,
    heads::{Request, Response},
};

/// A head of HTTP/1.2 to HTTP/1.9, which is parsed like one of HTTP/1.1 (RFC 9110 §2.5).
struct Later {
    /// The start line rewritten for HTTP/1.1, followed by an empty line.
    line: Vec<u8>,
    /// The minor version as received.
    minor: u8,
    /// Where the header fields begin in the head.
    fields: usize,
    /// Where the start line begins in the head, after empty lines.
    start: usize,
}

/// The version of a head, if the parser does not support it.
enum Version {
    /// A later version of HTTP/1.
    Later(Later),
    /// A version with another major number.
    Other,
    /// No version.
    None,
}

/// As [`with_request`](super::with_request), for a version that the parser does not support.
#[cold]
pub(super) fn request<const N: usize>(
    head: &[u8],
    body: &[u8],
    secure: bool,
    limits: &HeadLimits,
    look: &mut LookAtRequest<'_>,
) -> Result<(), HeadError> {
    let mut headers = [httparse::EMPTY_HEADER; N];
    let request = read_request(head, &mut headers, limits)?;
    look(&Request {
        body,
        secure,
        ..request
    });
    Ok(())
}

fn read_request<'h>(
    head: &'h [u8],
    headers: &'h mut [httparse::Header<'h>],
    limits: &HeadLimits,
) -> Result<Request<'h>, HeadError> {
    let later = Version::of_request(head).later()?;
    let mut line = httparse::Request::new(&mut []);
    let parsed = line.parse(&later.line);
    parsed.map_err(|error| HeadError::from_http(error, limits))?;
    Ok(Request {
        method: later.part(head, line.method),
        target: later.part(head, line.path),
        minor_version: later.minor,
        fields: later.fields(head, headers, limits)?,
        body: &[],
        secure: false,
    })
}

/// As [`with_response`](super::with_response), for a version that the parser does not support.
#[cold]
pub(super) fn response<const N: usize>(
    head: &[u8],
    body: &[u8],
    limits: &HeadLimits,
    look: &mut LookAtResponse<'_>,
) -> Result<(), HeadError> {
    let mut headers = [httparse::EMPTY_HEADER; N];
    let response = read_response(head, &mut headers, limits)?;
    look(&Response { body, ..response });
    Ok(())
}

fn read_response<'h>(
    head: &'h [u8],
    headers: &'h mut [httparse::Header<'h>],
    limits: &HeadLimits,
) -> Result<Response<'h>, HeadError> {
    let later = Version::of_response(head).later()?;
    let mut line = httparse::Response::new(&mut []);
    let parsed = line.parse(&later.line);
    parsed.map_err(|error| HeadError::from_http(error, limits))?;
    Ok(Response {
        minor_version: later.minor,
        status: line.code.unwrap_or_default(),
        reason: later.part(head, line.reason),
        fields: later.fields(head, headers, limits)?,
        body: &[],
    })
}

impl Version {
    fn later(self) -> Result<Later, HeadError> {
        match self {
            Self::Later(later) => Ok(later),
            Self::Other => Err(HeadError::Version),
            Self::None => Err(HeadError::Malformed {
                why: "the HTTP version",
            }),
        }
    }

    /// The version in a request head: at the end of its first line.
    fn of_request(head: &[u8]) -> Self {
        let (start, line) = first_line(head);
        let at = line.len().saturating_sub(NAME.len() + DIGITS);
        Self::at(head, start, line, at)
    }

    /// The version in a response head: at the start of its first line.
    fn of_response(head: &[u8]) -> Self {
        let (start, line) = first_line(head);
        Self::at(head, start, line, 0)
    }

    /// The version at this byte of the first line.
    fn at(head: &[u8], start: usize, line: &[u8], at: usize) -> Self {
        let version = line.get(at..).and_then(|rest| rest.strip_prefix(NAME));
        let Some(&[major, b'.', minor, ..]) = version else {
            return Self::None;
        };
        match (major, minor) {
            (b'1', b'2'..=b'9') => {
                let mut known = line.to_vec();
                known[at + NAME.len() + 2] = b'1';
                known.extend_from_slice(b"\r\n\r\n");
                let ended = &head[start + line.len()..];
                let ending = ended.iter().position(|&byte| byte == b'\n');
                Self::Later(Later {
                    line: known,
                    minor: minor - b'0',
                    fields: start + line.len() + ending.map_or(0, |at| at + 1),
                    start,
                })
            }
            (b'0' | b'2'..=b'9', b'0'..=b'9') => Self::Other,
            _ => Self::None,
        }
    }
}

impl Later {
    /// A part of the start line, as it appears in the head.
    fn part<'h>(&self, head: &'h [u8], part: Option<&str>) -> &'h str {
        let part = part.unwrap_or_default();
        let at = (part.as_ptr() as usize).wrapping_sub(self.line.as_ptr() as usize);
        let line = head.get(self.start..self.fields).unwrap_or_default();
        let bytes = line.get(at..).and_then(|rest| rest.get(..part.len()));
        core::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }

    /// The header fields.
    fn fields<'h>(
        &self,
        head: &'h [u8],
        headers: &'h mut [httparse::Header<'h>],
        limits: &HeadLimits,
    ) -> Result<Fields<'h>, HeadError> {
        let rest = head.get(self.fields..).unwrap_or_default();
        let most = headers.len().min(limits.fields);
        match httparse::parse_headers(rest, &mut headers[..most]) {
            Ok(httparse::Status::Complete((end, _))) if end < rest.len() => Err(BARE_LINES),
            Ok(httparse::Status::Complete((_, parsed))) => Ok(Fields::parsed(head, parsed)),
            Ok(httparse::Status::Partial) => Err(UNFINISHED),
            Err(error) => Err(HeadError::from_http(error, limits)),
        }
    }
}

const NAME: &[u8] = b"HTTP/";
/// Number of characters in both numbers and the dot between them.
const DIGITS: usize = 3;

/// The first line that is not empty, without its line end, and where it begins.
fn first_line(head: &[u8]) -> (usize, &[u8]) {
    let rest = super::without_empty_lines(head);
    let start = head.len() - rest.len();
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = &rest[..end];
    (start, line.strip_suffix(b"\r").unwrap_or(line))
}
