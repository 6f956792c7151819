//! A SARIF log, written as it comes: its results first, and after them the rules that they name.

use wsdraft_analysis::{Event, report::Sarif};

use super::printer::Printer;
use crate::{failure::Failure, output};

/// A log with one run.
#[derive(Debug)]
pub(super) struct Log {
    first: bool,
    values: Sarif,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            first: true,
            values: Sarif::default(),
        }
    }

    fn start(&mut self, out: &mut String) {
        if core::mem::replace(&mut self.first, false) {
            let (schema, version) = (Sarif::SCHEMA, Sarif::VERSION);
            out.push_str(&format!(
                "{{\"$schema\": \"{schema}\", \"version\": \"{version}\", \"runs\": [{{\"results\": [\n"
            ));
        } else {
            out.push_str(",\n");
        }
    }
}

impl Printer for Log {
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure> {
        if let Some(result) = self.values.result(event) {
            self.start(out);
            out.push_str(&output::json(&result)?);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut String) -> Result<(), Failure> {
        if self.first {
            self.start(out);
        }
        out.push_str("\n], \"tool\": {\"driver\": ");
        out.push_str(&output::json(&self.values.driver())?);
        out.push('}');
        if let Some(properties) = self.values.properties() {
            out.push_str(", \"properties\": ");
            out.push_str(&output::json(&properties)?);
        }
        out.push_str("}]}\n");
        Ok(())
    }
}
