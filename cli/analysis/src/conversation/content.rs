//! The content of a request: the bytes between its head and the frames.

use wsdraft::{grammar, handshake::Request};

/// The remaining content of a request (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// This number of bytes.
    Length(u64),
    /// Chunks, with the current position.
    Chunked(Chunks),
}

/// A position in a sequence of chunks (RFC 9112 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunks {
    /// In the digits of a length; the value of the digits so far.
    Size(u64),
    /// After the digits, in the rest of the line.
    Extension(u64),
    /// In data, including the end of its line.
    Data(u64),
    /// In the fields after the last chunk; whether the current line has any bytes so far.
    Trailer(bool),
}

impl Content {
    /// Returns the content of a request, if it has any.
    pub fn of(request: &Request<'_>) -> Option<Self> {
        let coded = request.fields.all("Transfer-Encoding");
        if coded.last().is_some_and(|field| {
            let last = grammar::list_items(field.value).last();
            last.is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"))
        }) {
            return Some(Self::Chunked(Chunks::Size(0)));
        }
        let field = request.fields.get("Content-Length")?;
        let digits = field
            .text()
            .filter(|text| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()))?;
        let length = digits.parse().ok()?;
        (length > 0).then_some(Self::Length(length))
    }

    /// Returns whether the length of the content is unambiguous (RFC 9112 §6.3).
    pub fn is_certain(request: &Request<'_>) -> bool {
        let coded = request.fields.get("Transfer-Encoding").is_some();
        let mut lengths = request.fields.all("Content-Length");
        let length = lengths.next();
        let is_number = |value: &[u8]| {
            let digits = std::str::from_utf8(value).ok();
            let digits = digits.filter(|text| text.bytes().all(|digit| digit.is_ascii_digit()));
            digits.is_some_and(|digits| digits.parse::<u64>().is_ok())
        };
        match length {
            _ if coded => length.is_none() && matches!(Self::of(request), Some(Self::Chunked(_))),
            Some(field) => lengths.next().is_none() && is_number(field.value),
            None => true,
        }
    }

    /// Skips the content in these bytes. Returns the number of skipped bytes, and whether more
    /// content follows.
    pub fn pass(&mut self, bytes: &[u8]) -> (usize, bool) {
        match self {
            Self::Length(left) => {
                let taken = bytes
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= taken as u64;
                (taken, *left > 0)
            }
            Self::Chunked(chunks) => {
                let mut taken = 0;
                while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
                    let Some((next, length)) = chunks.step(rest) else {
                        return (taken, false);
                    };
                    taken += length;
                    match next {
                        Some(next) => *chunks = next,
                        None => return (taken, false),
                    }
                }
                (taken, true)
            }
        }
    }
}

impl Chunks {
    /// Passes over some bytes: where that leads to, `None` for the end, and how many they are.
    /// Nothing where these are no chunks.
    fn step(self, bytes: &[u8]) -> Option<(Option<Self>, usize)> {
        let first = *bytes.first()?;
        let next = match self {
            Self::Data(left) => {
                let taken = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                let next = match left - taken as u64 {
                    0 => Self::Size(0),
                    left => Self::Data(left),
                };
                return Some((Some(next), taken));
            }
            Self::Size(size) => match char::from(first).to_digit(16) {
                Some(digit) => Self::Size(size.checked_mul(16)? + u64::from(digit)),
                None if matches!(first, b'\r' | b';' | b' ' | b'\t') => Self::Extension(size),
                None => return None,
            },
            Self::Extension(0) if first == b'\n' => Self::Trailer(false),
            Self::Extension(size) if first == b'\n' => Self::Data(size.checked_add(2)?),
            Self::Extension(size) => Self::Extension(size),
            Self::Trailer(false) if first == b'\n' => return Some((None, 1)),
            Self::Trailer(_) if first == b'\n' => Self::Trailer(false),
            Self::Trailer(any) => Self::Trailer(any || first != b'\r'),
        };
        Some((Some(next), 1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunks, Content};

    #[test]
    fn chunks_end_where_they_say() {
        let chunks = b"5;a=b\r\nhello\r\n0A\r\n0123456789\r\n0\r\nA: b\r\n\r\n";
        let stream = [chunks, b"\x81\0".as_slice()].concat();
        for size in 1..stream.len() {
            let mut content = Content::Chunked(Chunks::Size(0));
            let mut at = 0;
            for piece in stream.chunks(size) {
                let (taken, more) = content.pass(piece);
                at += taken;
                if !more {
                    break;
                }
            }
            assert_eq!(at, chunks.len(), "{size}");
        }
        let mut none = Content::Chunked(Chunks::Size(0));
        assert_eq!(none.pass(b"x"), (0, false));
        let mut length = Content::Length(5);
        assert_eq!(length.pass(b"abc"), (3, true));
        assert_eq!(length.pass(b"defg"), (2, false));
    }
}
