//! A memory budget that connections share.

use alloc::{boxed::Box, sync::Arc};
use core::{
    fmt,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

/// A memory budget for the buffers of many connections: all connections of an acceptor, or of a
/// process.
///
/// [`Limits`](crate::Limits) bound one connection. A server with many connections may hold that many
/// times as much, unless they share a budget. Give one to
/// [`Acceptor::budget`](crate::handshake::Acceptor::budget),
/// [`Connector::budget`](crate::handshake::Connector::budget) or
/// [`Config::budget`](crate::Config::budget), and clones of it to everything that shares it.
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
/// The capacity of a connection's buffers counts: the assembled or inflated message, the bytes that
/// wait to be sent, and the received bytes that have not been processed. The first
/// [`ALLOWANCE`](Self::ALLOWANCE) bytes of each connection do not count, so that connections with
/// small messages go on whatever others hold.
///
/// A message that was handed out does not count any more, nor does one that waits in a `send` until
/// others are written: a peer that does not read makes it wait for as long as
/// [`Limits::write`](crate::Limits::write) allows. An application that sends back long messages, or
/// queues them, should [reserve](Self::reserve) memory for them before it waits. It should drop a
/// peer for which it holds memory for longer than the patience while memory is
/// [scarce](Self::is_scarce).
///
/// The buffers of a process hold at most the budget, plus the allowance for each connection. The
/// budget does not include compression contexts (see [`Limits`](crate::Limits)), TLS, and what the
/// application keeps.
///
/// # When it is used up
/// A connection gets memory only if at least as much as it holds stays free for the others: a single
/// connection gets at most half of the budget. Only the operation that would take more fails:
///
/// - Receiving a message: the connection fails with [`Limit::Memory`](crate::Limit::Memory), and the
///   close frame has the draft's code for an overloaded endpoint, or else for its policy. Messages
///   that were complete before are handed out first.
/// - Sending a message: it fails with [`Limit::SendMemory`](crate::Limit::SendMemory), and the
///   connection goes on.
/// - Responding to a ping: only the pong for the latest ping is kept until there is room.
///
/// # Peers that hold it for long
/// Peers may begin messages and never end them, or never read. Memory is scarce while less than a
/// quarter of the budget is free. A connection that has then held memory for the same message, or
/// for the same output, for longer than the [patience](Self::patience) fails with
/// [`Limit::Memory`](crate::Limit::Memory). While memory is not scarce, connections may take their
/// time. The adapter has the clock: the tokio adapter checks it while it waits in sending or
/// receiving, the blocking adapter between two reads. A program that drives a
/// [`Connection`](crate::Connection) without an adapter must check its own clock and call
/// [`Connection::expire`](crate::Connection::expire).
#[derive(Clone)]
pub struct Budget(Arc<Shared>);

struct Shared {
    bytes: usize,
    patience: Duration,
    used: AtomicUsize,
}

impl Budget {
    /// The bytes of each connection that do not count. 128 KiB.
    pub const ALLOWANCE: usize = 128 << 10;

    /// A budget of `bytes` bytes, with a patience of 10 s.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self::with_patience(bytes, Duration::from_secs(10))
    }

    /// A budget of `bytes` bytes, with another [patience](Self::patience).
    #[must_use]
    pub fn with_patience(bytes: usize, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            bytes,
            patience,
            used: AtomicUsize::new(0),
        }))
    }

    /// The bytes that all connections may hold together beyond their allowances.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.bytes
    }

    /// How long a connection may hold memory for one message while memory is scarce.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.0.patience
    }

    /// The bytes that are held now.
    #[must_use]
    pub fn used(&self) -> usize {
        self.0.used.load(Relaxed)
    }

    /// Whether less than a quarter of it is free.
    #[must_use]
    pub fn is_scarce(&self) -> bool {
        self.bytes().saturating_sub(self.used()) < self.bytes().div_ceil(4)
    }

    /// Reserves bytes for memory that the application holds, for example messages that wait for a
    /// slow reader. Dropping the result frees them. `None` if fewer than `bytes` bytes would stay
    /// free. No connection fails for holding them too long; the application must see to that.
    #[must_use]
    pub fn reserve(&self, bytes: usize) -> Option<Reserved> {
        self.take(bytes, bytes).then(|| Reserved {
            budget: self.clone(),
            bytes,
        })
    }

    /// Takes `more` bytes for a connection that then holds `held`, if at least as many stay free.
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
    #[inline]
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

