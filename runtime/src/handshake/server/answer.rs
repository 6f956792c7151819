//! How a server accepts: what it answers, and what is agreed with that.

use alloc::vec::Vec;

use super::{Offer, RefusalCause, ServerHandshake, State};
use crate::{
    handshake::{
        given,
        parse::{HeadError, HeadLimits, with_request, with_response},
    },
    machine::{error::Misuse, extension::Agreed},
    protocol::{
        draft::Draft,
        frame::Session,
        heads::{Answer, Request, Response},
        info::DraftInfo,
        violation::{Enforce, Relaxed, Violation},
    },
};

/// An answer, and what it agrees to.
struct Written<'a> {
    output: Vec<u8>,
    session: Session,
    agreed: Agreed,
    subprotocol: Option<&'a str>,
}

impl<D: Draft> ServerHandshake<D> {
    /// Accepts the request that was offered.
    ///
    /// If bytes that the request owes after its head are not there yet, the head of the
    /// answer is sent nevertheless: some proxies hold those bytes back until they see it.
    ///
    /// # Errors
    /// [`Misuse::Unfit`] or [`Misuse::Reserved`] when what was given may not stand in an answer, and
    /// [`Misuse::Breaks`] when a field or an extension that was given breaks a rule of the draft;
    /// [`Misuse::Unspoken`] when this build cannot speak one of the extensions. Nothing is sent
    /// then, and the request can be answered otherwise.
    pub fn accept(&mut self, answer: &Answer<'_>) -> Result<(), Misuse> {
        let Some(end) = self.reader.end.filter(|_| self.state == State::Offered) else {
            return Ok(());
        };
        given::answer_fits(self.drafts[self.chosen].info(), answer)?;
        if let Some(extension) = self.extensions.unspoken() {
            return Err(Misuse::Unspoken(extension.short));
        }
        let Written {
            output,
            session,
            agreed,
            subprotocol,
        } = self.answer(end, answer)?;
        (self.session, self.agreed) = (session, agreed);
        self.subprotocol = subprotocol.map(Into::into);
        let info = self.drafts[self.chosen].info();
        self.trace.established(info, subprotocol);
        self.output.extend_from_slice(&output);
        if info.request_body == 0 {
            self.state = State::Done;
        } else {
            self.state = State::Body;
            self.answer_body();
        }
        Ok(())
    }

    /// The answer, as far as the head of the request, which ends there, says what it is.
    fn answer<'a>(&self, end: usize, answer: &Answer<'a>) -> Result<Written<'a>, Misuse> {
        let (head, body) = self.reader.bytes.split_at(end);
        let draft = &self.drafts[self.chosen];
        let info = draft.info();
        let mut output = Vec::with_capacity(256);
        let mut agreed = Ok(Agreed::default());
        let mut subprotocol = answer.subprotocol;
        let secure = self.options.secure;
        let session = self.spans.with_request(head, body, secure, |request| {
            let mut written = Answer {
                fields: &[],
                ..*answer
            };
            agreed = self.agree(info, request, answer.extensions);
            let own = agreed.as_ref().ok().and_then(Agreed::header);
            written.extensions = answer.extensions.or(own);
            draft.write_response(request, &written, &mut output);
            let relaxed = self.options.relaxed != Relaxed::NONE;
            if relaxed && answer.subprotocol.is_some() && breaks(draft, request, &output) {
                // What a client was let off is not always what this end may repeat.
                (subprotocol, written.subprotocol) = (None, None);
                output.clear();
                draft.write_response(request, &written, &mut output);
            }
            given::insert_fields(&mut output, answer.fields);
            let mut session = Session::default();
            if info.derives_key {
                let derive = |response: &Response<'_>| draft.session(request, response);
                let derived = with_response(&output, &[], &HeadLimits::MOST, derive);
                session = derived.unwrap_or_default();
            }
            session
        });
        let agreed = agreed.map_err(|violation| Misuse::Breaks(violation.rule))?;
        let ruled = |(name, _): &(&str, &str)| info.response_header_named(name);
        if answer.fields.iter().any(ruled) {
            if let Err(RefusalCause::Violation(violation)) = self.check_answer(&output) {
                return Err(Misuse::Breaks(violation.rule));
            }
        }
        // Where the request owes nothing more, all of the answer can be written now.
        if info.request_body == 0 {
            self.spans.with_request(head, body, secure, |request| {
                draft.write_response_body(request, &mut output);
            });
        }
        Ok(Written {
            output,
            session,
            agreed,
            subprotocol,
        })
    }

    /// What is agreed of the extensions that a request offers; `words` are those in which the
    /// application answers, if it does.
    fn agree(
        &self,
        info: &'static DraftInfo,
        request: &Request<'_>,
        words: Option<&str>,
    ) -> Result<Agreed, Violation> {
        if self.extensions.is_empty() {
            return Ok(Agreed::default());
        }
        let offered = Offer::read(info, request).extensions.unwrap_or_default();
        match words {
            None => Ok(self.extensions.answer(info, &offered)),
            // Spoken like the others.
            Some(words) => self.extensions.check(info, &offered, words),
        }
    }

    pub(super) fn answer_body(&mut self) {
        let Some(end) = self.reader.end else { return };
        let owed = self.drafts[self.chosen].info().request_body;
        let Some(body) = self.reader.bytes.get(end..end + owed) else {
            return;
        };
        let (draft, output) = (&self.drafts[self.chosen], &mut self.output);
        let head = &self.reader.bytes[..end];
        let secure = self.options.secure;
        self.spans.with_request(head, body, secure, |request| {
            draft.write_response_body(request, output);
        });
        self.state = State::Done;
    }

    /// Checks the head of the answer, as something else writes it, against the rules that a
    /// client goes by.
    pub(crate) fn check_answer(&self, answer: &[u8]) -> Result<(), RefusalCause> {
        let draft = &self.drafts[self.chosen];
        let head = &self.reader.bytes[..self.reader.end.unwrap_or_default()];
        let secure = self.options.secure;
        let checked = with_request(head, &[], secure, &self.options.head, |request| {
            let checked = check(draft, request, answer).map_err(RefusalCause::Head)?;
            checked.map_err(RefusalCause::Violation)
        });
        checked.map_err(RefusalCause::Head)?
    }
}

/// Checks the head of an answer to a request against the rules that a client goes by.
fn check<D: Draft>(
    draft: &D,
    request: &Request<'_>,
    answer: &[u8],
) -> Result<Result<(), Violation>, HeadError> {
    // The head of an answer does not depend on the bytes that follow that of the request; what
    // follows the answer's is made from the same ones.
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

/// Whether an answer breaks such a rule.
fn breaks<D: Draft>(draft: &D, request: &Request<'_>, answer: &[u8]) -> bool {
    matches!(check(draft, request, answer), Ok(Err(_)))
}
