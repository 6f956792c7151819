//! Where text goes: for subcommands that write a file.

use std::path::PathBuf;

use clap::Args;

use crate::written::Target;

/// The file to write.
#[derive(Debug, Args)]
pub(crate) struct Destination {
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing. The exit status is 1 if the file differs from what the command would write.
    #[arg(long, requires = "out")]
    check: bool,
}

impl Destination {
    /// The file, or none for standard output.
    pub(crate) fn target(&self) -> Option<Target<'_>> {
        self.out.as_deref().map(|file| Target {
            file,
            check: self.check,
        })
    }
}
