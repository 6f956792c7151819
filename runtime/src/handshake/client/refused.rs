//! A refusal, whose body may arrive in pieces. Each byte is examined once.

use alloc::{string::String, vec::Vec};
use core::mem;

use super::ClientError;
use crate::{
    handshake::{content::may_have_content, head::HeaderFields, versions::listed_versions},
    protocol::{fields::Fields, heads::Response, info::DraftInfo},
};

/// A refusal of which at least the head has arrived.
#[derive(Clone, Debug)]
pub(super) struct Refusing {
    status: u16,
    reason: String,
    versions: Vec<u16>,
    fields: HeaderFields,
    body: Body,
}

impl Refusing {
    /// A refusal with this head, of whose body at most `most` bytes are kept.
    #[inline]
    pub(super) fn of(draft: &DraftInfo, response: &Response<'_>, most: usize) -> Self {
        Self {
            status: response.status,
            reason: response.reason.into(),
            versions: listed_versions(draft, &response.fields),
            fields: HeaderFields::of(&response.fields),
            body: Body::of(&response.fields, wanted(response.status, most)),
        }
    }

    /// Receives bytes of the body. The error is due as soon as no more of the body is wanted.
    #[inline]
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        if self.body.receive(bytes) {
            Ok(())
        } else {
            Err(self.error())
        }
    }

    /// The error, with as much of the body as has arrived.
    #[inline]
    pub(super) fn error(&self) -> ClientError {
        ClientError::Refused {
            status: self.status,
            reason: self.reason.clone(),
            versions: self.versions.clone(),
            fields: self.fields.clone(),
            body: self.body.kept.clone(),
        }
    }
}

/// How many bytes of the body to wait for and to keep, of at most `most`.
#[inline]
const fn wanted(status: u16, most: usize) -> usize {
    if may_have_content(status) { most } else { 0 }
}

/// The body of a refusal.
#[derive(Clone, Debug)]
struct Body {
    kept: Vec<u8>,
    most: usize,
    coding: Coding,
}

/// Where a body ends.
#[derive(Clone, Debug)]
enum Coding {
    /// Nothing says where. What has arrived with the head is the whole body.
    Unknown,
    /// After this many bytes.
    Length(usize),
    /// With the last chunk (RFC 9112 §7.1).
    Chunks(Chunks),
    /// Nothing more is wanted.
    Over,
}

#[derive(Clone, Debug, Default)]
struct Chunks {
    /// The line with the size of the next chunk, as far as it has arrived.
    line: Vec<u8>,
    /// Bytes of data to come in the current chunk.
    left: usize,
    /// Bytes of the line end to come after that data.
    line_end: usize,
    /// Bytes received.
    received: usize,
}

impl Body {
    #[inline]
    fn of(fields: &Fields<'_>, most: usize) -> Self {
        let announced = || {
            let field = fields.get("content-length")?;
            let length: u64 = field.text()?.parse().ok()?;
            Some(usize::try_from(length).unwrap_or(usize::MAX))
        };
        let coding = match fields.get("transfer-encoding") {
            Some(_) => Coding::Chunks(Chunks::default()),
            None => announced().map_or(Coding::Unknown, Coding::Length),
        };
        Self {
            kept: Vec::new(),
            most,
            coding,
        }
    }

    /// Receives bytes, and returns whether more are wanted.
    #[inline]
    fn receive(&mut self, bytes: &[u8]) -> bool {
        let (kept, most) = (&mut self.kept, self.most);
        let more = match &mut self.coding {
            Coding::Unknown => {
                keep(kept, bytes, most);
                false
            }
            Coding::Length(length) => {
                keep(kept, bytes, most.min(*length));
                kept.len() < most.min(*length)
            }
            Coding::Chunks(chunks) => chunks.receive(bytes, kept, most),
            Coding::Over => false,
        };
        if !more {
            self.coding = Coding::Over;
        }
        more
    }
}

/// Keeps bytes, up to `most` in all.
#[inline]
fn keep(kept: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let room = most.saturating_sub(kept.len()).min(bytes.len());
    kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
}

impl Chunks {
    /// Number of bytes that a chunked body may have on the wire, for each byte of the body to keep:
    /// chunk sizes may have extensions of any length.
    const CODED: usize = 16;
    /// A line with a chunk size that is not complete is checked only while it is shorter than this.
    const CHECKED: usize = 64;
    const LINE_END: usize = 2;

    #[inline]
    fn receive(&mut self, mut bytes: &[u8], kept: &mut Vec<u8>, most: usize) -> bool {
        self.received = self.received.saturating_add(bytes.len());
        while kept.len() < most {
            let length = self.left.min(bytes.len());
            let (data, rest) = bytes.split_at(length);
            keep(kept, data, most);
            self.left -= length;
            let line_end = if self.left == 0 { self.line_end } else { 0 };
            let (_, rest) = rest.split_at(line_end.min(rest.len()));
            self.line_end -= line_end.min(bytes.len() - length);
            bytes = rest;
            if bytes.is_empty() {
                break;
            }
            match self.size(&mut bytes) {
                Some(Some(0)) | None => return false,
                Some(Some(size)) => (self.left, self.line_end) = (size, Self::LINE_END),
                Some(None) => break,
            }
        }
        kept.len() < most && self.received < most.saturating_mul(Self::CODED)
    }

