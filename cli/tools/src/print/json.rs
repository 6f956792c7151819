//! JSON: a document, or an object a line.

use wsdraft_analysis::Event;

use super::printer::Printer;
use crate::{failure::Failure, output};

/// An object a line.
#[derive(Debug)]
pub(super) struct Lines;

impl Printer for Lines {
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure> {
        out.push_str(&output::json(event)?);
        out.push('\n');
        Ok(())
    }

    fn end(&mut self, _: &mut String) -> Result<(), Failure> {
        Ok(())
    }
}

/// One document, written as it comes: `{"events": […]}`.
#[derive(Debug)]
pub(super) struct Document {
    first: bool,
}

impl Document {
    pub(super) const fn new() -> Self {
        Self { first: true }
    }
}

impl Printer for Document {
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure> {
        let first = core::mem::replace(&mut self.first, false);
        out.push_str(if first { "{\"events\": [\n" } else { ",\n" });
        out.push_str(&output::json(event)?);
        Ok(())
    }

    fn end(&mut self, out: &mut String) -> Result<(), Failure> {
        out.push_str(if self.first {
            "{\"events\": []}\n"
        } else {
            "\n]}\n"
        });
        Ok(())
    }
}
