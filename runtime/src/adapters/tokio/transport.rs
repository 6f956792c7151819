//! The stream under a connection, and what of it is still of use.

use std::{
    future::Future,
    io::{self, IoSlice},
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

/// Bytes to read at a time during a handshake. They are read to the stack first, so that a
/// connection that waits needs no buffer.
const CHUNK: usize = 16 << 10;

/// A stream.
#[derive(Debug)]
pub(super) struct Transport<S> {
    pub(super) stream: S,
    /// Whether something was written since the last flush.
    dirty: bool,
    /// Since when the stream takes nothing of what is to be written.
    blocked: Option<Instant>,
    /// Whether the peer takes nothing any more.
    deaf: bool,
    end_of_input: bool,
    closed: bool,
    /// What a connection that has failed still had to say.
    last: Option<Box<Unsent>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Transport<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self {
            stream,
            dirty: false,
            blocked: None,
            deaf: false,
            end_of_input: false,
            closed: false,
            last: None,
        }
    }

    /// Gives up on closing the stream in good order.
    pub(super) const fn abandon(&mut self) {
        (self.deaf, self.end_of_input, self.closed) = (true, true, true);
    }

    /// Takes what a connection that has failed still had to say, to be written on
    /// [leaving](Self::poll_leave).
    pub(super) fn keep_last(&mut self, unsent: Vec<u8>) {
        self.last = Some(Box::new(unsent.into()));
    }

    /// Whether what was written may still wait in the stream.
    pub(super) const fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Since when the stream takes nothing of what is to be written, if that is so.
    pub(super) const fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Whether writing has failed.
    pub(super) const fn is_deaf(&self) -> bool {
        self.deaf
    }

    /// Notes whether the stream takes what is to be written.
    fn note<T>(&mut self, written: Poll<T>) -> Poll<T> {
        if written.is_ready() {
            self.blocked = None;
        } else {
            self.blocked.get_or_insert_with(Instant::now);
        }
        written
    }

    /// Writes what the stream takes, at least something.
    pub(super) fn poll_write_some(
        &mut self,
        outbox: &mut impl Outbox,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, outbox.output());
        match ready!(self.note(written)) {
            Ok(0) if !outbox.output().is_empty() => {
                self.deaf = true;
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            Ok(written) => {
                outbox.sent(written);
                self.dirty = true;
            }
            Err(error) => {
                self.deaf = true;
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what waits in the connection and then a payload whose head is the last of that,
    /// without a copy. What the stream does not take of the payload at once waits behind.
    pub(super) fn write_through<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        mut payload: &[u8],
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        let done = loop {
            let output = connection.output();
            let slices = [IoSlice::new(output), IoSlice::new(payload)];
            let written = Pin::new(&mut self.stream).poll_write_vectored(cx, &slices);
            match self.note(written) {
                Poll::Ready(Ok(0)) => break Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => {
                    self.dirty = true;
                    let waiting = output.len().min(written);
                    connection.header_sent(waiting);
                    payload = payload.get(written - waiting..).unwrap_or_default();
                    if payload.is_empty() {
                        break Ok(());
                    }
                }
                Poll::Ready(Err(error)) => break Err(error),
                Poll::Pending => break Ok(()),
            }
        };
        connection.queue_rest(payload);
        self.deaf |= done.is_err();
        done
    }

    /// Writes everything.
    pub(super) fn poll_flush(
        &mut self,
        outbox: &mut impl Outbox,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !outbox.output().is_empty() {
            ready!(self.poll_write_some(outbox, cx))?;
        }
        if self.dirty {
            let flushed = Pin::new(&mut self.stream).poll_flush(cx);
            ready!(self.note(flushed))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes everything that the stream takes, and reads something.
    pub(super) fn poll_fill<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.deaf {
            if let Poll::Ready(Err(error)) = self.poll_flush(connection, cx) {
                self.deaf = true;
                // Of a peer that is gone there may still be something to read.
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

    /// Reads something and hands it over; at the end of the input, no bytes.
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

    /// Writes what is left, for a socket that is dropped, and takes in what lies there after the
    /// end: to let go of a stream that still has input would take back what was written last.
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

    /// Writes what is left and closes; before that, if `waits`, and after it, waits for the
    /// peer to do so too. To let go of a stream that still has input would take back what was
    /// written last.
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
            // What goes wrong here leaves the stream as closed as it can be.
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
            self.closed = true;
        }
        self.poll_end_of_input(cx)
    }

    /// Reads on to the end, a few pieces at a time, so that whoever waits can look at the clock.
    fn poll_end_of_input(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        const PIECES: usize = 32;
        for _ in 0..PIECES {
            if self.end_of_input {
                return Poll::Ready(());
            }
            // An error is an end, too, and was noted as one.
            let _ = ready!(self.poll_read(cx, |_| ()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
