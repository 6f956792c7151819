//! A stream that goes wrong.

use super::*;

/// What happens when the bytes are at their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing, for ever.
    Stall,
    /// The connection is reset.
    Reset,
    /// The peer leaves.
    Leave,
}

pub(super) const FAULTS: [Fault; 3] = [Fault::Stall, Fault::Reset, Fault::Leave];

/// Gives bytes and then a fault.
#[derive(Debug)]
pub(super) struct Torn<'a> {
    bytes: &'a [u8],
    fault: Fault,
    /// Whether each read gives one byte, and every other one nothing yet.
    drips: bool,
    dry: bool,
}

/// A stream of these bytes, then of a fault.
pub(super) fn torn(bytes: &[u8], fault: Fault) -> Join<Torn<'_>, Sink> {
    stream(bytes, fault, false)
}

/// As [`torn`], a byte at a time.
pub(super) fn dripping(bytes: &[u8], fault: Fault) -> Join<Torn<'_>, Sink> {
    stream(bytes, fault, true)
}

pub(super) fn stream(bytes: &[u8], fault: Fault, drips: bool) -> Join<Torn<'_>, Sink> {
    let torn = Torn {
        bytes,
        fault,
        drips,
        dry: false,
    };
    join(torn, sink())
}

impl AsyncRead for Torn<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.drips {
            self.dry = !self.dry;
            if self.dry {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        if self.bytes.is_empty() {
            return match self.fault {
                Fault::Stall => Poll::Pending,
                Fault::Reset => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
                Fault::Leave => Poll::Ready(Ok(())),
            };
        }
        let most = if self.drips { 1 } else { buffer.remaining() };
        let (now, later) = self.bytes.split_at(most.min(self.bytes.len()));
        buffer.put_slice(now);
        self.bytes = later;
        Poll::Ready(Ok(()))
    }
}
