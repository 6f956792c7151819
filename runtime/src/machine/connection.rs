//! A connection: bytes in, events out, bytes to send; no sockets and no clock.
//!
//! ```
//! # use wsdraft::{Draft, Connection, ConnectionError, Event};
//! # fn echo<D: Draft>(connection: &mut Connection<D>, received: &[u8]) -> Result<Vec<u8>, ConnectionError> {
//! connection.feed(received);
//! let mut messages = Vec::new();
//! while let Some(event) = connection.receive()? {
//!     match event {
//!         Event::Text(text) => messages.push(text.to_owned()),
//!         Event::Closed(_) => break,
//!         _ => {}
//!     }
//! }
//! for message in &messages {
//!     connection.text(message)?;
//! }
//! let sent = connection.output().to_vec();
//! connection.sent(sent.len());
//! # Ok(sent)
//! # }
//! ```

use alloc::{boxed::Box, sync::Arc};
use core::fmt;

use crate::{
    machine::{
        close::{Close, Ending},
        extension::{Agreed, Coding},
        limits::{Config, Limits},
        metrics::meter::Meter,
        receive::Receiver,
        trace::Trace,
    },
    payload::{
        budget::Account,
        buffer::{Assembly, Input, Output},
        entropy::{Entropy, Nonces},
    },
    protocol::{
        draft::Draft,
        frame::Session,
        info::{DraftInfo, Role},
        violation::Enforce,
    },
};

mod as_message;
mod closing;
mod counting;
mod decoding;
mod event;
mod extended;
mod frames;
mod incoming;
#[cfg(feature = "json")]
mod json;
mod loan;
mod memory;
mod message;
mod outgoing;
#[cfg(feature = "std")]
mod owned;
#[cfg(feature = "std")]
mod prepared;
#[cfg(feature = "std")]
mod sending;

#[cfg(feature = "json")]
pub use self::json::JsonError;
pub(crate) use self::loan::Loan;
#[cfg(feature = "std")]
pub use self::prepared::Prepared;
#[cfg(feature = "std")]
pub(crate) use self::sending::{Behind, MARK, Sending};
pub use self::{
    as_message::AsMessage,
    event::Event,
    message::{Message, MessageRef, NotText},
};

/// An endpoint of a connection after the opening handshake.
///
/// Read into [`space`](Self::space) and call [`filled`](Self::filled), or call
/// [`feed`](Self::feed); take events with [`receive`](Self::receive) until there are none; write
/// [`output`](Self::output) and call [`sent`](Self::sent). Receiving produces pongs and the response
/// to a close frame, so write after it. When the connection has [`ended`](Self::ended) and there is
/// no more output, close the transport.
///
/// No method waits, so there is nothing to cancel: between two calls the state is consistent.
pub struct Connection<D> {
    core: Core<D>,
    input: Input,
    assembly: Assembly,
    /// The next event, if it was looked for but not taken.
    ready: Option<Loan>,
}

/// A connection without the buffers that events borrow from.
struct Core<D> {
    receiver: Receiver<D>,
    /// Enforces the rules on the frames of the peer.
    enforce: Enforce,
    role: Role,
    config: Arc<Config>,
    /// The lower of the limits for frames and messages.
    largest: usize,
    output: Output,
    nonces: Option<Box<Nonces>>,
    coding: Option<Box<Coding>>,
    agreed: Option<Box<Agreed>>,
    outgoing: outgoing::State,
    incoming: incoming::State,
    closing: closing::State,
    /// The memory that it holds of a budget.
    account: Option<Arc<Account>>,
    trace: Trace,
    meter: Meter,
}

impl<D: Draft> Connection<D> {
    /// The server of a connection. Connections of one server may share an `Arc<Config>`.
    pub fn server(draft: D, session: Session, config: impl Into<Arc<Config>>) -> Self {
        Self::new(draft, Role::Server, session, None, config.into())
    }

    /// The client of a connection. Its masking keys come from `entropy`. Connections may share an
    /// `Arc<Config>`.
    pub fn client(
        draft: D,
        session: Session,
        entropy: impl Entropy + 'static,
        config: impl Into<Arc<Config>>,
    ) -> Self {
        let nonces = Some(Box::new(Nonces::new(Box::new(entropy))));
        Self::new(draft, Role::Client, session, nonces, config.into())
    }

    fn new(
        draft: D,
        role: Role,
        session: Session,
        nonces: Option<Box<Nonces>>,
        config: Arc<Config>,
    ) -> Self {
        let limits = &config.limits;
        let largest = limits.frame.min(limits.message);
        let mut receiver = Receiver::new(
            draft,
            role.peer(),
            session,
            config.policy.claimed,
            limits.frame,
        );
        receiver.set_max_held_control(limits.control);
        let account = config.budget.clone().map(Account::new);
        let mut input = Input::default();
        input.metered(account.clone());
        let assembly = Assembly::new(limits.message, account.clone());
        let mut output = Output::default();
        output.metered(account.clone());
        let info = receiver.draft().info();
        let trace = Trace::connection(info, role);
        let meter = Meter::opened(config.metrics.as_ref(), role, info);
        let core = Core {
            receiver,
            enforce: Enforce::new(config.policy.relaxed, config.policy.strict),
            role,
            config,
            largest,
            output,
            nonces,
            coding: None,
            agreed: None,
            outgoing: outgoing::State::default(),
            incoming: incoming::State::default(),
            closing: closing::State::default(),
            account,
            trace,
            meter,
        };
        Self {
            core,
            input,
            assembly,
            ready: None,
        }
    }

    /// Notes the agreed subprotocol for tracing.
    #[cfg(feature = "std")]
    pub(crate) fn note_subprotocol(&self, subprotocol: Option<&str>) {
        self.core.trace.subprotocol(subprotocol);
    }

