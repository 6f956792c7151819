//! One end of a connection.

use clap::ValueEnum;
use wsdraft::Role;

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum End {
    /// The end that connects.
    Client,
    /// The end that listens.
    Server,
}

impl From<End> for Role {
    fn from(end: End) -> Self {
        match end {
            End::Client => Self::Client,
            End::Server => Self::Server,
        }
    }
}
