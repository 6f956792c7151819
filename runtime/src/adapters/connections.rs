//! The open connections of a server, and how to close them all.

use std::{
    collections::HashMap,
    future::Future,
    mem,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use ::tokio::{
    sync::Notify,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};

/// Tracks open connections, for a graceful shutdown. Clones share what they track.
///
/// An [`Acceptor`](crate::tokio::Acceptor::connections) adds every connection that it accepts: over
/// tokio, hyper and axum. [`WebSocket::track`](crate::tokio::WebSocket::track) adds any other.
///
/// ```no_run
/// use std::{io, time::Duration};
///
/// use tokio::net::TcpListener;
/// use wsdraft::{Draft, Error, tokio::{Acceptor, Connections}};
///
/// async fn serve<D>(draft: D, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()>
/// where
///     D: Draft + Clone + Send + Sync + 'static,
/// {
///     let connections = Connections::new();
///     let acceptor = Acceptor::new(draft).connections(&connections);
///     let mut stop = std::pin::pin!(stop);
///     loop {
///         let (stream, _) = tokio::select! {
///             accepted = listener.accept() => accepted?,
///             () = &mut stop => break,
///         };
///         let acceptor = acceptor.clone();
///         connections.spawn(async move {
///             let mut socket = acceptor.accept(stream).await?;
///             // After `close`, this receives what the client has sent, and then `None`.
///             while let Some(message) = socket.recv().await? {
///                 socket.send(message).await?;
///             }
///             Ok::<_, Error>(())
///         });
///     }
///     let closed = connections.close(Duration::from_secs(10)).await;
///     println!("{} of {} connections closed cleanly", closed.clean, closed.open);
///     Ok(())
/// }
/// ```
///
/// # What a connection's task sees
/// After [`close`](Self::close), a task that receives, or receives next, first gets the messages
/// that have arrived. Then the connection sends a close frame with the draft's code for an endpoint
/// that goes away (1001 in RFC 6455), or none if the draft has none. Messages that the peer sends
/// before its own close frame are still received. Then `recv` returns `None`, at the latest after
/// [`Limits::close`](crate::Limits::close), and [`ended`](crate::tokio::WebSocket::ended) tells how
/// the connection ended. Sending fails as soon as the close frame is sent. Two halves do the same: the
/// half that receives closes.
///
/// A task that never receives does not learn of the shutdown: it can ask
/// [`is_closing`](Self::is_closing). At the deadline it is aborted if it was started with
/// [`spawn`](Self::spawn), as axum's are. Otherwise only its connection ends: `recv` returns `None`,
/// and a call that would wait for the stream fails. A task that does neither goes on, and one that
/// never yields to the runtime cannot be stopped at all.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    shared: Arc<Shared>,
}

/// How the connections of a server were closed. Each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closed {
    /// Connections that were open when the closing began, and those that were opened later.
    pub open: usize,
    /// Those that both endpoints closed with the closing handshake of the draft.
    pub clean: usize,
    /// Those that were still open at the deadline.
    pub aborted: usize,
    /// Those that ended otherwise: the client left, violated a rule or did not respond to the close
    /// frame in time, or the application dropped the connection.
    pub failed: usize,
    /// Tasks from [`Connections::spawn`] that were still running at the deadline, and were aborted.
    pub tasks: usize,
}

#[derive(Debug, Default)]
struct Shared {
    order: AtomicU8,
    state: Mutex<State>,
    /// Notified when a connection or a task has ended.
    ended: Notify,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    sockets: HashMap<u64, Arc<Slot>>,
    /// The tasks. A handle is missing for a moment while a task starts.
    tasks: HashMap<u64, Option<AbortHandle>>,
    closed: Closed,
    /// Connections with lower keys are already counted.
    counted: u64,
}

/// The waker of a task that waits for a connection.
#[derive(Debug, Default)]
struct Slot(Mutex<Option<Waker>>);

/// What connections have to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Go on.
    Stay,
    /// Close.
    Close,
    /// End at once.
    Abort,
}

