//! The stream that hyper hands over.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use hyper_util::rt::TokioIo;

#[cfg(feature = "http2")]
use super::tasks::Tasks;

/// A connection that hyper has handed over, with tokio's traits for reading and writing.
#[derive(Debug)]
pub struct Upgraded {
    stream: TokioIo<::hyper::upgrade::Upgraded>,
    /// Maximum number of bytes to hand to hyper at once.
    most: usize,
    /// What drives the HTTP/2 connection of a client.
    #[cfg(feature = "http2")]
    driver: Option<Tasks>,
}

impl Upgraded {
    /// A stream of which hyper copies nothing.
    pub(super) fn new(stream: ::hyper::upgrade::Upgraded) -> Self {
        Self {
            stream: TokioIo::new(stream),
            most: usize::MAX,
            #[cfg(feature = "http2")]
            driver: None,
        }
    }

    /// A stream of HTTP/2. hyper copies what it gets and holds it until the peer's window has room,
    /// whatever becomes of the socket, so it gets little at once.
    #[cfg(feature = "http2")]
    pub(super) fn over_http2(stream: ::hyper::upgrade::Upgraded) -> Self {
        const MOST: usize = 16 << 10;
        Self {
            most: MOST,
            ..Self::new(stream)
        }
    }

    /// The stream of a client, with the tasks that end with it.
    #[cfg(feature = "http2")]
    pub(super) fn driven_by(mut self, tasks: Tasks) -> Self {
        self.driver = Some(tasks);
        self
    }

    const fn is_http2(&self) -> bool {
        self.most != usize::MAX
    }

    /// An error of writing, as TCP has it. hyper gives a kind of its own to a stream of HTTP/2 that
    /// the peer has reset, which may happen after the peer has answered everything.
    fn broken(&self, error: io::Error) -> io::Error {
        if self.is_http2() && error.kind() == io::ErrorKind::Other {
            io::Error::new(io::ErrorKind::BrokenPipe, error)
        } else {
            error
        }
    }
}

impl AsyncRead for Upgraded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Upgraded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let part = bytes.get(..self.most).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(cx, part);
        written.map_err(|error| self.broken(error))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.is_http2() {
            return Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        }
        let mut full = slices.iter().filter(|slice| !slice.is_empty());
        let first: &[u8] = full.next().map_or(&[], |slice| slice);
        self.poll_write(cx, first)
    }

    fn is_write_vectored(&self) -> bool {
        !self.is_http2() && self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        flushed.map_err(|error| self.broken(error))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
        closed.map_err(|error| self.broken(error))
    }
}