    /// The span of the connection's events, with its role, draft and subprotocol. Pass it to
    /// [`Instrument`](tracing::Instrument) to put the application's events into it, too.
    #[cfg(feature = "tracing")]
    pub const fn span(&self) -> &tracing::Span {
        self.core.trace.span()
    }

    /// The draft of the connection.
    pub const fn draft(&self) -> &D {
        self.core.receiver.draft()
    }

    /// The static data of the draft.
    pub fn info(&self) -> &'static DraftInfo {
        self.draft().info()
    }

    /// The role of this endpoint.
    pub const fn role(&self) -> Role {
        self.core.role
    }

    /// The limits of the connection.
    pub fn limits(&self) -> &Limits {
        &self.core.config.limits
    }

    /// The buffer to read into. Call [`filled`](Self::filled) with the number of bytes afterwards.
    ///
    /// The rest of a large message is read straight into the assembled message, unless it is text that
    /// is checked as it comes. The buffer is empty after the connection has ended, and while [`receive`](Self::receive) has enough bytes to go
    /// on.
    pub fn space(&mut self) -> &mut [u8] {
        if self.core.closing.is_over() {
            return &mut [];
        }
        let needed = self.core.incoming.needed;
        let left = self.core.receiver.payload_left().unwrap_or(0);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        match self.left() {
            Some(left) => self.assembly.space(left),
            None => match self.core.stream() {
                Some(coding) => coding.wire().space(0, 0),
                None => self.input.space(needed, left),
            },
        }
    }

    /// The bytes that are still to come of a payload that is read straight into the assembly.
    fn left(&self) -> Option<usize> {
        let left = self.core.incoming.left_of(&self.core.receiver);
        if left == 0
            || self.assembly.is_text()
            || self
                .core
                .coding
                .as_ref()
                .is_some_and(|coding| coding.is_stream())
        {
            return None;
        }
        (self.input.is_empty() && left >= Input::LARGE).then_some(left)
    }

    /// The bytes that are still to be read of the frame in which the connection has ended, as far as
    /// the length is known.
    #[cfg(feature = "std")]
    pub(crate) fn unread(&self) -> usize {
        if self
            .core
            .coding
            .as_ref()
            .is_some_and(|coding| coding.is_stream())
        {
            // It is not known how many bytes of the stream a payload takes.
            return 0;
        }
        let left = self.core.receiver.payload_left().unwrap_or(0);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        left.saturating_sub(self.input.len() + self.assembly.unaccepted())
    }

    /// The buffer to append to, if the rest of a large payload comes; then call
    /// [`appended`](Self::appended). Otherwise use [`space`](Self::space).
    #[cfg(feature = "tokio")]
    pub(crate) fn unfilled(&mut self) -> Option<bytes::buf::Limit<&mut Vec<u8>>> {
        let left = self.left().filter(|_| !self.core.closing.is_over())?;
        Some(self.assembly.unfilled(left))
    }

    /// Takes the appended bytes; returns their number.
    #[cfg(feature = "tokio")]
    pub(crate) fn appended(&mut self) -> usize {
        self.assembly.appended()
    }

    /// Takes the first `length` bytes of [`space`](Self::space), which have been read into it.
    pub fn filled(&mut self, length: usize) {
        match self.left() {
            Some(_) => self.assembly.filled(length),
            None => match self.core.stream() {
                Some(coding) => coding.wire().filled(length),
                None => self.input.filled(length),
            },
        }
    }

    /// Takes all of these received bytes. [`receive`](Self::receive) returns their events. After the
    /// connection has ended, they are ignored.
    pub fn feed(&mut self, bytes: &[u8]) {
        if !self.core.closing.is_over() {
            match self.core.stream() {
                Some(coding) => coding.wire().push(bytes),
                None => self.input.push(bytes),
            }
        }
    }

    /// Notes that the peer will send nothing more.
    ///
    /// [`receive`](Self::receive) still returns what has been received, and then
    /// [`Event::Closed`].
    pub fn end_of_input(&mut self) {
        self.core.closing.end_of_input = true;
    }

    /// The bytes to be sent. Call [`sent`](Self::sent) with the number of bytes written. After a
    /// [`Prepared`](crate::Prepared) message was queued, these may not be all: go on until there are
    /// none.
    #[inline]
    pub fn output(&self) -> &[u8] {
        self.core.output.waiting()
    }

    /// Removes the first `length` bytes of [`output`](Self::output), which have been sent.
    #[inline]
    pub fn sent(&mut self, length: usize) {
        self.core.output.sent(length);
        self.core.flush_pong();
    }

    /// How the connection ended; `None` if it has not. Send the remaining
    /// [`output`](Self::output) before closing the transport.
    pub fn ended(&self) -> Option<&Ending> {
        self.core.closing.ending.as_deref()
    }

    /// The close frame of the peer, if it has sent one.
    pub fn peer_close(&self) -> Option<&Close> {
        self.core.closing.peer.as_deref()
    }

    /// Whether this endpoint has closed the connection and sends no more messages.
    pub const fn is_closing(&self) -> bool {
        self.core.closing.local || self.core.closing.is_over()
    }
}

impl<D: Draft> Core<D> {
    /// The state of an extension that compresses the stream of frames.
    #[inline]
    fn stream(&mut self) -> Option<&mut Coding> {
        self.coding
            .as_deref_mut()
            .filter(|coding| coding.is_stream())
    }
}

impl<D: Draft> fmt::Debug for Connection<D> {
    /// Shows the state, but no received or sent data.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("draft", &self.info().short)
            .field("role", &self.core.role)
            .field("closing", &self.core.closing)
            .field("output", &self.core.output.len())
            .finish_non_exhaustive()
    }
}
