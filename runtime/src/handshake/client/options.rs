//! How a client checks the response.

use crate::{handshake::parse::HeadLimits, protocol::violation::Relaxed};

/// How a client checks the response.
///
/// ```
/// use wsdraft::handshake::{HeadLimits, client::ClientOptions};
///
/// let options = ClientOptions::default().head(HeadLimits::default().fields(20)).secure(true);
/// assert_eq!(options.head.fields, 20);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
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

    /// Sets the limits of the response head.
    #[inline]
    #[must_use]
    pub const fn head(mut self, head: HeadLimits) -> Self {
        self.head = head;
        self
    }

    /// Sets the rules that servers may violate.
    #[inline]
    #[must_use]
    pub const fn relaxed(mut self, relaxed: Relaxed) -> Self {
        self.relaxed = relaxed;
        self
    }

    /// Sets whether to enforce recommendations of a draft, too.
    #[inline]
    #[must_use]
    pub const fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets whether the connection is secured by TLS.
    #[inline]
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets how many bytes to keep of the body with which a server refuses.
    #[inline]
    #[must_use]
    pub const fn refusal_body(mut self, refusal_body: usize) -> Self {
        self.refusal_body = refusal_body;
        self
    }
}

impl Default for ClientOptions {
    #[inline]
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
