//! `wsdraft inspect`: decodes and checks the frames that one end of a connection sends.

use std::{fmt::Write as _, path::Path};

use wsdraft::{
    Draft, Role,
    extension::{Agreed, Element, Extensions, elements},
    frame::Session,
    grammar,
    info::Purpose,
    inspect::Inspector,
};
use wsdraft_spec::vocabulary::Cover;

use crate::{
    Outcome, events::Event, failure::Failure, input, lint::memory::Bytes, output::Output,
    specs::Specs,
};

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) draft: &'a str,
    pub(crate) from: Role,
    pub(crate) hex: Option<&'a str>,
    pub(crate) file: Option<&'a Path>,
    pub(crate) extensions: Option<&'a str>,
    pub(crate) masking_key: Option<&'a str>,
    pub(crate) max_payload: Bytes,
}

/// Inspects a stream of frames.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let draft = specs.spoken(asked.draft)?;
    let session = session(specs, asked)?;
    let agreed = agreed(specs, draft, asked.extensions.unwrap_or_default())?;
    let inspector = Inspector::new(draft, asked.from, session).extended(&agreed);
    let mut inspector = inspector.showing(asked.max_payload.0);
    let mut outcome = Outcome::Fine;
    let mut show = |inspector: &mut Inspector<_>| {
        let mut lines = String::new();
        for observed in inspector {
            let Some(event) = Event::observed(observed, draft.info()) else {
                continue;
            };
            if event.is_finding() {
                outcome = Outcome::Findings;
            }
            if output.is_json() {
                lines.push_str(&output.json(&event)?);
                lines.push('\n');
            } else {
                let _ = writeln!(lines, "{event}");
            }
            // A large payload is written before the next one is made into text.
            if lines.len() > input::CHUNK {
                output.text(&lines)?;
                lines.clear();
            }
        }
        output.text(&lines)
    };
    match (asked.hex, asked.file) {
        (Some(digits), _) => {
            inspector.push(&input::from_hex(digits)?);
            show(&mut inspector)?;
        }
        (None, Some(file)) => input::chunks(file, |bytes| {
            inspector.push(bytes);
            show(&mut inspector)
        })?,
        (None, None) => {
            return Err(Failure::input(
                "nothing to inspect: name a file, - for standard input, or --hex",
            ));
        }
    }
    inspector.end_of_input();
    show(&mut inspector)?;
    Ok(outcome)
}

/// The keys that the handshake of the connection derived.
fn session(specs: &Specs, asked: &Asked<'_>) -> Result<Session, Failure> {
    let draft = specs.resolved(asked.draft)?;
    let derived = draft.session_key.is_some();
    let masking_key = match asked.masking_key {
        None => None,
        Some(_) if !derived => {
            return Err(Failure::input(format!(
                "--masking-key: {} derives no key in the handshake",
                draft.short
            )));
        }
        Some(digits) => {
            let key = input::from_hex(digits)?;
            let length = key.len();
            Some(key.try_into().map_err(|_| {
                Failure::input(format!("--masking-key: the key has 20 bytes, not {length}"))
            })?)
        }
    };
    let masks = draft.masking.as_ref().is_some_and(|masking| {
        masking.value.covers == Cover::Frame && masking.value.by == asked.from
    });
    if derived && masks && masking_key.is_none() {
        return Err(Failure::input(format!(
            "the frames that a {} of {} sends are masked with a key from the handshake: give it with --masking-key",
            asked.from, draft.short
        )));
    }
    Ok(Session { masking_key })
}

/// What the value of a response's header says to be agreed.
fn agreed(specs: &Specs, draft: &dyn Draft, value: &str) -> Result<Agreed, Failure> {
    if value.is_empty() {
        return Ok(Agreed::default());
    }
    let info = draft.info();
    let Some(header) = info.response_header(Purpose::Extensions) else {
        return Err(Failure::input(format!(
            "--extensions: {} does not negotiate extensions",
            info.short
        )));
    };
    let (value, dialects) = specs.extension_list(value)?;
    if let Err(fault) = grammar::is_extension_list(value.as_bytes(), header.quoted) {
        return Err(Failure::input(format!(
            "--extensions: no list of extensions from character {} on",
            fault.offset + 1
        )));
    }
    let agreed = Extensions::all(&dialects).agreed(info, &value);
    let agreed = agreed.map_err(|broken| Failure::input(format!("--extensions: {broken}")))?;
    // What the draft has no room for would be left out without a word.
    let spoken = |element: &Element| agreed.iter().any(|item| item.answer.token == element.token);
    match elements(&value).find(|element| !spoken(element)) {
        Some(element) => Err(Failure::input(format!(
            "--extensions: {} has no room for what {} claims of frames",
            info.short, element.token
        ))),
        None => Ok(agreed),
    }
}
