//! What the user has the client do.

use std::collections::VecDeque;

use tokio::sync::mpsc::Receiver;

mod lanes;

use self::lanes::Lane;
pub(super) use self::lanes::Lanes;
use crate::failure::Failure;

/// One thing to do on a connection.
#[derive(Debug)]
pub(super) enum Act {
    /// Send a text message.
    Text(String),
    /// Send a binary message.
    Binary(Vec<u8>),
    /// Send a part of a binary message.
    Part {
        /// Whether the message begins with it.
        first: bool,
        /// Whether the message ends with it.
        last: bool,
        bytes: Vec<u8>,
    },
    /// Send a ping.
    Ping(Vec<u8>),
    /// Send a pong.
    Pong(Vec<u8>),
    /// Close the connection, without waiting for answers.
    Close {
        /// By default the draft's code for a normal closure.
        code: Option<u16>,
        reason: String,
    },
    /// The input cannot be read on.
    Fail(Failure),
}

impl Act {
    /// About as many bytes as it holds.
    fn size(&self) -> usize {
        let held = match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes)
            | Self::Part { bytes, .. }
            | Self::Ping(bytes)
            | Self::Pong(bytes) => bytes.len(),
            Self::Close { reason, .. } => reason.len(),
            Self::Fail(_) => 0,
        };
        size_of::<Self>() + held
    }

    /// Whether a message is complete with it.
    pub(super) const fn is_message(&self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Binary(_) | Self::Part { last: true, .. }
        )
    }
}

/// Where acts come from.
#[derive(Debug)]
pub(super) struct Source {
    queue: VecDeque<Act>,
    /// Where more come from, unless there are no more.
    more: Option<Receiver<Vec<Act>>>,
    /// What is handed on to a channel, in place of both.
    lane: Option<Lane>,
}

impl Source {
    /// Acts that a user types ahead while there is no connection.
    const AHEAD: usize = 1024;

    /// These alone.
    pub(super) fn of(acts: Vec<Act>) -> Self {
        Self {
            queue: acts.into(),
            more: None,
            lane: None,
        }
    }

    /// What a thread reads.
    pub(super) const fn read(more: Receiver<Vec<Act>>) -> Self {
        Self {
            queue: VecDeque::new(),
            more: Some(more),
            lane: None,
        }
    }

    /// What is handed on to a channel.
    const fn lane(lane: Lane) -> Self {
        Self {
            queue: VecDeque::new(),
            more: None,
            lane: Some(lane),
        }
    }

    /// Whether all acts are there.
    const fn is_over(&self) -> bool {
        self.more.is_none()
    }

    /// The next act, if it is there. It stays the next one until it is [done](Self::done).
    pub(super) fn next(&mut self) -> Option<&Act> {
        if let Some(lane) = &mut self.lane {
            return lane.next();
        }
        while self.queue.is_empty() {
            let read = self.more.as_mut()?.try_recv().ok()?;
            self.queue.extend(read);
        }
        self.queue.front()
    }

    /// Takes the next act. Other channels may still need those of a channel.
    pub(super) fn done(&mut self) -> Option<Act> {
        if let Some(lane) = &mut self.lane {
            lane.done();
            return None;
        }
        self.queue.pop_front()
    }

    /// Waits for the next act; `false` if there are no more.
    ///
    /// Nothing is lost when the future is dropped.
    pub(super) async fn wait(&mut self) -> bool {
        if let Some(lane) = &mut self.lane {
            return lane.wait().await;
        }
        while self.queue.is_empty() {
            let Some(more) = &mut self.more else {
                return false;
            };
            match more.recv().await {
                Some(read) => self.queue.extend(read),
                None => self.more = None,
            }
        }
        true
    }

    /// Waits until the user wants to leave, while there is no connection to close.
    pub(super) async fn leaves(&mut self) {
        loop {
            let leaves = |act: &Act| matches!(act, Act::Close { .. });
            if self.queue.iter().any(leaves) {
                return;
            }
            match &mut self.more {
                Some(more) if self.queue.len() < Self::AHEAD => match more.recv().await {
                    Some(read) => self.queue.extend(read),
                    None => self.more = None,
                },
                _ => std::future::pending().await,
            }
        }
    }
}
