//! Why a connection cannot carry channels.

use core::fmt;

use crate::machine::extension::ExtensionInfo;

/// A dialect that cannot be run, because not enough is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unspoken {
    /// The dialect.
    pub extension: &'static ExtensionInfo,
    /// What is unknown.
    pub reason: &'static str,
}

impl fmt::Display for Unspoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be run: {}", self.extension.short, self.reason)
    }
}

impl core::error::Error for Unspoken {}
