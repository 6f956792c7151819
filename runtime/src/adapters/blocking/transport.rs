//! A blocking stream under a connection, and whether it can still be used.

use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    time::Instant,
};

use crate::{
    adapters::stream::{Outbox, is_gone},
    machine::connection::{Behind, Connection},
    protocol::draft::Draft,
};

/// A stream.
#[derive(Debug)]
pub(super) struct Transport<S> {
    pub(super) stream: S,
    /// Whether something was written since the last flush.
    dirty: bool,
    /// Whether something is queued that does not wait for more: a pong, or data that was not fed.
    uncorked: bool,
    /// Whether the peer no longer reads.
    deaf: bool,
    /// Whether the data that the peer was still sending has been discarded.
    drained: bool,
}

/// Number of bytes to read at a time for data to discard.
const CHUNK: usize = 16 << 10;
/// Maximum number of bytes to discard.
const DRAINED: usize = 16 << 20;

/// Whether an error only means that the stream has timed out.
pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Repeats a call that a signal has interrupted.
fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl<S: Read + Write> Transport<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self {
            stream,
            dirty: false,
            uncorked: false,
            deaf: false,
            drained: false,
        }
    }

    /// Notes that queued data does not wait for more.
    pub(super) const fn uncork(&mut self) {
        self.uncorked = true;
    }

    /// Whether some of the queued data does not wait for more.
    pub(super) const fn is_uncorked(&self) -> bool {
        self.uncorked
    }

    /// Records the result of a write. A write of zero bytes is an error.
    fn note(&mut self, written: io::Result<usize>) -> io::Result<usize> {
        let written = match written {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            written => written,
        };
        match &written {
            Ok(_) => self.dirty = true,
            Err(error) => self.deaf |= !is_timeout(error),
        }
        written
    }

    /// Writes as much as the stream accepts, at least one byte.
    pub(super) fn write_some(&mut self, outbox: &mut impl Outbox) -> io::Result<()> {
        let written = uninterrupted(|| {
            if outbox.behind().is_empty() {
                return self.stream.write(outbox.output());
            }
            let slices = [outbox.output(), outbox.behind()].map(IoSlice::new);
            self.stream.write_vectored(&slices)
        });
        let written = self.note(written)?;
        outbox.sent(written);
        Ok(())
    }

    /// Writes everything.
    pub(super) fn flush(&mut self, outbox: &mut impl Outbox) -> io::Result<()> {
        while !outbox.output().is_empty() {
            self.write_some(outbox)?;
        }
        if self.dirty {
            uninterrupted(|| self.stream.flush())?;
            self.dirty = false;
        }
        self.uncorked = false;
        Ok(())
    }

    /// Writes as much as the stream accepts before it times out. An error is left to the next call,
    /// which repeats the write: the peer may have sent data before it left.
    #[cold]
    pub(super) fn hurry(&mut self, outbox: &mut impl Outbox) {
        if !self.deaf {
            let written = self.flush(outbox);
            self.deaf &= written.is_ok();
        }
    }

    /// Writes the remaining output, unless the peer has disconnected, or until the stream times out
    /// after an instant.
    pub(super) fn finish(&mut self, outbox: &mut impl Outbox, deadline: Instant) {
        while !self.deaf {
            match self.flush(outbox) {
                Err(error) if is_timeout(&error) && Instant::now() < deadline => {}
                _ => return,
            }
        }
    }

    /// Writes the queued data and then, without a copy, a payload whose frame header is at the end
    /// of that data. If the stream times out, the rest is queued.
    pub(super) fn write_through<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        behind: Behind<'_>,
    ) -> io::Result<()> {
        let payload = behind.plain();
        let mut sent = 0;
        let done = loop {
            if sent >= payload.len() {
                break Ok(());
            }
            let output = connection.output();
            let rest = payload.get(sent..).unwrap_or_default();
            let slices = [IoSlice::new(output), IoSlice::new(rest)];
            // A stream without vectored writes uses the first slice that is not empty.
            let first = usize::from(output.is_empty());
            let written = uninterrupted(|| self.stream.write_vectored(&slices[first..]));
            match self.note(written) {
                Ok(written) => {
                    let waiting = connection.output().len().min(written);
                    connection.head_sent(waiting);
                    sent += written - waiting;
                }
                Err(error) if is_timeout(&error) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        connection.queue_rest(behind, sent);
        done
    }

    /// Writes all queued data, and reads something.
    pub(super) fn fill<D: Draft>(&mut self, connection: &mut Connection<D>) -> io::Result<()> {
        if !self.deaf {
            match self.flush(connection) {
                // A peer that has disconnected, or waits for its data to be read, may have sent
                // more.
                Err(error) if !is_timeout(&error) && !is_gone(&error) => return Err(error),
                _ => {}
            }
        }
        match uninterrupted(|| self.stream.read(connection.space())) {
            Ok(0) => connection.end_of_input(),
            Ok(length) => connection.filled(length),
            Err(error) if is_timeout(&error) => {
                connection.rest();
                return Err(error);
            }
            Err(error) => {
                connection.end_of_input();
                return if is_gone(&error) { Ok(()) } else { Err(error) };
            }
        }
        Ok(())
    }

    /// Reads and discards, once, what the peer is still sending, because dropping a stream with
    /// unread input may discard the last bytes that were written. `goes_on` receives the discarded
    /// bytes (none at first) and returns whether more must follow. A peer that has sent everything
    /// may wait for this endpoint to close.
    pub(super) fn drain(&mut self, deadline: Instant, mut goes_on: impl FnMut(&[u8]) -> bool) {
        let mut chunk = [0; CHUNK];
        let (mut length, mut drained) = (0, 0);
        while !self.drained && goes_on(chunk.get(..length).unwrap_or_default()) {
            if drained >= DRAINED || Instant::now() >= deadline {
                break;
            }
            // An error also ends this, and so does a timeout of the stream.
            length = self.read(&mut chunk).unwrap_or(0);
            drained += length;
            if length == 0 {
                break;
            }
        }
        self.drained = true;
    }

    /// Reads some bytes into the start of a buffer.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        uninterrupted(|| self.stream.read(buffer))
    }
}
