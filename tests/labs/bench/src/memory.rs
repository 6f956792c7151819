//! A stream without a network: what is read stands in memory, what is written is dropped.

use std::{
    io::{self, IoSlice, Read, Write},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wtx::stream::{StreamReader, StreamWriter};

/// Bytes that are copied at once. From 2 KiB on glibc copies with `rep movsb`, which takes twenty
/// times as long on this processor where the destination lies a few bytes behind the source
/// modulo 4 KiB; who is hit by that would be chance.
const PIECE: usize = 1 << 10;

/// Gives the same bytes over and over, as many at a time as a read asks for and a round has
/// left. Takes everything that is written and keeps nothing of it.
#[derive(Clone, Debug)]
pub struct Memory {
    bytes: Arc<[u8]>,
    at: usize,
    /// Bytes that a read gives at most.
    most: usize,
    /// Bytes until the end.
    left: usize,
    /// Whether a read has had to wait at the end.
    waited: bool,
    /// Whether nobody reads what is written.
    stuck: bool,
    counts: Option<Arc<Counts>>,
}

/// What has been done with a stream.
#[derive(Debug, Default)]
pub struct Counts {
    /// Reads, the one at the end included.
    pub reads: AtomicUsize,
    /// Bytes that were written.
    pub written: AtomicUsize,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new([].into())
    }
}

impl Memory {
    pub fn new(bytes: Arc<[u8]>) -> Self {
        Self {
            bytes,
            at: 0,
            most: usize::MAX,
            left: usize::MAX,
            waited: false,
            stuck: false,
            counts: None,
        }
    }

    /// One whose reads give at most so many bytes.
    pub fn in_pieces(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// One that ends after so many bytes. A task that reads has to wait once before it learns that,
    /// as one does whose peer closes its socket after the last answer.
    pub fn ending(self, left: usize) -> Self {
        Self { left, ..self }
    }

    /// One that takes nothing: a client that does not read, whose window is full.
    pub fn stuck(self) -> Self {
        Self {
            stuck: true,
            ..self
        }
    }

    /// One that counts.
    pub fn counting(self, counts: Arc<Counts>) -> Self {
        Self {
            counts: Some(counts),
            ..self
        }
    }

    fn wrote(&self, length: usize) -> usize {
        if let Some(counts) = &self.counts {
            counts.written.fetch_add(length, Ordering::Relaxed);
        }
        length
    }

    fn next(&mut self, room: usize) -> &[u8] {
        if self.at == self.bytes.len() {
            self.at = 0;
        }
        if let Some(counts) = &self.counts {
            counts.reads.fetch_add(1, Ordering::Relaxed);
        }
        let start = self.at;
        let room = room.min(self.most).min(self.left);
        self.at = self.bytes.len().min(start + room);
        self.left -= self.at - start;
        &self.bytes[start..self.at]
    }
}

impl Read for Memory {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.next(buffer.len());
        for (place, piece) in buffer.chunks_mut(PIECE).zip(bytes.chunks(PIECE)) {
            place[..piece.len()].copy_from_slice(piece);
        }
        Ok(bytes.len())
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.wrote(std::hint::black_box(bytes).len()))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let lengths = slices.iter().map(|slice| std::hint::black_box(slice).len());
        Ok(self.wrote(lengths.sum()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Memory {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 && !std::mem::replace(&mut self.waited, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let room = buffer.remaining();
        for piece in self.next(room).chunks(PIECE) {
            buffer.put_slice(piece);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Memory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.stuck {
            return Poll::Pending;
        }
        Poll::Ready(self.write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.stuck {
            return Poll::Pending;
        }
        Poll::Ready(self.write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl StreamReader for Memory {
    async fn read(&mut self, buffer: &mut [u8]) -> wtx::Result<usize> {
        Ok(Read::read(self, buffer)?)
    }
}

impl StreamWriter for Memory {
    async fn write_all(&mut self, bytes: &[u8]) -> wtx::Result<()> {
        self.wrote(std::hint::black_box(bytes).len());
        Ok(())
    }

    async fn write_all_vectored(&mut self, slices: &[&[u8]]) -> wtx::Result<()> {
        let lengths = slices.iter().map(|slice| std::hint::black_box(slice).len());
        self.wrote(lengths.sum());
        Ok(())
    }
}
