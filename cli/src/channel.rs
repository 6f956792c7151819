//! A channel as a stream that tells in the end why it was dropped.

use std::{
    fmt, io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wsdraft::{
    Connection, Role,
    extension::multiplex::{DropUse, MultiplexInfo},
    info::RuleInfo,
    multiplex::{Channel, Dropped, Over},
};

use crate::specs::Spoken;

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
        Some(DropReport::new(dropped, self.table, ours))
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
            Some(DropReport::new(dropped, table, ours))
        }
        Over::Dropped(_) | Over::Failed(_) | Over::Ended => None,
    }
}

/// Why a channel was dropped, or the connection that carries it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DropReport {
    /// Who has dropped it: `client` or `server`.
    by: &'static str,
    /// The drop code.
    code: Option<u16>,
    /// Its name in the dialect.
    name: Option<&'static str>,
    /// What it means.
    #[serde(skip)]
    meaning: Option<&'static str>,
    /// The reason.
    reason: String,
    /// The rule that the other end has violated, if that is why.
    pub(crate) rule: Option<&'static str>,
    #[serde(skip)]
    broken: Option<&'static RuleInfo>,
}

impl DropReport {
    fn new(dropped: &Dropped, table: &MultiplexInfo, ours: Role) -> Self {
        let known = dropped.code.and_then(|code| table.drop_code(code));
        let by = match dropped.rule {
            Some(_) => ours,
            None => ours.peer(),
        };
        Self {
            by: by.as_str(),
            code: dropped.code,
            name: known.map(|known| known.name),
            meaning: known.map(|known| known.meaning),
            reason: dropped.reason.to_string(),
            rule: dropped.rule.map(|rule| rule.id),
            broken: dropped.rule,
        }
    }
}

impl fmt::Display for DropReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dropped by the {}", self.by)?;
        match (self.code, self.name) {
            (Some(code), Some(name)) => write!(f, " with {code}, {name}")?,
            (Some(code), None) => write!(f, " with {code}, which the dialect does not define")?,
            (None, _) => f.write_str(" without a drop code")?,
        }
        if let Some(rule) = self.broken {
            return write!(f, ": {}: {} [{}]", rule.id, rule.summary, rule.citation);
        }
        if !self.reason.is_empty() {
            write!(f, " (reason {:?})", self.reason)?;
        }
        match self.meaning {
            Some(meaning) => write!(f, ": {}", meaning.trim_end_matches('.')),
            None => Ok(()),
        }
    }
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
