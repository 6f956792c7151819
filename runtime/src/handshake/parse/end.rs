//! The end of a head.

/// Finds the end of a head in bytes that arrive in pieces. Examines each byte once.
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
    /// Number of bytes in the empty lines before the head.
    empty: usize,
    scanned: usize,
    bare: Option<usize>,
}

impl HeadEnd {
    /// The end of the head, including its blank line, in all bytes so far. `bytes` must start with
    /// the bytes of the previous call. Empty lines before a head are skipped and do not end it.
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

    /// The end of an empty line before the end that [`find`](Self::find) looks for, if that line or
    /// the line before it ends in a line feed alone. A recipient may treat it as the end of the
    /// head (RFC 9112 §2.2).
    #[must_use]
    pub const fn bare(&self) -> Option<usize> {
        self.bare
    }

    /// The first byte of the head, after the empty lines that [`find`](Self::find) has skipped.
    pub(super) fn first(&self, bytes: &[u8]) -> Option<u8> {
        bytes.get(self.empty).copied()
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The end of the head at the start of these bytes, as [`HeadEnd::find`] returns it.
#[must_use]
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    HeadEnd::default().find(bytes)
}

/// The end of the head at the start of these bytes for a recipient that accepts a line feed alone
/// as a line end, if that is earlier than [`head_end`].
#[must_use]
pub fn bare_head_end(bytes: &[u8]) -> Option<usize> {
    let mut head = HeadEnd::default();
    head.find(bytes);
    head.bare()
}

/// Where the first line ends, after CR LF.
pub(crate) fn after_line(bytes: &[u8]) -> Option<usize> {
    after(bytes, b"\r\n")
}

/// Where the first empty line ends, after CR LF CR LF.
pub(crate) fn after_fields(bytes: &[u8]) -> Option<usize> {
    after(bytes, b"\r\n\r\n")
}

/// `end` ends in a line feed.
fn after(bytes: &[u8], end: &[u8]) -> Option<usize> {
    let mut lines = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1);
    lines.find(|&at| bytes.get(..at).is_some_and(|line| line.ends_with(end)))
}

/// The bytes after the empty lines that may precede a head.
#[must_use]
pub fn without_empty_lines(bytes: &[u8]) -> &[u8] {
    let head = bytes.iter().position(|byte| !is_line_end(*byte));
    bytes.get(head.unwrap_or(bytes.len())..).unwrap_or_default()
}
