//! Checks a request and a response, and gives the answer that a server owes.

use wsdraft::{
    Draft, Violation,
    detect::{Detection, detect},
    extension::Extensions,
    handshake::{
        HeadLimits, Request, parse,
        server::{Offer, ServerHandshake, ServerOptions},
    },
};
use wsdraft_analysis::hex;

use crate::{
    events::{AgreedExtension, ViolationReport},
    failure::Failure,
    heads::{Head, unfinished},
    outcome::Outcome,
    output::{document, printable},
    printed::Printed,
    specs::{Specs, Spoken},
};

mod answer;
mod report;
mod response;

use self::{
    answer::{NONCE, Owed},
    report::Report,
    response::{Looked, look},
};

/// What is known of a handshake besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The draft of the request; what it shows by default.
    pub draft: Option<&'a str>,
    /// The extensions that the server supports, separated by commas; `all` for every built-in one.
    pub extensions: Option<&'a str>,
    /// Whether the connection is secured by TLS.
    pub secure: bool,
}

/// What a handshake is checked against.
#[derive(Debug)]
pub struct Check {
    drafts: Vec<Spoken>,
    /// Whether the user named the draft.
    is_named: bool,
    /// Extensions that the server supports that is asked for its answer.
    ours: Extensions,
    /// Extensions that a given response is checked against, whoever made it.
    known: Extensions,
    secure: bool,
}

/// What a request, and perhaps its response, show.
struct Examined {
    draft: Spoken,
    /// Why it is this draft, where the request is of none.
    note: Option<String>,
    offer: Offer,
    violations: Vec<Violation>,
    /// Bytes that the request owes after its head are missing.
    lacks_body: bool,
    /// The given response.
    response: Option<Looked>,
}

impl Check {
    /// Checks against these drafts.
    ///
    /// # Errors
    /// If the options name what is not there.
    pub fn new(options: &Options<'_>, specs: &Specs) -> Result<Self, Failure> {
        let ours = specs.named_extensions(options.extensions.unwrap_or_default(), false)?;
        let drafts = match options.draft {
            Some(name) => vec![specs.spoken(name)?],
            None => specs.all_spoken()?,
        };
        Ok(Self {
            drafts,
            is_named: options.draft.is_some(),
            ours,
            known: Extensions::all(&specs.extensions()),
            secure: options.secure,
        })
    }

    /// Checks a request, and a response to it; `json` is whether JSON is printed.
    ///
    /// # Errors
    /// If JSON cannot express what was found.
    pub fn run(
        &self,
        request: &Head,
        response: Option<&Head>,
        json: bool,
    ) -> Result<Printed, Failure> {
        let answered = response.map(|response| &response.bytes[..]);
        let mut report = self.report(&request.bytes, answered);
        if let Some(read) = request
            .note
            .or_else(|| response.and_then(|response| response.note))
        {
            let before = report.note.map(|note| note + "; ").unwrap_or_default();
            report.note = Some(before + read);
        }
        let text = match json {
            true => document(&report)?,
            false => printable(&report.text()).into_owned(),
        };
        let finds = !report.valid || !report.violations.is_empty();
        let outcome = Outcome::findings(finds);
        Ok(Printed { text, outcome })
    }

    fn report(&self, bytes: &[u8], response: Option<&[u8]>) -> Report {
        let end = parse::head_end(bytes).unwrap_or(bytes.len());
        let (head, body) = bytes.split_at(end);
        let limits = HeadLimits::default();
        let examined = parse::with_request(head, body, self.secure, &limits, |request| {
            self.examine(request, response)
        });
        match examined {
            Ok(Some(examined)) if parse::head_end(bytes).is_some() => self.answer(bytes, examined),
            Ok(None) => Report::failed("there is no draft to check against".into()),
            // What a server makes of it: more is to come, or it is no head of a request.
            _ => match self.server(self.drafts.clone()).receive(bytes) {
                Ok(_) => Report::failed(unfinished(bytes).into()),
                Err(refusal) => Report::refused(&refusal),
            },
        }
    }

