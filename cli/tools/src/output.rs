//! Text and JSON, harmless for a terminal.
//!
//! What others wrote is made harmless here: [`printable`] escapes it. JSON has escapes of its own, which are used for
//! the same characters, so that a reader of the JSON gets them as they were.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Serializer, Value};

use self::indented::Indented;
use crate::failure::Failure;

mod harmless;
mod indented;
mod shell;

pub use self::{
    harmless::{json_escaped, printable},
    shell::quoted,
};

/// A value as JSON on one line.
///
/// # Errors
/// If JSON cannot express the value.
pub fn json(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::input(error.to_string()))?;
    Ok(json_escaped(text))
}

/// A whole JSON document, over several lines.
///
/// # Errors
/// If JSON cannot express the value.
pub fn document(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = Text::default();
    let mut writer = Serializer::with_formatter(&mut text, Indented::default());
    let written = value.serialize(&mut writer);
    written.map_err(|error| Failure::input(error.to_string()))?;
    let text = String::from_utf8(text.0).map_err(|error| Failure::input(error.to_string()))?;
    Ok(json_escaped(text) + "\n")
}

/// The text of a document. Most of what is written to it is one byte, for which copying would cost more
/// than all else.
#[derive(Default)]
struct Text(Vec<u8>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as it is in JSON.
///
/// # Errors
/// If JSON cannot express the value.
pub fn value(value: &impl Serialize) -> Result<Value, Failure> {
    // Through a pointer, so that what makes values is not compiled for every type.
    let value: &dyn erased_serde::Serialize = value;
    serde_json::to_value(value).map_err(|error| Failure::input(error.to_string()))
}
