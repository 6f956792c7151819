//! A channel as a stream.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::shared::Carrier;
use crate::machine::multiplex::{ChannelKey, Dropped};

/// One of the channels of a physical connection: a stream of bytes, like one of TCP, on which the two
/// ends speak the opening handshake of the draft and then its frames.
///
/// What is written is sent as far as the peer allows it, also after the channel was dropped here.
/// Then the peer is told.
#[derive(Debug)]
pub struct Channel {
    carrier: Arc<dyn Carrier>,
    key: ChannelKey,
}

impl Channel {
    pub(super) fn new(carrier: Arc<dyn Carrier>, key: ChannelKey) -> Self {
        Self { carrier, key }
    }

    /// The ID of the channel.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.carrier.id(self.key).unwrap_or_default()
    }

    /// How the peer has dropped the channel, or which rule it has violated on it. `None` while the
    /// channel is open, and if this end has dropped it.
    #[must_use]
    pub fn dropped(&self) -> Option<Dropped> {
        self.carrier.dropped(self.key)
    }
}

impl AsyncRead for Channel {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.carrier.poll_read(self.key, cx, buffer)
    }
}

impl AsyncWrite for Channel {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.carrier.poll_write(self.key, cx, bytes)
    }

    /// The channel holds what is written, as a socket of the operating system does.
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.carrier.check(self.key))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.carrier.finish(self.key);
        Poll::Ready(Ok(()))
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.carrier.release(self.key);
    }
}
