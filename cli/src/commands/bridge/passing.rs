//! One way through the bridge: what one endpoint says is said to the other one.
//!
//! Nothing more is received before there is room for it on the other side, so that an endpoint
//! which does not read stops the one that writes.

use std::{
    io,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::sleep,
};
use wsdraft::{
    Budget, Close, ConnectionError, Ending, Error, Event, Limit, Message, MessageRef, Misuse,
    Reserved, Role,
    digest::base64,
    info::{DraftInfo, Kind},
    tokio::{ReadHalf, WriteHalf},
};

use super::{
    notes::{self, Notes, Passed},
    settings::{Binary, Gateway},
};
use crate::{silence::Silence, specs::Spoken};

/// How long to wait for the reason why nothing can be sent, which whoever receives finds out.
const GRACE: Duration = Duration::from_secs(5);

/// Why nothing more comes this way.
#[derive(Debug)]
pub(super) enum Over {
    /// The endpoint has sent a close frame.
    Closed(Close),
    /// Its connection has ended without one.
    Ended(Ending),
    /// Its stream has failed.
    Failed(Error),
    /// It has sent what the other draft cannot say.
    Unsayable(String),
    /// There is no memory for its message.
    Overloaded,
    /// The other endpoint takes nothing more.
    Stuck(Error),
}

/// One way through the bridge.
pub(super) struct Way<'w> {
    /// Who speaks.
    from: Role,
    /// The draft of who listens.
    listens: &'static DraftInfo,
    binary: Binary,
    keeps_alive: bool,
    budget: &'w Budget,
    notes: &'w Notes,
    activity: &'w Silence,
    /// Empty pings that were passed on to each end and are not answered yet.
    awaited: &'w [AtomicUsize; 2],
    pub(super) passed: Passed,
}

/// What was received.
enum Taken {
    /// It is passed on already, or not at all.
    Done,
    /// There was no room for it at once.
    Message(Message, Reserved),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Over(Over),
}

/// Passes on what comes until nothing more does.
pub(super) async fn pass<A, B>(
    reader: &mut ReadHalf<A, Spoken>,
    writer: &mut WriteHalf<B, Spoken>,
    way: &mut Way<'_>,
) -> Over
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let room = writer.feed_with(|_| Ok(()));
        if let Err(error) = room.await {
            return stuck(error).await;
        }
        let received = now(reader.recv_event(|event| way.take(event, writer)));
        let received = match received {
            Poll::Ready(received) => received,
            Poll::Pending => {
                // What came together goes out together.
                if let Err(error) = writer.flush().await {
                    return stuck(error).await;
                }
                reader.recv_event(|event| way.take(event, writer)).await
            }
        };
        let done = match received {
            Ok(Some(Taken::Done)) => Ok(()),
            Ok(Some(Taken::Message(message, _held))) => writer.feed(message).await,
            Ok(Some(Taken::Ping(payload))) => writer.feed_with(|end| end.ping(&payload)).await,
            Ok(Some(Taken::Pong(payload))) => writer.feed_with(|end| end.pong(&payload)).await,
            Ok(Some(Taken::Over(over))) => return over,
            Ok(None) => return Way::ended(reader.ended()),
            Err(error) => return Over::Failed(error),
        };
        if let Err(error) = done {
            match unsent(error) {
                Over::Stuck(error) => return stuck(error).await,
                over => return over,
            }
        }
    }
}

/// The other endpoint takes nothing more. Whoever receives from it soon finds out why, and ends
/// this.
async fn stuck(error: Error) -> Over {
    sleep(GRACE).await;
    Over::Stuck(error)
}

/// What is ready now.
fn now<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Why something could not be sent.
fn unsent(error: Error) -> Over {
    match error {
        Error::Connection(ConnectionError::Misuse(Misuse::Closed)) => Over::Stuck(error),
        Error::Connection(ConnectionError::Misuse(misuse)) => Over::Unsayable(misuse.to_string()),
        Error::Connection(ConnectionError::Limit {
            limit: Limit::SendMemory,
            ..
        }) => Over::Overloaded,
        error => Over::Stuck(error),
    }
}

