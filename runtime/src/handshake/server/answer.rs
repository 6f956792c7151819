//! The response that accepts a request, and the result of the negotiation.

#[cfg(feature = "http")]
use super::{RefusalCause, judge::check};
use super::{ServerHandshake, State, judge::Written};
use crate::{
    handshake::given,
    machine::error::Misuse,
    protocol::{draft::Draft, heads::Answer},
};

impl<D: Draft> ServerHandshake<D> {
    /// Accepts the request.
    ///
    /// If bytes that belong to the request are still missing after its head, the response head is
    /// sent anyway: some proxies hold those bytes back until they see it.
    ///
    /// # Errors
    /// [`Misuse::Unfit`] or [`Misuse::Reserved`] if a given value must not appear in a response;
    /// [`Misuse::Breaks`] if a given field or extension violates a rule of the draft;
    /// [`Misuse::Unspoken`] if this build does not support one of the extensions. Nothing is sent
    /// in these cases, and another response to the request is possible.
    pub fn accept(&mut self, answer: &Answer<'_>) -> Result<(), Misuse> {
        if self.state != State::Offered {
            return Ok(());
        }
        given::answer_fits(self.drafts[self.chosen].info(), answer)?;
        if let Some(bootstrap) = self.bootstrap() {
            given::reserved(answer.fields, bootstrap.forbidden.iter().copied())?;
        }
        if let Some(extension) = self.extensions.unspoken() {
            return Err(Misuse::Unspoken(extension.short));
        }
        let Some(request) = &self.request else {
            return Ok(());
        };
        let body = &self.reader.bytes;
        let written = request.with_request(body, |request| {
            self.settings().answer(self.chosen, request, answer)
        })?;
        self.write(written);
        Ok(())
    }

    /// Takes a response, to be sent.
    pub(super) fn write(&mut self, written: Written<'_>) {
        let Written {
            output,
            session,
            agreed,
            subprotocol,
        } = written;
        (self.session, self.agreed) = (session, agreed);
        self.subprotocol = subprotocol.map(Into::into);
        let info = self.drafts[self.chosen].info();
        self.trace.established(info, subprotocol);
        if self.output.is_empty() {
            self.output = output;
        } else {
            self.output.extend_from_slice(&output);
        }
        if info.request_body == 0 {
            self.state = State::Done;
        } else {
            self.state = State::Body;
            self.answer_body();
        }
    }

    pub(super) fn answer_body(&mut self) {
        let owed = self.drafts[self.chosen].info().request_body;
        let (Some(head), Some(body)) = (&self.request, self.reader.bytes.get(..owed)) else {
            return;
        };
        let (draft, output) = (&self.drafts[self.chosen], &mut self.output);
        head.with_request(body, |request| {
            draft.write_response_body(request, output);
        });
        self.state = State::Done;
    }

    /// Checks the response head, as other code writes it, against the rules that a client checks.
    #[cfg(feature = "http")]
    pub(crate) fn check_answer(&self, answer: &[u8]) -> Result<(), RefusalCause> {
        let draft = &self.drafts[self.chosen];
        self.request.as_ref().map_or(Ok(()), |head| {
            let checked = head.with_request(&[], |request| check(draft, request, answer));
            checked
                .map_err(RefusalCause::Head)?
                .map_err(RefusalCause::Violation)
        })
    }
}
