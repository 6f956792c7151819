//! What decides about requests: which draft they belong to, whether they are valid, and the response.

use alloc::vec::Vec;

use super::{RefusalCause, ServerOptions};
#[cfg(feature = "std")]
use crate::handshake::parse::with_usual_request;
use crate::{
    handshake::{
        access::Access,
        content, detect, given, offer,
        parse::{HeadError, HeadLimits, with_response},
    },
    machine::{
        error::Misuse,
        extension::{Agreed, Extensions},
    },
    protocol::{
        draft::Draft,
        fields::Fields,
        frame::Session,
        grammar,
        heads::{Answer, Request, Response},
        info::{DraftInfo, Purpose},
        violation::{Enforce, Relaxed, Violation},
    },
};

/// A response, and the result of the negotiation.
pub(crate) struct Written<'a> {
    pub(crate) output: Vec<u8>,
    pub(crate) session: Session,
    pub(crate) agreed: Agreed,
    pub(super) subprotocol: Option<&'a str>,
}

/// The settings of a server, which all its handshakes share.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'s, D> {
    pub(crate) drafts: &'s [D],
    pub(crate) options: &'s ServerOptions,
    pub(crate) access: Option<&'s Access>,
    pub(crate) extensions: &'s Extensions,
}

impl<D: Draft> Judge<'_, D> {
    /// Accepts the request at the start of these bytes with the default response. Returns the end of
    /// its head, the place of its draft, and the response.
    ///
    /// `None` says nothing about the request: to accept it may take more than its head, or it may be
    /// incomplete or invalid. A [`ServerHandshake`](super::ServerHandshake) finds out.
    #[cfg(feature = "std")]
    pub(crate) fn accept_at_once(&self, bytes: &[u8]) -> Option<(usize, usize, Written<'static>)> {
        let options = self.options;
        let (end, accepted) =
            with_usual_request(bytes, options.secure, &options.head, |request| {
                let chosen = self.judge(self.drafts, request).ok()??;
                Some((chosen, self.answer_at_once(chosen, request)?))
            })?;
        let (chosen, written) = accepted?;
        Some((end, chosen, written))
    }

    /// The default response to a request, unless that takes more than its head.
    #[cfg(feature = "std")]
    fn answer_at_once(&self, chosen: usize, request: &Request<'_>) -> Option<Written<'static>> {
        let info = self.drafts[chosen].info();
        let is_simple = info.request_body == 0
            && info.response_header(Purpose::Nonce).is_none()
            && self.extensions.unspoken().is_none();
        let written = is_simple.then(|| self.answer(chosen, request, &Answer::default()));
        // Channels need the request.
        written?
            .ok()
            .filter(|written| written.agreed.multiplexed().is_none())
    }

    /// Checks a request. Returns the place of its draft among these; `None` if it requests no
    /// connection.
    pub(super) fn judge<T: Draft>(
        &self,
        drafts: &[T],
        request: &Request<'_>,
    ) -> Result<Option<usize>, RefusalCause> {
        let infos = drafts.iter().map(Draft::info);
        let fits = detect::choose(drafts, &request.fields);
        let names = |draft| names_protocol(draft, &request.fields);
        let asks = fits.is_some() || infos.clone().any(names);
        let nearest = || detect::nearest(drafts, &request.fields).filter(|_| asks);
        let Some(chosen) = fits.or_else(nearest) else {
            if let Some(access) = self.access {
                access.check_host(infos, request)?;
            }
            return Ok(None);
        };
        let draft = &drafts[chosen];
        let owed = draft.info().request_body;
        content::check_content(&request.fields, owed).map_err(RefusalCause::Head)?;
        let mut report = Enforce::new(self.options.relaxed, self.options.strict);
        let _ = draft.check_request(request, &mut report);
        report.finish().map_err(RefusalCause::Violation)?;
        if let Some(access) = self.access {
            access.check(infos, request)?;
        }
        Ok(Some(chosen))
    }

    /// The response, as far as it depends on the request head.
    pub(super) fn answer<'a>(
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
}

/// Whether a request requests an upgrade to the draft's protocol, possibly among others. A server
/// may ignore an upgrade to another protocol (RFC 9110 §7.8).
fn names_protocol(draft: &DraftInfo, fields: &Fields<'_>) -> bool {
    draft
        .request_header(Purpose::Upgrade)
        .is_some_and(|header| {
            let text = header.text.unwrap_or_default();
            fields
                .all(header.name)
                .any(|field| grammar::includes_token(field.value, text))
        })
}

/// Checks the response head against the rules that a client checks.
pub(super) fn check<D: Draft>(
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
