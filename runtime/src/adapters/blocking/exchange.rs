//! A blocking stream during the opening handshake.

use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use super::{
    Error, WebSocket, after,
    transport::{Transport, is_timeout},
};
use crate::{
    adapters::{
        opening::{Opening, connection, expired, failed, open, vanished},
        stream::Outbox as _,
    },
    handshake::established::Established,
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
};

/// Bytes to read at a time.
const CHUNK: usize = 16 << 10;
/// The time limit for writing a refusal after a timeout: the time of one write.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// One endpoint's opening handshake over a stream, and its remaining time.
#[derive(Debug)]
pub(super) struct Exchange<S, O> {
    transport: Transport<S>,
    opening: O,
    deadline: Instant,
    heard: bool,
}

impl<S, O> Exchange<S, O> {
    pub(super) const fn stream(&self) -> &S {
        &self.transport.stream
    }

    pub(super) fn into_stream(self) -> S {
        self.transport.stream
    }

    pub(super) const fn opening(&mut self) -> &mut O {
        &mut self.opening
    }
}

impl<S: Read + Write, O: Opening> Exchange<S, O> {
    /// A handshake that starts now.
    pub(super) fn new(stream: S, opening: O) -> Self {
        Self {
            transport: Transport::new(stream),
            deadline: after(opening.limits().handshake),
            opening,
            heard: false,
        }
    }

    /// Writes and reads until the handshake has reached a state. If it is refused, the client is
    /// told, and the refusal is the error.
    pub(super) fn until(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        let done = self.reach(reached);
        done.inspect_err(|error| self.opening.count_failed(error))
    }

    fn reach(&mut self, reached: fn(&O) -> bool) -> Result<(), Error> {
        while !reached(&self.opening) {
            if let Some(refusal) = self.opening.refusal().cloned() {
                self.leave();
                return Err(refusal.into());
            }
            self.flush()?;
            match self.read() {
                Ok(received) => received?,
                Err(error) => self.cut_short(error)?,
            }
        }
        Ok(())
    }

    /// Writes and reads until the handshake is complete, and starts the framing.
    pub(super) fn complete(mut self) -> Result<WebSocket<S, O::Draft>, Error> {
        self.until(O::is_done)?;
        let done = self.flush();
        done.inspect_err(|error| self.opening.count_failed(error))?;
        let opened = self.opening.establish().ok_or(Misuse::Closed)?;
        let Established {
            draft,
            session,
            extensions,
            rest,
        } = opened.established;
        let connection = connection(O::PEER, draft, session, opened.config);
        let mut socket = WebSocket::established(self.transport, connection, opened.subprotocol);
        let subprotocol = socket.subprotocol.as_deref();
        open(&mut socket.connection, &extensions, &rest, subprotocol);
        socket.response = opened.response;
        Ok(socket)
    }

    /// Repeats a call until its result is not a timeout of the stream.
    fn in_time<T>(&mut self, mut call: impl FnMut(&mut Self) -> io::Result<T>) -> Result<T, Error> {
        loop {
            if Instant::now() >= self.deadline {
                return Err(expired(self.opening.limits()));
            }
            match call(self) {
                Err(error) if is_timeout(&error) => {}
                done => return done.map_err(|error| failed(error, &self.opening, self.heard)),
            }
        }
    }

    /// Writes everything.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        // Where nothing waits to be written, it cannot be too late for that.
        if self.opening.unsent().output().is_empty() {
            return Ok(());
        }
        self.in_time(|exchange| exchange.transport.flush(exchange.opening.unsent()))
    }

    /// Waits for bytes and passes them on.
    fn read(&mut self) -> Result<Result<(), Error>, Error> {
        let mut chunk = [0; CHUNK];
        let length = self.in_time(|exchange| exchange.transport.read(&mut chunk))?;
        if length == 0 {
            return Err(vanished(&self.opening, self.heard));
        }
        self.heard = true;
        Ok(self
            .opening
            .receive(chunk.get(..length).unwrap_or_default()))
    }

    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        let is_late = matches!(
            error,
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                ..
            })
        );
        if is_late {
            self.deadline = after(LAST_WORDS);
        }
        self.opening.cut_short(error)
    }

    /// Whether the time of the handshake is over. If so, there is a little more for a refusal.
    pub(super) fn is_late(&mut self) -> bool {
        let is_late = Instant::now() >= self.deadline;
        if is_late {
            self.deadline = after(LAST_WORDS);
        }
        is_late
    }

    /// Writes the remaining output, and reads what the client is still sending.
    fn leave(&mut self) {
        // The client may have disconnected; the request is refused anyway.
        let _ = self.flush();
        let deadline = after(self.opening.limits().close);
        let Self {
            transport, opening, ..
        } = self;
        transport.drain(deadline, |bytes| opening.goes_on(bytes));
    }
}
