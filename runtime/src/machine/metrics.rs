//! What a program can count: opening handshakes, connections, messages, bytes and endings.

use alloc::sync::Arc;
use core::{fmt, ptr};

use crate::protocol::info::{DraftInfo, Kind, Role};

pub(crate) mod meter;

/// Receives what happens on connections, to be counted.
///
/// [`Acceptor::metrics`](crate::handshake::Acceptor::metrics),
/// [`Connector::metrics`](crate::handshake::Connector::metrics) and
/// [`Config::metrics`](crate::Config::metrics) take one, for every adapter. Each method does nothing
/// unless it is written. `role` is the role of this endpoint. The methods are called while the
/// connection works, so they should only count. They must not wait. A panic ends the task, and may
/// abort the process: some of the methods are called while a value is dropped.
///
/// Each `&'static str` is the id of a rule or a name from a fixed list. The peer cannot choose it, so
/// it is safe as a label. So are [`End::sent_name`] and [`End::received_name`]. The number of a close
/// code is not, because the peer chooses it.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use wsdraft::{Role, info::DraftInfo, metrics::{End, Metrics}};
///
/// #[derive(Default)]
/// struct Open(AtomicI64);
///
/// impl Metrics for Open {
///     fn opened(&self, _: Role, _: &'static DraftInfo) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
///
///     fn ended(&self, _: Role, _: &End) {
///         self.0.fetch_sub(1, Ordering::Relaxed);
///     }
/// }
/// ```
pub trait Metrics: Send + Sync {
    /// An opening handshake has started. One call of [`handshake_failed`](Self::handshake_failed) or
    /// [`handshake_succeeded`](Self::handshake_succeeded) follows, whatever happens. Under hyper and
    /// axum, it starts when `Offered` or `WebSocketUpgrade` is taken from the request. What other code
    /// refuses before, such as a middleware or an earlier extractor that responds with 401, is not
    /// counted.
    fn handshake_started(&self, role: Role) {
        let _ = role;
    }

    /// An opening handshake has led to no connection. `why` is
    ///
    /// - the id of the rule that the peer violated;
    /// - `origin-refused` or `host-refused`, by [`Access`](crate::handshake::Access);
    /// - `application`: the application refused the request, or gave another response;
    /// - `declined`: the same under `http`, hyper and axum, where a handler drops `Upgrade`, `Offered`
    ///   or `WebSocketUpgrade`;
    /// - `no-upgrade`: the request asked for none;
    /// - `refused`: the server refused the request of this client;
    /// - `head-size`, `fields`, `malformed`, `http-version`, `content`: this endpoint does not accept
    ///   the head, for the reason that [`HeadError`](crate::handshake::HeadError) states;
    /// - `interim`: the server sent too many interim responses;
    /// - `no-bootstrap`: the server opens no connection over this version of HTTP;
    /// - `handshake-timeout`, by [`Limits::handshake`](crate::Limits::handshake), or the name of
    ///   another [`Limit`](crate::Limit::name);
    /// - `left-early`: the peer has disconnected; `io`: the stream has failed otherwise;
    /// - `misuse`, `entropy`: this endpoint could not write its request or response;
    /// - `unwritable`: the HTTP server cannot write the response as the draft prescribes it;
    ///   `unavailable`: it cannot hand over the connection;
    /// - `abandoned`: the program has dropped the handshake otherwise.
    fn handshake_failed(&self, role: Role, why: &'static str) {
        let _ = (role, why);
    }

    /// An opening handshake has succeeded. Its connection opens next.
    fn handshake_succeeded(&self, role: Role) {
        let _ = role;
    }

    /// A connection has opened. One call of [`ended`](Self::ended) follows, whatever happens.
    fn opened(&self, role: Role, draft: &'static DraftInfo) {
        let _ = (role, draft);
    }

    /// A whole message or control frame has arrived, before its text is checked. `bytes` is the
    /// length of its payload without compression. `kind` is `Text`, `Binary`, `Close`, `Ping`,
    /// `Pong`, `Extension` or `ExtensionControl`, also for a message in fragments.
    fn received(&self, role: Role, kind: Kind, bytes: usize) {
        let _ = (role, kind, bytes);
    }

    /// A whole message or control frame has been taken to be sent, as [`received`](Self::received)
    /// counts. The pongs and close frames that the connection sends by itself are included.
    fn sent(&self, role: Role, kind: Kind, bytes: usize) {
        let _ = (role, kind, bytes);
    }

