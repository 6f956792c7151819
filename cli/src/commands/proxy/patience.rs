//! How long a connection may take for what it does.

use std::{
    fmt,
    future::pending,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::sleep;

use crate::silence::Silence;

/// The time that each connection has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the head of the request, from when somebody waits for it.
    pub(super) head: Duration,
    /// For the next byte of either end; `None` is any time.
    pub(super) idle: Option<Duration>,
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// The head of the request.
    Head(Duration),
    /// Nothing passed.
    Idle(Duration),
}

impl fmt::Display for Expired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(patience) => write!(
                f,
                "the request was not complete after {} s, so that the proxy ended the connection",
                patience.as_secs_f64()
            ),
            Self::Idle(patience) => write!(
                f,
                "nothing passed for {} s, so that the proxy ended the connection",
                patience.as_secs_f64()
            ),
        }
    }
}

/// What passes on a connection, and when.
#[derive(Debug)]
pub(super) struct Activity {
    silence: Silence,
    /// Whether the head of the request is complete, or the server has answered before.
    asked: AtomicBool,
    answered: AtomicBool,
}

impl Activity {
    /// Nothing has passed.
    pub(super) fn new() -> Self {
        Self {
            silence: Silence::new(),
            asked: AtomicBool::new(false),
            answered: AtomicBool::new(false),
        }
    }

    /// Something passes.
    pub(super) fn passes(&self) {
        self.silence.ends();
    }

    /// The head of the request is complete.
    pub(super) fn is_asked(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// The server says something.
    pub(super) fn is_answered(&self) {
        self.is_asked();
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether the head of the request is complete, or needs not be.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether the server has said something.
    pub(super) fn has_answer(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Waits until something takes too long.
    pub(super) async fn expires(&self, patience: Patience) -> Expired {
        sleep(patience.head.saturating_sub(self.silence.elapsed())).await;
        if !self.has_asked() {
            return Expired::Head(patience.head);
        }
        let Some(idle) = patience.idle else {
            return pending().await;
        };
        self.is_silent(idle).await;
        Expired::Idle(idle)
    }

    /// Waits until nothing has passed for so long.
    pub(super) async fn is_silent(&self, idle: Duration) {
        self.silence.lasts(idle).await;
    }
}

/// Finds the empty line at the end of a head that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct HeadEnd {
    /// Whether anything but ends of lines came.
    begun: bool,
    /// Whether a line is empty so far.
    empty: bool,
}

impl HeadEnd {
    /// Whether the head ends in the next bytes.
    pub(super) fn is_in(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| match byte {
            b'\n' if self.begun && self.empty => true,
            b'\n' => {
                self.empty = true;
                false
            }
            b'\r' => false,
            _ => {
                (self.begun, self.empty) = (true, false);
                false
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::HeadEnd;

    #[test]
    fn the_end_of_a_head_is_found_in_any_pieces() {
        for (head, ends) in [
            ("GET / HTTP/1.1\r\nA: b\r\n\r\n", true),
            ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\n\n", true),
            ("\r\n\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nA: b\r\n", false),
        ] {
            for size in 1..=head.len() {
                let mut end = HeadEnd::default();
                let mut pieces = head.as_bytes().chunks(size);
                assert_eq!(pieces.any(|piece| end.is_in(piece)), ends, "{head:?}");
            }
        }
    }
}
