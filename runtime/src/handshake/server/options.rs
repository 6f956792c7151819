//! How a server checks opening requests.

use crate::{handshake::parse::HeadLimits, protocol::violation::Relaxed};

/// How a server checks opening requests.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
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

impl ServerOptions {
    /// Sets the limits of the request head.
    #[must_use]
    pub const fn head(mut self, head: HeadLimits) -> Self {
        self.head = head;
        self
    }

    /// Sets the rules that clients may violate.
    #[must_use]
    pub const fn relaxed(mut self, relaxed: Relaxed) -> Self {
        self.relaxed = relaxed;
        self
    }

    /// Sets whether to enforce recommendations of a draft, too.
    #[must_use]
    pub const fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets whether the connection is secured by TLS.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }
}