impl<'w> Way<'w> {
    /// The way of what this endpoint says; `drafts` are those of the client and of the server.
    pub(super) fn new(
        gateway: &'w Gateway,
        drafts: [Spoken; 2],
        from: Role,
        notes: &'w Notes,
        activity: &'w Silence,
        awaited: &'w [AtomicUsize; 2],
    ) -> Self {
        let [client, server] = drafts.map(|draft| draft.info());
        let listens = match from {
            Role::Client => server,
            Role::Server => client,
        };
        Self {
            from,
            listens,
            binary: gateway.binary,
            keeps_alive: gateway.keeps_alive,
            budget: &gateway.budget,
            notes,
            activity,
            awaited,
            passed: Passed::default(),
        }
    }

    /// Takes what was received, and passes it on if there is room for it.
    fn take<B>(&mut self, event: Event<'_>, writer: &mut WriteHalf<B, Spoken>) -> Taken
    where
        B: AsyncRead + AsyncWrite + Unpin,
    {
        match event {
            Event::Text(text) => self.message(MessageRef::Text(text), writer),
            Event::Binary(bytes) => self.binary(bytes, writer),
            Event::Ping(payload) => self.ping(payload),
            Event::Pong(payload) => self.pong(payload),
            Event::Close(close) => Taken::Over(Over::Closed(close.clone())),
            Event::Closed(ending) => Taken::Over(Over::Ended(ending.clone())),
            // No extension of this program has frames of its own.
            _ => Taken::Done,
        }
    }

    fn message<B>(&mut self, message: MessageRef<'_>, writer: &mut WriteHalf<B, Spoken>) -> Taken
    where
        B: AsyncRead + AsyncWrite + Unpin,
    {
        self.activity.ends();
        self.passed.messages += 1;
        self.passed.bytes += message.len() as u64;
        match now(writer.feed(message)) {
            Poll::Ready(Ok(())) => Taken::Done,
            Poll::Ready(Err(error)) => Taken::Over(unsent(error)),
            Poll::Pending => match self.budget.reserve(message.len()) {
                Some(held) => Taken::Message(message.to_message(), held),
                None => Taken::Over(Over::Overloaded),
            },
        }
    }

    fn binary<B>(&mut self, bytes: &[u8], writer: &mut WriteHalf<B, Spoken>) -> Taken
    where
        B: AsyncRead + AsyncWrite + Unpin,
    {
        if self.listens.has(Kind::Binary) {
            return self.message(MessageRef::Binary(bytes), writer);
        }
        let short = self.listens.short;
        match self.binary {
            Binary::Refuse => Taken::Over(Over::Unsayable(format!(
                "{short} has no binary messages; --binary base64 passes them on as text"
            ))),
            Binary::Base64 => {
                self.notes.once(notes::Kind::Binary, || {
                    format!("binary messages are passed on in base64: {short} has none")
                });
                self.message(MessageRef::Text(&base64(bytes)), writer)
            }
        }
    }

    fn ping(&self, payload: &[u8]) -> Taken {
        self.activity.ends();
        if !self.listens.has(Kind::Ping) {
            let (from, short) = (self.from, self.listens.short);
            self.notes.once(notes::Kind::Ping, || {
                format!("pings of the {from} are answered here: {short} has none")
            });
            return Taken::Done;
        }
        if payload.is_empty() {
            self.awaited(self.from.peer())
                .fetch_add(1, Ordering::Relaxed);
        }
        Taken::Ping(payload.into())
    }

    fn pong(&self, payload: &[u8]) -> Taken {
        if !self.listens.has(Kind::Pong) {
            let (from, short) = (self.from, self.listens.short);
            self.notes.once(notes::Kind::Pong, || {
                format!("pongs of the {from} are not passed on: {short} has none")
            });
            return Taken::Done;
        }
        if payload.is_empty() {
            let awaited = self.awaited(self.from);
            let less = |count: usize| count.checked_sub(1);
            let awaited = awaited.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
            if awaited.is_err() && self.keeps_alive {
                // It answers a ping of this bridge.
                return Taken::Done;
            }
        }
        self.activity.ends();
        Taken::Pong(payload.into())
    }

    const fn awaited(&self, of: Role) -> &AtomicUsize {
        let [client, server] = self.awaited;
        match of {
            Role::Client => client,
            Role::Server => server,
        }
    }

    /// The connection had ended before.
    fn ended(ending: Option<Ending>) -> Over {
        match ending {
            Some(ending) => Over::Ended(ending),
            None => Over::Failed(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }
}