impl Connections {
    /// No connections.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of open connections. A connection is open from the end of its opening handshake
    /// until it has ended and its stream is closed, or until it is dropped.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.state().sockets.len()
    }

    /// Whether no connection is open.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether [`close`](Self::close) was called.
    #[inline]
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.shared.order() != Order::Stay
    }

    /// Starts a task of tokio that [`close`](Self::close) waits for, and aborts at its deadline. A
    /// task that is started later is aborted at once.
    ///
    /// # Panics
    /// Outside a runtime of tokio, as [`tokio::spawn`](::tokio::spawn).
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let key = {
            let mut state = self.shared.state();
            let key = state.key();
            state.tasks.insert(key, None);
            key
        };
        let running = Running {
            shared: Arc::clone(&self.shared),
            key,
        };
        // Without the lock: without a runtime, this drops the task.
        let handle = ::tokio::spawn(async move {
            let _running = running;
            task.await
        });
        if let Some(task) = self.shared.state().tasks.get_mut(&key) {
            *task = Some(handle.abort_handle());
        }
        if self.shared.order() == Order::Abort {
            handle.abort();
        }
        handle
    }

    /// Closes all connections, and those that are still opened. Waits until they and the
    /// [tasks](Self::spawn) have ended, but not longer than `within`. Then aborts the rest, and
    /// returns without waiting for it.
    ///
    /// Stop accepting connections first. A task from [`spawn`](Self::spawn) that calls this waits for
    /// itself.
    ///
    /// # Cancel safety
    /// If the future is dropped, connections still close, and none is aborted. Another call goes on
    /// with a new deadline, and its result includes what has ended meanwhile.
    #[inline]
    pub async fn close(&self, within: Duration) -> Closed {
        self.shared.tell(Order::Close);
        if timeout(within, self.shared.idle()).await.is_err() {
            self.shared.abort();
        }
        self.shared.closed()
    }

    /// Adds a connection.
    pub(crate) fn place(&self) -> Place {
        let slot = Arc::new(Slot::default());
        let mut state = self.shared.state();
        let key = state.key();
        state.sockets.insert(key, Arc::clone(&slot));
        drop(state);
        Place {
            shared: Arc::clone(&self.shared),
            key,
            slot,
            clean: false,
        }
    }
}

impl Shared {
    fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Stay,
            1 => Order::Close,
            _ => Order::Abort,
        }
    }

    #[inline]
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Gives an order, and wakes all connections. An order replaces lesser ones only.
    #[inline]
    fn tell(&self, order: Order) {
        self.order.fetch_max(order as u8, Ordering::AcqRel);
        let slots: Vec<_> = self.state().sockets.values().cloned().collect();
        for slot in slots {
            let waker = lock(&slot.0).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Waits until no connection is open and no task runs.
    #[inline]
    async fn idle(&self) {
        loop {
            let mut ended = pin!(self.ended.notified());
            // From here on, nothing is missed.
            ended.as_mut().enable();
            if self.state().is_idle() {
                return;
            }
            ended.await;
        }
    }

    #[inline]
    fn abort(&self) {
        let mut state = self.state();
        if state.is_idle() {
            return;
        }
        // Before the tasks are taken: a task that starts meanwhile then sees the order.
        self.order.fetch_max(Order::Abort as u8, Ordering::AcqRel);
        let next = state.next;
        let counted = mem::replace(&mut state.counted, next);
        state.closed.aborted += state.sockets.keys().filter(|&&key| key >= counted).count();
        let tasks = mem::take(&mut state.tasks);
        state.closed.tasks += tasks.len();
        drop(state);
        self.tell(Order::Abort);
        for task in tasks.into_values().flatten() {
            task.abort();
        }
    }

    #[inline]
    fn closed(&self) -> Closed {
        let closed = self.state().closed;
        Closed {
            open: closed.clean + closed.aborted + closed.failed,
            ..closed
        }
    }
}

impl State {
    #[inline]
    const fn key(&mut self) -> u64 {
        let key = self.next;
        self.next += 1;
        key
    }

    fn is_idle(&self) -> bool {
        self.sockets.is_empty() && self.tasks.is_empty()
    }
}

/// A connection's place among the open ones.
#[derive(Debug)]
pub(crate) struct Place {
    shared: Arc<Shared>,
    key: u64,
    slot: Arc<Slot>,
    /// Whether the connection ended with the closing handshake of its draft.
    pub(crate) clean: bool,
}

impl Place {
    /// The order for the connection. A later one wakes the task.
    pub(crate) fn order(&self, cx: &Context<'_>) -> Order {
        match &mut *lock(&self.slot.0) {
            Some(known) => known.clone_from(cx.waker()),
            empty => *empty = Some(cx.waker().clone()),
        }
        // After the lock: whoever gives an order takes the waker after that.
        self.shared.order()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let order = self.shared.order();
        let mut state = self.shared.state();
        state.sockets.remove(&self.key);
        if order != Order::Stay && self.key >= state.counted {
            if self.clean {
                state.closed.clean += 1;
            } else {
                state.closed.failed += 1;
            }
        }
        drop(state);
        self.shared.ended.notify_waiters();
    }
}

/// A task that runs.
struct Running {
    shared: Arc<Shared>,
    key: u64,
}

impl Drop for Running {
    #[inline]
    fn drop(&mut self) {
        self.shared.state().tasks.remove(&self.key);
        self.shared.ended.notify_waiters();
    }
}

/// No state is left half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
