//! Where a head ends.

/// Looks for the end of a head in bytes that come piece by piece, at each of them once.
///
/// ```
/// use wsdraft::handshake::parse::HeadEnd;
///
/// let stream = b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nmore";
/// let mut head = HeadEnd::default();
/// let end = (0..stream.len()).find_map(|length| head.find(&stream[..length]));
/// assert_eq!(end, Some(stream.len() - b"more".len()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HeadEnd {
    /// Bytes of the empty lines before the head.
    empty: usize,
    scanned: usize,
    bare: Option<usize>,
}

impl HeadEnd {
    /// Where the head ends, its blank line included, in all that has come so far: the bytes that
    /// were given before, and perhaps more of them. Empty lines before a head are passed over,
    /// and end none.
    pub fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.empty == self.scanned {
            let rest = bytes.get(self.empty..).unwrap_or_default();
            self.empty += rest.iter().take_while(|byte| is_line_end(**byte)).count();
            self.scanned = self.empty;
        }
        let (empty, from) = (self.empty, self.scanned);
        self.scanned = bytes.len().max(from);
        let rest = bytes.get(from..).unwrap_or_default();
        let ends = memchr::memchr_iter(b'\n', rest).map(|at| from + at + 1);
        for end in ends {
            match bytes.get(empty..end) {
                Some([.., b'\r', b'\n', b'\r', b'\n']) => return Some(end),
                Some([.., b'\n', b'\n'] | [.., b'\n', b'\r', b'\n']) => {
                    self.bare = self.bare.or(Some(end));
                }
                _ => {}
            }
        }
        None
    }

    /// Where an empty line ends before the end that [`find`](Self::find) looks for: it, or the
    /// line before it, ends in a line feed alone. A recipient may take that for the end of the
    /// head (RFC 9112 §2.2).
    #[must_use]
    pub const fn bare(&self) -> Option<usize> {
        self.bare
    }

    /// The first byte of the head, after the empty lines that [`find`](Self::find) has passed
    /// over.
    pub(super) fn first(&self, bytes: &[u8]) -> Option<u8> {
        bytes.get(self.empty).copied()
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Where the head at the start of these bytes ends, as [`HeadEnd::find`] gives it.
#[must_use]
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    HeadEnd::default().find(bytes)
}

/// Where the head at the start of these bytes ends for a recipient that takes a line feed alone
/// for the end of a line, where that is earlier than [`head_end`].
#[must_use]
pub fn bare_head_end(bytes: &[u8]) -> Option<usize> {
    let mut head = HeadEnd::default();
    head.find(bytes);
    head.bare()
}

/// Bytes without the empty lines that may stand before a head.
#[must_use]
pub fn without_empty_lines(bytes: &[u8]) -> &[u8] {
    let head = bytes.iter().position(|byte| !is_line_end(*byte));
    bytes.get(head.unwrap_or(bytes.len())..).unwrap_or_default()
}