    /// Takes the line with the size of the next chunk, once it is complete. `None` if it states no
    /// size.
    #[inline]
    fn size(&mut self, bytes: &mut &[u8]) -> Option<Option<usize>> {
        let end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
        let (line, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
        let checks = end.is_some() || self.line.len() < Self::CHECKED;
        self.line.extend_from_slice(line);
        *bytes = rest;
        if !checks {
            return Some(None);
        }
        // The parser skips a bare line feed in an extension, where none may be (RFC 9112 §7.1.1).
        if end.is_some() && !self.line.ends_with(b"\r\n") {
            return None;
        }
        match httparse::parse_chunk_size(&self.line) {
            Ok(httparse::Status::Complete((_, size))) => {
                drop(mem::take(&mut self.line));
                Some(Some(usize::try_from(size).unwrap_or(usize::MAX)))
            }
            Ok(httparse::Status::Partial) => Some(None),
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Coding};
    use crate::protocol::fields::{Field, Fields};

    const MOST: usize = 4 << 10;

    #[inline]
    fn body(name: &str, value: &str) -> Body {
        let field = Field {
            name,
            value: value.as_bytes(),
            offset: 0,
        };
        Body::of(&Fields::new(&[field], 0), MOST)
    }

    /// What is kept of a body that arrives at once, and whether more is wanted. It is the same if
    /// the body arrives in pieces.
    #[inline]
    fn read(name: &str, value: &str, received: &[u8]) -> (Vec<u8>, bool) {
        let mut whole = body(name, value);
        let more = whole.receive(received);
        let mut pieces = body(name, value);
        if !matches!(pieces.coding, Coding::Unknown) {
            let mut goes_on = pieces.receive(&[]);
            for piece in received.chunks(3) {
                goes_on = goes_on && pieces.receive(piece);
            }
            assert_eq!((&pieces.kept, goes_on), (&whole.kept, more));
        }
        (whole.kept, more)
    }

    #[test]
    fn a_body_is_as_long_as_is_announced() {
        assert_eq!(
            read("Content-Length", "3", b"why"),
            (b"why".to_vec(), false)
        );
        assert_eq!(
            read("content-length", "3", b"whyHTTP"),
            (b"why".to_vec(), false)
        );
        assert_eq!(read("Content-Length", "4", b"why"), (b"why".to_vec(), true));
        assert_eq!(
            read("Content-Length", "x", b"why"),
            (b"why".to_vec(), false)
        );
        assert_eq!(read("Server", "x", b"why"), (b"why".to_vec(), false));
        let long = vec![b'a'; 2 * MOST];
        assert_eq!(
            read("Content-Length", "99999999999999999999", &long)
                .0
                .len(),
            MOST
        );
        assert_eq!(
            read("Content-Length", "9999999", &long),
            (long[..MOST].to_vec(), false)
        );
    }

    #[test]
    fn words_beside_a_chunk_are_not_waited_for_without_end() {
        let read = |length| {
            let words = [b"1;", &vec![b'a'; length][..]].concat();
            read("Transfer-Encoding", "chunked", &words)
        };
        assert_eq!(read(MOST), (Vec::new(), true));
        assert_eq!(read(16 * MOST), (Vec::new(), false));
    }

    #[test]
    fn a_bare_line_feed_ends_no_chunk_size() {
        let read = |received: &[u8]| read("Transfer-Encoding", "chunked", received);
        assert_eq!(read(b"3;a\n\r\nwhy\r\n0\r\n\r\n"), (Vec::new(), false));
        assert_eq!(
            read(b"3\r\nwhy\r\n4;\n not\r\n0\r\n\r\n"),
            (b"why".to_vec(), false)
        );
        let many = [b"1;", &vec![b'\n'; 2 * MOST][..]].concat();
        assert_eq!(read(&many), (Vec::new(), false));
    }

    #[test]
    fn chunks_are_put_together() {
        let whole = b"3\r\nwhy\r\n4;a=b\r\n not\r\n0\r\n\r\n";
        for cut in 0..=whole.len() {
            let (body, more) = read("Transfer-Encoding", "chunked", &whole[..cut]);
            assert!(b"why not".starts_with(&body[..]), "{cut}: {body:?}");
            assert_eq!(more, cut < whole.len() - 2, "{cut}");
        }
        assert_eq!(
            read("Transfer-Encoding", "chunked", b"why"),
            (Vec::new(), false)
        );
        let long = [b"ffffffffffffff\r\n", &vec![b'a'; 2 * MOST][..]].concat();
        assert_eq!(
            read("Transfer-Encoding", "chunked", &long),
            (vec![b'a'; MOST], false)
        );
    }
}
