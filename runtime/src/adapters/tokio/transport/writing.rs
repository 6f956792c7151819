//! Writes queued data, and payloads that are not queued.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use ::tokio::io::{AsyncRead, AsyncWrite};

use super::Transport;
use crate::{
    adapters::stream::{self, Outbox},
    machine::connection::{Behind, Connection},
    payload::pool,
    protocol::draft::Draft,
};

impl<S: AsyncRead + AsyncWrite + Unpin> Transport<S> {
    /// Writes as much as the stream accepts, and at least something.
    #[inline]
    pub(in crate::adapters::tokio) fn poll_write_some(
        &mut self,
        outbox: &mut impl Outbox,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let parts = [outbox.output(), outbox.behind()];
        let written = if parts[1].is_empty() {
            Pin::new(&mut self.stream).poll_write(cx, parts[0])
        } else {
            self.poll_write_parts(parts, cx)
        };
        self.wrote(outbox, written)
    }

    /// Takes the result of a write.
    #[inline]
    fn wrote(
        &mut self,
        outbox: &mut impl Outbox,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<()>> {
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

    /// Writes one part after the other, as far as the stream accepts them. A short part, as a frame
    /// header is, is written with the next one: alone, it would be a packet or a frame of its own.
    #[inline]
    pub(in crate::adapters::tokio) fn poll_write_parts(
        &mut self,
        parts: [&[u8]; 2],
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        let [head, payload] = parts;
        if head.is_empty() {
            stream.poll_write(cx, payload)
        } else if head.len() + payload.len() >= stream::UNCOPIED && stream.is_write_vectored() {
            stream.poll_write_vectored(cx, &parts.map(IoSlice::new))
        } else if head.len() < stream::UNCOPIED {
            pool::with_copy(parts, |all| stream.poll_write(cx, all))
        } else {
            stream.poll_write(cx, head)
        }
    }

    /// Writes the output, which has no shared payloads, and flushes the stream, which nearly always
    /// accepts it at once.
    #[inline]
    pub(in crate::adapters::tokio) fn poll_push<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let output = connection.output();
        let length = output.len();
        let written = Pin::new(&mut self.stream).poll_write(cx, output);
        if !matches!(written, Poll::Ready(Ok(all)) if all == length) {
            return self.poll_push_rest(connection, written, cx);
        }
        let all = connection.all_sent();
        self.poll_pushed(connection, all, cx)
    }

    #[cold]
    fn poll_push_rest<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.uncorked = true;
        ready!(self.wrote(connection, written))?;
        self.poll_flush(connection, cx)
    }

    /// Notes that the stream has accepted everything.
    #[inline]
    pub(in crate::adapters::tokio) const fn wrote_all(&mut self) {
        (self.dirty, self.blocked) = (true, None);
    }

    /// Flushes the stream, which has accepted everything; `all` tells whether nothing was queued
    /// since.
    #[inline]
    pub(in crate::adapters::tokio) fn poll_pushed<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        all: bool,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        (self.dirty, self.uncorked, self.blocked) = (true, true, None);
        if !all {
            return self.poll_flush(connection, cx);
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        ready!(self.note(flushed))?;
        (self.dirty, self.uncorked) = (false, false);
        Poll::Ready(Ok(()))
    }

    /// Writes the connection's queued data and then a payload, without a copy. The payload's frame
    /// header is at the end of the queued data. If the stream does not accept the complete payload
    /// immediately, the rest is queued.
    ///
    /// `first` is the result of a first write, if there was one.
    #[inline]
    pub(in crate::adapters::tokio) fn write_through<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        behind: Behind<'_>,
        mut first: Option<Poll<io::Result<usize>>>,
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        let payload = behind.plain();
        let mut sent = 0;
        let done = loop {
            let output = connection.output();
            let rest = payload.get(sent..).unwrap_or_default();
            let written = match first.take() {
                Some(written) => written,
                None => self.poll_write_parts([output, rest], cx),
            };
            match self.note(written) {
                Poll::Ready(Ok(0)) => break Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => {
                    self.dirty = true;
                    let waiting = output.len().min(written);
                    connection.head_sent(waiting);
                    sent += written - waiting;
                    if sent >= payload.len() {
                        break Ok(());
                    }
                }
                Poll::Ready(Err(error)) => break Err(error),
                Poll::Pending => break Ok(()),
            }
        };
        connection.queue_rest(behind, sent);
        if matches!(behind, Behind::Shared(_)) && sent < payload.len() {
            connection.spare_room();
        }
        self.deaf |= done.is_err();
        done
    }

    /// As [`write_through`](Self::write_through), for a payload that is masked a piece at a time:
    /// each is written while it is in the cache.
    pub(in crate::adapters::tokio) fn write_masked<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        payload: &[u8],
        key: [u8; 4],
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        let mut queued = 0;
        let done = loop {
            // A second piece would make the buffer grow.
            if queued == 0 || connection.output().is_empty() {
                queued = connection.queue_piece(payload, key, queued);
            }
            if queued == payload.len() {
                break Ok(());
            }
            let written = Pin::new(&mut self.stream).poll_write(cx, connection.output());
            match self.note(written) {
                Poll::Ready(Ok(0)) => break Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => {
                    self.dirty = true;
                    connection.head_sent(written);
                }
                Poll::Ready(Err(error)) => break Err(error),
                Poll::Pending => break Ok(()),
            }
        };
        connection.queue_rest(Behind::Masked(payload, key), queued);
        self.deaf |= done.is_err();
        done
    }

    /// Writes all queued data.
    #[inline]
    pub(in crate::adapters::tokio) fn poll_flush(
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
        self.uncorked = false;
        Poll::Ready(Ok(()))
    }

    /// Writes as much as the stream accepts. An error is left to the next call, which repeats the
    /// write: the peer may have sent data before it left.
    pub(in crate::adapters::tokio) fn poll_hurry(
        &mut self,
        outbox: &mut impl Outbox,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if !self.deaf {
            let written = ready!(self.poll_flush(outbox, cx));
            self.deaf &= written.is_ok();
        }
        Poll::Ready(())
    }
}
