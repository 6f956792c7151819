//! How the lines of heads end.

use clap::Args;

/// Whether a paste may have changed the line ends of a head.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Lines {
    /// Take heads whose lines end in LF alone as they are.
    ///
    /// By default, such a head is read as if a paste had changed its line ends, and a note says so.
    #[arg(long = "strict-lines")]
    strict: bool,
}

impl Lines {
    /// Whether heads with LF alone are read as those of HTTP.
    pub(crate) const fn are_mended(self) -> bool {
        !self.strict
    }
}
