//! Counts what connections do, without another crate.

use alloc::{collections::BTreeMap, sync::Arc};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    machine::metrics::{End, Metrics},
    protocol::info::{DraftInfo, Kind, Role},
};

mod exposition;

pub use self::exposition::Exposition;

/// Counts what the connections of an acceptor, a client or a whole program do. Clones count
/// together.
///
/// ```
/// use wsdraft::metrics::Counters;
///
/// let counters = Counters::new();
/// // Give clones to an `Acceptor`, and print the sums now and then.
/// let now = counters.snapshot();
/// println!("{} open, {} messages received", now.open, now.received.messages());
/// // The text format of Prometheus.
/// println!("{now}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Sums>);

#[derive(Debug, Default)]
struct Sums {
    started: AtomicU64,
    succeeded: AtomicU64,
    opened: AtomicU64,
    received: [Sum; KINDS.len()],
    sent: [Sum; KINDS.len()],
    rare: Mutex<Rare>,
}

#[derive(Debug, Default)]
struct Sum {
    count: AtomicU64,
    bytes: AtomicU64,
}

/// What is counted once in the life of a connection.
#[derive(Clone, Debug, Default)]
struct Rare {
    failed: BTreeMap<&'static str, u64>,
    ended: BTreeMap<&'static str, u64>,
    close_received: BTreeMap<&'static str, u64>,
    close_sent: BTreeMap<&'static str, u64>,
}

/// The sums of [`Counters`] at one moment. The keys of the maps are the names that [`Metrics`] and
/// [`End`] document, so their number is bounded.
///
/// Its text is in the format that Prometheus reads:
///
/// ```text
/// websocket_connections_open 3
/// websocket_messages_total{direction="received",kind="text"} 17
/// ```
///
/// The names of the metrics are those of `Emitter` (feature `metrics`), and the labels are fewer:
/// there is no `role`, no `draft` and no `result`. Give clients and servers different [`Counters`] to
/// tell them apart, and print them with an [`Exposition`], which labels them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Opening handshakes in progress.
    pub handshakes: u64,
    /// Opening handshakes that led to no connection, by [reason](Metrics::handshake_failed).
    pub failed: BTreeMap<&'static str, u64>,
    /// Connections that have been opened.
    pub opened: u64,
    /// Connections that are open.
    pub open: u64,
    /// Messages and control frames that were received.
    pub received: Traffic,
    /// Messages and control frames that were taken to be sent.
    pub sent: Traffic,
    /// Connections that have ended, by [`End::name`].
    pub ended: BTreeMap<&'static str, u64>,
    /// Close frames of peers in connections that have ended, by [`End::received_name`].
    pub close_received: BTreeMap<&'static str, u64>,
    /// Close frames of this endpoint in connections that have ended, by [`End::sent_name`].
    pub close_sent: BTreeMap<&'static str, u64>,
}

/// What went in one direction, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Text messages.
    pub text: Volume,
    /// Binary messages.
    pub binary: Volume,
    /// Pings.
    pub ping: Volume,
    /// Pongs.
    pub pong: Volume,
    /// Close frames.
    pub close: Volume,
    /// Frames with an opcode of an extension.
    pub extension: Volume,
}

/// A number of messages or control frames, and the bytes of their payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Volume {
    /// How many.
    pub count: u64,
    /// Bytes of payload.
    pub bytes: u64,
}

