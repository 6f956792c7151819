//! Connecting again after a connection has ended or could not be opened.

use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, SystemTime},
};

use ::tokio::time::{Instant, sleep_until};

use super::backoff::Backoff;
use crate::{
    adapters::{stream::Error, tokio::after},
    handshake::{client::ClientError, head::HeaderFields},
    machine::error::ConnectionError,
};

/// Opens connections one after another, with the delays that RFC 6455 §7.2.3 asks for.
///
/// The first call connects at once. A call after a connection that has ended waits first, and every
/// call waits after each attempt that fails. Once a connection has lasted for
/// [`stable_after`](Self::stable_after), the delays are short again.
///
/// ```no_run
/// use wsdraft::{Client, client::Reconnect};
///
/// # async fn listen() -> Result<(), wsdraft::Error> {
/// let client = Client::new();
/// let mut reconnect = Reconnect::new();
/// loop {
///     // Fails only if the server refuses for a reason that lasts.
///     let connect = async || {
///         let opened = client.connect("wss://example.com/feed").await;
///         opened.inspect_err(|error| eprintln!("{error}"))
///     };
///     let mut socket = reconnect.connect(connect).await?;
///     while let Ok(Some(message)) = socket.recv().await {
///         println!("{message:?}");
///     }
/// }
/// # }
/// ```
pub struct Reconnect {
    backoff: Backoff,
    stable_after: Duration,
    longest_request: Duration,
    attempts: Option<u32>,
    gives_up: Arc<dyn Fn(u16) -> bool + Send + Sync>,
    /// When the connection was opened that the application has.
    opened: Option<Instant>,
    /// When the next attempt may begin.
    next: Option<Instant>,
    /// Whether an attempt has begun and has no result.
    trying: bool,
}

/// What an error means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Another attempt may succeed.
    Again,
    /// Another attempt may succeed, but not before this time has passed.
    AgainAfter(Duration),
    /// Another attempt would fail as well.
    GiveUp,
}

/// The status codes that another attempt is not likely to change: refusals by which the server
/// blames the client (RFC 9110 §15.5), redirects that are not followed, and what the server does
/// not implement. Not among them: it took too long (408), too early (425), too many (429).
const fn lasts(status: u16) -> bool {
    matches!(status, 300..=499 | 501 | 505) && !matches!(status, 408 | 425 | 429)
}

impl Reconnect {
    /// Delays of up to 5 s at first and of at most 60 s, without end.
    #[must_use]
    pub fn new() -> Self {
        Self {
            backoff: Backoff::new(),
            stable_after: Duration::from_secs(60),
            longest_request: Duration::from_secs(600),
            attempts: None,
            gives_up: Arc::new(lasts),
            opened: None,
            next: None,
            trying: false,
        }
    }

    /// Sets the delays.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets how long a connection has to last for the delays to be short again; 60 s by default.
    #[must_use]
    pub const fn stable_after(mut self, time: Duration) -> Self {
        self.stable_after = time;
        self
    }

