//! A channel as a stream that tells in the end why it was dropped.

use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wsdraft::{
    Connection, Role,
    extension::multiplex::{DropUse, MultiplexInfo},
    multiplex::{Channel, Dropped, Over},
};

use crate::{events::DropReport, specs::Spoken};

/// What the extension that carries the channels of a connection states.
pub(crate) fn table(connection: &Connection<Spoken>) -> Option<&'static MultiplexInfo> {
    let (_, agreement, _) = connection.agreed().multiplexed()?;
    agreement.extension.multiplexing.as_ref()
}

/// How a channel ended, once that is known.
#[derive(Debug)]
pub(crate) struct Fate {
    table: &'static MultiplexInfo,
    dropped: OnceLock<Dropped>,
}

impl Fate {
    /// That of a channel that has just begun.
    pub(crate) fn new(table: &'static MultiplexInfo) -> Arc<Self> {
        Arc::new(Self {
            table,
            dropped: OnceLock::new(),
        })
    }

    /// Why the channel was dropped, if the peer has dropped it or has violated a rule on it. This
    /// end has the role `ours`.
    pub(crate) fn report(&self, ours: Role) -> Option<DropReport> {
        let dropped = self.dropped.get()?;
        Some(report(dropped, self.table, ours))
    }
}

/// How the peer has dropped a connection that carries channels, if it has and there is something to
/// say about it.
pub(crate) fn dropped(
    over: Option<&Over>,
    table: &MultiplexInfo,
    ours: Role,
) -> Option<DropReport> {
    match over? {
        Over::Dropped(dropped) if dropped.code != table.drop_code_for(DropUse::Normal) => {
            Some(report(dropped, table, ours))
        }
        Over::Dropped(_) | Over::Failed(_) | Over::Ended => None,
    }
}

/// What there is to say about a drop. This end has the role `ours`.
fn report(dropped: &Dropped, table: &MultiplexInfo, ours: Role) -> DropReport {
    let by = match dropped.rule {
        Some(_) => ours,
        None => ours.peer(),
    };
    let reason = dropped.reason.to_string();
    DropReport::new(by, dropped.code, reason, dropped.rule, table)
}

/// A channel that notes its fate.
pub(crate) struct Noted {
    channel: Channel,
    fate: Arc<Fate>,
}

impl Noted {
    pub(crate) const fn new(channel: Channel, fate: Arc<Fate>) -> Self {
        Self { channel, fate }
    }

    fn note(&self) {
        if let Some(dropped) = self.channel.dropped() {
            // It has one fate.
            let _ = self.fate.dropped.set(dropped);
        }
    }
}

impl AsyncRead for Noted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.channel).poll_read(cx, buffer);
        if read.is_ready() && buffer.filled().len() == before {
            self.note();
        }
        read
    }
}

impl AsyncWrite for Noted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.channel).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Err(_))) {
            self.note();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_shutdown(cx)
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.note();
    }
}
