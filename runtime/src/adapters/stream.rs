//! What the adapters for streams have in common: why something failed, and bytes to be written.

use alloc::{boxed::Box, vec::Vec};
use std::{
    fmt, io,
    ops::{Deref, DerefMut},
};

use crate::{
    handshake::{client::ClientError, refusal::Refusal},
    machine::{connection::Connection, error, limits::Limit},
    protocol::{draft::Draft, violation::Violation},
};

/// Why something failed over a stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The connection failed, or would not do what it was asked for.
    Connection(error::ConnectionError),
    /// A server refused the opening request, and has written the answer, if there is one, as far
    /// as the client took it. It reaches a client that is in the middle of its request, too: over
    /// tokio the stream is closed for writing, and then read until the client closes it, for as
    /// long as [`Limits::close`](crate::Limits::close) allows; a blocking one is read as
    /// [its adapter](crate::blocking#closing) tells.
    Refused(Box<Refusal>),
    /// A client got no connection: the server refused it, or answered wrongly.
    Handshake(Box<ClientError>),
    /// The stream failed.
    Io(io::Error),
}

impl Error {
    /// The rule that the peer broke, where that is what happened, and how.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Connection(error::ConnectionError::Violation(violation)) => Some(violation),
            Self::Refused(refusal) => refusal.cause.violation(),
            Self::Handshake(error) => error.violation(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Handshake(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connection(error) => error.source(),
            Self::Refused(refusal) => refusal.source(),
            Self::Handshake(error) => error.source(),
            Self::Io(error) => error.source(),
        }
    }
}

impl From<error::ConnectionError> for Error {
    fn from(error: error::ConnectionError) -> Self {
        Self::Connection(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<error::Misuse> for Error {
    fn from(misuse: error::Misuse) -> Self {
        Self::Connection(misuse.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<ClientError> for Error {
    fn from(error: ClientError) -> Self {
        Self::Handshake(Box::new(error))
    }
}

/// Whether an error of the stream says no more than that the peer is gone.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
    };
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof
    )
}

/// Bytes that gather before a message to be sent has to wait for them to be written.
pub(crate) const MARK: usize = 64 << 10;
/// Bytes of a payload from which on it is not worth copying.
pub(crate) const LARGE: usize = 8 << 10;

/// Makes a call that sends; `None` while so much waits to be written that it has to wait, too.
#[inline]
pub(crate) fn send_with<D: Draft>(
    connection: &mut Connection<D>,
    call: &mut impl FnMut(&mut Connection<D>) -> Result<(), error::ConnectionError>,
) -> Option<Result<(), error::ConnectionError>> {
    if connection.output().len() >= MARK {
        return None;
    }
    match call(connection) {
        Err(error::ConnectionError::Limit {
            limit: Limit::WriteBuffer,
            ..
        }) => None,
        // When what waits is written, there may be enough.
        Err(error::ConnectionError::Limit {
            limit: Limit::SendMemory,
            ..
        }) if !connection.output().is_empty() => None,
        done => Some(done),
    }
}

/// What a socket owns until it is taken apart: nothing can be moved out of a type that does
/// something when it is dropped.
pub(crate) struct Kept<T>(Option<T>);

impl<T> Kept<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Some(value))
    }

    pub(crate) const fn get(&self) -> &T {
        match &self.0 {
            Some(value) => value,
            None => Self::is_gone(),
        }
    }

    /// Takes it, with which the socket is of no use any more.
    pub(crate) fn take(&mut self) -> T {
        match self.0.take() {
            Some(value) => value,
            None => Self::is_gone(),
        }
    }

    pub(crate) const fn is_there(&self) -> bool {
        self.0.is_some()
    }

    #[cold]
    const fn is_gone() -> ! {
        panic!("only what consumes a socket takes it apart")
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T> DerefMut for Kept<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.0 {
            Some(value) => value,
            None => Self::is_gone(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// What holds bytes that are to be written.
pub(crate) trait Outbox {
    fn output(&self) -> &[u8];
    fn sent(&mut self, length: usize);
}

impl<D: Draft> Outbox for Connection<D> {
    fn output(&self) -> &[u8] {
        self.output()
    }

    fn sent(&mut self, length: usize) {
        self.sent(length);
    }
}

/// Bytes that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct Unsent {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outbox for Unsent {
    fn output(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    fn sent(&mut self, length: usize) {
        self.sent += length;
    }
}

impl Unsent {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}

impl From<Vec<u8>> for Unsent {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, sent: 0 }
    }
}
