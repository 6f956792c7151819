//! How a client checks the response.

use crate::{handshake::parse::HeadLimits, protocol::violation::Relaxed};

/// How a client checks the response.
#[derive(Clone, Copy, Debug)]
pub struct ClientOptions {
    /// Limits of the response head.
    pub head: HeadLimits,
    /// Rules that servers may violate.
    pub relaxed: Relaxed,
    /// Whether to enforce recommendations of a draft, too.
    pub strict: bool,
    /// Whether the connection is secured by TLS.
    pub secure: bool,
    /// Maximum number of bytes to keep of the body with which a server refuses. 4 KiB by default.
    pub refusal_body: usize,
}

impl ClientOptions {
    /// The default of [`refusal_body`](Self::refusal_body).
    pub(crate) const REFUSAL_BODY: usize = 4 << 10;
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            head: HeadLimits::default(),
            relaxed: Relaxed::NONE,
            strict: false,
            secure: false,
            refusal_body: Self::REFUSAL_BODY,
        }
    }
}