    fn server(&self, drafts: Vec<Spoken>) -> ServerHandshake<Spoken> {
        let options = ServerOptions::default().secure(self.secure);
        ServerHandshake::new(drafts, options)
    }

    /// Checks the handshake against the draft that was named, or that the request shows. A request
    /// that is of no draft is checked against the one that it comes nearest to.
    fn examine(&self, request: &Request<'_>, response: Option<&[u8]>) -> Option<Examined> {
        let drafts = || self.drafts.iter().copied();
        let named = drafts().next().filter(|_| self.is_named);
        let found = detect(&request.fields, drafts());
        let note = (named.is_none() && found.draft.is_none()).then(|| held_to(&found));
        let shown = found
            .draft_or_nearest()
            .and_then(|found| drafts().find(|draft| draft.info() == found));
        let draft = named.or(shown)?;
        let owed = draft.info().request_body;
        let request = Request {
            body: &request.body[..request.body.len().min(owed)],
            ..*request
        };
        let mut violations = Vec::new();
        let _ = draft.check_request(&request, &mut |violation: Violation| {
            violations.push(violation);
            Ok(())
        });
        let offer = Offer::read(draft.info(), &request);
        let response = response.map(|bytes| look(draft, &request, &offer, bytes, &self.known));
        Some(Examined {
            draft,
            note,
            offer,
            violations,
            lacks_body: request.body.len() < owed,
            response,
        })
    }

    /// The report, with the answer that a server of these drafts owes.
    fn answer(&self, bytes: &[u8], examined: Examined) -> Report {
        let Examined { draft, offer, .. } = examined;
        let subprotocol = match &examined.response {
            Some(Looked { report, given, .. }) if report.accepts() => offer
                .subprotocols
                .iter()
                .find(|name| Some(*name) == given.subprotocol.as_ref()),
            _ => offer.subprotocols.first(),
        };
        let mut violations = examined.violations;
        let broken = violations.iter().any(|broken| broken.rule.is_fatal());
        let (report, given, faulty) = match examined.response {
            Some(looked) => {
                violations.extend(looked.violations);
                (Some(looked.report), looked.given, looked.error)
            }
            None => Default::default(),
        };
        // The chosen draft last, so that it is the one that a server of all of them speaks.
        let others = self.drafts.iter().copied();
        let others = others.filter(|other| other.info() != draft.info());
        let server = self.server(others.chain([draft]).collect());
        let server = server.with_extensions(self.ours.clone());
        let nonce = given.nonce.unwrap_or(NONCE);
        let owed = Owed::new(server, bytes, subprotocol.map(String::as_str), nonce);
        let accept = owed.accept(draft.info());
        let mut error = owed.error;
        if examined.lacks_body && !broken {
            let missing = || "bytes that follow the head of the request are missing".to_owned();
            error = Some(error.unwrap_or_else(missing));
        }
        let request_valid = !broken && error.is_none();
        let header = owed.agreed.header().map(str::to_owned);
        let (extensions, agreed) = match given.extensions {
            Some(answered) => (Some(answered.into_text()), given.agreed),
            None => (header, owed.agreed),
        };
        Report {
            draft: Some(draft.info().short),
            valid: request_valid && report.as_ref().is_none_or(|report| report.valid),
            violations: violations.iter().map(ViolationReport::new).collect(),
            status: owed.status,
            response_hex: (!owed.response.is_empty()).then(|| hex(&owed.response)),
            accept,
            extensions,
            agreed: AgreedExtension::list(&agreed),
            request_valid,
            response: report,
            error: error.or(faulty),
            note: examined.note,
            subprotocols: offer.subprotocols,
            origin: offer.origin,
            resource: Some(offer.resource),
        }
    }
}

/// Says that a request is of no draft, which one it comes nearest to, and what decided.
fn held_to(found: &Detection) -> String {
    let nearest = found.nearest.map_or("none", |draft| draft.short);
    let reasons: Vec<String> = found.reasons.iter().map(ToString::to_string).collect();
    format!(
        "no draft fits; the nearest is {nearest}: {}",
        reasons.join("; ")
    )
}
