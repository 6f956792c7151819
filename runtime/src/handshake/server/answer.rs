//! The response that accepts a request, and the result of the negotiation.

use alloc::vec::Vec;

#[cfg(feature = "http")]
use super::RefusalCause;
use super::{ServerHandshake, State};
use crate::{
    handshake::{
        given, offer,
        parse::{HeadError, HeadLimits, with_response},
    },
    machine::{error::Misuse, extension::Agreed},
    protocol::{
        draft::Draft,
        frame::Session,
        heads::{Answer, Request, Response},
        info::{DraftInfo, Purpose},
        violation::{Enforce, Relaxed, Violation},
    },
};

/// A response, and the result of the negotiation.
pub(super) struct Written<'a> {
    output: Vec<u8>,
    session: Session,
    agreed: Agreed,
    subprotocol: Option<&'a str>,
}

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
        let written =
            request.with_request(body, |request| self.answer(self.chosen, request, answer))?;
        self.write(written);
        Ok(())
    }

    /// Accepts every request with the default response as soon as it is complete, unless that takes
    /// more than the head of the request. The request is then not kept.
    #[cfg(feature = "std")]
    pub(crate) const fn accept_at_once(&mut self) {
        self.at_once = true;
    }

    /// The default response to a request, if it is to be accepted at once.
    pub(super) fn answer_at_once(
        &self,
        chosen: usize,
        request: &Request<'_>,
    ) -> Option<Written<'static>> {
        let info = self.drafts[chosen].info();
        let is_simple = self.at_once
            && info.request_body == 0
            && info.response_header(Purpose::Nonce).is_none()
            && self.extensions.unspoken().is_none();
        let written = is_simple.then(|| self.answer(chosen, request, &Answer::default()));
        // Channels need the request.
        written?
            .ok()
            .filter(|written| written.agreed.multiplexed().is_none())
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

    /// The response, as far as it depends on the request head.
    fn answer<'a>(
        &self,
        chosen: usize,
        request: &Request<'_>,
        answer: &Answer<'a>,
    ) -> Result<Written<'a>, Misuse> {
        let draft = &self.drafts[chosen];
        let info = draft.info();
        let mut output = Vec::with_capacity(256);
        let mut subprotocol = answer.subprotocol;
        let agreed = self.agree(info, request, answer.extensions);
        let agreed = agreed.map_err(|violation| Misuse::Breaks(violation.rule))?;
        let mut written = Answer {
            fields: &[],
            extensions: answer.extensions.or_else(|| agreed.header()),
            ..*answer
        };
        draft.write_response(request, &written, &mut output);
        let relaxed = self.options.relaxed != Relaxed::NONE;
        if relaxed && answer.subprotocol.is_some() && breaks(draft, request, &output) {
            // Relaxed rules allow the client's value, but this endpoint may not be allowed to
            // repeat it.
            (subprotocol, written.subprotocol) = (None, None);
            output.clear();
            draft.write_response(request, &written, &mut output);
        }
        let unoffered = subprotocol.is_some_and(|one| !offer::includes(info, request, one));
        given::insert_fields(&mut output, answer.fields);
        let ruled = |(name, _): &(&str, &str)| info.response_header_named(name);
        if unoffered || answer.fields.iter().any(ruled) {
            if let Ok(Err(violation)) = check(draft, request, &output) {
                return Err(Misuse::Breaks(violation.rule));
            }
        }
        let mut session = Session::default();
        if info.derives_key {
            let derive = |response: &Response<'_>| draft.session(request, response);
            let derived = with_response(&output, &[], &HeadLimits::MOST, derive);
            session = derived.unwrap_or_default();
        }
        // If the request is complete, the complete response can be written now.
        if info.request_body == 0 {
            draft.write_response_body(request, &mut output);
        }
        Ok(Written {
            output,
            session,
            agreed,
            subprotocol,
        })
    }

    /// The negotiated extensions of a request. `words` is the application's response text, if it
    /// supplies one.
    fn agree(
        &self,
        info: &'static DraftInfo,
        request: &Request<'_>,
        words: Option<&str>,
    ) -> Result<Agreed, Violation> {
        if self.extensions.is_empty() {
            return Ok(Agreed::default());
        }
        let offered = offer::extensions(info, request).unwrap_or_default();
        match words {
            None => Ok(self.extensions.answer(info, &offered)),
            // Supported like the others.
            Some(words) => self.extensions.check(info, &offered, words),
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

/// Checks the response head against the rules that a client checks.
fn check<D: Draft>(
    draft: &D,
    request: &Request<'_>,
    answer: &[u8],
) -> Result<Result<(), Violation>, HeadError> {
    // The response head does not depend on the bytes after the request head. The bytes after the
    // response head are generated from the same input.
    let owed = alloc::vec![0; draft.info().request_body];
    let request = &Request {
        body: &owed,
        ..*request
    };
    let mut body = Vec::new();
    draft.write_response_body(request, &mut body);
    with_response(answer, &body, &HeadLimits::MOST, |response| {
        let mut report = Enforce::new(Relaxed::NONE, false);
        let _ = draft.check_response(request, response, &mut report);
        report.finish()
    })
}

/// Whether a response violates such a rule.
fn breaks<D: Draft>(draft: &D, request: &Request<'_>, answer: &[u8]) -> bool {
    matches!(check(draft, request, answer), Ok(Err(_)))
}
