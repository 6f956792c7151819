//! `wsdraft detect`: which drafts a request head can be of.

use std::path::Path;

use serde::Serialize;
use wsdraft::{
    detect::detect,
    handshake::{
        HeadLimits, check_content, parse,
        server::{ServerHandshake, ServerOptions},
    },
};

use crate::{Outcome, failure::Failure, heads::unfinished, input, output::Output, specs::Specs};

#[derive(Serialize)]
struct Detected {
    draft: Option<&'static str>,
    candidates: Vec<&'static str>,
    /// The draft that a request comes nearest to that is of none.
    nearest: Option<&'static str>,
    wire_version: Option<u16>,
    reasons: Vec<String>,
    /// What is wrong where no rule of a draft says it: the request has content.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Detects the draft of a request.
pub(crate) fn run(specs: &Specs, file: &Path, output: &Output) -> Result<Outcome, Failure> {
    let bytes = input::read_head(file)?;
    let drafts = specs.all_spoken()?;
    let Some(end) = parse::head_end(&bytes) else {
        if parse::bare_head_end(&bytes).is_some() {
            return incomplete(&bytes, output);
        }
        // What a server makes of it: more is to come, or it is no head of a request.
        let mut server = ServerHandshake::new(drafts, ServerOptions::default());
        return match server.receive(&bytes) {
            Ok(_) => incomplete(&bytes, output),
            Err(refusal) => Err(Failure::input(format!("{}: {refusal}", file.display()))),
        };
    };
    let found = parse::with_request(
        &bytes[..end],
        &[],
        false,
        &HeadLimits::default(),
        |request| {
            let found = detect(&request.fields, drafts.iter().copied());
            let owed = found.draft.map_or(0, |draft| draft.request_body);
            (found, check_content(&request.fields, owed).err())
        },
    );
    let (found, content) =
        found.map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
    let detected = Detected {
        draft: found.draft.map(|draft| draft.short),
        candidates: found.candidates.iter().map(|draft| draft.short).collect(),
        nearest: found.nearest.map(|draft| draft.short),
        wire_version: found.wire_version,
        reasons: found.reasons.iter().map(ToString::to_string).collect(),
        error: content.map(|error| error.to_string()),
    };
    if output.is_json() {
        output.document(&detected)?;
    } else {
        match detected.draft {
            Some(draft) => {
                let (likely, possible) = detected.candidates.split_at(found.likely().len());
                let others = |part: &[&str]| {
                    let others = part.iter().filter(|other| **other != draft);
                    others.copied().collect::<Vec<_>>().join(", ")
                };
                let mut line = draft.to_owned();
                for (words, others) in [
                    (", or any of: ", others(likely)),
                    ("; less likely: ", others(possible)),
                ] {
                    if !others.is_empty() {
                        line.push_str(words);
                        line.push_str(&others);
                    }
                }
                output.line(&line)?;
            }
            None => match detected.nearest {
                Some(nearest) => {
                    output.line(&format!("no draft fits; the nearest is {nearest}"))?
                }
                None => output.line("no draft fits")?,
            },
        }
        for reason in detected.reasons.iter().chain(&detected.error) {
            output.line(&format!("  {reason}"))?;
        }
    }
    Ok(if found.draft.is_some() && content.is_none() {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// Says that the head of a request is not all there. What there is of it shows no draft: the
/// fields that would rule one out may be to come.
fn incomplete(bytes: &[u8], output: &Output) -> Result<Outcome, Failure> {
    let reason = unfinished(bytes);
    if output.is_json() {
        output.document(&Detected {
            draft: None,
            candidates: Vec::new(),
            nearest: None,
            wire_version: None,
            reasons: vec![reason.into()],
            error: None,
        })?;
    } else {
        output.line(reason)?;
    }
    Ok(Outcome::Findings)
}
