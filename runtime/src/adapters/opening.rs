//! Opening handshakes as the adapters for streams perform them, without I/O and without a clock.

use alloc::{boxed::Box, sync::Arc};
use std::io;

use crate::{
    adapters::{
        settings::borrowed,
        stream::{Error, Unsent, is_gone},
    },
    handshake::{
        decision::Rejection,
        established::Established,
        given::spoken,
        head::ResponseHead,
        offer::Requested,
        parse::HeadError,
        refusal::{Refusal, RefusalCause},
        server::ServerHandshake,
    },
    machine::{
        connection::Connection,
        error::{ConnectionError, Misuse, Sent},
        extension::{Agreed, Extensions},
        limits::{Config, Limit, Limits},
    },
    payload::entropy::{Entropy as _, NoEntropy, OsEntropy},
    protocol::{
        draft::Draft,
        frame::Session,
        heads::Answer,
        info::{DraftInfo, Purpose, Role},
    },
};

pub(crate) mod asking;

/// The result of a handshake. The connection is made where it stays, since it is large.
pub(crate) struct Opened<D> {
    pub(crate) established: Established<D>,
    pub(crate) config: Arc<Config>,
    pub(crate) subprotocol: Option<Box<str>>,
    /// The response that a client received.
    pub(crate) response: Option<ResponseHead>,
    /// The request that a server received, if it has agreed on channels.
    #[cfg(all(feature = "multiplex", feature = "tokio"))]
    pub(crate) request: Option<Box<crate::handshake::head::RequestHead>>,
}

/// One endpoint's opening handshake in progress.
pub(crate) trait Opening {
    type Draft: Draft;

    /// The bytes to write.
    fn unsent(&mut self) -> &mut Unsent;

    /// Receives bytes.
    ///
    /// # Errors
    /// There will be no connection.
    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error>;

    /// Receives the reason why no more bytes can be read.
    ///
    /// # Errors
    /// There will be no connection, and nothing is left to send.
    fn cut_short(&mut self, error: Error) -> Result<(), Error>;

    /// What the peer has sent. `heard` says whether that is anything.
    fn sent(&self, heard: bool) -> Sent;

    /// The role of the peer.
    const PEER: Role;

    /// Why the request is refused, if it is. Close the stream after the output is written.
    fn refusal(&self) -> Option<&Refusal> {
        None
    }

    /// Skips more of a refused request. Returns whether the client is in the middle of it and so
    /// must send more.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let _ = bytes;
        false
    }

    /// Counts the handshake as failed, unless its result is already counted.
    fn count_failed(&self, error: &Error);

    /// Whether the handshake is complete, except for the output.
    fn is_done(&self) -> bool;

    /// The limits of the handshake and of the connection.
    fn limits(&self) -> &Limits;

    /// Ends the handshake. Returns `None` while it is not complete.
    fn establish(self) -> Option<Opened<Self::Draft>>;
}

/// The connection of an end with this peer.
#[inline]
pub(crate) fn connection<D: Draft>(
    peer: Role,
    draft: D,
    session: Session,
    config: Arc<Config>,
) -> Connection<D> {
    match peer {
        Role::Client => Connection::server(draft, session, config),
        Role::Server => Connection::client(draft, session, OsEntropy, config),
    }
}

/// Passes on what a connection has to know of its handshake, and the bytes that the peer has
/// already sent.
pub(crate) fn open<D: Draft>(
    connection: &mut Connection<D>,
    agreed: &Agreed,
    rest: &[u8],
    subprotocol: Option<&str>,
) {
    connection.extend(agreed);
    connection.note_subprotocol(subprotocol);
    connection.feed(rest);
}

/// The opening handshake exceeds its time limit.
pub(crate) fn expired(limits: &Limits) -> Error {
    let limit = Limit::Handshake;
    let value = limits.value(limit);
    ConnectionError::Limit { limit, value }.into()
}

