//! Reports to [`Metrics`](super::Metrics), if anybody counts.

use alloc::boxed::Box;
use core::{
    mem,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::{CloseFrame, End, EndKind, SharedMetrics};
use crate::protocol::info::{DraftInfo, Kind, Role};

const ABANDONED: &str = "abandoned";

/// Reports one opening handshake.
#[derive(Debug, Default)]
pub(crate) struct HandshakeMeter(Option<Begun>);

#[derive(Debug)]
struct Begun {
    metrics: SharedMetrics,
    role: Role,
    told: AtomicBool,
    /// Why it fails if it is dropped.
    dropped: &'static str,
}

impl HandshakeMeter {
    /// Reports that a handshake starts.
    pub(crate) fn started(metrics: Option<&SharedMetrics>, role: Role) -> Self {
        Self(metrics.map(|metrics| {
            metrics.0.handshake_started(role);
            Begun {
                metrics: metrics.clone(),
                role,
                told: AtomicBool::new(false),
                dropped: ABANDONED,
            }
        }))
    }

    /// Reports why it fails, unless its result is already known.
    pub(crate) fn failed(&self, why: &'static str) {
        if let Some(begun) = &self.0 {
            if !begun.told.swap(true, Relaxed) {
                begun.metrics.0.handshake_failed(begun.role, why);
            }
        }
    }

    /// Notes that dropping it now declines the request of the client.
    #[cfg(feature = "http")]
    pub(crate) const fn offered(&mut self) {
        if let Some(begun) = &mut self.0 {
            begun.dropped = "declined";
        }
    }

    /// Notes that the request is accepted.
    #[cfg(feature = "http")]
    pub(crate) const fn accepted(&mut self) {
        if let Some(begun) = &mut self.0 {
            begun.dropped = ABANDONED;
        }
    }

    /// Reports that it succeeds.
    pub(crate) fn succeeded(&self) {
        if let Some(begun) = &self.0 {
            if !begun.told.swap(true, Relaxed) {
                begun.metrics.0.handshake_succeeded(begun.role);
            }
        }
    }
}

impl Drop for HandshakeMeter {
    fn drop(&mut self) {
        if let Some(begun) = &self.0 {
            self.failed(begun.dropped);
        }
    }
}

/// Reports one connection, if anybody counts.
#[derive(Debug)]
pub(crate) struct Meter(Option<Box<Counted>>);

#[derive(Debug)]
struct Counted {
    metrics: SharedMetrics,
    role: Role,
    draft: &'static DraftInfo,
    /// The close frame of this endpoint.
    sent: CloseFrame,
    /// How the connection ended, if this is not yet reported.
    end: Option<(EndKind, Role, CloseFrame)>,
    is_open: bool,
}

impl Meter {
    /// Reports that a connection opens.
    pub(crate) fn opened(
        metrics: Option<&SharedMetrics>,
        role: Role,
        draft: &'static DraftInfo,
    ) -> Self {
        Self(metrics.map(|metrics| {
            metrics.0.opened(role, draft);
            Box::new(Counted {
                metrics: metrics.clone(),
                role,
                draft,
                sent: CloseFrame::Absent,
                end: None,
                is_open: true,
            })
        }))
    }

    #[inline]
    pub(crate) fn received(&self, kind: Kind, bytes: usize) {
        if let Some(counted) = &self.0 {
            counted.received(kind, bytes);
        }
    }

    #[inline]
    pub(crate) fn sent(&self, kind: Kind, bytes: usize) {
        if let Some(counted) = &self.0 {
            counted.sent(kind, bytes);
        }
    }

    /// Notes the close frame of this endpoint. `code` is called only if anybody counts.
    pub(crate) fn closes(&mut self, code: impl FnOnce() -> Option<u16>) {
        if let Some(counted) = &mut self.0 {
            counted.sent = code().into();
        }
    }

    /// Notes how the connection has ended. [`settle`](Self::settle) reports it, when the close frame
    /// of this endpoint can no longer change.
    pub(crate) fn ended(&mut self, why: EndKind, by: Role, received: CloseFrame) {
        if let Some(counted) = &mut self.0 {
            counted.end = Some((why, by, received));
        }
    }

    /// Reports that the connection has ended, if it has, once.
    pub(crate) fn settle(&mut self) {
        if let Some(counted) = &mut self.0 {
            if counted.end.is_some() {
                counted.settle();
            }
        }
    }
}

impl Counted {
    #[inline(never)]
    fn received(&self, kind: Kind, bytes: usize) {
        self.metrics.0.received(self.role, kind, bytes);
    }

    #[inline(never)]
    fn sent(&self, kind: Kind, bytes: usize) {
        self.metrics.0.sent(self.role, kind, bytes);
    }

    fn settle(&mut self) {
        if !mem::replace(&mut self.is_open, false) {
            return;
        }
        let dropped = (EndKind::Dropped, self.role, CloseFrame::Absent);
        let (why, by, received) = self.end.unwrap_or(dropped);
        let end = End {
            draft: self.draft,
            why,
            by,
            sent: self.sent,
            received,
        };
        self.metrics.0.ended(self.role, &end);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.settle();
    }
}
