//! What the user has the client do.

use std::{collections::VecDeque, future::Future};

use tokio::sync::mpsc::{Receiver, Sender, channel};

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
    /// The same for another channel, unless it is a failure.
    fn copied(&self) -> Option<Self> {
        Some(match self {
            Self::Text(text) => Self::Text(text.clone()),
            Self::Binary(bytes) => Self::Binary(bytes.clone()),
            Self::Part { first, last, bytes } => Self::Part {
                first: *first,
                last: *last,
                bytes: bytes.clone(),
            },
            Self::Ping(payload) => Self::Ping(payload.clone()),
            Self::Pong(payload) => Self::Pong(payload.clone()),
            Self::Close { code, reason } => Self::Close {
                code: *code,
                reason: reason.clone(),
            },
            Self::Fail(_) => return None,
        })
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
}

impl Source {
    /// Acts that a user types ahead while there is no connection.
    const AHEAD: usize = 1024;

    /// These alone.
    pub(super) fn of(acts: Vec<Act>) -> Self {
        Self {
            queue: acts.into(),
            more: None,
        }
    }

    /// What a thread reads.
    pub(super) const fn read(more: Receiver<Vec<Act>>) -> Self {
        Self {
            queue: VecDeque::new(),
            more: Some(more),
        }
    }

    /// A source for each of several channels, with the same acts in all, and what hands these on.
    pub(super) fn for_each(self, channels: usize) -> (Vec<Self>, impl Future<Output = ()>) {
        let mut senders = Vec::new();
        let mut sources = Vec::new();
        for _ in 0..channels {
            if self.more.is_some() {
                let (sender, receiver) = channel(1);
                senders.push(sender);
                sources.push(Self::read(receiver));
            } else {
                let acts = self.queue.iter().filter_map(Act::copied);
                sources.push(Self::of(acts.collect()));
            }
        }
        (sources, self.hand_on(senders))
    }

    /// Hands each act to all of these.
    async fn hand_on(mut self, mut senders: Vec<Sender<Vec<Act>>>) {
        while !senders.is_empty() && self.wait().await {
            let Some(act) = self.done() else { continue };
            if matches!(act, Act::Fail(_)) {
                // One that says it is enough.
                if let Some(sender) = senders.first() {
                    let _ = sender.send(vec![act]).await;
                }
                return;
            }
            for sender in &senders {
                let _ = sender.send(act.copied().into_iter().collect()).await;
            }
            senders.retain(|sender| !sender.is_closed());
        }
    }

    /// The next act, if it is there. It stays the next one until it is [done](Self::done).
    pub(super) fn next(&mut self) -> Option<&Act> {
        while self.queue.is_empty() {
            let read = self.more.as_mut()?.try_recv().ok()?;
            self.queue.extend(read);
        }
        self.queue.front()
    }

    /// Takes the next act.
    pub(super) fn done(&mut self) -> Option<Act> {
        self.queue.pop_front()
    }

    /// Waits for the next act; `false` if there are no more.
    ///
    /// Nothing is lost when the future is dropped.
    pub(super) async fn wait(&mut self) -> bool {
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
