//! What went over a connection: counted, and shown where the log shows so much.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use wsdraft::{
    Connection, Ending, Role,
    handshake::Offer,
    info::{DraftInfo, Kind},
    metrics::{CloseFrame, End, EndKind, Metrics},
};

use super::{
    journal::{Amount, Closed, Entry, Journal, Level},
    tap::{Heads, Tap},
};
use crate::{channel::Fate, events::AgreedExtension, specs::Spoken};

/// Bytes of a head that are shown: no more are taken for one.
const LONGEST_HEAD: usize = 16 << 10;

/// Bytes of a handshake that are kept in each direction. A request, and what is read with it before anything is decided,
/// have fewer. A client whose request is refused may send without end, and a file may be of any length.
const MOST_KEPT: usize = 64 << 10;

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) journal: Journal,
    /// What the log calls the peer.
    pub(super) peer: String,
    /// Whether what comes and goes is kept, since the handshake is not over.
    is_opening: AtomicBool,
    /// Whether anybody wants to see what comes and goes.
    is_shown: bool,
    heads: Mutex<Heads>,
    tap: Mutex<Option<Tap>>,
    received: Counted,
    sent: Counted,
    end: Mutex<Option<End>>,
    /// Why it was dropped, if it is a channel.
    fate: Option<Arc<Fate>>,
}

#[derive(Debug, Default)]
struct Counted {
    messages: AtomicU64,
    bytes: AtomicU64,
}

/// A connection that is open, since when, and as whom.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    pub(super) draft: Spoken,
    pub(super) path: &'a str,
    pub(super) origin: Option<&'a str>,
    pub(super) subprotocol: Option<&'a str>,
    pub(super) agreed: &'a wsdraft::extension::Agreed,
    /// From which level on what passes is shown.
    pub(super) shown: Level,
}

impl<'a> Opened<'a> {
    /// A connection that an offer has opened.
    pub(super) fn of(
        connection: &'a Connection<Spoken>,
        offer: &'a Offer,
        subprotocol: Option<&'a str>,
        shown: Level,
    ) -> Self {
        Self {
            draft: *connection.draft(),
            path: &offer.resource,
            origin: offer.origin.as_deref(),
            subprotocol,
            agreed: connection.agreed(),
            shown,
        }
    }
}

impl Record {
    /// A record of a connection that has just begun.
    pub(super) fn new(journal: Journal, peer: &str) -> Arc<Self> {
        Arc::new(Self::with(journal, peer, None))
    }

    /// A record of a channel that has just begun.
    pub(super) fn of_channel(journal: Journal, peer: &str, fate: Arc<Fate>) -> Arc<Self> {
        Arc::new(Self::with(journal, peer, Some(fate)))
    }

    fn with(journal: Journal, peer: &str, fate: Option<Arc<Fate>>) -> Self {
        Self {
            journal,
            peer: peer.to_owned(),
            is_opening: AtomicBool::new(true),
            is_shown: journal.level >= Level::Messages,
            heads: Mutex::default(),
            tap: Mutex::default(),
            received: Counted::default(),
            sent: Counted::default(),
            end: Mutex::default(),
            fate,
        }
    }

    /// Where it is noted why it was dropped, if it is a channel.
    pub(super) const fn fate(&self) -> Option<&Arc<Fate>> {
        self.fate.as_ref()
    }

    /// Logs something about this connection.
    pub(super) fn note(&self, entry: &Entry<'_>) {
        self.journal.note(Some(&self.peer), entry);
    }

    /// Notes bytes that came or went.
    pub(super) fn passed(&self, by: Role, bytes: &[u8]) {
        if self.is_opening.load(Relaxed) {
            let mut heads = lock(&self.heads);
            let kept = match by {
                Role::Client => &mut heads.received,
                Role::Server => &mut heads.sent,
            };
            let room = MOST_KEPT.saturating_sub(kept.len());
            kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        } else if self.is_shown
            && let Some(tap) = &mut *lock(&self.tap)
        {
            tap.push(by, bytes, |entry| self.note(entry));
        }
    }

    /// Takes what came and went so far, to begin anew: after a request that was answered, or to
    /// have it read again.
    pub(super) fn take_heads(&self) -> Heads {
        std::mem::take(&mut lock(&self.heads))
    }

