//! Which drafts a request head can be of.

use serde::Serialize;
use wsdraft::{
    detect::detect,
    handshake::{
        HeadLimits, check_content, parse,
        server::{ServerHandshake, ServerOptions},
    },
};

use crate::{
    failure::Failure,
    heads::{Head, unfinished},
    outcome::Outcome,
    output::{document, printable},
    printed::Printed,
    specs::Specs,
};

/// What a request shows.
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
    /// What is to be said of how the file was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// Detects the draft of a request; `name` is that of its file, and `json` whether JSON is printed.
///
/// # Errors
/// If this is no head of a request.
pub fn run(name: &str, head: Head, specs: &Specs, json: bool) -> Result<Printed, Failure> {
    let Head { bytes, note } = head;
    let drafts = specs.all_spoken()?;
    let Some(end) = parse::head_end(&bytes) else {
        if parse::bare_head_end(&bytes).is_some() {
            return incomplete(&bytes, json);
        }
        // What a server makes of it: more is to come, or it is no head of a request.
        let mut server = ServerHandshake::new(drafts, ServerOptions::default());
        return match server.receive(&bytes) {
            Ok(_) => incomplete(&bytes, json),
            Err(refusal) => Err(Failure::input(format!("{name}: {refusal}"))),
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
    let (found, content) = found.map_err(|error| Failure::input(format!("{name}: {error}")))?;
    let detected = Detected {
        draft: found.draft.map(|draft| draft.short),
        candidates: found.candidates.iter().map(|draft| draft.short).collect(),
        nearest: found.nearest.map(|draft| draft.short),
        wire_version: found.wire_version,
        reasons: found.reasons.iter().map(ToString::to_string).collect(),
        error: content.map(|error| error.to_string()),
        note,
    };
    let text = match json {
        true => document(&detected)?,
        false => printable(&text(&detected, found.likely().len())).into_owned(),
    };
    let finds = detected.draft.is_none() || detected.error.is_some();
    let outcome = Outcome::findings(finds);
    Ok(Printed { text, outcome })
}

/// The draft and the other candidates, of which the first so many are likely; then the reasons.
fn text(detected: &Detected, likely: usize) -> String {
    let mut text = match (detected.draft, detected.nearest) {
        (Some(draft), _) => {
            let (likely, possible) = detected.candidates.split_at(likely);
            let mut line = draft.to_owned();
            for (words, part) in [(", or any of: ", likely), ("; less likely: ", possible)] {
                let others = part.iter().filter(|other| **other != draft);
                let others = others.copied().collect::<Vec<_>>().join(", ");
                if !others.is_empty() {
                    line.push_str(words);
                    line.push_str(&others);
                }
            }
            line
        }
        (None, Some(nearest)) => format!("no draft fits; the nearest is {nearest}"),
        (None, None) => "no draft fits".to_owned(),
    };
    text.push('\n');
    for reason in detected.reasons.iter().chain(&detected.error) {
        text.push_str(&format!("  {reason}\n"));
    }
    if let Some(note) = detected.note {
        text.push_str(&format!("  note: {note}\n"));
    }
    text
}

/// Says that the head of a request is not all there. What there is of it shows no draft: the
/// fields that would rule one out may be to come.
fn incomplete(bytes: &[u8], json: bool) -> Result<Printed, Failure> {
    let reason = unfinished(bytes);
    let text = match json {
        true => document(&Detected {
            draft: None,
            candidates: Vec::new(),
            nearest: None,
            wire_version: None,
            reasons: vec![reason.into()],
            error: None,
            note: None,
        })?,
        false => format!("{reason}\n"),
    };
    let outcome = Outcome::Findings;
    Ok(Printed { text, outcome })
}
