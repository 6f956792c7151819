//! Heads of requests and responses, as they come.

use wsdraft::handshake::parse::HeadEnd;

/// What is to be said of a head with bare line feeds.
pub(super) const BARE: &str = "lines end in LF alone, where those of HTTP end in CR LF; a recipient may take them, and need not (RFC 9112 §2.2)";

/// What there is of a head, and of what belongs to it.
#[derive(Default)]
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    /// Where it starts in the stream.
    pub(super) start: u64,
    search: HeadEnd,
    /// Where its blank line ends.
    pub(super) end: Option<usize>,
    /// Whether that, or the line before it, ends in a line feed alone.
    pub(super) bare: bool,
}

impl Head {
    /// One that starts here.
    pub(super) fn at(start: u64) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// Takes bytes up to its end; gives how many.
    pub(super) fn collect(&mut self, bytes: &[u8]) -> usize {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.end = self.search.find(&self.bytes);
        if let Some(end) = self.search.bare() {
            (self.end, self.bare) = (Some(end), true);
        }
        self.bytes.truncate(self.end.unwrap_or(self.bytes.len()));
        self.bytes.len() - before
    }
}
