//! Memory that many connections share.

use alloc::sync::Arc;
use core::{
    fmt,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

/// Memory for the buffers of many connections: of all that an acceptor accepts, or of a whole
/// process.
///
/// [`Limits`](crate::Limits) bound one connection. A server that has many of them holds that many
/// times as much, unless they share a budget. Give one to
/// [`Acceptor::budget`](crate::handshake::Acceptor::budget),
/// [`Connector::budget`](crate::handshake::Connector::budget) or
/// [`Config::budget`](crate::Config::budget), and a clone of it to whatever shall share it.
///
/// ```
/// use wsdraft::{Budget, Config, Limits};
///
/// let budget = Budget::new(256 << 20);
/// let mut config = Config::with_limits(Limits::default());
/// config.budget = Some(budget.clone());
/// assert_eq!(budget.used(), 0);
/// ```
///
/// # What counts
/// The buffers of a connection count with their capacity: the message that is put together or
/// inflated, what waits to be sent, and what was received and not looked at. The first
/// [`ALLOWANCE`](Self::ALLOWANCE) bytes of each connection are its own and do not count, so that
/// connections with small messages go on whatever others hold.
///
/// A message that was handed out is the application's and does not count any more, nor does one
/// that waits in a `send` until others are written: a peer that does not read makes it wait for as
/// long as [`Limits::write`](crate::Limits::write) allows. Whoever sends back long messages, or
/// keeps them in a queue, should [reserve](Self::reserve) memory for them before it waits, and give
/// up a peer for which it holds some for longer than the patience while memory is
/// [scarce](Self::is_scarce).
///
/// A process holds at most the budget, and the allowance once for each connection. Not in it are
/// the states of compression (see [`Limits`](crate::Limits)), TLS, and whatever the application
/// keeps.
///
/// # When it is used up
/// No connection gets more than what it leaves free for the others: one alone gets no more than
/// half of the budget. What would take more fails and nothing else does:
///
/// - A message that is received: the connection fails with
///   [`Limit::Memory`](crate::Limit::Memory), and the peer is told the close code that the draft
///   has for an end that is overloaded, or else for its policy. Messages that were complete before
///   are handed out first.
/// - A message to be sent: it is not taken, with
///   [`Limit::SendMemory`](crate::Limit::SendMemory), and the connection goes on.
/// - A pong: only the one for the latest ping is kept until there is room.
///
/// # Who holds it for long
/// Peers may begin messages and never end them, or never read. Memory is scarce while less than a
/// quarter of the budget is free. A connection that then has held some of it for the same
/// message, or has not got rid of what waits to be sent, for longer than the
/// [patience](Self::patience), fails with [`Limit::Memory`](crate::Limit::Memory). While memory is
/// not scarce, it may take its time. The clock is the adapter's: that for tokio looks at it while
/// it waits in sending or receiving, the blocking one between two reads. Whoever drives a
/// [`Connection`](crate::Connection) without an adapter has to look at its own and to call
/// [`Connection::expire`](crate::Connection::expire).
#[derive(Clone)]
pub struct Budget(Arc<Shared>);

struct Shared {
    bytes: usize,
    patience: Duration,
    used: AtomicUsize,
}

impl Budget {
    /// Bytes of each connection that do not count. 128 KiB.
    pub const ALLOWANCE: usize = 128 << 10;

    /// So many bytes, and a patience of 10 s.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self::with_patience(bytes, Duration::from_secs(10))
    }

    /// So many bytes, and another [patience](Self::patience).
    #[must_use]
    pub fn with_patience(bytes: usize, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            bytes,
            patience,
            used: AtomicUsize::new(0),
        }))
    }

    /// Bytes that all connections may hold together beyond their allowances.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.bytes
    }

    /// How long a connection may hold some of it for one message while it is scarce.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.0.patience
    }

    /// Bytes that are held at the moment.
    #[must_use]
    pub fn used(&self) -> usize {
        self.0.used.load(Relaxed)
    }

    /// Whether less than a quarter of it is free.
    #[must_use]
    pub fn is_scarce(&self) -> bool {
        self.bytes().saturating_sub(self.used()) < self.bytes().div_ceil(4)
    }

    /// Takes so many bytes for what the application itself keeps, for instance messages that wait
    /// for a slow reader; they are given back when this is dropped. `None` where that would leave
    /// less than as much. No connection holds them, so that none fails for having them too long:
    /// that is for the application to see to.
    #[must_use]
    pub fn reserve(&self, bytes: usize) -> Option<Reserved> {
        self.take(bytes, bytes).then(|| Reserved {
            budget: self.clone(),
            bytes,
        })
    }

    /// Takes `more` bytes for a connection that then holds `held`, if that leaves as much.
    fn take(&self, more: usize, held: usize) -> bool {
        let used = self.0.used.fetch_update(Relaxed, Relaxed, |used| {
            let after = used.checked_add(more)?;
            let free = self.0.bytes.checked_sub(after)?;
            (held <= free).then_some(after)
        });
        used.is_ok()
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("bytes", &self.bytes())
            .field("patience", &self.patience())
            .field("used", &self.used())
            .finish()
    }
}

