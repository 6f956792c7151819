//! A stream whose bytes are on record, and can be read again while the handshake is not over.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wsdraft::Role;

use super::record::Record;
use crate::duplex::Duplex;

/// A stream whose bytes are on record.
pub(super) struct Watched {
    stream: Box<dyn Duplex>,
    record: Arc<Record>,
    /// Bytes to be read again, before those of the stream.
    again: Vec<u8>,
    /// How many of them have been.
    at: usize,
}

impl Watched {
    pub(super) fn new(stream: impl Duplex + 'static, record: Arc<Record>) -> Self {
        Self {
            stream: Box::new(stream),
            record,
            again: Vec::new(),
            at: 0,
        }
    }

    /// Has these bytes read again, before all others.
    pub(super) fn reads_again(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(&self.again[self.at..]);
        (self.again, self.at) = (bytes, 0);
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let rest = &this.again[this.at..];
        if rest.is_empty() {
            ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        } else {
            let count = rest.len().min(buffer.remaining());
            buffer.put_slice(&rest[..count]);
            this.at += count;
            if this.at == this.again.len() {
                (this.again, this.at) = (Vec::new(), 0);
            }
        }
        this.record.passed(Role::Client, &buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, bytes))?;
        this.record.passed(Role::Server, &bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, slices))?;
        let mut left = written;
        for slice in slices {
            let count = left.min(slice.len());
            this.record.passed(Role::Server, &slice[..count]);
            left -= count;
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
