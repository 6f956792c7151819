//! How a server checks opening requests.

use crate::{handshake::parse::HeadLimits, protocol::violation::Relaxed};

/// How a server checks opening requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerOptions {
    /// Limits of the request head.
    pub head: HeadLimits,
    /// Rules that clients may violate.
    pub relaxed: Relaxed,
    /// Whether to enforce recommendations of a draft, too.
    pub strict: bool,
    /// Whether the connection is secured by TLS.
    pub secure: bool,
}