/// The stream has ended; `heard` says whether any bytes were read from it.
pub(crate) fn vanished<O: Opening>(opening: &O, heard: bool) -> Error {
    let (by, sent) = (O::PEER, opening.sent(heard));
    ConnectionError::LeftEarly { by, sent }.into()
}

/// The stream has failed, or the peer has just disconnected.
pub(crate) fn failed<O: Opening>(error: io::Error, opening: &O, heard: bool) -> Error {
    if is_gone(&error) {
        vanished(opening, heard)
    } else {
        error.into()
    }
}

/// The method that asks for the head of a response alone (RFC 9110 §9.3.2).
const HEAD: &str = "HEAD";

/// A server's opening handshake: the request and the response.
#[derive(Debug)]
pub(crate) struct Serving<D> {
    /// Boxed, since a handshake is moved several times before and after it is performed.
    handshake: Box<ServerHandshake<D>>,
    config: Arc<Config>,
    /// Whether the request is complete.
    is_requested: bool,
    /// What it asks for, once somebody wants to know. Boxed, since few want to.
    requested: Option<Box<Requested>>,
    stage: Stage,
    unsent: Unsent,
}

#[derive(Debug)]
enum Stage {
    /// No response yet.
    Open,
    Accepted,
    /// A response other than an upgrade.
    Answered,
    Refused(Box<Refusal>),
}

impl<D: Draft + Clone> Serving<D> {
    #[inline]
    pub(crate) fn new(handshake: ServerHandshake<D>, config: Arc<Config>) -> Self {
        Self {
            handshake: Box::new(handshake),
            config,
            is_requested: false,
            requested: None,
            stage: Stage::Open,
            unsent: Unsent::default(),
        }
    }

    /// A handshake whose request is accepted, and whose response is written except for this output.
    #[cfg(feature = "hyper")]
    pub(crate) fn accepted(
        handshake: ServerHandshake<D>,
        unsent: Unsent,
        config: Arc<Config>,
    ) -> Self {
        Self {
            handshake: Box::new(handshake),
            config,
            is_requested: true,
            requested: None,
            stage: Stage::Accepted,
            unsent,
        }
    }

    /// The request, once it has been received.
    pub(crate) fn requested(&mut self) -> Option<&Requested> {
        if self.is_requested && self.requested.is_none() {
            self.requested = self.handshake.requested().map(Box::new);
        }
        self.requested.as_deref()
    }

    pub(crate) const fn is_requested(&self) -> bool {
        self.is_requested
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.unsent.push(refusal.response.clone());
        self.stage = Stage::Refused(Box::new(refusal));
    }

    /// Accepts the received request, or refuses it if it does not request an upgrade. Has no effect
    /// when called again.
    pub(crate) fn accept(&mut self, answer: &Answer<'_>) -> Result<(), ConnectionError> {
        match (&self.stage, self.handshake.offered()) {
            (Stage::Open, Some(draft)) => {
                let claimed = self.config.policy.claimed;
                let among = self.handshake.extensions();
                let answer = completed::<ConnectionError>(answer, draft, among, claimed)?;
                self.handshake.accept(&answer)?;
                self.unsent.push(self.handshake.take_output());
                self.stage = Stage::Accepted;
                Ok(())
            }
            (Stage::Open, _) => {
                let refusal = self.handshake.refuse_plain();
                self.refuse(refusal);
                Ok(())
            }
            (Stage::Accepted | Stage::Refused(_), _) => Ok(()),
            (Stage::Answered, _) => Err(Misuse::Closed.into()),
        }
    }

    /// Refuses the received request as the application says.
    pub(crate) fn reject(&mut self, rejection: &Rejection) -> Result<(), ConnectionError> {
        let Rejection {
            status,
            fields,
            body,
        } = rejection;
        let refusal = self.handshake.refuse(*status, &borrowed(fields), body)?;
        self.refuse(refusal);
        Ok(())
    }

