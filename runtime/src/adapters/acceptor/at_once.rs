//! A server's opening handshake that accepts its request as soon as it comes.

use alloc::{sync::Arc, vec::Vec};

use super::{Acceptor, Subprotocols};
use crate::{
    adapters::{
        opening::{Opened, Opening, Serving},
        stream::{Error, Unsent},
    },
    handshake::{established::Established, refusal::Refusal, server::Judge},
    machine::{
        error::{ConnectionError, Sent},
        limits::Limits,
        metrics::meter::HandshakeMeter,
        trace::Trace,
    },
    protocol::{draft::Draft, info::Role, violation::Relaxed},
};

/// A server's opening handshake, without a decision of the application.
///
/// Most requests come in one piece, and are accepted without the state that a handshake needs
/// otherwise: to make it and to drop it takes as long as to check a request.
#[derive(Debug)]
pub(crate) struct AtOnce<'a, D: Draft> {
    acceptor: &'a Acceptor<D>,
    unsent: Unsent,
    meter: HandshakeMeter,
    trace: Trace,
    stage: Stage<D>,
}

impl<D: Draft + Clone> Acceptor<D> {
    /// Accepts a request with the default response, if its head is at the start of these bytes and
    /// the response does not depend on the application. Returns the response, too.
    fn accept_at_once(&self, bytes: &[u8]) -> Option<(Established<D>, Vec<u8>)> {
        let options = self.options();
        let is_default = self.subprotocols == Subprotocols::None
            && self.fields.is_empty()
            && options.relaxed == Relaxed::NONE;
        if !is_default {
            return None;
        }
        let judge = Judge {
            drafts: &self.drafts,
            options: &options,
            access: (!self.access.is_open()).then_some(&*self.access),
            extensions: &self.extensions,
        };
        let (end, chosen, written) = judge.accept_at_once(bytes)?;
        let established = Established {
            draft: self.drafts[chosen].clone(),
            session: written.session,
            extensions: written.agreed,
            rest: bytes[end..].to_vec(),
        };
        Some((established, written.output))
    }
}

#[derive(Debug)]
enum Stage<D> {
    /// Nothing has been received.
    New,
    Accepted(Established<D>),
    /// What has been received takes more.
    Serving(Serving<D>),
}

impl<'a, D: Draft + Clone> AtOnce<'a, D> {
    #[inline]
    pub(crate) fn new(acceptor: &'a Acceptor<D>) -> Self {
        Self {
            acceptor,
            unsent: Unsent::default(),
            meter: acceptor.meter(),
            trace: Trace::handshake(Role::Server),
            stage: Stage::New,
        }
    }

    pub(crate) const fn is_requested(&self) -> bool {
        match &self.stage {
            Stage::New => false,
            Stage::Accepted(_) => true,
            Stage::Serving(serving) => serving.is_requested(),
        }
    }

    /// Responds to the request: accepts its offer or refuses it.
    pub(crate) fn accept(&mut self) -> Result<(), ConnectionError> {
        match &mut self.stage {
            Stage::Serving(serving) => self.acceptor.accept_on(serving),
            Stage::New | Stage::Accepted(_) => Ok(()),
        }
    }

    /// Accepts the request in these bytes, if they are all that this takes.
    fn accept_at_once(&mut self, bytes: &[u8]) -> bool {
        let Some((established, output)) = self.acceptor.accept_at_once(bytes) else {
            return false;
        };
        self.trace.established(established.draft.info(), None);
        self.unsent = output.into();
        self.stage = Stage::Accepted(established);
        true
    }

    /// The handshake with all its state, unless the request is accepted.
    fn serving(&mut self) -> Option<&mut Serving<D>> {
        if matches!(self.stage, Stage::New) {
            let meter = core::mem::take(&mut self.meter);
            let handshake = self.acceptor.handshake_with(meter, self.trace.clone());
            let config = Arc::clone(&self.acceptor.config);
            self.stage = Stage::Serving(Serving::new(handshake, config));
        }
        match &mut self.stage {
            Stage::Serving(serving) => Some(serving),
            _ => None,
        }
    }
}

impl<D: Draft + Clone> Opening for AtOnce<'_, D> {
    type Draft = D;
    const PEER: Role = Role::Client;

    fn unsent(&mut self) -> &mut Unsent {
        match &mut self.stage {
            Stage::Serving(serving) => serving.unsent(),
            Stage::New | Stage::Accepted(_) => &mut self.unsent,
        }
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if matches!(self.stage, Stage::New) && self.accept_at_once(bytes) {
            return Ok(());
        }
        match self.serving() {
            Some(serving) => serving.receive(bytes),
            None => Ok(()),
        }
    }

    fn cut_short(&mut self, error: Error) -> Result<(), Error> {
        match self.serving() {
            Some(serving) => serving.cut_short(error),
            None => Err(error),
        }
    }

    fn sent(&self, heard: bool) -> Sent {
        match &self.stage {
            Stage::New => Sent::Nothing,
            Stage::Accepted(_) => Sent::All,
            Stage::Serving(serving) => serving.sent(heard),
        }
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &self.stage {
            Stage::Serving(serving) => serving.refusal(),
            Stage::New | Stage::Accepted(_) => None,
        }
    }

    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        match &mut self.stage {
            Stage::Serving(serving) => serving.goes_on(bytes),
            Stage::New | Stage::Accepted(_) => false,
        }
    }

    fn count_failed(&self, error: &Error) {
        match &self.stage {
            Stage::Serving(serving) => serving.count_failed(error),
            Stage::New | Stage::Accepted(_) => self.meter.failed(error.name()),
        }
    }

    fn is_done(&self) -> bool {
        match &self.stage {
            Stage::New => false,
            Stage::Accepted(_) => true,
            Stage::Serving(serving) => serving.is_done(),
        }
    }

    fn limits(&self) -> &Limits {
        &self.acceptor.config.limits
    }

    fn establish(self) -> Option<Opened<D>> {
        match self.stage {
            Stage::New => None,
            Stage::Accepted(established) => {
                self.meter.succeeded();
                Some(Opened {
                    established,
                    config: Arc::clone(&self.acceptor.config),
                    subprotocol: None,
                    response: None,
                    #[cfg(all(feature = "multiplex", feature = "tokio"))]
                    request: None,
                })
            }
            Stage::Serving(serving) => serving.establish(),
        }
    }
}
