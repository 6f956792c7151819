//! A stream as the transport of a test.

use std::{io, mem, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split},
    time::{sleep, timeout},
};
use wsdraft_conformance::{Received, Wire};

/// A stream as the transport of a test.
pub(super) struct Socket<S> {
    stream: S,
    /// What came while something was sent.
    pending: Vec<u8>,
    ended: Option<Received>,
    /// How long the peer may take none of what is sent.
    patience: Duration,
}

impl<S> Socket<S> {
    /// Bytes that are read at once.
    const READ: usize = 64 << 10;
    /// The most bytes that are read while something is sent.
    const PENDING: usize = 32 << 20;

    pub(super) const fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            pending: Vec::new(),
            ended: None,
            patience,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire for Socket<S> {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Self {
            stream,
            pending,
            ended,
            patience,
        } = self;
        let (mut reader, mut writer) = split(stream);
        let mut rest = bytes;
        while !rest.is_empty() {
            let reads = ended.is_none() && pending.len() < Self::PENDING;
            pending.reserve(if reads { Self::READ } else { 0 });
            tokio::select! {
                biased;
                written = writer.write(rest) => match written? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    count => rest = &rest[count..],
                },
                read = reader.read_buf(pending), if reads => match read {
                    Ok(0) => *ended = Some(Received::End),
                    Ok(_) => {}
                    Err(_) => *ended = Some(Received::Reset),
                },
                () = sleep(*patience) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
        timeout(*patience, writer.flush())
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn receive(&mut self, within: Duration) -> Received {
        if !self.pending.is_empty() {
            return Received::Bytes(mem::take(&mut self.pending));
        }
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let mut bytes = Vec::with_capacity(Self::READ);
        let received = match timeout(within, self.stream.read_buf(&mut bytes)).await {
            Err(_) => return Received::Silence,
            Ok(Ok(0)) => Received::End,
            Ok(Ok(_)) => return Received::Bytes(bytes),
            Ok(Err(_)) => Received::Reset,
        };
        self.ended = Some(received.clone());
        received
    }

    async fn pause(&mut self, time: Duration) {
        sleep(time).await;
    }

    async fn half_close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }
}
