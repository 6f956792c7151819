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
use serde_json::{Serializer, Value};

use self::indented::Indented;
use crate::failure::Failure;

mod harmless;
mod indented;
mod log;
mod results;
mod shell;
mod stdout;

pub(crate) use self::{
    harmless::{json_escaped, printable},
    log::{entry as log_entry, finish as finish_log, in_background as log_in_background, log},
    results::Results,
    shell::quoted,
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
        let text =
            serde_json::to_string(value).map_err(|error| Failure::input(error.to_string()))?;
        Ok(json_escaped(text))
    }
}

/// A whole JSON document, over several lines.
pub(crate) fn document(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = Vec::new();
    let mut writer = Serializer::with_formatter(&mut text, Indented::default());
    let written = value.serialize(&mut writer);
    written.map_err(|error| Failure::input(error.to_string()))?;
    let text = String::from_utf8(text).map_err(|error| Failure::input(error.to_string()))?;
    Ok(json_escaped(text) + "\n")
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

/// A value as it is in JSON.
pub(crate) fn value(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::input(error.to_string()))
}
