//! Decodes and checks the frames that one end of a connection sends.

use std::fmt::Write as _;

use wsdraft::{
    Draft, Role,
    extension::{Agreed, Element, Extensions, elements},
    frame::Session,
    grammar,
    info::Purpose,
    inspect::Inspector,
};
use wsdraft_analysis::from_hex;
use wsdraft_spec::vocabulary::Cover;

use crate::{
    events::{Event, Told},
    failure::{self, Failure},
    outcome::Outcome,
    output::{json, printable},
    specs::{Specs, Spoken},
};

mod channels;

use self::channels::Channels;

/// What is known of the frames.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The draft of the connection; the newest by default.
    pub draft: Option<&'a str>,
    /// Who sent the frames.
    pub from: Role,
    /// The agreed extensions, as in the header field of the response.
    pub extensions: Option<&'a str>,
    /// The key that the draft derives in the handshake, in hex.
    pub masking_key: Option<&'a str>,
    /// Bytes of each payload that are shown.
    pub max_payload: usize,
}

/// A stream of frames that is inspected.
#[derive(Debug)]
pub struct Inspection {
    draft: Spoken,
    inspector: Inspector<Spoken>,
    channels: Channels,
    json: bool,
    outcome: Outcome,
}

/// Takes what is printed; it is harmless for a terminal.
type Write<'w> = dyn FnMut(&str) -> Result<(), Failure> + 'w;

impl Inspection {
    /// Lines beyond so many bytes are written before the next payload is made into text.
    const CHUNK: usize = 64 << 10;

    /// Starts to inspect; `json` is whether JSON is printed.
    ///
    /// # Errors
    /// If the options do not fit the draft.
    pub fn new(options: &Options<'_>, specs: &Specs, json: bool) -> Result<Self, Failure> {
        let draft = specs.spoken_or_newest(options.draft)?;
        let session = session(options, specs)?;
        let agreed = agreed(specs, draft, options.extensions)?;
        let known = Extensions::all(&specs.extensions());
        let (from, most) = (options.from, options.max_payload);
        let channels = Channels::new(draft, &agreed, &known, (from, session), most)?;
        let inspector = Inspector::new(draft, from, session).extended(&agreed);
        Ok(Self {
            draft,
            inspector: inspector.showing(channels.kept()),
            channels,
            json,
            outcome: Outcome::Fine,
        })
    }

    /// Inspects what comes next.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn push(&mut self, bytes: &[u8], write: &mut Write<'_>) -> Result<(), Failure> {
        self.inspector.push(bytes);
        self.show(false, write)
    }

    /// Says what is left at the end.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, write: &mut Write<'_>) -> Result<Outcome, Failure> {
        self.inspector.end_of_input();
        self.show(true, write)?;
        Ok(self.outcome)
    }

    fn show(&mut self, ends: bool, write: &mut Write<'_>) -> Result<(), Failure> {
        let mut lines = String::new();
        while let Some(observed) = self.inspector.next() {
            self.channels.take(observed);
            self.print(&mut lines, write)?;
        }
        if ends {
            self.channels.end();
            self.print(&mut lines, write)?;
        }
        write(&printable(&lines))
    }

    /// Adds the lines of what was taken.
    fn print(&mut self, lines: &mut String, write: &mut Write<'_>) -> Result<(), Failure> {
        for (channel, event) in self.channels.events(self.draft.info()) {
            if event.is_finding() {
                self.outcome = Outcome::Findings;
            }
            line(self.json, channel, &event, lines)?;
        }
        if lines.len() > Self::CHUNK {
            write(&printable(lines))?;
            lines.clear();
        }
        Ok(())
    }
}

/// Adds the line of an event.
fn line(
    is_json: bool,
    channel: Option<u32>,
    event: &Event,
    lines: &mut String,
) -> Result<(), Failure> {
    if is_json {
        lines.push_str(&json(&Told { event, channel })?);
        lines.push('\n');
        return Ok(());
    }
    let _ = match channel {
        Some(channel) => writeln!(lines, "channel {channel}: {event}"),
        None => writeln!(lines, "{event}"),
    };
    Ok(())
}

/// The keys that the handshake of the connection derived.
fn session(options: &Options<'_>, specs: &Specs) -> Result<Session, Failure> {
    let draft = specs.resolved_or_newest(options.draft)?;
    let from = options.from;
    let derived = draft.session_key.is_some();
    let masking_key = match options.masking_key {
        None => None,
        Some(_) if !derived => {
            return Err(Failure::input(format!(
                "--masking-key: {} does not derive a key in the handshake",
                draft.short
            )));
        }
        Some(digits) => {
            let key = from_hex(digits)?;
            let length = key.len();
            Some(key.try_into().map_err(|_| {
                Failure::input(format!("--masking-key: the key has 20 bytes, not {length}"))
            })?)
        }
    };
    let masks = draft
        .masking
        .as_ref()
        .is_some_and(|masking| masking.value.covers == Cover::Frame && masking.value.by == from);
    if derived && masks && masking_key.is_none() {
        return Err(Failure::input(format!(
            "the frames that a {from} of {} sends are masked with a key from the handshake: give it with --masking-key",
            draft.short
        )));
    }
    Ok(Session { masking_key })
}

/// What the value of a response's header says to be agreed.
fn agreed(specs: &Specs, draft: &dyn Draft, value: Option<&str>) -> Result<Agreed, Failure> {
    let Some(given) = value.filter(|value| !value.is_empty()) else {
        return Ok(Agreed::default());
    };
    let info = draft.info();
    let Some(header) = info.response_header(Purpose::Extensions) else {
        return Err(Failure::input(format!(
            "--extensions: {} does not negotiate extensions",
            info.short
        )));
    };
    let (value, dialects) = specs.extension_list(given, true)?;
    if let Err(fault) = grammar::is_extension_list(value.as_bytes(), header.quoted) {
        let at = failure::position((given, &value), fault.offset);
        let at = at.map_or_else(String::new, |at| format!(" from character {at} on"));
        return Err(Failure::input(format!(
            "--extensions: not a valid list of extensions{at}"
        )));
    }
    let agreed = Extensions::all(&dialects).agreed(info, &value);
    let agreed =
        agreed.map_err(|broken| Failure::value("--extensions", (given, &value), &broken))?;
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
