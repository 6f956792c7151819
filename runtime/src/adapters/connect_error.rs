//! Why a client did not get as far as a response of the server.

use alloc::{boxed::Box, string::String};
use std::{error::Error as StdError, fmt, io, time::Duration};

/// The part of opening a connection that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading the URL.
    Url,
    /// Resolving the name of the server.
    Resolve,
    /// Connecting to an address of the server.
    Connect,
    /// Reaching the proxy, or having it connect to the server.
    Proxy,
    /// Preparing TLS, or its handshake.
    Tls,
    /// The opening handshake: it took too long, the server left, or the stream failed.
    /// [`Error::Handshake`](crate::Error::Handshake) is a refusal or an invalid response.
    Handshake,
    /// Following a redirect.
    Redirect,
}

/// Why there is no connection to a server that has not responded.
#[derive(Debug)]
pub struct ConnectError {
    /// Without user information and query.
    url: String,
    fault: Fault,
}

/// An error before the URL is known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) stage: Stage,
    cause: Box<dyn StdError + Send + Sync>,
    is_permanent: bool,
    is_timeout: bool,
}

impl Fault {
    pub(crate) fn new(stage: Stage, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause = cause.into();
        let error = cause.downcast_ref::<io::Error>();
        Self {
            is_permanent: matches!(stage, Stage::Url | Stage::Redirect),
            is_timeout: error.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut),
            stage,
            cause,
        }
    }

    /// It will not be different next time.
    pub(crate) fn permanent(mut self) -> Self {
        self.is_permanent = true;
        self
    }

    /// It has this reason, which may be a time limit.
    pub(crate) fn timing_as(mut self, reason: &Self) -> Self {
        self.is_timeout = reason.is_timeout;
        self
    }

    /// This took as long as is allowed.
    pub(crate) fn expired(stage: Stage, limit: Duration) -> Self {
        let text = format!("timed out after {} ms", limit.as_millis());
        Self::new(stage, io::Error::new(io::ErrorKind::TimedOut, text))
    }

    pub(crate) fn at(self, url: impl Into<String>) -> ConnectError {
        ConnectError {
            url: url.into(),
            fault: self,
        }
    }
}

impl ConnectError {
    /// The part that failed.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.fault.stage
    }

    /// The URL without user information, and with an ellipsis in place of its query: both may
    /// contain secrets.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a time limit has passed.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        self.fault.is_timeout
    }

    /// Whether another attempt would fail as well: the URL, the settings or a redirect is wrong.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        self.fault.is_permanent
    }

    /// What failed: an [`io::Error`] of the network and of TLS, or the error of a setting.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.fault.cause
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.stage {
            Stage::Url => "the URL cannot be used",
            Stage::Resolve => "the host cannot be resolved",
            Stage::Connect => "the host cannot be reached",
            Stage::Proxy => "the proxy failed",
            Stage::Tls => "TLS failed",
            Stage::Handshake => "the opening handshake failed",
            Stage::Redirect => "the redirect is not followed",
        };
        write!(f, "{what}: {}", self.cause)
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.fault)
    }
}

impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

impl StdError for ConnectError {
    /// The source of the [cause](Self::cause), whose text is part of this error's.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.fault.cause.source()
    }
}
