//! What the driver, the handle and the channels of a physical connection share.

use std::{
    collections::HashMap,
    fmt, io, mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use ::tokio::io::ReadBuf;

use crate::{
    handshake::multiplex::Plexer,
    machine::{
        connection::{Connection, Event},
        error::ConnectionError,
        multiplex::{ChannelKey, Dropped, Over},
    },
    protocol::{draft::Draft, info::Kind},
};

/// The tasks that wait for a channel.
#[derive(Debug, Default)]
struct Waiting {
    read: Option<Waker>,
    write: Option<Waker>,
}

/// The channels of a physical connection, and who waits for them.
#[derive(Debug)]
struct State<D> {
    plexer: Plexer<D>,
    waiting: HashMap<ChannelKey, Waiting>,
    driver: Option<Waker>,
    arrivals: Vec<Waker>,
    /// Wakers that are not needed any more. Their tasks may own channels of this connection, so that
    /// they are dropped only when the lock is free.
    stale: Vec<Waker>,
    /// Handles that can open or accept channels.
    handles: usize,
    /// Whether the application closes the physical connection.
    closing: bool,
    /// Whether it is closed even if something waits to be sent.
    gives_up: bool,
    /// Whether nothing drives the physical connection any more.
    ended: bool,
}

impl<D: Draft> State<D> {
    /// The tasks that have something to do.
    fn woken(&mut self) -> Vec<Waker> {
        if self.handles == 0 {
            self.plexer.refuse_arrivals();
        }
        let mut woken = Vec::new();
        while let Some(key) = self.plexer.next_touched() {
            if let Some(waiting) = self.waiting.get_mut(&key) {
                woken.extend(waiting.read.take());
                woken.extend(waiting.write.take());
            }
        }
        if self.plexer.has_arrived() || self.is_over() {
            woken.append(&mut self.arrivals);
        }
        woken
    }

    /// Remembers the task that waits to read a channel.
    fn reads(&mut self, key: ChannelKey, cx: &Context<'_>) {
        let waiting = self.waiting.entry(key).or_default();
        self.stale.extend(remember(&mut waiting.read, cx));
    }

    /// Remembers the task that waits to write a channel.
    fn writes(&mut self, key: ChannelKey, cx: &Context<'_>) {
        let waiting = self.waiting.entry(key).or_default();
        self.stale.extend(remember(&mut waiting.write, cx));
    }

    /// Forgets who waits for a channel.
    fn forget(&mut self, key: ChannelKey) {
        if let Some(Waiting { read, write }) = self.waiting.remove(&key) {
            self.stale.extend(read.into_iter().chain(write));
        }
    }

    /// The driver, if it has something to do.
    fn driver(&mut self) -> Option<Waker> {
        let idle = self.handles == 0 && self.plexer.only_lingers();
        let works = self.plexer.has_work() || self.closing || idle;
        self.driver.take_if(|_| works)
    }

    const fn is_over(&self) -> bool {
        self.ended || self.plexer.over().is_some()
    }
}

/// The state, behind a lock that nobody holds while waiting.
pub(super) struct Shared<D> {
    state: Mutex<State<D>>,
}

impl<D> fmt::Debug for Shared<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// A stream of bytes for each channel, whatever the draft.
pub(super) trait Carrier: fmt::Debug + Send + Sync {
    fn poll_read(
        &self,
        key: ChannelKey,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
    fn poll_write(
        &self,
        key: ChannelKey,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>>;
    /// Whether the peer could still receive something.
    fn check(&self, key: ChannelKey) -> io::Result<()>;
    fn finish(&self, key: ChannelKey);
    fn release(&self, key: ChannelKey);
    fn id(&self, key: ChannelKey) -> Option<u32>;
    fn dropped(&self, key: ChannelKey) -> Option<Dropped>;
}

impl<D: Draft> Shared<D> {
    pub(super) fn new(plexer: Plexer<D>) -> Self {
        Self {
            state: Mutex::new(State {
                plexer,
                waiting: HashMap::new(),
                driver: None,
                arrivals: Vec::new(),
                stale: Vec::new(),
                handles: 1,
                closing: false,
                gives_up: false,
                ended: false,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes who has something to do then.
    fn change<R>(&self, change: impl FnOnce(&mut State<D>) -> R) -> R {
        let mut state = self.lock();
        let changed = change(&mut state);
        let mut woken = state.woken();
        woken.extend(state.driver());
        Self::leave(state, woken);
        changed
    }

    /// Gives back the lock, and then wakes these tasks.
    fn leave(mut state: MutexGuard<'_, State<D>>, woken: Vec<Waker>) {
        let stale = mem::take(&mut state.stale);
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        drop(stale);
    }

    pub(super) fn add_handle(&self) {
        self.lock().handles += 1;
    }

    pub(super) fn drop_handle(&self) {
        self.change(|state| state.handles -= 1);
    }

    pub(super) fn close(&self) {
        self.change(|state| state.closing = true);
    }

    /// Closes the physical connection even if something waits to be sent.
    pub(super) fn give_up(&self) {
        self.change(|state| state.gives_up = true);
    }

    /// A new channel of a client.
    pub(super) fn open(&self) -> Option<ChannelKey> {
        self.change(|state| {
            let open = !state.ended && !state.closing;
            open.then(|| state.plexer.open()).flatten()
        })
    }

    /// The next channel that the client asks for, or `None` when no more come.
    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<Option<ChannelKey>> {
        self.change(|state| match state.plexer.accept() {
            Some(key) => Poll::Ready(Some(key)),
            None if state.is_over() => Poll::Ready(None),
            None => {
                let known = state
                    .arrivals
                    .iter()
                    .any(|waker| waker.will_wake(cx.waker()));
                if !known {
                    state.arrivals.push(cx.waker().clone());
                }
                Poll::Pending
            }
        })
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().plexer.waiting()
    }

    pub(super) fn over(&self) -> Option<Over> {
        self.lock().plexer.over().cloned()
    }

    /// Takes an event of the physical connection. The driver [sends](Self::send) afterwards.
    pub(super) fn receive(&self, event: Event<'_>) {
        let (kind, payload) = match event {
            Event::Text(text) => (Kind::Text, text.as_bytes()),
            Event::Binary(payload) => (Kind::Binary, payload),
            _ => return,
        };
        let mut state = self.lock();
        state.plexer.receive(kind, payload);
        let woken = state.woken();
        Self::leave(state, woken);
    }

    /// Queues what there is to send, and remembers the driver. Returns whether something was queued.
    pub(super) fn send<P: Draft>(
        &self,
        physical: &mut Connection<P>,
        cx: &Context<'_>,
    ) -> Result<bool, ConnectionError> {
        let mut state = self.lock();
        let stale = remember(&mut state.driver, cx);
        state.stale.extend(stale);
        let mut queued = state.plexer.send(physical)?;
        let idle = state.handles == 0 && state.plexer.is_empty();
        let sent = !state.plexer.has_work() && physical.queued() == 0;
        let closes = (state.closing || idle) && sent || state.gives_up;
        if closes && !physical.is_closing() {
            let normal = physical.info().local_codes.normal;
            physical.close(normal, "")?;
            queued = true;
        }
        let woken = state.woken();
        Self::leave(state, woken);
        Ok(queued)
    }

    /// Whether all that is left is what the peer has not taken: of channels that nobody holds, or
    /// before the connection is closed.
    pub(super) fn lingers(&self) -> bool {
        let state = self.lock();
        let unheld = state.handles == 0 && state.plexer.only_lingers();
        let ends = state.closing || state.plexer.over().is_some();
        (unheld || ends) && !state.gives_up
    }

    /// Whether the peer has to read something before more of it is received.
    pub(super) fn is_congested(&self) -> bool {
        self.lock().plexer.is_congested()
    }

    /// The physical connection has ended.
    pub(super) fn end(&self) {
        self.change(|state| {
            state.ended = true;
            state.plexer.end_all();
        });
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the channel is closed")
}

/// Remembers who waits. Returns who has waited before.
fn remember(place: &mut Option<Waker>, cx: &Context<'_>) -> Option<Waker> {
    match place {
        Some(waker) if waker.will_wake(cx.waker()) => None,
        _ => place.replace(cx.waker().clone()),
    }
}

pub(super) fn none() -> io::Error {
    let text = "no more channels can be opened on this connection";
    io::Error::new(io::ErrorKind::QuotaExceeded, text)
}

impl<D: Draft> Carrier for Shared<D> {
    fn poll_read(
        &self,
        key: ChannelKey,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.change(|state| {
            let Some(unread) = state.plexer.unread(key) else {
                let refused = state.plexer.is_turned_away(key);
                return Poll::Ready(if refused { Err(none()) } else { Ok(()) });
            };
            if unread.is_empty() {
                state.reads(key, cx);
                return Poll::Pending;
            }
            let length = unread.len().min(buffer.remaining());
            buffer.put_slice(unread.get(..length).unwrap_or_default());
            state.plexer.consume(key, length);
            Poll::Ready(Ok(()))
        })
    }

    fn poll_write(
        &self,
        key: ChannelKey,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.change(|state| match state.plexer.write(key, bytes) {
            None => Poll::Ready(Err(gone())),
            Some(0) if !bytes.is_empty() => {
                state.writes(key, cx);
                Poll::Pending
            }
            Some(written) => Poll::Ready(Ok(written)),
        })
    }

    fn check(&self, key: ChannelKey) -> io::Result<()> {
        if self.lock().plexer.is_over(key) {
            Err(gone())
        } else {
            Ok(())
        }
    }

    fn finish(&self, key: ChannelKey) {
        self.change(|state| state.plexer.finish(key));
    }

    fn release(&self, key: ChannelKey) {
        self.change(|state| {
            state.forget(key);
            state.plexer.release(key);
        });
    }

    fn id(&self, key: ChannelKey) -> Option<u32> {
        self.lock().plexer.id(key)
    }

    fn dropped(&self, key: ChannelKey) -> Option<Dropped> {
        self.lock().plexer.dropped(key).cloned()
    }
}