    /// Logs the heads so far.
    pub(super) fn show_heads(&self) {
        if self.is_shown {
            let heads = lock(&self.heads);
            for (from, bytes) in [("client", &heads.received), ("server", &heads.sent)] {
                let end = wsdraft::handshake::parse::head_end(bytes).unwrap_or(bytes.len());
                let end = end.min(LONGEST_HEAD);
                let head = String::from_utf8_lossy(&bytes[..end]);
                let head = head.trim_end();
                if !head.is_empty() {
                    self.note(&Entry::Head { from, head });
                }
            }
        }
    }

    /// What comes from here on is a part of a handshake again.
    pub(super) fn begin(&self) {
        self.is_opening.store(true, Relaxed);
    }

    /// What comes from here on is no part of a handshake.
    pub(super) fn settle(&self) -> Heads {
        self.is_opening.store(false, Relaxed);
        self.take_heads()
    }

    /// Logs that the connection is open.
    pub(super) fn open(&self, opened: &Opened<'_>) -> Instant {
        let agreed = AgreedExtension::list(opened.agreed);
        self.note(&Entry::Open {
            path: opened.path.split('?').next().unwrap_or_default(),
            draft: opened.draft.info().short,
            origin: opened.origin,
            subprotocol: opened.subprotocol,
            extensions: opened.agreed.header(),
            agreed: &agreed,
        });
        self.show_heads();
        let heads = self.settle();
        if self.journal.level >= opened.shown {
            let mut tap = Tap::new(opened.draft, opened.agreed, &heads);
            tap.push(
                Role::Client,
                &tap_rest(opened.draft.info(), &heads),
                |entry| {
                    self.note(entry);
                },
            );
            *lock(&self.tap) = Some(tap);
        }
        Instant::now()
    }

    /// Logs how an open connection ended.
    pub(super) fn close(
        &self,
        draft: &'static DraftInfo,
        since: Instant,
        ending: Option<&Ending>,
        error: Option<String>,
    ) {
        let mut closed = Closed::new(draft, since.elapsed());
        let mut is_clean = false;
        if let Some(end) = lock(&self.end).take() {
            closed.how = end.kind();
            is_clean = end.why == EndKind::Clean;
            if let EndKind::Violation(name) | EndKind::Limit(name) = end.why {
                closed.rule = Some(name);
            }
            // Of a clean end, the first close frame counts; of any other one, ours.
            let theirs = end.why == EndKind::Clean && end.by == Role::Client;
            let (frame, name) = match theirs {
                true => (end.received, end.received_name()),
                false => (end.sent, end.sent_name()),
            };
            let by = if theirs { Role::Client } else { Role::Server };
            closed.by =
                (frame != CloseFrame::Absent || end.why == EndKind::Clean).then_some(by.as_str());
            if let CloseFrame::Code(code) = frame {
                (closed.code, closed.code_name) = (Some(code), name);
            }
        }
        let reason = ending.map(|ending| ending.reason.to_string());
        closed.reason = reason.filter(|reason| !reason.is_empty());
        closed.error = error;
        let fate = self.fate.as_ref();
        if let Some(dropped) = fate.and_then(|fate| fate.report(Role::Server)) {
            closed.dropped_with(dropped, is_clean);
        }
        (closed.received, closed.sent) = (self.received.amount(), self.sent.amount());
        self.note(&Entry::Closed(Box::new(closed)));
    }
}

/// What a client sent after its request, in the bytes that came before the handshake was over.
fn tap_rest(draft: &DraftInfo, heads: &Heads) -> Vec<u8> {
    let end = wsdraft::handshake::parse::head_end(&heads.received).unwrap_or_default();
    let rest = heads.received.get(end + draft.request_body..);
    rest.unwrap_or_default().to_vec()
}

impl Counted {
    fn add(&self, kind: Kind, bytes: usize) {
        if matches!(kind, Kind::Text | Kind::Binary) {
            self.messages.fetch_add(1, Relaxed);
            self.bytes.fetch_add(bytes as u64, Relaxed);
        }
    }

    fn amount(&self) -> Amount {
        Amount {
            messages: self.messages.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
        }
    }
}

/// A record that counts what a connection does.
#[derive(Clone, Debug)]
pub(super) struct Counting(pub(super) Arc<Record>);

impl Metrics for Counting {
    fn received(&self, _: Role, kind: Kind, bytes: usize) {
        self.0.received.add(kind, bytes);
    }

    fn sent(&self, _: Role, kind: Kind, bytes: usize) {
        self.0.sent.add(kind, bytes);
    }

    fn ended(&self, _: Role, end: &End) {
        *lock(&self.0.end) = Some(*end);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
