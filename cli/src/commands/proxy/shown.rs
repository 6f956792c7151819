//! What was found, as it is shown and written down.

use std::{fs::File, io::Write as _, path::Path};

use wsdraft_analysis::{Event, Stopped};

use super::packets::create;
use crate::{
    failure::Failure,
    input,
    outcome::Outcome,
    output::{Output, Results, log},
    print::Printer,
};

/// What was found, as it is shown and written down.
pub(super) struct Shown {
    printer: Box<dyn Printer>,
    output: Output,
    results: Results,
    /// Events that are not shown, since nobody reads those before.
    left_out: u64,
    /// What is found, an object a line.
    log: Option<(File, String)>,
    outcome: Outcome,
    text: String,
    /// Why an event could not be shown.
    failure: Option<Failure>,
}

impl Shown {
    /// Shows events with this printer, and writes them into this file.
    pub(super) fn new(
        printer: Box<dyn Printer>,
        output: Output,
        log: Option<&Path>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            printer,
            output,
            results: Results::start()?,
            left_out: 0,
            log: log.map(create).transpose()?,
            outcome: Outcome::Fine,
            text: String::new(),
            failure: None,
        })
    }

    /// Takes an event; stops who found it where it cannot be shown.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Stopped> {
        self.event(event).map_err(|failure| {
            self.failure = Some(failure);
            Stopped
        })
    }

    /// Why the last event could not be shown.
    pub(super) fn failure(&mut self) -> Failure {
        self.failure.take().unwrap_or(Failure::ClosedPipe)
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if event.is_finding() {
            self.outcome = Outcome::Findings;
        }
        if let Some((log, name)) = &mut self.log {
            let line = format!("{}\n", self.output.json(event)?);
            log.write_all(line.as_bytes())
                .map_err(Failure::io(name.clone()))?;
        }
        if !self.results.has_room() {
            self.left_out += 1;
            return Ok(());
        }
        self.tell_left_out();
        self.printer.event(event, &mut self.text)?;
        if self.text.len() > input::CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    /// Says how much is not shown, when more can be.
    fn tell_left_out(&mut self) {
        match core::mem::take(&mut self.left_out) {
            0 => {}
            count => log(&format!(
                "nobody read standard output for a while: {count} events were not shown"
            )),
        }
    }

    /// Writes what is to be shown so far.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if self.text.is_empty() {
            return self.results.check();
        }
        self.results.write(core::mem::take(&mut self.text))
    }

    /// Shows what comes after all events.
    pub(super) fn finish(mut self) -> Result<Outcome, Failure> {
        self.tell_left_out();
        self.printer.end(&mut self.text)?;
        self.flush()?;
        match self.results.finish()? {
            0 => {}
            bytes => log(&format!(
                "nobody reads standard output: {bytes} bytes of results were not written"
            )),
        }
        Ok(self.outcome)
    }
}
