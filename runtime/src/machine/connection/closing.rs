//! The closing handshake: which endpoint has closed, and how the connection ended.

use alloc::{boxed::Box, vec::Vec};

use super::{Connection, Core};
#[cfg(feature = "std")]
use crate::machine::limits::CloseAnswer;
use crate::{
    machine::{
        close::{self, Cause, Close, Ending},
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    protocol::{
        draft::Draft,
        info::{CloseBody, Kind, Role},
    },
};

/// The state of the closing handshake.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Whether the close frame of this endpoint is sent or in the output.
    pub(super) local: bool,
    /// The close frame of the peer.
    pub(super) peer: Option<Box<Close>>,
    pub(super) ending: Option<Box<Ending>>,
    /// Whether the ending was handed out as an event.
    pub(super) announced: bool,
    pub(super) end_of_input: bool,
    /// Bytes of the response to the peer's close frame, at the end of the output.
    pub(super) answer: usize,
}

impl State {
    #[inline]
    pub(super) const fn is_over(&self) -> bool {
        self.ending.is_some()
    }
}

impl<D: Draft> Connection<D> {
    /// Closes the connection: sends a close frame, if the draft has them. No more messages can be
    /// sent, but messages of the peer are still received until it has closed, too.
    ///
    /// After [`Event::Close`](super::Event::Close) this replaces the response, as long as none of it
    /// [is sent](Self::is_answering): `code` and `reason` replace those of the draft.
    ///
    /// `code` is a number, the `CloseCode` that is generated for the draft, or `None`. A reason that
    /// is too long for a close frame of the draft is cut after a character: RFC 6455 allows 123 bytes
    /// (§5.5). If close frames of the draft have no code, `code` and `reason` are not sent. If the
    /// draft has no close frames, the connection ends with this call.
    ///
    /// ```
    /// # use wsdraft::{Connection, ConnectionError};
    /// use wsdraft::drafts::rfc6455 as ws;
    ///
    /// # fn close(connection: &mut Connection<ws::Draft>) -> Result<(), ConnectionError> {
    /// connection.close(ws::CloseCode::GOING_AWAY, "see you")
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ConnectionError::Misuse`] when this end has closed already or may not send this; the error that
    /// the connection has failed with; [`ConnectionError::Entropy`].
    pub fn close(
        &mut self,
        code: impl Into<Option<u16>>,
        reason: &str,
    ) -> Result<(), ConnectionError> {
        let answers = self.is_answering();
        if !answers {
            self.core.check_open()?;
        }
        let Some(closing) = self.info().closing else {
            self.core.closing.local = true;
            self.core.end(Cause::Clean, self.core.role);
            return Ok(());
        };
        let code = code.into();
        if closing.body == CloseBody::Status && code.is_none() && !reason.is_empty() {
            return Err(Misuse::ReasonWithoutCode.into());
        }
        if answers && closing.body != CloseBody::Status {
            // The draft prescribes the body.
            return Ok(());
        }
        let body = self.core.close_body(closing.body, code, reason);
        self.core.check_close_body(&body)?;
        if answers {
            return self.core.answer_instead(&body);
        }
        self.core.control(Kind::Close, &body)?;
        self.core.note_close(&body);
        self.core.closing.local = true;
        Ok(())
    }

    /// Ends the connection because something took longer than a limit allows. The caller has the
    /// clock. A connection that has already ended does not change.
    pub fn expire(&mut self, limit: Limit) {
        if self.core.closing.is_over() {
            return;
        }
        if limit == Limit::Memory {
            self.assembly.abandon();
            let _ = self.core.exceed(limit);
        } else {
            let value = self.core.config.value(limit);
            let by = if limit == Limit::Close {
                self.role().peer()
            } else {
                self.role()
            };
            self.core.end(Cause::Limit { limit, value }, by);
        }
    }

    /// Whether an adapter sends the response to a close frame before it hands out the event.
    #[cfg(feature = "std")]
    pub(crate) fn answers_at_once(&self) -> bool {
        self.core.config.close_answer == CloseAnswer::AtOnce
    }

    /// Whether the response to the peer's close frame is in the output and none of it has been
    /// [sent](Self::sent), so that [`close`](Self::close) can still replace it.
    pub fn is_answering(&self) -> bool {
        let answer = self.core.closing.answer;
        answer > 0 && self.core.output.len() >= answer
    }
}

impl<D: Draft> Core<D> {
    /// Ends the connection, once.
    pub(super) fn end(&mut self, cause: Cause, by: Role) {
        let codes = &self.receiver.draft().info().local_codes;
        let (code, reason) = match &self.closing.peer {
            Some(close) => (close.code.or(codes.no_status), close.reason.clone()),
            None => (codes.abnormal, Box::default()),
        };
        if self.closing.ending.is_none() {
            let ending = Ending {
                cause,
                by,
                code,
                reason,
            };
            self.trace.ended(&ending);
            self.count_end(&ending);
            self.closing.ending = Some(Box::new(ending));
        }
    }

    /// Takes the close frame of the peer, and responds unless this frame is a response.
    #[cold]
    pub(super) fn closed_by_peer(&mut self, body: &[u8]) {
        let closing = self.receiver.draft().info().closing;
        let form = closing.map_or(CloseBody::Opaque, |closing| closing.body);
        self.closing.peer = Some(Box::new(Close::read(body, form)));
        if self.closing.local {
            self.end(Cause::Clean, self.role);
            return;
        }
        if let Some(closing) = closing {
            let mut reply = close::reply(closing, self.role, body);
            let too_long = || self.check_control(Kind::Close, reply.len()).is_err();
            if self.check_close_body(&reply).is_err() || too_long() {
                // This endpoint may not send every body of the peer: a code may be for one role only,
                // or a rule may be relaxed.
                let normal = self.receiver.draft().info().local_codes.normal;
                reply = close::body(closing.body, self.role, normal, "");
            }
            let before = self.output.len();
            self.queue_close(&reply);
            self.closing.answer = self.output.len() - before;
        }
        self.end(Cause::Clean, self.role.peer());
    }

    /// Ends the connection after the peer has left without a closing handshake.
    #[cold]
    pub(super) fn vanished(&mut self, partial: bool) {
        // In a draft without a closing handshake, leaving is closing.
        let clean = !partial && self.receiver.draft().info().closing.is_none();
        let cause = if clean {
            Cause::Clean
        } else {
            Cause::Vanished { partial }
        };
        self.end(cause, self.role.peer());
    }

    /// Fails the connection, with a close frame for the peer if the draft has a code.
    #[cold]
    pub(super) fn fail(&mut self, error: ConnectionError) -> ConnectionError {
        let codes = &self.receiver.draft().info().local_codes;
        let (cause, by, code, reason) = match &error {
            ConnectionError::Violation(violation) => {
                let rule = violation.rule;
                (
                    Cause::Violation(violation.clone()),
                    violation.by,
                    rule.close_code(),
                    rule.id,
                )
            }
            &ConnectionError::Limit { limit, value } => {
                let code = match limit {
                    Limit::Fragments => codes.policy,
                    Limit::Memory => codes.overloaded.or(codes.policy).or(codes.too_big),
                    _ => codes.too_big,
                };
                (
                    Cause::Limit { limit, value },
                    self.role,
                    code,
                    limit.as_str(),
                )
            }
            _ => return error,
        };
        self.close_failed(code, reason);
        self.end(cause, by);
        error
    }

    /// Fails the connection because of a limit.
    #[cold]
    pub(super) fn exceed(&mut self, limit: Limit) -> ConnectionError {
        self.fail(ConnectionError::Limit {
            limit,
            value: self.config.value(limit),
        })
    }

    /// Queues a close frame with the reason for a failure, if the draft has a code for it.
    fn close_failed(&mut self, code: Option<u16>, reason: &str) {
        let form = self
            .receiver
            .draft()
            .info()
            .closing
            .map(|closing| closing.body);
        let (false, Some(form @ CloseBody::Status), Some(_)) = (self.closing.local, form, code)
        else {
            return;
        };
        let body = close::body(form, self.role, code, reason);
        self.queue_close(&body);
    }

    /// The body of a close frame, with as much of the reason as fits.
    fn close_body(&self, form: CloseBody, code: Option<u16>, reason: &str) -> Vec<u8> {
        let mut body = close::body(form, self.role, code, reason);
        let length = self.fitting(Kind::Close, body.len());
        if length < body.len() {
            let start = body.len().saturating_sub(reason.len());
            let mut end = length.saturating_sub(start);
            while !reason.is_char_boundary(end) {
                end -= 1;
            }
            body.truncate(start + end);
        }
        body
    }

    fn queue_close(&mut self, body: &[u8]) {
        // If the source of entropy fails, nothing can be sent, and the connection ends all the same.
        self.closing.local = self.queue(Kind::Close, true, body).is_ok();
        if self.closing.local {
            self.note_close(body);
        }
    }

    /// Replaces the waiting response to the peer's close frame.
    fn answer_instead(&mut self, body: &[u8]) -> Result<(), ConnectionError> {
        // The waiting response must not be lost if this one cannot be sent.
        self.check_control(Kind::Close, body.len())?;
        if let Some(nonces) = &mut self.nonces {
            nonces.reserve()?;
        }
        let waiting = self.output.take_back(self.closing.answer);
        if let Some(coding) = &mut self.coding {
            coding.take_back();
        }
        // The frame that it replaces is counted.
        self.queue_with(Kind::Close, true, 0, body)?;
        self.closing.answer = self.output.len() - waiting;
        self.note_close(body);
        self.meter.settle();
        Ok(())
    }

    fn check_close_body(&self, body: &[u8]) -> Result<(), ConnectionError> {
        Ok(close::check_body(self.receiver.draft(), self.role, body)?)
    }
}
