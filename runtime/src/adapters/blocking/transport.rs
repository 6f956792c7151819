//! A blocking stream under a connection, and what of it is still of use.

use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    time::Instant,
};

use crate::{
    adapters::stream::{Outbox, is_gone},
    machine::connection::Connection,
    protocol::draft::Draft,
};

/// A stream.
#[derive(Debug)]
pub(super) struct Transport<S> {
    pub(super) stream: S,
    /// Whether something was written since the last flush.
    dirty: bool,
    /// Whether the peer takes nothing any more.
    deaf: bool,
    /// Whether what the peer was still sending was dropped.
    drained: bool,
}

/// Bytes to read at a time where they are not wanted.
const CHUNK: usize = 16 << 10;
/// Bytes that are dropped at most of what the peer is still sending.
const DRAINED: usize = 16 << 20;

/// Whether an error says no more than that the stream's own limit of time was reached.
pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Makes a call again that a signal has interrupted.
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
            deaf: false,
            drained: false,
        }
    }

    /// Notes what writing led to; nothing written is an error.
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

    /// Writes what the stream takes, at least something.
    pub(super) fn write_some(&mut self, outbox: &mut impl Outbox) -> io::Result<()> {
        let written = uninterrupted(|| self.stream.write(outbox.output()));
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
        Ok(())
    }

    /// Writes what is left to be said, unless the peer is gone, or until an instant at which the
    /// stream's own time runs out.
    pub(super) fn finish(&mut self, outbox: &mut impl Outbox, deadline: Instant) {
        while !self.deaf {
            match self.flush(outbox) {
                Err(error) if is_timeout(&error) && Instant::now() < deadline => {}
                _ => return,
            }
        }
    }

    /// Writes what waits in the connection and then a payload whose head is the last of that,
    /// without a copy. Where the stream's time runs out, the rest waits to be written.
    pub(super) fn write_through<D: Draft>(
        &mut self,
        connection: &mut Connection<D>,
        mut payload: &[u8],
    ) -> io::Result<()> {
        let done = loop {
            if payload.is_empty() {
                break Ok(());
            }
            let output = connection.output();
            let slices = [IoSlice::new(output), IoSlice::new(payload)];
            // A stream without vectored writes takes the first slice that is not empty.
            let first = usize::from(output.is_empty());
            let written = uninterrupted(|| self.stream.write_vectored(&slices[first..]));
            match self.note(written) {
                Ok(written) => {
                    let waiting = connection.output().len().min(written);
                    connection.header_sent(waiting);
                    payload = payload.get(written - waiting..).unwrap_or_default();
                }
                Err(error) if is_timeout(&error) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        connection.queue_rest(payload);
        done
    }

    /// Writes everything that the stream takes, and reads something.
    pub(super) fn fill<D: Draft>(&mut self, connection: &mut Connection<D>) -> io::Result<()> {
        if !self.deaf {
            match self.flush(connection) {
                // Of a peer that is gone, or that waits to be read from, there may be more.
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

    /// Reads and drops, once, what the peer is in the middle of sending, since to let go of a
    /// stream with input unread may take back what was written last. `goes_on` gets what is
    /// dropped, nothing at first, and says whether more is sure to come: a peer that has said all
    /// may wait for this end to close.
    pub(super) fn drain(&mut self, deadline: Instant, mut goes_on: impl FnMut(&[u8]) -> bool) {
        let mut chunk = [0; CHUNK];
        let (mut length, mut drained) = (0, 0);
        while !self.drained && goes_on(chunk.get(..length).unwrap_or_default()) {
            if drained >= DRAINED || Instant::now() >= deadline {
                break;
            }
            // An error is an end, too, and so is that the stream's own time runs out.
            length = self.read(&mut chunk).unwrap_or(0);
            drained += length;
            if length == 0 {
                break;
            }
        }
        self.drained = true;
    }

    /// Reads something to the front of a buffer.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        uninterrupted(|| self.stream.read(buffer))
    }
}
