//! A server's opening handshake that goes on, without any I/O: what was asked, and what was
//! answered.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::{
    handshake::{
        established::Established,
        given::spoken,
        offer::Offer,
        parse::HeadError,
        refusal::{Refusal, RefusalCause},
        server::{Progress, ServerHandshake},
    },
    machine::{
        connection::Connection,
        error::{Error, Misuse},
        limits::Config,
    },
    payload::entropy::{Entropy as _, NoEntropy, OsEntropy},
    protocol::{
        draft::Draft,
        heads::Answer,
        info::{DraftInfo, Purpose},
    },
};

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requested {
    /// A WebSocket connection, in a request that keeps the rules.
    Upgrade(Offer),
    /// Something else.
    Plain {
        /// The method.
        method: String,
        /// The target.
        target: String,
    },
}

/// A server's opening handshake.
#[derive(Debug)]
pub(crate) struct Serving<D> {
    handshake: ServerHandshake<D>,
    config: Config,
    requested: Option<Requested>,
    subprotocol: Option<Box<str>>,
    stage: Stage,
    output: Vec<u8>,
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
    pub(crate) const fn new(handshake: ServerHandshake<D>, config: Config) -> Self {
        Self {
            handshake,
            config,
            requested: None,
            subprotocol: None,
            stage: Stage::Open,
            output: Vec::new(),
        }
    }

    /// The request, once it is there.
    pub(crate) const fn requested(&self) -> Option<&Requested> {
        self.requested.as_ref()
    }

    /// Why the request is refused, if it is.
    pub(crate) const fn refusal(&self) -> Option<&Refusal> {
        match &self.stage {
            Stage::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// What is to be written.
    pub(crate) fn take_output(&mut self) -> Vec<u8> {
        let output = self.handshake.take_output();
        if self.output.is_empty() {
            return output;
        }
        self.output.extend_from_slice(&output);
        core::mem::take(&mut self.output)
    }

    /// Takes bytes in.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        match self.handshake.receive(bytes) {
            // What follows a request that was accepted is not judged here.
            _ if self.requested.is_some() => {}
            Ok(Progress::More) => {}
            Ok(Progress::Offered(offer)) => self.requested = Some(Requested::Upgrade(offer)),
            Ok(Progress::Plain { method, target }) => {
                self.requested = Some(Requested::Plain { method, target });
            }
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Passes over more of a request that is refused; says whether the client is in the middle of
    /// it, and so sure to send more.
    pub(crate) fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let cause = self.refusal().map(|refusal| &refusal.cause);
        matches!(cause, Some(RefusalCause::Head(HeadError::TooLong { .. })))
            && self.handshake.goes_on(bytes)
    }

    /// The time for the request is over.
    pub(crate) fn expire(&mut self, value: u64) {
        let refusal = self.handshake.expire(value);
        self.refuse(refusal);
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.output.extend_from_slice(&refusal.response);
        self.stage = Stage::Refused(refusal);
    }

    /// Accepts the request that is there, or refuses it where it asks for no upgrade. What was
    /// begun is not begun anew.
    pub(crate) fn accept(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        match (&self.stage, &self.requested) {
            (Stage::Open, Some(Requested::Upgrade(offer))) => {
                let claimed = self.config.policy.claimed;
                spoken(answer.extensions, self.handshake.extensions(), claimed)?;
                let nonce = nonce(offer.draft)?;
                self.handshake.accept(&Answer { nonce, ..*answer })?;
                self.subprotocol = self.handshake.subprotocol().map(Into::into);
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
    ) -> Result<(), Error> {
        match self.stage {
            Stage::Open => {
                let refusal = self.handshake.refuse(status, fields, text)?;
                self.output.extend_from_slice(&refusal.response);
                self.stage = Stage::Answered;
                Ok(())
            }
            Stage::Answered => Ok(()),
            Stage::Accepted | Stage::Refused(_) => Err(Misuse::Closed.into()),
        }
    }

    /// Whether the handshake is complete, but for what is to be written.
    pub(crate) fn is_done(&self) -> bool {
        self.handshake.is_done()
    }

    /// The connection, and the subprotocol; `None` while the handshake is not complete.
    pub(crate) fn establish(self) -> Option<(Connection<D>, Option<Box<str>>)> {
        let established = self.handshake.finish()?;
        let connection = established.serve(self.config, self.subprotocol.as_deref());
        Some((connection, self.subprotocol))
    }
}

impl<D: Draft> Established<D> {
    /// The server's connection; it has what the client has sent already.
    pub(crate) fn serve(self, config: Config, subprotocol: Option<&str>) -> Connection<D> {
        let mut connection = Connection::server(self.draft, self.session, config)
            .extended(&self.extensions)
            .with_subprotocol(subprotocol);
        connection.feed(&self.rest);
        connection
    }
}

/// The nonce of an answer; drawn only where the draft has one.
pub(crate) fn nonce(draft: &DraftInfo) -> Result<[u8; 16], NoEntropy> {
    let mut nonce = [0; 16];
    if draft.response_header(Purpose::Nonce).is_some() {
        OsEntropy.fill(&mut nonce)?;
    }
    Ok(nonce)
}
