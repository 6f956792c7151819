//! The stream under a connection, and its state.

use std::{
    future::Future,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use ::tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    time::Instant,
};

use crate::{
    adapters::stream::{Outbox, Unsent, is_gone},
    machine::connection::Connection,
    protocol::draft::Draft,
};

/// Bytes to read at a time during a handshake. They are read to the stack first. A connection that
/// waits therefore needs no buffer.
const CHUNK: usize = 16 << 10;

mod writing;

/// A stream.
#[derive(Debug)]
pub(super) struct Transport<S> {
    pub(super) stream: S,
    /// Whether something has been written since the last flush.
    dirty: bool,
    /// Whether something is queued that does not wait for more: a pong, or data that was not fed.
    uncorked: bool,
    /// Since when the stream has accepted none of the queued data.
    blocked: Option<Instant>,
    /// Whether the stream accepts no more data.
    deaf: bool,
    end_of_input: bool,
    closed: bool,
    /// The last data of a failed connection.
    last: Option<Box<Unsent>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Transport<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self {
            stream,
            dirty: false,
            uncorked: false,
            blocked: None,
            deaf: false,
            end_of_input: false,
            closed: false,
            last: None,
        }
    }

    /// Abandons the orderly closure of the stream.
    pub(super) const fn abandon(&mut self) {
        (self.deaf, self.end_of_input, self.closed) = (true, true, true);
    }

    /// Keeps the last data of a failed connection, which is written on [leaving](Self::poll_leave).
    pub(super) fn keep_last(&mut self, unsent: Vec<u8>) {
        self.last = Some(Box::new(unsent.into()));
    }

    /// Whether the stream may still buffer written data.
    pub(super) const fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Notes that queued data does not wait for more.
    #[inline]
    pub(super) const fn uncork(&mut self) {
        self.uncorked = true;
    }

    /// Whether some of the queued data does not wait for more.
    #[inline]
    pub(super) const fn is_uncorked(&self) -> bool {
        self.uncorked
    }

    /// Since when the stream has accepted none of the queued data, if it is blocked.
    pub(super) const fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Whether writing has failed.
    pub(super) const fn is_deaf(&self) -> bool {
        self.deaf
    }

    /// Notes whether the stream accepts data.
    #[inline]
    fn note<T>(&mut self, written: Poll<T>) -> Poll<T> {
        if written.is_ready() {
            self.blocked = None;
        } else {
            self.block();
        }
        written
    }

    #[cold]
    fn block(&mut self) {
        self.blocked.get_or_insert_with(Instant::now);
    }

    /// Writes as much queued data as the stream accepts, and reads something.
    pub(super) fn poll_fill<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.deaf {
            if let Poll::Ready(Err(error)) = self.poll_flush(connection, cx) {
                self.deaf = true;
                // After the peer has disconnected, there may still be data to read.
                if !is_gone(&error) {
                    return Poll::Ready(Err(error));
                }
            }
        }
        let read = match connection.unfilled() {
            Some(mut unfilled) => {
                let read = pin!(self.stream.read_buf(&mut unfilled)).poll(cx);
                connection.appended();
                read
            }
            None => {
                let mut buffer = ReadBuf::new(connection.space());
                let read = Pin::new(&mut self.stream).poll_read(cx, &mut buffer);
                let length = buffer.filled().len();
                read.map_ok(|()| {
                    connection.filled(length);
                    length
                })
            }
        };
        match read {
            Poll::Ready(Ok(0)) => connection.end_of_input(),
            Poll::Ready(Ok(_)) => return Poll::Ready(Ok(())),
            Poll::Ready(Err(error)) => {
                connection.end_of_input();
                self.end_of_input = true;
                return Poll::Ready(if is_gone(&error) { Ok(()) } else { Err(error) });
            }
            Poll::Pending => {
                connection.rest();
                return Poll::Pending;
            }
        }
        self.end_of_input = true;
        Poll::Ready(Ok(()))
    }

    /// Reads something and passes it on; at the end of the input, this passes no bytes.
    pub(super) fn poll_read<R>(
        &mut self,
        cx: &mut Context<'_>,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Poll<io::Result<R>> {
        let mut chunk = [const { MaybeUninit::uninit() }; CHUNK];
        let mut buffer = ReadBuf::uninit(&mut chunk);
        if let Err(error) = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)) {
            self.end_of_input = true;
            if !is_gone(&error) {
                return Poll::Ready(Err(error));
            }
        }
        self.end_of_input |= buffer.filled().is_empty();
        Poll::Ready(Ok(take(buffer.filled())))
    }

    /// Writes the remaining data for a dropped socket, and reads the input that is left after the
    /// end. If a stream is dropped with unread input, the data written last may be lost.
    pub(super) fn poll_part<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.deaf {
            return Poll::Ready(());
        }
        if let Some(mut last) = self.last.take() {
            self.deaf |= ready!(self.poll_flush(&mut *last, cx)).is_err();
        }
        self.deaf |= ready!(self.poll_flush(connection, cx)).is_err();
        if connection.ended().is_none() {
            return Poll::Ready(());
        }
        self.poll_end_of_input(cx)
    }

    /// Writes the remaining data and closes the stream. This waits for the peer to close it, too:
    /// always afterwards and, if `waits`, also before. If a stream is dropped with unread input,
    /// the data written last may be lost.
    pub(super) fn poll_leave(
        &mut self,
        outbox: &mut impl Outbox,
        waits: bool,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if let Some(mut last) = self.last.take().filter(|_| !self.deaf) {
            let written = self.poll_flush(&mut *last, cx);
            if written.is_pending() {
                self.last = Some(last);
            }
            self.deaf |= ready!(written).is_err();
        }
        if !self.deaf && ready!(self.poll_flush(outbox, cx)).is_err() {
            self.deaf = true;
        }
        if waits {
            ready!(self.poll_end_of_input(cx));
        }
        if !self.closed {
            // After an error here, the stream is as closed as it can be.
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
            self.closed = true;
        }
        self.poll_end_of_input(cx)
    }

    /// Reads to the end, a few pieces at a time. Between them, the caller can check its time limit.
    fn poll_end_of_input(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        const PIECES: usize = 32;
        for _ in 0..PIECES {
            if self.end_of_input {
                return Poll::Ready(());
            }
            // An error is also an end. It has already been noted.
            let _ = ready!(self.poll_read(cx, |_| ()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
