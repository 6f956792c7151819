//! Shared parts of the adapters for streams: errors, and bytes to write.

use alloc::{boxed::Box, vec::Vec};
use std::{
    fmt, io, mem,
    ops::{Deref, DerefMut},
};

#[cfg(feature = "client-no-provider")]
use crate::adapters::connect_error::ConnectError;
#[cfg(feature = "json")]
use crate::machine::connection::JsonError;
use crate::{
    handshake::{address::Address, client::ClientError, refusal::Refusal},
    machine::{
        close::{Cause, Ending},
        connection::Connection,
        error,
        limits::Limit,
    },
    protocol::{draft::Draft, violation::Violation},
};

/// Why an operation on a stream failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The connection failed, or rejected the call.
    Connection(error::ConnectionError),
    /// A server refused the opening request, and has written as much of the response, if any, as
    /// the client accepted. The response also reaches a client that is still sending its request:
    /// the server reads on for at most [`Limits::close`](crate::Limits::close).
    Refused(Box<Refusal>),
    /// A client got no connection: the server refused it or sent an invalid response.
    Handshake(Box<HandshakeError>),
    /// A client could not reach the server.
    #[cfg(feature = "client-no-provider")]
    Connect(Box<ConnectError>),
    /// The stream failed.
    Io(io::Error),
    /// A value could not be sent or received as JSON.
    #[cfg(feature = "json")]
    Json(JsonError),
}

/// Why a client got no connection from an address.
///
/// The text quotes the address without its query, which may contain secrets.
///
/// ```
/// use wsdraft::{Error, handshake::client::ClientError};
///
/// fn explain(error: &Error) -> String {
///     match error {
///         Error::Handshake(failed) => match &failed.cause {
///             ClientError::Refused { status: 401, .. } => "log in first".to_owned(),
///             ClientError::Refused { status: 302, fields, .. } => {
///                 format!("moved to {:?}", fields.text("location"))
///             }
///             _ => failed.to_string(),
///         },
///         _ => error.to_string(),
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandshakeError {
    /// The address.
    pub address: Address,
    /// Why.
    pub cause: ClientError,
}

impl HandshakeError {
    /// A client got no connection from this address, for this reason.
    #[must_use]
    pub const fn new(address: Address, cause: ClientError) -> Self {
        Self { address, cause }
    }
}

impl fmt::Display for HandshakeError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.address.without_query(), self.cause)
    }
}

/// Programs print this when they end with the error, so it has no query either.
impl fmt::Debug for HandshakeError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeError")
            .field("address", &self.address.without_query())
            .field("cause", &self.cause)
            .finish()
    }
}

/// It has no source: the text includes that of the cause.
impl std::error::Error for HandshakeError {}

impl From<HandshakeError> for Error {
    fn from(error: HandshakeError) -> Self {
        Self::Handshake(Box::new(error))
    }
}

impl Error {
    /// Why a client got no connection, if the server refused it or sent an invalid response.
    #[must_use]
    pub fn handshake(&self) -> Option<&ClientError> {
        match self {
            Self::Handshake(failed) => Some(&failed.cause),
            _ => None,
        }
    }

    /// The name of the error of an opening handshake in [metrics](crate::metrics::Metrics).
    pub(crate) const fn name(&self) -> &'static str {
        use error::ConnectionError as E;
        match self {
            Self::Refused(refusal) => refusal.cause.name(),
            Self::Handshake(failed) => failed.cause.name(),
            Self::Connection(E::Violation(violation)) => violation.rule.id,
            Self::Connection(E::Limit { limit, .. }) => limit.name(),
            Self::Connection(E::LeftEarly { .. } | E::Vanished { .. }) => "left-early",
            Self::Connection(E::Entropy) => "entropy",
            Self::Connection(E::Misuse(_)) => "misuse",
            Self::Io(_) => "io",
            #[cfg(feature = "client-no-provider")]
            Self::Connect(_) => "io",
            #[cfg(feature = "json")]
            Self::Json(_) => "misuse",
        }
    }

    /// The rule that the peer violated, and how, if that is the cause.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Connection(error::ConnectionError::Violation(violation)) => Some(violation),
            Self::Refused(refusal) => refusal.cause.violation(),
            Self::Handshake(failed) => failed.cause.violation(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Handshake(error) => error.fmt(f),
            #[cfg(feature = "client-no-provider")]
            Self::Connect(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
            #[cfg(feature = "json")]
            Self::Json(error) => error.fmt(f),
        }
    }
}

