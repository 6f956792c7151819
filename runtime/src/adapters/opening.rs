//! Opening handshakes as the adapters for streams perform them, without I/O and without a clock.

use alloc::boxed::Box;
use std::io;

use crate::{
    adapters::{
        settings::borrowed,
        stream::{Error, Unsent, is_gone},
    },
    handshake::{
        client::{ClientError, ClientHandshake},
        decision::Rejection,
        established::Established,
        given::spoken,
        offer::Requested,
        parse::HeadError,
        refusal::{Refusal, RefusalCause},
        server::ServerHandshake,
    },
    machine::{
        connection::Connection,
        error::{ConnectionError, Misuse},
        extension::Extensions,
        limits::{Config, Limit, Limits},
    },
    payload::entropy::{Entropy as _, NoEntropy, OsEntropy},
    protocol::{
        draft::Draft,
        heads::Answer,
        info::{DraftInfo, Purpose},
    },
};

/// The result of a handshake: the connection and the subprotocol.
pub(crate) type Opened<D> = (Connection<D>, Option<Box<str>>);

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

    /// Whether the handshake is complete, except for the output.
    fn is_done(&self) -> bool;

    /// Starts the framing. Returns `None` while the handshake is not complete.
    fn establish(self) -> Option<Opened<Self::Draft>>;
}

/// The opening handshake exceeds its time limit.
pub(crate) fn expired(limits: &Limits) -> Error {
    let limit = Limit::Handshake;
    let value = limits.value(limit);
    ConnectionError::Limit { limit, value }.into()
}

/// The stream has ended; `partial` says whether any bytes were read from it.
pub(crate) fn vanished(partial: bool) -> Error {
    ConnectionError::Vanished { partial }.into()
}

/// The stream has failed, or the peer has just disconnected.
pub(crate) fn failed(error: io::Error, partial: bool) -> Error {
    if is_gone(&error) {
        vanished(partial)
    } else {
        error.into()
    }
}

/// A server's opening handshake: the request and the response.
#[derive(Debug)]
pub(crate) struct Serving<D> {
    handshake: ServerHandshake<D>,
    config: Config,
    requested: Option<Requested>,
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
    Refused(Refusal),
}

impl<D: Draft + Clone> Serving<D> {
    pub(crate) fn new(handshake: ServerHandshake<D>, config: Config) -> Self {
        Self {
            handshake,
            config,
            requested: None,
            stage: Stage::Open,
            unsent: Unsent::default(),
        }
    }

    /// A handshake whose request is accepted, and whose response is written except for this output.
    #[cfg(feature = "hyper")]
    pub(crate) fn accepted(
        handshake: ServerHandshake<D>,
        requested: Requested,
        unsent: Unsent,
        config: Config,
    ) -> Self {
        Self {
            handshake,
            config,
            requested: Some(requested),
            stage: Stage::Accepted,
            unsent,
        }
    }

    /// The request, once it has been received.
    pub(crate) const fn requested(&self) -> Option<&Requested> {
        self.requested.as_ref()
    }

    pub(crate) const fn is_requested(&self) -> bool {
        self.requested.is_some()
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.unsent.push(&refusal.response);
        self.stage = Stage::Refused(refusal);
    }

    /// Accepts the received request, or refuses it if it does not request an upgrade. Has no effect
    /// when called again.
    pub(crate) fn accept(&mut self, answer: &Answer<'_>) -> Result<(), ConnectionError> {
        match (&self.stage, &self.requested) {
            (Stage::Open, Some(Requested::Upgrade(offer))) => {
                let claimed = self.config.policy.claimed;
                let among = self.handshake.extensions();
                let answer = completed::<ConnectionError>(answer, offer.draft, among, claimed)?;
                self.handshake.accept(&answer)?;
                self.unsent.push(&self.handshake.take_output());
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
        text: &str,
    ) -> Result<(), ConnectionError> {
        match self.stage {
            Stage::Open => {
                let refusal = self.handshake.refuse(status, fields, text)?;
                self.unsent.push(&refusal.response);
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

    fn unsent(&mut self) -> &mut Unsent {
        &mut self.unsent
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let received = self.handshake.receive(bytes);
        // The bytes after an accepted request are not checked here.
        if self.requested.is_none() {
            match received {
                Ok(requested) => self.requested = requested,
                Err(refusal) => self.refuse(refusal),
            }
        }
        self.unsent.push(&self.handshake.take_output());
        Ok(())
    }

    /// Tells a client that its request took too long.
    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        match error {
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                value,
            }) if self.requested.is_none() => {
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

    fn is_done(&self) -> bool {
        self.handshake.is_done()
    }

    fn establish(self) -> Option<Opened<D>> {
        let subprotocol = self.handshake.subprotocol().map(Box::from);
        let established = self.handshake.finish()?;
        let Established { draft, session, .. } = established;
        let connection =
            Connection::server(draft, session, self.config).extended(&established.extensions);
        Some(opened(connection, &established.rest, subprotocol))
    }
}

/// A client's opening handshake.
#[derive(Debug)]
pub(crate) struct Asking<D> {
    handshake: ClientHandshake<D>,
    config: Config,
    unsent: Unsent,
}

impl<D: Draft> Asking<D> {
    /// A handshake whose request has to be written.
    pub(crate) fn new(handshake: ClientHandshake<D>, config: Config) -> Self {
        Self {
            unsent: handshake.request().to_vec().into(),
            handshake,
            config,
        }
    }
}

impl<D: Draft> Opening for Asking<D> {
    type Draft = D;

    fn unsent(&mut self) -> &mut Unsent {
        &mut self.unsent
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.handshake.receive(bytes)?;
        Ok(())
    }

    /// The server's refusal is more informative, even if the response is incomplete.
    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        Err(self.handshake.refused().map_or(error, ClientError::into))
    }

    fn is_done(&self) -> bool {
        self.handshake.agreed().is_some()
    }

    fn establish(self) -> Option<Opened<D>> {
        let subprotocol = self
            .handshake
            .agreed()?
            .subprotocol
            .as_deref()
            .map(Box::from);
        let established = self.handshake.finish()?;
        let Established { draft, session, .. } = established;
        let connection = Connection::client(draft, session, OsEntropy, self.config)
            .extended(&established.extensions);
        Some(opened(connection, &established.rest, subprotocol))
    }
}

/// A connection that has received the bytes that the peer has already sent.
fn opened<D: Draft>(
    connection: Connection<D>,
    rest: &[u8],
    subprotocol: Option<Box<str>>,
) -> Opened<D> {
    let mut connection = connection.with_subprotocol(subprotocol.as_deref());
    connection.feed(rest);
    (connection, subprotocol)
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
