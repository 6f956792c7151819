//! What a way to show events does.

use wsdraft_analysis::Event;

use crate::failure::Failure;

/// Shows events as they come.
pub trait Printer {
    /// Shows the next event.
    ///
    /// # Errors
    /// If the event cannot be written.
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure>;

    /// Shows what comes after all events.
    ///
    /// # Errors
    /// If it cannot be written.
    fn end(&mut self, out: &mut String) -> Result<(), Failure>;
}
