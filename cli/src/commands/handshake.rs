//! `wsdraft handshake`: checks a request and a response, prints the answer a server owes.

use std::path::Path;

use serde::Serialize;
use wsdraft::{
    Draft, Violation,
    detect::{Detection, detect},
    extension::Extensions,
    handshake::{
        Answer, HeadLimits, Joined, Request, parse,
        server::{Offer, Refusal, RefusalCause, ServerHandshake, ServerOptions},
    },
    info::Purpose,
};

use crate::{
    Outcome,
    events::{AgreedExtension, ViolationReport, dialects},
    failure::Failure,
    heads::unfinished,
    input,
    output::Output,
    specs::Specs,
};

mod response;

use self::response::{Given, Looked, ResponseReport, look};

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Path,
    pub(crate) response: Option<&'a Path>,
    pub(crate) draft: Option<&'a str>,
    pub(crate) extensions: Option<&'a str>,
    pub(crate) secure: bool,
}

#[derive(Serialize)]
struct Report {
    draft: Option<&'static str>,
    valid: bool,
    violations: Vec<ViolationReport>,
    status: Option<u16>,
    response_hex: Option<String>,
    accept: Option<String>,
    subprotocols: Vec<String>,
    extensions: Option<String>,
    agreed: Vec<AgreedExtension>,
    origin: Option<String>,
    resource: Option<String>,
    /// Whether the request alone is valid: a server has nothing in it to refuse.
    request_valid: bool,
    /// The response that was given.
    response: Option<ResponseReport>,
    /// What is wrong where no rule says it: a head that is not HTTP, or not all there.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Where no draft fits the request: which one it is held to instead, and what rules that out.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Checks a handshake.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let extensions = specs.named_extensions(asked.extensions.unwrap_or_default())?;
    let bytes = input::read_head(asked.request)?;
    let response = asked.response.map(input::read_head).transpose()?;
    let drafts = match asked.draft {
        Some(name) => vec![specs.spoken(name)?],
        None => specs.all_spoken()?,
    };
    let known = Extensions::all(&specs.extensions());
    let supports = Supports {
        ours: &extensions,
        known: &known,
    };
    let report = check(&bytes, response.as_deref(), &drafts, supports, asked);
    if output.is_json() {
        output.document(&report)?;
    } else {
        output.text(&text(&report))?;
    }
    Ok(if report.valid && report.violations.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// Which extensions count.
#[derive(Clone, Copy)]
struct Supports<'a> {
    /// Those that the server supports that is asked for its answer.
    ours: &'a Extensions,
    /// Those that a given response is checked against, whoever made it.
    known: &'a Extensions,
}

fn check(
    bytes: &[u8],
    response: Option<&[u8]>,
    drafts: &[&'static dyn Draft],
    supports: Supports<'_>,
    asked: &Asked<'_>,
) -> Report {
    let end = parse::head_end(bytes).unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let limits = HeadLimits::default();
    let checked = parse::with_request(head, body, asked.secure, &limits, |request| {
        let named = asked.draft.and_then(|_| drafts.first().copied());
        // A request that is of no draft is checked against the one that it comes nearest to.
        let found = detect(&request.fields, drafts.iter().copied());
        let note = (named.is_none() && found.draft.is_none()).then(|| held_to(&found));
        let found = found
            .draft_or_nearest()
            .and_then(|found| drafts.iter().copied().find(|draft| draft.info() == found));
        let draft = named.or(found)?;
        let examined = examine(draft, request, response, supports.known);
        Some((draft, examined, note))
    });
    match checked {
        Ok(Some((draft, examined, note))) if parse::head_end(bytes).is_some() => Report {
            note,
            ..answer(bytes, draft, drafts, examined, supports.ours, asked)
        },
        Ok(None) => failed("there is no draft to check against".into()),
        // What a server makes of it: more is to come, or it is no head of a request.
        _ => match ServerHandshake::new(drafts.to_vec(), options(asked)).receive(bytes) {
            Ok(_) => failed(unfinished(bytes).into()),
            Err(refusal) => refused(&refusal),
        },
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

fn options(asked: &Asked<'_>) -> ServerOptions {
    ServerOptions {
        secure: asked.secure,
        ..ServerOptions::default()
    }
}

fn failed(error: String) -> Report {
    Report {
        draft: None,
        valid: false,
        violations: Vec::new(),
        status: None,
        response_hex: None,
        accept: None,
        subprotocols: Vec::new(),
        extensions: None,
        agreed: Vec::new(),
        origin: None,
        resource: None,
        request_valid: false,
        response: None,
        error: Some(error),
        note: None,
    }
}

fn refused(refusal: &Refusal) -> Report {
    Report {
        status: refusal.status,
        response_hex: (!refusal.response.is_empty()).then(|| input::hex(&refusal.response)),
        ..failed(refusal.to_string())
    }
}

/// What a request, and perhaps its response, show.
struct Examined {
    offer: Offer,
    violations: Vec<Violation>,
    /// Bytes that the request owes after its head are missing.
    lacks_body: bool,
    /// The given response.
    response: Option<Looked>,
}

fn examine(
    draft: &'static dyn Draft,
    request: &Request<'_>,
    response: Option<&[u8]>,
    extensions: &Extensions,
) -> Examined {
    let info = draft.info();
    let mut violations = Vec::new();
    let owed = info.request_body;
    let request = Request {
        body: &request.body[..request.body.len().min(owed)],
        ..*request
    };
    let _ = draft.check_request(&request, &mut |violation: Violation| {
        violations.push(violation);
        Ok(())
    });
    let offer = Offer::read(info, &request);
    let response = response.map(|bytes| look(draft, &request, &offer, bytes, extensions));
    Examined {
        offer,
        violations,
        lacks_body: request.body.len() < owed,
        response,
    }
}

/// The report, with the answer that a server of these drafts owes.
fn answer(
    bytes: &[u8],
    draft: &'static dyn Draft,
    drafts: &[&'static dyn Draft],
    examined: Examined,
    extensions: &Extensions,
    asked: &Asked<'_>,
) -> Report {
    let mut violations = examined.violations;
    let broken = violations.iter().any(|broken| broken.rule.is_fatal());
    let offered = &examined.offer.subprotocols;
    let subprotocol = match &examined.response {
        Some(Looked { report, given, .. }) if report.accepts() => offered
            .iter()
            .find(|name| Some(*name) == given.subprotocol.as_ref()),
        _ => offered.first(),
    };
    let subprotocol = subprotocol.cloned();
    let (report, given, faulty) = match examined.response {
        Some(looked) => {
            violations.extend(looked.violations);
            (Some(looked.report), looked.given, looked.error)
        }
        None => (None, Given::default(), None),
    };
    // The chosen draft last, so that it is the one that a server of all of them speaks.
    let mut offered: Vec<_> = drafts
        .iter()
        .copied()
        .filter(|other| other.info() != draft.info())
        .collect();
    offered.push(draft);
    let mut server =
        ServerHandshake::new(offered, options(asked)).with_extensions(extensions.clone());
    let mut error = None;
    let (status, response) = match server.receive(bytes) {
        Ok(_) => {
            let nonce = given.nonce.unwrap_or(NONCE);
            let accepted = server.accept(&Answer {
                subprotocol: subprotocol.as_deref(),
                extensions: None,
                nonce,
                fields: &[],
            });
            if let Err(misuse) = accepted {
                error = error.or_else(|| Some(misuse.to_string()));
            }
            let response = server.take_output();
            ((!response.is_empty()).then_some(101), response)
        }
        Err(refusal) => {
            if let RefusalCause::Head(fault) = &refusal.cause {
                error = error.or_else(|| Some(fault.to_string()));
            }
            (refusal.status, refusal.response)
        }
    };
    let accept = draft
        .info()
        .response_header(Purpose::Accept)
        .filter(|_| status == Some(101))
        .and_then(|header| {
            let end = parse::head_end(&response)?;
            parse::with_response(&response[..end], &[], &HeadLimits::default(), |response| {
                response.fields.get(header.name)?.text().map(str::to_owned)
            })
            .ok()?
        });
    if examined.lacks_body && !broken {
        error =
            error.or_else(|| Some("bytes that follow the head of the request are missing".into()));
    }
    let offer = examined.offer;
    let request_valid = !broken && error.is_none();
    let agreed = match given.extensions {
        Some(_) => given.agreed.clone(),
        None => server.agreed().clone(),
    };
    Report {
        draft: Some(draft.info().short),
        valid: request_valid && report.as_ref().is_none_or(|report| report.valid),
        violations: violations.iter().map(ViolationReport::new).collect(),
        status,
        response_hex: (!response.is_empty()).then(|| input::hex(&response)),
        accept,
        subprotocols: offer.subprotocols,
        extensions: given
            .extensions
            .map(Joined::into_text)
            .or_else(|| server.agreed().header().map(str::to_owned)),
        agreed: AgreedExtension::list(&agreed),
        origin: offer.origin,
        resource: Some(offer.resource),
        request_valid,
        response: report,
        error: error.or(faulty),
        note: None,
    }
}

/// Stands in for random bytes, so that the same request gives the same answer.
const NONCE: [u8; 16] = *b"wsdraft's  nonce";

/// A line in which control characters are written out, and nothing else is.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for char in line.chars() {
        if char.is_control() {
            out.extend(char.escape_debug());
        } else {
            out.push(char);
        }
    }
    out
}

fn text(report: &Report) -> String {
    let mut out = match (report.draft, report.request_valid) {
        (Some(draft), true) => format!("a valid request of {draft}\n"),
        (Some(draft), false) => format!("not a valid request of {draft}\n"),
        (None, _) => "no request\n".to_owned(),
    };
    if let Some(response) = &report.response {
        out.push_str(&format!("{}\n", visible(&response.text())));
    }
    for line in report.note.iter().chain(&report.error) {
        out.push_str(&format!("  {line}\n"));
    }
    for violation in &report.violations {
        out.push_str(&format!("  {violation}\n"));
    }
    let fields = [
        ("resource", report.resource.clone()),
        ("origin", report.origin.clone()),
        (
            "subprotocols",
            (!report.subprotocols.is_empty()).then(|| report.subprotocols.join(", ")),
        ),
        ("extensions", report.extensions.clone()),
        ("dialects", dialects(&report.agreed)),
        ("status", report.status.map(|status| status.to_string())),
        ("accept", report.accept.clone()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            out.push_str(&format!("{name:<13} {value}\n"));
        }
    }
    if let Some(hex) = &report.response_hex {
        let bytes = input::from_hex(hex).unwrap_or_default();
        out.push_str("\nthe answer that a server owes:\n");
        for line in String::from_utf8_lossy(&bytes).lines() {
            out.push_str(&format!("  {}\n", visible(line)));
        }
    }
    out
}
