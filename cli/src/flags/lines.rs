//! How the lines of heads end.

use std::path::Path;

use clap::Args;
use wsdraft_tools::heads::Head;

use crate::{failure::Failure, input};

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

    /// Reads a file with the head of a request or a response; `-` is standard input.
    pub(crate) fn head(self, file: &Path) -> Result<Head, Failure> {
        Ok(Head::new(input::read(file)?, self.are_mended()))
    }
}
