//! The close state machine: which end has closed, and how it all ended.

use alloc::boxed::Box;

use super::{Connection, Core};
use crate::{
    machine::{
        close::{self, Cause, Close, Ending},
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    protocol::{
        draft::Draft,
        info::{CloseBody, Kind, Role},
        violation::{Enforce, Relaxed},
    },
};

/// How far the closing of a connection has come.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Whether this end's close frame is sent, or will be with the output.
    pub(super) local: bool,
    /// The peer's close frame.
    pub(super) peer: Option<Box<Close>>,
    pub(super) ending: Option<Box<Ending>>,
    /// Whether the ending was handed out as an event.
    pub(super) announced: bool,
    pub(super) end_of_input: bool,
    /// Bytes of the answer to the peer's close frame, which are the last of the output.
    answer: usize,
}

impl State {
    #[inline]
    pub(super) const fn is_over(&self) -> bool {
        self.ending.is_some()
    }
}

impl<D: Draft> Connection<D> {
    /// Closes the connection: sends a close frame, where the draft has them, and takes no more
    /// messages to be sent. What the peer still sends is received until it has closed, too.
    ///
    /// After [`Event::Close`](super::Event::Close) this chooses the answer, as long as none of it
    /// [is sent](Self::is_answering): `code` and `reason` take the place of those that the draft
    /// has for an answer.
    ///
    /// In a draft whose close frames have no status, `code` and `reason` are not sent. In one
    /// without close frames, the connection has ended with this.
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
            // The draft leaves no choice.
            return Ok(());
        }
        let body = close::body(closing.body, self.core.role, code, reason);
        self.core.check_close_body(&body)?;
        if answers {
            return self.core.answer_instead(&body);
        }
        self.core.control(Kind::Close, &body)?;
        self.core.closing.local = true;
        Ok(())
    }

    /// Whether an adapter sends the answer to a close frame before it tells of the frame.
    #[cfg(feature = "std")]
    pub(crate) fn answers_at_once(&self) -> bool {
        self.core.config.close_answer == crate::machine::limits::CloseAnswer::AtOnce
    }

    /// Whether the peer's close frame is answered and none of the answer has been
    /// [sent](Self::sent), so that [`close`](Self::close) can still choose another one.
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
            self.closing.ending = Some(Box::new(ending));
        }
    }

    /// The peer has closed: answers, unless this was the answer.
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
                // What the peer may say, such as a code for its role alone, or was let off, is
                // not always what this end may say.
                let normal = self.receiver.draft().info().local_codes.normal;
                reply = close::body(closing.body, self.role, normal, "");
            }
            let before = self.output.len();
            self.queue_close(&reply);
            self.closing.answer = self.output.len() - before;
        }
        self.end(Cause::Clean, self.role.peer());
    }

    /// The peer will send nothing more, and all that it has sent is handed out.
    #[cold]
    pub(super) fn vanished(&mut self, partial: bool) {
        // Where the draft has no closing handshake, to leave is to close.
        let clean = !partial && self.receiver.draft().info().closing.is_none();
        let cause = if clean {
            Cause::Clean
        } else {
            Cause::Vanished { partial }
        };
        self.end(cause, self.role.peer());
    }

    /// Fails the connection: says why to the peer, where the draft has words for it.
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

    /// Says to the peer why the connection fails, where the draft has a code for it.
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

    fn queue_close(&mut self, body: &[u8]) {
        // Without entropy nothing can be sent any more, and the connection ends all the same.
        self.closing.local = self.queue(Kind::Close, true, body).is_ok();
    }

    /// Puts another answer to the peer's close frame in the place of the one that waits.
    fn answer_instead(&mut self, body: &[u8]) -> Result<(), ConnectionError> {
        // What is taken back must not be lost where this one cannot be sent.
        self.check_control(Kind::Close, body.len())?;
        if let Some(nonces) = &mut self.nonces {
            nonces.reserve()?;
        }
        let waiting = self.output.take_back(self.closing.answer);
        if let Some(coding) = &mut self.coding {
            coding.take_back();
        }
        self.queue(Kind::Close, true, body)?;
        self.closing.answer = self.output.len() - waiting;
        Ok(())
    }

    fn check_code(&self, code: u16) -> Result<(), ConnectionError> {
        let known = self
            .receiver
            .draft()
            .info()
            .close_codes
            .iter()
            .find(|known| known.code == code);
        match known {
            Some(known) if !known.is_sent_by(self.role) => Err(Misuse::CloseCode(code).into()),
            _ => Ok(()),
        }
    }

    /// What is to be sent must be this end's to send, and keep the rules that the peer's frames
    /// are held to.
    fn check_close_body(&self, body: &[u8]) -> Result<(), ConnectionError> {
        let closing = self.receiver.draft().info().closing;
        if let (Some(CloseBody::Status), [high, low, ..]) = (closing.map(|it| it.body), body) {
            self.check_code(u16::from_be_bytes([*high, *low]))?;
        }
        let mut enforce = Enforce::new(Relaxed::NONE, false);
        // `Stop` says no more than `finish` does.
        let _ = self
            .receiver
            .draft()
            .check_close(body, self.role, 0, &mut enforce);
        enforce
            .finish()
            .map_err(|violation| Misuse::Breaks(violation.rule).into())
    }
}
