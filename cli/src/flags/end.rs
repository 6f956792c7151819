//! One end of a connection.

use clap::ValueEnum;
use wsdraft::Role;

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum End {
    /// The endpoint that opens the connection.
    Client,
    /// The endpoint that accepts the connection.
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
