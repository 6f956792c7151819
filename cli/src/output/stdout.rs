//! Standard output.

use std::io::{self, Write as _};

use crate::failure::Failure;

/// Writes what is harmless already.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// What a command fails with that could not write.
pub(super) fn failed(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::ClosedPipe
    } else {
        Failure::Io("standard output".into(), error)
    }
}