    /// A connection is no longer open: it has ended, or it was dropped before.
    fn ended(&self, role: Role, end: &End) {
        let _ = (role, end);
    }
}

impl<M: Metrics + ?Sized> Metrics for Arc<M> {
    fn handshake_started(&self, role: Role) {
        (**self).handshake_started(role);
    }

    fn handshake_failed(&self, role: Role, why: &'static str) {
        (**self).handshake_failed(role, why);
    }

    fn handshake_succeeded(&self, role: Role) {
        (**self).handshake_succeeded(role);
    }

    fn opened(&self, role: Role, draft: &'static DraftInfo) {
        (**self).opened(role, draft);
    }

    fn received(&self, role: Role, kind: Kind, bytes: usize) {
        (**self).received(role, kind, bytes);
    }

    fn sent(&self, role: Role, kind: Kind, bytes: usize) {
        (**self).sent(role, kind, bytes);
    }

    fn ended(&self, role: Role, end: &End) {
        (**self).ended(role, end);
    }
}

/// How a connection ended, for [`Metrics::ended`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// The draft of the connection.
    pub draft: &'static DraftInfo,
    /// Why it ended.
    pub why: EndKind,
    /// The endpoint that caused it: it closed first, violated a rule, reached a limit, left, or
    /// dropped the connection.
    pub by: Role,
    /// The close frame of this endpoint.
    pub sent: CloseFrame,
    /// The close frame of the peer.
    pub received: CloseFrame,
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndKind {
    /// With the closing handshake of the draft.
    Clean,
    /// The peer violated the rule with this id.
    Violation(&'static str),
    /// It reached a limit of this endpoint: its [name](crate::Limit::name).
    Limit(&'static str),
    /// The peer left without closing.
    Vanished,
    /// The program dropped the connection before it had ended, or the stream failed.
    Dropped,
}

/// Whether a close frame was sent, and with which code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseFrame {
    /// There was none.
    #[default]
    Absent,
    /// One without a code, as in drafts that have no codes.
    Bare,
    /// One with this code.
    Code(u16),
}

impl End {
    /// What it was: `clean`, `violation`, `limit`, `vanished` or `dropped`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.why {
            EndKind::Clean => "clean",
            EndKind::Violation(_) => "violation",
            EndKind::Limit(_) => "limit",
            EndKind::Vanished => "vanished",
            EndKind::Dropped => "dropped",
        }
    }

    /// The id of the violated rule or the name of the limit. Otherwise as [`kind`](Self::kind).
    #[inline]
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.why {
            EndKind::Violation(name) | EndKind::Limit(name) => name,
            EndKind::Clean | EndKind::Vanished | EndKind::Dropped => self.kind(),
        }
    }

    /// The name of the code in the close frame of this endpoint: as in the data of the draft, such as
    /// `going-away`; `other` for one that the draft does not define, `none` for a frame without a
    /// code. `None` if there was no close frame.
    #[inline]
    #[must_use]
    pub fn sent_name(&self) -> Option<&'static str> {
        self.sent.name(self.draft)
    }

    /// The name of the code in the close frame of the peer, as [`sent_name`](Self::sent_name).
    #[inline]
    #[must_use]
    pub fn received_name(&self) -> Option<&'static str> {
        self.received.name(self.draft)
    }
}

impl CloseFrame {
    #[inline]
    fn name(self, draft: &DraftInfo) -> Option<&'static str> {
        match self {
            Self::Absent => None,
            Self::Bare => Some("none"),
            Self::Code(code) => {
                let mut known = draft.close_codes.iter();
                Some(
                    known
                        .find(|it| it.code == code)
                        .map_or("other", |it| it.name),
                )
            }
        }
    }
}

impl From<Option<u16>> for CloseFrame {
    fn from(code: Option<u16>) -> Self {
        code.map_or(Self::Bare, Self::Code)
    }
}

/// [`Metrics`] that many connections share, as [`Config`](crate::Config) holds them.
#[derive(Clone)]
pub struct SharedMetrics(Arc<dyn Metrics>);

impl SharedMetrics {
    /// Shares them.
    #[must_use]
    pub fn new(metrics: impl Metrics + 'static) -> Self {
        Self(Arc::new(metrics))
    }
}

impl fmt::Debug for SharedMetrics {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedMetrics")
    }
}

/// Clones are equal.
impl PartialEq for SharedMetrics {
    fn eq(&self, other: &Self) -> bool {
        ptr::addr_eq(Arc::as_ptr(&self.0), Arc::as_ptr(&other.0))
    }
}

impl Eq for SharedMetrics {}
