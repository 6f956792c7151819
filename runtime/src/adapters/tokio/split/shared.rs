//! The state that the halves of a connection share, and how they wake each other.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::WebSocket;
use crate::{machine::close::Ending, protocol::draft::Draft};

/// The state that both halves share. Neither half waits with the lock held.
#[derive(Debug)]
pub(in crate::adapters::tokio) struct Shared<S, D: Draft> {
    socket: Mutex<WebSocket<S, D>>,
    wakers: Arc<Wakers>,
    /// Wakes the half that waits. A stream stores one waker for each direction, and either half may
    /// wait for either direction.
    waker: Waker,
    /// A copy of the connection's subprotocol, which can be borrowed without the lock.
    subprotocol: Option<Box<str>>,
}

/// The wakers of the halves that wait.
#[derive(Debug, Default)]
struct Wakers {
    reader: Slot,
    writer: Slot,
}

#[derive(Debug, Default)]
struct Slot(Mutex<Option<Waker>>);

/// One of the halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapters::tokio) enum Half {
    Reader,
    Writer,
}

impl Slot {
    #[inline]
    fn set(&self, waker: &Waker) {
        let mut slot = lock(&self.0);
        match &mut *slot {
            Some(known) => known.clone_from(waker),
            empty => *empty = Some(waker.clone()),
        }
    }

    #[inline]
    fn take(&self) -> Option<Waker> {
        lock(&self.0).take()
    }

    #[inline]
    fn wake(&self) {
        // The lock is released first, because a call to `wake` may poll.
        let waker = self.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Wakers {
    #[inline]
    const fn of(&self, half: Half) -> &Slot {
        match half {
            Half::Reader => &self.reader,
            Half::Writer => &self.writer,
        }
    }
}

impl Wake for Wakers {
    #[inline]
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        self.reader.wake();
        self.writer.wake();
    }
}

impl Half {
    #[inline]
    const fn other(self) -> Self {
        match self {
            Self::Reader => Self::Writer,
            Self::Writer => Self::Reader,
        }
    }
}

/// The state is consistent after every poll, so it is also consistent after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S, D> Shared<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    #[inline]
    pub(super) fn new(socket: WebSocket<S, D>) -> Self {
        let wakers = Arc::new(Wakers::default());
        Self {
            subprotocol: socket.subprotocol.clone(),
            socket: Mutex::new(socket),
            waker: Waker::from(Arc::clone(&wakers)),
            wakers,
        }
    }

    #[inline]
    pub(super) fn into_socket(self) -> WebSocket<S, D> {
        let socket = self.socket.into_inner();
        socket.unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(super) fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    #[inline]
    pub(super) fn ended(&self) -> Option<Ending> {
        lock(&self.socket).ended().cloned()
    }

    /// Polls for one half, as [`with`](Self::with).
    pub(in crate::adapters::tokio) fn poll<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut WebSocket<S, D>, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.wakers.of(half).set(cx.waker());
        let polled = self.with(half, poll);
        if polled.is_ready() {
            drop(self.wakers.of(half).take());
        }
        polled
    }

    /// Calls something for one half, and wakes the other one if it may now continue. The other half
    /// may wait for something other than the stream. The context wakes whichever half waits.
    pub(in crate::adapters::tokio) fn with<R>(
        &self,
        half: Half,
        call: impl FnOnce(&mut WebSocket<S, D>, &mut Context<'_>) -> R,
    ) -> R {
        let mut socket = lock(&self.socket);
        let before = State::of(&socket);
        let result = call(&mut socket, &mut Context::from_waker(&self.waker));
        let after = State::of(&socket);
        drop(socket);
        if before != after {
            self.wakers.of(half.other()).wake();
        }
        result
    }
}

/// The parts of the connection's state that the other half may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    waiting: usize,
    dirty: bool,
    closing: bool,
    ended: bool,
    deaf: bool,
}

impl State {
    fn of<S, D>(socket: &WebSocket<S, D>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin,
        D: Draft,
    {
        Self {
            waiting: socket.connection.queued(),
            dirty: socket.transport.is_dirty(),
            closing: socket.connection.is_closing(),
            ended: socket.connection.ended().is_some(),
            deaf: socket.transport.is_deaf(),
        }
    }
}
