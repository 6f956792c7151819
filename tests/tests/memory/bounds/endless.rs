//! Streams that never tire.

use super::*;

/// Says the same over and over, and swallows what is said to it, or takes nothing.
pub(super) struct Endless {
    pub(super) start: Vec<u8>,
    pub(super) pattern: Vec<u8>,
    /// How much of the start was said, and where in the pattern it is.
    pub(super) started: usize,
    pub(super) at: usize,
    pub(super) left: usize,
    pub(super) reads: bool,
}

impl Endless {
    /// So many bytes of a pattern after a start, and then silence.
    pub(super) fn new(start: &[u8], pattern: &[u8], left: usize) -> Self {
        Self {
            start: start.into(),
            pattern: pattern.into(),
            started: 0,
            at: 0,
            left,
            reads: true,
        }
    }
}

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let rest = &this.start[this.started..];
        let first = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..first]);
        this.started += first;
        while buffer.remaining() > 0 && this.left > 0 {
            let rest = &this.pattern[this.at..];
            let length = rest.len().min(buffer.remaining()).min(this.left);
            buffer.put_slice(&rest[..length]);
            this.at = (this.at + length) % this.pattern.len();
            this.left -= length;
        }
        if buffer.filled().is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.reads {
            Poll::Ready(Ok(bytes.len()))
        } else {
            Poll::Pending
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reads {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
