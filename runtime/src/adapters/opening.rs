//! Opening handshakes as the adapters for streams go on with them, without any I/O and without a
//! clock.

use alloc::boxed::Box;
use std::io;

use crate::{
    adapters::stream::{Error, Unsent, is_gone},
    handshake::{
        client::{ClientError, ClientHandshake},
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

/// What a handshake leads to: the connection, and the subprotocol.
pub(crate) type Opened<D> = (Connection<D>, Option<Box<str>>);

/// One end's opening handshake that goes on.
pub(crate) trait Opening {
    type Draft: Draft;

    /// What waits to be written.
    fn unsent(&mut self) -> &mut Unsent;

    /// Takes bytes in.
    ///
    /// # Errors
    /// There will be no connection.
    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error>;

    /// Takes the reason why nothing more is read.
    ///
    /// # Errors
    /// There will be no connection, and nothing is left to be said.
    fn cut_short(&mut self, error: Error) -> Result<(), Error>;

    /// Why the request is refused, if it is. The stream is to be closed when that is written.
    fn refusal(&self) -> Option<&Refusal> {
        None
    }

    /// Passes over more of a request that is refused; says whether the client is in the middle of
    /// it, and so sure to send more.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let _ = bytes;
        false
    }

    /// Whether the handshake is complete, but for what is to be written.
    fn is_done(&self) -> bool;

    /// Goes over to frames; `None` while the handshake is not complete.
    fn establish(self) -> Option<Opened<Self::Draft>>;
}

/// The opening handshake takes longer than is allowed.
pub(crate) fn expired(limits: &Limits) -> Error {
    let limit = Limit::Handshake;
    let value = limits.value(limit);
    ConnectionError::Limit { limit, value }.into()
}

/// The stream has ended; `partial` says whether anything was read from it.
pub(crate) fn vanished(partial: bool) -> Error {
    ConnectionError::Vanished { partial }.into()
}

/// The stream has failed, or no more than the peer is gone.
pub(crate) fn failed(error: io::Error, partial: bool) -> Error {
    if is_gone(&error) {
        vanished(partial)
    } else {
        error.into()
    }
}

/// A server's opening handshake: what was asked, and what was answered.
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
    /// Nothing was answered.
    Open,
    Accepted,
    /// Another answer than an upgrade was given.
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

    /// A handshake whose request is accepted, and whose answer is written but for this.
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

    /// The request, once it is there.
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

    /// Accepts the request that is there, or refuses it where it asks for no upgrade. What was
    /// begun is not begun anew.
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

    /// Answers with a whole response of HTTP.
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
        // What follows a request that was accepted is not judged here.
        if self.requested.is_none() {
            match received {
                Ok(requested) => self.requested = requested,
                Err(refusal) => self.refuse(refusal),
            }
        }
        self.unsent.push(&self.handshake.take_output());
        Ok(())
    }

    /// A client that is too slow to ask is told so.
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
    /// A handshake whose request is to be written.
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

    /// What the server has refused with says more, though its answer is not complete.
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

/// A connection that has what the peer has sent already.
fn opened<D: Draft>(
    connection: Connection<D>,
    rest: &[u8],
    subprotocol: Option<Box<str>>,
) -> Opened<D> {
    let mut connection = connection.with_subprotocol(subprotocol.as_deref());
    connection.feed(rest);
    (connection, subprotocol)
}

/// The application's answer, with a nonce where the draft has one. The extensions that it names are
/// among those that are spoken, or the policy claims what they do.
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
