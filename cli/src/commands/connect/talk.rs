//! What is said on a connection.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use wsdraft::{
    Ending, Error, Event as Received,
    tokio::{WebSocket, tls::Stream},
};

use super::script::{Script, note};
use crate::{
    events::{Event, ViolationReport},
    failure::Failure,
    outcome::Outcome,
    output::{self, Output},
    specs::Spoken,
};

/// A conversation that goes on.
pub(super) struct Talk {
    socket: WebSocket<Stream, Spoken>,
    output: Output,
    deadline: Instant,
    messages: usize,
    pongs: usize,
    outcome: Outcome,
}

impl Talk {
    /// Bytes that may wait to be sent before something has to be received.
    const ROOM: usize = 64 << 10;
    /// How long to wait in one direction when there may be something to do in the other.
    const TURN: Duration = Duration::from_millis(20);
    /// How long to wait for the server to close the stream after the connection.
    const MOMENT: Duration = Duration::from_secs(1);

    /// One that begins, and is to be over so much later.
    pub(super) fn new(
        socket: WebSocket<Stream, Spoken>,
        output: Output,
        patience: Duration,
    ) -> Self {
        Self {
            socket,
            output,
            deadline: Instant::now() + patience,
            messages: 0,
            pongs: 0,
            outcome: Outcome::Fine,
        }
    }

    /// Sends what is to be sent, prints what comes, and closes.
    pub(super) async fn hold(&mut self, script: &Script<'_>) -> Result<Outcome, Failure> {
        let mut sent = 0;
        for message in script.messages() {
            if !self.make_room().await? {
                break;
            }
            let done = timeout_at(self.deadline, self.socket.feed(message));
            if let Ok(done) = done.await {
                self.note(done)?;
            }
            sent += 1;
        }
        if let Some(ping) = script.ping {
            self.ping(ping).await?;
        }
        let pings = usize::from(script.ping.is_some());
        let listens = sent + pings == 0 && script.close.is_none();
        while listens || self.messages < sent || self.pongs < pings {
            match self.next_event().await {
                Some(event) => {
                    if !self.take(event)? {
                        if !listens {
                            output::log(
                                "the connection ended before all that was sent was answered",
                            );
                            self.outcome = Outcome::Findings;
                        }
                        return Ok(self.outcome);
                    }
                }
                None if listens => break,
                None => {
                    output::log("the server did not respond to everything in time");
                    self.outcome = Outcome::Findings;
                    break;
                }
            }
        }
        let code = script
            .close
            .or_else(|| self.socket.connection().info().local_codes.normal);
        let closed = self
            .socket
            .feed_with(|connection| connection.close(code, ""));
        let Ok(done) = timeout(script.patience, closed).await else {
            return Ok(self.takes_nothing());
        };
        self.note(done)?;
        // Whatever the server sends meanwhile, the library gives it no longer than closing may
        // take.
        loop {
            let event = owned(self.socket.recv_event().await);
            if !self.take(event)? {
                return Ok(self.outcome);
            }
        }
    }

    async fn ping(&mut self, payload: &str) -> Result<(), Failure> {
        let pinged = self
            .socket
            .feed_with(|connection| connection.ping(payload.as_bytes()));
        match timeout_at(self.deadline, pinged).await {
            Ok(done) => self.note(done),
            Err(_elapsed) => Ok(()),
        }
    }

    /// Waits for something to come, until the time is over: a server that never stops sending
    /// does not put that off.
    async fn next_event(&mut self) -> Option<Taken> {
        if Instant::now() >= self.deadline {
            return None;
        }
        let received = timeout_at(self.deadline, self.socket.recv_event()).await;
        received.ok().map(owned)
    }

    /// Gives a server that has closed the connection a moment to close the stream, too.
    pub(super) async fn leave(mut self) {
        if self.socket.ended().is_some() {
            let _ = timeout(Self::MOMENT, self.socket.recv_event()).await;
        }
    }

    /// Waits until more can be sent; prints what comes meanwhile. `false` when nothing can.
    async fn make_room(&mut self) -> Result<bool, Failure> {
        while self.socket.connection().queued() >= Self::ROOM {
            // An error comes out again where something is received.
            if let Ok(Ok(())) = timeout(Self::TURN, self.socket.flush()).await {
                break;
            }
            if let Ok(received) = timeout(Self::TURN, self.socket.recv_event()).await {
                let event = owned(received);
                if !self.take(event)? {
                    return Ok(false);
                }
            }
            if Instant::now() > self.deadline {
                self.takes_nothing();
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn takes_nothing(&mut self) -> Outcome {
        output::log("the server accepts no more data");
        self.outcome = Outcome::Findings;
        self.outcome
    }

    /// Looks at how sending went. That the connection has failed comes out where something is
    /// received.
    fn note(&self, done: Result<(), Error>) -> Result<(), Failure> {
        match done {
            Err(Error::Connection(error)) => note(self.socket.connection().info(), &Err(error)),
            _ => Ok(()),
        }
    }

    /// Prints what was received; `false` after the last.
    fn take(&mut self, taken: Taken) -> Result<bool, Failure> {
        match taken {
            Taken::Event(event) => {
                match event {
                    Event::Message(_) => self.messages += 1,
                    Event::Pong { .. } => self.pongs += 1,
                    _ => {}
                }
                show(&event, self.output)?;
                Ok(true)
            }
            Taken::Nothing => Ok(true),
            Taken::End(ending) => {
                if let Some(error) = ending.as_ref().and_then(Ending::error) {
                    self.failed(&error.into())?;
                }
                Ok(false)
            }
            Taken::Failed(error) => {
                self.failed(&error)?;
                Ok(false)
            }
        }
    }

    fn failed(&mut self, error: &Error) -> Result<(), Failure> {
        self.outcome = Outcome::Findings;
        match error.violation() {
            Some(violation) => show(
                &Event::Violation(ViolationReport::new(violation)),
                self.output,
            ),
            None => {
                output::log(&error.to_string());
                Ok(())
            }
        }
    }
}

/// What was received, of its own.
enum Taken {
    Event(Event),
    /// Something that is not shown.
    Nothing,
    End(Option<Ending>),
    Failed(Error),
}

fn owned(received: Result<Option<Received<'_>>, Error>) -> Taken {
    Taken::Event(match received {
        Ok(Some(Received::Text(text))) => Event::text(text.to_owned()),
        Ok(Some(Received::Binary(bytes))) => Event::binary(bytes),
        Ok(Some(Received::Ping(payload))) => Event::ping(payload),
        Ok(Some(Received::Pong(payload))) => Event::pong(payload),
        Ok(Some(Received::Close(close))) => Event::close(close.clone()),
        Ok(Some(Received::Closed(ending))) => return Taken::End(Some(ending.clone())),
        Ok(Some(_)) => return Taken::Nothing,
        Ok(None) => return Taken::End(None),
        Err(error) => return Taken::Failed(error),
    })
}

/// Prints an event.
pub(super) fn show(event: &Event, output: Output) -> Result<(), Failure> {
    if output.is_json() {
        output.event(event)
    } else {
        output.line(&event.to_string())
    }
}