    /// Refuses the received request because the application has not decided in time.
    pub(crate) fn undecided(&mut self) {
        let value = self.config.limits.value(Limit::Handshake);
        let refusal = self.handshake.undecided(value);
        self.refuse(refusal);
    }

    /// Responds with a complete HTTP response.
    pub(crate) fn respond(
        &mut self,
        status: u16,
        fields: &[(&str, &str)],
        text: impl AsRef<[u8]>,
    ) -> Result<(), ConnectionError> {
        match self.stage {
            Stage::Open => {
                let mut refusal = self.handshake.refuse(status, fields, text)?;
                let requested = self.requested();
                if requested.is_some_and(|it| it.head().method() == HEAD) {
                    // The head says what the body of a response to GET would be.
                    let mut ends = refusal.response.windows(4);
                    let head = ends.position(|end| end == b"\r\n\r\n");
                    refusal.response.truncate(head.map_or(0, |end| end + 4));
                }
                self.unsent.push(refusal.response.clone());
                self.stage = Stage::Answered;
                Ok(())
            }
            Stage::Answered => Ok(()),
            Stage::Accepted | Stage::Refused(_) => Err(Misuse::Closed.into()),
        }
    }
}

impl<D: Draft + Clone> Opening for Serving<D> {
    type Draft = D;
    const PEER: Role = Role::Client;

    fn unsent(&mut self) -> &mut Unsent {
        &mut self.unsent
    }

    fn sent(&self, heard: bool) -> Sent {
        match (self.is_requested, &self.stage) {
            (false, _) if heard => Sent::Part,
            (false, _) => Sent::Nothing,
            // Bytes after the head are missing.
            (true, Stage::Accepted) if !self.is_done() => Sent::Part,
            (true, _) => Sent::All,
        }
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let heard = self.handshake.hear(bytes);
        // The bytes after an accepted request are not checked here.
        if !self.is_requested {
            match heard {
                Ok(complete) => {
                    self.is_requested = complete;
                }
                Err(refusal) => self.refuse(refusal),
            }
        }
        self.unsent.push(self.handshake.take_output());
        Ok(())
    }

    /// Tells a client that its request took too long.
    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        match error {
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                value,
            }) if !self.is_requested => {
                let refusal = self.handshake.expire(value);
                self.refuse(refusal);
                Ok(())
            }
            error => Err(error),
        }
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &self.stage {
            Stage::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let cause = self.refusal().map(|refusal| &refusal.cause);
        matches!(cause, Some(RefusalCause::Head(HeadError::TooLong { .. })))
            && self.handshake.goes_on(bytes)
    }

    fn count_failed(&self, error: &Error) {
        self.handshake.count_failed(error.name());
    }

    fn is_done(&self) -> bool {
        self.handshake.is_done()
    }

    fn limits(&self) -> &Limits {
        &self.config.limits
    }

    fn establish(mut self) -> Option<Opened<D>> {
        let subprotocol = self.handshake.subprotocol().map(Box::from);
        #[cfg(all(feature = "multiplex", feature = "tokio"))]
        let request = self.handshake.multiplexed().map(Box::new);
        Some(Opened {
            established: self.handshake.establish()?,
            config: self.config,
            subprotocol,
            response: None,
            #[cfg(all(feature = "multiplex", feature = "tokio"))]
            request,
        })
    }
}

/// The application's response, with a nonce if the draft has one. Each extension in it must be
/// supported, or the policy must claim its effects.
pub(crate) fn completed<'a, E: From<Misuse> + From<NoEntropy>>(
    answer: &Answer<'a>,
    draft: &DraftInfo,
    among: &Extensions,
    claimed: u8,
) -> Result<Answer<'a>, E> {
    spoken(answer.extensions, among, claimed)?;
    let mut nonce = [0; 16];
    if draft.response_header(Purpose::Nonce).is_some() {
        OsEntropy.fill(&mut nonce)?;
    }
    Ok(Answer { nonce, ..*answer })
}