/// Bytes of a [`Budget`] that the application has [reserved](Budget::reserve).
#[derive(Debug)]
pub struct Reserved {
    budget: Budget,
    bytes: usize,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.budget.0.used.fetch_sub(self.bytes, Relaxed);
    }
}

/// Two are equal if they are the same.
impl PartialEq for Budget {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Budget {}

/// What one connection holds. Only the connection's buffers have it, and whoever has the
/// connection has them all, so that nothing here is raced for.
#[derive(Debug)]
pub(crate) struct Account {
    budget: Budget,
    /// Bytes of its buffers, those of the allowance included.
    held: AtomicUsize,
    /// Messages that were begun.
    begun: AtomicU32,
    /// How often everything was sent.
    drained: AtomicU32,
}

impl Account {
    pub(crate) fn new(budget: Budget) -> Arc<Self> {
        Arc::new(Self {
            budget,
            held: AtomicUsize::new(0),
            begun: AtomicU32::new(0),
            drained: AtomicU32::new(0),
        })
    }

    /// Of so many bytes, those that count.
    const fn counted(held: usize) -> usize {
        held.saturating_sub(Budget::ALLOWANCE)
    }

    /// What it holds of the budget.
    #[cfg(feature = "std")]
    fn charged(&self) -> usize {
        Self::counted(self.held.load(Relaxed))
    }

    /// Takes more, if there is as much.
    fn take(&self, more: usize) -> bool {
        let before = self.held.load(Relaxed);
        let after = before.saturating_add(more);
        let charged = Self::counted(after);
        let due = charged - Self::counted(before);
        if due > 0 && !self.budget.take(due, charged) {
            return false;
        }
        self.held.store(after, Relaxed);
        true
    }

    /// Notes that a buffer has come from one size to another.
    fn adjust(&self, from: usize, to: usize) {
        let before = self.held.load(Relaxed);
        let after = before.saturating_sub(from).saturating_add(to);
        self.held.store(after, Relaxed);
        let (before, after) = (Self::counted(before), Self::counted(after));
        let used = &self.budget.0.used;
        if after > before {
            used.fetch_add(after - before, Relaxed);
        } else if after < before {
            used.fetch_sub(before - after, Relaxed);
        }
    }

    pub(crate) fn begins(&self) {
        self.begun.fetch_add(1, Relaxed);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.adjust(self.held.load(Relaxed), 0);
    }
}

/// Tells an account what a buffer holds; without a budget there is none.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    account: Option<Arc<Account>>,
    counted: usize,
}

impl Meter {
    pub(crate) const fn of(account: Option<Arc<Account>>) -> Self {
        Self {
            account,
            counted: 0,
        }
    }

    /// Whether the buffer may grow to so many bytes, which are then counted.
    #[inline]
    pub(crate) fn admits(&mut self, capacity: usize) -> bool {
        match &self.account {
            None => true,
            Some(account) => {
                let more = capacity.saturating_sub(self.counted);
                let admitted = more == 0 || account.take(more);
                if admitted {
                    self.counted += more;
                }
                admitted
            }
        }
    }

    /// Counts what the buffer holds, whatever it is.
    #[inline]
    pub(crate) fn settle(&mut self, capacity: usize) {
        if let Some(account) = &self.account {
            if capacity != self.counted {
                account.adjust(self.counted, capacity);
                self.counted = capacity;
            }
        }
    }

    /// Says that the buffer got rid of all that was in it.
    #[inline]
    pub(crate) fn drained(&self) {
        if let Some(account) = &self.account {
            account.drained.fetch_add(1, Relaxed);
        }
    }
}

/// Since when a connection holds some of its budget for the same message, and for the same things
/// to be sent.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(crate) struct Lease<I> {
    message: Option<(u32, I)>,
    output: Option<(u32, I)>,
}

#[cfg(feature = "std")]
impl<I: Copy + Ord> Lease<I> {
    /// Of nothing.
    pub(crate) const fn new() -> Self {
        Self {
            message: None,
            output: None,
        }
    }

    /// The earlier of the two; `None` where it holds nothing of the budget. `message` says whether
    /// a message has begun to come, `output` whether something waits to be sent.
    pub(crate) fn since(
        &mut self,
        account: &Account,
        message: bool,
        output: bool,
        now: I,
    ) -> Option<I> {
        let holds = account.charged() > 0;
        let since = |lease: &mut Option<(u32, I)>, holds: bool, count: &AtomicU32| {
            let count = count.load(Relaxed);
            *lease = match *lease {
                _ if !holds => None,
                Some(known) if known.0 == count => Some(known),
                _ => Some((count, now)),
            };
            lease.map(|(_, since)| since)
        };
        let message = since(&mut self.message, holds && message, &account.begun);
        let output = since(&mut self.output, holds && output, &account.drained);
        message.into_iter().chain(output).min()
    }

    /// Starts anew.
    pub(crate) const fn renew(&mut self) {
        *self = Self::new();
    }
}