impl Reserved {
    /// Whether it is of this budget.
    #[cfg(feature = "std")]
    pub(crate) fn is_of(&self, budget: &Budget) -> bool {
        self.budget == *budget
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.budget.0.used.fetch_sub(self.bytes, Relaxed);
    }
}

/// Two budgets are equal if they are clones of each other.
impl PartialEq for Budget {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Budget {}

/// The memory that one connection holds. Only the buffers of the connection use it, so there are no
/// races.
#[derive(Debug)]
pub(crate) struct Account {
    budget: Budget,
    /// Bytes of its buffers, including the allowance.
    held: AtomicUsize,
    /// The number of messages that have begun.
    begun: AtomicU32,
    /// How often all output has been sent.
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

    /// The part of `held` bytes that counts against the budget.
    const fn counted(held: usize) -> usize {
        held.saturating_sub(Budget::ALLOWANCE)
    }

    /// Bytes that it holds of the budget.
    #[cfg(feature = "std")]
    fn charged(&self) -> usize {
        Self::counted(self.held.load(Relaxed))
    }

    /// Takes `more` bytes if the budget allows it.
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

    /// Notes that the size of a buffer has changed.
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

/// Reports the memory of a buffer to an account, if there is a budget. Boxed, since every buffer of
/// every connection has a place for it.
#[derive(Debug, Default)]
pub(crate) struct Meter(Option<Box<Metered>>);

#[derive(Debug)]
struct Metered {
    account: Arc<Account>,
    counted: usize,
}

impl Meter {
    pub(crate) fn of(account: Option<Arc<Account>>) -> Self {
        Self(account.map(|account| {
            Box::new(Metered {
                account,
                counted: 0,
            })
        }))
    }

    /// Whether the buffer may grow to this capacity, which then counts.
    #[inline]
    pub(crate) fn admits(&mut self, capacity: usize) -> bool {
        match self.0.as_deref_mut() {
            None => true,
            Some(Metered { account, counted }) => {
                let more = capacity.saturating_sub(*counted);
                let admitted = more == 0 || account.take(more);
                if admitted {
                    *counted += more;
                }
                admitted
            }
        }
    }

    /// Counts the capacity of the buffer, whether the budget allows it or not.
    #[inline]
    pub(crate) fn settle(&mut self, capacity: usize) {
        if let Some(Metered { account, counted }) = self.0.as_deref_mut() {
            if capacity != *counted {
                account.adjust(*counted, capacity);
                *counted = capacity;
            }
        }
    }

    /// Whether there is an account.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) const fn is_counting(&self) -> bool {
        self.0.is_some()
    }

    /// Notes that all bytes of the buffer have been sent.
    #[inline]
    pub(crate) fn drained(&self) {
        if let Some(metered) = &self.0 {
            metered.account.drained.fetch_add(1, Relaxed);
        }
    }
}

/// The times since which a connection has held memory of its budget for the same message and for
/// the same output.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(crate) struct Lease<I> {
    message: Option<(u32, I)>,
    output: Option<(u32, I)>,
}

#[cfg(feature = "std")]
impl<I> Default for Lease<I> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "std")]
impl<I> Lease<I> {
    /// A lease of nothing.
    pub(crate) const fn new() -> Self {
        Self {
            message: None,
            output: None,
        }
    }
}

#[cfg(feature = "std")]
impl<I: Copy + Ord> Lease<I> {
    /// The earlier of the two times; `None` if it holds nothing of the budget. `message` tells whether
    /// part of a message has been received, `output` whether bytes wait to be sent, and `sharing`
    /// whether payloads that other connections share are among them.
    pub(crate) fn since(
        &mut self,
        account: &Account,
        message: bool,
        output: bool,
        sharing: bool,
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
        let output = since(
            &mut self.output,
            (holds && output) || sharing,
            &account.drained,
        );
        message.into_iter().chain(output).min()
    }

    /// Resets both times.
    pub(crate) fn renew(&mut self) {
        *self = Self::new();
    }
}