    /// Sets the longest delay that a server can ask for (`Retry-After`, RFC 9110 §10.2.3); 10 min
    /// by default.
    #[must_use]
    pub const fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_request = longest;
        self
    }

    /// Gives up after this many attempts of one call; by default never.
    #[must_use]
    pub const fn attempts(mut self, most: u32) -> Self {
        self.attempts = Some(most);
        self
    }

    /// Gives up when the server refuses with a status code for which this is true; by default with
    /// 3xx and 4xx, except 408, 425 and 429, and with 501 and 505.
    ///
    /// ```
    /// # use wsdraft::client::Reconnect;
    /// // A load balancer whose servers come and go answers with status code 404 in between.
    /// let reconnect = Reconnect::new().give_up_on(|status| status != 404 && status < 500);
    /// ```
    #[must_use]
    pub fn give_up_on(mut self, lasts: impl Fn(u16) -> bool + Send + Sync + 'static) -> Self {
        self.gives_up = Arc::new(lasts);
        self
    }

    /// What an error means: [`Verdict::GiveUp`] for a refusal that [lasts](Self::give_up_on), for a
    /// call that is wrong, for what [is permanent](super::ConnectError::is_permanent), and if nothing
    /// opens a connection over this version of HTTP.
    #[must_use]
    pub fn judge(&self, error: &Error) -> Verdict {
        match error {
            Error::Connect(error) if error.is_permanent() => Verdict::GiveUp,
            Error::Connection(ConnectionError::Misuse(_)) => Verdict::GiveUp,
            Error::Handshake(failed) => match &failed.cause {
                ClientError::Misuse(_)
                | ClientError::NoBootstrap { .. }
                | ClientError::NotAnnounced { .. } => Verdict::GiveUp,
                ClientError::Refused { status, .. } if (self.gives_up)(*status) => Verdict::GiveUp,
                ClientError::Refused { fields, .. } => match retry_after(fields) {
                    Some(delay) => Verdict::AgainAfter(delay),
                    None => Verdict::Again,
                },
                ClientError::Head(_) | ClientError::Violation(_) | ClientError::Interim { .. } => {
                    Verdict::Again
                }
            },
            Error::Connect(_) | Error::Connection(_) | Error::Refused(_) | Error::Io(_) => {
                Verdict::Again
            }
            #[cfg(feature = "json")]
            Error::Json(_) => Verdict::Again,
        }
    }

    /// Waits for as long as is right, and connects until that succeeds.
    ///
    /// # Errors
    /// The last error, if another attempt would fail as well, or if there have been enough
    /// [attempts](Self::attempts).
    ///
    /// # Cancel safety
    /// If the future is dropped, an attempt in progress is lost and counts as one that has failed.
    /// The next call waits for the delay, or for the rest of it.
    pub async fn connect<T, F>(&mut self, connect: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.connect_with(connect, Self::judge).await
    }

    /// As [`connect`](Self::connect), for errors of any type.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    /// As [`connect`](Self::connect).
    pub async fn connect_with<T, E, F>(
        &mut self,
        mut connect: impl FnMut() -> F,
        judge: impl Fn(&Self, &E) -> Verdict,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        if let Some(opened) = self.opened.take() {
            if opened.elapsed() >= self.stable_after {
                self.backoff.reset();
            }
            self.delay(Duration::ZERO);
        }
        if self.trying {
            // A caller with a time limit of its own must not connect without delays.
            self.trying = false;
            self.delay(Duration::ZERO);
        }
        let mut attempts = 0_u32;
        loop {
            if let Some(next) = self.next {
                sleep_until(next).await;
                self.next = None;
            }
            self.trying = true;
            let result = connect().await;
            self.trying = false;
            let error = match result {
                Ok(opened) => {
                    self.opened = Some(Instant::now());
                    return Ok(opened);
                }
                Err(error) => error,
            };
            attempts = attempts.saturating_add(1);
            match judge(self, &error) {
                Verdict::GiveUp => return Err(error),
                Verdict::Again => self.delay(Duration::ZERO),
                Verdict::AgainAfter(delay) => self.delay(delay),
            }
            if self.attempts.is_some_and(|most| attempts >= most) {
                return Err(error);
            }
        }
    }

    /// Waits before the next attempt, at least for so long.
    fn delay(&mut self, least: Duration) {
        let least = least.min(self.longest_request);
        let delay = self.backoff.next_delay().max(least);
        self.next = Some(after(Instant::now(), delay));
    }
}

/// How long a server asks clients to wait: a number of seconds, or a date.
fn retry_after(fields: &HeaderFields) -> Option<Duration> {
    let value = fields.text("retry-after")?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than the type holds are capped like any other number.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

impl Default for Reconnect {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Reconnect {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconnect")
            .field("backoff", &self.backoff)
            .field("stable_after", &self.stable_after)
            .field("longest_retry_after", &self.longest_request)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
