//! A stream as the transport of a test.

use std::{collections::VecDeque, io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, split},
    time::{Instant, sleep, sleep_until, timeout},
};
use wsdraft_conformance::{Received, Wire};

use crate::duplex::Duplex;

/// A stream as the transport of a test.
pub(in crate::commands) struct Socket {
    stream: Box<dyn Duplex>,
    /// What came while something was sent, in pieces.
    pending: VecDeque<Vec<u8>>,
    ended: Option<Received>,
    /// How long the peer may take none of what is sent.
    patience: Duration,
}

impl Socket {
    /// The most bytes that are read while something is sent.
    const PENDING: usize = 32 << 20;
    /// How many times its patience one write may take, if the peer takes a little now and then.
    const WRITE: u32 = 12;

    pub(in crate::commands) fn new(stream: impl Duplex + 'static, patience: Duration) -> Self {
        Self {
            stream: Box::new(stream),
            pending: VecDeque::new(),
            ended: None,
            patience,
        }
    }
}

impl Wire for Socket {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Self {
            stream,
            pending,
            ended,
            patience,
        } = self;
        let (mut reader, mut writer) = split(stream);
        let mut rest = bytes;
        let mut held: usize = pending.iter().map(Vec::len).sum();
        let deadline = Instant::now() + *patience * Self::WRITE;
        let late = || Err(io::ErrorKind::TimedOut.into());
        while !rest.is_empty() {
            let reads = ended.is_none() && held < Self::PENDING;
            tokio::select! {
                biased;
                written = writer.write(rest) => match written? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    count => rest = &rest[count..],
                },
                read = reader.read_buf(piece(pending, reads)), if reads => match read {
                    Ok(0) => *ended = Some(Received::End),
                    Ok(count) => held += count,
                    Err(_) => *ended = Some(Received::Reset),
                },
                () = sleep(*patience) => return late(),
                () = sleep_until(deadline) => return late(),
            }
        }
        timeout(*patience, writer.flush())
            .await
            .unwrap_or_else(|_| late())
    }

    async fn receive(&mut self, within: Duration) -> Received {
        while let Some(piece) = self.pending.pop_front() {
            if !piece.is_empty() {
                return Received::Bytes(piece);
            }
        }
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let mut bytes = Vec::with_capacity(READ);
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
        timeout(self.patience, self.stream.shutdown())
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// The piece to read into: the last one, or another one if that is full.
fn piece(pending: &mut VecDeque<Vec<u8>>, reads: bool) -> &mut Vec<u8> {
    let has_room = |last: &Vec<u8>| !reads || last.capacity() - last.len() >= READ / 4;
    if !pending.back().is_some_and(has_room) {
        pending.push_back(Vec::with_capacity(READ));
    }
    let last = pending.len() - 1;
    &mut pending[last]
}

/// Bytes that are read at once.
const READ: usize = 64 << 10;
