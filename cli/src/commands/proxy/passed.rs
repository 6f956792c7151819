//! What happens on a connection, as it is told to who looks at it.

use std::net::SocketAddr;

use tokio::sync::mpsc;
use wsdraft::Role;
use wsdraft_analysis::{End, PerRole};

/// Something that happened on a connection.
pub(super) enum Passed {
    Open(PerRole<SocketAddr>),
    Piece(Role, Vec<u8>),
    End(Role, End),
    Left(String),
    Over,
}

/// Where it is told, with the number of the connection.
pub(super) type Passing = mpsc::Sender<(u64, Passed)>;
