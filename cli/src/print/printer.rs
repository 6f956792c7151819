//! What a way to show events does.

use wsdraft_analysis::Event;

use crate::failure::Failure;

/// Shows events as they come.
pub(crate) trait Printer {
    /// Shows the next event.
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure>;

    /// Shows what comes after all events.
    fn end(&mut self, out: &mut String) -> Result<(), Failure>;
}