/// The text of each cause is that of the error, so the source is that of the cause.
impl std::error::Error for Error {
    #[inline]
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connection(error) => error.source(),
            Self::Refused(refusal) => refusal.source(),
            Self::Handshake(error) => error.source(),
            #[cfg(feature = "client-no-provider")]
            Self::Connect(error) => error.source(),
            Self::Io(error) => error.source(),
            #[cfg(feature = "json")]
            Self::Json(error) => error.source(),
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

#[cfg(feature = "json")]
impl From<JsonError> for Error {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<error::Misuse> for Error {
    fn from(misuse: error::Misuse) -> Self {
        Self::Connection(misuse.into())
    }
}

impl<M> From<error::TrySendError<M>> for Error {
    fn from(error: error::TrySendError<M>) -> Self {
        Self::Connection(error.error)
    }
}

#[cfg(feature = "client-no-provider")]
impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        Self::Connect(Box::new(error))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// Whether an error of the stream only means that the peer has disconnected.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
    };
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof
    )
}

/// The error for a peer that has left without the closing handshake. Each connection returns it once.
pub(crate) fn vanished(
    ended: Option<&Ending>,
    told: &mut bool,
) -> Result<(), error::ConnectionError> {
    match ended.map(|ending| &ending.cause) {
        Some(&Cause::Vanished { partial }) if !mem::replace(told, true) => {
            Err(error::ConnectionError::Vanished { partial })
        }
        _ => Ok(()),
    }
}

pub(crate) use crate::machine::connection::MARK;
/// Payloads of at least this many bytes are not copied when they are fed: they are written at once.
pub(crate) const LARGE: usize = 8 << 10;
/// Payloads of at least this many bytes are not copied when they are sent. Over TCP, a copy of less
/// takes less time than a vectored write takes longer.
#[cfg(feature = "tokio")]
pub(crate) const UNCOPIED: usize = 4 << 10;

/// Makes a call that sends. Returns `None` if it must wait because too much data is queued.
#[inline]
pub(crate) fn send_with<D: Draft>(
    connection: &mut Connection<D>,
    call: &mut impl FnMut(&mut Connection<D>) -> Result<(), error::ConnectionError>,
) -> Option<Result<(), error::ConnectionError>> {
    if connection.queued() >= MARK {
        return None;
    }
    match call(connection) {
        Err(error::ConnectionError::Limit {
            limit: Limit::WriteBuffer,
            ..
        }) => None,
        // After the queued data is written, there may be enough room.
        Err(error::ConnectionError::Limit {
            limit: Limit::SendMemory,
            ..
        }) if connection.queued() > 0 => None,
        done => Some(done),
    }
}

/// What a socket owns until it is taken apart. Nothing can be moved out of a type that implements
/// `Drop`.
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

    /// Takes the value. The socket cannot be used afterwards.
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
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A source of bytes to write.
pub(crate) trait Outbox {
    fn output(&self) -> &[u8];
    /// Some of the bytes behind the output, to be written with it.
    fn behind(&self) -> &[u8] {
        &[]
    }
    fn sent(&mut self, length: usize);
}

impl<D: Draft> Outbox for Connection<D> {
    #[inline]
    fn output(&self) -> &[u8] {
        self.output()
    }

    #[inline]
    fn behind(&self) -> &[u8] {
        self.behind()
    }

    #[inline]
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
    pub(crate) fn push(&mut self, bytes: Vec<u8>) {
        match self.bytes.len() {
            0 => self.bytes = bytes,
            _ => self.bytes.extend(bytes),
        }
    }
}

impl From<Vec<u8>> for Unsent {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, sent: 0 }
    }
}
