//! Standard output and standard error, as text or as JSON.
//!
//! All that the command writes for people goes through here, and what others wrote is made
//! harmless for a terminal here: [`printable`] escapes it. JSON has escapes of its own, which are
//! used for the same characters, so that a reader of the JSON gets them as they were.

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::Stdio,
};

use serde::Serialize;
pub(crate) use wsdraft_tools::output::{document, json_escaped, printable, quoted, value};
use wsdraft_tools::{Printed, output};

use crate::{failure::Failure, outcome::Outcome};

mod log;
mod results;
mod stdout;

pub(crate) use self::{
    log::{entry as log_entry, finish as finish_log, in_background as log_in_background, log},
    results::Results,
};

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
}

impl Output {
    /// Prints text, perhaps with colours, or JSON.
    pub(crate) const fn new(json: bool, colour: bool) -> Self {
        Self { json, colour }
    }

    /// Whether text for people has colours.
    pub(crate) const fn is_coloured(self) -> bool {
        self.colour
    }

    /// Whether JSON was asked for.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Writes text for people.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        self.ready(&printable(text))
    }

    /// Writes a line of text for people.
    pub(crate) fn line(self, text: &str) -> Result<(), Failure> {
        self.text(&format!("{text}\n"))
    }

    /// Writes what a file would hold: as it is, unless a person sees it.
    pub(crate) fn file(self, text: &str) -> Result<(), Failure> {
        if io::stdout().is_terminal() {
            return self.text(text);
        }
        self.ready(text)
    }

    /// Writes text that is harmless already: JSON from [`json`](Self::json), and text with
    /// colours of ours.
    pub(crate) fn ready(self, text: &str) -> Result<(), Failure> {
        stdout::write(text.as_bytes()).map_err(stdout::failed)
    }

    /// Writes what a tool prints in one piece.
    pub(crate) fn printed(self, printed: &Printed) -> Result<Outcome, Failure> {
        self.ready(&printed.text)?;
        Ok(printed.outcome)
    }

    /// Writes bytes for another program, as they are, or bytes of text that is harmless already.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        stdout::write(bytes).map_err(stdout::failed)
    }

    /// Writes a whole JSON document.
    pub(crate) fn document(self, value: &impl Serialize) -> Result<(), Failure> {
        self.ready(&document(value)?)
    }

    /// A value as JSON on one line.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<String, Failure> {
        output::json(value)
    }
}

/// Standard error, for what another program writes.
pub(crate) fn errors() -> Stdio {
    io::stderr().into()
}

/// Writes text of several lines to standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(text));
}

/// Writes to standard error how far something is, over what was written before; the text is
/// harmless, and ours.
pub(crate) fn progress(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
