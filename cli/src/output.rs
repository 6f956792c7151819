//! Standard output and standard error, as text or as JSON.
//!
//! All that the command writes for people goes through here, and what others wrote is made
//! harmless for a terminal here: [`Printable`] escapes it. JSON has escapes of its own, which are
//! used for the same characters, so that a reader of the JSON gets them as they were.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
};

use serde::Serialize;
use wsdraft_spec::Printable;

use crate::failure::Failure;

mod log;
mod results;

pub(crate) use self::{
    log::{finish as finish_log, in_background as log_in_background, log},
    results::Results,
};

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
        write(text.as_bytes()).map_err(failed)
    }

    /// Writes a whole JSON document.
    pub(crate) fn document(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::input(error.to_string()))?;
        self.ready(&format!("{}\n", json_escaped(text)))
    }

    /// Writes one JSON object on a line.
    pub(crate) fn event(self, value: &impl Serialize) -> Result<(), Failure> {
        self.ready(&format!("{}\n", self.json(value)?))
    }

    /// A value as JSON on one line.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<String, Failure> {
        let text =
            serde_json::to_string(value).map_err(|error| Failure::input(error.to_string()))?;
        Ok(json_escaped(text))
    }
}

/// Text for people, from which nothing of others reaches a terminal but characters that it shows.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(Printable::is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(Printable(text).to_string())
    }
}

/// JSON with escapes for what a terminal would obey. Such characters stand in strings alone; those
/// of C0 are escaped there in any case.
pub(crate) fn json_escaped(json: String) -> String {
    if json.chars().all(Printable::is_plain) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if Printable::is_plain(character) {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
    }
    out
}

/// Writes text of several lines to standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(text));
}

/// Writes to standard output what is harmless already.
fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn failed(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::ClosedPipe
    } else {
        Failure::Io("standard output".into(), error)
    }
}

#[cfg(test)]
mod tests {
    use super::{json_escaped, printable};

    #[test]
    fn json_keeps_what_it_says() {
        let text = "\u{1b}[2J\u{7f}\u{9b}31m\u{202e}é\n\u{2028}\\";
        let json = json_escaped(serde_json::to_string(text).unwrap());
        assert!(
            json.chars()
                .all(|one| !one.is_control() && one != '\u{202e}')
        );
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn text_is_borrowed_where_it_is_harmless() {
        assert!(matches!(
            printable("grüße\n"),
            std::borrow::Cow::Borrowed(_)
        ));
        assert_eq!(printable("a\u{9b}b"), "a\\u{9b}b");
    }
}