impl Counters {
    /// Nothing counted yet.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The sums now. Each is exact; they may be of slightly different moments while connections
    /// work.
    #[inline]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        // In this order, no difference becomes negative.
        let rare = self.rare(|rare| rare.clone());
        let succeeded = self.0.succeeded.load(Relaxed);
        let opened = self.0.opened.load(Relaxed);
        let started = self.0.started.load(Relaxed);
        let sum = |of: &BTreeMap<_, u64>| of.values().sum::<u64>();
        Snapshot {
            handshakes: started.saturating_sub(succeeded.saturating_add(sum(&rare.failed))),
            opened,
            open: opened.saturating_sub(sum(&rare.ended)),
            received: traffic(&self.0.received),
            sent: traffic(&self.0.sent),
            failed: rare.failed,
            ended: rare.ended,
            close_received: rare.close_received,
            close_sent: rare.close_sent,
        }
    }

    fn rare<R>(&self, then: impl FnOnce(&mut Rare) -> R) -> R {
        // No map is left half changed.
        then(&mut self.0.rare.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Metrics for Counters {
    #[inline]
    fn handshake_started(&self, _: Role) {
        self.0.started.fetch_add(1, Relaxed);
    }

    #[inline]
    fn handshake_failed(&self, _: Role, why: &'static str) {
        self.rare(|rare| add(&mut rare.failed, why));
    }

    #[inline]
    fn handshake_succeeded(&self, _: Role) {
        self.0.succeeded.fetch_add(1, Relaxed);
    }

    #[inline]
    fn opened(&self, _: Role, _: &'static DraftInfo) {
        self.0.opened.fetch_add(1, Relaxed);
    }

    #[inline]
    fn received(&self, _: Role, kind: Kind, bytes: usize) {
        count(&self.0.received, kind, bytes);
    }

    #[inline]
    fn sent(&self, _: Role, kind: Kind, bytes: usize) {
        count(&self.0.sent, kind, bytes);
    }

    #[inline]
    fn ended(&self, _: Role, end: &End) {
        self.rare(|rare| {
            add(&mut rare.ended, end.name());
            if let Some(code) = end.received_name() {
                add(&mut rare.close_received, code);
            }
            if let Some(code) = end.sent_name() {
                add(&mut rare.close_sent, code);
            }
        });
    }
}

/// The kinds that are counted, by their place.
pub(super) const KINDS: [&str; 6] = ["text", "binary", "ping", "pong", "close", "extension"];

/// The place of a kind among [`KINDS`].
pub(super) const fn place(kind: Kind) -> usize {
    match kind {
        Kind::Text => 0,
        Kind::Binary | Kind::Continuation => 1,
        Kind::Ping => 2,
        Kind::Pong => 3,
        Kind::Close => 4,
        Kind::Extension | Kind::ExtensionControl | Kind::Reserved => 5,
    }
}

#[inline]
fn count(sums: &[Sum; KINDS.len()], kind: Kind, bytes: usize) {
    if let Some(sum) = sums.get(place(kind)) {
        sum.count.fetch_add(1, Relaxed);
        sum.bytes.fetch_add(bytes as u64, Relaxed);
    }
}

#[inline]
fn add(sums: &mut BTreeMap<&'static str, u64>, name: &'static str) {
    *sums.entry(name).or_default() += 1;
}

#[inline]
fn traffic(sums: &[Sum; KINDS.len()]) -> Traffic {
    let [text, binary, ping, pong, close, extension] = sums.each_ref().map(|sum| Volume {
        count: sum.count.load(Relaxed),
        bytes: sum.bytes.load(Relaxed),
    });
    Traffic {
        text,
        binary,
        ping,
        pong,
        close,
        extension,
    }
}

impl Traffic {
    /// The number of messages: text and binary.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.text.count + self.binary.count
    }

    /// The bytes of all payloads.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.volumes().iter().map(|volume| volume.bytes).sum()
    }

    /// In the order of [`KINDS`].
    const fn volumes(&self) -> [Volume; KINDS.len()] {
        [
            self.text,
            self.binary,
            self.ping,
            self.pong,
            self.close,
            self.extension,
        ]
    }
}

pub(super) const HANDSHAKES: &str = "websocket_handshakes_open";
pub(super) const FAILED: &str = "websocket_handshakes_failed_total";
pub(super) const OPENED: &str = "websocket_connections_opened_total";
pub(super) const OPEN: &str = "websocket_connections_open";
pub(super) const MESSAGES: &str = "websocket_messages_total";
pub(super) const BYTES: &str = "websocket_payload_bytes_total";
pub(super) const ENDED: &str = "websocket_connections_ended_total";
pub(super) const CLOSE_FRAMES: &str = "websocket_close_frames_total";
