//! `wsdraft detect`: which drafts a request head can be of.

use std::path::Path;

use serde::Serialize;
use wsdraft::{
    detect::{Detection, detect},
    handshake::{HeadLimits, parse},
};

use crate::{Outcome, failure::Failure, input, output::Output, specs::Specs};

#[derive(Serialize)]
struct Detected {
    draft: Option<&'static str>,
    candidates: Vec<&'static str>,
    wire_version: Option<u16>,
    reasons: Vec<String>,
}

/// Detects the draft of a request.
pub(crate) fn run(specs: &Specs, file: &Path, output: &Output) -> Result<Outcome, Failure> {
    let bytes = input::read(file)?;
    let end = head_end(&bytes).unwrap_or(bytes.len());
    let drafts = specs.all_spoken()?;
    let found = parse::with_request(
        &bytes[..end],
        &[],
        false,
        &HeadLimits::default(),
        |request| detect(&request.fields, drafts.iter().copied()),
    );
    let found: Detection =
        found.map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
    let detected = Detected {
        draft: found.draft.map(|draft| draft.short),
        candidates: found.candidates.iter().map(|draft| draft.short).collect(),
        wire_version: found.wire_version,
        reasons: found.reasons.iter().map(ToString::to_string).collect(),
    };
    if output.is_json() {
        output.document(&detected)?;
    } else {
        match detected.draft {
            Some(draft) => {
                output.line(&format!(
                    "{draft}, or any of: {}",
                    detected.candidates.join(", ")
                ))?;
            }
            None => output.line("no draft fits")?,
        }
        for reason in &detected.reasons {
            output.line(&format!("  {reason}"))?;
        }
    }
    Ok(if found.draft.is_some() {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// Where the head of a message ends, its blank line included.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}
