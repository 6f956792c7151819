//! Times in seconds.

use std::time::Duration;

use crate::failure::Failure;

/// The time that an option states in seconds.
pub(crate) fn seconds(option: &str, seconds: f64) -> Result<Duration, Failure> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|error| Failure::input(format!("{option}: {error}")))
}
