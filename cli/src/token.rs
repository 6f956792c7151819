//! What nobody can guess.

use std::fmt::Write as _;

use wsdraft::{Entropy as _, OsEntropy};

use crate::failure::Failure;

/// 16 hex digits from the operating system's source of randomness.
pub(crate) fn token() -> Result<String, Failure> {
    let mut bytes = [0; 8];
    OsEntropy
        .fill(&mut bytes)
        .map_err(|error| Failure::input(error.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    }))
}
