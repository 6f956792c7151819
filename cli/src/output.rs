//! Standard output, as text or as JSON.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// Prints text, or JSON.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether JSON was asked for.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Writes text as it is.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(failed)
    }

    /// Writes a line of text.
    pub(crate) fn line(self, text: &str) -> Result<(), Failure> {
        self.text(&format!("{text}\n"))
    }

    /// Writes a whole JSON document.
    pub(crate) fn document(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::input(error.to_string()))?;
        self.line(&text)
    }

    /// Writes one JSON object on a line.
    pub(crate) fn event(self, value: &impl Serialize) -> Result<(), Failure> {
        self.line(&self.json(value)?)
    }

    /// A value as JSON on one line.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<String, Failure> {
        serde_json::to_string(value).map_err(|error| Failure::input(error.to_string()))
    }
}

/// Writes a line to the log, standard error. That nobody reads it is no reason to end.
pub(crate) fn log(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn failed(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::ClosedPipe
    } else {
        Failure::Io("standard output".into(), error)
    }
}
